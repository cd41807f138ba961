//! What a model may contain, checked before an engine is built from it.

use crate::engine::{Attribute, Graph, Model, Node, Tensor};
use crate::error::{Error, ErrorKind, Result};
use crate::model_file::Fields;
use std::collections::HashMap;
use std::ops::Range;

/// The most fields that a file may have in all its messages: what a reader allocates is a small multiple of this.
const MAX_FIELDS: usize = 1 << 20;

/// The most nodes of a graph; the time to prepare one grows with this.
const MAX_NODES: usize = 1 << 14;

/// The most elements that all tensors computed from constants may have: the engine computes them while it loads.
const MAX_CONSTANT_ELEMENTS: usize = 1 << 26;

/// The largest padding, stride, dilation or side of a window.
const MAX_WINDOW_SIDE: i64 = 1 << 16;

/// Operators of the default ONNX domain that encoders may use: arithmetic, activations, convolution, pooling,
/// normalisation, shape changes, recurrent cells.
///
/// Left out on purpose: control flow (`If`, `Loop`, `Scan`), randomness (the core's, not the model's), and operators
/// that make a large tensor from a few bytes (`ConstantOfShape`, `Expand`, `Tile`, `Range`, `Resize`).
const ALLOWED_OPERATORS: &[&str] = &[
    "Abs",
    "Add",
    "AveragePool",
    "BatchNormalization",
    "Cast",
    "Clip",
    "Concat",
    "Constant",
    "Conv",
    "Div",
    "Dropout",
    "Elu",
    "Erf",
    "Exp",
    "Flatten",
    "GRU",
    "Gather",
    "Gelu",
    "Gemm",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "HardSigmoid",
    "HardSwish",
    "Identity",
    "InstanceNormalization",
    "LSTM",
    "LayerNormalization",
    "LeakyRelu",
    "Log",
    "LogSoftmax",
    "MatMul",
    "Max",
    "MaxPool",
    "Min",
    "Mul",
    "Neg",
    "PRelu",
    "Pad",
    "Pow",
    "Reciprocal",
    "ReduceL2",
    "ReduceMax",
    "ReduceMean",
    "ReduceSum",
    "Relu",
    "Reshape",
    "Selu",
    "Shape",
    "Sigmoid",
    "Slice",
    "Softmax",
    "Softplus",
    "Split",
    "Sqrt",
    "Squeeze",
    "Sub",
    "Tanh",
    "Transpose",
    "Unsqueeze",
];

/// Checks operators, tensors and attributes of the whole model of `bytes` bytes.
pub(crate) fn check(model: &Model, bytes: usize) -> Result<()> {
    if !model.functions.is_empty() {
        return Err(not_allowed("model-local functions"));
    }
    let Some(graph) = &model.graph else {
        return Err(Error::new(
            ErrorKind::ModelMalformed,
            "the model has no graph",
        ));
    };
    if !graph.sparse_initializer.is_empty() {
        return Err(not_allowed("sparse tensors"));
    }
    for tensor in &graph.initializer {
        check_tensor(tensor, bytes)?;
    }
    if graph.node.len() > MAX_NODES {
        return Err(too_large(format!(
            "the model has {} nodes; at most {MAX_NODES} are allowed",
            graph.node.len()
        )));
    }
    for node in &graph.node {
        let standard = node.domain.is_empty() || node.domain == "ai.onnx";
        if !standard || !ALLOWED_OPERATORS.contains(&node.op_type.as_str()) {
            return Err(not_allowed(&format!(
                "the operator `{}`",
                printable(&node.op_type)
            )));
        }
        for attribute in &node.attribute {
            check_attribute(attribute, bytes)?;
        }
        check_window(node)?;
    }
    check_constants(graph)
}

/// Counts the fields of the whole file before any of it is decoded: two bytes can announce a message of hundreds.
pub(crate) fn check_parts(bytes: &[u8]) -> Result<()> {
    let mut left = MAX_FIELDS;
    count_fields(bytes, Message::Model, 0..bytes.len(), &mut left)
}

/// The messages of ONNX (onnx.proto3) that hold others, as far as encoders use them.
#[derive(Clone, Copy)]
enum Message {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    Value,
    Type,
    TensorType,
    Shape,
    Other,
}

