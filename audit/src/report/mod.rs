//! What an audit found, as data.

mod advice;
mod card;
mod gate;
mod html;
mod sentence;
mod text;
mod verdict;
pub(crate) mod words;

pub use card::model_card;
pub use gate::Gate;
pub(crate) use sentence::{categorical_sentence, quantity_sentence};

use serde::{Deserialize, Serialize};

use crate::labels::Role;

/// Everything an audit found; its JSON is a stable format, described in `docs/audit-format.md`.
///
/// It holds counts and scores, and names of attributes; never class names, labels or feature values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Number of this format: 1.
    pub format: u32,
    /// Digest of the encoder, when it was given.
    pub encoder: Option<String>,
    /// Seed of every random choice.
    pub seed: u64,
    /// Number of rows.
    pub rows: Rows,
    /// Shape of one row of features.
    #[serde(default)]
    pub shape: Vec<usize>,
    /// What intervals and permutation tests draw.
    #[serde(default)]
    pub drawn: Drawn,
    /// One entry per attribute, in the order given.
    pub attributes: Vec<AttributeReport>,
    /// Mean NAG of the tasks minus mean NAG of the private attributes: higher is better, 1 keeps all and hides all,
    /// 0 is what raw inputs reach. `None` when one of the gains is missing.
    pub mnag: Option<f64>,
    /// How well the raw inputs can be rebuilt from the features.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconstruction: Option<Reconstruction>,
    /// How well people of the encoder's training set can be told from others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub membership: Option<Membership>,
    /// Attacks and measurements that did not run, and why. Nothing here counts as a pass.
    pub not_tested: Vec<NotTested>,
    /// What was odd about the data.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// Number of rows that attackers were fitted and scored on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// Rows to fit on.
    pub train: usize,
    /// Rows to be guessed.
    pub test: usize,
}

/// What intervals and permutation tests draw: people where they are known, rows otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Drawn {
    /// `groups`, `records` (draws of one record, where no groups were given) or `rows`.
    pub unit: String,
    /// Number of them among the test rows.
    pub count: usize,
}

/// What was found of one attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttributeReport {
    /// Name of the attribute.
    pub name: String,
    /// To be hidden or to be kept.
    pub role: Role,
    /// `categorical` or `continuous`.
    pub kind: String,
    /// Number of classes in training and test rows together; `None` for a continuous attribute.
    pub classes: Option<usize>,
    /// `balanced_accuracy`: the mean over the classes of the share of their rows guessed right; or `r2`: one minus the
    /// squared error divided by that of naming the mean.
    pub metric: String,
    /// Which way is good: `lower is better` for private attributes, `higher is better` for tasks.
    pub direction: String,
    /// The result in one plain sentence.
    pub sentence: String,
    /// Score of guessing: one divided by the number of classes that have test rows; 0 for R2.
    pub chance: f64,
    /// Share of the largest class among the test rows: what plain accuracy gets for nothing. `None` if continuous.
    pub majority: Option<f64>,
    /// Score of the strongest attacker on the raw inputs; `None` without raw inputs.
    pub unprotected: Option<f64>,
    /// 95 % interval of `unprotected`.
    #[serde(default)]
    pub unprotected_interval: Option<[f64; 2]>,
    /// Which attacker was strongest on the raw inputs.
    #[serde(default)]
    pub unprotected_attacker: Option<String>,
    /// Score of guessing a private attribute from the tasks' labels alone: no encoder that keeps the tasks in full
    /// can go below. `None` for tasks, and without tasks.
    pub label_only: Option<f64>,
    /// Normalised gain: 0 is guessing, 1 is as much as the raw inputs give. `None` when it cannot be computed.
    pub nag: Option<f64>,
    /// 95 % interval of `nag`, features and raw inputs scored on the same draws.
    pub nag_interval: Option<[f64; 2]>,
    /// The strongest attacker on the features. It is chosen on the test rows, so that its value errs upwards.
    pub strongest: Strongest,
    /// Chance that guessing does as well as the strongest attacker, by permutation of the test labels. The permuted
    /// value is the best of all attackers too, so that looking at many of them does not make it small.
    #[serde(default)]
    pub p_value: Option<f64>,
    /// What the strongest attacker reaches who averages several draws of one test record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeated: Option<Repeated>,
    /// All attackers on the features.
    pub attackers: Vec<AttackerResult>,
    /// All attackers on the raw inputs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub raw_attackers: Vec<AttackerResult>,
    /// Attackers on the features that failed, as in [`AttackerResult::attacker`]; the gate does not pass with any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<String>,
}

