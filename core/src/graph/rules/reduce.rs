//! Sums, means, maxima and norms along axes.

use crate::error::Result;
use crate::graph::call::{Call, axes};
use crate::graph::emit::{int, ints};
use crate::graph::refusal::not_allowed;
use crate::graph::value::Value;

/// Axes are an attribute, or an input: from version 13 on for sums, from 18 on for the others.
pub(super) fn reduce(call: &mut Call<'_>) -> Result<Vec<Value>> {
    let input = call.float(0)?;
    let rank = input.rank();
    let sum = call.operator == "ReduceSum";
    let by_input = call.opset >= if sum { 13 } else { 18 };
    let named = if by_input {
        call.at_most(2)?;
        call.optional_numbers(1)?.map(|axes| axes.to_vec())
    } else {
        call.at_most(1)?;
        call.attributes.ints("axes")?.map(<[i64]>::to_vec)
    };
    let keep = call.attributes.flag("keepdims", true)?;
    let nothing = by_input && call.attributes.flag("noop_with_empty_axes", false)?;
    let gone = match named.filter(|axes| !axes.is_empty()) {
        Some(named) => axes(&named, rank)?,
        None if nothing && sum => {
            call.one_output()?;
            return Ok(vec![input]);
        }
        None if nothing => return Err(not_allowed("`noop_with_empty_axes` without axes")),
        None => (0..rank).collect(),
    };
    call.work(input.elements(), 2)?;
    let mut shape = Vec::with_capacity(rank);
    for (axis, &size) in input.shape.iter().enumerate() {
        match gone.contains(&axis) {
            false => shape.push(size),
            true if keep => shape.push(1),
            true => {}
        }
    }
    let before = |axis: usize| gone.iter().filter(|&&other| other < axis).count();
    let data = input.moved(|axis| {
        let kept = if keep { axis } else { axis - before(axis) };
        (!gone.contains(&axis)).then_some(kept)
    });
    if !sum {
        let attributes = vec![ints("axes", &gone), int("keepdims", keep.into())];
        return call.same(&[&input], attributes, shape, data);
    }
    call.one_output()?;
    let list: Vec<i64> = gone.iter().map(|&axis| axis as i64).collect();
    let list = call.emit.list(&list);
    let attributes = vec![int("keepdims", keep.into())];
    let name = call
        .emit
        .node("ReduceSum", &[&input.name, &list], attributes);
    Ok(vec![Value { name, shape, data }])
}
