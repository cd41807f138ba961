//! One point of a sweep: a method with its settings, over all seeds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::means::{over_attributes, over_seeds, rounded};
use crate::labels::Role;
use crate::report::Report;

/// A method with its settings, and what audits found of its encoders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SweepPoint {
    /// Name of the point, no other's: the series and the settings.
    pub name: String,
    /// Points of the same series differ in their settings only.
    pub series: String,
    /// Kind of the method, as in run files.
    pub method: String,
    /// What sets the point apart in its series: keys of the run, and their values.
    pub settings: BTreeMap<String, Value>,
    /// Seeds whose encoders were audited.
    pub seeds: Vec<u64>,
    /// Mean normalised gain of the private attributes; lower is better. `None` when a gain is missing.
    pub leakage: Option<Gain>,
    /// Mean normalised gain of the tasks; higher is better. `None` when a gain is missing.
    pub utility: Option<Gain>,
    /// `utility` minus `leakage`; higher is better.
    pub mnag: Option<f64>,
    /// Whether another point leaks no more and keeps no less, and is better in one of the two. `None` without gains.
    pub dominated: Option<bool>,
    /// Which one; of several, the one with the highest mNAG.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dominated_by: Option<String>,
    /// Means over seeds, one entry per attribute.
    pub attributes: Vec<AttributeGain>,
    /// One entry per seed, failed ones too.
    pub runs: Vec<SweepRun>,
}

/// A normalised gain: 0 is guessing, 1 is as much as the raw inputs give.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gain {
    /// Mean over seeds and attributes.
    pub nag: f64,
    /// From the mean of the lower ends of 95 % intervals to the mean of the upper ends, widened to hold the value of
    /// every seed.
    pub interval: Option<[f64; 2]>,
}

/// The normalised gain of one attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttributeGain {
    /// Name of the attribute.
    pub name: String,
    /// To be hidden or to be kept.
    pub role: Role,
    /// The gain; `None` when it cannot be computed.
    pub nag: Option<f64>,
    /// Its interval.
    pub nag_interval: Option<[f64; 2]>,
}

/// One encoder of a point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SweepRun {
    /// Seed of training and audit.
    pub seed: u64,
    /// Where its encoder and its audit are, below the sweep's own folder.
    pub folder: String,
    /// SHA-256 of the encoder.
    pub encoder: Option<String>,
    /// Mean gain of the tasks minus that of the private attributes, as in the audit.
    pub mnag: Option<f64>,
    /// Gains, as in the audit.
    pub attributes: Vec<AttributeGain>,
    /// Why there is no audit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl SweepRun {
    /// An encoder that was audited.
    pub fn finished(seed: u64, folder: impl Into<String>, report: &Report) -> Self {
        let gain = |attribute: &crate::AttributeReport| AttributeGain {
            name: attribute.name.clone(),
            role: attribute.role,
            nag: attribute.nag.map(rounded),
            nag_interval: attribute.nag_interval.map(|ends| ends.map(rounded)),
        };
        Self {
            seed,
            folder: folder.into(),
            encoder: report.encoder.clone(),
            mnag: report.mnag.map(rounded),
            attributes: report.attributes.iter().map(gain).collect(),
            error: None,
        }
    }

    /// An encoder that could not be trained, or not be audited.
    pub fn failed(seed: u64, folder: impl Into<String>, error: impl Into<String>) -> Self {
        Self {
            seed,
            folder: folder.into(),
            encoder: None,
            mnag: None,
            attributes: Vec::new(),
            error: Some(error.into()),
        }
    }
}

impl SweepPoint {
    /// A point, with means over the runs that did not fail.
    pub fn new(
        name: impl Into<String>,
        method: impl Into<String>,
        series: impl Into<String>,
        settings: BTreeMap<String, Value>,
        runs: Vec<SweepRun>,
    ) -> Self {
        let good: Vec<&SweepRun> = runs.iter().filter(|run| run.error.is_none()).collect();
        let attributes = over_seeds(&good);
        let (leakage, utility) = (
            over_attributes(&good, Role::Private),
            over_attributes(&good, Role::Task),
        );
        let mnag = leakage.as_ref().zip(utility.as_ref());
        Self {
            name: name.into(),
            series: series.into(),
            method: method.into(),
            settings,
            seeds: good.iter().map(|run| run.seed).collect(),
            mnag: mnag.map(|(leakage, utility)| rounded(utility.nag - leakage.nag)),
            leakage,
            utility,
            dominated: None,
            dominated_by: None,
            attributes,
            runs,
        }
    }

    /// Runs that failed.
    pub(crate) fn failures(&self) -> impl Iterator<Item = (&SweepRun, &str)> {
        let failed = |run| Option::zip(Some(run), SweepRun::error(run));
        self.runs.iter().filter_map(failed)
    }
}

impl SweepRun {
    fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }
}
