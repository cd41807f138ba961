//! One point of a sweep: a method with its settings, over all seeds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

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

    /// Mean gain of the attributes of one role; `None` if one is missing or there is none.
    fn gain(&self, role: Role) -> Option<Gain> {
        let of_role = self.attributes.iter().filter(|gain| gain.role == role);
        let gains: Option<Vec<Gain>> = of_role.map(AttributeGain::gain).collect();
        mean(&gains?)
    }
}

impl AttributeGain {
    fn gain(&self) -> Option<Gain> {
        Some(Gain {
            nag: self.nag?,
            interval: self.nag_interval,
        })
    }
}

/// Nine decimals: far more than an audit knows, and few enough that numbers come out of JSON as they went in, so that a
/// sweep of audits that were read back says the same as one of fresh audits.
fn rounded(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

/// Each attribute's gain over seeds; all runs of a sweep have the same attributes in the same order.
fn over_seeds(runs: &[&SweepRun]) -> Vec<AttributeGain> {
    let Some(first) = runs.first() else {
        return Vec::new();
    };
    let gain_of = |(index, attribute): (usize, &AttributeGain)| {
        let gains: Option<Vec<Gain>> = runs
            .iter()
            .map(|run| run.attributes.get(index)?.gain())
            .collect();
        let gain = gains.and_then(|gains| widened(&gains));
        AttributeGain {
            name: attribute.name.clone(),
            role: attribute.role,
            nag: gain.as_ref().map(|gain| gain.nag),
            nag_interval: gain.and_then(|gain| gain.interval),
        }
    };
    first.attributes.iter().enumerate().map(gain_of).collect()
}

/// The mean gain of a role over attributes, then over seeds.
fn over_attributes(runs: &[&SweepRun], role: Role) -> Option<Gain> {
    let gains: Option<Vec<Gain>> = runs.iter().map(|run| run.gain(role)).collect();
    widened(&gains?)
}

/// Means of values and of both ends of intervals.
///
/// Scores on the same test rows go up and down together, and then the interval of the mean is just as wide as the mean
/// interval; where they do not, it is narrower. So these ends are on the safe side.
fn mean(gains: &[Gain]) -> Option<Gain> {
    let of = |value: &dyn Fn(&Gain) -> Option<f64>| -> Option<f64> {
        let values: Option<Vec<f64>> = gains.iter().map(value).collect();
        let values = values.filter(|values| !values.is_empty())?;
        Some(rounded(values.iter().sum::<f64>() / values.len() as f64))
    };
    let low = of(&|gain| gain.interval.map(|[low, _]| low));
    let high = of(&|gain| gain.interval.map(|[_, high]| high));
    Some(Gain {
        nag: of(&|gain| Some(gain.nag))?,
        interval: low.zip(high).map(|(low, high)| [low, high]),
    })
}

/// The mean over seeds, with an interval that holds every seed's value: few seeds say little of their spread, and what
/// was seen at least must not lie outside.
fn widened(gains: &[Gain]) -> Option<Gain> {
    let mut gain = mean(gains)?;
    if let Some([low, high]) = &mut gain.interval {
        for seed in gains {
            (*low, *high) = (low.min(seed.nag), high.max(seed.nag));
        }
    }
    Some(gain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(seed: u64, gains: &[(Role, Option<f64>)]) -> SweepRun {
        let mut run = SweepRun::failed(seed, "points/p", "");
        run.error = None;
        run.attributes = gains
            .iter()
            .enumerate()
            .map(|(index, &(role, nag))| AttributeGain {
                name: format!("a{index}"),
                role,
                nag,
                nag_interval: nag.map(|nag| [nag - 0.05, nag + 0.05].map(rounded)),
            })
            .collect();
        run
    }

    fn point(runs: Vec<SweepRun>) -> SweepPoint {
        SweepPoint::new("p", "tiprdc", "p", BTreeMap::new(), runs)
    }

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
    }

    #[test]
    fn gains_are_means_over_attributes_and_seeds() {
        use Role::{Private, Task};
        let all = |seed, a, b, c| {
            run(
                seed,
                &[(Private, Some(a)), (Task, Some(b)), (Task, Some(c))],
            )
        };
        let point = point(vec![all(0, 0.1, 0.8, 1.0), all(1, 0.4, 0.7, 0.9)]);
        let (leakage, utility) = (point.leakage.expect("known"), point.utility.expect("known"));
        close(leakage.nag, 0.25);
        close(utility.nag, 0.85);
        close(point.mnag.expect("known"), 0.6);
        // 0.2 to 0.3 is the mean interval; the seeds lie further apart.
        let [low, high] = leakage.interval.expect("known");
        close(low, 0.1);
        close(high, 0.4);
        let [low, high] = utility.interval.expect("known");
        close(low, 0.8);
        close(high, 0.9);
        close(point.attributes[1].nag.expect("known"), 0.75);
        assert_eq!(point.seeds, [0, 1]);
    }

    #[test]
    fn what_was_read_back_is_the_same() {
        use Role::{Private, Task};
        let gain = |of: f64| (0..50).map(move |index| of / f64::from(index + 3));
        let runs = gain(1.0).zip(gain(0.7)).zip(0..);
        let runs: Vec<SweepRun> = runs
            .map(|((a, b), seed)| {
                run(
                    seed,
                    &[(Private, Some(rounded(a))), (Task, Some(rounded(b)))],
                )
            })
            .collect();
        let point = point(runs);
        let text = serde_json::to_string(&point).expect("plain data");
        let back: SweepPoint = serde_json::from_str(&text).expect("a point");
        assert_eq!(back.leakage, point.leakage);
        assert_eq!(back.mnag, point.mnag);
        assert_eq!(
            serde_json::to_string(&back.attributes).ok(),
            serde_json::to_string(&point.attributes).ok()
        );
    }

    #[test]
    fn a_failed_seed_counts_nowhere_and_a_missing_gain_leaves_no_mean() {
        use Role::{Private, Task};
        let good = run(0, &[(Private, Some(0.1)), (Task, Some(0.8))]);
        let half = point(vec![
            good.clone(),
            SweepRun::failed(1, "points/q", "diverged"),
        ]);
        assert_eq!(half.seeds, [0]);
        close(half.mnag.expect("known"), 0.7);
        assert_eq!(
            half.failures().map(|(run, _)| run.seed).collect::<Vec<_>>(),
            [1]
        );
        let missing = point(vec![good, run(1, &[(Private, None), (Task, Some(0.8))])]);
        assert_eq!((missing.leakage, missing.mnag), (None, None));
        assert!(missing.utility.is_some());
        assert_eq!(point(Vec::new()).utility, None);
        assert_eq!(point(vec![run(0, &[(Private, Some(0.1))])]).utility, None);
    }
}
