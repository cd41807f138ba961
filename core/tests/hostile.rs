//! Files from strangers: whatever is in them, loading ends in an error of a kind that fits, or in an encoder that works.

mod support;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use prost::Message;
use support::*;
use tiprdc::{Encoder, ErrorKind, Input, Result};
use tract_onnx::pb::{
    FunctionProto, GraphProto, ModelProto, SparseTensorProto, StringStringEntryProto,
    TrainingInfoProto, attribute_proto::AttributeType, tensor_proto::DataType,
};

/// A model with many kinds of parts: convolution, pooling, normalisation, shapes, recurrence.
fn rich() -> Vec<u8> {
    Graph::new(&[2, 8])
        .weight("w", &[3, 2, 3], &numbers(1, 18))
        .weight("b", &[3], &numbers(2, 3))
        .weight("scale", &[3], &[1.0; 3])
        .weight("var", &[3], &[0.5; 3])
        .indices("shape", &[0, -1])
        .weight("gw", &[12, 4], &numbers(3, 48))
        .node("Conv", &["x", "w", "b"], "c", vec![ints("pads", &[1, 1])])
        .node(
            "BatchNormalization",
            &["c", "scale", "b", "b", "var"],
            "n",
            vec![],
        )
        .node("Relu", &["n"], "r", vec![])
        .node(
            "MaxPool",
            &["r"],
            "p",
            vec![ints("kernel_shape", &[2]), ints("strides", &[2])],
        )
        .node("Reshape", &["p", "shape"], "f", vec![])
        .node("Gemm", &["f", "gw"], "y", vec![])
        .file(&[2, 8], &[4])
}

/// An encoder that loads must also run, or say why not.
fn try_it(bytes: &[u8]) -> Result<()> {
    let encoder = Encoder::builder().max_bytes(1 << 20).from_bytes(bytes)?;
    let shape = encoder.manifest().input.shape();
    let data = numbers(5, shape.iter().product());
    encoder.encode(&Input::tensor(&data, &shape)?).map(drop)
}

fn refused(kind: ErrorKind, result: Result<Encoder>) {
    let error = result.expect_err("such a file must not load");
    assert_eq!(error.kind(), kind, "{error}");
}

#[test]
fn a_good_file_loads() {
    try_it(&rich()).expect("or else the tests below test nothing");
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    let good = rich();
    for length in 0..good.len() {
        assert!(
            try_it(&good[..length]).is_err(),
            "the first {length} bytes of {} load",
            good.len()
        );
    }
}

fn config() -> Config {
    Config {
        cases: 400,
        rng_seed: RngSeed::Fixed(13),
        failure_persistence: None,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config())]

    // The result does not matter: a panic, an abort or a hang fails the test by itself.
    #[test]
    fn flipped_bits_never_panic(flips in prop::collection::vec((any::<prop::sample::Index>(), 0u8..8), 1..4)) {
        let mut bytes = rich();
        for (at, bit) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        let _ = try_it(&bytes);
    }

    #[test]
    fn spliced_parts_never_panic(
        from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>(), length in 1usize..40,
    ) {
        let mut bytes = rich();
        let from = from.index(bytes.len() - length);
        let part = bytes[from..from + length].to_vec();
        let to = to.index(bytes.len());
        bytes.splice(to..to, part);
        let _ = try_it(&bytes);
    }

    #[test]
    fn random_attributes_never_panic(values in prop::collection::vec(attribute_value(), 8)) {
        let numbers = &values[..];
        let pool = Graph::new(&[2, 8]).node("MaxPool", &["x"], "y", vec![
            ints("kernel_shape", &numbers[..1]), ints("strides", &numbers[1..2]), ints("pads", &numbers[2..4]),
            ints("dilations", &numbers[4..5]),
        ]);
        let _ = pool.load(&[2, 8], &[2, 8]);
        let conv = Graph::new(&[2, 8]).weight("w", &[2, 1, 3], &[0.5; 6]).node("Conv", &["x", "w"], "y", vec![
            int("group", numbers[0]), ints("strides", &numbers[1..2]), ints("pads", &numbers[2..4]),
            ints("dilations", &numbers[4..5]),
        ]);
        let _ = conv.load(&[2, 8], &[2, 8]);
        let shapes = Graph::new(&[2, 8]).indices("a", &numbers[..3]).indices("b", &numbers[3..4])
            .indices("c", &numbers[4..5]).indices("d", &numbers[5..6]).indices("e", &numbers[6..7])
            .node("Slice", &["x", "b", "c", "d", "e"], "s", vec![])
            .node("Reshape", &["s", "a"], "r", vec![])
            .node("Transpose", &["r"], "t", vec![ints("perm", &numbers[2..5])])
            .node("Flatten", &["t"], "y", vec![int("axis", numbers[7])]);
        let _ = shapes.load(&[2, 8], &[16]);
        let pad = Graph::new(&[2, 8]).indices("p", &numbers[..6]).node("Pad", &["x", "p"], "y", vec![]);
        let _ = pad.load(&[2, 8], &[2, 8]);
    }
}

