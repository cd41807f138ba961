//! Elements around a value; a negative padding cuts some off.

use crate::error::Result;
use crate::graph::call::{Call, axis};
use crate::graph::emit::word;
use crate::graph::refusal::{malformed, not_allowed, too_large};
use crate::graph::value::Value;

/// Far from where arithmetic could overflow; memory is bounded by the result.
const MAX_PADDING: i64 = 1 << 26;

/// Paddings are attributes before version 11, and inputs from then on.
pub(super) fn pad(call: &mut Call<'_>) -> Result<Vec<Value>> {
    let input = call.float(0)?;
    let mode = call.attributes.word("mode")?.unwrap_or("constant");
    if !["constant", "reflect", "edge"].contains(&mode) {
        return Err(not_allowed("a padding of another mode"));
    }
    let mut fill = None;
    let pads = if call.opset < 11 {
        call.at_most(1)?;
        if let Some(value) = call.attributes.float("value")? {
            fill = Some(call.emit.floats(&[], &[value]));
        }
        let pads = call.attributes.ints("pads")?;
        pads.ok_or_else(|| malformed("the attribute `pads` is missing"))?
            .to_vec()
    } else {
        call.at_most(if call.opset < 18 { 3 } else { 4 })?;
        if let Some(value) = call.optional_weight(2, None)? {
            if value.elements() != 1 {
                return Err(malformed("the value to pad with must be one number"));
            }
            fill = Some(value.name);
        }
        call.numbers(1)?.to_vec()
    };
    let pads = all_axes(call, &pads, input.rank())?;
    if pads.iter().any(|pad| pad.abs() > MAX_PADDING) {
        return Err(too_large(format!(
            "a padding is above {MAX_PADDING}, which is the limit"
        )));
    }
    let kept = cut(call, &input, &pads, mode)?;
    let more: Vec<i64> = pads.iter().map(|&pad| pad.max(0)).collect();
    if more.iter().all(|&pad| pad == 0) {
        return Ok(vec![kept]);
    }
    let rank = kept.rank();
    let mut shape = kept.shape.clone();
    for (axis, size) in shape.iter_mut().enumerate() {
        let most = (more[axis].max(more[rank + axis])) as usize;
        if mode == "reflect" && most >= *size {
            return Err(malformed("a reflection must be shorter than the axis"));
        }
        *size += (more[axis] + more[rank + axis]) as usize;
    }
    call.cost.scratch(crate::graph::value::product(&shape))?;
    call.work(crate::graph::value::product(&shape), 1)?;
    let data = kept.moved(|axis| (more[axis] == 0 && more[rank + axis] == 0).then_some(axis));
    let pads = call.emit.list(&more);
    let mut inputs: Vec<&str> = vec![&kept.name, &pads];
    if let (Some(fill), "constant") = (&fill, mode) {
        inputs.push(fill);
    }
    call.one_output()?;
    let name = call.emit.node("Pad", &inputs, vec![word("mode", mode)]);
    Ok(vec![Value { name, shape, data }])
}

/// Paddings for all axes: the fourth input names some of them.
fn all_axes(call: &mut Call<'_>, pads: &[i64], rank: usize) -> Result<Vec<i64>> {
    let unfit = || {
        malformed(format!(
            "expected two paddings for each axis, found {}",
            pads.len()
        ))
    };
    let Some(axes) = call.optional_numbers(3)? else {
        return if pads.len() == 2 * rank {
            Ok(pads.to_vec())
        } else {
            Err(unfit())
        };
    };
    if pads.len() != 2 * axes.len() || axes.len() > rank {
        return Err(unfit());
    }
    let mut all = vec![0; 2 * rank];
    let mut seen = vec![false; rank];
    for (index, &each) in axes.iter().enumerate() {
        let each = axis(each, rank)?;
        if std::mem::replace(&mut seen[each], true) {
            return Err(malformed("an axis is named twice"));
        }
        all[each] = pads[index];
        all[rank + each] = pads[axes.len() + index];
    }
    Ok(all)
}

/// Cuts off what negative paddings say, as the engine's own operator cannot.
fn cut(call: &mut Call<'_>, input: &Value, pads: &[i64], mode: &str) -> Result<Value> {
    let rank = input.rank();
    if pads.iter().all(|&pad| pad >= 0) {
        return Ok(input.clone());
    }
    if mode != "constant" {
        return Err(not_allowed(
            "negative paddings of a mode other than constant",
        ));
    }
    let size = |axis: usize| input.shape[axis] as i64;
    let starts: Vec<i64> = (0..rank).map(|axis| (-pads[axis]).max(0)).collect();
    let ends: Vec<i64> = (0..rank)
        .map(|axis| size(axis) - (-pads[rank + axis]).max(0))
        .collect();
    if starts.iter().zip(&ends).any(|(start, end)| start >= end) {
        return Err(malformed("negative paddings cut off a whole axis"));
    }
    let (from, to) = (call.emit.list(&starts), call.emit.list(&ends));
    let data = input.moved(|axis| (pads[axis] >= 0 && pads[rank + axis] >= 0).then_some(axis));
    Ok(Value {
        name: call.emit.node("Slice", &[&input.name, &from, &to], vec![]),
        shape: starts
            .iter()
            .zip(&ends)
            .map(|(start, end)| (end - start) as usize)
            .collect(),
        data,
    })
}
