//! Attributes: of any node, known ones before others.

use crate::random::Random;
use tract_onnx::pb::{
    AttributeProto, GraphProto, TensorProto, attribute_proto::AttributeType, tensor_proto::DataType,
};

const WHOLE: [&str; 18] = [
    "axis",
    "to",
    "keepdims",
    "ceil_mode",
    "count_include_pad",
    "group",
    "hidden_size",
    "linear_before_reset",
    "layout",
    "transA",
    "transB",
    "training_mode",
    "storage_order",
    "num_outputs",
    "noop_with_empty_axes",
    "allowzero",
    "start",
    "end",
];
const LISTS: [&str; 9] = [
    "kernel_shape",
    "pads",
    "strides",
    "dilations",
    "perm",
    "axes",
    "split",
    "starts",
    "ends",
];
const FLOATS: [&str; 7] = [
    "alpha", "beta", "epsilon", "gamma", "clip", "momentum", "min",
];
const TEXTS: [&str; 4] = ["auto_pad", "direction", "mode", "approximate"];
const WORDS: [&str; 9] = [
    "NOTSET",
    "SAME_UPPER",
    "SAME_LOWER",
    "VALID",
    "forward",
    "bidirectional",
    "reflect",
    "edge",
    "tanh",
];

pub fn change(graph: &mut GraphProto, random: &mut Random) {
    let Some(at) = random.place(&graph.node) else {
        return;
    };
    let attributes = &mut graph.node[at].attribute;
    match (random.below(5), random.place(attributes)) {
        (0, Some(at)) => drop(attributes.remove(at)),
        (1 | 2, Some(at)) => within(&mut attributes[at], random),
        _ => {
            let new = new(random);
            attributes.retain(|other| other.name != new.name || random.one_in(16));
            attributes.push(new);
        }
    }
}

fn within(attribute: &mut AttributeProto, random: &mut Random) {
    match random.below(6) {
        0 => attribute.i = random.whole(),
        1 => attribute.f = random.float(),
        2 => attribute.r#type = random.below(16) as i32,
        3 => attribute.s = random.pick(&WORDS).as_bytes().to_vec(),
        _ => match (random.below(3), random.place(&attribute.ints)) {
            (0, Some(at)) => drop(attribute.ints.remove(at)),
            (1, Some(at)) => attribute.ints[at] = random.whole(),
            _ => attribute.ints.push(random.whole()),
        },
    }
}

fn new(random: &mut Random) -> AttributeProto {
    let mut attribute = AttributeProto::default();
    let (name, of) = match random.below(9) {
        0..3 => {
            attribute.i = random.whole();
            (*random.pick(&WHOLE), AttributeType::Int)
        }
        3..6 => {
            let length = random.below(7);
            attribute.ints = (0..length).map(|_| random.whole()).collect();
            (*random.pick(&LISTS), AttributeType::Ints)
        }
        6 => {
            attribute.f = random.float();
            (*random.pick(&FLOATS), AttributeType::Float)
        }
        7 => {
            attribute.s = random.pick(&WORDS).as_bytes().to_vec();
            (*random.pick(&TEXTS), AttributeType::String)
        }
        _ => {
            attribute.t = Some(TensorProto {
                dims: vec![random.below(4) as i64],
                data_type: DataType::Int64 as i32,
                int64_data: (0..random.below(4)).map(|_| random.whole()).collect(),
                ..TensorProto::default()
            });
            ("value", AttributeType::Tensor)
        }
    };
    attribute.name = name.into();
    attribute.r#type = of as i32;
    attribute
}
