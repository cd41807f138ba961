//! How an encoder is trained: one file per method, which holds all that the method says of itself.
//!
//! A new method is a config that implements [`Method`], a [`Learner`], and one line each in [`MethodConfig`] and its
//! [`method`](MethodConfig::method).

mod adversarial;
mod adversaries;
mod check;
mod chooser;
mod contrast;
mod disclosure;
mod erasure;
mod fixed;
mod game;
mod known;
mod learner;
mod maxent;
mod neighbour_substitution;
mod noise;
mod pca_noise;
mod plain;
mod substitutes;
mod substitution;
mod targets;
mod tiprdc;
mod trainable;

pub use self::tiprdc::{Negatives, TiprdcConfig};
pub use adversarial::AdversarialConfig;
pub use erasure::ErasureConfig;
pub use maxent::MaxentConfig;
pub use neighbour_substitution::{NeighbourSubstitutionConfig, Within};
pub use pca_noise::PcaNoiseConfig;
pub use plain::PlainConfig;
pub use substitution::SubstitutionConfig;

pub(crate) use learner::{
    Batch, Learned, Learner, Method, Metrics, Part, Parts, Setup, Stage, Whole,
};
pub(crate) use substitutes::Chosen;
pub(crate) use targets::Targets;
pub(crate) use trainable::Trainable;

use crate::error::Result;
use crate::nn::Tensor;
use crate::run::TrainingConfig;
use burn::tensor::{Device, Int, TensorData};
use serde::{Deserialize, Serialize};

/// A method and its settings: the `[method]` table of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum MethodConfig {
    /// TIPRDC: adversary and mutual-information critic.
    Tiprdc(TiprdcConfig),
    /// Adversary alone, made wrong; a baseline.
    Adversarial(AdversarialConfig),
    /// Adversary alone, made undecided; a baseline.
    Maxent(MaxentConfig),
    /// PASS: each record is replaced by another, drawn so that known tasks are kept.
    Substitution(SubstitutionConfig),
    /// Each record is replaced by a neighbour; needs no task.
    NeighbourSubstitution(NeighbourSubstitutionConfig),
    /// Trained for known tasks only; hides nothing.
    Plain(PlainConfig),
    /// LEACE: linear erasure in closed form, after another method.
    Erasure(ErasureConfig),
    /// Principal components, for a release with noise; a baseline.
    PcaNoise(PcaNoiseConfig),
    /// The preprocessed input, for a release with noise; a baseline.
    Noise {},
    /// Fresh weights; a baseline.
    Untrained {},
    /// The preprocessed input itself; a baseline.
    Raw {},
}

impl MethodConfig {
    fn method(&self) -> &dyn Method {
        match self {
            MethodConfig::Tiprdc(config) => config,
            MethodConfig::Adversarial(config) => config,
            MethodConfig::Maxent(config) => config,
            MethodConfig::Substitution(config) => config,
            MethodConfig::NeighbourSubstitution(config) => config,
            MethodConfig::Plain(config) => config,
            MethodConfig::Erasure(config) => config,
            MethodConfig::PcaNoise(config) => config,
            MethodConfig::Noise {} => &noise::Noise,
            MethodConfig::Untrained {} => &fixed::Untrained,
            MethodConfig::Raw {} => &fixed::Raw,
        }
    }

    /// The name as it stands in run files and manifests.
    pub fn name(&self) -> &'static str {
        self.method().name()
    }

    /// Attributes that training hides.
    pub fn private(&self) -> &[String] {
        self.method().private()
    }

    /// Tasks that training knows.
    pub fn tasks(&self) -> &[String] {
        self.method().tasks()
    }

    /// TIPRDC's weight of the privacy term, where there is one.
    pub fn lambda(&self) -> Option<f64> {
        self.method().lambda()
    }

    /// Whether the `[method]` table of this kind has this key; one of no known kind has none.
    pub fn has_key(kind: &str, key: &str) -> bool {
        let kind = crate::run_names::unified(kind);
        let text = |text: &str| toml::Value::String(text.into());
        let probe = toml::Table::from_iter([(key.into(), text("")), ("kind".into(), text(&kind))]);
        // What is read first is refused first: a key that is not known, before one that is missing or of another type.
        let refused = probe.try_into::<MethodConfig>().err();
        refused.is_none_or(|error| !error.message().starts_with("unknown "))
    }

    /// Whether the encoder gives the number of a substitute.
    pub fn substitutes(&self) -> bool {
        self.method().substitutes()
    }

    /// Whether only the noise of a random release hides anything.
    pub(crate) fn needs_noise(&self) -> bool {
        self.method().needs_noise()
    }

    pub(crate) fn check(&self) -> Result<()> {
        self.method().check()
    }

    pub(crate) fn stages(&self, training: &TrainingConfig) -> Vec<Stage> {
        self.method().stages(training)
    }

    pub(crate) fn learner(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Learner>> {
        self.method().learner(setup)
    }
}

/// A default of settings.
fn one() -> usize {
    1
}

/// A number out of a tensor.
fn scalar(tensor: &Tensor<1>) -> f32 {
    tensor.clone().detach().into_scalar()
}

/// A permutation as a tensor of indices.
fn indices(permutation: Vec<usize>, device: &Device) -> Tensor<1, Int> {
    let rows = permutation.len();
    let data: Vec<i64> = permutation.into_iter().map(|index| index as i64).collect();
    Tensor::from_data(TensorData::new(data, [rows]), device)
}

#[cfg(test)]
mod tests {
    use super::MethodConfig;

    #[test]
    fn a_method_has_the_keys_of_its_settings() {
        let keys = |kind| ["private", "tasks", "after"].map(|key| MethodConfig::has_key(kind, key));
        for kind in ["adversarial", "maxent", "substitution"] {
            assert_eq!(keys(kind), [true, true, false], "{kind}");
        }
        assert_eq!(keys("neighbour_substitution"), [true, true, false]);
        assert_eq!(keys("tiprdc"), [true, false, false]);
        assert_eq!(keys("plain"), [false, true, false]);
        assert_eq!(keys("erasure"), [true, false, true]);
        for kind in ["pca_noise", "noise", "untrained", "raw", "magic"] {
            assert_eq!(keys(kind), [false; 3], "{kind}");
        }
    }
}
