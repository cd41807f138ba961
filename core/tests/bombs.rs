//! exploration
mod support;
use support::*;

fn hwm() -> String {
    let s = std::fs::read_to_string("/proc/self/status").unwrap();
    s.lines()
        .filter(|l| l.starts_with("VmHWM") || l.starts_with("VmPeak"))
        .collect::<Vec<_>>()
        .join(" ")
}
fn g(input: &[usize]) -> Graph {
    Graph::new(input)
}

#[test]
fn explore() {
    let which = std::env::var("BOMB").unwrap_or_default();
    let t = std::time::Instant::now();
    let big = 1i64 << 33;
    let r = match which.as_str() {
        "maxpool" => g(&[1, 8])
            .node(
                "MaxPool",
                &["x"],
                "y",
                vec![
                    ints("kernel_shape", &[1 << 30]),
                    ints("pads", &[1 << 29, 1 << 29]),
                ],
            )
            .load(&[1, 8], &[1, 9]),
        "avgpool" => g(&[1, 8])
            .node(
                "AveragePool",
                &["x"],
                "y",
                vec![
                    ints("kernel_shape", &[1 << 30]),
                    ints("pads", &[1 << 29, 1 << 29]),
                    int("count_include_pad", 1),
                ],
            )
            .load(&[1, 8], &[1, 9]),
        "maxpool_big" => g(&[1, 8])
            .node(
                "MaxPool",
                &["x"],
                "y",
                vec![ints("kernel_shape", &[2]), ints("pads", &[big, big])],
            )
            .load(&[1, 8], &[1, 9]),
        "maxpool_trim" => g(&[1, 8])
            .node(
                "MaxPool",
                &["x"],
                "y",
                vec![
                    ints("kernel_shape", &[1]),
                    ints("pads", &[big, big]),
                    ints("strides", &[big]),
                ],
            )
            .load(&[1, 8], &[1, 3]),
        "convpad" => g(&[1, 8])
            .weight("w", &[1, 1, 2], &[1., 1.])
            .node(
                "Conv",
                &["x", "w"],
                "y",
                vec![
                    ints("kernel_shape", &[2]),
                    ints("pads", &[big, big]),
                    ints("dilations", &[big]),
                ],
            )
            .load(&[1, 8], &[1, 8]),
        "convstride" => g(&[1, 8])
            .weight("w", &[1, 1, 2], &[1., 1.])
            .node(
                "Conv",
                &["x", "w"],
                "y",
                vec![ints("pads", &[big, big]), ints("strides", &[big])],
            )
            .load(&[1, 8], &[1, 3]),
        "convstride2" => g(&[1, 8])
            .weight("w", &[2, 1, 2], &[1.; 4])
            .node(
                "Conv",
                &["x", "w"],
                "y",
                vec![ints("pads", &[big, big]), ints("strides", &[big])],
            )
            .load(&[1, 8], &[2, 3]),
        "padconst" => g(&[4])
            .weight("c", &[1], &[1.0])
            .indices("p", &[big, 0])
            .node("Pad", &["c", "p"], "big", vec![])
            .node("ReduceSum", &["big"], "s", vec![int("keepdims", 1)])
            .node("Add", &["x", "s"], "y", vec![])
            .load(&[4], &[4]),
        "padx" => g(&[4])
            .indices("p", &[0, big, 0, 0])
            .node("Pad", &["x", "p"], "y", vec![])
            .load(&[4], &[4]),
        "padneg" => g(&[4])
            .indices("p", &[0, big, 0, -big])
            .node("Pad", &["x", "p"], "y", vec![])
            .load(&[4], &[4]),
        "padpad" => g(&[4])
            .indices("p", &[0, big, 0, 0])
            .indices("q", &[0, -big, 0, 0])
            .node("Pad", &["x", "p"], "z", vec![])
            .node("Pad", &["z", "q"], "y", vec![])
            .load(&[4], &[4]),
        "outer" => {
            let n = 1 << 18;
            g(&[4])
                .weight("a", &[n, 1], &vec![1.0; n])
                .weight("b", &[1, n], &vec![1.0; n])
                .node("MatMul", &["a", "b"], "m", vec![])
                .node("ReduceSum", &["m"], "s", vec![int("keepdims", 0)])
                .node("Add", &["x", "s"], "y", vec![])
                .load(&[4], &[4])
        }
        "broadcast" => {
            let n = 1 << 18;
            g(&[4])
                .weight("a", &[n, 1], &vec![1.0; n])
                .weight("b", &[1, n], &vec![1.0; n])
                .node("Add", &["a", "b"], "m", vec![])
                .node("ReduceSum", &["m"], "s", vec![int("keepdims", 0)])
                .node("Add", &["x", "s"], "y", vec![])
                .load(&[4], &[4])
        }
        "concat" => {
            let mut gr = g(&[4]).weight("c0", &[1], &[1.0]);
            for i in 0..36 {
                gr = gr.node(
                    "Concat",
                    &[&format!("c{i}"), &format!("c{i}")],
                    &format!("c{}", i + 1),
                    vec![int("axis", 0)],
                );
            }
            gr.node("ReduceSum", &["c36"], "s", vec![int("keepdims", 0)])
                .node("Add", &["x", "s"], "y", vec![])
                .load(&[4], &[4])
        }
        "concatx" => {
            let mut gr = g(&[4]).node("Identity", &["x"], "c0", vec![]);
            for i in 0..36 {
                gr = gr.node(
                    "Concat",
                    &[&format!("c{i}"), &format!("c{i}")],
                    &format!("c{}", i + 1),
                    vec![int("axis", 1)],
                );
            }
            gr.node("ReduceSum", &["c36"], "y", vec![int("keepdims", 1)])
                .load(&[4], &[1])
        }
        "gather" => {
            let n = 1 << 18;
            g(&[4])
                .weight("a", &[1, n], &vec![1.0; n])
                .indices("i", &vec![0; n])
                .node("Gather", &["a", "i"], "m", vec![int("axis", 0)])
                .node("ReduceSum", &["m"], "s", vec![int("keepdims", 0)])
                .node("Add", &["x", "s"], "y", vec![])
                .load(&[4], &[4])
        }
        "lstm" => g(&[1, 1])
            .weight("w", &[1, 4, 1], &[1.; 4])
            .weight("r", &[1, 4, 1], &[1.; 4])
            .node(
                "LSTM",
                &["x", "w", "r"],
                "y0,y",
                vec![int("hidden_size", 1 << 40)],
            )
            .load(&[1, 1], &[1, 1]),
        "lstm2" => g(&[1, 1])
            .weight("w", &[1, 4, 1], &[1.; 4])
            .weight("r", &[1, 4, 1], &[1.; 4])
            .node(
                "LSTM",
                &["x", "w", "r"],
                "y",
                vec![int("hidden_size", 1 << 40)],
            )
            .load(&[1, 1], &[1, 1, 1]),
        "lstmok" => g(&[1, 1])
            .weight("w", &[1, 4, 1], &[1.; 4])
            .weight("r", &[1, 4, 1], &[1.; 4])
            .node("LSTM", &["x", "w", "r"], "y", vec![int("hidden_size", 1)])
            .load(&[1, 1], &[1, 1, 1]),
        "gru" => g(&[1, 1])
            .weight("w", &[1, 3, 1], &[1.; 3])
            .weight("r", &[1, 3, 1], &[1.; 3])
            .node(
                "GRU",
                &["x", "w", "r"],
                "y",
                vec![int("hidden_size", 1 << 40)],
            )
            .load(&[1, 1], &[1, 1, 1]),
        "split" => g(&[4])
            .opset(18)
            .node(
                "Split",
                &["x"],
                "y",
                vec![int("num_outputs", 1 << 40), int("axis", 1)],
            )
            .load(&[4], &[4]),
        "unsq" => g(&[4])
            .indices("a", &[1 << 60])
            .node("Unsqueeze", &["x", "a"], "y", vec![])
            .load(&[4], &[4]),
        "reshape" => g(&[4])
            .indices("a", &[1, 1 << 60, -1])
            .node("Reshape", &["x", "a"], "y", vec![])
            .load(&[4], &[4]),
        "flatten" => g(&[4])
            .node("Flatten", &["x"], "y", vec![int("axis", 1 << 60)])
            .load(&[4], &[4]),
        "transpose" => g(&[4])
            .node("Transpose", &["x"], "y", vec![ints("perm", &[1 << 60, 0])])
            .load(&[4], &[4]),
        "slice" => g(&[4])
            .indices("a", &[i64::MIN])
            .indices("b", &[i64::MAX])
            .indices("c", &[1])
            .indices("d", &[i64::MIN])
            .node("Slice", &["x", "a", "b", "c", "d"], "y", vec![])
            .load(&[4], &[4]),
        "chain" => {
            let n: usize = std::env::var("N").unwrap().parse().unwrap();
            let mut gr = g(&[4]).node("Relu", &["x"], "c0", vec![]);
            for i in 0..n {
                gr = gr.node(
                    if i % 2 == 0 { "Tanh" } else { "Relu" },
                    &[&format!("c{i}")],
                    &format!("c{}", i + 1),
                    vec![],
                );
            }
            gr.node("Relu", &[&format!("c{n}")], "y", vec![])
                .load(&[4], &[4])
        }
        "cycle" => g(&[4])
            .node("Add", &["x", "b"], "a", vec![])
            .node("Relu", &["a"], "b", vec![])
            .node("Relu", &["b"], "y", vec![])
            .load(&[4], &[4]),
        "im2col" => {
            let s = 1024;
            g(&[1, s, s])
                .weight("w", &[8, 1, 64, 64], &vec![0.1; 8 * 4096])
                .node(
                    "Conv",
                    &["x", "w"],
                    "y",
                    vec![ints("pads", &[32, 32, 31, 31])],
                )
                .load(&[1, s, s], &[8, s, s])
        }
        "im2colstride" => {
            let s = 512;
            g(&[1, s, s])
                .weight("w", &[8, 1, 64, 64], &vec![0.1; 8 * 4096])
                .node(
                    "Conv",
                    &["x", "w"],
                    "y",
                    vec![ints("pads", &[32, 32, 31, 31]), ints("dilations", &[1, 1])],
                )
                .load(&[1, s, s], &[8, s, s])
        }
        "depthwise" => {
            let s = 256;
            g(&[8, s, s])
                .weight("w", &[8, 1, 64, 64], &vec![0.1; 8 * 4096])
                .node(
                    "Conv",
                    &["x", "w"],
                    "y",
                    vec![int("group", 8), ints("pads", &[32, 32, 31, 31])],
                )
                .load(&[8, s, s], &[8, s, s])
        }
        "group" => g(&[1, 8])
            .weight("w", &[1, 1, 2], &[1., 1.])
            .node("Conv", &["x", "w"], "y", vec![int("group", 1 << 40)])
            .load(&[1, 8], &[1, 7]),
        "group0" => g(&[1, 8])
            .weight("w", &[1, 1, 2], &[1., 1.])
            .node("Conv", &["x", "w"], "y", vec![int("group", 0)])
            .load(&[1, 8], &[1, 7]),
        "stride0" => g(&[1, 8])
            .weight("w", &[1, 1, 2], &[1., 1.])
            .node("Conv", &["x", "w"], "y", vec![ints("strides", &[0])])
            .load(&[1, 8], &[1, 7]),
        "kernel" => g(&[1, 8])
            .weight("w", &[1, 1, 2], &[1., 1.])
            .node(
                "Conv",
                &["x", "w"],
                "y",
                vec![ints("kernel_shape", &[1 << 40])],
            )
            .load(&[1, 8], &[1, 7]),
        "batchmix" => g(&[4])
            .node(
                "ReduceMean",
                &["x"],
                "m",
                vec![ints("axes", &[0]), int("keepdims", 1)],
            )
            .node("Sub", &["x", "m"], "y", vec![])
            .load(&[4], &[4]),
        "bigout" => g(&[1 << 13])
            .weight("w", &[1, 1], &[1.0])
            .indices("a", &[0, -1, 1])
            .indices("b", &[0, 1, -1])
            .node("Reshape", &["x", "a"], "p", vec![])
            .node("Reshape", &["x", "b"], "q", vec![])
            .node("MatMul", &["p", "q"], "m", vec![])
            .node("MatMul", &["m", "m"], "m2", vec![])
            .node("ReduceSum", &["m2"], "y", vec![])
            .load(&[1 << 13], &[1, 1]),
        _ => return,
    };
    eprintln!(
        "RESULT {which}: {:?} | {} | {:?}",
        r.as_ref().err(),
        hwm(),
        t.elapsed()
    );
    if let Err(e) = &r {
        let mut s = std::error::Error::source(e);
        while let Some(x) = s {
            eprintln!(
                "   src {}",
                x.to_string().chars().take(200).collect::<String>()
            );
            s = x.source();
        }
    }
    if let Ok(e) = r {
        if which == "batchmix" {
            let x = numbers(3, 4 * 64);
            let v: Vec<_> = x
                .chunks(4)
                .map(|r| tiprdc::Input::tensor(r, &[4]).unwrap())
                .collect();
            let f = e.encode_batch(&v).unwrap();
            eprintln!("{:?} {:?}", f.row(1), e.encode(&v[1]).unwrap().row(0));
        }
    }
}
