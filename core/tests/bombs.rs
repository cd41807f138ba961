//! Small files that ask for a lot: memory that no device has, or work for days. Each is refused before it gets it.
//!
//! A limit that is missing shows as an abort (the allocation fails), as a killed process, or in the peak memory that
//! the last test reads.

mod support;

use support::*;
use tiprdc::{Encoder, ErrorKind, Result};
use tract_onnx::pb::AttributeProto;

fn refused(result: Result<Encoder>) {
    let error = result.expect_err("this must not load");
    let kinds = [
        ErrorKind::ModelTooLarge,
        ErrorKind::OperatorNotAllowed,
        ErrorKind::ModelMalformed,
        ErrorKind::ManifestMismatch,
    ];
    assert!(kinds.contains(&error.kind()), "{error}");
    #[cfg(target_os = "linux")]
    {
        let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .expect("Linux has it");
        let kilobytes: u64 = peak
            .trim()
            .trim_end_matches("kB")
            .trim()
            .parse()
            .expect("a number");
        assert!(kilobytes < 2 << 20, "{kilobytes} kB of memory were in use");
    }
}

fn series(operator: &str, attributes: Vec<AttributeProto>, output: usize) -> Result<Encoder> {
    let graph = Graph::new(&[1, 8]);
    match operator {
        "Conv" => {
            graph
                .weight("w", &[1, 1, 2], &[1.0, 1.0])
                .node(operator, &["x", "w"], "y", attributes)
        }
        _ => graph.node(operator, &["x"], "y", attributes),
    }
    .load(&[1, 8], &[1, output])
}

#[test]
fn windows_of_any_size() {
    for big in [1i64 << 16, 1 << 20, 1 << 30, 1 << 33, 1 << 62, i64::MAX] {
        for operator in ["MaxPool", "AveragePool"] {
            let half = big / 2;
            refused(series(
                operator,
                vec![
                    ints("kernel_shape", &[big + 1]),
                    ints("pads", &[half, half]),
                ],
                9,
            ));
            refused(series(
                operator,
                vec![
                    ints("kernel_shape", &[2]),
                    ints("pads", &[big + 1, big + 1]),
                ],
                9,
            ));
            refused(series(
                operator,
                vec![
                    ints("kernel_shape", &[1]),
                    ints("pads", &[big + 1, big + 1]),
                    ints("strides", &[big + 1]),
                ],
                3,
            ));
        }
        refused(series(
            "Conv",
            vec![
                ints("pads", &[big + 1, big + 1]),
                ints("strides", &[big + 1]),
            ],
            3,
        ));
        refused(series(
            "Conv",
            vec![
                ints("pads", &[big + 1, big + 1]),
                ints("dilations", &[big + 1]),
            ],
            8,
        ));
        refused(series("Conv", vec![ints("strides", &[0])], 7));
    }
}

#[test]
fn padding_in_three_dimensions() {
    // Each number is modest; together they are 2^45 elements of padding around one.
    let side = 1 << 14;
    for operator in ["Conv", "MaxPool", "AveragePool"] {
        let attributes = vec![
            ints("kernel_shape", &[2, 2, 2]),
            ints("pads", &[side; 6]),
            ints("strides", &[3 * side; 3]),
        ];
        let graph = Graph::new(&[1, 1, 1, 1]);
        let graph = match operator {
            "Conv" => graph.weight("w", &[1, 1, 2, 2, 2], &[1.0; 8]).node(
                operator,
                &["x", "w"],
                "y",
                attributes,
            ),
            _ => graph.node(operator, &["x"], "y", attributes),
        };
        refused(graph.load(&[1, 1, 1, 1], &[1, 1, 1, 1]));
    }
}

#[test]
fn windows_that_take_days() {
    // 2^26 positions of 2^16 reads each.
    let graph = Graph::new(&[1, 8192, 8192]).node(
        "AveragePool",
        &["x"],
        "y",
        vec![
            ints("kernel_shape", &[256, 256]),
            ints("pads", &[128, 128, 127, 127]),
        ],
    );
    refused(graph.load(&[1, 8192, 8192], &[1, 8192, 8192]));
}

