//! What a call costs in Rust, to be compared with the same call in Kotlin and Swift: writes the encoder that they use, too.
//!
//! ```text
//! cargo run --release --workspace --example overhead -- ENCODER.onnx
//! ```
//!
//! The encoder takes 48 KiB (6 channels of 2048 steps) and gives 128 KiB (16 of 2048); its one layer does next to nothing. Prints
//! the median of a call, in microseconds.

use prost::Message;
use std::error::Error;
use std::time::Instant;
use tiprdc::{
    Encoder, Input, InputSpec, MANIFEST_FORMAT, Manifest, Method, OutputSpec, Release, SeriesSpec,
    embed_manifest,
};
use tract_onnx::pb::{
    GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto, TensorShapeProto,
    TypeProto, ValueInfoProto, tensor_proto::DataType, tensor_shape_proto as shape, type_proto,
};

const CHANNELS: usize = 6;
const STEPS: usize = 2048;
const FEATURES: usize = 16;
const CALLS: usize = 3000;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: overhead ENCODER")?;
    std::fs::write(&path, embed_manifest(&model(), &manifest())?)?;
    let encoder = Encoder::open(&path)?;
    let window: Vec<f32> = (0..CHANNELS * STEPS).map(|i| (i % 11) as f32).collect();
    let mut times = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let start = Instant::now();
        let features = encoder.encode(&Input::series(&window, CHANNELS, STEPS)?)?;
        let file = features.to_bytes();
        times.push(start.elapsed());
        assert!(file.len() > FEATURES * STEPS * size_of::<f32>());
    }
    times.sort();
    println!("{:.1}", times[CALLS / 2].as_secs_f64() * 1e6);
    Ok(())
}

/// A convolution of one step: `[channels, steps]` to `[features, steps]`.
fn model() -> Vec<u8> {
    let weights = (0..FEATURES * CHANNELS).map(|i| i as f32 / 100.0).collect();
    let graph = GraphProto {
        name: "overhead".into(),
        input: vec![value("x", CHANNELS)],
        output: vec![value("y", FEATURES)],
        initializer: vec![TensorProto {
            name: "w".into(),
            dims: vec![FEATURES as i64, CHANNELS as i64, 1],
            data_type: DataType::Float as i32,
            float_data: weights,
            ..Default::default()
        }],
        node: vec![NodeProto {
            op_type: "Conv".into(),
            input: vec!["x".into(), "w".into()],
            output: vec!["y".into()],
            ..Default::default()
        }],
        ..Default::default()
    };
    let model = ModelProto {
        ir_version: 8,
        opset_import: vec![OperatorSetIdProto {
            version: 17,
            ..Default::default()
        }],
        graph: Some(graph),
        ..Default::default()
    };
    model.encode_to_vec()
}

/// A tensor `[batch, channels, steps]` of f32.
fn value(name: &str, channels: usize) -> ValueInfoProto {
    let fixed = |size: usize| shape::dimension::Value::DimValue(size as i64);
    let batch = shape::dimension::Value::DimParam("batch".into());
    let axes = [batch, fixed(channels), fixed(STEPS)];
    let dim = axes.map(|value| shape::Dimension {
        value: Some(value),
        ..Default::default()
    });
    let tensor = type_proto::Tensor {
        elem_type: DataType::Float as i32,
        shape: Some(TensorShapeProto { dim: dim.into() }),
    };
    ValueInfoProto {
        name: name.into(),
        r#type: Some(TypeProto {
            value: Some(type_proto::Value::TensorType(tensor)),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn manifest() -> Manifest {
    Manifest {
        format: MANIFEST_FORMAT,
        name: "overhead".into(),
        version: "1.0.0".into(),
        input: InputSpec::Series(SeriesSpec {
            channels: CHANNELS,
            steps: STEPS,
            rate_hz: 50.0,
            mean: vec![],
            std: vec![],
        }),
        output: OutputSpec {
            shape: vec![FEATURES, STEPS],
            ..Default::default()
        },
        release: Release::Exact,
        method: Method {
            kind: "untrained".into(),
            ..Default::default()
        },
        training: None,
        audit: None,
    }
}
