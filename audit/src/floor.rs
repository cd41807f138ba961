//! What the tasks' labels alone give away.

use std::collections::HashMap;

use crate::labels::{Attribute, Quantity, Role};
use crate::stats::{balanced_accuracy, decide, r2, shares};

/// Balanced accuracy of guessing `private` from the labels of all tasks, with no features at all.
///
/// No encoder from which the tasks can be read without error can push leakage below this; one that keeps part of them
/// can. The guess is a table of counts over the combinations of task classes seen in training; for a combination never
/// seen, the tasks are taken one by one (naive Bayes).
/// `None` without tasks.
pub(crate) fn label_only(private: &Attribute, attributes: &[Attribute]) -> Option<f64> {
    let tasks: Vec<&Attribute> = attributes
        .iter()
        .filter(|other| other.role == Role::Task && other.name != private.name)
        .collect();
    if tasks.is_empty() {
        return None;
    }
    let classes = private.classes.len();
    let priors = shares(&private.train, classes);
    let table = Table::new(private, &tasks);
    let mut scores = Vec::with_capacity(private.test.len() * classes);
    for row in 0..private.test.len() {
        let key: Vec<u32> = tasks.iter().map(|task| task.test[row]).collect();
        scores.extend(table.scores(&key, &priors));
    }
    let predicted = decide(&scores, &priors);
    Some(balanced_accuracy(&private.test, &predicted, classes))
}

/// R2 of guessing a continuous attribute from the labels of all tasks: the mean over the training rows with the same
/// combination, pulled towards the mean of all as if one row of it had been seen. `None` without tasks.
pub(crate) fn label_only_r2(private: &Quantity, attributes: &[Attribute]) -> Option<f64> {
    let tasks: Vec<&Attribute> = attributes
        .iter()
        .filter(|other| other.role == Role::Task)
        .collect();
    if tasks.is_empty() {
        return None;
    }
    let mean = private.train.iter().sum::<f64>() / private.train.len() as f64;
    let mut cells: HashMap<Vec<u32>, (f64, f64)> = HashMap::new();
    for (row, value) in private.train.iter().enumerate() {
        let key: Vec<u32> = tasks.iter().map(|task| task.train[row]).collect();
        let cell = cells.entry(key).or_insert((1.0, mean));
        (cell.0, cell.1) = (cell.0 + 1.0, cell.1 + value);
    }
    let guesses: Vec<f32> = (0..private.test.len())
        .map(|row| {
            let key: Vec<u32> = tasks.iter().map(|task| task.test[row]).collect();
            cells.get(&key).map_or(mean, |(rows, sum)| sum / rows) as f32
        })
        .collect();
    Some(r2(&private.test, &guesses))
}

struct Table {
    joint: HashMap<Vec<u32>, Vec<f64>>,
    single: Vec<HashMap<u32, Vec<f64>>>,
}

impl Table {
    fn new(private: &Attribute, tasks: &[&Attribute]) -> Self {
        let classes = private.classes.len();
        let mut table = Self {
            joint: HashMap::new(),
            single: vec![HashMap::new(); tasks.len()],
        };
        let empty = || vec![0.0; classes];
        for (row, &class) in private.train.iter().enumerate() {
            let key: Vec<u32> = tasks.iter().map(|task| task.train[row]).collect();
            for (single, &value) in table.single.iter_mut().zip(&key) {
                single.entry(value).or_insert_with(empty)[class as usize] += 1.0;
            }
            table.joint.entry(key).or_insert_with(empty)[class as usize] += 1.0;
        }
        table
    }

    /// Log-probability of each class for one combination of task classes.
    fn scores(&self, key: &[u32], priors: &[f64]) -> Vec<f32> {
        let smooth = |counts: &[f64]| -> Vec<f64> {
            let total: f64 = counts.iter().sum::<f64>() + 1.0;
            let smoothed = counts.iter().zip(priors);
            smoothed.map(|(n, p)| ((n + p) / total).ln()).collect()
        };
        if let Some(counts) = self.joint.get(key) {
            return smooth(counts).into_iter().map(|p| p as f32).collect();
        }
        let mut scores: Vec<f64> = priors.iter().map(|prior| prior.ln()).collect();
        for (single, value) in self.single.iter().zip(key) {
            if let Some(counts) = single.get(value) {
                for ((score, log), prior) in scores.iter_mut().zip(smooth(counts)).zip(priors) {
                    *score += log - prior.ln();
                }
            }
        }
        scores.into_iter().map(|score| score as f32).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(name: &str, role: Role, labels: Vec<u32>) -> Attribute {
        Attribute {
            name: name.into(),
            role,
            classes: vec!["0".into(), "1".into()],
            train: labels.clone(),
            test: labels,
        }
    }

    #[test]
    fn two_tasks_that_give_the_secret_away_together_only() {
        let first: Vec<u32> = (0..400).map(|row| row % 2).collect();
        let second: Vec<u32> = (0..400).map(|row| row / 2 % 2).collect();
        let secret: Vec<u32> = first.iter().zip(&second).map(|(a, b)| a ^ b).collect();
        let secret = attribute("s", Role::Private, secret);
        let tasks = [
            secret.clone(),
            attribute("a", Role::Task, first),
            attribute("b", Role::Task, second),
        ];
        assert_eq!(label_only(&secret, &tasks), Some(1.0));
        assert_eq!(label_only(&secret, &tasks[..2]), Some(0.5));
        assert_eq!(label_only(&secret, &tasks[..1]), None);
    }
}
