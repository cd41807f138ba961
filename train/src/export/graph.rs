//! The ONNX graph of an encoder, node by node.

use crate::error::{Result, TrainError};
use crate::nn::{Block, Correction, EPSILON, Norm, SHORTEST, Shape, Stride};
use tract_onnx::pb::{
    self, AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto,
    TensorShapeProto, TypeProto, ValueInfoProto, attribute_proto::AttributeType,
    tensor_proto::DataType,
};

/// The operator set written; old enough for every runtime in use, and tested by tract.
const OPSET: i64 = 17;
/// The ONNX format that goes with it.
const IR_VERSION: i64 = 8;

/// A graph that is one chain.
pub(super) struct Graph {
    proto: GraphProto,
    last: String,
}

impl Graph {
    pub(super) fn new(input: &[usize]) -> Self {
        let proto = GraphProto {
            name: "encoder".into(),
            input: vec![value("input", input)],
            ..Default::default()
        };
        Graph {
            proto,
            last: "input".into(),
        }
    }

    /// Whether nothing was appended yet.
    pub(super) fn is_empty(&self) -> bool {
        self.proto.node.is_empty()
    }

    /// Appends a node that takes what the last one gave, and parameters.
    pub(super) fn node(
        &mut self,
        operator: &str,
        parameters: &[&str],
        attribute: Vec<AttributeProto>,
    ) {
        let last = self.last.clone();
        let inputs: Vec<&str> = std::iter::once(last.as_str())
            .chain(parameters.iter().copied())
            .collect();
        self.node_of(operator, &inputs, attribute);
    }

    fn node_of(&mut self, operator: &str, inputs: &[&str], attribute: Vec<AttributeProto>) {
        let index = self.proto.node.len();
        let output = format!("{}{index}", operator.to_lowercase());
        self.proto.node.push(NodeProto {
            input: inputs.iter().map(ToString::to_string).collect(),
            output: vec![output.clone()],
            name: output.clone(),
            op_type: operator.into(),
            attribute,
            ..Default::default()
        });
        self.last = output;
    }

    fn parameter(&mut self, name: &str, dims: &[usize], data: &[f32]) -> String {
        let name = format!("{name}{}", self.proto.initializer.len());
        self.proto.initializer.push(TensorProto {
            dims: dims.iter().map(|&axis| axis as i64).collect(),
            data_type: DataType::Float as i32,
            name: name.clone(),
            raw_data: data.iter().flat_map(|value| value.to_le_bytes()).collect(),
            ..Default::default()
        });
        name
    }

    /// A dense layer on all positions and channels, of weight `[numbers, out]` in this crate's order: `[batch, out]`.
    ///
    /// On features with axes of their own it is a convolution whose kernel is as large as they are. (tract 0.23 cannot
    /// prepare `Flatten` and a `Gemm` of one output.)
    fn dense(&mut self, weight: &[f32], bias: &[f32], input: Shape, axes: usize) {
        let out = bias.len();
        let kernel = match axes {
            1 => vec![],
            2 => vec![input.width],
            _ => vec![input.height, input.width],
        };
        let bias = self.parameter("bias", &[out], bias);
        if kernel.is_empty() {
            let weight = self.parameter("weight", &[input.channels, out], weight);
            self.node("Gemm", &[&weight, &bias], Vec::new());
            return;
        }
        let dims = [&[out, input.channels], kernel.as_slice()].concat();
        let weight = channels_first(weight, input.channels, out);
        let weight = self.parameter("weight", &dims, &weight);
        self.node(
            "Conv",
            &[&weight, &bias],
            vec![ints("kernel_shape", kernel)],
        );
        self.node("Flatten", &[], Vec::new());
    }

