//! Changes to the messages of a model.

mod attribute;
mod manifest;
mod node;
mod tensor;

use super::random::Random;
use prost::Message;
use tract_onnx::pb::{
    GraphProto, ModelProto, OperatorSetIdProto, StringStringEntryProto, ValueInfoProto,
    tensor_shape_proto::dimension, type_proto,
};

/// The model from which files that cannot be read start again.
const START: &[u8] = include_bytes!("../../../testdata/encoders/series.onnx");

/// Changes a file in place and returns its new size, at most `most`.
pub fn mutate(data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    let mut random = Random::new(seed);
    // Bytes as they come, for the parser itself.
    if random.one_in(12) {
        return libfuzzer_sys::fuzzer_mutate(data, size, most);
    }
    let mut model = ModelProto::decode(&data[..size]).unwrap_or_else(|_| start());
    if model.graph.is_none() {
        model = start();
    }
    for _ in 0..=random.below(4) {
        change(&mut model, &mut random);
    }
    let changed = model.encode_to_vec();
    let fits = changed.len() <= most && changed.len() <= data.len();
    if !fits {
        return libfuzzer_sys::fuzzer_mutate(data, size, most);
    }
    data[..changed.len()].copy_from_slice(&changed);
    changed.len()
}

fn start() -> ModelProto {
    ModelProto::decode(START).expect("an encoder of testdata")
}

fn change(model: &mut ModelProto, random: &mut Random) {
    let ModelProto {
        graph: Some(graph),
        metadata_props,
        opset_import,
        ..
    } = model
    else {
        return;
    };
    match random.below(20) {
        0..7 => node::change(graph, random),
        7..11 => attribute::change(graph, random),
        11..15 => tensor::change(graph, random),
        15 => shapes(graph, random),
        16 => versions(opset_import, random),
        17 => outputs(graph, random),
        _ => manifest_of(metadata_props, random),
    }
}

/// The shapes that the graph declares.
fn shapes(graph: &mut GraphProto, random: &mut Random) {
    let values: &mut Vec<ValueInfoProto> = match random.below(6) {
        0..3 => &mut graph.input,
        3 | 4 => &mut graph.output,
        _ => &mut graph.value_info,
    };
    let Some(at) = random.place(values) else {
        return;
    };
    let Some(type_proto::Value::TensorType(tensor)) =
        values[at].r#type.as_mut().and_then(|of| of.value.as_mut())
    else {
        return;
    };
    if random.one_in(8) {
        tensor.elem_type = random.whole() as i32;
    }
    let Some(shape) = tensor.shape.as_mut() else {
        return;
    };
    match (random.below(4), random.place(&shape.dim)) {
        (0, Some(at)) => drop(shape.dim.remove(at)),
        (1, Some(at)) => shape.dim.insert(at, shape.dim[at].clone()),
        (2, Some(at)) => {
            let names = ["batch", "n", "2*n", "(n+1)", "n/0", "-1", "", "x y"];
            let name = random.pick(&names).to_string();
            shape.dim[at].value = Some(dimension::Value::DimParam(name));
        }
        (_, Some(at)) => shape.dim[at].value = Some(dimension::Value::DimValue(random.whole())),
        (_, None) => {}
    }
}

fn versions(opsets: &mut Vec<OperatorSetIdProto>, random: &mut Random) {
    match random.place(opsets) {
        Some(at) if !random.one_in(8) => opsets[at].version = random.below(26) as i64,
        _ => opsets.push(OperatorSetIdProto {
            domain: random.pick(&["", "ai.onnx", "ai.onnx.ml"]).to_string(),
            version: random.below(26) as i64,
        }),
    }
}

/// Which value leaves.
fn outputs(graph: &mut GraphProto, random: &mut Random) {
    let Some(at) = random.place(&graph.node) else {
        return;
    };
    let node = &graph.node[at];
    let Some(name) = random
        .place(&node.output)
        .map(|out| node.output[out].clone())
    else {
        return;
    };
    if let Some(output) = graph.output.first_mut() {
        output.name = name;
    }
}

fn manifest_of(properties: &mut [StringStringEntryProto], random: &mut Random) {
    if let Some(at) = random.place(properties) {
        properties[at].value = manifest::change(&properties[at].value, random);
    }
}