/// `constants` ends in `big`, made of constants alone.
fn folded(constants: Graph) -> Result<Encoder> {
    constants
        .node("ReduceSum", &["big"], "sum", vec![int("keepdims", 0)])
        .node("Add", &["x", "sum"], "y", vec![])
        .load(&[4], &[4])
}

#[test]
fn constants_that_multiply() {
    let n = 1 << 15;
    let pair = || {
        Graph::new(&[4])
            .weight("a", &[n, 1], &vec![1.0; n])
            .weight("b", &[1, n], &vec![1.0; n])
    };
    for operator in ["Add", "Mul", "Max", "Pow", "MatMul", "PRelu"] {
        refused(folded(pair().node(operator, &["a", "b"], "big", vec![])));
    }
    refused(folded(pair().node("Gemm", &["a", "b"], "big", vec![])));
    let zeros = vec![0; n];
    refused(folded(pair().indices("i", &zeros).node(
        "Gather",
        &["b", "i"],
        "big",
        vec![int("axis", 0)],
    )));
    let mut doubling = Graph::new(&[4]).weight("c0", &[1], &[1.0]);
    for i in 0..40 {
        let (from, to) = (
            format!("c{i}"),
            if i == 39 {
                "big".into()
            } else {
                format!("c{}", i + 1)
            },
        );
        doubling = doubling.node("Concat", &[&from, &from], &to, vec![int("axis", 0)]);
    }
    refused(folded(doubling));
    let padded = Graph::new(&[4])
        .weight("c", &[1], &[1.0])
        .indices("p", &[1 << 33, 0]);
    refused(folded(padded.node("Pad", &["c", "p"], "big", vec![])));
    let pooled = Graph::new(&[4]).weight("c", &[1, 1, 1], &[1.0]);
    let attributes = vec![
        ints("kernel_shape", &[2]),
        ints("pads", &[1 << 16, 1 << 16]),
    ];
    refused(folded(pooled.node("MaxPool", &["c"], "big", attributes)));
}

#[test]
fn values_of_the_graph_that_multiply() {
    let mut doubling = Graph::new(&[4]).node("Identity", &["x"], "c0", vec![]);
    for i in 0..40 {
        let from = format!("c{i}");
        doubling = doubling.node(
            "Concat",
            &[&from, &from],
            &format!("c{}", i + 1),
            vec![int("axis", 1)],
        );
    }
    refused(
        doubling
            .node("ReduceSum", &["c40"], "y", vec![int("keepdims", 1)])
            .load(&[4], &[1]),
    );
    for (before, after) in [
        (1 << 33, 0),
        (0, 1 << 33),
        (1 << 33, -(1i64 << 33)),
        (i64::MAX, i64::MAX),
        (-3, -3),
    ] {
        let padded = Graph::new(&[4]).indices("p", &[0, before, 0, after]);
        refused(
            padded
                .node("Pad", &["x", "p"], "y", vec![])
                .load(&[4], &[4]),
        );
    }
    let outer = Graph::new(&[1 << 15])
        .indices("column", &[0, -1, 1])
        .indices("row", &[0, 1, -1]);
    let outer = outer.node("Reshape", &["x", "column"], "c", vec![]).node(
        "Reshape",
        &["x", "row"],
        "r",
        vec![],
    );
    let outer = outer.node("MatMul", &["c", "r"], "m", vec![]).node(
        "GlobalAveragePool",
        &["m"],
        "y",
        vec![],
    );
    refused(outer.load(&[1 << 15], &[1 << 15, 1]));
}

