//! A radial kernel machine: logistic regression on kernel features.

use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use super::lbfgs::Limits;
use super::softmax::Softmax;
use super::{Attacker, Task};
use crate::rng::stream;
use crate::stats::{balanced_accuracy, decide};
use crate::view::{View, pick, values};

/// Training rows up to which the kernel is computed exactly.
const EXACT: usize = 1000;
/// Training rows that are looked at.
const MOST: usize = 30_000;
/// Test rows at a time.
const BLOCK: usize = 4096;
/// Random features beyond that.
const FEATURES: usize = 768;
/// Widths of the kernel, in median distances between rows; the kernel is the mean of all three.
const WIDTHS: [f32; 3] = [0.35, 0.7, 1.4];
/// Penalties to choose from.
const PENALTIES: [f64; 3] = [3.0, 30.0, 300.0];

/// While choosing, and for the fit that counts.
const ROUGH: Limits = Limits {
    steps: 25,
    gradient: 1e-3,
    gain: 1e-5,
};
const FINE: Limits = Limits {
    steps: 80,
    gradient: 1e-4,
    gain: 1e-6,
};

/// Logistic regression on the mean of three radial kernels: on their values at all training rows when there are at most
/// 1,000, otherwise on 768 random Fourier features (of 30,000 rows, where there are more). The penalty is chosen on the rows kept aside.
///
/// Finds smooth leaks of any shape; blind to one leaking column among hundreds.
///
/// # Source
///
/// Rahimi and Recht, Random Features for Large-Scale Kernel Machines, NeurIPS 2007.
pub(super) struct Kernel;

/// Kernel features of the training rows, shared across attributes, and how to make those of others.
pub(crate) struct KernelMap {
    /// Training rows that are looked at, ascending.
    rows: Vec<usize>,
    train: Tensor<2>,
    features: Features,
}

#[expect(
    clippy::large_enum_variant,
    reason = "there is one for each kind of rows"
)]
enum Features {
    Exact {
        centres: Tensor<2>,
        median: f32,
    },
    Random {
        frequencies: Tensor<2>,
        phases: Tensor<2>,
    },
}

impl Attacker for Kernel {
    fn name(&self) -> &'static str {
        "rbf"
    }

    fn prepare(&self, view: &View) {
        view.kernel.get_or_init(|| KernelMap::new(view));
    }

    fn cost(&self) -> u32 {
        4
    }

    fn attack(&self, task: &Task) -> Vec<f32> {
        let (view, classes) = (task.view, task.classes());
        let map = view.kernel.get_or_init(|| KernelMap::new(view));
        let labels = task.labels_of(&map.rows);
        let penalty = map.choose(task, &labels);
        let model = Softmax::fit(&map.train, &labels, classes, penalty, &FINE);
        let rows = view.test.dims()[0];
        let block = |start: usize| view.test.clone().narrow(0, start, BLOCK.min(rows - start));
        let starts = (0..rows).step_by(BLOCK);
        starts
            .flat_map(|start| model.scores(&map.features.of(&block(start))))
            .collect()
    }
}

impl KernelMap {
    fn new(view: &View) -> Self {
        let mut rng = stream(0, &["rbf"]);
        let mut rows: Vec<usize> = (0..view.train.dims()[0]).collect();
        if rows.len() > MOST {
            rows = rows.partial_shuffle(&mut rng, MOST).0.to_vec();
            rows.sort_unstable();
        }
        let train = pick(&view.train, &rows);
        let median = median_distance(&train, &mut rng).max(1e-6);
        let features = if rows.len() <= EXACT {
            Features::Exact {
                centres: train.clone(),
                median,
            }
        } else {
            let (frequencies, phases) = frequencies(view.width(), median, &mut rng);
            Features::Random {
                frequencies,
                phases,
            }
        };
        Self {
            train: features.of(&train),
            rows,
            features,
        }
    }

    /// The penalty that does best on the rows kept aside.
    fn choose(&self, task: &Task, labels: &[u32]) -> f64 {
        let held = &task.view.split.held;
        let aside = |at: &usize| held.binary_search(&self.rows[*at]).is_ok();
        let (held, fit): (Vec<usize>, Vec<usize>) = (0..self.rows.len()).partition(aside);
        let of = |rows: &[usize]| -> Vec<u32> { rows.iter().map(|&at| labels[at]).collect() };
        let (labels, truth) = (of(&fit), of(&held));
        let (fit, held) = (pick(&self.train, &fit), pick(&self.train, &held));
        let (mut best, mut chosen) = (f64::NEG_INFINITY, PENALTIES[0]);
        for penalty in PENALTIES {
            let model = Softmax::fit(&fit, &labels, task.classes(), penalty, &ROUGH);
            let guesses = decide(&model.scores(&held), task.priors);
            let value = balanced_accuracy(&truth, &guesses, task.classes());
            if value > best {
                (best, chosen) = (value, penalty);
            }
        }
        chosen
    }
}