fn attribute_value() -> impl Strategy<Value = i64> {
    prop_oneof![
        6 => -4i64..20,
        1 => Just(1 << 20),
        1 => Just(1 << 40),
        1 => prop_oneof![Just(i64::MAX), Just(i64::MIN), Just(i64::from(i32::MAX)), Just(-(1 << 33))],
    ]
}

#[test]
fn operators_outside_the_list_are_refused() {
    for operator in [
        "If",
        "Loop",
        "Scan",
        "ConstantOfShape",
        "Expand",
        "Tile",
        "Range",
        "Resize",
        "RandomNormal",
        "",
        "\n",
    ] {
        refused(
            ErrorKind::OperatorNotAllowed,
            Graph::new(&[4])
                .node(operator, &["x"], "y", vec![])
                .load(&[4], &[4]),
        );
    }
    let mut model = dense_graph().model(&[3]);
    model.graph.as_mut().expect("a graph").node[0].domain = "com.example".into();
    refused(ErrorKind::OperatorNotAllowed, load(&model));
}

fn load(model: &ModelProto) -> Result<Encoder> {
    Encoder::from_bytes(&pack(&model.encode_to_vec(), tensor_input(&[4]), &[3]))
}

/// The dense model with one thing changed.
fn changed(change: impl FnOnce(&mut ModelProto, &mut GraphProto)) -> Result<Encoder> {
    let mut model = dense_graph().model(&[3]);
    let mut graph = model.graph.take().expect("a graph");
    change(&mut model, &mut graph);
    model.graph = Some(graph);
    load(&model)
}

#[test]
fn other_doors_into_a_model_are_closed() {
    let not_allowed = ErrorKind::OperatorNotAllowed;
    refused(
        not_allowed,
        changed(|_, graph| graph.initializer[0].data_location = Some(1)),
    );
    refused(
        not_allowed,
        changed(|_, graph| {
            let entry = StringStringEntryProto {
                key: "location".into(),
                value: "/etc/passwd".into(),
            };
            graph.initializer[0].external_data.push(entry);
        }),
    );
    refused(
        not_allowed,
        changed(|model, _| model.functions.push(FunctionProto::default())),
    );
    refused(
        not_allowed,
        changed(|model, _| model.training_info.push(TrainingInfoProto::default())),
    );
    refused(
        not_allowed,
        changed(|_, graph| graph.sparse_initializer.push(SparseTensorProto::default())),
    );
    refused(
        not_allowed,
        changed(|_, graph| {
            let mut attribute = int("body", 0);
            attribute.r#type = AttributeType::Graph as i32;
            attribute.g = Some(GraphProto::default());
            graph.node[0].attribute.push(attribute);
        }),
    );
    refused(
        not_allowed,
        changed(|_, graph| {
            let mut attribute = int("bodies", 0);
            attribute.graphs.push(GraphProto::default());
            graph.node[0].attribute.push(attribute);
        }),
    );
}

