//! Windows that move over the axes after batch and channels: their geometry, and convolution.

use crate::error::Result;
use crate::graph::call::Call;
use crate::graph::emit::{int, ints};
use crate::graph::refusal::{malformed, not_allowed, too_large};
use crate::graph::value::{Value, product, show};

/// The largest side, stride, dilation or padding of a window: far from where arithmetic on them could overflow.
const MAX_SIDE: usize = 1 << 16;

/// Numbers of 32 bits that the engine keeps for one element of a window at a border position.
const PER_BORDER_ELEMENT: usize = 8;

/// Output channels of a group that take as long as one: the engine multiplies in tiles, and copies windows for each.
const LEAST_TILE: usize = 64;

/// A window over the axes after batch and channels.
pub(super) struct Window {
    pub(super) kernel: Vec<usize>,
    pub(super) strides: Vec<usize>,
    pub(super) dilations: Vec<usize>,
    pub(super) before: Vec<usize>,
    pub(super) after: Vec<usize>,
    /// Positions along each axis.
    pub(super) positions: Vec<usize>,
    /// Whether the padding is what gives as many positions as elements.
    pub(super) same: bool,
}

/// A list of one number for each axis.
fn list(call: &mut Call<'_>, name: &str, axes: usize, least: usize) -> Result<Option<Vec<usize>>> {
    let Some(values) = call.attributes.ints(name)? else {
        return Ok(None);
    };
    let sizes: Option<Vec<usize>> = values
        .iter()
        .map(|&value| usize::try_from(value).ok())
        .collect();
    let sizes =
        sizes.filter(|sizes| sizes.len() == axes && sizes.iter().all(|&size| size >= least));
    let sizes = sizes.ok_or_else(|| {
        malformed(format!(
            "the attribute `{name}` must hold {axes} numbers from {least}"
        ))
    })?;
    if sizes.iter().any(|&size| size > MAX_SIDE) {
        return Err(too_large(format!(
            "the attribute `{name}` holds a number above {MAX_SIDE}, which is the limit"
        )));
    }
    Ok(Some(sizes))
}

impl Window {
    /// The window of a node over an input of shape `[batch, channels, axes...]`.
    pub(super) fn new(
        call: &mut Call<'_>,
        input: &Value,
        kernel: Option<&[usize]>,
    ) -> Result<Self> {
        let sizes = match &input.shape[..] {
            [_, _, sizes @ ..] if (1..=3).contains(&sizes.len()) => sizes,
            shape => {
                return Err(malformed(format!(
                    "expected batch, channels and 1 to 3 axes, found the shape {}",
                    show(shape)
                )));
            }
        };
        let axes = sizes.len();
        let stated = list(call, "kernel_shape", axes, 1)?;
        let kernel = match (stated, kernel) {
            (Some(stated), Some(known)) if stated != known => {
                return Err(malformed(format!(
                    "`kernel_shape` is {}, the weights are for {}",
                    show(&stated),
                    show(known)
                )));
            }
            (Some(stated), _) => stated,
            (None, Some(known)) => known.to_vec(),
            (None, None) => return Err(malformed("the attribute `kernel_shape` is missing")),
        };
        let strides = list(call, "strides", axes, 1)?.unwrap_or_else(|| vec![1; axes]);
        let dilations = list(call, "dilations", axes, 1)?.unwrap_or_else(|| vec![1; axes]);
        let pads = list(call, "pads", 2 * axes, 0)?;
        let auto = call.attributes.word("auto_pad")?.unwrap_or("NOTSET");
        let mut window = Window {
            kernel,
            strides,
            dilations,
            before: vec![0; axes],
            after: vec![0; axes],
            positions: vec![0; axes],
            same: auto.starts_with("SAME"),
        };
        match (auto, pads) {
            ("NOTSET", Some(pads)) => {
                window.before.copy_from_slice(&pads[..axes]);
                window.after.copy_from_slice(&pads[axes..]);
            }
            ("NOTSET" | "VALID", None) => {}
            ("SAME_UPPER" | "SAME_LOWER", None) => window.pad_same(sizes, auto == "SAME_UPPER"),
            ("VALID" | "SAME_UPPER" | "SAME_LOWER", Some(_)) => {
                return Err(malformed("`auto_pad` and `pads` exclude each other"));
            }
            _ => return Err(not_allowed("a padding of another name")),
        }
        for (axis, &size) in sizes.iter().enumerate() {
            let padded = size + window.before[axis] + window.after[axis];
            let free = padded.checked_sub(window.span(axis)).ok_or_else(|| {
                malformed(format!(
                    "a window of {} does not fit into {padded} elements",
                    window.span(axis)
                ))
            })?;
            window.positions[axis] = free / window.strides[axis] + 1;
        }
        Ok(window)
    }

