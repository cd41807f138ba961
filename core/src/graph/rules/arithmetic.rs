//! Operators on numbers at the same place of several values, with broadcasting.

use super::numbers;
use crate::engine::pb::tensor_proto::DataType;
use crate::error::Result;
use crate::graph::call::Call;
use crate::graph::refusal::{malformed, not_allowed};
use crate::graph::value::{Data, Value, product, show};

/// `Add`, `Sub`, `Mul`, `Div`, `Pow`.
pub(super) fn binary(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.at_most(2)?;
    let (left, right) = (call.any(0)?, call.any(1)?);
    if let (Data::Ints { .. }, Data::Ints { .. }) = (&left.data, &right.data) {
        return numbers::binary(call, &left, &right);
    }
    let (left, right) = (call.float(0)?, call.float(1)?);
    pair(call, &left, &right)
}

fn pair(call: &mut Call<'_>, left: &Value, right: &Value) -> Result<Vec<Value>> {
    let shape = broadcast(&left.shape, &right.shape)?;
    let each = if call.operator == "Pow" { 32 } else { 1 };
    call.work(product(&shape), each)?;
    let data = rows(&[left, right], &shape, call.batch);
    call.same(&[left, right], vec![], shape, data)
}

/// `Max` and `Min` of any number of values.
pub(super) fn extreme(call: &mut Call<'_>) -> Result<Vec<Value>> {
    let first = call.any(0)?;
    if let (2, Data::Ints { .. }) = (call.inputs.len(), &first.data) {
        let second = call.any(1)?;
        return numbers::binary(call, &first, &second);
    }
    let mut values = vec![call.float(0)?];
    for index in 1..call.inputs.len() {
        values.push(call.float(index)?);
    }
    let mut shape = first.shape;
    for value in &values {
        shape = broadcast(&shape, &value.shape)?;
    }
    call.work(product(&shape), values.len())?;
    let inputs: Vec<&Value> = values.iter().collect();
    let data = rows(&inputs, &shape, call.batch);
    call.same(&inputs, vec![], shape, data)
}

/// The slope must spread over the input, and not the other way round.
pub(super) fn prelu(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.at_most(2)?;
    let (input, slope) = (call.float(0)?, call.float(1)?);
    if broadcast(&input.shape, &slope.shape)? != input.shape {
        return Err(malformed(format!(
            "a slope of shape {} does not spread over {}",
            show(&slope.shape),
            show(&input.shape)
        )));
    }
    pair(call, &input, &slope)
}

pub(super) fn identity(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.at_most(1)?;
    call.one_output()?;
    Ok(vec![call.any(0)?])
}

/// Does nothing outside of training; in training mode it draws, which is refused.
pub(super) fn dropout(call: &mut Call<'_>) -> Result<Vec<Value>> {
    let input = call.float(0)?;
    if call.opset < 12 {
        call.at_most(1)?;
        call.attributes.float("ratio")?;
    } else {
        call.at_most(3)?;
        call.attributes.int("seed")?;
        call.optional_weight(1, None)?;
        if let Some(training) = call.optional_numbers(2)?
            && training.iter().any(|&value| value != 0)
        {
            return Err(not_allowed("`Dropout` in training mode"));
        }
    }
    call.one_output()?;
    Ok(vec![input])
}

/// Constants may be of many types; what is computed from the input is 32-bit floating point from end to end.
pub(super) fn cast(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.at_most(1)?;
    call.one_output()?;
    let input = call.any(0)?;
    let to = call.attributes.int("to")?;
    if call.opset >= 19 {
        call.attributes.only_int("saturate", 1)?;
    }
    let to = to
        .and_then(|to| DataType::try_from(i32::try_from(to).ok()?).ok())
        .ok_or_else(|| malformed("the attribute `to` must name a data type"))?;
    match (&input.data, to) {
        (Data::Rows(_) | Data::Constant(DataType::Float), DataType::Float) => Ok(vec![input]),
        (Data::Rows(_), _) => Err(not_allowed(
            "`Cast` of values that depend on the input to another type than 32-bit floating point",
        )),
        (Data::Ints { .. }, DataType::Int64) => Ok(vec![input]),
        (Data::Ints { values, .. }, DataType::Int32)
            if values.iter().all(|&value| i32::try_from(value).is_ok()) =>
        {
            Ok(vec![input])
        }
        (Data::Ints { values, of_batch }, DataType::Float) => {
            let floats: Vec<f32> = values.iter().map(|&value| value as f32).collect();
            let name = call.emit.floats(&input.shape, &floats);
            call.batch_in_numbers |= of_batch;
            let data = match of_batch {
                true => Data::Rows(None),
                false => Data::Constant(DataType::Float),
            };
            Ok(vec![Value {
                name,
                data,
                shape: input.shape,
            }])
        }
        (Data::Constant(_), DataType::Float) => {
            call.work(input.elements(), 1)?;
            let (shape, data) = (input.shape.clone(), Data::Constant(DataType::Float));
            let to = crate::graph::emit::int("to", i64::from(to as i32));
            call.same(&[&input], vec![to], shape, data)
        }
        _ => Err(not_allowed(&format!(
            "`Cast` to {}: constants may be cast to 32-bit floating point, shapes to whole numbers",
            to.as_str_name()
        ))),
    }
}

/// The common shape of two values (numpy's rule).
pub(super) fn broadcast(left: &[usize], right: &[usize]) -> Result<Vec<usize>> {
    let rank = left.len().max(right.len());
    let at = |shape: &[usize], axis: usize| {
        let missing = rank - shape.len();
        if axis < missing {
            1
        } else {
            shape[axis - missing]
        }
    };
    (0..rank)
        .map(|axis| match (at(left, axis), at(right, axis)) {
            (a, b) if a == b => Ok(a),
            (1, b) => Ok(b),
            (a, 1) => Ok(a),
            _ => Err(malformed(format!(
                "the shapes {} and {} do not fit together",
                show(left),
                show(right)
            ))),
        })
        .collect()
}

/// Where records lie in the result of values that were broadcast to `shape`.
pub(super) fn rows(values: &[&Value], shape: &[usize], batch: usize) -> Data {
    let mut found: Option<Option<usize>> = None;
    for value in values {
        if let Data::Rows(axis) = value.data {
            let aligned = axis.map(|axis| axis + shape.len() - value.rank());
            found = Some(match found {
                None => aligned,
                Some(other) if other == aligned => aligned,
                Some(_) => None,
            });
        }
    }
    let Some(axis) = found else {
        return Data::Constant(DataType::Float);
    };
    // A constant that differs from row to row would treat a record by its place in the batch.
    let by_place = |value: &&Value| {
        let place = axis.and_then(|axis| (axis + value.rank()).checked_sub(shape.len()));
        value.is_constant() && batch > 1 && place.is_some_and(|place| value.shape[place] != 1)
    };
    Data::Rows(axis.filter(|_| !values.iter().any(by_place)))
}