impl Message {
    /// What stands in a field, if it is a message or is refused altogether.
    fn part(self, field: u64) -> Result<Option<Message>> {
        Ok(Some(match (self, field) {
            (Message::Model, 7) => Message::Graph,
            (Message::Model, 8 | 14) => Message::Other,
            (Message::Model, 20) => return Err(not_allowed("training information")),
            (Message::Model, 25) => return Err(not_allowed("model-local functions")),
            (Message::Graph, 1) => Message::Node,
            (Message::Graph, 5) => Message::Tensor,
            (Message::Graph, 11..=13) => Message::Value,
            (Message::Graph, 14 | 16) => Message::Other,
            (Message::Graph, 15) | (Message::Attribute, 22 | 23) => {
                return Err(not_allowed("sparse tensors"));
            }
            (Message::Node, 5) => Message::Attribute,
            (Message::Attribute, 5 | 10) => Message::Tensor,
            (Message::Attribute, 6 | 11) => return Err(not_allowed("graphs inside graphs")),
            (Message::Tensor, 13) => Message::Other,
            (Message::Value, 2) => Message::Type,
            (Message::Type, 1) => Message::TensorType,
            (Message::TensorType, 2) => Message::Shape,
            (Message::Shape, 1) => Message::Other,
            _ => return Ok(None),
        }))
    }
}

fn count_fields(
    bytes: &[u8],
    message: Message,
    range: Range<usize>,
    left: &mut usize,
) -> Result<()> {
    for field in Fields::new(bytes, range) {
        let field = field?;
        *left = left.checked_sub(1).ok_or_else(|| {
            too_large(format!(
                "the model has more than {MAX_FIELDS} parts, which is the limit"
            ))
        })?;
        if let Some(part) = message.part(field.number)? {
            count_fields(bytes, part, field.payload, left)?;
        }
    }
    Ok(())
}

/// A window's numbers are small enough that no arithmetic on them overflows.
fn check_window(node: &Node) -> Result<()> {
    let window = matches!(node.op_type.as_str(), "Conv" | "MaxPool" | "AveragePool");
    for attribute in node.attribute.iter().filter(|_| window) {
        let least = match attribute.name.as_str() {
            "kernel_shape" | "strides" | "dilations" => 1,
            "pads" => 0,
            _ => continue,
        };
        if attribute.ints.iter().any(|&side| side < least) {
            return Err(Error::new(
                ErrorKind::ModelMalformed,
                format!(
                    "`{}` of {} must hold numbers from {least}",
                    attribute.name, node.op_type
                ),
            ));
        }
        if attribute.ints.iter().any(|&side| side > MAX_WINDOW_SIDE) {
            return Err(too_large(format!(
                "`{}` of {} holds a number above {MAX_WINDOW_SIDE}, which is the limit",
                attribute.name, node.op_type
            )));
        }
    }
    let kernel = node
        .attribute
        .iter()
        .find(|attribute| window && attribute.name == "kernel_shape");
    let volume = kernel.map_or(1, |kernel| {
        kernel
            .ints
            .iter()
            .fold(1i64, |volume, &side| volume.saturating_mul(side))
    });
    if volume > MAX_WINDOW_SIDE {
        return Err(too_large(format!(
            "a window of {volume} elements is above {MAX_WINDOW_SIDE}, which is the limit"
        )));
    }
    Ok(())
}

/// Bounds what the engine computes while it loads: nodes whose inputs are all constants, each by the elements that its
/// inputs could make at most. A file of a megabyte can ask for the outer product of its halves otherwise.
fn check_constants(graph: &Graph) -> Result<()> {
    // Elements of a known constant; none of a value that depends on the input.
    let mut values: HashMap<&str, Option<usize>> = HashMap::new();
    values.insert("", Some(0));
    values.extend(graph.input.iter().map(|input| (input.name.as_str(), None)));
    values.extend(
        graph
            .initializer
            .iter()
            .map(|tensor| (tensor.name.as_str(), Some(elements(tensor)))),
    );
    let mut left = MAX_CONSTANT_ELEMENTS;
    for node in &graph.node {
        let inputs: Option<Vec<Option<usize>>> = node
            .input
            .iter()
            .map(|name| values.get(name.as_str()).copied())
            .collect();
        let inputs = inputs.ok_or_else(|| {
            Error::new(
                ErrorKind::ModelMalformed,
                "a node of the model uses a value that no earlier node makes",
            )
        })?;
        if inputs
            .iter()
            .enumerate()
            .any(|(index, input)| input.is_none() && is_parameter(&node.op_type, index))
        {
            return Err(not_allowed(&format!(
                "`{}` with shapes or indices that depend on the input",
                node.op_type
            )));
        }
        let constant = match node.op_type.as_str() {
            // One number per axis, whatever it is the shape of.
            "Shape" => Some(64),
            _ => inputs
                .into_iter()
                .collect::<Option<Vec<usize>>>()
                .map(|inputs| bound(node, &inputs))
                .transpose()?,
        };
        let elements = constant.unwrap_or(0).saturating_mul(node.output.len());
        left = left.checked_sub(elements).ok_or_else(|| {
            too_large(format!("the model's constants may need more than {MAX_CONSTANT_ELEMENTS} numbers, which is the limit"))
        })?;
        for name in node.output.iter().filter(|name| !name.is_empty()) {
            if values.insert(name, constant).is_some() {
                return Err(Error::new(
                    ErrorKind::ModelMalformed,
                    "two parts of the model make the same value",
                ));
            }
        }
    }
    Ok(())
}

