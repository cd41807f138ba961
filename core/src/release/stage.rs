//! A release made ready: what an encoder does with the network's output.

use super::Release;
use super::noise::{Family, Noise};
use super::quantize::Rounding;
use super::substitute::Substitute;
use crate::manifest::OutputSpec;

/// The last steps on the device: what is drawn, and then the rounding.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) random: Random,
    pub(crate) rounding: Rounding,
}

#[derive(Debug)]
pub(crate) enum Random {
    None,
    Noise(Noise),
    Substitute { count: usize, draw: Substitute },
}

impl Stage {
    /// For a manifest that was checked.
    pub(crate) fn new(release: &Release, output: &OutputSpec) -> Self {
        let random = match *release {
            Release::Exact => Random::None,
            Release::Gaussian { clip, scale, .. } => {
                Random::Noise(Noise::new(Family::Gaussian, clip, scale))
            }
            Release::Laplace { clip, scale, .. } => {
                Random::Noise(Noise::new(Family::Laplace, clip, scale))
            }
            Release::Substitute {
                count,
                temperature,
                range,
                ..
            } => Random::Substitute {
                count,
                draw: Substitute::new(temperature, range),
            },
        };
        Stage {
            random,
            rounding: Rounding::new(output),
        }
    }

    /// Shape of the network's own output, for one record.
    pub(crate) fn network_shape(&self, output: &OutputSpec) -> Vec<usize> {
        match self.random {
            Random::Substitute { count, .. } => vec![count],
            Random::None | Random::Noise(_) => output.shape.clone(),
        }
    }
}