    /// `z - (z down - offset) up`.
    pub(super) fn correction(
        &mut self,
        correction: &Correction,
        at: Shape,
        shape: &[usize],
    ) -> Result<()> {
        let features = self.last.clone();
        let [width, rank] = correction.down.dims();
        let down = numbers(correction.down.val())?;
        let offset = numbers(correction.offset.val().neg())?;
        self.dense(&down, &offset, at, shape.len());
        // Its columns in the order of ONNX: channels first.
        let up = numbers(correction.up.val().transpose())?;
        let up = channels_first(&up, at.channels, rank);
        let up = self.parameter("up", &[rank, width], &up);
        self.node("MatMul", &[&up], Vec::new());
        if shape.len() > 1 {
            let shape = self.axes(shape);
            self.node("Reshape", &[&shape], Vec::new());
        }
        let inner = self.last.clone();
        self.node_of("Sub", &[&features, &inner], Vec::new());
        Ok(())
    }

    /// The shape of a batch of so shaped features, as a parameter: 0 is the batch's own size.
    fn axes(&mut self, shape: &[usize]) -> String {
        let name = format!("shape{}", self.proto.initializer.len());
        let axes = std::iter::once(0).chain(shape.iter().map(|&axis| axis as i64));
        self.proto.initializer.push(TensorProto {
            dims: vec![shape.len() as i64 + 1],
            data_type: DataType::Int64 as i32,
            name: name.clone(),
            raw_data: axes.flat_map(i64::to_le_bytes).collect(),
            ..Default::default()
        });
        name
    }

    /// A block with a kernel of its own, on features with axes.
    pub(super) fn convolution(
        &mut self,
        block: &Block,
        input: Shape,
        stride: Stride,
        axes: usize,
    ) -> Result<()> {
        let (weight, bias) = folded(block)?;
        let out = bias.len();
        let kernel = match axes {
            2 => vec![block.kernel_w],
            _ => vec![block.kernel_h, block.kernel_w],
        };
        let dims = [&[out, input.channels], kernel.as_slice()].concat();
        let weight = channels_first(&weight, input.channels, out);
        let weight = self.parameter("weight", &dims, &weight);
        let bias = self.parameter("bias", &[out], &bias);
        self.node("Conv", &[&weight, &bias], window(&kernel, stride));
        self.activation(block);
        Ok(())
    }

    /// A block on all positions and channels at once: `[batch, out]`.
    pub(super) fn dense_block(&mut self, block: &Block, input: Shape, axes: usize) -> Result<()> {
        let (weight, bias) = folded(block)?;
        self.dense(&weight, &bias, input, axes);
        self.activation(block);
        Ok(())
    }

    fn activation(&mut self, block: &Block) {
        if block.norm.is_some() {
            self.node("Relu", &[], Vec::new());
        }
    }

    /// A vector divided by its length.
    pub(super) fn unit(&mut self) {
        let vector = self.last.clone();
        self.node("ReduceL2", &[], vec![ints("axes", [1])]);
        let shortest = self.parameter("shortest", &[1], &[SHORTEST]);
        self.node("Max", &[&shortest], Vec::new());
        let length = self.last.clone();
        self.node_of("Div", &[&vector, &length], Vec::new());
    }

    pub(super) fn finish(mut self, output: &[usize]) -> ModelProto {
        let last = self
            .proto
            .node
            .last_mut()
            .expect("a graph has at least one node");
        last.output = vec!["features".into()];
        self.proto.output = vec![value("features", output)];
        ModelProto {
            ir_version: IR_VERSION,
            opset_import: vec![OperatorSetIdProto {
                domain: String::new(),
                version: OPSET,
            }],
            producer_name: "tiprdc".into(),
            producer_version: env!("CARGO_PKG_VERSION").into(),
            graph: Some(self.proto),
            ..Default::default()
        }
    }
}

