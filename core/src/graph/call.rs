//! One node at work: what its rule asks of inputs, and what it gives back.

use super::attributes::Attributes;
use super::cost::Cost;
use super::emit::Emitter;
use super::refusal::{malformed, not_allowed};
use super::value::{Data, Value, show};
use crate::engine::pb::{AttributeProto, tensor_proto::DataType};
use crate::error::Result;
use std::rc::Rc;

/// A node with its inputs, for the rule of its operator.
pub(super) struct Call<'a> {
    pub(super) operator: &'static str,
    pub(super) opset: i64,
    pub(super) batch: usize,
    pub(super) inputs: Vec<Option<Value>>,
    /// Which outputs have a name.
    pub(super) wanted: Vec<bool>,
    pub(super) attributes: Attributes<'a>,
    pub(super) emit: &'a mut Emitter,
    pub(super) cost: &'a mut Cost,
    /// Whether a number that was asked for holds the size of the batch.
    pub(super) batch_in_numbers: bool,
}

impl Call<'_> {
    /// Refuses more inputs than the operator has.
    pub(super) fn at_most(&self, inputs: usize) -> Result<()> {
        match self.inputs.len() > inputs {
            true => Err(malformed(format!(
                "expected at most {inputs} inputs, found {}",
                self.inputs.len()
            ))),
            false => Ok(()),
        }
    }

    /// Refuses a version of the operator set that does not have the operator.
    pub(super) fn since(&self, opset: i64) -> Result<()> {
        match self.opset < opset {
            true => Err(malformed(format!(
                "the operator is of version {opset} of the operator set, the model of version {}",
                self.opset
            ))),
            false => Ok(()),
        }
    }

    /// An input that may be left out.
    pub(super) fn optional(&self, index: usize) -> Option<Value> {
        self.inputs.get(index).cloned().flatten()
    }

    /// An input that must be there.
    pub(super) fn any(&self, index: usize) -> Result<Value> {
        self.optional(index)
            .ok_or_else(|| malformed(format!("input {index} is missing")))
    }

    /// An input of 32-bit floating-point numbers.
    pub(super) fn float(&self, index: usize) -> Result<Value> {
        let value = self.any(index)?;
        match &value.data {
            // A kernel without numbers has no first element, and no size to step by.
            _ if value.elements() == 0 => Err(malformed(format!(
                "input {index} has the shape {}, which holds no numbers",
                show(&value.shape)
            ))),
            _ if value.is_float() => Ok(value),
            Data::Constant(DataType::Float16 | DataType::Bfloat16) => Err(not_allowed(
                "16-bit floating point in computations (cast such constants to 32 bits, or export the model in them)",
            )),
            Data::Constant(kind) => Err(malformed(format!(
                "input {index} must be 32-bit floating point, found {}",
                kind.as_str_name()
            ))),
            _ => Err(malformed(format!(
                "input {index} must be 32-bit floating point, found whole numbers"
            ))),
        }
    }

    pub(super) fn optional_float(&self, index: usize) -> Result<Option<Value>> {
        self.optional(index).map(|_| self.float(index)).transpose()
    }

    /// An input of 32-bit numbers that does not depend on the user's input, of this shape where one is given.
    pub(super) fn weight(&self, index: usize, shape: Option<&[usize]>) -> Result<Value> {
        let value = self.float(index)?;
        if !value.is_constant() {
            return Err(not_allowed(&format!(
                "`{}` with weights that depend on the input",
                self.operator
            )));
        }
        match shape {
            Some(shape) if value.shape != shape => Err(malformed(format!(
                "input {index} must have the shape {}, found {}",
                show(shape),
                show(&value.shape)
            ))),
            _ => Ok(value),
        }
    }

    pub(super) fn optional_weight(
        &self,
        index: usize,
        shape: Option<&[usize]>,
    ) -> Result<Option<Value>> {
        let there = self.optional(index);
        there.map(|_| self.weight(index, shape)).transpose()
    }

    /// Whole numbers that say where or how large, which must be known before the model runs.
    pub(super) fn numbers(&mut self, index: usize) -> Result<Rc<[i64]>> {
        match self.any(index)?.data {
            Data::Ints { values, of_batch } => {
                self.batch_in_numbers |= of_batch;
                Ok(values)
            }
            Data::Rows(_) => Err(not_allowed(&format!(
                "`{}` with shapes or indices that depend on the input",
                self.operator
            ))),
            Data::Constant(_) => Err(malformed(format!(
                "input {index} must hold up to {} whole numbers",
                super::tensor::MAX_INTS
            ))),
        }
    }

    pub(super) fn optional_numbers(&mut self, index: usize) -> Result<Option<Rc<[i64]>>> {
        let there = self.optional(index);
        there.map(|_| self.numbers(index)).transpose()
    }

    /// One output, and no other is asked for.
    pub(super) fn one_output(&self) -> Result<()> {
        match self.wanted.iter().skip(1).any(|&wanted| wanted) {
            true => Err(not_allowed(&format!(
                "`{}` with more than its first output",
                self.operator
            ))),
            false => Ok(()),
        }
    }

    /// The result of a node that is written as it is: the same operator on `inputs`.
    pub(super) fn same(
        &mut self,
        inputs: &[&Value],
        attributes: Vec<AttributeProto>,
        shape: Vec<usize>,
        data: Data,
    ) -> Result<Vec<Value>> {
        let names: Vec<&str> = inputs.iter().map(|value| &*value.name).collect();
        let name = self.emit.node(self.operator, &names, attributes);
        self.one_output()?;
        Ok(vec![Value { name, shape, data }])
    }

    /// Work of so many operations for each of so many numbers.
    pub(super) fn work(&mut self, numbers: usize, each: usize) -> Result<()> {
        self.cost.work((numbers as u64).saturating_mul(each as u64))
    }
}

/// An axis, where negative numbers count from the end.
pub(super) fn axis(axis: i64, rank: usize) -> Result<usize> {
    let from = if axis < 0 { rank as i64 } else { 0 };
    let found = axis
        .checked_add(from)
        .and_then(|axis| usize::try_from(axis).ok());
    found.filter(|&axis| axis < rank).ok_or_else(|| {
        malformed(format!(
            "axis {axis} is none of the {rank} axes of the value"
        ))
    })
}

/// Several axes, ascending; one that comes twice is refused.
pub(super) fn axes(wanted: &[i64], rank: usize) -> Result<Vec<usize>> {
    if wanted.len() > rank {
        return Err(malformed(format!(
            "{} axes are named of a value that has {rank}",
            wanted.len()
        )));
    }
    let mut axes = wanted
        .iter()
        .map(|&each| axis(each, rank))
        .collect::<Result<Vec<_>>>()?;
    axes.sort_unstable();
    match axes.windows(2).any(|pair| pair[0] == pair[1]) {
        true => Err(malformed("an axis is named twice")),
        false => Ok(axes),
    }
}
