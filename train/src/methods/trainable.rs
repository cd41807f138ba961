//! A module with the optimiser that trains it.

use super::{Part, Parts};
use crate::error::{Result, TrainError};
use crate::run::TrainingConfig;
use burn::optim::decay::WeightDecayConfig;
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};

/// A module with the optimiser that trains it.
pub(crate) struct Trainable<M> {
    pub(crate) module: M,
    optimizer: ModuleOptimizer,
    learning_rate: f64,
}

impl<M: burn::module::Module> Trainable<M> {
    pub(super) fn new(module: M, training: &TrainingConfig) -> Self {
        let mut adam = AdamConfig::new().with_epsilon(1e-8);
        if training.weight_decay > 0.0 {
            adam = adam.with_weight_decay(Some(WeightDecayConfig::new(training.weight_decay)));
        }
        Trainable {
            module,
            optimizer: adam.init(),
            learning_rate: training.learning_rate,
        }
    }

    /// One optimiser step on what `gradients` hold for this module.
    pub(super) fn update(&mut self, gradients: &mut burn::tensor::Gradients) {
        self.update_at(gradients, 1.0);
    }

    /// One optimiser step, at so many times the learning rate.
    pub(super) fn update_at(&mut self, gradients: &mut burn::tensor::Gradients, rate: f64) {
        let own = GradientsParams::from_module(gradients, &self.module);
        self.module = self
            .optimizer
            .step(self.learning_rate * rate, self.module.clone(), own);
    }

    /// Weights and moments, as two parts of a checkpoint: `name` and `name-adam`.
    pub(super) fn save(&self, name: &str) -> Result<[Part; 2]> {
        let weights = self
            .module
            .clone()
            .into_record()
            .into_bytes()
            .map_err(unsaved)?;
        let moments = self.optimizer.into_bytes().map_err(unsaved)?;
        Ok([
            (name.to_string(), weights.to_vec()),
            (adam(name), moments.to_vec()),
        ])
    }

    /// Takes what [`save`](Self::save) gave.
    pub(super) fn load(&mut self, parts: &mut Parts, name: &str) -> Result<()> {
        let record = burn::store::ModuleRecord::from_bytes(parts.take(name)?).map_err(unloaded)?;
        self.module = self
            .module
            .clone()
            .try_load_record(record)
            .map_err(unloaded)?;
        self.optimizer = self
            .optimizer
            .clone()
            .from_bytes(parts.take(&adam(name))?)
            .map_err(unloaded)?;
        Ok(())
    }
}

fn adam(name: &str) -> String {
    format!("{name}-adam")
}

fn unsaved(error: burn::store::RecordError) -> TrainError {
    TrainError::Checkpoint(format!("its networks cannot be stored: {error}"))
}

fn unloaded(error: burn::store::RecordError) -> TrainError {
    TrainError::Checkpoint(format!("its networks do not fit this run: {error}"))
}
