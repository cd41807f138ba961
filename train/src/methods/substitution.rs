//! PASS: "PASS: Private Attributes Protection with Stochastic Data Substitution", ICML 2025 (arXiv 2506.07308).
//!
//! A record is replaced by another one: `P(j | x) = softmax_j(cos(f(x), g_j) / tau)` over `count` training records, `f`
//! a network and `g` a table, both learned. Minimised, by batches (`H` is entropy in nats):
//!
//! - private attributes: `L_s = -sum_c P(c) H(P(j | s = c))`: every class spreads over all substitutes
//! - known tasks: `L_u = ln|U| CE(u, sum_j P(j | x) [u_j = u])`: a substitute has the task's label
//! - general features: `L_x = E_x H(P(j | x))`: what is drawn depends on the record
//! - in all `sum L_s + lambda sum L_u + mu L_x`
//!
//! # What this does not protect from
//! Anything but the attributes named. Without a task, `L_x` makes the draw certain and not similar: what is not known
//! is lost (see [`neighbour_substitution`](super::neighbour_substitution)). One draw is bounded by the release's epsilon,
//! which is large at small temperatures; draws of the same record add up.

use super::chooser::{Chooser, cosine, default_numbers, embedding};
use super::known::Known;
use super::substitutes::{Substitutes, check_count, check_temperature};
use super::{
    Batch, Learned, Learner, Method, Metrics, Part, Parts, Setup, Stage, Targets, Whole, check,
    scalar,
};
use crate::error::Result;
use crate::nn::{Tensor, he_uniform};
use crate::run::TrainingConfig;
use serde::{Deserialize, Serialize};

/// Settings of `substitution`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubstitutionConfig {
    /// The attributes to hide.
    pub private: Vec<String>,
    /// The tasks to keep.
    #[serde(default)]
    pub tasks: Vec<String>,
    /// How many training records are substitutes; 4,096 if not set, or half of the training records if they are fewer
    /// than twice as many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
    /// `tau`: what cosines are divided by.
    #[serde(default = "default_temperature")]
    pub temperature: f64,
    /// Weight of known tasks; the number of private attributes by that of tasks if not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lambda: Option<f64>,
    /// Weight of general features; 0.2 for each task, and 0.2 without any, if not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mu: Option<f64>,
    /// Numbers of `f(x)`.
    #[serde(default = "default_numbers")]
    pub embedding: usize,
}

/// The number of the paper.
const COUNT: usize = 4096;

fn default_temperature() -> f64 {
    0.01
}

impl SubstitutionConfig {
    fn task_weight(&self) -> f64 {
        let share = self.private.len() as f64 / self.tasks.len().max(1) as f64;
        self.lambda.unwrap_or(share)
    }

    fn general_weight(&self) -> f64 {
        self.mu.unwrap_or(0.2 * self.tasks.len().max(1) as f64)
    }
}

impl Method for SubstitutionConfig {
    fn name(&self) -> &'static str {
        "substitution"
    }

    fn private(&self) -> &[String] {
        &self.private
    }

    fn tasks(&self) -> &[String] {
        &self.tasks
    }

    fn substitutes(&self) -> bool {
        true
    }

    fn check(&self) -> Result<()> {
        check::private(&self.private)?;
        check::apart(&self.private, &self.tasks)?;
        check_count(self.count.unwrap_or(COUNT))?;
        check_temperature(self.temperature)?;
        check::not_negative("method.lambda", self.task_weight())?;
        check::not_negative("method.mu", self.general_weight())?;
        check::numbers("method.embedding", self.embedding)
    }

    fn stages(&self, training: &TrainingConfig) -> Vec<Stage> {
        vec![Stage::train(training)]
    }

    fn learner(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Learner>> {
        let (private, tasks) = setup.classes.split_at(self.private.len());
        let labels = &setup.labels[self.private.len()..];
        let count = self.count.unwrap_or(COUNT.min(setup.set.rows / 2).max(2));
        let substitutes = Substitutes::draw(count, setup.set, setup.rng)?;
        let known = Known::new(&substitutes, labels, tasks, setup.device);
        let network = embedding(self.embedding, setup)?;
        // Only directions count.
        let vectors = he_uniform(setup.rng, count, self.embedding, setup.device);
        Ok(Box::new(Pass {
            chooser: Chooser::new(network, vectors, false, self.temperature, setup.training),
            substitutes,
            known,
            private: private.to_vec(),
            tasks: tasks.to_vec(),
            task_weight: self.task_weight() as f32,
            general_weight: self.general_weight() as f32,
        }))
    }
}

