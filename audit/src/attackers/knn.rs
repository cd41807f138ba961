//! k nearest neighbours, by brute force.

use rayon::prelude::*;

use super::{Attacker, Task};
use crate::stats::{balanced_accuracy, decide};
use crate::view::{View, pick, values};
use burn::tensor::Tensor;

/// Numbers of neighbours to choose from.
const CHOICES: [usize; 4] = [1, 5, 15, 51];
/// Training rows that are looked among.
pub(crate) const MOST: usize = 50_000;
/// Query rows and candidates of one matrix product: large enough to be fast, small enough for its result to stay in the
/// processor's cache.
const BLOCK: usize = 256;
const TILE: usize = 1024;
/// Candidates that are compared with the farthest neighbour at once.
const LANES: usize = 16;

/// Votes of the nearest training rows, Euclidean distance between standardised rows.
///
/// With more than 50,000 training rows it looks among 50,000 of them.
///
/// Finds leaks of any shape that live in many columns; blind to one leaking column among hundreds.
pub(super) struct Knn;

/// Nearest training rows, nearest first; the search does not look at labels and is shared across attributes.
pub(crate) struct Neighbours {
    /// Number of neighbours kept for each row.
    count: usize,
    /// Neighbours of the rows kept aside, among the rows to fit on.
    held: Vec<u32>,
    /// Neighbours of the test rows, among all training rows.
    test: Vec<u32>,
}

impl Attacker for Knn {
    fn name(&self) -> &'static str {
        "knn"
    }

    fn prepare(&self, view: &View) {
        view.neighbours.get_or_init(|| Neighbours::search(view));
    }

    fn cost(&self) -> u32 {
        0
    }

    fn attack(&self, task: &Task) -> Vec<f32> {
        let view = task.view;
        let neighbours = view.neighbours.get_or_init(|| Neighbours::search(view));
        let truth = task.labels_of(&view.split.held);
        let (mut best, mut chosen) = (f64::NEG_INFINITY, CHOICES[0]);
        for k in CHOICES.into_iter().filter(|&k| k <= neighbours.count) {
            let scores = votes(&neighbours.held, neighbours.count, k, task);
            let value = balanced_accuracy(&truth, &decide(&scores, task.priors), task.classes());
            // With equal scores the larger number of neighbours is the steadier one.
            if value >= best {
                (best, chosen) = (value, k);
            }
        }
        votes(&neighbours.test, neighbours.count, chosen, task)
    }
}

impl Neighbours {
    fn search(view: &View) -> Self {
        let split = view.split;
        let largest = CHOICES[CHOICES.len() - 1];
        let count = largest.min(split.fit.len()).min(MOST);
        let all: Vec<usize> = (0..view.train.dims()[0]).collect();
        let (fit, all) = (thinned(&split.fit), thinned(&all));
        let search = |queries: &Tensor<2>, among: &[usize]| -> Vec<u32> {
            let found = nearest(queries, &pick(&view.train, among), count);
            found
                .into_iter()
                .map(|at| among[at as usize] as u32)
                .collect()
        };
        Self {
            count,
            held: search(&pick(&view.train, &split.held), &fit),
            test: search(&view.test, &all),
        }
    }
}

/// At most [`MOST`] of the rows, evenly spread.
fn thinned(rows: &[usize]) -> Vec<usize> {
    let count = rows.len().min(MOST);
    (0..count).map(|at| rows[at * rows.len() / count]).collect()
}

/// The `count` rows of `among` nearest to each row of `queries`.
fn nearest(queries: &Tensor<2>, among: &Tensor<2>, count: usize) -> Vec<u32> {
    let (rows, others) = (queries.dims()[0], among.dims()[0]);
    // |a - b|^2 = |a|^2 + |b|^2 - 2ab, and |a|^2 is the same for all candidates of one query.
    let lengths = values((among.clone() * among.clone()).sum_dim(1));
    let tiles: Vec<Tensor<2>> = (0..others)
        .step_by(TILE)
        .map(|start| among.clone().narrow(0, start, TILE.min(others - start)))
        .map(|tile| tile.transpose())
        .collect();
    let starts: Vec<usize> = (0..rows).step_by(BLOCK).collect();
    let found: Vec<Vec<u32>> = starts
        .into_par_iter()
        .map(|start| {
            let block = queries.clone().narrow(0, start, BLOCK.min(rows - start));
            let mut kept: Vec<Kept> = (0..block.dims()[0]).map(|_| Kept::new(count)).collect();
            for (tile, (turned, lengths)) in tiles.iter().zip(lengths.chunks(TILE)).enumerate() {
                let products = values(block.clone().matmul(turned.clone()));
                let products = products.chunks_exact(lengths.len());
                for (kept, products) in kept.iter_mut().zip(products) {
                    kept.look(products, lengths, tile * TILE);
                }
            }
            kept.iter().flat_map(Kept::rows).collect()
        })
        .collect();
    found.concat()
}

