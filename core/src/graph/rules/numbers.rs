//! Arithmetic on shapes and indices, done here: exporters put shapes together from small whole numbers.

use super::arithmetic::broadcast;
use crate::error::Result;
use crate::graph::call::Call;
use crate::graph::refusal::{malformed, not_allowed};
use crate::graph::tensor::MAX_INTS;
use crate::graph::value::{Data, Value, product};
use std::rc::Rc;

/// The values, and whether the size of the batch is in them.
fn ints(value: &Value) -> Result<(&[i64], bool)> {
    match &value.data {
        Data::Ints { values, of_batch } => Ok((values, *of_batch)),
        _ => Err(malformed("whole numbers and other numbers do not mix")),
    }
}

/// A value of whole numbers; it has no name, as rules write the numbers where they need them.
pub(super) fn made(shape: Vec<usize>, values: Vec<i64>, of_batch: bool) -> Result<Vec<Value>> {
    debug_assert_eq!(product(&shape), values.len());
    if values.len() > MAX_INTS {
        return Err(malformed(format!(
            "a shape or list of indices holds {} numbers; at most {MAX_INTS} are allowed",
            values.len()
        )));
    }
    Ok(vec![Value {
        name: Rc::from(""),
        shape,
        data: Data::Ints {
            values: values.into(),
            of_batch,
        },
    }])
}

pub(super) fn binary(call: &mut Call<'_>, left: &Value, right: &Value) -> Result<Vec<Value>> {
    call.one_output()?;
    let shape = broadcast(&left.shape, &right.shape)?;
    if product(&shape) > MAX_INTS {
        return Err(malformed("a shape or list of indices is too long"));
    }
    let ((a, from_left), (b, from_right)) = (ints(left)?, ints(right)?);
    let values: Option<Vec<i64>> = (0..product(&shape))
        .map(|index| {
            let a = a[place(&shape, &left.shape, index)];
            let b = b[place(&shape, &right.shape, index)];
            match call.operator {
                "Add" => a.checked_add(b),
                "Sub" => a.checked_sub(b),
                "Mul" => a.checked_mul(b),
                "Div" => a.checked_div(b),
                "Max" => Some(a.max(b)),
                "Min" => Some(a.min(b)),
                _ => None,
            }
        })
        .collect();
    let values = match call.operator {
        "Pow" => return Err(not_allowed("`Pow` on whole numbers")),
        _ => values.ok_or_else(|| malformed("the result is no 64-bit number"))?,
    };
    made(shape, values, from_left || from_right)
}

/// Where the element `index` of a broadcast shape lies in a value of the shape `own`.
fn place(shape: &[usize], own: &[usize], mut index: usize) -> usize {
    let (mut place, mut step) = (0, 1);
    let missing = shape.len() - own.len();
    for axis in (0..shape.len()).rev() {
        let at = index % shape[axis];
        index /= shape[axis];
        if axis >= missing {
            let size = own[axis - missing];
            place += if size == 1 { 0 } else { at * step };
            step *= size;
        }
    }
    place
}
