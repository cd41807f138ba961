//! An encoder against adversaries, with known tasks on its side: what `adversarial` and `maxent` have in common.

use super::adversaries::Adversaries;
use super::{
    Batch, Learned, Learner, Metrics, Part, Parts, Setup, Stage, Targets, Trainable, Whole, scalar,
};
use crate::error::Result;
use crate::nn::{Network, Tensor};
use crate::run::TrainingConfig;
use rand::rngs::ChaCha8Rng;

/// What an encoder minimises of an adversary's answers: `(targets, logits)` to a number.
pub(super) type Hide = fn(&Targets, &Tensor<2>) -> Tensor<1>;

/// What the two methods differ in, and what the run says.
pub(super) struct Rules {
    pub(super) hide: Hide,
    /// Of `hide` against the sum of the tasks' cross entropies.
    pub(super) weight: f64,
    /// The first so many attributes are private, the others tasks.
    pub(super) private: usize,
    pub(super) adversaries: usize,
    pub(super) restart_every: usize,
}

pub(super) fn stages(training: &TrainingConfig) -> Vec<Stage> {
    vec![Stage::pretrain(training), Stage::train(training)]
}

/// Adversaries minimise their cross entropy; encoder and tasks' head minimise `CE(tasks) + weight * hide`.
pub(super) struct Game {
    encoder: Trainable<Network>,
    adversaries: Adversaries,
    tasks: Option<Tasks>,
    hide: Hide,
    weight: f32,
    private: usize,
}

impl Game {
    pub(super) fn new(rules: &Rules, setup: &mut Setup<'_>) -> Result<Self> {
        let encoder = setup.encoder()?;
        let features = encoder.output;
        let (private, tasks) = setup.classes.split_at(rules.private);
        let adversaries = Adversaries::new(
            rules.adversaries,
            rules.restart_every,
            features,
            private,
            setup,
        )?;
        let tasks = if tasks.is_empty() {
            None
        } else {
            Some(Tasks {
                head: setup.head(features, tasks)?,
                classes: tasks.to_vec(),
            })
        };
        Ok(Game {
            encoder: Trainable::new(encoder, setup.training),
            adversaries,
            tasks,
            hide: rules.hide,
            weight: rules.weight as f32,
            private: rules.private,
        })
    }

    /// One step of each, in turn: adversaries, then encoder and head.
    fn play(&mut self, x: Tensor<4>, private: &Targets, tasks: Vec<Vec<u32>>) -> Metrics {
        let z = self.encoder.module.forward(x);
        let mut metrics = self.adversaries.learn(z.clone(), private);
        let hidden = self
            .adversaries
            .face(&z, |logits| (self.hide)(private, logits));
        let mut loss = hidden.mul_scalar(self.weight);
        if let Some(known) = &self.tasks {
            let (task_loss, accuracy) = known.loss(z, tasks);
            metrics.extend([
                ("task loss", scalar(&task_loss)),
                ("task accuracy", accuracy),
            ]);
            loss = loss + task_loss;
        }
        metrics.push(("encoder loss", scalar(&loss)));
        let mut gradients = loss.backward();
        self.encoder.update(&mut gradients);
        if let Some(known) = &mut self.tasks {
            known.head.update(&mut gradients);
        }
        metrics
    }
}

/// The tasks that are known, and the network that predicts them.
struct Tasks {
    head: Trainable<Network>,
    classes: Vec<usize>,
}

impl Tasks {
    /// Cross entropy and accuracy.
    fn loss(&self, z: Tensor<4>, labels: Vec<Vec<u32>>) -> (Tensor<1>, f32) {
        let targets = Targets::new(labels, &self.classes, &z.device());
        let logits = self.head.module.forward_vector(z);
        (targets.cross_entropy(&logits), targets.accuracy(&logits))
    }
}

impl Learner for Game {
    fn begin_epoch(&mut self, stage: &'static str, epoch: usize, rng: ChaCha8Rng) -> Result<()> {
        match stage {
            "pretrain" => Ok(()),
            _ => self.adversaries.begin_epoch(epoch, rng),
        }
    }

    fn step(&mut self, stage: &'static str, mut batch: Batch<'_>) -> Metrics {
        let tasks = batch.labels.split_off(self.private);
        let private = self.adversaries.targets(batch.labels);
        match stage {
            "pretrain" => self
                .adversaries
                .pretrain(&mut self.encoder, batch.x, &private),
            _ => self.play(batch.x, &private, tasks),
        }
    }

    fn save(&self) -> Result<Vec<Part>> {
        let mut parts = self.adversaries.save()?;
        parts.extend(self.encoder.save("encoder")?);
        if let Some(known) = &self.tasks {
            parts.extend(known.head.save("head")?);
        }
        Ok(parts)
    }

    fn load(&mut self, parts: &mut Parts) -> Result<()> {
        self.adversaries.load(parts)?;
        self.encoder.load(parts, "encoder")?;
        match &mut self.tasks {
            Some(known) => known.head.load(parts, "head"),
            None => Ok(()),
        }
    }

    fn finish(self: Box<Self>, _: Whole<'_>) -> Result<Learned> {
        Ok(self.encoder.module.into())
    }
}
