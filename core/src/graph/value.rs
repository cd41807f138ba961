//! What is known of a value of the graph before anything runs.

use crate::engine::pb::tensor_proto::DataType;
use std::rc::Rc;

/// A value: the name that the engine sees, the shape for the batch at hand, and where its numbers come from.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub(super) name: Rc<str>,
    pub(super) shape: Vec<usize>,
    pub(super) data: Data,
}

/// Where the numbers of a value come from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Data {
    /// Whole numbers that are known: shapes, axes, indices. `of_batch` says whether the size of the batch is in them.
    Ints { values: Rc<[i64]>, of_batch: bool },
    /// Constants of this type, which nothing here looks at.
    Constant(DataType),
    /// 32-bit numbers that depend on the input. With an axis, a slice along it depends on one record alone.
    Rows(Option<usize>),
}

impl Value {
    pub(super) fn elements(&self) -> usize {
        product(&self.shape)
    }

    pub(super) fn rank(&self) -> usize {
        self.shape.len()
    }

    /// 32-bit floating-point numbers.
    pub(super) fn is_float(&self) -> bool {
        matches!(self.data, Data::Constant(DataType::Float) | Data::Rows(_))
    }

    pub(super) fn is_constant(&self) -> bool {
        !matches!(self.data, Data::Rows(_))
    }

    /// Where an axis of records would go under a change of shape; constants stay constants.
    pub(super) fn moved(&self, to: impl FnOnce(usize) -> Option<usize>) -> Data {
        match self.data {
            Data::Rows(axis) => Data::Rows(axis.and_then(to)),
            ref constant => constant.clone(),
        }
    }
}

/// Elements of a shape; the largest number where they are more.
pub(super) fn product(shape: &[usize]) -> usize {
    shape
        .iter()
        .fold(1usize, |product, &axis| product.saturating_mul(axis))
}

/// A shape for a message.
pub(super) fn show(shape: &[usize]) -> String {
    let axes: Vec<String> = shape.iter().map(usize::to_string).collect();
    format!("[{}]", axes.join(", "))
}
