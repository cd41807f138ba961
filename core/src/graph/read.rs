//! From protobuf to nodes that refer to values by number.

use super::refusal::{malformed, mismatch, not_allowed, printable};
use super::rules::{self, Rule};
use super::tensor::Constant;
use super::value::show;
use super::wire;
use crate::engine::pb::{self, AttributeProto, tensor_proto::DataType};
use crate::error::{Error, ErrorKind, Result};
use prost::Message;
use std::collections::HashMap;
use std::ops::Range;

/// The operator sets that are understood: the meaning of operators changes with the version.
const OPSETS: std::ops::RangeInclusive<i64> = 7..=22;

/// A model, read: nodes in order, constants, one input, one output.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(super) opset: i64,
    pub(super) nodes: Vec<Node>,
    /// By the number of the value.
    pub(super) constants: Vec<(usize, Constant)>,
    /// Numbers of values: those of the input and the output, and one above the largest.
    pub(super) input: usize,
    pub(super) output: usize,
    pub(super) values: usize,
}

/// A node of a known operator.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) operator: &'static str,
    pub(super) rule: Rule,
    /// Numbers of values; none for an input or output that is left out.
    pub(super) inputs: Vec<Option<usize>>,
    pub(super) outputs: Vec<Option<usize>>,
    pub(super) attributes: Vec<AttributeProto>,
}

impl Graph {
    /// Reads a model whose input is one record of this shape after the batch axis.
    pub(crate) fn read(bytes: &[u8], input: &[usize]) -> Result<Self> {
        let parts = wire::parts(bytes)?;
        let opset = opset(bytes, &parts.opsets)?;
        let mut names = Names::default();
        let mut constants = Vec::new();
        for range in parts.tensors {
            let mut proto: pb::TensorProto = decode(bytes, range)?;
            let id = names.define(std::mem::take(&mut proto.name))?;
            constants.push((id, Constant::new(proto)?));
        }
        let input = names.define(input_name(bytes, parts.inputs, &names, input)?)?;
        let mut nodes = Vec::new();
        for (index, range) in parts.nodes.into_iter().enumerate() {
            let proto: pb::NodeProto = decode(bytes, range)?;
            let operator = proto.op_type.clone();
            let read = match operator.as_str() {
                "Constant" => constant(proto, &mut names).map(|each| constants.push(each)),
                _ => Node::new(proto, &mut names).map(|node| nodes.push(node)),
            };
            read.map_err(|error| at(index, &operator, &error))?;
        }
        let output = output_number(bytes, parts.outputs, &names)?;
        Ok(Graph {
            opset,
            nodes,
            constants,
            input,
            output,
            values: names.numbers.len(),
        })
    }
}

/// Says at which node a model was refused.
pub(super) fn at(index: usize, operator: &str, error: &Error) -> Error {
    let operator = printable(operator);
    Error::new(
        error.kind(),
        format!("node {index} (`{operator}`): {error}"),
    )
}

/// Numbers of the values that exist so far, by name.
#[derive(Default)]
struct Names {
    numbers: HashMap<String, usize>,
}

impl Names {
    fn define(&mut self, name: String) -> Result<usize> {
        let number = self.numbers.len();
        if name.is_empty() || self.numbers.insert(name, number).is_some() {
            return Err(malformed(
                "every value of the model needs a name that no other has",
            ));
        }
        Ok(number)
    }

    fn find(&self, name: &str) -> Result<usize> {
        self.numbers.get(name).copied().ok_or_else(|| {
            malformed(
                "the model uses a value that is neither a constant nor made by an earlier node",
            )
        })
    }
}

impl Node {
    fn new(proto: pb::NodeProto, names: &mut Names) -> Result<Self> {
        let standard = proto.domain.is_empty() || proto.domain == "ai.onnx";
        let known = rules::find(&proto.op_type).filter(|_| standard);
        let (operator, rule) = known
            .ok_or_else(|| not_allowed(&format!("the operator `{}`", printable(&proto.op_type))))?;
        let optional = |name: &String| match name.as_str() {
            "" => Ok(None),
            name => names.find(name).map(Some),
        };
        let inputs = proto.input.iter().map(optional).collect::<Result<_>>()?;
        let mut define = |name: String| match name.is_empty() {
            true => Ok(None),
            false => names.define(name).map(Some),
        };
        let outputs = proto.output.into_iter().map(&mut define);
        Ok(Node {
            operator,
            rule,
            inputs,
            outputs: outputs.collect::<Result<_>>()?,
            attributes: proto.attribute,
        })
    }
}

