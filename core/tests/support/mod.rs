//! Tiny ONNX models and manifests, put together by hand, so that tests know every number in them.

#![allow(dead_code, reason = "every test file uses its own part")]

pub mod cases;
pub mod hostile;
pub mod replay;
pub mod sensors;
pub mod tiny;
pub mod vectors;

use prost::Message;
use tiprdc::{
    Dtype, Encoder, Field, FieldKind, Fit, ImageSpec, InputSpec, MANIFEST_FORMAT, Manifest, Method,
    OutputSpec, RecordSpec, Release, Result, SeriesSpec, TensorSpec, embed_manifest,
};
use tract_onnx::pb::{
    self, AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto,
    TensorShapeProto, TypeProto, ValueInfoProto, attribute_proto::AttributeType,
    tensor_proto::DataType, tensor_shape_proto,
};

/// A graph from the input `x` to the output `y`.
pub struct Graph {
    pub proto: GraphProto,
    pub opset: i64,
}

impl Graph {
    /// `input` is the shape of one record; the batch axis in front of it is symbolic.
    pub fn new(input: &[usize]) -> Self {
        let proto = GraphProto {
            name: "test".into(),
            input: vec![value("x", None, input)],
            ..Default::default()
        };
        Graph { proto, opset: 17 }
    }

    /// The input's batch axis is a fixed number.
    pub fn fixed_batch(mut self, batch: i64, input: &[usize]) -> Self {
        self.proto.input = vec![value("x", Some(batch), input)];
        self
    }

    pub fn opset(mut self, opset: i64) -> Self {
        self.opset = opset;
        self
    }

    pub fn weight(mut self, name: &str, dims: &[usize], data: &[f32]) -> Self {
        self.proto.initializer.push(tensor(name, dims, data));
        self
    }

    pub fn indices(mut self, name: &str, data: &[i64]) -> Self {
        self.proto.initializer.push(TensorProto {
            dims: vec![data.len() as i64],
            data_type: DataType::Int64 as i32,
            name: name.into(),
            int64_data: data.to_vec(),
            ..Default::default()
        });
        self
    }

    pub fn node(
        mut self,
        operator: &str,
        inputs: &[&str],
        output: &str,
        attribute: Vec<AttributeProto>,
    ) -> Self {
        self.proto.node.push(NodeProto {
            input: inputs.iter().map(|name| name.to_string()).collect(),
            output: output.split(',').map(str::to_string).collect(),
            name: format!("{operator}_{}", self.proto.node.len()),
            op_type: operator.into(),
            attribute,
            ..Default::default()
        });
        self
    }

    pub fn model(mut self, output: &[usize]) -> ModelProto {
        self.proto.output = vec![value("y", None, output)];
        ModelProto {
            ir_version: 8,
            opset_import: vec![OperatorSetIdProto {
                domain: String::new(),
                version: self.opset,
            }],
            producer_name: "test".into(),
            graph: Some(self.proto),
            ..Default::default()
        }
    }

    /// The file, without a manifest.
    pub fn bytes(self, output: &[usize]) -> Vec<u8> {
        self.model(output).encode_to_vec()
    }

    /// The file with a manifest of kind `tensor`, not loaded yet.
    pub fn file(self, input: &[usize], output: &[usize]) -> Vec<u8> {
        pack(&self.bytes(output), tensor_input(input), output)
    }

    /// Loaded, as an encoder of kind `tensor`.
    pub fn load(self, input: &[usize], output: &[usize]) -> Result<Encoder> {
        Encoder::from_bytes(&self.file(input, output))
    }
}

pub fn tensor(name: &str, dims: &[usize], data: &[f32]) -> TensorProto {
    TensorProto {
        dims: dims.iter().map(|&axis| axis as i64).collect(),
        data_type: DataType::Float as i32,
        name: name.into(),
        raw_data: data.iter().flat_map(|value| value.to_le_bytes()).collect(),
        ..Default::default()
    }
}

pub fn value(name: &str, batch: Option<i64>, shape: &[usize]) -> ValueInfoProto {
    use tensor_shape_proto::{Dimension, dimension::Value};
    let batch = batch.map_or(Value::DimParam("batch".into()), Value::DimValue);
    let axes = std::iter::once(batch).chain(shape.iter().map(|&axis| Value::DimValue(axis as i64)));
    let dim = axes
        .map(|value| Dimension {
            value: Some(value),
            ..Default::default()
        })
        .collect();
    let tensor = pb::type_proto::Tensor {
        elem_type: DataType::Float as i32,
        shape: Some(TensorShapeProto { dim }),
    };
    ValueInfoProto {
        name: name.into(),
        r#type: Some(TypeProto {
            value: Some(pb::type_proto::Value::TensorType(tensor)),
            ..Default::default()
        }),
        ..Default::default()
    }
}

pub fn ints(name: &str, values: &[i64]) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        r#type: AttributeType::Ints as i32,
        ints: values.to_vec(),
        ..Default::default()
    }
}

pub fn int(name: &str, value: i64) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        r#type: AttributeType::Int as i32,
        i: value,
        ..Default::default()
    }
}

pub fn tensor_input(shape: &[usize]) -> InputSpec {
    InputSpec::Tensor(TensorSpec {
        shape: shape.to_vec(),
    })
}

