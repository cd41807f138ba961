//! The clean model for the engine: nodes in one form, names of our own, and nothing else of the file.

use crate::engine::pb::{
    AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto,
    TensorShapeProto, TypeProto, ValueInfoProto, attribute_proto::AttributeType,
    tensor_proto::DataType, tensor_shape_proto, type_proto,
};
use std::rc::Rc;

/// The operator set of the clean model: every node is written as this version has it.
const OPSET: i64 = 13;
/// The ONNX format that goes with it.
const IR_VERSION: i64 = 7;

/// Collects nodes and constants.
#[derive(Debug, Default)]
pub(super) struct Emitter {
    nodes: Vec<NodeProto>,
    constants: Vec<TensorProto>,
    names: usize,
}

impl Emitter {
    /// A name that no other value has.
    fn name(&mut self) -> Rc<str> {
        self.names += 1;
        format!("t{}", self.names).into()
    }

    /// A node of one output.
    pub(super) fn node(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attributes: Vec<AttributeProto>,
    ) -> Rc<str> {
        let mut outputs = self.nodes(operator, inputs, attributes, &[true]);
        outputs.remove(0)
    }

    /// A node whose outputs are named where they are wanted.
    pub(super) fn nodes(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attribute: Vec<AttributeProto>,
        wanted: &[bool],
    ) -> Vec<Rc<str>> {
        let mut name = |&wanted: &bool| if wanted { self.name() } else { "".into() };
        let outputs: Vec<Rc<str>> = wanted.iter().map(&mut name).collect();
        self.nodes.push(NodeProto {
            input: inputs.iter().map(ToString::to_string).collect(),
            output: outputs.iter().map(ToString::to_string).collect(),
            name: format!("n{}", self.nodes.len()),
            op_type: operator.into(),
            attribute,
            ..Default::default()
        });
        outputs
    }

    /// A constant of whole numbers.
    pub(super) fn ints(&mut self, shape: &[usize], values: &[i64]) -> Rc<str> {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        self.constant(DataType::Int64, shape, bytes.collect())
    }

    /// A constant of whole numbers along one axis.
    pub(super) fn list(&mut self, values: &[i64]) -> Rc<str> {
        self.ints(&[values.len()], values)
    }

    /// A constant of 32-bit floating-point numbers.
    pub(super) fn floats(&mut self, shape: &[usize], values: &[f32]) -> Rc<str> {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        self.constant(DataType::Float, shape, bytes.collect())
    }

    fn constant(&mut self, kind: DataType, shape: &[usize], raw_data: Vec<u8>) -> Rc<str> {
        let name = self.name();
        self.constants.push(TensorProto {
            dims: shape.iter().map(|&axis| axis as i64).collect(),
            data_type: kind as i32,
            name: name.to_string(),
            raw_data,
            ..Default::default()
        });
        name
    }

    /// The model from `input` to `output`, without the weights of the file.
    pub(super) fn model(self, input: (&str, &[usize]), output: (&str, &[usize])) -> ModelProto {
        ModelProto {
            ir_version: IR_VERSION,
            opset_import: vec![OperatorSetIdProto {
                domain: String::new(),
                version: OPSET,
            }],
            graph: Some(GraphProto {
                name: "encoder".into(),
                node: self.nodes,
                initializer: self.constants,
                input: vec![value(input.0, input.1)],
                output: vec![value(output.0, output.1)],
                ..Default::default()
            }),
            ..Default::default()
        }
    }
}

fn value(name: &str, shape: &[usize]) -> ValueInfoProto {
    use tensor_shape_proto::{Dimension, dimension::Value};
    let dim = shape.iter().map(|&axis| Dimension {
        value: Some(Value::DimValue(axis as i64)),
        ..Default::default()
    });
    ValueInfoProto {
        name: name.into(),
        r#type: Some(TypeProto {
            value: Some(type_proto::Value::TensorType(type_proto::Tensor {
                elem_type: DataType::Float as i32,
                shape: Some(TensorShapeProto { dim: dim.collect() }),
            })),
            ..Default::default()
        }),
        ..Default::default()
    }
}

pub(super) fn int(name: &str, i: i64) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        r#type: AttributeType::Int as i32,
        i,
        ..Default::default()
    }
}

pub(super) fn ints(name: &str, ints: &[usize]) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        r#type: AttributeType::Ints as i32,
        ints: ints.iter().map(|&value| value as i64).collect(),
        ..Default::default()
    }
}

pub(super) fn float(name: &str, f: f32) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        r#type: AttributeType::Float as i32,
        f,
        ..Default::default()
    }
}

pub(super) fn word(name: &str, word: &str) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        r#type: AttributeType::String as i32,
        s: word.as_bytes().to_vec(),
        ..Default::default()
    }
}
