//! The messages of a file, counted before any of them is decoded.

use super::refusal::{malformed, not_allowed, too_large};
use crate::engine::pb;
use crate::error::Result;
use crate::model_file::Fields;
use std::ops::Range;

/// The most nodes of a graph: the engine's time to prepare one grows with the square of their number.
const MAX_NODES: usize = 1 << 10;

/// The most bytes that decoding may take beyond the bytes of the file: two bytes can announce a message of hundreds.
const MAX_OVERHEAD: usize = 16 << 20;

/// Where the parts of a graph lie in the file; everything else of it is never decoded.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) opsets: Vec<Range<usize>>,
    pub(super) nodes: Vec<Range<usize>>,
    pub(super) tensors: Vec<Range<usize>>,
    pub(super) inputs: Vec<Range<usize>>,
    pub(super) outputs: Vec<Range<usize>>,
}

/// Walks a model (onnx.proto3), refuses what encoders never have, and bounds what decoding the rest costs.
pub(super) fn parts(bytes: &[u8]) -> Result<Parts> {
    let mut parts = Parts::default();
    let mut budget = Budget(MAX_OVERHEAD);
    let mut graph = None;
    for field in Fields::new(bytes, 0..bytes.len()) {
        let field = field?;
        budget.spend(1)?;
        match field.number {
            7 if graph.is_some() => {
                return Err(malformed("the model has more than one graph"));
            }
            7 => graph = Some(field.payload),
            8 => {
                budget.message::<pb::OperatorSetIdProto>()?;
                parts.opsets.push(field.payload);
            }
            20 => return Err(not_allowed("training information")),
            25 => return Err(not_allowed("model-local functions")),
            _ => {}
        }
    }
    let graph = graph.ok_or_else(|| malformed("the model has no graph"))?;
    for field in Fields::new(bytes, graph) {
        let field = field?;
        budget.spend(1)?;
        match field.number {
            1 => {
                walk(bytes, Message::Node, field.payload.clone(), &mut budget)?;
                parts.nodes.push(field.payload);
                if parts.nodes.len() > MAX_NODES {
                    return Err(too_large(format!(
                        "the model has more than {MAX_NODES} nodes, which is the limit"
                    )));
                }
            }
            5 => {
                walk(bytes, Message::Tensor, field.payload.clone(), &mut budget)?;
                parts.tensors.push(field.payload);
            }
            11 | 12 => {
                walk(bytes, Message::Value, field.payload.clone(), &mut budget)?;
                let values = match field.number {
                    11 => &mut parts.inputs,
                    _ => &mut parts.outputs,
                };
                values.push(field.payload);
            }
            15 => return Err(not_allowed("sparse tensors")),
            _ => {}
        }
    }
    Ok(parts)
}

/// What decoding may still take, in bytes.
struct Budget(usize);

impl Budget {
    fn spend(&mut self, bytes: usize) -> Result<()> {
        self.0 = self.0.checked_sub(bytes).ok_or_else(|| {
            too_large(format!(
                "decoding the model needs more than {MAX_OVERHEAD} bytes beyond those of the file, which is the limit"
            ))
        })?;
        Ok(())
    }

    /// A message in a vector that doubles when it grows.
    fn message<M>(&mut self) -> Result<()> {
        self.spend(2 * size_of::<M>())
    }
}

/// The messages that are decoded.
#[derive(Clone, Copy)]
enum Message {
    Node,
    Attribute,
    Tensor,
    Value,
    Type,
    TensorType,
    Shape,
    Dimension,
    Other,
}

impl Message {
    /// The message in a field; none for a number, a text or bytes.
    fn part(self, field: u64) -> Result<Option<Message>> {
        Ok(Some(match (self, field) {
            (Message::Node, 5) => Message::Attribute,
            (Message::Attribute, 5 | 10) => Message::Tensor,
            (Message::Attribute, 6 | 11) => return Err(not_allowed("graphs inside graphs")),
            (Message::Attribute, 22 | 23) => return Err(not_allowed("sparse tensors")),
            (Message::Attribute, 14 | 15) => return Err(not_allowed("types as attributes")),
            (Message::Tensor, 13) => return Err(not_allowed("tensors stored in other files")),
            (Message::Tensor, 3) => return Err(not_allowed("tensors in segments")),
            (Message::Value, 2) => Message::Type,
            (Message::Type, 1) => Message::TensorType,
            (Message::Type, 4 | 5 | 7 | 8 | 9) => {
                return Err(not_allowed("inputs or outputs that are no tensors"));
            }
            (Message::TensorType, 2) => Message::Shape,
            (Message::Shape, 1) => Message::Dimension,
            (Message::Value, 4) | (Message::Tensor, 16) | (Message::Node, 9) => Message::Other,
            _ => return Ok(None),
        }))
    }

    /// Charges for one message of this kind.
    fn charge(self, budget: &mut Budget) -> Result<()> {
        match self {
            Message::Node => budget.message::<pb::NodeProto>(),
            Message::Attribute => budget.message::<pb::AttributeProto>(),
            Message::Tensor => budget.message::<pb::TensorProto>(),
            Message::Value => budget.message::<pb::ValueInfoProto>(),
            Message::Type => budget.message::<pb::TypeProto>(),
            Message::Dimension => budget.message::<pb::tensor_shape_proto::Dimension>(),
            Message::TensorType | Message::Shape | Message::Other => budget.spend(64),
        }
    }

    /// Whether a field holds whole numbers, of which a byte of the file becomes eight.
    fn holds_numbers(self, field: u64) -> bool {
        matches!(
            (self, field),
            (Message::Attribute, 8) | (Message::Tensor, 1 | 5 | 7 | 11)
        )
    }
}

fn walk(bytes: &[u8], message: Message, range: Range<usize>, budget: &mut Budget) -> Result<()> {
    message.charge(budget)?;
    for field in Fields::new(bytes, range) {
        let field = field?;
        match message.part(field.number)? {
            Some(part) => walk(bytes, part, field.payload, budget)?,
            None if message.holds_numbers(field.number) => {
                budget.spend(16 * field.payload.len())?;
            }
            // A text or bytes: what surrounds them. Their content is as long as in the file.
            None => budget.spend(48)?,
        }
    }
    Ok(())
}
