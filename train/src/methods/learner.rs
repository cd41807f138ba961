//! What a method is, to the loop that runs it.

use super::{Chosen, Trainable};
use crate::error::{Result, TrainError};
use crate::nn::{Network, Shape, Tensor, head_steps};
use crate::prepare::TrainingSet;
use crate::run::{EncoderConfig, TrainingConfig};
use burn::tensor::Device;
use rand::rngs::ChaCha8Rng;
use std::collections::HashMap;

/// What a method says of itself, and how it begins: each file of this folder has one.
pub(crate) trait Method {
    /// The name as it stands in run files and manifests.
    fn name(&self) -> &'static str;

    /// Attributes that it hides.
    fn private(&self) -> &[String] {
        &[]
    }

    /// Tasks that it knows.
    fn tasks(&self) -> &[String] {
        &[]
    }

    /// TIPRDC's lambda, where there is one.
    fn lambda(&self) -> Option<f64> {
        None
    }

    /// Whether its encoder gives the number of a substitute.
    fn substitutes(&self) -> bool {
        false
    }

    /// Whether its features hide nothing before the release adds noise.
    fn needs_noise(&self) -> bool {
        false
    }

    /// Looks at its settings, before any data is read.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// The stages that its training goes through.
    fn stages(&self, _: &TrainingConfig) -> Vec<Stage> {
        Vec::new()
    }

    /// A learner with fresh weights.
    fn learner(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Learner>>;
}

/// What a learner is made from.
pub(crate) struct Setup<'a> {
    /// Of a preprocessed record.
    pub(crate) input: Shape,
    pub(crate) encoder: &'a EncoderConfig,
    /// The training records.
    pub(crate) set: &'a TrainingSet,
    /// Of the attributes that the method knows: private ones, then tasks.
    pub(crate) classes: &'a [usize],
    /// Their labels, in the same order.
    pub(crate) labels: &'a [&'a [u32]],
    pub(crate) training: &'a TrainingConfig,
    pub(crate) rng: &'a mut ChaCha8Rng,
    pub(crate) device: &'a Device,
}

impl Setup<'_> {
    /// The run's encoder, with fresh weights.
    pub(crate) fn encoder(&mut self) -> Result<Network> {
        let steps = self.encoder.architecture.steps(self.encoder.features);
        Network::new(self.input, &steps, self.rng, self.device)
    }

    /// The network that changes nothing.
    pub(crate) fn identity(&mut self) -> Result<Network> {
        Network::new(self.input, &[], self.rng, self.device)
    }

    /// A classifier of features with an output for each of `classes`.
    pub(crate) fn head(
        &mut self,
        features: Shape,
        classes: &[usize],
    ) -> Result<Trainable<Network>> {
        let steps = head_steps(features, classes.iter().sum());
        let head = Network::new(features, &steps, self.rng, self.device)?;
        Ok(Trainable::new(head, self.training))
    }
}

/// A part of training with its own steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) epochs: usize,
}

impl Stage {
    /// The stage in which encoder and heads learn together what they are to play for.
    pub(crate) fn pretrain(training: &TrainingConfig) -> Self {
        Stage {
            name: "pretrain",
            epochs: training.pretrain_epochs,
        }
    }

    /// The method itself.
    pub(crate) fn train(training: &TrainingConfig) -> Self {
        Stage {
            name: "train",
            epochs: training.epochs,
        }
    }
}

/// What a learner sees of one batch.
pub(crate) struct Batch<'a> {
    /// `[batch, height, width, channels]`.
    pub(crate) x: Tensor<4>,
    /// Labels of each attribute that the method knows: private ones, then tasks.
    pub(crate) labels: Vec<Vec<u32>>,
    /// The records' rows in the training set.
    pub(crate) rows: &'a [usize],
    pub(crate) set: &'a TrainingSet,
    /// The part of the stage that lies behind, from 0 to 1.
    pub(crate) progress: f64,
    /// Belongs to this batch alone: a run that is resumed here draws the same numbers.
    pub(crate) rng: ChaCha8Rng,
}

/// All training records at once, for what is computed in closed form.
pub(crate) struct Whole<'a> {
    pub(crate) set: &'a TrainingSet,
    /// Labels of each attribute that the method knows: private ones, then tasks.
    pub(crate) labels: Vec<&'a [u32]>,
    pub(crate) rng: ChaCha8Rng,
}

/// Named numbers of one step, for progress and for noticing divergence.
pub(crate) type Metrics = Vec<(&'static str, f32)>;

/// A named blob of a checkpoint.
pub(crate) type Part = (String, Vec<u8>);

/// A method at work: its networks, its optimisers, and one step of its training.
pub(crate) trait Learner: Send {
    /// Called before the first batch of each epoch (from 0) of a stage; after a stop at that point, once more, with the
    /// same generator.
    fn begin_epoch(&mut self, _: &'static str, _epoch: usize, _: ChaCha8Rng) -> Result<()> {
        Ok(())
    }

    /// One batch. Methods without stages are never asked.
    fn step(&mut self, stage: &'static str, batch: Batch<'_>) -> Metrics;

    /// Everything that the next step depends on, as named blobs.
    fn save(&self) -> Result<Vec<Part>>;

    /// Takes blobs that [`save`](Learner::save) gave.
    fn load(&mut self, parts: &mut Parts) -> Result<()>;

    /// The encoder, after the last stage.
    fn finish(self: Box<Self>, whole: Whole<'_>) -> Result<Learned>;
}

/// What a learner hands over.
pub(crate) struct Learned {
    pub(crate) network: Network,
    /// The substitutes that the network's outputs stand for, if they do.
    pub(crate) chosen: Option<Chosen>,
}

impl From<Network> for Learned {
    fn from(network: Network) -> Self {
        Learned {
            network,
            chosen: None,
        }
    }
}

/// The blobs of a checkpoint, by name.
#[derive(Debug)]
pub(crate) struct Parts(pub(crate) HashMap<String, Vec<u8>>);

impl Parts {
    pub(super) fn take(&mut self, name: &str) -> Result<burn::tensor::Bytes> {
        let bytes = self
            .0
            .remove(name)
            .ok_or_else(|| TrainError::Checkpoint(format!("it has no part `{name}`")))?;
        Ok(burn::tensor::Bytes::from_bytes_vec(bytes))
    }

    pub(super) fn holds(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A part that is so many f32, little-endian.
    pub(super) fn numbers(&mut self, name: &str, count: usize) -> Result<Vec<f32>> {
        let bytes = self.take(name)?;
        let (numbers, rest) = bytes.as_chunks::<4>();
        if numbers.len() != count || !rest.is_empty() {
            return Err(TrainError::Checkpoint(format!(
                "its part `{name}` must have {count} numbers, it has {} bytes",
                bytes.len()
            )));
        }
        Ok(numbers
            .iter()
            .map(|four| f32::from_le_bytes(*four))
            .collect())
    }
}
