//! Parts of values, and values from parts.

use super::numbers;
use crate::error::Result;
use crate::graph::call::{Call, axis};
use crate::graph::emit::int;
use crate::graph::refusal::{malformed, not_allowed, too_large};
use crate::graph::tensor::MAX_INTS;
use crate::graph::value::{Data, Value, product, show};

/// The most outputs of `Split`, and inputs of `Concat`.
const MAX_PARTS: usize = 1 << 8;

pub(super) fn concat(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.one_output()?;
    let first = call.any(0)?;
    call.at_most(MAX_PARTS)?;
    let along = call.attributes.int("axis")?;
    let along = along.ok_or_else(|| malformed("the attribute `axis` is missing"))?;
    let along = axis(along, first.rank())?;
    if let Data::Ints { .. } = first.data {
        return concat_numbers(call, first.rank());
    }
    let mut values = vec![call.float(0)?];
    for index in 1..call.inputs.len() {
        values.push(call.float(index)?);
    }
    let mut shape = first.shape.clone();
    shape[along] = 0;
    for value in &values {
        let mut other = value.shape.clone();
        let size = other.get_mut(along).map(std::mem::take).unwrap_or(0);
        let same = other
            .iter()
            .enumerate()
            .all(|(axis, size)| axis == along || shape.get(axis) == Some(size));
        if other.len() != shape.len() || !same {
            return Err(malformed(format!(
                "values of shapes {} and {} cannot be joined along axis {along}",
                show(&first.shape),
                show(&value.shape)
            )));
        }
        shape[along] = shape[along].saturating_add(size);
    }
    let data = joined_rows(&values, along, call.batch);
    let inputs: Vec<&Value> = values.iter().collect();
    call.work(product(&shape), 1)?;
    call.same(&inputs, vec![int("axis", along as i64)], shape, data)
}

/// Records stay where all values have them, if that is not the axis of joining.
fn joined_rows(values: &[Value], along: usize, batch: usize) -> Data {
    let mut rows = values.iter().filter(|value| !value.is_constant());
    let Some(first) = rows.next() else {
        return values[0].data.clone();
    };
    let together = rows.all(|value| value.data == first.data)
        && (batch == 1 || values.iter().all(|value| !value.is_constant()));
    first.moved(|axis| (together && axis != along).then_some(axis))
}

fn concat_numbers(call: &mut Call<'_>, rank: usize) -> Result<Vec<Value>> {
    let (mut all, mut batch) = (Vec::new(), false);
    for index in 0..call.inputs.len() {
        match call.any(index)? {
            Value {
                data: Data::Ints { values, of_batch },
                shape,
                ..
            } if rank == 1 && shape.len() == 1 => {
                all.extend_from_slice(&values);
                batch |= of_batch;
            }
            _ => {
                return Err(malformed(
                    "only lists of whole numbers can be joined to one",
                ));
            }
        }
        if all.len() > MAX_INTS {
            return Err(too_large("a list of whole numbers is too long"));
        }
    }
    numbers::made(vec![all.len()], all, batch)
}

/// Entries of a constant or of the features, at indices that are known.
pub(super) fn gather(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.at_most(2)?;
    let input = call.any(0)?;
    let along = call.attributes.int_or("axis", 0)?;
    let along = axis(along, input.rank())?;
    let indices = call.any(1)?;
    let in_numbers = call.batch_in_numbers;
    let values = call.numbers(1)?;
    let size = input.shape[along];
    let places = values
        .iter()
        .map(|&index| axis(index, size).map(|place| place as i64))
        .collect::<Result<Vec<i64>>>()
        .map_err(|_| {
            malformed(format!(
                "an index is none of the {size} entries of the axis"
            ))
        })?;
    let shape = [
        &input.shape[..along],
        &indices.shape,
        &input.shape[along + 1..],
    ]
    .concat();
    if let Data::Ints { values, of_batch } = &input.data {
        call.one_output()?;
        let of_batch = *of_batch || call.batch_in_numbers;
        call.batch_in_numbers = in_numbers;
        if input.rank() != 1 {
            return Err(malformed(
                "entries of whole numbers are taken from lists only",
            ));
        }
        let taken = places.iter().map(|&place| values[place as usize]).collect();
        return numbers::made(shape, taken, of_batch);
    }
    let input = call.float(0)?;
    call.work(product(&shape), 1)?;
    let data = input.moved(|axis| match axis.cmp(&along) {
        std::cmp::Ordering::Less => Some(axis),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(axis + indices.rank() - 1),
    });
    call.one_output()?;
    let places = call.emit.ints(&indices.shape, &places);
    let name = call.emit.node(
        "Gather",
        &[&input.name, &places],
        vec![int("axis", along as i64)],
    );
    Ok(vec![Value { name, shape, data }])
}

