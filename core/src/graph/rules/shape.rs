//! Operators that change the axes of a value, and not its numbers.

use super::numbers;
use crate::error::Result;
use crate::graph::call::{Call, axes, axis};
use crate::graph::emit::ints;
use crate::graph::refusal::malformed;
use crate::graph::value::{Data, Value, product, show};

/// The value with another shape of as many elements, written as `Reshape`; whole numbers are kept as such.
fn reshaped(call: &mut Call<'_>, input: Value, shape: Vec<usize>) -> Result<Vec<Value>> {
    call.one_output()?;
    if shape == input.shape {
        return Ok(vec![input]);
    }
    if let Data::Ints { values, of_batch } = &input.data {
        return numbers::made(shape, values.to_vec(), *of_batch);
    }
    let data = input.moved(|axis| same_place(&input.shape, &shape, axis));
    let target: Vec<i64> = shape.iter().map(|&axis| axis as i64).collect();
    let target = call.emit.list(&target);
    let name = call.emit.node("Reshape", &[&input.name, &target], vec![]);
    Ok(vec![Value { name, shape, data }])
}

/// The axis of the new shape whose slices are those of `axis` of the old one: as many elements before it, and as long.
fn same_place(old: &[usize], new: &[usize], axis: usize) -> Option<usize> {
    let fits =
        |&place: &usize| new[place] == old[axis] && product(&new[..place]) == product(&old[..axis]);
    // Among axes of one element any would do; the same number of axes before it is the likely one.
    Some(axis)
        .filter(|place| *place < new.len() && fits(place))
        .or_else(|| (0..new.len()).find(fits))
}

pub(super) fn reshape(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.at_most(2)?;
    let input = call.any(0)?;
    if call.opset >= 14 {
        call.attributes.only_int("allowzero", 0)?;
    }
    let in_numbers = call.batch_in_numbers;
    let target = call.numbers(1)?;
    // The size of the batch as an axis is what a shape is for.
    call.batch_in_numbers = in_numbers;
    let unfit = || {
        let axes: Vec<String> = target.iter().take(8).map(i64::to_string).collect();
        malformed(format!(
            "a value of shape {} cannot become [{}]",
            show(&input.shape),
            axes.join(", ")
        ))
    };
    if target.len() > crate::graph::tensor::MAX_RANK
        || target.iter().filter(|&&axis| axis == -1).count() > 1
    {
        return Err(unfit());
    }
    let mut shape = Vec::with_capacity(target.len());
    for (index, &axis) in target.iter().enumerate() {
        shape.push(match axis {
            -1 => 1,
            0 => *input.shape.get(index).ok_or_else(unfit)?,
            axis => usize::try_from(axis).map_err(|_| unfit())?,
        });
    }
    if let Some(open) = target.iter().position(|&axis| axis == -1) {
        let others = product(&shape);
        if others == 0 || !input.elements().is_multiple_of(others) {
            return Err(unfit());
        }
        shape[open] = input.elements() / others;
    }
    if product(&shape) != input.elements() {
        return Err(unfit());
    }
    reshaped(call, input, shape)
}

pub(super) fn flatten(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.at_most(1)?;
    let input = call.float(0)?;
    let from = call.attributes.int_or("axis", 1)?;
    let rank = input.rank();
    let split = match from {
        end if usize::try_from(end) == Ok(rank) => rank,
        negative if negative < 0 && call.opset < 11 => {
            return Err(malformed("negative axes are of version 11"));
        }
        other => axis(other, rank)?,
    };
    let shape = vec![
        product(&input.shape[..split]),
        product(&input.shape[split..]),
    ];
    reshaped(call, input, shape)
}

/// Axes of `Squeeze` and `Unsqueeze`: an attribute before version 13, an input from then on.
fn named_axes(call: &mut Call<'_>) -> Result<Option<Vec<i64>>> {
    if call.opset < 13 {
        call.at_most(1)?;
        return Ok(call.attributes.ints("axes")?.map(<[i64]>::to_vec));
    }
    call.at_most(2)?;
    Ok(call.optional_numbers(1)?.map(|axes| axes.to_vec()))
}

pub(super) fn squeeze(call: &mut Call<'_>) -> Result<Vec<Value>> {
    let input = call.any(0)?;
    let rank = input.rank();
    let gone = match named_axes(call)? {
        Some(named) => axes(&named, rank)?,
        None => (0..rank).filter(|&axis| input.shape[axis] == 1).collect(),
    };
    if let Some(axis) = gone.iter().find(|&&axis| input.shape[axis] != 1) {
        return Err(malformed(format!(
            "axis {axis} of shape {} cannot be dropped: it has more than 1 element",
            show(&input.shape)
        )));
    }
    let kept = (0..rank).filter(|axis| !gone.contains(axis));
    let shape = kept.map(|axis| input.shape[axis]).collect();
    reshaped(call, input, shape)
}

pub(super) fn unsqueeze(call: &mut Call<'_>) -> Result<Vec<Value>> {
    let input = call.any(0)?;
    let named = named_axes(call)?.ok_or_else(|| malformed("the axes are missing"))?;
    let rank = input.rank() + named.len().min(crate::graph::tensor::MAX_RANK);
    let new = axes(&named, rank)?;
    let mut old = input.shape.iter();
    let shape = (0..rank).map(|axis| match new.contains(&axis) {
        true => Some(1),
        false => old.next().copied(),
    });
    let shape = shape
        .collect::<Option<Vec<usize>>>()
        .ok_or_else(|| malformed("there are too many axes"))?;
    reshaped(call, input, shape)
}

pub(super) fn transpose(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.at_most(1)?;
    let input = call.float(0)?;
    let rank = input.rank();
    let order: Vec<usize> = match call.attributes.ints("perm")? {
        None => (0..rank).rev().collect(),
        Some(order) => {
            let order: Vec<usize> = order
                .iter()
                .map(|&axis| usize::try_from(axis).unwrap_or(usize::MAX))
                .collect();
            let mut sorted = order.clone();
            sorted.sort_unstable();
            if !sorted.iter().copied().eq(0..rank) {
                return Err(malformed(format!(
                    "the attribute `perm` must hold each axis from 0 to {} once",
                    rank.saturating_sub(1)
                )));
            }
            order
        }
    };
    call.work(input.elements(), 1)?;
    let shape = order.iter().map(|&axis| input.shape[axis]).collect();
    let data = input.moved(|axis| order.iter().position(|&from| from == axis));
    call.same(&[&input], vec![ints("perm", &order)], shape, data)
}

/// The shape of a value as whole numbers, from `start` to `end`.
pub(super) fn shape(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.at_most(1)?;
    call.one_output()?;
    let input = call.any(0)?;
    let rank = input.rank() as i64;
    let mut part = [0, rank];
    if call.opset >= 15 {
        part = [
            call.attributes.int_or("start", 0)?,
            call.attributes.int_or("end", rank)?,
        ];
    }
    let [start, end] = part.map(|place| {
        let place = if place < 0 {
            place.saturating_add(rank)
        } else {
            place
        };
        place.clamp(0, rank) as usize
    });
    let axes = start..end.max(start);
    let values: Vec<i64> = input.shape[axes.clone()]
        .iter()
        .map(|&axis| axis as i64)
        .collect();
    let of_batch = match input.data {
        Data::Rows(Some(axis)) => axes.contains(&axis),
        Data::Rows(None) => true,
        Data::Ints { of_batch, .. } => of_batch,
        Data::Constant(_) => false,
    };
    numbers::made(vec![values.len()], values, of_batch)
}
