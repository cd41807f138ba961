//! The rounds of boosting, and what they minimise.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rayon::prelude::*;

use super::super::log_softmax;
use super::bins::Bins;
use super::grow::{PENALTY, Sums, Tree, grow};
use crate::split::Split;

/// Rounds at most.
const ROUNDS: usize = 200;
/// Rounds without a better loss on the rows kept aside before the end.
const PATIENCE: usize = 10;
/// Share of a tree that is taken.
const STEP: f32 = 0.1;
/// Columns that one tree looks at.
const COLUMNS: usize = 256;
/// Rows up to which the trees are fitted again, on all of them.
const FEW: usize = 2000;
/// Rows that the shape of one tree is chosen on.
const ROWS: usize = 50_000;

/// A loss, over a number of outputs for each row.
///
/// Rows are training rows; outputs are row-major.
pub(super) trait Loss {
    /// Numbers for each row.
    fn outputs(&self) -> usize;
    /// First and second derivatives of the loss of one row.
    fn slopes(&self, row: usize, outputs: &[f32], first: &mut [f32], second: &mut [f32]);
    /// Loss of one row.
    fn loss(&self, row: usize, outputs: &[f32]) -> f64;
    /// Outputs before the first round.
    fn start(&self, rows: &[usize]) -> Vec<f32>;
    /// What the attack returns.
    fn finish(&self, outputs: Vec<f32>) -> Vec<f32>;
}

/// Cross-entropy. Two classes have one output: the logarithm of the odds of the second.
pub(super) struct Classes<'a> {
    labels: &'a [u32],
    classes: usize,
}

impl<'a> Classes<'a> {
    pub(super) fn new(labels: &'a [u32], classes: usize) -> Self {
        Self { labels, classes }
    }
}

impl Loss for Classes<'_> {
    fn outputs(&self) -> usize {
        if self.classes == 2 { 1 } else { self.classes }
    }

    fn slopes(&self, row: usize, outputs: &[f32], first: &mut [f32], second: &mut [f32]) {
        let label = self.labels[row] as usize;
        if self.classes == 2 {
            let p = 1.0 / (1.0 + (-outputs[0]).exp());
            (first[0], second[0]) = (p - label as f32, (p * (1.0 - p)).max(1e-6));
            return;
        }
        first.copy_from_slice(outputs);
        log_softmax(first, self.classes);
        for (class, (first, second)) in first.iter_mut().zip(second).enumerate() {
            let p = first.exp();
            *first = p - f32::from(u8::from(class == label));
            *second = (p * (1.0 - p)).max(1e-6);
        }
    }

    fn loss(&self, row: usize, outputs: &[f32]) -> f64 {
        let mut logits = self.finish(outputs.to_vec());
        -f64::from(std::mem::take(&mut logits[self.labels[row] as usize]))
    }

    fn start(&self, rows: &[usize]) -> Vec<f32> {
        let mut counts = vec![1e-3f32; self.classes];
        rows.iter()
            .for_each(|&row| counts[self.labels[row] as usize] += 1.0);
        match counts[..] {
            [first, second] => vec![(second / first).ln()],
            _ => counts.iter().map(|n| n.ln()).collect(),
        }
    }

    fn finish(&self, outputs: Vec<f32>) -> Vec<f32> {
        let mut scores = match self.classes {
            2 => outputs.iter().flat_map(|&odds| [0.0, odds]).collect(),
            _ => outputs,
        };
        log_softmax(&mut scores, self.classes);
        scores
    }
}

/// Half the squared error.
pub(super) struct Squares<'a> {
    values: &'a [f32],
}

impl<'a> Squares<'a> {
    pub(super) fn new(values: &'a [f32]) -> Self {
        Self { values }
    }
}

impl Loss for Squares<'_> {
    fn outputs(&self) -> usize {
        1
    }

    fn slopes(&self, row: usize, outputs: &[f32], first: &mut [f32], second: &mut [f32]) {
        (first[0], second[0]) = (outputs[0] - self.values[row], 1.0);
    }

    fn loss(&self, row: usize, outputs: &[f32]) -> f64 {
        f64::from(outputs[0] - self.values[row]).powi(2) / 2.0
    }

    fn start(&self, rows: &[usize]) -> Vec<f32> {
        let sum: f64 = rows.iter().map(|&row| f64::from(self.values[row])).sum();
        vec![(sum / rows.len() as f64) as f32]
    }

    fn finish(&self, outputs: Vec<f32>) -> Vec<f32> {
        outputs
    }
}

pub(super) struct Boost<'a> {
    pub bins: &'a Bins,
    pub split: &'a Split,
}

