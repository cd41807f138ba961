//! The preprocessed record itself, with the release's noise: what local differential privacy costs without an encoder.
//! Dwork et al., "Calibrating Noise to Sensitivity in Private Data Analysis", TCC 2006; Kasiviswanathan et al., "What Can
//! We Learn Privately?", SIAM Journal on Computing 2011 (definition 2.4).
//!
//! # What this does not protect from
//! Nothing looks at the private attribute: it is hidden as far as the noise hides everything. The noise has to cover
//! every number of the record, so that a small epsilon leaves little of any of them.

use super::fixed::Fixed;
use super::{Learner, Method, Setup};
use crate::error::Result;

/// `noise`.
pub(super) struct Noise;

impl Method for Noise {
    fn name(&self) -> &'static str {
        "noise"
    }

    fn needs_noise(&self) -> bool {
        true
    }

    fn learner(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Learner>> {
        Ok(Box::new(Fixed(setup.identity()?)))
    }
}
