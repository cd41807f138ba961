//! TIPRDC: Li et al., "TIPRDC: Task-Independent Privacy-Respecting Data Crowdsourcing Framework for Deep Learning
//! with Anonymized Intermediate Representations", KDD 2020 (arXiv 2005.11480).
//!
//! An encoder `E`, an adversary `C` that predicts the private attribute `s` from the features `z = E(x)`, and a critic
//! `T(x, z, u)` whose Jensen-Shannon bound estimates what the features keep of the input given `u`, the one-hot `s`:
//!
//! - adversary: minimise `CE(C(z), s)` (equation 2)
//! - critic: maximise `I = E[-softplus(-T(x, z, u))] - E[softplus(T(x', z, u))]` (equation 8)
//! - encoder: minimise `-lambda * CE(C(z), s) - (1 - lambda) * I` (equation 9)
//!
//! Three things are ours, and can be set back: false pairs within one value of `s` (`negatives`), several adversaries at
//! once (`adversaries`), and fresh ones on the way (`restart_every`).
//!
//! # What this does not protect from
//! An attacker trained afterwards, on features of the finished encoder, is not this adversary. It gets back part of
//! what the adversary no longer could; only an audit says how much.

use super::adversaries::Adversaries;
use super::{
    Batch, Learned, Learner, Method, Metrics, Part, Parts, Setup, Stage, Targets, Trainable, Whole,
    check, indices, one, scalar,
};
use crate::error::{Result, TrainError};
use crate::nn::{Critic, Network, Tensor};
use crate::run::TrainingConfig;
use burn::module::Module;
use burn::tensor::activation::softplus;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Settings of `tiprdc`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TiprdcConfig {
    /// The attributes to hide.
    pub private: Vec<String>,
    /// Weight of hiding against keeping, 0 to 1: 0 keeps all, 1 is adversarial training alone.
    #[serde(default = "default_lambda")]
    pub lambda: f64,
    /// Where false pairs come from.
    #[serde(default)]
    pub negatives: Negatives,
    /// How many adversaries the encoder faces at once, of different starts and two shapes: it hides from their mean.
    #[serde(default = "one")]
    pub adversaries: usize,
    /// Epochs after which a fresh adversary replaces the oldest, again and again; 0 is never.
    #[serde(default)]
    pub restart_every: usize,
}

/// Where the record `x'` of a false pair comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Negatives {
    /// From the records of the batch with the same private attribute: the bound is on `I(x; z | u)`, as the paper has it.
    #[default]
    Conditional,
    /// The batch shifted by one, as the authors' code has it: the bound is on `I(x; z, u)`.
    Shift,
}

fn default_lambda() -> f64 {
    0.66
}

impl Method for TiprdcConfig {
    fn name(&self) -> &'static str {
        "tiprdc"
    }

    fn private(&self) -> &[String] {
        &self.private
    }

    fn lambda(&self) -> Option<f64> {
        Some(self.lambda)
    }

    fn check(&self) -> Result<()> {
        check::private(&self.private)?;
        check::adversaries(self.adversaries)?;
        if !(0.0..=1.0).contains(&self.lambda) {
            return Err(TrainError::config(format!(
                "method.lambda must be from 0 to 1, found {}",
                self.lambda
            )));
        }
        Ok(())
    }

    fn stages(&self, training: &TrainingConfig) -> Vec<Stage> {
        vec![Stage::pretrain(training), Stage::train(training)]
    }

    fn learner(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Learner>> {
        Ok(Box::new(Tiprdc::new(self, setup)?))
    }
}

struct Tiprdc {
    encoder: Trainable<Network>,
    adversaries: Adversaries,
    critic: Trainable<Critic>,
    lambda: f32,
    negatives: Negatives,
}

impl Tiprdc {
    fn new(config: &TiprdcConfig, setup: &mut Setup<'_>) -> Result<Self> {
        let encoder = setup.encoder()?;
        let (features, classes) = (encoder.output, setup.classes);
        let (count, restart_every) = (config.adversaries, config.restart_every);
        let adversaries = Adversaries::new(count, restart_every, features, classes, setup)?;
        let width = classes.iter().sum();
        let critic = Critic::new(encoder.input, features, width, setup.rng, setup.device)?;
        Ok(Tiprdc {
            encoder: Trainable::new(encoder, setup.training),
            adversaries,
            critic: Trainable::new(critic, setup.training),
            lambda: config.lambda as f32,
            negatives: config.negatives,
        })
    }

    /// One step of each, in turn: adversaries, critic, encoder.
    fn play(&mut self, x: Tensor<4>, targets: &Targets, negatives: Vec<usize>) -> Metrics {
        let device = x.device();
        let negatives = indices(negatives, &device);
        let z = self.encoder.module.forward(x.clone());
        let mut metrics = self.adversaries.learn(z.clone(), targets);

        let embedded = self.critic.module.embed(x.clone());
        let bound = self.bound(
            &self.critic.module,
            embedded,
            z.clone().detach(),
            targets,
            negatives.clone(),
        );
        self.critic.update(&mut bound.clone().neg().backward());

        let loss = self.encoder_loss(x, z, targets, negatives);
        metrics.extend([
            ("critic bound", scalar(&bound)),
            ("encoder loss", scalar(&loss)),
        ]);
        self.encoder.update(&mut loss.backward());
        metrics
    }