/// The strongest attacker on the features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Strongest {
    /// The attacker, as in [`AttackerResult::attacker`].
    pub attacker: String,
    /// Its score on the test rows: balanced accuracy or R2.
    pub value: f64,
    /// 95 % interval: percentile bootstrap over groups where they were given, over rows otherwise.
    pub interval: [f64; 2],
    /// Area under the ROC curve, each class against the rest; 0.5 is chance. `None` when it cannot be computed.
    pub auc: Option<f64>,
    /// 95 % interval of `auc`.
    #[serde(default)]
    pub auc_interval: Option<[f64; 2]>,
    /// Plain accuracy of the same guesses; compare it with `majority`. `None` if continuous.
    pub accuracy: Option<f64>,
    /// Spearman's rank correlation of guesses and truth, for a continuous attribute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank_correlation: Option<f64>,
}

/// What is found when several draws of one test record are averaged: a device that sends twice leaks twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Repeated {
    /// Mean number of draws of a record.
    pub draws: f64,
    /// The strongest attacker.
    pub attacker: String,
    /// Its balanced accuracy on records.
    pub value: f64,
    /// 95 % interval, over groups where they were given, over records otherwise.
    pub interval: [f64; 2],
}

/// One attacker on one attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttackerResult {
    /// Family and size, such as `mlp-large`. `pca/` before it: it sees the first principal components only.
    /// `top/`: it sees the most telling single columns and digits only. `#2` behind it: the same with another start.
    pub attacker: String,
    /// Balanced accuracy or R2 on the test rows.
    pub value: f64,
    /// Area under the ROC curve, each class against the rest. `None` if continuous.
    pub auc: Option<f64>,
    /// Wall time; absent unless [`crate::Audit::seconds`] asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
}

/// How well decoders rebuild the raw inputs from the features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reconstruction {
    /// The decoder with the smaller error: `linear` or `mlp`.
    pub decoder: String,
    /// Mean squared error on test rows, divided by that of naming the mean of each input: 1 rebuilds nothing, 0
    /// everything. Higher is better. Inputs that do not vary in training are left out.
    pub normalised_mse: f64,
    /// 95 % interval of `normalised_mse`.
    pub interval: [f64; 2],
    /// Peak signal-to-noise ratio in dB, for images: lower is better; the peak is the range of the training inputs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub psnr: Option<f64>,
    /// Multi-scale structural similarity, for images: lower is better, 1 is a perfect copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms_ssim: Option<f64>,
    /// The same two measures of the mean image: what a decoder gets without any features.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<ImageQuality>,
    /// The result in one plain sentence.
    pub sentence: String,
}

/// Likeness of two images.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ImageQuality {
    /// Peak signal-to-noise ratio in dB.
    pub psnr: f64,
    /// Multi-scale structural similarity.
    pub ms_ssim: f64,
}

/// How well people (or rows) of the encoder's training set are told from others, by their features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Membership {
    /// The attack with the higher rate.
    pub attack: String,
    /// Share of members recognised when one outsider in a hundred is taken for a member: lower is better; 0.01 is
    /// guessing.
    pub tpr_at_1_fpr: f64,
    /// 95 % interval of `tpr_at_1_fpr`.
    pub interval: [f64; 2],
    /// Area under the ROC curve; 0.5 is guessing.
    pub auc: f64,
    /// Members that were scored: people where they are known, rows otherwise.
    pub members: usize,
    /// Outsiders that were scored.
    pub outsiders: usize,
    /// The result in one plain sentence.
    pub sentence: String,
}

/// Something that was not measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotTested {
    /// The attack or measurement.
    pub what: String,
    /// Why it did not run.
    pub why: String,
}

impl Report {
    /// The report as indented JSON.
    ///
    /// The same audit with the same seed gives the same bytes on one machine, unless seconds were asked for.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("plain numbers and strings always serialise")
    }
}

/// Which way is good.
pub(crate) fn direction(role: Role) -> &'static str {
    match role {
        Role::Private => "lower is better",
        Role::Task => "higher is better",
    }
}