/// Starts and ends are attributes before version 10, and inputs from then on.
pub(super) fn slice(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.one_output()?;
    let input = call.any(0)?;
    let rank = input.rank();
    let in_numbers = call.batch_in_numbers;
    let missing = || malformed("starts and ends are missing");
    let (starts, ends, named, steps) = if call.opset < 10 {
        call.at_most(1)?;
        let starts = call
            .attributes
            .ints("starts")?
            .ok_or_else(missing)?
            .to_vec();
        let ends = call.attributes.ints("ends")?.ok_or_else(missing)?.to_vec();
        (
            starts,
            ends,
            call.attributes.ints("axes")?.map(<[i64]>::to_vec),
            None,
        )
    } else {
        call.at_most(5)?;
        let starts = call.numbers(1)?.to_vec();
        let ends = call.numbers(2)?.to_vec();
        let named = call.optional_numbers(3)?.map(|axes| axes.to_vec());
        (starts, ends, named, call.optional_numbers(4)?)
    };
    let named = named.unwrap_or_else(|| (0..starts.len() as i64).collect());
    let steps = steps.map_or_else(|| vec![1; starts.len()], |steps| steps.to_vec());
    if [ends.len(), named.len(), steps.len()]
        .iter()
        .any(|&length| length != starts.len())
        || starts.len() > rank
    {
        return Err(malformed(
            "starts, ends, axes and steps must be as many, and no more than axes",
        ));
    }
    let mut cuts: Vec<Cut> = input
        .shape
        .iter()
        .map(|&size| Cut {
            start: 0,
            end: size,
            step: 1,
        })
        .collect();
    let mut seen = vec![false; rank];
    for (index, &each) in named.iter().enumerate() {
        let each = axis(each, rank)?;
        if std::mem::replace(&mut seen[each], true) {
            return Err(malformed("an axis is named twice"));
        }
        cuts[each] = Cut::new(input.shape[each], starts[index], ends[index], steps[index])?;
    }
    let shape: Vec<usize> = cuts.iter().map(Cut::length).collect();
    if let Data::Ints { values, of_batch } = &input.data {
        let of_batch = *of_batch || call.batch_in_numbers;
        call.batch_in_numbers = in_numbers;
        let [cut] = cuts.as_slice() else {
            return Err(malformed(
                "parts of whole numbers are taken from lists only",
            ));
        };
        let part: Vec<i64> = (cut.start..cut.end)
            .step_by(cut.step)
            .map(|place| values[place])
            .collect();
        return numbers::made(vec![part.len()], part, of_batch);
    }
    let input = call.float(0)?;
    call.work(product(&shape), 1)?;
    let data = input.moved(|axis| (shape[axis] == input.shape[axis]).then_some(axis));
    let mut list = |number: fn(&Cut) -> usize| {
        let numbers: Vec<i64> = cuts.iter().map(|cut| number(cut) as i64).collect();
        call.emit.list(&numbers)
    };
    let (starts, ends, steps) = (
        list(|cut| cut.start),
        list(|cut| cut.end),
        list(|cut| cut.step),
    );
    let all: Vec<i64> = (0..rank as i64).collect();
    let all = call.emit.list(&all);
    let name = call.emit.node(
        "Slice",
        &[&input.name, &starts, &ends, &all, &steps],
        vec![],
    );
    Ok(vec![Value { name, shape, data }])
}

