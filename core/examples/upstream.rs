//! Faults of tract-onnx 0.23.9 that the reader of models works round, each with a model of one node.
//!
//! The reports are in `docs/upstream`. Some of these end the process: run one at a time, with memory limited.
//!
//! ```text
//! cargo build --release --workspace --example upstream
//! (ulimit -v 4000000; target/release/examples/upstream transpose)
//! ```

use tract_onnx::pb::*;
use tract_onnx::prelude::*;

fn model(shape: &[i64], nodes: Vec<NodeProto>, initializer: Vec<TensorProto>) -> ModelProto {
    use tensor_shape_proto::{Dimension, dimension::Value};
    let value = |name: &str| ValueInfoProto {
        name: name.into(),
        r#type: Some(TypeProto {
            value: Some(type_proto::Value::TensorType(type_proto::Tensor {
                elem_type: 1,
                shape: Some(TensorShapeProto {
                    dim: shape
                        .iter()
                        .map(|&axis| Dimension {
                            value: Some(Value::DimValue(axis)),
                            ..Default::default()
                        })
                        .collect(),
                }),
            })),
            ..Default::default()
        }),
        ..Default::default()
    };
    let mut graph = GraphProto {
        node: nodes,
        initializer,
        input: vec![value("x")],
        ..Default::default()
    };
    graph.output = vec![ValueInfoProto {
        name: "y".into(),
        ..Default::default()
    }];
    ModelProto {
        ir_version: 8,
        opset_import: vec![OperatorSetIdProto {
            domain: String::new(),
            version: 13,
        }],
        graph: Some(graph),
        ..Default::default()
    }
}

fn node(operator: &str, inputs: &[&str], attribute: Vec<AttributeProto>) -> NodeProto {
    NodeProto {
        input: inputs.iter().map(|name| name.to_string()).collect(),
        output: vec!["y".into()],
        name: operator.into(),
        op_type: operator.into(),
        attribute,
        ..Default::default()
    }
}

fn run(model: &ModelProto, input: Tensor) -> TractResult<Tensor> {
    let plan = tract_onnx::onnx()
        .model_for_proto_model(model)?
        .into_optimized()?
        .into_runnable()?;
    Ok(plan.run(tvec!(input.into()))?.remove(0).into_tensor())
}

fn floats(name: &str, dims: &[i64], data: &[f32]) -> TensorProto {
    TensorProto {
        name: name.into(),
        data_type: 1,
        dims: dims.to_vec(),
        float_data: data.to_vec(),
        ..Default::default()
    }
}

fn ints(name: &str, ints: &[i64]) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        r#type: 7,
        ints: ints.to_vec(),
        ..Default::default()
    }
}

/// What a model gives for an input, or the engine's words.
fn show(model: &ModelProto, input: Tensor) {
    match run(model, input) {
        Ok(output) => {
            let values = output
                .to_plain_array_view::<f32>()
                .expect("the output is f32");
            println!("{:?}", values.iter().collect::<Vec<_>>());
        }
        Err(error) => println!("error: {error}"),
    }
}

/// Expected by onnxruntime: 0, 88, 100.
fn softplus() {
    let model = model(&[1, 3], vec![node("Softplus", &["x"], vec![])], vec![]);
    show(&model, tensor2(&[[-200f32, 88.0, 100.0]]));
}

/// Expected by onnxruntime: -400, -199, -100, 0.
fn log_softmax() {
    let model = model(&[1, 4], vec![node("LogSoftmax", &["x"], vec![])], vec![]);
    show(&model, tensor2(&[[-300f32, -99.0, 0.0, 100.0]]));
}

/// Expected: an error, as `perm` is no permutation.
fn transpose() {
    let perm = vec![ints("perm", &[0, 0, 0])];
    let model = model(&[1, 4, 4], vec![node("Transpose", &["x"], perm)], vec![]);
    show(
        &model,
        Tensor::zero::<f32>(&[1, 4, 4]).expect("a small tensor"),
    );
}

/// Expected: an error, as there is no axis of channels.
fn normalisation() {
    let inputs = ["x", "s", "s", "s", "s"];
    let one = floats("s", &[1], &[1.0]);
    let model = model(
        &[1],
        vec![node("BatchNormalization", &inputs, vec![])],
        vec![one],
    );
    show(&model, Tensor::zero::<f32>(&[1]).expect("a small tensor"));
}

/// Expected: two different results, as the second layer runs backwards.
fn lstm() {
    let hidden = AttributeProto {
        name: "hidden_size".into(),
        r#type: 2,
        i: 1,
        ..Default::default()
    };
    let direction = AttributeProto {
        name: "direction".into(),
        r#type: 3,
        s: b"reverse".to_vec(),
        ..Default::default()
    };
    for attributes in [vec![hidden.clone()], vec![hidden, direction]] {
        let weights = ["w", "r"].map(|name| floats(name, &[1, 4, 1], &[1.0; 4]));
        let node = node("LSTM", &["x", "w", "r"], attributes);
        let model = model(&[2, 1, 1], vec![node], weights.to_vec());
        show(&model, tensor3(&[[[1f32]], [[-1.0]]]));
    }
}

/// Expected: an error, or a limit on nesting.
fn symbol() {
    let mut model = model(&[1, 3], vec![node("Relu", &["x"], vec![])], vec![]);
    let graph = model.graph.as_mut().expect("made above");
    let kind = graph.input[0]
        .r#type
        .as_mut()
        .and_then(|kind| kind.value.as_mut());
    let Some(type_proto::Value::TensorType(tensor)) = kind else {
        return;
    };
    let nested = format!("{}1{}", "(".repeat(20_000), ")".repeat(20_000));
    let axes = tensor.shape.as_mut().expect("made above");
    axes.dim[0].value = Some(tensor_shape_proto::dimension::Value::DimParam(nested));
    show(&model, tensor2(&[[1f32, 2.0, 3.0]]));
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("softplus") => softplus(),
        Some("log-softmax") => log_softmax(),
        Some("transpose") => transpose(),
        Some("normalisation") => normalisation(),
        Some("lstm") => lstm(),
        Some("symbol") => symbol(),
        _ => eprintln!(
            "expected one of softplus, log-softmax, transpose, normalisation, lstm, symbol"
        ),
    }
}
