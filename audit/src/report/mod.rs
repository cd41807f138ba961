//! What an audit found, as data.

mod gate;
mod text;

pub use gate::Gate;

use serde::{Deserialize, Serialize};

use crate::labels::Role;

/// Everything an audit found; its JSON is a stable format.
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
    /// One entry per attribute, in the order given.
    pub attributes: Vec<AttributeReport>,
    /// Mean NAG of the tasks minus mean NAG of the private attributes: higher is better, 1 keeps all and hides all,
    /// 0 is what raw inputs reach. `None` when one of the gains is missing.
    pub mnag: Option<f64>,
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

/// What was found of one attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttributeReport {
    /// Name of the attribute.
    pub name: String,
    /// To be hidden or to be kept.
    pub role: Role,
    /// `categorical`.
    pub kind: String,
    /// Number of classes in training and test rows together.
    pub classes: usize,
    /// `balanced_accuracy`: the mean over the classes of the share of their rows guessed right.
    pub metric: String,
    /// Which way is good: `lower is better` for private attributes, `higher is better` for tasks.
    pub direction: String,
    /// The result in one plain sentence.
    pub sentence: String,
    /// Balanced accuracy of guessing: one divided by the number of classes that have test rows.
    pub chance: f64,
    /// Share of the largest class among the test rows: what plain accuracy gets for nothing.
    pub majority: f64,
    /// Balanced accuracy of the strongest attacker on the raw inputs; `None` without raw inputs.
    pub unprotected: Option<f64>,
    /// 95 % interval of `unprotected`.
    #[serde(default)]
    pub unprotected_interval: Option<[f64; 2]>,
    /// Which attacker was strongest on the raw inputs.
    #[serde(default)]
    pub unprotected_attacker: Option<String>,
    /// Balanced accuracy of guessing a private attribute from the tasks' labels alone: no encoder that keeps the tasks
    /// can go below. `None` for tasks, and without tasks.
    pub label_only: Option<f64>,
    /// Normalised accuracy gain: 0 is guessing, 1 is as much as the raw inputs give. `None` when it cannot be computed.
    pub nag: Option<f64>,
    /// 95 % interval of `nag`, features and raw inputs scored on the same draws.
    pub nag_interval: Option<[f64; 2]>,
    /// The strongest attacker on the features. It is chosen on the test rows, so that its value errs upwards.
    pub strongest: Strongest,
    /// All attackers on the features.
    pub attackers: Vec<AttackerResult>,
    /// All attackers on the raw inputs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub raw_attackers: Vec<AttackerResult>,
}

/// The strongest attacker on the features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Strongest {
    /// Family of the attacker.
    pub attacker: String,
    /// Balanced accuracy on the test rows.
    pub value: f64,
    /// 95 % interval: percentile bootstrap over groups where they were given, over rows otherwise.
    pub interval: [f64; 2],
    /// Area under the ROC curve, each class against the rest; 0.5 is chance. `None` when it cannot be computed.
    pub auc: Option<f64>,
    /// Plain accuracy of the same guesses; compare it with `majority`.
    pub accuracy: f64,
}

/// One attacker on one attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttackerResult {
    /// Family of the attacker.
    pub attacker: String,
    /// Balanced accuracy on the test rows.
    pub value: f64,
    /// Area under the ROC curve, each class against the rest.
    pub auc: Option<f64>,
    /// Wall time; absent unless [`crate::Audit::seconds`] asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
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

/// The result in words that need no statistics.
pub(crate) fn sentence(report: &AttributeReport) -> String {
    let hundred = |share: f64| format!("{:.0}", share * 100.0);
    let who = match report.role {
        Role::Private => "An attacker who has the features guesses",
        Role::Task => "A model fitted on the features gets",
    };
    let mut sentence = format!(
        "{who} {} right {} times in 100 (classes weighted equally); guessing does {}",
        report.name,
        hundred(report.strongest.value),
        hundred(report.chance)
    );
    if let Some(raw) = report.unprotected {
        sentence += &format!("; from the raw inputs {}", hundred(raw));
    }
    if let Some(floor) = report.label_only {
        sentence += &format!("; from the tasks' labels alone {}", hundred(floor));
    }
    sentence + "."
}
