//! Rounding as the last step of any release.

use crate::manifest::{Dtype, OutputSpec};
use half::f16;

/// Rounds features to what their file can hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Rounding {
    None,
    F16,
    Int8 { scale: f32 },
}

impl Rounding {
    /// For an output that was checked.
    pub(crate) fn new(output: &OutputSpec) -> Self {
        match (output.dtype, output.scale) {
            (Dtype::F16, _) => Rounding::F16,
            (Dtype::Int8, Some(scale)) => Rounding::Int8 {
                scale: scale as f32,
            },
            (Dtype::F32 | Dtype::Int8, _) => Rounding::None,
        }
    }

    pub(crate) fn apply(self, features: &mut [f32]) {
        match self {
            Rounding::None => {}
            Rounding::F16 => features.iter_mut().for_each(|x| *x = to_f16(*x).to_f32()),
            Rounding::Int8 { scale } => features
                .iter_mut()
                .for_each(|x| *x = f32::from(to_int8(*x, scale)) * scale),
        }
    }
}

/// The nearest number of 16 bits; what is too large stays at the largest, as an infinite feature is of no use.
pub(crate) fn to_f16(value: f32) -> f16 {
    f16::from_f32(value.clamp(f16::MIN.to_f32(), f16::MAX.to_f32()))
}

/// The nearest whole step of a finite number, or the last one in that direction.
pub(crate) fn to_int8(value: f32, scale: f32) -> i8 {
    (value / scale).round_ties_even() as i8
}
