//! Baselines without training: the preprocessed input itself, and a network of fresh weights.

use super::{Batch, Learned, Learner, Method, Metrics, Part, Parts, Setup, Whole};
use crate::error::Result;
use crate::nn::Network;

/// `raw`: what attackers and tasks find when nothing is done.
pub(super) struct Raw;

impl Method for Raw {
    fn name(&self) -> &'static str {
        "raw"
    }

    fn learner(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Learner>> {
        Ok(Box::new(Fixed(setup.identity()?)))
    }
}

/// `untrained`: what they find when the architecture alone does something.
pub(super) struct Untrained;

impl Method for Untrained {
    fn name(&self) -> &'static str {
        "untrained"
    }

    fn learner(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Learner>> {
        Ok(Box::new(Fixed(setup.encoder()?)))
    }
}

/// A network that stays as it is.
pub(super) struct Fixed(pub(super) Network);

impl Learner for Fixed {
    fn step(&mut self, _: &'static str, _: Batch<'_>) -> Metrics {
        Metrics::new()
    }

    fn save(&self) -> Result<Vec<Part>> {
        Ok(Vec::new())
    }

    fn load(&mut self, _: &mut Parts) -> Result<()> {
        Ok(())
    }

    fn finish(self: Box<Self>, _: Whole<'_>) -> Result<Learned> {
        Ok(self.0.into())
    }
}
