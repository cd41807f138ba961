//! A run: one TOML file that says which data, which encoder, which method, and how long.

use crate::data::DatasetConfig;
use crate::error::{Result, TrainError};
use crate::methods::MethodConfig;
use crate::nn::Architecture;
use crate::release::ReleaseConfig;
use crate::run_names as names;
use serde::{Deserialize, Serialize};
use tiprdc::Fit;

/// A run, as its TOML file has it. Unknown keys are errors.
///
/// # Examples
/// ```
/// let run = tiprdc_train::Run::from_toml(r#"
///     name = "adult-sex"
///     [dataset]
///     kind = "adult"
///     [encoder]
///     architecture = "mlp"
///     [method]
///     kind = "tiprdc"
///     private = ["sex"]
/// "#, &["training.epochs=5"])?;
/// assert_eq!(run.training.epochs, 5);
/// # Ok::<(), tiprdc_train::TrainError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Name of the encoder.
    pub name: String,
    /// Version of the encoder.
    #[serde(default = "default_version")]
    pub version: String,
    /// Seed of everything random in training: weights, order of records, false pairs.
    #[serde(default)]
    pub seed: u64,
    /// The data set.
    pub dataset: DatasetConfig,
    /// The encoder's network and input size.
    pub encoder: EncoderConfig,
    /// The method.
    pub method: MethodConfig,
    /// Epochs, batches, learning rates.
    #[serde(default)]
    pub training: TrainingConfig,
    /// What happens to the features at the last moment on the device.
    #[serde(default, skip_serializing_if = "is_default")]
    pub release: ReleaseConfig,
}

fn is_default(release: &ReleaseConfig) -> bool {
    *release == ReleaseConfig::default()
}

/// The encoder's network and input size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EncoderConfig {
    /// The network.
    pub architecture: Architecture,
    /// Channels of the features; the architecture's own number if not set. Fewer keep less, of everything. A method that
    /// substitutes has them between the network and its logits, and does not release them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<usize>,
    /// Images: width of the network's input in pixels.
    #[serde(default = "default_side")]
    pub width: usize,
    /// Images: height of the network's input in pixels.
    #[serde(default = "default_side")]
    pub height: usize,
    /// Images: how another aspect ratio is fitted.
    #[serde(default)]
    pub fit: Fit,
}

/// Epochs, batches, learning rates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainingConfig {
    /// Epochs of pre-training, where the method has it.
    pub pretrain_epochs: usize,
    /// Epochs of the method itself.
    pub epochs: usize,
    /// Records in a batch; a last batch that is not full is left out.
    pub batch: usize,
    /// Learning rate of Adam (Kingma & Ba 2015).
    pub learning_rate: f64,
    /// L2 penalty on weights.
    pub weight_decay: f32,
}

impl Default for TrainingConfig {
    fn default() -> Self {
        TrainingConfig {
            pretrain_epochs: 2,
            epochs: 10,
            batch: 128,
            learning_rate: 1e-3,
            weight_decay: 1e-4,
        }
    }
}

fn default_version() -> String {
    "1.0.0".into()
}

fn default_side() -> usize {
    64
}

impl Run {
    /// Reads a run, with `overrides` of the form `section.key=value` on top.
    ///
    /// A value is read as TOML if it can be, and as a string otherwise.
    ///
    /// # Errors
    /// [`TrainError::Config`] naming the key and line.
    pub fn from_toml(text: &str, overrides: &[impl AsRef<str>]) -> Result<Self> {
        let not_toml = |error| TrainError::config(toml_problem(text, &error));
        let mut table: toml::Table = text.parse().map_err(not_toml)?;
        for assignment in overrides {
            set_key(&mut table, assignment.as_ref())?;
        }
        let changed = names::unify(&mut table);
        names::check_required(&table)?;
        // From the text, where it says all: its errors name a line.
        let run: Run = if changed || !overrides.is_empty() {
            table
                .try_into()
                .map_err(|error: toml::de::Error| TrainError::config(toml_problem("", &error)))?
        } else {
            toml::from_str(text).map_err(not_toml)?
        };
        run.check()?;
        Ok(run)
    }

    /// The run as TOML, with every default written out; reading it gives the same run.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a run holds nothing that TOML cannot")
    }

    fn check(&self) -> Result<()> {
        let training = &self.training;
        let positive = [
            ("training.batch", training.batch >= 2),
            (
                "training.learning_rate",
                training.learning_rate.is_finite() && training.learning_rate > 0.0,
            ),
            (
                "training.weight_decay",
                training.weight_decay.is_finite() && training.weight_decay >= 0.0,
            ),
            (
                "encoder.features",
                self.encoder
                    .features
                    .is_none_or(|channels| (1..=4096).contains(&channels)),
            ),
            ("encoder.width", (4..=4096).contains(&self.encoder.width)),
            ("encoder.height", (4..=4096).contains(&self.encoder.height)),
        ];
        for (key, good) in positive {
            if !good {
                return Err(TrainError::config(format!("{key} is out of range")));
            }
        }
        if self.name.is_empty() {
            return Err(TrainError::config("name must not be empty"));
        }
        self.method.check()?;
        self.release.check()?;
        self.release.check_for(self.method.substitutes())?;
        if self.method.needs_noise() && !self.release.is_noise() {
            return Err(TrainError::config(format!(
                "the method `{}` hides nothing without noise; set release.kind to `gaussian` or `laplace`",
                self.method.name()
            )));
        }
        Ok(())
    }
}

/// What is wrong with a TOML file, and where; never the line itself, which may be of another file than was meant.
pub fn toml_problem(text: &str, error: &toml::de::Error) -> String {
    let message = names::with_nearest(error.message());
    let Some(span) = error.span().filter(|_| !text.is_empty()) else {
        return message;
    };
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
    format!("line {line}, column {column}: {message}")
}

/// Sets `a.b=value` in a table, as `overrides` of [`Run::from_toml`] do.
///
/// A value is read as TOML if it can be, and as a string otherwise.
///
/// # Errors
/// [`TrainError::Config`] if the assignment has no `=`, or a key on the way is no table.
pub fn set_key(table: &mut toml::Table, assignment: &str) -> Result<()> {
    let bad = || {
        TrainError::config(format!(
            "`{assignment}` is not of the form section.key=value"
        ))
    };
    let (path, value) = assignment.split_once('=').ok_or_else(bad)?;
    let value = value.trim();
    let parsed = format!("value = {value}")
        .parse::<toml::Table>()
        .ok()
        .and_then(|mut table| table.remove("value"));
    let value = parsed.unwrap_or_else(|| toml::Value::String(value.to_string()));
    let mut keys: Vec<&str> = path.trim().split('.').collect();
    let last = keys.pop().filter(|key| !key.is_empty()).ok_or_else(bad)?;
    let mut at = table;
    for key in keys {
        let next = at
            .entry(key)
            .or_insert_with(|| toml::Value::Table(toml::Table::new()));
        at = next.as_table_mut().ok_or_else(bad)?;
    }
    at.insert(last.to_string(), value);
    Ok(())
}
