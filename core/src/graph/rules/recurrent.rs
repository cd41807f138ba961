//! Recurrent layers of one direction with their usual activations.

use crate::error::Result;
use crate::graph::call::Call;
use crate::graph::emit::int;
use crate::graph::refusal::{malformed, not_allowed};
use crate::graph::value::{Value, product, show};
use std::rc::Rc;

/// Multiplications that take as long as the engine needs to prepare a layer.
const PER_LAYER: [(&str, usize); 2] = [("GRU", 1 << 28), ("LSTM", 1 << 26)];

/// Multiplications that take as long as one step costs the engine, whatever its size.
const PER_STEP: usize = 1 << 19;

pub(super) fn lstm(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.attributes.only_int("input_forget", 0)?;
    recurrent(call, 4, &["Sigmoid", "Tanh", "Tanh"], vec![])
}

pub(super) fn gru(call: &mut Call<'_>) -> Result<Vec<Value>> {
    let before = call.attributes.flag("linear_before_reset", false)?;
    let attributes = vec![int("linear_before_reset", before.into())];
    recurrent(call, 3, &["Sigmoid", "Tanh"], attributes)
}

/// `gates` matrices; a layer of three activations has a second state.
fn recurrent(
    call: &mut Call<'_>,
    gates: usize,
    activations: &[&str],
    mut attributes: Vec<crate::engine::pb::AttributeProto>,
) -> Result<Vec<Value>> {
    let cell = activations.len() == 3;
    call.at_most(if cell { 8 } else { 6 })?;
    check_attributes(call, activations)?;
    let input = call.float(0)?;
    let &[steps, records, width] = &input.shape[..] else {
        return Err(malformed(format!(
            "expected steps, batch and width, found the shape {}",
            show(&input.shape)
        )));
    };
    let recurrence = call.weight(2, None)?;
    let hidden = match recurrence.shape[..] {
        [1, rows, hidden] if hidden > 0 && rows == gates * hidden => hidden,
        _ => {
            return Err(malformed(format!(
                "the recurrence must have the shape [1, {gates} * hidden, hidden], found {}",
                show(&recurrence.shape)
            )));
        }
    };
    if let Some(stated) = call.attributes.int("hidden_size")?
        && stated != hidden as i64
    {
        return Err(malformed(format!(
            "`hidden_size` is {stated}, the weights are for {hidden}"
        )));
    }
    attributes.push(int("hidden_size", hidden as i64));
    let weight = call.weight(1, Some(&[1, gates * hidden, width]))?;
    let bias = call.optional_weight(3, Some(&[1, 2 * gates * hidden]))?;
    if call.optional(4).is_some() {
        return Err(not_allowed(&format!(
            "`{}` with lengths of sequences",
            call.operator
        )));
    }
    let state = [1, records, hidden];
    let first = call.optional_weight(5, Some(&state))?;
    let mut inputs = vec![
        Some(input.clone()),
        Some(weight),
        Some(recurrence),
        bias,
        None,
        first,
    ];
    if cell {
        inputs.push(call.optional_weight(6, Some(&state))?);
        if call.optional(7).is_some() {
            return Err(not_allowed("`LSTM` with peepholes"));
        }
    }
    for (operator, work) in PER_LAYER {
        if call.operator == operator {
            call.work(work, 1)?;
        }
    }
    let step = gates * hidden * (width + hidden + 1);
    call.work(steps, records.saturating_mul(step).saturating_add(PER_STEP))?;
    call.cost.scratch(
        input
            .elements()
            .saturating_add(product(&[steps, records, gates, hidden])),
    )?;

    while inputs.last().is_some_and(Option::is_none) {
        inputs.pop();
    }
    let names: Vec<Rc<str>> = inputs
        .iter()
        .map(|input| {
            input
                .as_ref()
                .map_or_else(Rc::default, |value| Rc::clone(&value.name))
        })
        .collect();
    let names: Vec<&str> = names.iter().map(|name| &**name).collect();
    let wanted: Vec<bool> = call.wanted.clone();
    let outputs = call.emit.nodes(call.operator, &names, attributes, &wanted);
    // Initial states that differ from row to row would treat a record by its place in the batch.
    let apart = call.batch == 1 || inputs.iter().skip(5).all(Option::is_none);
    let rows = |to: usize| input.moved(|axis| (axis == 1 && apart).then_some(to));
    let states = if cell { 2 } else { 1 };
    if outputs.len() > 1 + states {
        return Err(malformed(format!(
            "expected at most {} outputs",
            1 + states
        )));
    }
    let made = outputs
        .into_iter()
        .enumerate()
        .map(|(index, name)| match index {
            0 => Value {
                name,
                shape: vec![steps, 1, records, hidden],
                data: rows(2),
            },
            _ => Value {
                name,
                shape: state.to_vec(),
                data: rows(1),
            },
        });
    Ok(made.collect())
}

/// What the engine does not do: other directions, activations, limits, and the batch as first axis.
fn check_attributes(call: &mut Call<'_>, usual: &[&str]) -> Result<()> {
    if let Some(direction) = call.attributes.word("direction")?
        && direction != "forward"
    {
        return Err(not_allowed("a `direction` other than forward"));
    }
    if let Some(activations) = call.attributes.words("activations")? {
        let same = activations.len() == usual.len()
            && activations
                .iter()
                .zip(usual)
                .all(|(found, usual)| found.eq_ignore_ascii_case(usual.as_bytes()));
        if !same {
            return Err(not_allowed(&format!(
                "`activations` other than {}",
                usual.join(", ")
            )));
        }
    }
    for name in ["activation_alpha", "activation_beta", "clip"] {
        call.attributes.absent(name)?;
    }
    if call.opset >= 14 {
        call.attributes.only_int("layout", 0)?;
    }
    Ok(())
}