struct Pass {
    chooser: Chooser,
    substitutes: Substitutes,
    known: Known,
    /// Classes of the private attributes.
    private: Vec<usize>,
    /// Classes of the tasks.
    tasks: Vec<usize>,
    task_weight: f32,
    general_weight: f32,
}

impl Learner for Pass {
    fn step(&mut self, _: &'static str, batch: Batch<'_>) -> Metrics {
        let mut labels = batch.labels;
        let tasks = labels.split_off(self.private.len());
        let probabilities = self.chooser.probabilities(batch.x);
        let private = labels.into_iter().zip(&self.private);
        let hidden = private
            .map(|(labels, &classes)| concentration(labels, classes, &probabilities))
            .reduce(|sum, one| sum + one)
            .expect("a method that trains has at least one attribute");
        let general = entropies(&probabilities).mean();
        let mut metrics = vec![
            ("private loss", scalar(&hidden)),
            ("entropy", scalar(&general)),
        ];
        let mut loss = hidden + general.mul_scalar(self.general_weight);
        let task_losses = tasks.into_iter().enumerate().map(|(task, labels)| {
            let scale = (self.tasks[task] as f32).ln();
            self.known
                .loss_of(task, &probabilities, labels)
                .mul_scalar(scale)
        });
        if let Some(task_loss) = task_losses.reduce(|sum, one| sum + one) {
            metrics.push(("task loss", scalar(&task_loss)));
            loss = loss + task_loss.mul_scalar(self.task_weight);
        }
        self.chooser.update(&loss, cosine(batch.progress));
        metrics
    }

    fn save(&self) -> Result<Vec<Part>> {
        self.chooser.save()
    }

    fn load(&mut self, parts: &mut Parts) -> Result<()> {
        self.chooser.load(parts)
    }

    fn finish(self: Box<Self>, _: Whole<'_>) -> Result<Learned> {
        Ok(self.chooser.finish(self.substitutes.rows))
    }
}

/// `-sum_c P(c) H(P(j | s = c))` in nats, with the batch's own shares and chances.
fn concentration(labels: Vec<u32>, classes: usize, probabilities: &Tensor<2>) -> Tensor<1> {
    let rows = labels.len() as f32;
    let device = probabilities.device();
    let one_hot = Targets::new(vec![labels], &[classes], &device).one_hot();
    let counts = one_hot.clone().sum_dim(0).transpose();
    let chances = one_hot.transpose().matmul(probabilities.clone());
    let chances = chances / counts.clone().clamp_min(1.0);
    (entropies(&chances) * counts).sum().div_scalar(-rows)
}

/// The entropy of each row in nats, `[rows, 1]`.
fn entropies(chances: &Tensor<2>) -> Tensor<2> {
    (chances.clone() * chances.clone().add_scalar(1e-12).log())
        .sum_dim(1)
        .neg()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn entropies_are_those_of_the_closed_form() {
        let chances = Tensor::from_data([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]], &Device::default());
        let found: Vec<f32> = entropies(&chances).into_data().try_to_vec().expect("f32");
        assert!(
            (found[0] - 2.0f32.ln()).abs() < 1e-5 && found[1].abs() < 1e-5,
            "{found:?}"
        );
    }

    #[test]
    fn a_class_that_spreads_over_all_substitutes_is_best_hidden() {
        let chances = Tensor::from_data([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]], &Device::default());
        let of = |labels| scalar(&concentration(labels, 2, &chances));
        // Class 0 has rows 0 and 1 and spreads evenly; class 1 has row 2 and does not.
        assert!((of(vec![0, 0, 1]) + 2.0 / 3.0 * 2.0f32.ln()).abs() < 1e-5);
        // Each class always draws the same substitute.
        assert!(of(vec![0, 1, 0]).abs() < 1e-5);
    }
}
