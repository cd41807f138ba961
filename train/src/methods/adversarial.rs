//! Adversarial training alone: the baseline that hides without asking what is kept. Edwards & Storkey, "Censoring
//! Representations with an Adversary", ICLR 2016 (arXiv 1511.05897, equation 9 without reconstruction); Ganin et al.,
//! "Domain-Adversarial Training of Neural Networks", JMLR 2016 (equation 9).
//!
//! - adversary: minimise `CE(C(z), s)`
//! - encoder and tasks' head: minimise `CE(H(z), y) - weight * CE(C(z), s)`
//!
//! With no task known, this is [`tiprdc`](super::TiprdcConfig) with `lambda = 1`, which has no critic left.
//!
//! # What this does not protect from
//! Any attacker but the adversary of training. What no known task needs may be lost, and without tasks nothing asks the
//! features to keep anything.

use super::game::{Game, Rules, stages};
use super::{Learner, Method, Setup, Stage, check, one};
use crate::error::Result;
use crate::run::TrainingConfig;
use serde::{Deserialize, Serialize};

/// Settings of `adversarial`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdversarialConfig {
    /// The attributes to hide.
    pub private: Vec<String>,
    /// The tasks to keep; none is possible.
    #[serde(default)]
    pub tasks: Vec<String>,
    /// Weight of hiding against the tasks, above 0.
    #[serde(default = "default_weight")]
    pub weight: f64,
    /// How many adversaries the encoder faces at once.
    #[serde(default = "one")]
    pub adversaries: usize,
    /// Epochs after which a fresh adversary replaces the oldest, again and again; 0 is never.
    #[serde(default)]
    pub restart_every: usize,
}

fn default_weight() -> f64 {
    1.0
}

impl Method for AdversarialConfig {
    fn name(&self) -> &'static str {
        "adversarial"
    }

    fn private(&self) -> &[String] {
        &self.private
    }

    fn tasks(&self) -> &[String] {
        &self.tasks
    }

    fn check(&self) -> Result<()> {
        check::private(&self.private)?;
        check::apart(&self.private, &self.tasks)?;
        check::weight(self.weight)?;
        check::adversaries(self.adversaries)
    }

    fn stages(&self, training: &TrainingConfig) -> Vec<Stage> {
        stages(training)
    }

    fn learner(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Learner>> {
        let rules = Rules {
            hide: |targets, logits| targets.cross_entropy(logits).neg(),
            weight: self.weight,
            private: self.private.len(),
            adversaries: self.adversaries,
            restart_every: self.restart_every,
        };
        Ok(Box::new(Game::new(&rules, setup)?))
    }
}