    /// Equation 9, by adversaries and critic as they are now; none is changed by it.
    fn encoder_loss(
        &self,
        x: Tensor<4>,
        z: Tensor<4>,
        targets: &Targets,
        negatives: Tensor<1, burn::tensor::Int>,
    ) -> Tensor<1> {
        let critic = self.critic.module.clone().no_grad();
        let hidden = self
            .adversaries
            .face(&z, |logits| targets.cross_entropy(logits));
        let embedded = critic.embed(x).detach();
        let kept = self.bound(&critic, embedded, z, targets, negatives);
        hidden.mul_scalar(-self.lambda) - kept.mul_scalar(1.0 - self.lambda)
    }

    /// Equation 8.
    fn bound(
        &self,
        critic: &Critic,
        embedded: Tensor<2>,
        z: Tensor<4>,
        targets: &Targets,
        negatives: Tensor<1, burn::tensor::Int>,
    ) -> Tensor<1> {
        let (true_pairs, false_pairs) = critic.scores(embedded, z, targets.one_hot(), negatives);
        softplus(true_pairs.neg(), 1.0).mean().neg() - softplus(false_pairs, 1.0).mean()
    }
}

impl Learner for Tiprdc {
    fn begin_epoch(&mut self, stage: &'static str, epoch: usize, rng: ChaCha8Rng) -> Result<()> {
        match stage {
            "pretrain" => Ok(()),
            _ => self.adversaries.begin_epoch(epoch, rng),
        }
    }

    fn step(&mut self, stage: &'static str, mut batch: Batch<'_>) -> Metrics {
        let negatives = self.negatives.draw(&batch.labels, &mut batch.rng);
        let targets = self.adversaries.targets(batch.labels);
        match stage {
            "pretrain" => self
                .adversaries
                .pretrain(&mut self.encoder, batch.x, &targets),
            _ => self.play(batch.x, &targets, negatives),
        }
    }

    fn save(&self) -> Result<Vec<Part>> {
        let mut parts = self.adversaries.save()?;
        parts.extend(self.encoder.save("encoder")?);
        parts.extend(self.critic.save("critic")?);
        Ok(parts)
    }

    fn load(&mut self, parts: &mut Parts) -> Result<()> {
        self.adversaries.load(parts)?;
        self.encoder.load(parts, "encoder")?;
        self.critic.load(parts, "critic")
    }

    fn finish(self: Box<Self>, _: Whole<'_>) -> Result<Learned> {
        Ok(self.encoder.module.into())
    }
}

impl Negatives {
    /// For each row of a batch, the row that replaces it in a false pair; never itself if that can be helped.
    fn draw(self, labels: &[Vec<u32>], rng: &mut ChaCha8Rng) -> Vec<usize> {
        let rows = labels.first().map_or(0, Vec::len);
        let shift: Vec<usize> = (0..rows).map(|row| (row + 1) % rows).collect();
        if self == Negatives::Shift {
            return shift;
        }
        let mut same: BTreeMap<Vec<u32>, Vec<usize>> = BTreeMap::new();
        for row in 0..rows {
            same.entry(labels.iter().map(|labels| labels[row]).collect())
                .or_default()
                .push(row);
        }
        let mut negatives = shift;
        for members in same.values_mut().filter(|members| members.len() > 1) {
            members.shuffle(rng);
            for (index, &row) in members.iter().enumerate() {
                negatives[row] = members[(index + 1) % members.len()];
            }
        }
        negatives
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn conditional_negatives_keep_the_attribute_and_never_pair_a_row_with_itself() {
        let labels = vec![vec![0, 1, 0, 1, 0, 1, 1, 0], vec![0, 0, 0, 0, 1, 1, 1, 1]];
        let negatives = Negatives::Conditional.draw(&labels, &mut ChaCha8Rng::seed_from_u64(1));
        for (row, &other) in negatives.iter().enumerate() {
            assert_ne!(row, other);
            assert!(labels.iter().all(|labels| labels[row] == labels[other]));
        }
    }

    #[test]
    fn a_row_alone_in_its_class_is_paired_with_its_neighbour() {
        let negatives =
            Negatives::Conditional.draw(&[vec![0, 1, 1]], &mut ChaCha8Rng::seed_from_u64(1));
        assert_eq!(negatives, [1, 2, 1]);
    }

    #[test]
    fn shift_negatives_are_the_batch_shifted_by_one() {
        let negatives = Negatives::Shift.draw(&[vec![0, 1, 1]], &mut ChaCha8Rng::seed_from_u64(1));
        assert_eq!(negatives, [1, 2, 0]);
    }
}