impl Boost<'_> {
    /// Fits trees on `N - 2` sums of gradients, and returns the outputs of the test rows.
    ///
    /// With few rows, those kept aside are too many to do without: they choose the number of rounds, and are then fitted
    /// on like the others.
    ///
    /// # Source
    ///
    /// Friedman 2001 (boosting); Iosipoi and Vakhrushev, SketchBoost, NeurIPS 2022 (one tree for all outputs, its shape
    /// chosen on random sums of their gradients).
    pub(super) fn fit<const N: usize>(&self, loss: &impl Loss, rng: &mut ChaCha8Rng) -> Vec<f32> {
        let (outputs, rounds) = self.boost::<N>(loss, ROUNDS, rng);
        let rows = self.bins.rows().0;
        if rows > FEW || self.split.held.is_empty() {
            return loss.finish(outputs);
        }
        let split = Split {
            fit: (0..rows).collect(),
            held: Vec::new(),
        };
        let all = Boost {
            bins: self.bins,
            split: &split,
        };
        let (outputs, _) = all.boost::<N>(loss, rounds, rng);
        loss.finish(outputs)
    }

    /// Outputs of the test rows after the best number of rounds, and that number.
    fn boost<const N: usize>(
        &self,
        loss: &impl Loss,
        rounds: usize,
        rng: &mut ChaCha8Rng,
    ) -> (Vec<f32>, usize) {
        let width = loss.outputs();
        let (rows, tests) = self.bins.rows();
        let start = loss.start(&self.split.fit);
        let mut train = start.repeat(rows);
        let mut test = start.repeat(tests);
        let (mut best, mut best_round, mut kept) = (f64::INFINITY, 0, test.clone());
        let (mut first, mut second) = (vec![0.0; rows * width], vec![0.0; rows * width]);
        for round in 0..rounds {
            for &row in &self.split.fit {
                let at = row * width..(row + 1) * width;
                let slopes = (&mut first[at.clone()], &mut second[at.clone()]);
                loss.slopes(row, &train[at], slopes.0, slopes.1);
            }
            let tree = self.tree::<N>(&first, &second, width, rng);
            if tree.leaves == 1 {
                break;
            }
            let leaf = |row: usize| tree.leaf(|column| self.bins.train(column)[row]);
            let leaves: Vec<usize> = (0..rows).into_par_iter().map(leaf).collect();
            let values = self.values(&tree, &leaves, &first, &second, width);
            add_leaves(&mut train, &values, leaves.into_iter(), width);
            let leaf = |row: usize| tree.leaf(|column| self.bins.test(column)[row]);
            let leaves: Vec<usize> = (0..tests).into_par_iter().map(leaf).collect();
            add_leaves(&mut test, &values, leaves.into_iter(), width);
            let held = self.held_loss(loss, &train, width);
            if held < best {
                (best, best_round) = (held, round);
                kept.copy_from_slice(&test);
            } else if round - best_round >= PATIENCE {
                break;
            }
        }
        (kept, best_round + 1)
    }

    /// The shape of one tree.
    fn tree<const N: usize>(
        &self,
        first: &[f32],
        second: &[f32],
        width: usize,
        rng: &mut ChaCha8Rng,
    ) -> Tree {
        let lanes = N - 2;
        let mut rows: Vec<u32> = self.split.fit.iter().map(|&row| row as u32).collect();
        if rows.len() > ROWS {
            rows = rows.partial_shuffle(rng, ROWS).0.to_vec();
            rows.sort_unstable();
        }
        let mut columns: Vec<usize> = (0..self.bins.columns()).collect();
        if columns.len() > COLUMNS {
            columns = columns.partial_shuffle(rng, COLUMNS).0.to_vec();
            columns.sort_unstable();
        }
        // Few outputs have a lane each; more are summed with random signs.
        let signs: Option<Vec<f32>> = (width > lanes).then(|| {
            let scale = 1.0 / (lanes as f32).sqrt();
            let sign = |_| if rng.random_bool(0.5) { scale } else { -scale };
            (0..width * lanes).map(sign).collect()
        });
        let slope = |&row: &u32| -> Sums<N> {
            let at = row as usize * width..(row as usize + 1) * width;
            let mut sums = [0.0; N];
            match &signs {
                None => sums[..width].copy_from_slice(&first[at.clone()]),
                Some(signs) => {
                    for (slope, signs) in first[at.clone()].iter().zip(signs.chunks_exact(lanes)) {
                        let lanes = sums.iter_mut().zip(signs);
                        lanes.for_each(|(sum, sign)| *sum += slope * sign);
                    }
                }
            }
            sums[N - 2] = second[at].iter().sum::<f32>() / width as f32;
            sums[N - 1] = 1.0;
            sums
        };
        let slopes = rows.iter().map(slope).collect();
        grow(self.bins, rows, &columns, slopes)
    }

    /// What each leaf adds to each output: one Newton step, from all rows to fit on.
    fn values(
        &self,
        tree: &Tree,
        leaves: &[usize],
        first: &[f32],
        second: &[f32],
        width: usize,
    ) -> Vec<f32> {
        let mut sums = vec![(0.0f64, 0.0f64); tree.leaves * width];
        for &row in &self.split.fit {
            let sums = &mut sums[leaves[row] * width..][..width];
            let slopes = first[row * width..].iter().zip(&second[row * width..]);
            for (sum, (first, second)) in sums.iter_mut().zip(slopes) {
                sum.0 += f64::from(*first);
                sum.1 += f64::from(*second);
            }
        }
        let value = |&(first, second): &(f64, f64)| {
            (-f64::from(STEP) * first / (second + f64::from(PENALTY))) as f32
        };
        sums.iter().map(value).collect()
    }

    /// Mean loss on the rows kept aside; on the rows to fit on when there are none.
    fn held_loss(&self, loss: &impl Loss, outputs: &[f32], width: usize) -> f64 {
        let rows = match self.split.held.as_slice() {
            [] => &self.split.fit,
            _ => &self.split.held,
        };
        let one = |&row: &usize| loss.loss(row, &outputs[row * width..(row + 1) * width]);
        rows.iter().map(one).sum::<f64>() / rows.len() as f64
    }
}

fn add_leaves(
    outputs: &mut [f32],
    values: &[f32],
    leaves: impl Iterator<Item = usize>,
    width: usize,
) {
    for (outputs, leaf) in outputs.chunks_exact_mut(width).zip(leaves) {
        let values = &values[leaf * width..][..width];
        outputs
            .iter_mut()
            .zip(values)
            .for_each(|(output, value)| *output += value);
    }
}
