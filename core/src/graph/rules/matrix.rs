//! Products of matrices.

use super::arithmetic::{broadcast, rows};
use crate::error::Result;
use crate::graph::call::Call;
use crate::graph::emit::{float, int};
use crate::graph::refusal::malformed;
use crate::graph::value::{Data, Value, product, show};

/// `MatMul`, as numpy has it, of values of two axes or more, or a vector of constants.
pub(super) fn matmul(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.at_most(2)?;
    let (left, right) = (call.float(0)?, call.float(1)?);
    let unfit = || {
        malformed(format!(
            "matrices of shapes {} and {} cannot be multiplied",
            show(&left.shape),
            show(&right.shape)
        ))
    };
    let ([.., rows_left, inner], [.., other, columns]) = (&left.shape[..], &right.shape[..]) else {
        return Err(malformed(
            "both inputs must have two axes or more (a vector needs an axis of 1)",
        ));
    };
    if inner != other {
        return Err(unfit());
    }
    let (batch_left, batch_right) = (left.rank() - 2, right.rank() - 2);
    let batch =
        broadcast(&left.shape[..batch_left], &right.shape[..batch_right]).map_err(|_| unfit())?;
    let shape = [&batch[..], &[*rows_left, *columns]].concat();
    call.work(product(&shape), *inner)?;
    // As if both had the shape of the result: the inner axes are those of one matrix.
    let spread = |value: &Value, own: usize| {
        let inner = value.rank() - 1 - own;
        let data = value.moved(|axis| (axis != inner).then_some(axis));
        let mut shape = value.shape.clone();
        shape[inner] = 1;
        Value {
            shape,
            data,
            ..value.clone()
        }
    };
    let data = rows(&[&spread(&left, 0), &spread(&right, 1)], &shape, call.batch);
    call.same(&[&left, &right], vec![], shape, data)
}

/// `alpha A B + beta C`, with A and B transposed if asked for.
pub(super) fn gemm(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.at_most(3)?;
    let (left, right) = (call.float(0)?, call.float(1)?);
    let bias = call.optional_float(2)?;
    let alpha = call.attributes.float_or("alpha", 1.0)?;
    let beta = call.attributes.float_or("beta", 1.0)?;
    let turned = [
        call.attributes.flag("transA", false)?,
        call.attributes.flag("transB", false)?,
    ];
    let matrix = |value: &Value, turned: bool| {
        let &[rows, columns] = &value.shape[..] else {
            return Err(malformed(format!(
                "expected matrices of two axes, found the shape {}",
                show(&value.shape)
            )));
        };
        Ok(if turned {
            [columns, rows]
        } else {
            [rows, columns]
        })
    };
    let [m, k] = matrix(&left, turned[0])?;
    let [other, n] = matrix(&right, turned[1])?;
    if k != other {
        return Err(malformed(format!(
            "matrices of shapes {} and {} cannot be multiplied",
            show(&left.shape),
            show(&right.shape)
        )));
    }
    let shape = vec![m, n];
    call.work(product(&shape), k.saturating_add(1))?;
    // Rows of the left matrix are those of the result, columns of the right one its columns.
    let side = |value: &Value, turned: bool, kept: usize| {
        let data = value.moved(|axis| {
            let axis = if turned { 1 - axis } else { axis };
            (axis == kept).then_some(axis)
        });
        let mut shape = vec![1, 1];
        shape[kept] = [m, n][kept];
        Value {
            shape,
            data,
            ..value.clone()
        }
    };
    let sides = [side(&left, turned[0], 0), side(&right, turned[1], 1)];
    let mut parts: Vec<&Value> = sides.iter().collect();
    if let Some(bias) = &bias {
        if bias.rank() > 2 || broadcast(&shape, &bias.shape)? != shape {
            return Err(malformed(format!(
                "the third input of shape {} does not spread over the product of shape {}",
                show(&bias.shape),
                show(&shape)
            )));
        }
        parts.push(bias);
    }
    let mut data = rows(&parts, &shape, call.batch);
    if let Data::Rows(Some(axis)) = data
        && shape[axis] != call.batch
    {
        data = Data::Rows(None);
    }
    let attributes = vec![
        float("alpha", alpha),
        float("beta", beta),
        int("transA", turned[0].into()),
        int("transB", turned[1].into()),
    ];
    let inputs: Vec<&Value> = [&left, &right].into_iter().chain(&bias).collect();
    call.same(&inputs, attributes, shape, data)
}