/// A node that only holds a constant.
fn constant(mut proto: pb::NodeProto, names: &mut Names) -> Result<(usize, Constant)> {
    let (Some(mut attribute), true) = (proto.attribute.pop(), proto.attribute.is_empty()) else {
        return Err(malformed("expected one attribute, the value"));
    };
    if proto.output.len() != 1 || !proto.input.is_empty() {
        return Err(malformed("expected no input and one output"));
    }
    let list = |kind: DataType, dims: Vec<i64>, raw_data: Vec<u8>| pb::TensorProto {
        dims,
        data_type: kind as i32,
        raw_data,
        ..Default::default()
    };
    let ints = |values: &[i64]| {
        values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect()
    };
    let floats = |values: &[f32]| {
        values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect()
    };
    let (i, f) = (attribute.i, attribute.f);
    let tensor = match (attribute.name.as_str(), attribute.t.take()) {
        ("value", Some(tensor)) => tensor,
        ("value_int", None) => list(DataType::Int64, vec![], ints(&[i])),
        ("value_float", None) => list(DataType::Float, vec![], floats(&[f])),
        ("value_ints", None) => {
            let values = &attribute.ints;
            list(DataType::Int64, vec![values.len() as i64], ints(values))
        }
        ("value_floats", None) => {
            let values = &attribute.floats;
            list(DataType::Float, vec![values.len() as i64], floats(values))
        }
        (other, _) => {
            let other = printable(other);
            return Err(not_allowed(&format!("the attribute `{other}`")));
        }
    };
    let id = names.define(proto.output.remove(0))?;
    Ok((id, Constant::new(tensor)?))
}

fn decode<M: Message + Default>(bytes: &[u8], range: Range<usize>) -> Result<M> {
    M::decode(&bytes[range])
        .map_err(|error| malformed("the file is not an ONNX model").with_source(error))
}

/// The version of the default operator set; other sets may be announced, but none of their operators is known.
fn opset(bytes: &[u8], ranges: &[Range<usize>]) -> Result<i64> {
    let mut versions = Vec::new();
    for range in ranges {
        let set: pb::OperatorSetIdProto = decode(bytes, range.clone())?;
        if set.domain.is_empty() || set.domain == "ai.onnx" {
            versions.push(set.version);
        }
    }
    let (least, most) = (OPSETS.start(), OPSETS.end());
    match versions.as_slice() {
        [version] if OPSETS.contains(version) => Ok(*version),
        [version] => Err(Error::new(
            ErrorKind::OperatorNotAllowed,
            format!(
                "the model uses version {version} of the ONNX operator set; versions {least} to {most} are known"
            ),
        )),
        found => Err(malformed(format!(
            "expected one version of the ONNX operator set, found {}",
            found.len()
        ))),
    }
}

/// The name of the one real input (constants may be listed as inputs too), if its type and shape fit.
fn input_name(
    bytes: &[u8],
    ranges: Vec<Range<usize>>,
    names: &Names,
    expected: &[usize],
) -> Result<String> {
    let mut found = Vec::new();
    for range in ranges {
        let input: pb::ValueInfoProto = decode(bytes, range)?;
        if !names.numbers.contains_key(&input.name) {
            found.push(input);
        }
    }
    let input = match (found.pop(), found.pop()) {
        (Some(input), None) => input,
        (None, _) => return Err(malformed("the graph has no input")),
        _ => {
            return Err(mismatch(
                "an encoder's graph has exactly one input; this one has several",
            ));
        }
    };
    let kind = input.r#type.as_ref().and_then(|kind| kind.value.as_ref());
    let Some(pb::type_proto::Value::TensorType(tensor)) = kind else {
        return Err(mismatch("the graph's input has no tensor type"));
    };
    if tensor.elem_type != DataType::Float as i32 {
        return Err(mismatch("the graph's input must be 32-bit floating point"));
    }
    if let Some(shape) = &tensor.shape {
        let axes: Vec<_> = shape.dim.iter().map(fixed_axis).collect();
        check_axes(&axes, expected)?;
    }
    Ok(input.name)
}

fn fixed_axis(axis: &pb::tensor_shape_proto::Dimension) -> Option<i64> {
    match axis.value {
        Some(pb::tensor_shape_proto::dimension::Value::DimValue(size)) => Some(size),
        _ => None,
    }
}

/// The declared shape, after its batch axis, must be the manifest's where it is fixed.
fn check_axes(declared: &[Option<i64>], expected: &[usize]) -> Result<()> {
    let fits = declared.len() == expected.len() + 1
        && declared[1..]
            .iter()
            .zip(expected)
            .all(|(found, &want)| found.is_none_or(|found| found == want as i64));
    if fits {
        return Ok(());
    }
    let found = declared
        .iter()
        .take(super::tensor::MAX_RANK)
        .map(|axis| axis.map_or("?".into(), |axis| axis.to_string()));
    Err(mismatch(format!(
        "the manifest's input is {} after the batch axis, the graph's is [{}] with it",
        show(expected),
        found.collect::<Vec<_>>().join(", ")
    )))
}

/// The number of the one output.
fn output_number(bytes: &[u8], ranges: Vec<Range<usize>>, names: &Names) -> Result<usize> {
    let [range] = <[Range<usize>; 1]>::try_from(ranges).map_err(|found| {
        mismatch(format!(
            "an encoder's graph has exactly one output, found {}",
            found.len()
        ))
    })?;
    let output: pb::ValueInfoProto = decode(bytes, range)?;
    names.find(&output.name)
}
