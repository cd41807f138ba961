//! What operators may be asked for: each fault of a model is refused by name, and what is taken gives the right numbers.

mod support;

use support::*;
use tiprdc::{Encoder, ErrorKind, Input, Result};
use tract_onnx::pb::{
    AttributeProto, attribute_proto::AttributeType, tensor_shape_proto::dimension::Value,
};

fn word(name: &str, word: &str) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        r#type: AttributeType::String as i32,
        s: word.as_bytes().to_vec(),
        ..Default::default()
    }
}

fn float(name: &str, f: f32) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        r#type: AttributeType::Float as i32,
        f,
        ..Default::default()
    }
}

/// The model must be refused with this kind, and the message must hold these words.
fn refused(kind: ErrorKind, words: &str, result: Result<Encoder>) {
    let error = result.expect_err("such a model must not load");
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

fn encode(encoder: &Encoder, shape: &[usize], data: &[f32]) -> Vec<f32> {
    let input = Input::tensor(data, shape).expect("a good input");
    let features = encoder.encode(&input).expect("finite features");
    features.data().to_vec()
}

/// One node on an input of this shape.
fn single(
    operator: &str,
    attributes: Vec<AttributeProto>,
    input: &[usize],
    output: &[usize],
) -> Result<Encoder> {
    Graph::new(input)
        .node(operator, &["x"], "y", attributes)
        .load(input, output)
}

#[test]
fn normalisation_of_a_vector_is_refused() {
    // The engine followed an uninitialised pointer here.
    let graph = Graph::new(&[1])
        .indices("none", &[])
        .weight("s", &[1], &[1.0])
        .node("Reshape", &["x", "none"], "scalar", vec![])
        .node(
            "BatchNormalization",
            &["scalar", "s", "s", "s", "s"],
            "y",
            vec![],
        );
    refused(
        ErrorKind::ModelMalformed,
        "node 1 (`BatchNormalization`): expected 2 axes or more",
        graph.load(&[1], &[1]),
    );
}

#[test]
fn a_transpose_needs_a_permutation() {
    for order in [
        vec![0, 0, 0],
        vec![0, 1],
        vec![0, 1, 3],
        vec![0, 1, -1],
        vec![0, 1, 2, 3],
    ] {
        refused(
            ErrorKind::ModelMalformed,
            "`perm` must hold each axis from 0 to 2 once",
            single("Transpose", vec![ints("perm", &order)], &[2, 3], &[2, 3]),
        );
    }
}

#[test]
fn symbols_and_documentation_never_reach_the_engine() {
    let mut graph = Graph::new(&[4]).node("Relu", &["x"], "y", vec![]);
    let nested = format!("{}1{}", "(".repeat(20_000), ")".repeat(20_000));
    let shape = graph.proto.input[0]
        .r#type
        .as_mut()
        .and_then(|kind| match &mut kind.value {
            Some(tract_onnx::pb::type_proto::Value::TensorType(tensor)) => tensor.shape.as_mut(),
            _ => None,
        });
    shape.expect("the test's graph has it").dim[0].value = Some(Value::DimParam(nested.clone()));
    let mut other = value("unused", None, &[4]);
    other.doc_string = nested;
    graph.proto.value_info.push(other);
    let encoder = graph.load(&[4], &[4]).expect("only names are odd");
    assert_eq!(
        encode(&encoder, &[4], &[-1.0, 0.0, 1.0, 2.0]),
        [0.0, 0.0, 1.0, 2.0]
    );
}

#[test]
fn attributes_that_would_be_ignored_are_refused() {
    let not_allowed = ErrorKind::OperatorNotAllowed;
    refused(
        not_allowed,
        "`axis`",
        single("Relu", vec![int("axis", 1)], &[4], &[4]),
    );
    let recurrent = |attribute: AttributeProto| {
        Graph::new(&[3, 2])
            .weight("w", &[1, 16, 2], &numbers(1, 32))
            .weight("r", &[1, 16, 4], &numbers(2, 64))
            .node("Transpose", &["x"], "t", vec![ints("perm", &[1, 0, 2])])
            .node(
                "LSTM",
                &["t", "w", "r"],
                ",last",
                vec![int("hidden_size", 4), attribute],
            )
            .node("Transpose", &["last"], "y", vec![ints("perm", &[1, 0, 2])])
            .load(&[3, 2], &[1, 4])
    };
    recurrent(word("direction", "forward")).expect("the default");
    refused(
        not_allowed,
        "`direction`",
        recurrent(word("direction", "reverse")),
    );
    refused(not_allowed, "`clip`", recurrent(float("clip", 0.5)));
    refused(
        not_allowed,
        "`input_forget`",
        recurrent(int("input_forget", 1)),
    );
    refused(not_allowed, "`layout`", recurrent(int("layout", 1)));
    let moments = Graph::new(&[2, 3]).weight("s", &[2], &[1.0, 2.0]).node(
        "BatchNormalization",
        &["x", "s", "s", "s", "s"],
        "y",
        vec![int("training_mode", 1)],
    );
    refused(
        not_allowed,
        "`training_mode`",
        moments.load(&[2, 3], &[2, 3]),
    );
    let version = Graph::new(&[4]).opset(99).node("Relu", &["x"], "y", vec![]);
    refused(not_allowed, "version 99", version.load(&[4], &[4]));
}

#[test]
fn attributes_of_another_type_are_malformed() {
    let malformed = ErrorKind::ModelMalformed;
    refused(
        malformed,
        "`axis` must be of type INT",
        single("Softmax", vec![float("axis", 1.0)], &[4], &[4]),
    );
    refused(
        malformed,
        "is given twice",
        single("Softmax", vec![int("axis", 1), int("axis", 1)], &[4], &[4]),
    );
    refused(
        malformed,
        "must be a finite number",
        single("Elu", vec![float("alpha", f32::NAN)], &[4], &[4]),
    );
}

#[test]
fn softplus_and_log_softmax_keep_the_range() {
    let x = [-1000.0f32, -1.0, 0.0, 100.0];
    let softplus = single("Softplus", vec![], &[4], &[4]).expect("allowed");
    let expected: Vec<f64> = x
        .iter()
        .map(|&x| f64::from(x).max(0.0) + (-f64::from(x).abs()).exp().ln_1p())
        .collect();
    assert_close(&encode(&softplus, &[4], &x), &expected, 1e-6);
    let logarithm = single("LogSoftmax", vec![], &[4], &[4]).expect("allowed");
    let sum: f64 = x.iter().map(|&x| f64::from(x - 100.0).exp()).sum();
    let expected: Vec<f64> = x.iter().map(|&x| f64::from(x - 100.0) - sum.ln()).collect();
    assert_close(&encode(&logarithm, &[4], &x), &expected, 1e-6);
}

#[test]
fn negative_paddings_cut_elements_off() {
    let encoder = Graph::new(&[4])
        .indices("pads", &[0, -1, 0, 2])
        .node("Pad", &["x", "pads"], "y", vec![])
        .load(&[4], &[5])
        .expect("onnxruntime runs it, too");
    assert_eq!(
        encode(&encoder, &[4], &[1.0, 2.0, 3.0, 4.0]),
        [2.0, 3.0, 4.0, 0.0, 0.0]
    );
}

#[test]
fn shapes_put_together_from_numbers_are_computed() {
    // As PyTorch writes `x.reshape(x.shape[0], -1)`.
    let encoder = Graph::new(&[2, 3])
        .indices("zero", &[0])
        .indices("rest", &[-1])
        .node("Shape", &["x"], "shape", vec![])
        .node("Gather", &["shape", "zero"], "batch", vec![int("axis", 0)])
        .node("Concat", &["batch", "rest"], "flat", vec![int("axis", 0)])
        .node("Reshape", &["x", "flat"], "y", vec![])
        .load(&[2, 3], &[6])
        .expect("exporters write such models");
    let data = numbers(3, 6 * 200);
    let inputs: Vec<_> = data
        .chunks(6)
        .map(|row| Input::tensor(row, &[2, 3]).expect("6 numbers"))
        .collect();
    let features = encoder.encode_batch(&inputs).expect("good inputs");
    assert_eq!(features.data(), data);
}

/// Networks that treat a batch as more than its rows, each with the input `x` of 4 numbers.
fn mixing() -> Vec<(&'static str, Graph)> {
    let four = || Graph::new(&[4]);
    vec![
        (
            "a mean over the batch",
            four()
                .node("ReduceMean", &["x"], "m", vec![ints("axes", &[0])])
                .node("Sub", &["x", "m"], "y", vec![]),
        ),
        (
            "a softmax over the batch",
            four().node("Softmax", &["x"], "y", vec![int("axis", 0)]),
        ),
        (
            "products of records",
            four()
                .node("Transpose", &["x"], "t", vec![])
                .node("MatMul", &["x", "t"], "p", vec![])
                .node("MatMul", &["p", "x"], "y", vec![]),
        ),
        (
            "the size of the batch as a number",
            four()
                .node("Shape", &["x"], "s", vec![])
                .node("Cast", &["s"], "f", vec![int("to", 1)])
                .indices("zero", &[0])
                .node("Gather", &["f", "zero"], "n", vec![])
                .node("Add", &["x", "n"], "y", vec![]),
        ),
        (
            "rows in another order",
            four()
                .indices("two", &[2, -1])
                .indices("back", &[-1, 4])
                .node("Reshape", &["x", "two"], "r", vec![])
                .node("Softmax", &["r"], "s", vec![int("axis", 1)])
                .node("Reshape", &["s", "back"], "y", vec![]),
        ),
    ]
}

#[test]
fn a_batch_of_any_network_is_its_records() {
    let mut loaded = 0;
    for (what, graph) in mixing() {
        let Ok(encoder) = graph.load(&[4], &[4]) else {
            continue;
        };
        loaded += 1;
        let data = numbers(5, 4 * 300);
        let inputs: Vec<_> = data
            .chunks(4)
            .map(|row| Input::tensor(row, &[4]).expect("4 numbers"))
            .collect();
        let together = encoder.encode_batch(&inputs).expect("good inputs");
        for (row, record) in data.chunks(4).enumerate() {
            let alone = encode(&encoder, &[4], record);
            assert_eq!(together.row(row), alone, "{what}: record {row}");
        }
    }
    assert!(loaded > 2, "refused networks show nothing: {loaded} loaded");
}

#[test]
fn work_and_memory_have_a_limit_that_can_be_raised() {
    let side = 512;
    let file = Graph::new(&[side])
        .weight("w", &[side, side], &vec![0.01; side * side])
        .node("MatMul", &["x", "w"], "y", vec![])
        .file(&[side], &[side]);
    let limited = |work| Encoder::builder().max_work(work).from_bytes(&file);
    refused(ErrorKind::ModelTooLarge, "max_work", limited(1 << 17));
    limited(1 << 20).expect("2^18 multiplications and the cost of a node");
    let table = single(
        "AveragePool",
        vec![ints("kernel_shape", &[4097]), ints("pads", &[2048, 2048])],
        &[1, 8192],
        &[1, 8192],
    );
    refused(ErrorKind::ModelTooLarge, "max_work", table);
    let steps = Graph::new(&[1 << 14, 1])
        .weight("w", &[1, 4, 1], &[1.0; 4])
        .weight("r", &[1, 4, 1], &[1.0; 4])
        .node("Transpose", &["x"], "t", vec![ints("perm", &[1, 0, 2])])
        .node("LSTM", &["t", "w", "r"], ",y", vec![int("hidden_size", 1)]);
    refused(
        ErrorKind::ModelTooLarge,
        "max_work",
        steps.load(&[1 << 14, 1], &[1, 1]),
    );
}

#[test]
fn a_small_stack_is_enough_to_load_and_encode() {
    let file = std::fs::read("../examples/motion-gender.onnx").expect("it is in the repository");
    let small = std::thread::Builder::new().stack_size(512 << 10);
    let worker = small.spawn(move || {
        let encoder = Encoder::from_bytes(&file).expect("a good encoder");
        let window = numbers(7, 6 * 128);
        let input = Input::series(&window, 6, 128).expect("a good window");
        encoder.encode(&input).expect("a good window").data().len()
    });
    let length = worker.expect("a thread").join().expect("no overflow");
    assert_eq!(length, 16 * 32);
}

#[test]
fn a_manifest_of_megabytes_is_refused() {
    let mut manifest = tiprdc::read_manifest(
        &Graph::new(&[4])
            .node("Relu", &["x"], "y", vec![])
            .file(&[4], &[4]),
    )
    .expect("the test's own");
    manifest.name = "a".repeat(3 << 20);
    let model = Graph::new(&[4])
        .node("Relu", &["x"], "y", vec![])
        .bytes(&[4]);
    let file = tiprdc::embed_manifest(&model, &manifest);
    let loaded = file.and_then(|file| Encoder::from_bytes(&file));
    refused(ErrorKind::ManifestInvalid, "bytes", loaded);
}
