//! Maxima and means of windows.

use super::window::Window;
use crate::engine::pb::AttributeProto;
use crate::error::Result;
use crate::graph::call::Call;
use crate::graph::emit::int;
use crate::graph::refusal::{malformed, not_allowed};
use crate::graph::value::{Value, product, show};

/// Multiplications that take as long as one element that a window reads.
const PER_READ: usize = 48;

pub(super) fn max(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.attributes.only_int("storage_order", 0)?;
    pool(call, vec![])
}

pub(super) fn average(call: &mut Call<'_>) -> Result<Vec<Value>> {
    if call.opset < 19 {
        call.attributes.absent("dilations")?;
    }
    let padding = call.attributes.flag("count_include_pad", false)?;
    pool(call, vec![int("count_include_pad", padding.into())])
}

fn pool(call: &mut Call<'_>, mut attributes: Vec<AttributeProto>) -> Result<Vec<Value>> {
    call.at_most(1)?;
    let input = call.float(0)?;
    let up = call.attributes.flag("ceil_mode", false)?;
    let window = Window::new(call, &input, None)?;
    // Others leave the dilations out when they count the padding.
    if window.same && window.dilations.iter().any(|&step| step > 1) {
        return Err(not_allowed("`auto_pad` with dilations"));
    }
    for axis in 0..window.kernel.len() {
        let span = window.span(axis);
        if window.before[axis] >= span || window.after[axis] >= span {
            return Err(malformed("the padding must be smaller than the window"));
        }
        let padded = input.shape[axis + 2] + window.before[axis] + window.after[axis];
        if up && !(padded - span).is_multiple_of(window.strides[axis]) {
            return Err(not_allowed("`ceil_mode` where a window is cut off"));
        }
    }
    window.charge(call, &input)?;
    let shape = [&input.shape[..2], &window.positions[..]].concat();
    let reads = product(&shape).saturating_mul(product(&window.kernel));
    call.work(reads, PER_READ)?;
    attributes.extend(window.attributes());
    let data = input.moved(|axis| (axis < 2).then_some(axis));
    call.same(&[&input], attributes, shape, data)
}

/// Over all axes after batch and channels.
pub(super) fn global(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.at_most(1)?;
    let input = call.float(0)?;
    if input.rank() < 3 {
        return Err(malformed(format!(
            "expected batch, channels and 1 axis or more, found the shape {}",
            show(&input.shape)
        )));
    }
    call.work(input.elements(), 1)?;
    let mut shape = input.shape.clone();
    shape[2..].fill(1);
    let data = input.moved(|axis| (axis < 2).then_some(axis));
    call.same(&[&input], vec![], shape, data)
}
