//! Constants: their shapes, types and numbers.

use crate::random::Random;
use tract_onnx::pb::{GraphProto, TensorProto, tensor_proto::DataType};

pub fn change(graph: &mut GraphProto, random: &mut Random) {
    match random.place(&graph.initializer) {
        Some(at) if !random.one_in(6) => within(&mut graph.initializer[at], random),
        _ if graph.initializer.len() < 40 => graph.initializer.push(new(random)),
        _ => graph.initializer.clear(),
    }
}

fn within(tensor: &mut TensorProto, random: &mut Random) {
    match (random.below(8), random.place(&tensor.dims)) {
        (0, Some(at)) => tensor.dims[at] = random.whole(),
        (1, Some(at)) => drop(tensor.dims.remove(at)),
        (2, _) => tensor.dims.push(random.below(4) as i64),
        (3, Some(at)) => {
            let other = random.below(tensor.dims.len());
            tensor.dims.swap(at, other);
        }
        (4, _) => tensor.data_type = random.below(24) as i32,
        (5, _) => resize(tensor, random),
        _ => numbers(tensor, random),
    }
}

/// A shape of its own, with as many numbers as it says.
fn resize(tensor: &mut TensorProto, random: &mut Random) {
    let rank = random.below(5);
    tensor.dims = (0..rank).map(|_| 1 + random.below(4) as i64).collect();
    let count: i64 = tensor.dims.iter().product();
    tensor.data_type = DataType::Float as i32;
    tensor.raw_data = (0..count)
        .flat_map(|_| (random.below(64) as f32 / 32.0 - 1.0).to_le_bytes())
        .collect();
    tensor.float_data.clear();
    tensor.int64_data.clear();
}

fn numbers(tensor: &mut TensorProto, random: &mut Random) {
    if let Some(at) = random.place(&tensor.int64_data) {
        tensor.int64_data[at] = random.whole();
        return;
    }
    let whole = tensor.data_type == DataType::Int64 as i32;
    let bytes = if whole {
        random.whole().to_le_bytes().to_vec()
    } else {
        random.float().to_le_bytes().to_vec()
    };
    let places = tensor.raw_data.len() / bytes.len();
    if places > 0 {
        let at = random.below(places) * bytes.len();
        tensor.raw_data[at..at + bytes.len()].copy_from_slice(&bytes);
    }
}

fn new(random: &mut Random) -> TensorProto {
    let name = format!("c{}", random.below(8));
    let mut tensor = TensorProto {
        name,
        ..TensorProto::default()
    };
    if random.one_in(2) {
        resize(&mut tensor, random);
        return tensor;
    }
    let length = random.below(5);
    tensor.dims = vec![length as i64];
    tensor.data_type = DataType::Int64 as i32;
    tensor.int64_data = (0..length).map(|_| random.whole()).collect();
    tensor
}
