//! Which single columns, and which digits of them, tell something of an attribute: looked for in all columns.
//!
//! Attackers on whole rows miss one leaking column among thousands, and digits that standardised f32 rounds away. The
//! screening looks at training rows only, column by column, in f64.

mod column;
mod look;
mod score;

use rayon::prelude::*;

use burn::tensor::{Device, Tensor, TensorData};

use crate::audit::Pair;
use crate::features::FeatureSet;
use column::{Column, decimal};
use look::Look;
pub(crate) use score::Target;

/// Looks that are kept for one attribute.
const KEPT: usize = 64;
/// Looks of one column that are kept at least, however many columns there are.
const OF_ONE: usize = 8;
/// Looks at numbers that one screening takes at most, and rows that it sees in any case.
const BUDGET: usize = 500_000_000;
const FEWEST: usize = 1000;

/// One way to look at one column.
#[derive(Debug, Clone)]
struct Candidate {
    column: usize,
    look: Look,
    score: f64,
}

/// Training and test rows of the looks that tell most of one attribute, the most telling first.
pub(crate) struct Screened {
    pub train: Tensor<2>,
    pub test: Tensor<2>,
}

/// The most telling looks for each target, found on these training rows.
pub(crate) fn screen(pair: &Pair, rows: &[usize], targets: &[Target]) -> Vec<Screened> {
    let width = pair.train.width();
    let most = (BUDGET / (width * look::MOST)).max(FEWEST).min(rows.len());
    let rows: Vec<usize> = (0..most).map(|at| rows[at * rows.len() / most]).collect();
    let targets: Vec<Target> = targets.iter().map(|target| target.of(&rows)).collect();
    let share = OF_ONE.max(KEPT / width);
    let found: Vec<Vec<Vec<Candidate>>> = (0..width)
        .into_par_iter()
        .map(|column| candidates(&pair.train, column, &rows, &targets, share))
        .collect();
    let of = |target: usize| {
        let all = found.iter().flat_map(|column| column[target].iter());
        let mut kept: Vec<Candidate> = all.cloned().collect();
        // A stable sort: of equals the first column, and its value before its digits.
        kept.sort_by(|a, b| b.score.total_cmp(&a.score));
        kept.truncate(KEPT);
        Screened::new(pair, &kept)
    };
    (0..targets.len()).map(of).collect()
}

/// The most telling looks at one column, for each target.
fn candidates(
    set: &FeatureSet,
    place: usize,
    rows: &[usize],
    targets: &[Target],
    share: usize,
) -> Vec<Vec<Candidate>> {
    let width = set.width();
    let values: Vec<f64> = rows
        .iter()
        .map(|&row| decimal(set.data()[row * width + place]))
        .collect();
    let mut kept = vec![Vec::new(); targets.len()];
    let Some(column) = Column::new(&values) else {
        return kept;
    };
    for look in column.looks() {
        let codes: Vec<u8> = values.iter().map(|&value| look.code(value)).collect();
        for (kept, target) in kept.iter_mut().zip(targets) {
            kept.push(Candidate {
                column: place,
                score: target.score(&codes, look.levels()),
                look: look.clone(),
            });
        }
    }
    for kept in &mut kept {
        kept.sort_by(|a, b| b.score.total_cmp(&a.score));
        kept.truncate(share);
    }
    kept
}

impl Screened {
    fn new(pair: &Pair, kept: &[Candidate]) -> Self {
        // Where no column changes there is one that says nothing.
        let width = kept.len().max(1);
        let means: Vec<(f64, f64)> = kept
            .iter()
            .map(|candidate| moments(&pair.train, candidate))
            .collect();
        let rows = |set: &FeatureSet| {
            let mut data = Vec::with_capacity(set.rows() * width);
            for row in set.data().chunks_exact(set.width()) {
                if kept.is_empty() {
                    data.push(0.0);
                }
                for (candidate, &(mean, scale)) in kept.iter().zip(&means) {
                    let value = candidate.look.value(decimal(row[candidate.column]));
                    data.push(((value - mean) * scale) as f32);
                }
            }
            let data = TensorData::new(data, [set.rows(), width]);
            Tensor::<2>::from_data(data, &Device::flex())
        };
        Self {
            train: rows(&pair.train),
            test: rows(&pair.test),
        }
    }
}

/// Mean of a look on the training rows, and one over its deviation.
fn moments(set: &FeatureSet, candidate: &Candidate) -> (f64, f64) {
    let rows = || {
        let rows = set.data().chunks_exact(set.width());
        rows.map(|row| candidate.look.value(decimal(row[candidate.column])))
    };
    let mean = rows().sum::<f64>() / set.rows() as f64;
    let square = rows().map(|x| (x - mean).powi(2)).sum::<f64>() / set.rows() as f64;
    let scale = if square > 0.0 {
        1.0 / square.sqrt()
    } else {
        0.0
    };
    (mean, scale)
}

#[cfg(test)]
mod tests;
