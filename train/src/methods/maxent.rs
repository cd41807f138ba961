//! Maximum entropy adversarial training: Roy & Boddeti, "Mitigating Information Leakage in Image Representations: A
//! Maximum Entropy Approach", CVPR 2019 (arXiv 1904.05514, section 3).
//!
//! - adversary: minimise `CE(C(z), s)`
//! - encoder and tasks' head: minimise `CE(H(z), y) + weight * KL(softmax(C(z)) || uniform)`
//!
//! The encoder wants the adversary undecided, where [`adversarial`](super::AdversarialConfig) wants it wrong: an
//! adversary that is always wrong knows the attribute as well as one that is always right. The term has a lower end,
//! 0, so that no weight makes it run away.
//!
//! # What this does not protect from
//! Any attacker but the adversary of training. What no known task needs may be lost, and without tasks nothing asks the
//! features to keep anything: features that are the same for everybody have the highest entropy.

use super::game::{Game, Rules, stages};
use super::{Learner, Method, Setup, Stage, check, one};
use crate::error::Result;
use crate::run::TrainingConfig;
use serde::{Deserialize, Serialize};

/// Settings of `maxent`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaxentConfig {
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

impl Method for MaxentConfig {
    fn name(&self) -> &'static str {
        "maxent"
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
            hide: |targets, logits| targets.certainty(logits),
            weight: self.weight,
            private: self.private.len(),
            adversaries: self.adversaries,
            restart_every: self.restart_every,
        };
        Ok(Box::new(Game::new(&rules, setup)?))
    }
}
