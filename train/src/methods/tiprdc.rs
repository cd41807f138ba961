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
//! # What this does not protect from
//! An attacker trained afterwards, on features of the finished encoder, is not this adversary. It gets back part of
//! what the adversary no longer could; only an audit says how much.

use super::{Batch, Learner, Metrics, Parts, Targets, Trainable, indices, scalar};
use crate::error::{Result, TrainError};
use crate::nn::{Critic, Network, Tensor, head_steps};
use crate::run::TrainingConfig;
use burn::module::Module;
use burn::tensor::{Device, activation::softplus};
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

impl TiprdcConfig {
    pub(super) fn check(&self) -> Result<()> {
        if self.private.is_empty() {
            return Err(TrainError::config(
                "method.private must name at least one attribute",
            ));
        }
        if !(0.0..=1.0).contains(&self.lambda) {
            return Err(TrainError::config(format!(
                "method.lambda must be from 0 to 1, found {}",
                self.lambda
            )));
        }
        Ok(())
    }
}

pub(super) struct Tiprdc {
    encoder: Trainable<Network>,
    adversary: Trainable<Network>,
    critic: Trainable<Critic>,
    classes: Vec<usize>,
    lambda: f32,
    negatives: Negatives,
}

impl Tiprdc {
    pub(super) fn new(
        config: &TiprdcConfig,
        encoder: Network,
        classes: &[usize],
        training: &TrainingConfig,
        rng: &mut ChaCha8Rng,
        device: &Device,
    ) -> Result<Self> {
        let features = encoder.output;
        let width = classes.iter().sum();
        let adversary = Network::new(features, &head_steps(features, width), rng, device)?;
        let critic = Critic::new(encoder.input, features, width, rng, device)?;
        Ok(Tiprdc {
            encoder: Trainable::new(encoder, training),
            adversary: Trainable::new(adversary, training),
            critic: Trainable::new(critic, training),
            classes: classes.to_vec(),
            lambda: config.lambda as f32,
            negatives: config.negatives,
        })
    }

    /// `E` and `C` together learn to predict `s`, so that the game starts with an adversary worth fooling.
    fn pretrain(&mut self, x: Tensor<4>, targets: &Targets) -> Metrics {
        let logits = self
            .adversary
            .module
            .forward_vector(self.encoder.module.forward(x));
        let loss = targets.cross_entropy(&logits);
        let metrics = vec![
            ("adversary loss", scalar(&loss)),
            ("adversary accuracy", targets.accuracy(&logits)),
        ];
        let mut gradients = loss.backward();
        self.encoder.update(&mut gradients);
        self.adversary.update(&mut gradients);
        metrics
    }

    /// One step of each, in turn: adversary, critic, encoder.
    fn play(&mut self, x: Tensor<4>, targets: &Targets, negatives: Vec<usize>) -> Metrics {
        let device = x.device();
        let negatives = indices(negatives, &device);
        let z = self.encoder.module.forward(x.clone());

        let logits = self.adversary.module.forward_vector(z.clone().detach());
        let adversary_loss = targets.cross_entropy(&logits);
        let accuracy = targets.accuracy(&logits);
        self.adversary.update(&mut adversary_loss.backward());

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
        let metrics = vec![
            ("adversary loss", scalar(&adversary_loss)),
            ("adversary accuracy", accuracy),
            ("critic bound", scalar(&bound)),
            ("encoder loss", scalar(&loss)),
        ];
        self.encoder.update(&mut loss.backward());
        metrics
    }

    /// Equation 9, by the adversary and the critic as they are now; neither is changed by it.
    fn encoder_loss(
        &self,
        x: Tensor<4>,
        z: Tensor<4>,
        targets: &Targets,
        negatives: Tensor<1, burn::tensor::Int>,
    ) -> Tensor<1> {
        let adversary = self.adversary.module.clone().no_grad();
        let critic = self.critic.module.clone().no_grad();
        let hidden = targets.cross_entropy(&adversary.forward_vector(z.clone()));
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
    fn step(&mut self, stage: &'static str, mut batch: Batch) -> Metrics {
        let negatives = self.negatives.draw(&batch.labels, &mut batch.rng);
        let targets = Targets::new(batch.labels, &self.classes, &batch.x.device());
        match stage {
            "pretrain" => self.pretrain(batch.x, &targets),
            _ => self.play(batch.x, &targets, negatives),
        }
    }

    fn save(&self) -> Result<Vec<(&'static str, Vec<u8>)>> {
        let parts = [
            self.encoder.save("encoder", "encoder-adam")?,
            self.adversary.save("adversary", "adversary-adam")?,
            self.critic.save("critic", "critic-adam")?,
        ];
        Ok(parts.into_iter().flatten().collect())
    }

    fn load(&mut self, mut parts: Parts) -> Result<()> {
        self.encoder.load(&mut parts, "encoder", "encoder-adam")?;
        self.adversary
            .load(&mut parts, "adversary", "adversary-adam")?;
        self.critic.load(&mut parts, "critic", "critic-adam")
    }

    fn encoder(&self) -> &Network {
        &self.encoder.module
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
