//! Softmax and its logarithm.

use crate::error::Result;
use crate::graph::call::{Call, axis};
use crate::graph::emit::{int, ints};
use crate::graph::value::{Value, product};
use std::rc::Rc;

/// Multiplications that take as long as one number of the result.
const EACH: usize = 32;

/// Multiplications that take as long as one line of numbers costs, whatever its length; along another axis than the
/// last, each number costs as much.
const PER_LINE: usize = 1 << 13;

/// An input, the axis to go along, and the value with the shape that the axis is of.
struct Along {
    input: Value,
    name: Rc<str>,
    axis: usize,
    /// The first of the axes that are taken together, if they are.
    together: Option<usize>,
}

/// Before version 13, all axes from `axis` on are taken together.
fn along(call: &mut Call<'_>) -> Result<Along> {
    call.at_most(1)?;
    call.one_output()?;
    let input = call.float(0)?;
    let rank = input.rank();
    let old = call.opset < 13;
    let wanted = call.attributes.int_or("axis", if old { 1 } else { -1 })?;
    let from = axis(wanted, rank)?;
    let last = from + 1 == rank || old;
    let lines = match last {
        true => product(&input.shape[..from]),
        false => input.elements(),
    };
    call.work(input.elements(), EACH)?;
    call.work(lines, PER_LINE)?;
    call.cost.scratch(3 * input.elements())?;
    if !old || from + 1 == rank {
        let name = Rc::clone(&input.name);
        return Ok(Along {
            input,
            name,
            axis: from,
            together: None,
        });
    }
    let matrix = [product(&input.shape[..from]), product(&input.shape[from..])];
    let target = call.emit.list(&matrix.map(|size| size as i64));
    let name = call.emit.node("Reshape", &[&input.name, &target], vec![]);
    Ok(Along {
        input,
        name,
        axis: 1,
        together: Some(from),
    })
}

impl Along {
    /// The result in the shape of the input; records stay apart unless they lie along the axis.
    fn back(self, call: &mut Call<'_>, name: Rc<str>) -> Vec<Value> {
        let data = self.input.moved(|axis| match self.together {
            Some(from) => (axis < from).then_some(axis),
            None => (axis != self.axis).then_some(axis),
        });
        let name = match self.together {
            None => name,
            Some(_) => {
                let shape: Vec<i64> = self.input.shape.iter().map(|&size| size as i64).collect();
                let target = call.emit.list(&shape);
                call.emit.node("Reshape", &[&name, &target], vec![])
            }
        };
        vec![Value {
            name,
            data,
            shape: self.input.shape,
        }]
    }
}

pub(super) fn softmax(call: &mut Call<'_>) -> Result<Vec<Value>> {
    let along = along(call)?;
    let attributes = vec![int("axis", along.axis as i64)];
    let name = call.emit.node("Softmax", &[&along.name], attributes);
    Ok(along.back(call, name))
}

/// `d - ln(sum(e^d))` with `d = x - max(x)`, which stays in the range of f32; the engine takes the logarithm of a
/// softmax.
pub(super) fn log_softmax(call: &mut Call<'_>) -> Result<Vec<Value>> {
    let along = along(call)?;
    let emit = &mut *call.emit;
    let axes = || vec![ints("axes", &[along.axis]), int("keepdims", 1)];
    let most = emit.node("ReduceMax", &[&along.name], axes());
    let below = emit.node("Sub", &[&along.name, &most], vec![]);
    let exponential = emit.node("Exp", &[&below], vec![]);
    let list = emit.list(&[along.axis as i64]);
    let sum = emit.node(
        "ReduceSum",
        &[&exponential, &list],
        vec![int("keepdims", 1)],
    );
    let logarithm = emit.node("Log", &[&sum], vec![]);
    let name = emit.node("Sub", &[&below, &logarithm], vec![]);
    Ok(along.back(call, name))
}