    /// Elements from the first to the last of a window.
    pub(super) fn span(&self, axis: usize) -> usize {
        (self.kernel[axis] - 1) * self.dilations[axis] + 1
    }

    /// As many positions as elements, divided by the stride.
    fn pad_same(&mut self, sizes: &[usize], upper: bool) {
        for (axis, &size) in sizes.iter().enumerate() {
            let positions = size.div_ceil(self.strides[axis]);
            let needed = (positions - 1) * self.strides[axis] + self.span(axis);
            let total = needed.saturating_sub(size);
            let (less, more) = (total / 2, total - total / 2);
            (self.before[axis], self.after[axis]) = if upper { (less, more) } else { (more, less) };
        }
    }

    /// Charges what the engine builds for the window: the padded input, and a table for positions that touch padding.
    pub(super) fn charge(&self, call: &mut Call<'_>, input: &Value) -> Result<()> {
        let sizes = &input.shape[2..];
        let padded = sizes.iter().enumerate().fold(
            input.shape[0].saturating_mul(input.shape[1]),
            |product, (axis, &size)| {
                product.saturating_mul(size + self.before[axis] + self.after[axis])
            },
        );
        let inner = sizes
            .iter()
            .enumerate()
            .fold(1usize, |product, (axis, &size)| {
                let stride = self.strides[axis];
                let first = self.before[axis].div_ceil(stride);
                let last = (size + self.before[axis]).checked_sub(self.span(axis));
                let whole = last.map_or(0, |last| (last / stride + 1).saturating_sub(first));
                product.saturating_mul(whole.min(self.positions[axis]))
            });
        let border = product(&self.positions).saturating_sub(inner);
        let table = border
            .saturating_mul(product(&self.kernel))
            .saturating_mul(PER_BORDER_ELEMENT);
        call.cost.scratch(padded.saturating_add(table))?;
        call.work(table, 1)
    }

    /// The attributes as numbers, without `auto_pad`.
    pub(super) fn attributes(&self) -> Vec<crate::engine::pb::AttributeProto> {
        vec![
            ints("kernel_shape", &self.kernel),
            ints("strides", &self.strides),
            ints("dilations", &self.dilations),
            ints("pads", &[&self.before[..], &self.after[..]].concat()),
        ]
    }
}

/// Convolution with constant weights.
pub(super) fn conv(call: &mut Call<'_>) -> Result<Vec<Value>> {
    call.at_most(3)?;
    let input = call.float(0)?;
    let weight = call.weight(1, None)?;
    if weight.rank() != input.rank() || input.rank() < 3 {
        return Err(malformed(format!(
            "an input of shape {} and weights of shape {} do not fit together",
            show(&input.shape),
            show(&weight.shape)
        )));
    }
    let (channels, out) = (input.shape[1], weight.shape[0]);
    let group = call.attributes.int_or("group", 1)?;
    let group = usize::try_from(group).ok().filter(|&group| {
        group > 0
            && channels.is_multiple_of(group)
            && out.is_multiple_of(group)
            && weight.shape[1] == channels / group
    });
    let group = group.ok_or_else(|| {
        malformed(format!(
            "weights of shape {} do not fit {channels} channels in the groups that are asked for",
            show(&weight.shape)
        ))
    })?;
    let bias = call.optional_weight(2, Some(&[out]))?;
    let window = Window::new(call, &input, Some(&weight.shape[2..]))?;
    let shape = [&[input.shape[0], out], &window.positions[..]].concat();
    window.charge(call, &input)?;
    let tiles = (out / group).max(LEAST_TILE) * group;
    let places = product(&window.positions).saturating_mul(input.shape[0]);
    call.work(places.saturating_mul(tiles), product(&weight.shape[1..]))?;
    let mut attributes = window.attributes();
    attributes.push(int("group", group as i64));
    let data = input.moved(|axis| (axis == 0).then_some(0));
    let inputs: Vec<&Value> = [&input, &weight].into_iter().chain(&bias).collect();
    call.same(&inputs, attributes, shape, data)
}