impl Features {
    fn of(&self, points: &Tensor<2>) -> Tensor<2> {
        match self {
            // Scaled so that a column has a size near one, as random features have.
            Features::Exact { centres, median } => {
                exact(points, centres, *median) * (centres.dims()[0] as f32).sqrt()
            }
            Features::Random {
                frequencies,
                phases,
            } => {
                let angles = points.clone().matmul(frequencies.clone()) + phases.clone();
                angles.cos() * std::f32::consts::SQRT_2
            }
        }
    }
}

/// Mean of the three kernels between points and centres.
fn exact(points: &Tensor<2>, centres: &Tensor<2>, median: f32) -> Tensor<2> {
    let squares = |rows: &Tensor<2>| (rows.clone() * rows.clone()).sum_dim(1);
    let products = points.clone().matmul(centres.clone().transpose());
    let distances = squares(points) + squares(centres).transpose() - products * 2.0;
    let distances = distances.clamp_min(0.0);
    let kernel = |width: f32| (distances.clone() * (-0.5 / (width * median).powi(2))).exp();
    let [first, second, third] = WIDTHS.map(kernel);
    (first + second + third) / 3.0
}

/// Median distance of random pairs of rows.
fn median_distance(rows: &Tensor<2>, rng: &mut ChaCha8Rng) -> f32 {
    let count = rows.dims()[0];
    let mut pick_some =
        || -> Vec<usize> { (0..1000).map(|_| rng.random_range(0..count)).collect() };
    let (first, second) = (pick_some(), pick_some());
    let between = pick(rows, &first) - pick(rows, &second);
    let mut distances = values((between.clone() * between).sum_dim(1).sqrt());
    distances.retain(|&distance| distance > 0.0);
    distances.sort_unstable_by(f32::total_cmp);
    distances.get(distances.len() / 2).copied().unwrap_or(1.0)
}

/// Normal frequencies of the three widths in turn, and uniform phases.
fn frequencies(width: usize, median: f32, rng: &mut ChaCha8Rng) -> (Tensor<2>, Tensor<2>) {
    let device = Device::flex();
    let mut numbers = Vec::with_capacity(width * FEATURES);
    for _ in 0..width {
        for feature in 0..FEATURES {
            numbers.push(normal(rng) / (WIDTHS[feature % WIDTHS.len()] * median));
        }
    }
    let turn = 2.0 * std::f32::consts::PI;
    let phases: Vec<f32> = (0..FEATURES).map(|_| rng.random_range(0.0..turn)).collect();
    (
        Tensor::from_data(TensorData::new(numbers, [width, FEATURES]), &device),
        Tensor::from_data(TensorData::new(phases, [1, FEATURES]), &device),
    )
}

/// A standard normal number (Box and Muller).
fn normal(rng: &mut ChaCha8Rng) -> f32 {
    let radius = (-2.0 * (1.0 - rng.random::<f32>()).ln()).sqrt();
    radius * (2.0 * std::f32::consts::PI * rng.random::<f32>()).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_features_approach_the_kernel() {
        let mut rng = stream(3, &["test"]);
        let mut draw = |rows: usize| -> Tensor<2> {
            let numbers: Vec<f32> = (0..rows * 5).map(|_| normal(&mut rng)).collect();
            Tensor::from_data(TensorData::new(numbers, [rows, 5]), &Device::flex())
        };
        let (points, centres) = (draw(30), draw(40));
        let wanted = values(exact(&points, &centres, 3.0));
        let (frequencies, phases) = frequencies(5, 3.0, &mut stream(4, &["test"]));
        let map = |rows: &Tensor<2>| {
            (rows.clone().matmul(frequencies.clone()) + phases.clone()).cos()
                * (2.0 / FEATURES as f32).sqrt()
        };
        let got = values(map(&points).matmul(map(&centres).transpose()));
        let error = wanted.iter().zip(&got).map(|(a, b)| (a - b).powi(2));
        let error = (error.sum::<f32>() / wanted.len() as f32).sqrt();
        // One random feature has a deviation of about 0.7; 768 of them 0.026.
        assert!(error < 0.05, "{error}");
    }
}
