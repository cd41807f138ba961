//! Functions of one number.

use crate::engine::pb::AttributeProto;
use crate::error::Result;
use crate::graph::call::Call;
use crate::graph::emit::{float, word};
use crate::graph::refusal::{malformed, not_allowed};
use crate::graph::value::Value;

/// Multiplications that take as long as one exponential.
const EXPONENTIAL: usize = 16;

fn unary(call: &mut Call<'_>, attributes: Vec<AttributeProto>) -> Result<Vec<Value>> {
    call.at_most(1)?;
    let input = call.float(0)?;
    call.work(input.elements(), EXPONENTIAL)?;
    let (shape, data) = (input.shape.clone(), input.data.clone());
    call.same(&[&input], attributes, shape, data)
}

/// Without attributes.
pub(super) fn plain(call: &mut Call<'_>) -> Result<Vec<Value>> {
    unary(call, vec![])
}

pub(super) fn erf(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.since(9)?;
    unary(call, vec![])
}

pub(super) fn hard_swish(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.since(14)?;
    unary(call, vec![])
}

pub(super) fn elu(call: &mut Call<'_>) -> Result<Vec<Value>> {
    let alpha = call.attributes.float_or("alpha", 1.0)?;
    unary(call, vec![float("alpha", alpha)])
}

pub(super) fn leaky_relu(call: &mut Call<'_>) -> Result<Vec<Value>> {
    let alpha = call.attributes.float_or("alpha", 0.01)?;
    unary(call, vec![float("alpha", alpha)])
}

pub(super) fn hard_sigmoid(call: &mut Call<'_>) -> Result<Vec<Value>> {
    let alpha = call.attributes.float_or("alpha", 0.2)?;
    let beta = call.attributes.float_or("beta", 0.5)?;
    unary(call, vec![float("alpha", alpha), float("beta", beta)])
}

pub(super) fn selu(call: &mut Call<'_>) -> Result<Vec<Value>> {
    let alpha = call.attributes.float_or("alpha", 1.673_263_2)?;
    let gamma = call.attributes.float_or("gamma", 1.050_701)?;
    unary(call, vec![float("alpha", alpha), float("gamma", gamma)])
}

pub(super) fn gelu(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.since(20)?;
    match call.attributes.word("approximate")? {
        None | Some("none") => unary(call, vec![]),
        Some("tanh") => unary(call, vec![word("approximate", "tanh")]),
        Some(_) => Err(not_allowed("`approximate` other than none and tanh")),
    }
}

/// `max(x, 0) + ln(1 + e^-|x|)`, which stays in the range of f32; the engine's own does not above 88.
pub(super) fn softplus(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.at_most(1)?;
    call.one_output()?;
    let input = call.float(0)?;
    call.work(input.elements(), 4 * EXPONENTIAL)?;
    call.cost.scratch(3 * input.elements())?;
    let one = call.emit.floats(&vec![1; input.rank()], &[1.0]);
    let emit = &mut *call.emit;
    let positive = emit.node("Relu", &[&input.name], vec![]);
    let size = emit.node("Abs", &[&input.name], vec![]);
    let negative = emit.node("Neg", &[&size], vec![]);
    let exponential = emit.node("Exp", &[&negative], vec![]);
    let sum = emit.node("Add", &[&exponential, &one], vec![]);
    let logarithm = emit.node("Log", &[&sum], vec![]);
    let name = emit.node("Add", &[&positive, &logarithm], vec![]);
    Ok(vec![Value { name, ..input }])
}

/// Limits are attributes before version 11, and inputs of one number from then on.
pub(super) fn clip(call: &mut Call<'_>) -> Result<Vec<Value>> {
    let input = call.float(0)?;
    let mut limits = [None, None];
    if call.opset < 11 {
        call.at_most(1)?;
        for (limit, name) in limits.iter_mut().zip(["min", "max"]) {
            if let Some(value) = call.attributes.float(name)? {
                *limit = Some(call.emit.floats(&[], &[value]));
            }
        }
    } else {
        call.at_most(3)?;
        for (index, limit) in limits.iter_mut().enumerate() {
            let Some(value) = call.optional_weight(index + 1, None)? else {
                continue;
            };
            if value.elements() != 1 || value.rank() > 1 {
                return Err(malformed(format!("input {} must be one number", index + 1)));
            }
            *limit = Some(value.name);
        }
    }
    call.work(input.elements(), 1)?;
    call.one_output()?;
    let [min, max] = limits.map(|limit| limit.unwrap_or_default());
    let inputs: &[&str] = match (min.is_empty(), max.is_empty()) {
        (true, true) => return Ok(vec![input]),
        (_, true) => &[&input.name, &min],
        _ => &[&input.name, &min, &max],
    };
    let name = call.emit.node("Clip", inputs, vec![]);
    Ok(vec![Value { name, ..input }])
}