/// Whether an input of an operator says where or how large, and must be known when the model is loaded. The user's values
/// as indices could leave a table, and the engine's words for that hold the index.
fn is_parameter(operator: &str, input: usize) -> bool {
    match operator {
        "Gather" | "ReduceL2" | "ReduceMax" | "ReduceMean" | "ReduceSum" | "Reshape" | "Split"
        | "Squeeze" | "Unsqueeze" => input == 1,
        "Pad" => input == 1 || input == 3,
        "Slice" => input > 0,
        "GRU" | "LSTM" => input == 4,
        _ => false,
    }
}

/// The most elements that an output of a node can have, given those of its inputs.
fn bound(node: &Node, inputs: &[usize]) -> Result<usize> {
    let product = || {
        inputs.iter().fold(1usize, |product, &input| {
            product.saturating_mul(input.max(1))
        })
    };
    let first = inputs.first().copied().unwrap_or(0);
    Ok(match node.op_type.as_str() {
        "Constant" => node
            .attribute
            .iter()
            .map(attribute_elements)
            .max()
            .unwrap_or(0),
        "Concat" => inputs
            .iter()
            .fold(0usize, |sum, &input| sum.saturating_add(input)),
        "Conv" | "AveragePool" | "MaxPool" | "Pad" | "GRU" | "LSTM" => {
            return Err(not_allowed(&format!(
                "the operator `{}` on constants alone",
                node.op_type
            )));
        }
        "Cast" | "Dropout" | "Flatten" | "Identity" | "ReduceL2" | "ReduceMax" | "ReduceMean"
        | "ReduceSum" | "Reshape" | "Slice" | "Split" | "Squeeze" | "Transpose" | "Unsqueeze" => {
            first
        }
        "Gemm" => first.saturating_mul(inputs.get(1).copied().unwrap_or(0)),
        // Broadcasting at its worst, and products of matrices.
        _ => product(),
    })
}

fn elements(tensor: &Tensor) -> usize {
    tensor.dims.iter().fold(1usize, |product, &axis| {
        product.saturating_mul(usize::try_from(axis).unwrap_or(usize::MAX))
    })
}

fn attribute_elements(attribute: &Attribute) -> usize {
    let lists = attribute
        .ints
        .len()
        .max(attribute.floats.len())
        .max(attribute.strings.len())
        .max(1);
    attribute.t.as_ref().map_or(lists, elements)
}

fn check_attribute(attribute: &Attribute, bytes: usize) -> Result<()> {
    if attribute.g.is_some() || !attribute.graphs.is_empty() {
        return Err(not_allowed("graphs inside graphs"));
    }
    if attribute.sparse_tensor.is_some() || !attribute.sparse_tensors.is_empty() {
        return Err(not_allowed("sparse tensors"));
    }
    attribute
        .t
        .iter()
        .chain(&attribute.tensors)
        .try_for_each(|tensor| check_tensor(tensor, bytes))
}

/// A tensor's data stands in the file, and is not announced to be larger than the file.
fn check_tensor(tensor: &Tensor, bytes: usize) -> Result<()> {
    if tensor.data_location.is_some_and(|location| location != 0)
        || !tensor.external_data.is_empty()
    {
        return Err(not_allowed("tensors stored in other files"));
    }
    let elements = tensor.dims.iter().try_fold(1usize, |product, &axis| {
        product.checked_mul(usize::try_from(axis).ok()?)
    });
    if elements.is_none_or(|elements| elements > bytes) {
        return Err(Error::new(
            ErrorKind::ModelMalformed,
            format!(
                "a tensor of shape {:?} cannot stand in a file of {bytes} bytes",
                tensor.dims
            ),
        ));
    }
    Ok(())
}

fn too_large(message: String) -> Error {
    Error::new(ErrorKind::ModelTooLarge, message)
}

fn not_allowed(what: &str) -> Error {
    Error::new(
        ErrorKind::OperatorNotAllowed,
        format!("the model uses {what}, which encoders may not"),
    )
}

/// The name of an operator comes from the file: short, and no control characters.
fn printable(name: &str) -> String {
    name.chars()
        .take(40)
        .map(|c| if c.is_ascii_graphic() { c } else { '?' })
        .collect()
}
