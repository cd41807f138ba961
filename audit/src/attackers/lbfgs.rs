//! Minimisation of smooth functions.

use std::collections::VecDeque;

/// Steps remembered.
const MEMORY: usize = 10;
/// Sufficient decrease (Armijo's constant).
const DECREASE: f64 = 1e-4;

/// Settings of [`minimise`].
pub(super) struct Limits {
    /// Number of steps at most.
    pub steps: usize,
    /// The search ends when no entry of the gradient is larger.
    pub gradient: f64,
    /// The search ends when a step lowers the value by less than this share of it.
    pub gain: f64,
}

/// Limited-memory BFGS with a backtracking line search, for smooth convex functions.
///
/// `function` returns the value and the gradient at a point. The largest entry of the gradient at the end is returned
/// beside the point, so that a caller can tell whether the search arrived.
///
/// # Source
///
/// Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 3.1.
pub(super) fn minimise(
    start: Vec<f64>,
    limits: &Limits,
    mut function: impl FnMut(&[f64]) -> (f64, Vec<f64>),
) -> (Vec<f64>, f64) {
    let mut point = start;
    let (mut value, mut gradient) = function(&point);
    let mut history: VecDeque<Pair> = VecDeque::with_capacity(MEMORY);
    for _ in 0..limits.steps {
        if largest(&gradient) <= limits.gradient {
            break;
        }
        let direction = direction(&gradient, &history);
        let slope = dot(&direction, &gradient);
        // Without a history the direction is the bare gradient, whose length says nothing about the distance.
        let mut length = match history.is_empty() {
            true => (1.0 / dot(&gradient, &gradient).sqrt()).min(1.0),
            false => 1.0,
        };
        let mut next = None;
        for _ in 0..30 {
            let trial: Vec<f64> = point
                .iter()
                .zip(&direction)
                .map(|(x, d)| x + length * d)
                .collect();
            let (trial_value, trial_gradient) = function(&trial);
            if trial_value <= value + DECREASE * length * slope {
                next = Some((trial, trial_value, trial_gradient));
                break;
            }
            length *= 0.5;
        }
        // No step helps: the value has reached the rounding of its own sum.
        let Some((trial, trial_value, trial_gradient)) = next else {
            break;
        };
        let gain = value - trial_value;
        remember(&mut history, &point, &trial, &gradient, &trial_gradient);
        (point, value, gradient) = (trial, trial_value, trial_gradient);
        if gain <= limits.gain * value.abs() {
            break;
        }
    }
    let rest = largest(&gradient);
    (point, rest)
}

/// One step: how far the point moved, and how the gradient changed.
struct Pair {
    moved: Vec<f64>,
    turned: Vec<f64>,
    curvature: f64,
}

fn remember(history: &mut VecDeque<Pair>, from: &[f64], to: &[f64], before: &[f64], after: &[f64]) {
    let subtract =
        |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a - b).collect() };
    let (moved, turned) = (subtract(to, from), subtract(after, before));
    let curvature = dot(&moved, &turned);
    // A pair without positive curvature would break the positive definiteness of the model.
    if curvature > 1e-12 * dot(&turned, &turned) {
        if history.len() == MEMORY {
            history.pop_front();
        }
        history.push_back(Pair {
            moved,
            turned,
            curvature,
        });
    }
}

/// Two-loop recursion: minus the inverse Hessian model times the gradient.
fn direction(gradient: &[f64], history: &VecDeque<Pair>) -> Vec<f64> {
    let mut vector: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut weights = Vec::with_capacity(history.len());
    for pair in history.iter().rev() {
        let weight = dot(&pair.moved, &vector) / pair.curvature;
        add(&mut vector, -weight, &pair.turned);
        weights.push(weight);
    }
    if let Some(last) = history.back() {
        let scale = last.curvature / dot(&last.turned, &last.turned);
        vector.iter_mut().for_each(|x| *x *= scale);
    }
    for (pair, weight) in history.iter().zip(weights.into_iter().rev()) {
        let correction = dot(&pair.turned, &vector) / pair.curvature;
        add(&mut vector, weight - correction, &pair.moved);
    }
    vector
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(to: &mut [f64], scale: f64, from: &[f64]) {
    to.iter_mut().zip(from).for_each(|(t, f)| *t += scale * f);
}

fn largest(vector: &[f64]) -> f64 {
    vector.iter().fold(0.0, |top, x| top.max(x.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_minimum_of_an_ill_conditioned_bowl() {
        let scales = [1.0, 10.0, 100.0, 1000.0];
        let limits = Limits {
            steps: 200,
            gradient: 1e-8,
            gain: 0.0,
        };
        let (point, rest) = minimise(vec![0.0; 4], &limits, |x| {
            let value = (0..4).map(|i| 0.5 * scales[i] * (x[i] - 1.0).powi(2)).sum();
            (value, (0..4).map(|i| scales[i] * (x[i] - 1.0)).collect())
        });
        assert!(rest <= 1e-8);
        assert!(point.iter().all(|x| (x - 1.0).abs() < 1e-6), "{point:?}");
    }
}
