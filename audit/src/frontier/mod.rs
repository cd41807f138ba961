//! A sweep: many encoders on one data set, and which of them nobody should choose.

mod means;
mod order;
mod point;
mod text;

pub use point::{AttributeGain, Gain, SweepPoint, SweepRun};

use serde::{Deserialize, Serialize};

/// What a sweep found; its JSON is a stable format, described in `docs/sweep-format.md`.
///
/// It holds scores, names of attributes and settings; never class names, labels or feature values.
///
/// # Examples
///
/// ```
/// use std::collections::BTreeMap;
/// use tiprdc_audit::{Sweep, SweepPoint, SweepRun};
///
/// let lost = SweepRun::failed(0, "points/plain", "training diverged");
/// let plain = SweepPoint::new("plain", "plain", "plain", BTreeMap::new(), vec![lost]);
/// let sweep = Sweep::new("motion", "motionsense", vec!["gender".into()], vec!["activity".into()], vec![plain]);
/// assert_eq!(sweep.points[0].dominated, None);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sweep {
    /// Number of this format: 1.
    pub format: u32,
    /// Name of the sweep: that of its runs.
    pub name: String,
    /// Name of the data set.
    pub dataset: String,
    /// Attributes to be hidden.
    pub private: Vec<String>,
    /// Attributes to be kept.
    pub tasks: Vec<String>,
    /// One entry per method and settings, in the order given.
    pub points: Vec<SweepPoint>,
}

impl Sweep {
    /// Puts points side by side, and marks those that another one dominates: that leaks no more and keeps no less,
    /// and is better in one of the two, by means over seeds.
    pub fn new(
        name: impl Into<String>,
        dataset: impl Into<String>,
        private: Vec<String>,
        tasks: Vec<String>,
        mut points: Vec<SweepPoint>,
    ) -> Self {
        order::mark(&mut points);
        Self {
            format: 1,
            name: name.into(),
            dataset: dataset.into(),
            private,
            tasks,
            points,
        }
    }

    /// The sweep as indented JSON; the same audits give the same bytes.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("plain numbers and strings always serialise")
    }

    /// Points from the highest mNAG to the lowest; those without one at the end.
    pub(crate) fn ranked(&self) -> Vec<&SweepPoint> {
        let mut points: Vec<&SweepPoint> = self.points.iter().collect();
        let key = |point: &SweepPoint| point.mnag.filter(|mnag| mnag.is_finite());
        points.sort_by(|a, b| match (key(a), key(b)) {
            (Some(a), Some(b)) => b.total_cmp(&a),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
        points
    }

    /// Points that no other dominates, from the least leakage to the most.
    pub(crate) fn frontier(&self) -> Vec<(f64, f64)> {
        let open = |point: &&SweepPoint| point.dominated == Some(false);
        let mut places: Vec<(f64, f64)> = self
            .points
            .iter()
            .filter(open)
            .filter_map(order::place)
            .collect();
        places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        places.dedup();
        places
    }

    /// Most runs of any point, finished or not.
    pub(crate) fn most_runs(&self) -> usize {
        self.points
            .iter()
            .map(|point| point.runs.len())
            .max()
            .unwrap_or(0)
    }
}