/// Distance from each query to the nearest row of `among`.
pub(super) fn nearest_distances(queries: &Tensor<2>, among: &Tensor<2>) -> Vec<f32> {
    let rows: Vec<usize> = nearest(queries, among, 1)
        .into_iter()
        .map(|row| row as usize)
        .collect();
    let between = queries.clone() - pick(among, &rows);
    values((between.clone() * between).sum_dim(1).sqrt())
}

/// The smallest distances of one query so far, nearest first; equal distances in order of their index.
struct Kept {
    count: usize,
    nearest: Vec<(f32, u32)>,
    /// Distances from here on are too large.
    limit: f32,
}

impl Kept {
    fn new(count: usize) -> Self {
        Self {
            count,
            nearest: Vec::with_capacity(count + 1),
            limit: f32::INFINITY,
        }
    }

    /// Looks at candidates, the first of which has the index `first`.
    fn look(&mut self, products: &[f32], lengths: &[f32], first: usize) {
        let chunks = products.chunks(LANES).zip(lengths.chunks(LANES));
        for (chunk, (products, lengths)) in chunks.enumerate() {
            // Without a branch for each candidate, this runs on all lanes at once; few chunks hold a neighbour.
            let nearer = products
                .iter()
                .zip(lengths)
                .fold(false, |any, (p, l)| any | (l - 2.0 * p < self.limit));
            if nearer || self.nearest.len() < self.count {
                for (lane, (p, l)) in products.iter().zip(lengths).enumerate() {
                    self.consider(l - 2.0 * p, first + chunk * LANES + lane);
                }
            }
        }
    }

    fn consider(&mut self, distance: f32, index: usize) {
        if distance < self.limit || self.nearest.len() < self.count {
            let place = self.nearest.partition_point(|other| other.0 <= distance);
            self.nearest.insert(place, (distance, index as u32));
            self.nearest.truncate(self.count);
            if let Some(last) = self.nearest.get(self.count - 1) {
                self.limit = last.0;
            }
        }
    }

    fn rows(&self) -> impl Iterator<Item = u32> {
        self.nearest.iter().map(|&(_, index)| index)
    }
}

/// Log-probabilities from the votes of the first `k` of every `count` neighbours.
///
/// One vote is added in the proportions of the classes, so that no probability is zero; the decision is the same.
fn votes(neighbours: &[u32], count: usize, k: usize, task: &Task) -> Vec<f32> {
    let classes = task.classes();
    let mut scores = Vec::with_capacity(neighbours.len() / count * classes);
    for row in neighbours.chunks_exact(count) {
        let mut votes = task.priors.to_vec();
        for &neighbour in &row[..k] {
            votes[task.labels[neighbour as usize] as usize] += 1.0;
        }
        scores.extend(votes.iter().map(|v| (v / (k + 1) as f64).ln() as f32));
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    #[test]
    fn the_nearest_rows_come_first_and_ties_by_index() {
        let rows = |data: Vec<f32>| {
            let shape = [data.len() / 2, 2];
            Tensor::<2>::from_data(TensorData::new(data, shape), &Device::flex())
        };
        let among = rows(vec![5.0, 0.0, 1.0, 0.0, -1.0, 0.0, 0.5, 0.0]);
        let queries = rows(vec![0.0, 0.0, 4.0, 0.0]);
        assert_eq!(nearest(&queries, &among, 3), [3, 1, 2, 0, 1, 3]);
    }

    #[test]
    fn tiles_and_lanes_change_nothing() {
        // Candidates on a line, out of order; more of them than a tile holds, and no multiple of the lanes.
        let count = TILE + 2 * LANES + 3;
        let place = |row: usize| (row * 389 % count) as f32;
        let rows = |data: Vec<f32>| {
            let shape = [data.len(), 1];
            Tensor::<2>::from_data(TensorData::new(data, shape), &Device::flex())
        };
        let among = rows((0..count).map(place).collect());
        let queries = rows((0..count).step_by(3).map(|at| at as f32).collect());
        let found = nearest(&queries, &among, 1);
        for (query, &row) in found.iter().enumerate() {
            assert_eq!(place(row as usize), (query * 3) as f32);
        }
    }
}
