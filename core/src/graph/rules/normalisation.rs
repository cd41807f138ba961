//! Normalisation with moments that are stored, or of one record.

use super::arithmetic::broadcast;
use crate::error::Result;
use crate::graph::call::{Call, axis};
use crate::graph::emit::{float, int};
use crate::graph::refusal::{malformed, not_allowed};
use crate::graph::value::{Value, show};

/// The number of channels, the second axis.
fn channels(input: &Value, least: usize) -> Result<usize> {
    match input.shape.get(1) {
        Some(&channels) if input.rank() >= least => Ok(channels),
        _ => Err(malformed(format!(
            "expected {least} axes or more, found the shape {}",
            show(&input.shape)
        ))),
    }
}

/// With stored moments; in training mode a record would depend on its batch, which is refused.
pub(super) fn batch(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.at_most(5)?;
    let input = call.float(0)?;
    let channels = channels(&input, 2)?;
    let mut inputs = vec![input.clone()];
    for index in 1..5 {
        inputs.push(call.weight(index, Some(&[channels]))?);
    }
    let epsilon = call.attributes.epsilon()?;
    call.attributes.float("momentum")?;
    if call.opset < 9 {
        call.attributes.only_int("spatial", 1)?;
    }
    if call.opset >= 14 {
        call.attributes.only_int("training_mode", 0)?;
    }
    call.work(input.elements(), 2)?;
    let inputs: Vec<&Value> = inputs.iter().collect();
    let data = input.moved(|axis| (axis != 1 || call.batch == 1).then_some(axis));
    call.same(
        &inputs,
        vec![float("epsilon", epsilon)],
        input.shape.clone(),
        data,
    )
}

/// With the moments of each channel of each record.
pub(super) fn instance(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.at_most(3)?;
    let input = call.float(0)?;
    let channels = channels(&input, 3)?;
    let scale = call.weight(1, Some(&[channels]))?;
    let bias = call.weight(2, Some(&[channels]))?;
    let epsilon = call.attributes.epsilon()?;
    call.work(input.elements(), 8)?;
    let data = input.moved(|axis| (axis == 0).then_some(axis));
    let attributes = vec![float("epsilon", epsilon)];
    call.same(
        &[&input, &scale, &bias],
        attributes,
        input.shape.clone(),
        data,
    )
}

/// With the moments of all axes from `axis` on.
pub(super) fn layer(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.since(17)?;
    call.at_most(3)?;
    let input = call.float(0)?;
    let rank = input.rank();
    let from = call.attributes.int_or("axis", -1)?;
    let from = axis(from, rank)?;
    call.attributes.only_int("stash_type", 1)?;
    let epsilon = call.attributes.epsilon()?;
    let mut inputs = vec![input.clone()];
    for index in 1..3 {
        let weight = match index {
            1 => Some(call.weight(index, None)?),
            _ => call.optional_weight(index, None)?,
        };
        inputs.extend(weight);
    }
    for weight in &inputs[1..] {
        let spreads = weight.rank() <= rank - from
            && broadcast(&input.shape[from..], &weight.shape)? == input.shape[from..];
        if !spreads {
            return Err(not_allowed(&format!(
                "`LayerNormalization` with weights of shape {} for axes of {}",
                show(&weight.shape),
                show(&input.shape[from..])
            )));
        }
    }
    call.work(input.elements(), 8)?;
    let inputs: Vec<&Value> = inputs.iter().collect();
    let data = input.moved(|axis| (axis < from).then_some(axis));
    let attributes = vec![
        int("axis", from as i64),
        float("epsilon", epsilon),
        int("stash_type", 1),
    ];
    call.same(&inputs, attributes, input.shape.clone(), data)
}