/// A part of an axis.
struct Cut {
    start: usize,
    end: usize,
    step: usize,
}

impl Cut {
    fn new(size: usize, start: i64, end: i64, step: i64) -> Result<Self> {
        if step < 1 {
            return Err(not_allowed("`Slice` with a step below 1"));
        }
        let place = |place: i64| {
            let from = if place < 0 {
                place.saturating_add(size as i64)
            } else {
                place
            };
            from.clamp(0, size as i64) as usize
        };
        let (start, end) = (place(start), place(end));
        Ok(Cut {
            start,
            end: end.max(start),
            step: usize::try_from(step).unwrap_or(usize::MAX).min(size.max(1)),
        })
    }

    fn length(&self) -> usize {
        (self.end - self.start).div_ceil(self.step)
    }
}

/// Lengths are an attribute before version 13, an input from then on; or a number of outputs.
pub(super) fn split(call: &mut Call<'_>) -> Result<Vec<Value>> {
    let input = call.float(0)?;
    let along = call.attributes.int_or("axis", 0)?;
    let along = axis(along, input.rank())?;
    let (size, parts) = (input.shape[along], call.wanted.len());
    if parts == 0 || parts > MAX_PARTS {
        return Err(malformed(format!(
            "expected 1 to {MAX_PARTS} outputs, found {parts}"
        )));
    }
    let stated = if call.opset < 13 {
        call.at_most(1)?;
        call.attributes.ints("split")?.map(<[i64]>::to_vec)
    } else {
        call.at_most(2)?;
        call.optional_numbers(1)?.map(|lengths| lengths.to_vec())
    };
    let count = match call.opset {
        18.. => call.attributes.int("num_outputs")?,
        _ => None,
    };
    let lengths = match (stated, count) {
        (Some(_), Some(_)) => {
            return Err(malformed("`num_outputs` and lengths exclude each other"));
        }
        (Some(lengths), None) => lengths,
        (None, count) if count.is_none_or(|count| count == parts as i64) => {
            even(size, parts, call.opset)?
        }
        (None, _) => {
            return Err(malformed(format!(
                "`num_outputs` must be the number of outputs, {parts}"
            )));
        }
    };
    let fits = lengths.len() == parts
        && lengths
            .iter()
            .all(|&length| length > 0 && length <= size as i64)
        && lengths.iter().sum::<i64>() == size as i64;
    if !fits {
        return Err(malformed(format!(
            "{} lengths do not cut an axis of {size} into {parts} parts",
            lengths.len()
        )));
    }
    call.work(input.elements(), 1)?;
    let list = call.emit.list(&lengths);
    let all = vec![true; parts];
    let names = call.emit.nodes(
        "Split",
        &[&input.name, &list],
        vec![int("axis", along as i64)],
        &all,
    );
    let made = names.into_iter().zip(&lengths).map(|(name, &length)| {
        let mut shape = input.shape.clone();
        shape[along] = length as usize;
        let data = input.moved(|axis| (axis != along).then_some(axis));
        Value { name, shape, data }
    });
    Ok(made.collect())
}

/// Parts of one length; from version 18 on the last may be shorter.
fn even(size: usize, parts: usize, opset: i64) -> Result<Vec<i64>> {
    let length = size.div_ceil(parts);
    let last = size
        .checked_sub(length * (parts - 1))
        .filter(|&last| last > 0 && (last == length || opset >= 18));
    let last = last.ok_or_else(|| {
        malformed(format!(
            "an axis of {size} has no {parts} parts of one length"
        ))
    })?;
    let mut lengths = vec![length as i64; parts];
    lengths[parts - 1] = last as i64;
    Ok(lengths)
}