#[test]
fn tensors_must_fit_in_the_file_and_hold_what_they_say() {
    let malformed = ErrorKind::ModelMalformed;
    refused(
        malformed,
        changed(|_, graph| graph.initializer[0].dims = vec![1 << 40, 5]),
    );
    refused(
        malformed,
        changed(|_, graph| graph.initializer[0].dims = vec![i64::MAX, i64::MAX]),
    );
    refused(
        malformed,
        changed(|_, graph| graph.initializer[0].dims = vec![-4, -5]),
    );
    refused(
        malformed,
        changed(|_, graph| graph.initializer[0].dims = vec![40, 5]),
    );
    refused(
        malformed,
        changed(|_, graph| graph.initializer[0].raw_data.truncate(7)),
    );
    refused(
        malformed,
        changed(|_, graph| graph.initializer[0].data_type = 77),
    );
    refused(
        malformed,
        changed(|_, graph| graph.initializer[0].data_type = DataType::String as i32),
    );
}

#[test]
fn graphs_that_make_no_sense_are_malformed() {
    let malformed = ErrorKind::ModelMalformed;
    let mut empty = dense_graph().model(&[3]);
    empty.graph = None;
    refused(malformed, load(&empty));
    refused(malformed, changed(|_, graph| graph.node.clear()));
    refused(
        malformed,
        changed(|_, graph| graph.node[0].input[0] = "nowhere".into()),
    );
    refused(malformed, changed(|_, graph| graph.node.swap(0, 2)));
    refused(
        malformed,
        changed(|_, graph| graph.node[1].output[0] = "h".into()),
    );
    refused(
        malformed,
        changed(|_, graph| graph.output[0].name = "nowhere".into()),
    );
    refused(
        malformed,
        changed(|_, graph| graph.node[0].input[1] = "w2".into()),
    );
    refused(malformed, changed(|_, graph| graph.input.clear()));
}

#[test]
fn the_manifest_and_the_graph_must_agree() {
    let mismatch = ErrorKind::ManifestMismatch;
    let model = dense_graph().bytes(&[3]);
    for (input, output) in [
        (vec![5], vec![3]),
        (vec![4, 1], vec![3]),
        (vec![2, 2], vec![3]),
        (vec![4], vec![4]),
        (vec![4], vec![3, 1]),
    ] {
        refused(
            mismatch,
            Encoder::from_bytes(&pack(&model, tensor_input(&input), &output)),
        );
    }
    refused(
        mismatch,
        changed(|_, graph| graph.input.push(value("z", None, &[4]))),
    );
    refused(
        mismatch,
        changed(|_, graph| graph.output.push(value("h", None, &[5]))),
    );
    refused(mismatch, changed(|_, graph| graph.input[0].r#type = None));
    let twice_the_batch = dense_graph().fixed_batch(2, &[4]).bytes(&[3]);
    let loaded = Encoder::from_bytes(&pack(&twice_the_batch, tensor_input(&[4]), &[3]));
    if let Err(error) = loaded {
        assert_eq!(error.kind(), mismatch, "{error}");
    }
}

#[test]
fn initializers_may_be_listed_as_inputs() {
    changed(|_, graph| graph.input.push(value("w1", Some(4), &[5])))
        .expect("old exporters list all weights as inputs");
}

#[test]
fn the_size_limit_counts_every_byte() {
    let good = rich();
    let length = good.len() as u64;
    Encoder::builder()
        .max_bytes(length)
        .from_bytes(&good)
        .expect("not above the limit");
    refused(
        ErrorKind::ModelTooLarge,
        Encoder::builder().max_bytes(length - 1).from_bytes(&good),
    );
    refused(
        ErrorKind::ModelTooLarge,
        Encoder::builder().max_bytes(0).from_bytes(&good),
    );
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("encoder.onnx");
    std::fs::write(&path, &good).expect("written");
    Encoder::builder()
        .max_bytes(length)
        .open(&path)
        .expect("not above the limit");
    refused(
        ErrorKind::ModelTooLarge,
        Encoder::builder().max_bytes(length - 1).open(&path),
    );
    refused(ErrorKind::FileUnreadable, Encoder::open(folder.path()));
    refused(
        ErrorKind::FileUnreadable,
        Encoder::open(folder.path().join("nothing.onnx")),
    );
}
