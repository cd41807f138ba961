//! What a model may contain, checked before an engine is built from it.

use crate::error::{Error, ErrorKind, Result};
use crate::engine::{Attribute, Model, Tensor};

/// Operators of the default ONNX domain that encoders may use: arithmetic, activations, convolution, pooling,
/// normalisation, shape changes, recurrent cells.
///
/// Left out on purpose: control flow (`If`, `Loop`, `Scan`), randomness (the core's, not the model's), and operators
/// that make a large tensor from a few bytes (`ConstantOfShape`, `Expand`, `Tile`, `Range`, `Resize`).
const ALLOWED_OPERATORS: &[&str] = &[
    "Abs", "Add", "AveragePool", "BatchNormalization", "Cast", "Clip", "Concat", "Constant", "Conv", "Div", "Dropout",
    "Elu", "Erf", "Exp", "Flatten", "GRU", "Gather", "Gelu", "Gemm", "GlobalAveragePool", "GlobalMaxPool",
    "HardSigmoid", "HardSwish", "Identity", "InstanceNormalization", "LSTM", "LayerNormalization", "LeakyRelu", "Log",
    "LogSoftmax", "MatMul", "Max", "MaxPool", "Min", "Mul", "Neg", "PRelu", "Pad", "Pow", "Reciprocal", "ReduceL2",
    "ReduceMax", "ReduceMean", "ReduceSum", "Relu", "Reshape", "Selu", "Shape", "Sigmoid", "Slice", "Softmax",
    "Softplus", "Split", "Sqrt", "Squeeze", "Sub", "Tanh", "Transpose", "Unsqueeze",
];

/// Checks operators, tensors and attributes of the whole model of `bytes` bytes.
pub(crate) fn check(model: &Model, bytes: usize) -> Result<()> {
    if !model.functions.is_empty() {
        return Err(not_allowed("model-local functions"));
    }
    let Some(graph) = &model.graph else {
        return Err(Error::new(ErrorKind::ModelMalformed, "the model has no graph"));
    };
    if !graph.sparse_initializer.is_empty() {
        return Err(not_allowed("sparse tensors"));
    }
    for tensor in &graph.initializer {
        check_tensor(tensor, bytes)?;
    }
    for node in &graph.node {
        let standard = node.domain.is_empty() || node.domain == "ai.onnx";
        if !standard || !ALLOWED_OPERATORS.contains(&node.op_type.as_str()) {
            return Err(not_allowed(&format!("the operator `{}`", printable(&node.op_type))));
        }
        for attribute in &node.attribute {
            check_attribute(attribute, bytes)?;
        }
    }
    Ok(())
}

fn check_attribute(attribute: &Attribute, bytes: usize) -> Result<()> {
    if attribute.g.is_some() || !attribute.graphs.is_empty() {
        return Err(not_allowed("graphs inside graphs"));
    }
    if attribute.sparse_tensor.is_some() || !attribute.sparse_tensors.is_empty() {
        return Err(not_allowed("sparse tensors"));
    }
    attribute.t.iter().chain(&attribute.tensors).try_for_each(|tensor| check_tensor(tensor, bytes))
}

/// A tensor's data stands in the file, and is not announced to be larger than the file.
fn check_tensor(tensor: &Tensor, bytes: usize) -> Result<()> {
    if tensor.data_location.is_some_and(|location| location != 0) || !tensor.external_data.is_empty() {
        return Err(not_allowed("tensors stored in other files"));
    }
    let elements = tensor
        .dims
        .iter()
        .try_fold(1usize, |product, &axis| product.checked_mul(usize::try_from(axis).ok()?));
    if elements.is_none_or(|elements| elements > bytes) {
        return Err(Error::new(
            ErrorKind::ModelMalformed,
            format!("a tensor of shape {:?} cannot stand in a file of {bytes} bytes", tensor.dims),
        ));
    }
    Ok(())
}

fn not_allowed(what: &str) -> Error {
    Error::new(ErrorKind::OperatorNotAllowed, format!("the model uses {what}, which encoders may not"))
}

/// The name of an operator comes from the file: short, and no control characters.
fn printable(name: &str) -> String {
    name.chars().take(40).map(|c| if c.is_ascii_graphic() { c } else { '?' }).collect()
}
