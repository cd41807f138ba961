//! Encoders that were made to take the host process down, or to tell more than they state.

use super::*;
use tiprdc::ErrorKind::{self, ManifestInvalid, ModelMalformed, ModelTooLarge, OperatorNotAllowed};

/// All of them, each with its kind; none is larger than a few kilobytes.
pub fn files() -> Vec<(&'static str, Vec<u8>, ErrorKind)> {
    vec![
        ("batch-norm-rank-1", batch_norm_of_rank_1(), ModelMalformed),
        (
            "transpose-twice-the-same",
            one("Transpose", vec![ints("perm", &[0, 0, 0])]),
            ModelMalformed,
        ),
        (
            "transpose-short",
            one("Transpose", vec![ints("perm", &[0, 1])]),
            ModelMalformed,
        ),
        ("pool-of-padding", pool_of_padding(), ModelTooLarge),
        ("outer-product", outer_product(), ModelTooLarge),
        ("products-in-a-row", products_in_a_row(), ModelTooLarge),
        ("rank-64", rank_64(), ModelMalformed),
        ("text", cast_to_text(), OperatorNotAllowed),
        ("gather-outside", gather_outside(), ModelMalformed),
        ("split-lies", split_lies(), ModelMalformed),
        ("lstm-lies", lstm(3, vec![]), ModelMalformed),
        (
            "lstm-backwards",
            lstm(2, vec![text("direction", "sideways")]),
            OperatorNotAllowed,
        ),
        (
            "unknown-attribute",
            one("Relu", vec![int("surprise", 1)]),
            OperatorNotAllowed,
        ),
        ("opset-99", opset_99(), OperatorNotAllowed),
        ("epsilon-too-small", epsilon_too_small(), ManifestInvalid),
    ]
}

fn text(name: &str, value: &str) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        r#type: AttributeType::String as i32,
        s: value.as_bytes().to_vec(),
        ..Default::default()
    }
}

/// One node on matrices of 2 x 2.
fn one(operator: &str, attributes: Vec<AttributeProto>) -> Vec<u8> {
    Graph::new(&[2, 2])
        .node(operator, &["x"], "y", attributes)
        .file(&[2, 2], &[2, 2])
}

/// The engine looks for an axis of channels that is not there.
fn batch_norm_of_rank_1() -> Vec<u8> {
    let of_one = |graph: Graph, name: &str| graph.weight(name, &[1], &[1.0]);
    let graph = Graph::new(&[1])
        .indices("flat", &[-1])
        .indices("back", &[-1, 1]);
    ["s", "b", "m", "v"]
        .iter()
        .fold(graph, |graph, name| of_one(graph, name))
        .node("Reshape", &["x", "flat"], "f", vec![])
        .node(
            "BatchNormalization",
            &["f", "s", "b", "m", "v"],
            "n",
            vec![],
        )
        .node("Reshape", &["n", "back"], "y", vec![])
        .file(&[1], &[1])
}

/// The engine keeps a list of offsets for each place of a window on the border.
fn pool_of_padding() -> Vec<u8> {
    let side = 1 << 14;
    Graph::new(&[1, 1])
        .node(
            "AveragePool",
            &["x"],
            "y",
            vec![
                ints("kernel_shape", &[side]),
                ints("pads", &[side - 1, side - 1]),
                int("count_include_pad", 1),
            ],
        )
        .file(&[1, 1], &[1, side as usize])
}

/// Two numbers become many by broadcasting.
fn outer_product() -> Vec<u8> {
    let side = 1 << 14;
    Graph::new(&[side])
        .indices("column", &[-1, side as i64, 1])
        .indices("row", &[-1, 1, side as i64])
        .node("Reshape", &["x", "column"], "c", vec![])
        .node("Reshape", &["x", "row"], "r", vec![])
        .node("Mul", &["c", "r"], "p", vec![])
        .node(
            "ReduceMax",
            &["p"],
            "y",
            vec![ints("axes", &[1]), int("keepdims", 0)],
        )
        .file(&[side], &[side])
}

/// Squares a matrix that is made of the input, again and again.
fn products_in_a_row() -> Vec<u8> {
    let side = 1024;
    let graph = Graph::new(&[side])
        .indices("column", &[-1, side as i64, 1])
        .indices("row", &[-1, 1, side as i64])
        .node("Reshape", &["x", "column"], "c", vec![])
        .node("Reshape", &["x", "row"], "r", vec![])
        .node("Mul", &["c", "r"], "p0", vec![]);
    (0..8)
        .fold(graph, |graph, step| {
            let (from, to) = (format!("p{step}"), format!("p{}", step + 1));
            graph.node("MatMul", &[&from, &from], &to, vec![])
        })
        .node(
            "ReduceMax",
            &["p8"],
            "y",
            vec![ints("axes", &[1]), int("keepdims", 0)],
        )
        .file(&[side], &[side])
}

fn rank_64() -> Vec<u8> {
    Graph::new(&[1])
        .indices("deep", &[1; 64])
        .indices("flat", &[-1, 1])
        .node("Reshape", &["x", "deep"], "d", vec![])
        .node("Tanh", &["d"], "t", vec![])
        .node("Reshape", &["t", "flat"], "y", vec![])
        .file(&[1], &[1])
}

/// An element of text is larger than one of numbers.
fn cast_to_text() -> Vec<u8> {
    Graph::new(&[2])
        .node(
            "Cast",
            &["x"],
            "t",
            vec![int("to", DataType::String as i64)],
        )
        .node("Cast", &["t"], "y", vec![int("to", DataType::Float as i64)])
        .file(&[2], &[2])
}

fn gather_outside() -> Vec<u8> {
    Graph::new(&[2])
        .indices("outside", &[7])
        .node("Gather", &["x", "outside"], "y", vec![int("axis", 1)])
        .file(&[2], &[1])
}

fn split_lies() -> Vec<u8> {
    Graph::new(&[4])
        .indices("sizes", &[3, 3])
        .node("Split", &["x", "sizes"], "y,rest", vec![int("axis", 1)])
        .file(&[4], &[3])
}

/// A state of another size than the weights have, or an attribute more.
fn lstm(hidden: i64, attributes: Vec<AttributeProto>) -> Vec<u8> {
    let attributes = [vec![int("hidden_size", hidden)], attributes].concat();
    Graph::new(&[3, 2])
        .weight("w", &[1, 8, 2], &numbers(1, 16))
        .weight("r", &[1, 8, 2], &numbers(2, 16))
        .indices("flat", &[-1, 2])
        .node("Transpose", &["x"], "t", vec![ints("perm", &[1, 0, 2])])
        .node("LSTM", &["t", "w", "r"], "all,last", attributes)
        .node("Reshape", &["last", "flat"], "y", vec![])
        .file(&[3, 2], &[2])
}

fn opset_99() -> Vec<u8> {
    Graph::new(&[2])
        .opset(99)
        .node("Relu", &["x"], "y", vec![])
        .file(&[2], &[2])
}

/// Half of what its noise proves.
fn epsilon_too_small() -> Vec<u8> {
    let good = released(laplace(), plain_output(&[2]));
    let mut model = ModelProto::decode(good.as_slice()).expect("it was written here");
    let manifest = &mut model.metadata_props[0].value;
    *manifest = manifest.replace(r#""epsilon":4.0"#, r#""epsilon":2.0"#);
    model.encode_to_vec()
}