pub fn series_input(channels: usize, steps: usize, mean: &[f32], std: &[f32]) -> InputSpec {
    InputSpec::Series(SeriesSpec {
        channels,
        steps,
        rate_hz: 50.0,
        mean: mean.to_vec(),
        std: std.to_vec(),
    })
}

pub fn image_input(width: usize, height: usize, channels: usize, fit: Fit) -> ImageSpec {
    ImageSpec {
        width,
        height,
        channels,
        fit,
        mean: Vec::new(),
        std: Vec::new(),
    }
}

/// `age` (mean 40, deviation 10) and `work` (`private`, `state`, `none`): a vector of 4 numbers.
pub fn record_input() -> InputSpec {
    let field = |name: &str, kind| Field {
        name: name.into(),
        kind,
    };
    let categories = ["private", "state", "none"].map(String::from).to_vec();
    InputSpec::Record(RecordSpec {
        fields: vec![
            field(
                "age",
                FieldKind::Numeric {
                    mean: 40.0,
                    std: 10.0,
                },
            ),
            field("work", FieldKind::Categorical { categories }),
        ],
    })
}

pub fn manifest(input: InputSpec, output: &[usize]) -> Manifest {
    Manifest {
        format: MANIFEST_FORMAT,
        name: "test".into(),
        version: "1.0.0".into(),
        input,
        output: OutputSpec {
            shape: output.to_vec(),
            ..OutputSpec::default()
        },
        release: Release::Exact,
        method: Method {
            kind: "external".into(),
            private: vec!["gender".into()],
            ..Default::default()
        },
        training: None,
        audit: None,
    }
}

pub fn pack(model: &[u8], input: InputSpec, output: &[usize]) -> Vec<u8> {
    embed_manifest(model, &manifest(input, output))
        .expect("the model is protobuf and the manifest is valid")
}

/// The preprocessed input itself as features.
pub fn identity(input: InputSpec) -> Encoder {
    let shape = input.shape();
    let model = Graph::new(&shape)
        .node("Identity", &["x"], "y", vec![])
        .bytes(&shape);
    Encoder::from_bytes(&pack(&model, input, &shape)).expect("an identity is an encoder")
}

/// A vector that leaves by this release, rounded as `output` says: the file.
///
/// The network gives back its input; of a substitute release, the input is the logits.
pub fn released(release: Release, output: OutputSpec) -> Vec<u8> {
    let shape = match &release {
        Release::Substitute { count, .. } => vec![*count],
        _ => output.shape.clone(),
    };
    let model = Graph::new(&shape)
        .node("Identity", &["x"], "y", vec![])
        .bytes(&shape);
    let mut manifest = manifest(tensor_input(&shape), &[1]);
    manifest.output = output;
    manifest.release = release;
    embed_manifest(&model, &manifest).expect("the manifest is valid")
}

/// Features of this shape, not rounded.
pub fn plain_output(shape: &[usize]) -> OutputSpec {
    OutputSpec {
        shape: shape.to_vec(),
        ..OutputSpec::default()
    }
}

/// What could be the SHA-256 of a table.
pub const TABLE: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// Numbers that look random and are the same on every machine, in -1..1.
pub fn numbers(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
        })
        .collect()
}

/// Gemm, Relu, Gemm on vectors of 4, features of 3; small enough to be run in batches.
pub fn dense_graph() -> Graph {
    Graph::new(&[4])
        .weight("w1", &[4, 5], &numbers(1, 20))
        .weight("b1", &[5], &numbers(2, 5))
        .weight("w2", &[5, 3], &numbers(3, 15))
        .weight("b2", &[3], &numbers(4, 3))
        .node("Gemm", &["x", "w1", "b1"], "h", vec![])
        .node("Relu", &["h"], "r", vec![])
        .node("Gemm", &["r", "w2", "b2"], "y", vec![])
}

/// What [`dense_graph`] computes, in f64.
pub fn dense_by_hand(x: &[f32]) -> Vec<f64> {
    let layer = |x: &[f64], w: &[f32], b: &[f32]| -> Vec<f64> {
        let out = b.len();
        (0..out)
            .map(|o| {
                let products = x
                    .iter()
                    .enumerate()
                    .map(|(i, x)| x * f64::from(w[i * out + o]));
                f64::from(b[o]) + products.sum::<f64>()
            })
            .collect()
    };
    let x: Vec<f64> = x.iter().map(|&x| f64::from(x)).collect();
    let hidden = layer(&x, &numbers(1, 20), &numbers(2, 5));
    let hidden: Vec<f64> = hidden.into_iter().map(|h| h.max(0.0)).collect();
    layer(&hidden, &numbers(3, 15), &numbers(4, 3))
}

pub fn assert_close(found: &[f32], expected: &[f64], tolerance: f64) {
    assert_eq!(
        found.len(),
        expected.len(),
        "another number of features than expected"
    );
    for (index, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        assert!(
            (f64::from(found) - expected).abs() <= tolerance,
            "feature {index}: {found} instead of {expected}"
        );
    }
}

/// Noise with an epsilon of 4.
pub fn laplace() -> Release {
    Release::laplace(2.0, 1.0).expect("good settings")
}

/// The same clip and scale.
pub fn gaussian() -> Release {
    Release::gaussian(2.0, 1.0, 1e-6).expect("good settings")
}

/// So many substitutes.
pub fn substitute(count: usize) -> Release {
    Release::substitute(count, 0.5, 4.0, TABLE).expect("good settings")
}
