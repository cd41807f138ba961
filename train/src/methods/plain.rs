//! Trained for known tasks, by cross entropy; hides nothing. The baseline that every method is held against.

use super::{
    Batch, Learned, Learner, Method, Metrics, Part, Parts, Setup, Stage, Targets, Trainable, Whole,
    check, scalar,
};
use crate::error::Result;
use crate::nn::Network;
use crate::run::TrainingConfig;
use serde::{Deserialize, Serialize};

/// Settings of `plain`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainConfig {
    /// The tasks to train for.
    pub tasks: Vec<String>,
}

impl Method for PlainConfig {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn tasks(&self) -> &[String] {
        &self.tasks
    }

    fn check(&self) -> Result<()> {
        check::tasks(&self.tasks)
    }

    fn stages(&self, training: &TrainingConfig) -> Vec<Stage> {
        vec![Stage::train(training)]
    }

    fn learner(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Learner>> {
        let encoder = setup.encoder()?;
        Ok(Box::new(Plain {
            head: setup.head(encoder.output, setup.classes)?,
            encoder: Trainable::new(encoder, setup.training),
            classes: setup.classes.to_vec(),
        }))
    }
}

struct Plain {
    encoder: Trainable<Network>,
    head: Trainable<Network>,
    classes: Vec<usize>,
}

impl Learner for Plain {
    fn step(&mut self, _: &'static str, batch: Batch<'_>) -> Metrics {
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

    fn save(&self) -> Result<Vec<Part>> {
        let parts = [self.encoder.save("encoder")?, self.head.save("head")?];
        Ok(parts.into_iter().flatten().collect())
    }

    fn load(&mut self, parts: &mut Parts) -> Result<()> {
        self.encoder.load(parts, "encoder")?;
        self.head.load(parts, "head")
    }

    fn finish(self: Box<Self>, _: Whole<'_>) -> Result<Learned> {
        Ok(self.encoder.module.into())
    }
}
