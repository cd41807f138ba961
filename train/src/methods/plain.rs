//! Trained for known tasks, by cross entropy; hides nothing. The baseline that every method is held against.

use super::{Batch, Learner, Metrics, Parts, Targets, Trainable, scalar};
use crate::error::Result;
use crate::nn::{Network, head_steps};
use crate::run::TrainingConfig;
use burn::tensor::Device;
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Settings of `plain`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainConfig {
    /// The tasks to train for.
    pub tasks: Vec<String>,
}

pub(super) struct Plain {
    encoder: Trainable<Network>,
    head: Trainable<Network>,
    classes: Vec<usize>,
}

impl Plain {
    pub(super) fn new(
        encoder: Network,
        classes: &[usize],
        training: &TrainingConfig,
        rng: &mut ChaCha8Rng,
        device: &Device,
    ) -> Result<Self> {
        let features = encoder.output;
        let head = Network::new(
            features,
            &head_steps(features, classes.iter().sum()),
            rng,
            device,
        )?;
        Ok(Plain {
            encoder: Trainable::new(encoder, training),
            head: Trainable::new(head, training),
            classes: classes.to_vec(),
        })
    }
}

impl Learner for Plain {
    fn step(&mut self, _: &'static str, batch: Batch) -> Metrics {
        let targets = Targets::new(batch.labels, &self.classes, &batch.x.device());
        let logits = self
            .head
            .module
            .forward_vector(self.encoder.module.forward(batch.x));
        let loss = targets.cross_entropy(&logits);
        let metrics = vec![
            ("task loss", scalar(&loss)),
            ("task accuracy", targets.accuracy(&logits)),
        ];
        let mut gradients = loss.backward();
        self.encoder.update(&mut gradients);
        self.head.update(&mut gradients);
        metrics
    }

    fn save(&self) -> Result<Vec<(&'static str, Vec<u8>)>> {
        let parts = [
            self.encoder.save("encoder", "encoder-adam")?,
            self.head.save("head", "head-adam")?,
        ];
        Ok(parts.into_iter().flatten().collect())
    }

    fn load(&mut self, mut parts: Parts) -> Result<()> {
        self.encoder.load(&mut parts, "encoder", "encoder-adam")?;
        self.head.load(&mut parts, "head", "head-adam")
    }

    fn encoder(&self) -> &Network {
        &self.encoder.module
    }
}