#[test]
fn shapes_and_axes_out_of_range() {
    let huge = 1i64 << 60;
    let four = || Graph::new(&[4]);
    refused(
        four()
            .indices("a", &[huge])
            .node("Unsqueeze", &["x", "a"], "y", vec![])
            .load(&[4], &[4]),
    );
    refused(
        four()
            .indices("a", &[1, huge, -1])
            .node("Reshape", &["x", "a"], "y", vec![])
            .load(&[4], &[4]),
    );
    refused(
        four()
            .node("Flatten", &["x"], "y", vec![int("axis", huge)])
            .load(&[4], &[4]),
    );
    refused(
        four()
            .node("Transpose", &["x"], "y", vec![ints("perm", &[huge, 0])])
            .load(&[4], &[4]),
    );
    // An axis that is not there may also be ignored, as long as nothing breaks.
    let _ = four()
        .node("Softmax", &["x"], "y", vec![int("axis", huge)])
        .load(&[4], &[4]);
    let _ = four()
        .node("Concat", &["x"], "y", vec![int("axis", huge)])
        .load(&[4], &[4]);
    let lstm = Graph::new(&[1, 1])
        .weight("w", &[1, 4, 1], &[1.0; 4])
        .weight("r", &[1, 4, 1], &[1.0; 4]);
    // The engine goes by the weights' shape, so a hidden size that is not theirs may load; it must not be believed.
    let _ = lstm
        .node(
            "LSTM",
            &["x", "w", "r"],
            "y",
            vec![int("hidden_size", 1 << 40)],
        )
        .load(&[1, 1], &[1, 1, 1]);
    let split = four().opset(18).node(
        "Split",
        &["x"],
        "y",
        vec![int("num_outputs", 1 << 40), int("axis", 1)],
    );
    let _ = split.load(&[4], &[4]);
}

#[test]
fn a_graph_of_very_many_nodes() {
    let mut chain = Graph::new(&[4]).node("Relu", &["x"], "c0", vec![]);
    for i in 0..20_000 {
        chain = chain.node("Tanh", &[&format!("c{i}")], &format!("c{}", i + 1), vec![]);
    }
    refused(
        chain
            .node("Relu", &["c20000"], "y", vec![])
            .load(&[4], &[4]),
    );
}

#[test]
fn a_file_of_very_many_empty_parts() {
    // Two bytes announce a node of hundreds: 16 MiB of them would take some 2 GiB to decode.
    for tag in [0x0a, 0x2a, 0x5a] {
        let graph = [tag, 0].repeat(8 << 20);
        let mut model = vec![0x3a];
        let mut length = graph.len();
        while length >= 0x80 {
            model.push(length as u8 | 0x80);
            length >>= 7;
        }
        model.push(length as u8);
        model.extend(graph);
        refused(Encoder::from_bytes(&pack(&model, tensor_input(&[4]), &[4])));
    }
    let metadata = [0x72, 0].repeat(8 << 20);
    refused(Encoder::from_bytes(&pack(
        &metadata,
        tensor_input(&[4]),
        &[4],
    )));
}

/// What takes the engine seconds is not counted as if it were one multiplication a number.
#[test]
fn work_that_is_slow_for_its_size() {
    let wide = 1usize << 20;
    let kernel = 1usize << 11;
    let conv = Graph::new(&[1, wide]).weight("w", &[1, 1, kernel], &vec![1.0; kernel]);
    let out = wide - kernel + 1;
    refused(
        conv.node("Conv", &["x", "w"], "y", vec![])
            .load(&[1, wide], &[1, out]),
    );
    for operator in ["MaxPool", "AveragePool"] {
        let pool = vec![ints("kernel_shape", &[kernel as i64])];
        let graph = Graph::new(&[1, wide]).node(operator, &["x"], "y", pool);
        refused(graph.load(&[1, wide], &[1, out]));
    }
    let mut chain = Graph::new(&[1, 4]).weight("w", &[1, 1, 1], &[1.0]);
    for index in 0..1000 {
        let (from, to) = (format!("v{index}"), format!("v{}", index + 1));
        let from = if index == 0 { "x" } else { &from };
        let to = if index == 999 { "y" } else { &to };
        chain = chain.node("Conv", &[from, "w"], to, vec![]);
    }
    refused(chain.load(&[1, 4], &[1, 4]));
    let softmax = Graph::new(&[wide, 2]).node("Softmax", &["x"], "y", vec![int("axis", 1)]);
    refused(softmax.load(&[wide, 2], &[wide, 2]));
    // A kernel without numbers.
    let empty = Graph::new(&[2, 8]).weight("w", &[2, 2, 0], &[]);
    refused(
        empty
            .node("Conv", &["x", "w"], "y", vec![])
            .load(&[2, 8], &[2, 9]),
    );
}
