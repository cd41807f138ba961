//! Counts of classes for each distinct row.

use super::{Attacker, Task};
use crate::identical::Identical;

/// How often, among training rows that are number for number the same, each class was seen.
///
/// The natural attacker where a release has few outcomes, such as the index of a substitute: no model of what a row
/// means, and with enough rows the best guess there is. A row that was never seen says what all training rows say. It
/// runs only where most test rows are among the training rows.
pub(super) struct Lookup;

/// How many rows of the usual mixture of classes are added to the counts: for choosing.
const CHOICES: [f64; 6] = [0.5, 1.0, 3.0, 10.0, 30.0, 100.0];

impl Attacker for Lookup {
    fn name(&self) -> &'static str {
        "lookup"
    }

    fn counts_rows(&self) -> bool {
        true
    }

    fn cost(&self) -> u32 {
        0
    }

    fn attack(&self, task: &Task) -> Vec<f32> {
        let view = task.view;
        let rows = view
            .identical
            .get_or_init(|| Identical::new(&view.train, &view.test));
        let held: Vec<u32> = view.split.held.iter().map(|&row| rows.train[row]).collect();
        let truth = task.labels_of(&view.split.held);
        let fitted = Counts::new(rows, task, &view.split.fit);
        // The whole scores are chosen by, and not the guesses: added rows change no guess of a row that was seen.
        let fit_of = |added: f64| likelihood(&fitted.scores(&held, added, task), &truth, task);
        let best = CHOICES
            .into_iter()
            .map(|added| (added, fit_of(added)))
            .reduce(|best, next| if next.1 > best.1 { next } else { best });
        let added = best.map_or(CHOICES[0], |(added, _)| added);
        let all: Vec<usize> = (0..rows.train.len()).collect();
        Counts::new(rows, task, &all).scores(&rows.test, added, task)
    }
}

/// Training rows of each class, for each distinct row.
struct Counts(Vec<u32>);

impl Counts {
    fn new(rows: &Identical, task: &Task, among: &[usize]) -> Self {
        let mut counts = vec![0; rows.count * task.classes()];
        for &row in among {
            counts[rows.train[row] as usize * task.classes() + task.labels[row] as usize] += 1;
        }
        Counts(counts)
    }

    /// Log-probabilities of the classes for rows of these numbers.
    fn scores(&self, rows: &[u32], added: f64, task: &Task) -> Vec<f32> {
        let classes = task.classes();
        let of = |&row: &u32| {
            let counts = &self.0[row as usize * classes..(row as usize + 1) * classes];
            let total = f64::from(counts.iter().sum::<u32>());
            counts.iter().zip(task.priors).map(move |(&count, prior)| {
                // A class that no training row has stays possible, for the logarithm's sake.
                let prior = prior.max(1e-12);
                (((f64::from(count) + added * prior) / (total + added)).ln()) as f32
            })
        };
        rows.iter().flat_map(of).collect()
    }
}

/// Mean log-probability of the truth, every class with the same weight.
fn likelihood(scores: &[f32], truth: &[u32], task: &Task) -> f64 {
    let rows = scores.chunks_exact(task.classes()).zip(truth);
    rows.map(|(row, &class)| {
        f64::from(row[class as usize]) / task.priors[class as usize].max(1e-12)
    })
    .sum()
}