/// Weight `[inputs, out]` and bias `[out]` with the normalisation multiplied in:
/// `gamma * (w x - mean) / sqrt(var + epsilon) + beta` is a convolution itself.
fn folded(block: &Block) -> Result<(Vec<f32>, Vec<f32>)> {
    let mut weight = numbers(block.weight.val())?;
    let out = block.weight.dims()[1];
    let Some(norm) = &block.norm else {
        let bias = block
            .bias
            .as_ref()
            .map_or_else(|| Ok(vec![0.0; out]), |bias| numbers(bias.val()))?;
        return Ok((weight, bias));
    };
    let (scale, bias) = affine(norm)?;
    for row in weight.chunks_exact_mut(out) {
        row.iter_mut()
            .zip(&scale)
            .for_each(|(weight, scale)| *weight = (f64::from(*weight) * scale) as f32);
    }
    Ok((weight, bias))
}

fn affine(norm: &Norm) -> Result<(Vec<f64>, Vec<f32>)> {
    let gamma = numbers(norm.gamma.val())?;
    let beta = numbers(norm.beta.val())?;
    let mean = numbers(norm.running_mean.value_sync())?;
    let variance = numbers(norm.running_var.value_sync())?;
    let scale: Vec<f64> = gamma
        .iter()
        .zip(&variance)
        .map(|(&gamma, &variance)| f64::from(gamma) / (f64::from(variance) + EPSILON).sqrt())
        .collect();
    let bias = beta
        .iter()
        .zip(&mean)
        .zip(&scale)
        .map(|((&beta, &mean), scale)| (f64::from(beta) - f64::from(mean) * scale) as f32)
        .collect();
    Ok((scale, bias))
}

pub(super) fn numbers<const D: usize>(tensor: burn::tensor::Tensor<D>) -> Result<Vec<f32>> {
    let data = tensor.into_data();
    data.try_to_vec::<f32>().map_err(|error| {
        TrainError::config(format!("the network's weights are not f32: {error:?}"))
    })
}

/// `[positions * channels, out]` as `[out, channels, positions]`.
fn channels_first(weight: &[f32], channels: usize, out: usize) -> Vec<f32> {
    let positions = weight.len() / (channels * out);
    let at = |o, c, p| weight[(p * channels + c) * out + o];
    let mut first = Vec::with_capacity(weight.len());
    for o in 0..out {
        for c in 0..channels {
            first.extend((0..positions).map(|p| at(o, c, p)));
        }
    }
    first
}

fn window(kernel: &[usize], stride: Stride) -> Vec<AttributeProto> {
    let mut attributes = vec![ints("kernel_shape", kernel.iter().copied())];
    match stride {
        Stride::Patch => attributes.push(ints("strides", kernel.iter().copied())),
        Stride::Same => {
            let pads: Vec<usize> = kernel.iter().map(|side| side / 2).collect();
            attributes.push(ints("pads", pads.iter().chain(&pads).copied()));
        }
    }
    attributes
}

pub(super) fn ints(name: &str, values: impl IntoIterator<Item = usize>) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        r#type: AttributeType::Ints as i32,
        ints: values.into_iter().map(|value| value as i64).collect(),
        ..Default::default()
    }
}

/// `[batch, shape...]` of f32.
fn value(name: &str, shape: &[usize]) -> ValueInfoProto {
    use pb::tensor_shape_proto::{Dimension, dimension::Value};
    let batch = Value::DimParam("batch".into());
    let axes = std::iter::once(batch).chain(shape.iter().map(|&axis| Value::DimValue(axis as i64)));
    let dim = axes
        .map(|value| Dimension {
            denotation: String::new(),
            value: Some(value),
        })
        .collect();
    let tensor = pb::type_proto::Tensor {
        elem_type: DataType::Float as i32,
        shape: Some(TensorShapeProto { dim }),
    };
    ValueInfoProto {
        name: name.into(),
        r#type: Some(TypeProto {
            denotation: String::new(),
            value: Some(pb::type_proto::Value::TensorType(tensor)),
        }),
        ..Default::default()
    }
}
