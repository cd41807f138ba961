//! Windows of multi-channel series: phone motion, physiology, audio envelopes.

use super::{check_finite, standardize};
use crate::error::{Error, ErrorKind, Result};
use crate::manifest::{check_shape, invalid};
use serde::{Deserialize, Serialize};

/// A window of a multi-channel series, standardised per channel.
///
/// # Shape
/// `[channels, steps]`, row-major.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesSpec {
    /// Number of channels.
    pub channels: usize,
    /// Number of samples in a window.
    pub steps: usize,
    /// Sampling rate in hertz. Information for the caller: the core does not resample.
    pub rate_hz: f32,
    /// Mean of each channel in training; empty for 0.
    #[serde(default)]
    pub mean: Vec<f32>,
    /// Standard deviation of each channel in training; empty for 1.
    #[serde(default)]
    pub std: Vec<f32>,
}

impl SeriesSpec {
    pub(super) fn validate(&self) -> Result<()> {
        check_shape("input", &[self.channels, self.steps])?;
        if !(self.rate_hz.is_finite() && self.rate_hz > 0.0) {
            return Err(invalid(
                "input.rate_hz",
                "must be a positive number of hertz",
            ));
        }
        check_moments(&self.mean, &self.std, self.channels)
    }

    pub(super) fn write(&self, data: &[f32], shape: [usize; 2], out: &mut [f32]) -> Result<()> {
        if shape != [self.channels, self.steps] {
            return Err(Error::new(
                ErrorKind::InputShape,
                format!(
                    "this encoder takes a series of [channels, steps] = [{}, {}] at {} Hz, found {shape:?}",
                    self.channels, self.steps, self.rate_hz
                ),
            ));
        }
        check_finite(data)?;
        let rows = data
            .chunks_exact(self.steps)
            .zip(out.chunks_exact_mut(self.steps));
        for (channel, (from, to)) in rows.enumerate() {
            let mean = self.mean.get(channel).copied().unwrap_or(0.0);
            let std = self.std.get(channel).copied().unwrap_or(1.0);
            for (to, &from) in to.iter_mut().zip(from) {
                *to = standardize(from, mean, std);
            }
        }
        Ok(())
    }
}

/// `mean` and `std` are given for every channel, or for none.
pub(super) fn check_moments(mean: &[f32], std: &[f32], channels: usize) -> Result<()> {
    for (field, values) in [("input.mean", mean), ("input.std", std)] {
        if !values.is_empty() && values.len() != channels {
            return Err(invalid(
                field,
                format!(
                    "must be empty or have {channels} numbers, found {}",
                    values.len()
                ),
            ));
        }
        if values.iter().any(|value| !value.is_finite()) {
            return Err(invalid(field, "must hold finite numbers"));
        }
    }
    if std.iter().any(|&value| value < f32::MIN_POSITIVE) {
        return Err(invalid("input.std", "must hold positive numbers"));
    }
    Ok(())
}
