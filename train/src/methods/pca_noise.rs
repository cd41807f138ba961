//! Principal components of the preprocessed record, and noise: the baseline that knows nothing but variance. What
//! varies most is kept, and the release's noise drowns the rest; components are those of Halko, Martinsson & Tropp,
//! "Finding structure with randomness", SIAM Review 2011 (algorithms 4.4 and 5.1).
//!
//! `z = (x - E x) U`, with `U` the first eigenvectors of the covariance of `x`; divided by each component's standard
//! deviation if `whiten` is set, so that noise drowns all alike.
//!
//! # What this does not protect from
//! Nothing looks at the private attribute: it is hidden as far as the noise hides everything. The release's epsilon
//! holds for every attribute alike, and is the only bound there is.

use super::fixed::Fixed;
use super::{Batch, Learned, Learner, Method, Metrics, Part, Parts, Setup, Whole};
use crate::error::{Result, TrainError};
use crate::linear::{Components, Rows, tensor, vector};
use crate::nn::Network;
use serde::{Deserialize, Serialize};

/// Settings of `pca_noise`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PcaNoiseConfig {
    /// Components to keep; all there are, where a record has fewer.
    #[serde(default = "default_components")]
    pub components: usize,
    /// Whether each component is divided by its standard deviation.
    #[serde(default)]
    pub whiten: bool,
}

fn default_components() -> usize {
    64
}

impl Method for PcaNoiseConfig {
    fn name(&self) -> &'static str {
        "pca_noise"
    }

    fn needs_noise(&self) -> bool {
        true
    }

    fn check(&self) -> Result<()> {
        if !(1..=4096).contains(&self.components) {
            return Err(TrainError::config(format!(
                "method.components must be from 1 to 4096, found {}",
                self.components
            )));
        }
        Ok(())
    }

    fn learner(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Learner>> {
        Ok(Box::new(Pca {
            components: self.components,
            whiten: self.whiten,
            input: Fixed(setup.identity()?),
        }))
    }
}

/// Waits for all records.
struct Pca {
    components: usize,
    whiten: bool,
    input: Fixed,
}

impl Learner for Pca {
    fn step(&mut self, stage: &'static str, batch: Batch<'_>) -> Metrics {
        self.input.step(stage, batch)
    }

    fn save(&self) -> Result<Vec<Part>> {
        self.input.save()
    }

    fn load(&mut self, parts: &mut Parts) -> Result<()> {
        self.input.load(parts)
    }

    fn finish(self: Box<Self>, mut whole: Whole<'_>) -> Result<Learned> {
        let shape = whole.set.shape;
        let rows = Rows::new(whole.set.data.clone(), shape.elements());
        let found = Components::of(&rows, self.components, &mut whole.rng);
        let mut directions = found.directions;
        if directions.ncols() == 0 {
            return Err(TrainError::config(
                "all training records are the same; they have no principal components",
            ));
        }
        if self.whiten {
            let columns = directions.column_iter_mut().zip(&found.variances);
            columns.for_each(|(mut column, variance)| column /= variance.sqrt());
        }
        let bias = -(directions.transpose() * &rows.mean);
        Ok(Network::dense(shape, tensor(&directions), vector(&bias)).into())
    }
}
