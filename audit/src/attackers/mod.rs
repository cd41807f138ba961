//! The attackers: one file per family, all behind [`Attacker`].
//!
//! To add a family, write a file with a type that implements [`Attacker`], and name it in [`ALL`].

mod conv;
mod kernel;
pub(crate) mod knn;
mod lbfgs;
mod linear;
mod logistic;
mod lookup;
mod member;
mod mlp;
mod network;
mod single;
mod softmax;
mod trees;

pub(crate) use kernel::KernelMap;
pub(crate) use knn::Neighbours;
pub(crate) use member::member_scores;
pub(crate) use trees::Bins;

use rand::rngs::ChaCha8Rng;

use crate::rng::stream;
use crate::view::View;

/// Every family of this version, in the order in which they are reported.
pub(crate) const ALL: [&dyn Attacker; 8] = [
    &logistic::Logistic,
    &knn::Knn,
    &kernel::Kernel,
    &trees::Trees,
    &mlp::SMALL,
    &mlp::LARGE,
    &conv::Conv,
    &lookup::Lookup,
];

/// Every family for continuous attributes.
pub(crate) const REGRESSORS: [&dyn Regressor; 2] = [&linear::Linear, &trees::Trees];

/// Families that see the screened columns, for categorical and for continuous attributes.
pub(crate) const SCREENED: [&dyn Attacker; 3] =
    [&single::SingleColumn, &logistic::Logistic, &trees::Trees];
pub(crate) const SCREENED_REGRESSORS: [&dyn Regressor; 3] =
    [&single::SingleColumn, &linear::Linear, &trees::Trees];

/// A model that is fitted on the training rows and then guesses an attribute of the test rows.
pub(crate) trait Attacker: Sync {
    /// Name in the report.
    fn name(&self) -> &'static str;

    /// Whether it is made for screened columns only, so that its name says so already.
    fn of_screened(&self) -> bool {
        false
    }

    /// Why this family cannot work on rows of this shape; `None` when it can.
    fn unfit(&self, _shape: &[usize]) -> Option<String> {
        None
    }

    /// Whether it counts rows that are the same, and so is only for rows that come again.
    fn counts_rows(&self) -> bool {
        false
    }

    /// How often it is fitted, each time from another start.
    fn starts(&self) -> usize {
        1
    }

    /// Work that all attributes share, done once for each kind of rows before any fit.
    fn prepare(&self, _view: &View) {}

    /// How long a fit takes beside other families, in no unit; long fits start first.
    fn cost(&self) -> u32;

    /// Fits on the training rows; returns log-probabilities of the classes for every test row, row-major.
    ///
    /// The probabilities are those of the training rows, skew included. Settings are chosen on the rows kept aside,
    /// never on the test rows.
    fn attack(&self, task: &Task) -> Vec<f32>;
}

/// A model that is fitted on the training rows and then guesses a continuous attribute of the test rows.
pub(crate) trait Regressor: Sync {
    /// Name in the report.
    fn name(&self) -> &'static str;

    /// Whether it is made for screened columns only, so that its name says so already.
    fn of_screened(&self) -> bool {
        false
    }

    /// How long a fit takes beside other families, in no unit; long fits start first.
    fn cost(&self) -> u32;

    /// Fits on the training rows; returns a guess for every test row.
    fn attack(&self, task: &QuantityTask) -> Vec<f32>;
}

/// One attribute to be guessed from one view of the rows.
pub(crate) struct Task<'a> {
    /// The rows.
    pub view: &'a View<'a>,
    /// Name of the attribute.
    pub attribute: &'a str,
    /// Class of each training row.
    pub labels: &'a [u32],
    /// Share of each class among the training rows; it may be zero.
    pub priors: &'a [f64],
    /// Seed of the audit.
    pub seed: u64,
    /// Which of [`Attacker::starts`].
    pub start: usize,
}

/// One continuous attribute to be guessed from one view of the rows.
pub(crate) struct QuantityTask<'a> {
    /// The rows.
    pub view: &'a View<'a>,
    /// Name of the attribute.
    pub quantity: &'a str,
    /// Value of each training row, standardised.
    pub values: &'a [f32],
    /// Seed of the audit.
    pub seed: u64,
}

impl Task<'_> {
    fn classes(&self) -> usize {
        self.priors.len()
    }

    fn rng(&self, attacker: &str) -> ChaCha8Rng {
        let start = self.start.to_string();
        stream(self.seed, &["attacker", attacker, self.attribute, &start])
    }

    /// Classes of some training rows.
    fn labels_of(&self, rows: &[usize]) -> Vec<u32> {
        rows.iter().map(|&row| self.labels[row]).collect()
    }
}

/// Logarithms of the softmax of each row, in place.
fn log_softmax(logits: &mut [f32], classes: usize) {
    for row in logits.chunks_exact_mut(classes) {
        let top = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = row.iter().map(|logit| (logit - top).exp()).sum();
        let shift = top + sum.ln();
        row.iter_mut().for_each(|logit| *logit -= shift);
    }
}
