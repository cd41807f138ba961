//! The records that others are replaced by.

use crate::error::{Result, TrainError};
use crate::nn::Tensor;
use crate::prepare::TrainingSet;
use burn::tensor::{Device, TensorData};
use rand::rngs::ChaCha8Rng;

/// The most substitutes; the core's own limit is above it.
const MAX_COUNT: usize = 1 << 16;

/// Which training records are substitutes.
pub(super) struct Substitutes {
    /// Rows of the training set, ascending.
    pub(super) rows: Vec<usize>,
}

/// What a method hands over with its network, if its encoder gives the number of a substitute.
pub(crate) struct Chosen {
    /// Rows of the training set, in the order of the network's outputs.
    pub(crate) rows: Vec<usize>,
    /// What outputs are divided by to give logits.
    pub(crate) temperature: f64,
    /// The widest that the logits of one record can lie apart, in nats.
    pub(crate) range: f64,
}

pub(super) fn check_count(count: usize) -> Result<()> {
    if !(2..=MAX_COUNT).contains(&count) {
        return Err(TrainError::config(format!(
            "method.count must be from 2 to {MAX_COUNT}, found {count}"
        )));
    }
    Ok(())
}

pub(super) fn check_temperature(temperature: f64) -> Result<()> {
    if !temperature.is_finite() || !(1e-4..=100.0).contains(&temperature) {
        return Err(TrainError::config(format!(
            "method.temperature must be from 0.0001 to 100, found {temperature}"
        )));
    }
    Ok(())
}

impl Substitutes {
    /// Draws `count` different rows.
    ///
    /// # Errors
    /// If there are not so many.
    pub(super) fn draw(count: usize, set: &TrainingSet, rng: &mut ChaCha8Rng) -> Result<Self> {
        if count > set.rows {
            return Err(TrainError::config(format!(
                "method.count is {count}, but there are only {} training records to choose substitutes from",
                set.rows
            )));
        }
        let mut rows = rand::seq::index::sample(rng, set.rows, count).into_vec();
        rows.sort_unstable();
        Ok(Substitutes { rows })
    }

    /// The labels of the substitutes, one-hot: `[count, classes]`.
    pub(super) fn one_hot(&self, labels: &[u32], classes: usize, device: &Device) -> Tensor<2> {
        let mut data = vec![0.0f32; self.rows.len() * classes];
        for (row, hot) in self.rows.iter().zip(data.chunks_exact_mut(classes)) {
            hot[labels[*row] as usize] = 1.0;
        }
        Tensor::from_data(TensorData::new(data, [self.rows.len(), classes]), device)
    }
}
