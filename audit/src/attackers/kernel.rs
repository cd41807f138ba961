//! A radial kernel machine: logistic regression on kernel features.

use burn::tensor::Tensor;
use nalgebra::DMatrix;
use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use super::lbfgs::Limits;
use super::softmax::Softmax;
use super::{Attacker, Task};
use crate::pca::{matrix, tensor};
use crate::rng::stream;
use crate::stats::{balanced_accuracy, decide};
use crate::view::{View, pick, values};

/// Rows that stand for all others; with no more training rows than these, the kernel is exact.
const CENTRES: usize = 512;
/// Training rows that are looked at.
const MOST: usize = 30_000;
/// Test rows at a time.
const BLOCK: usize = 4096;
/// Width of the widest kernel, in median distances between rows. Two more have half and a quarter of it; the kernel is
/// the mean of all three.
const WIDEST: f32 = 1.4;
/// Added to the kernel of a row with itself: rows that occur twice must not make the matrix singular.
const JITTER: f64 = 1e-4;
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

/// Logistic regression on the mean of three radial kernels, seen from 512 training rows (of 30,000, where there are more;
/// of all, where there are fewer). The penalty is chosen on the rows kept aside.
///
/// Finds smooth leaks of any shape; blind to one leaking column among hundreds.
///
/// # Source
///
/// Williams and Seeger, Using the Nyström Method to Speed Up Kernel Machines, NeurIPS 2001.
pub(super) struct Kernel;

/// Kernel features of the training rows, shared across attributes, and how to make those of others.
pub(crate) struct KernelMap {
    /// Training rows that are looked at, ascending.
    rows: Vec<usize>,
    train: Tensor<2>,
    features: Features,
}

/// Products of two rows of features are the kernel of the two, as far as the centres tell.
struct Features {
    centres: Tensor<2>,
    median: f32,
    /// Inverse of the Cholesky factor of the centres' kernel, transposed.
    whiten: Tensor<2>,
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
        let mut centres: Vec<usize> = (0..rows.len()).collect();
        let centres = match rows.len() {
            0..=CENTRES => centres.as_slice(),
            _ => centres.partial_shuffle(&mut rng, CENTRES).0,
        };
        let features = Features::new(pick(&train, centres), median);
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
    fn new(centres: Tensor<2>, median: f32) -> Self {
        let count = centres.dims()[0];
        let mut square = matrix(kernel(&centres, &centres, median));
        // Rounding leaves it symmetric up to a millionth only.
        square = (&square + square.transpose()) * 0.5;
        for at in 0..count {
            square[(at, at)] += JITTER;
        }
        let factor = square
            .cholesky()
            .expect("a kernel and a share of the identity is positive definite");
        let inverse = factor
            .l()
            .solve_lower_triangular(&DMatrix::identity(count, count))
            .expect("the diagonal of a Cholesky factor is positive");
        // Scaled so that a column has a size near one.
        let whiten = tensor(&(inverse.transpose() * (count as f64).sqrt()));
        Self {
            centres,
            median,
            whiten,
        }
    }

    fn of(&self, points: &Tensor<2>) -> Tensor<2> {
        kernel(points, &self.centres, self.median).matmul(self.whiten.clone())
    }
}

/// Mean of the three kernels between points and centres.
fn kernel(points: &Tensor<2>, centres: &Tensor<2>, median: f32) -> Tensor<2> {
    let squares = |rows: &Tensor<2>| (rows.clone() * rows.clone()).sum_dim(1);
    let products = points.clone().matmul(centres.clone().transpose());
    let distances = squares(points) + squares(centres).transpose() - products * 2.0;
    let wide = (distances.clamp_min(0.0) * (-0.5 / (WIDEST * median).powi(2))).exp();
    // Half the width is the fourth power.
    let fourth = |kernel: &Tensor<2>| {
        let square = kernel.clone() * kernel.clone();
        square.clone() * square
    };
    let middle = fourth(&wide);
    let narrow = fourth(&middle);
    (wide + middle + narrow) / 3.0
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

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    fn draw(rows: usize, seed: u64) -> Tensor<2> {
        let mut rng = stream(seed, &["test"]);
        let numbers: Vec<f32> = (0..rows * 3).map(|_| rng.random_range(-1.0..1.0)).collect();
        Tensor::from_data(TensorData::new(numbers, [rows, 3]), &Device::flex())
    }

    #[test]
    fn the_kernel_is_the_mean_of_three_widths() {
        let at = |x: f32| Tensor::<2>::from_data(TensorData::new(vec![x], [1, 1]), &Device::flex());
        let of = |width: f32| (-0.5 * (1.5f32 / (width * 2.0)).powi(2)).exp();
        let wanted = (of(1.4) + of(0.7) + of(0.35)) / 3.0;
        let got = values(kernel(&at(0.0), &at(1.5), 2.0));
        assert!((got[0] - wanted).abs() < 1e-6, "{got:?}");
    }

    #[test]
    fn products_of_features_are_the_kernel() {
        let (centres, points) = (draw(300, 1), draw(40, 2));
        let features = Features::new(centres.clone(), 1.0);
        let of = |rows: &Tensor<2>| features.of(rows) / 300f32.sqrt();
        let worst = |a: &Tensor<2>, b: &Tensor<2>| {
            let got = of(a).matmul(of(b).transpose());
            let errors = values(got - kernel(a, b, 1.0));
            errors.iter().fold(0.0f32, |top, e| top.max(e.abs()))
        };
        assert!(worst(&centres, &centres) < 1e-3);
        // Between rows that are no centres it is an approximation.
        assert!(worst(&points, &points) < 0.2, "{}", worst(&points, &points));
    }

    #[test]
    fn rows_that_are_all_the_same_break_nothing() {
        let rows = Tensor::<2>::zeros([60, 3], &Device::flex());
        let features = values(Features::new(rows.clone(), 1.0).of(&rows));
        assert!(features.iter().all(|x| x.is_finite()));
    }
}
