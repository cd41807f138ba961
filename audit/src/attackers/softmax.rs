//! A linear boundary per class, fitted to rows of any kind.

use burn::tensor::{Device, Tensor, TensorData};

use super::lbfgs::{Limits, minimise};
use super::log_softmax;
use crate::view::values;

/// A fitted multinomial logistic regression.
pub(super) struct Softmax {
    width: usize,
    classes: usize,
    /// One row per input column, then one row of offsets.
    weights: Vec<f64>,
}

/// What [`Softmax::fit`] minimises.
struct Problem<'a> {
    rows: &'a Tensor<2>,
    labels: &'a [u32],
    classes: usize,
    penalty: f64,
}

/// Two classes need one boundary: the second is its mirror image.
fn columns(classes: usize) -> usize {
    if classes == 2 { 1 } else { classes }
}

impl Softmax {
    /// Minimises the summed cross-entropy plus half of `penalty` times the squared weights; offsets are free.
    pub(super) fn fit(
        rows: &Tensor<2>,
        labels: &[u32],
        classes: usize,
        penalty: f64,
        limits: &Limits,
    ) -> Self {
        let width = rows.dims()[1];
        let problem = Problem {
            rows,
            labels,
            classes,
            penalty: penalty / labels.len() as f64,
        };
        let start = vec![0.0; (width + 1) * columns(classes)];
        let (weights, _) = minimise(start, limits, |weights| problem.loss(weights));
        Self {
            width,
            classes,
            weights,
        }
    }

    /// Log-probabilities of all classes, row-major.
    pub(super) fn scores(&self, rows: &Tensor<2>) -> Vec<f32> {
        scores(rows, &self.weights, self.width, self.classes)
    }
}

fn scores(rows: &Tensor<2>, weights: &[f64], width: usize, classes: usize) -> Vec<f32> {
    let columns = columns(classes);
    let (weights, offsets) = weights.split_at(width * columns);
    let weights: Vec<f32> = weights.iter().map(|&w| w as f32).collect();
    let weights = TensorData::new(weights, [width, columns]);
    let weights = Tensor::<2>::from_data(weights, &Device::flex());
    let products = values(rows.clone().matmul(weights));
    let mut logits = Vec::with_capacity(rows.dims()[0] * classes);
    for row in products.chunks_exact(columns) {
        if columns == 1 {
            logits.push(0.0);
        }
        logits.extend(row.iter().zip(offsets).map(|(x, b)| x + *b as f32));
    }
    log_softmax(&mut logits, classes);
    logits
}

impl Problem<'_> {
    /// Mean loss with penalty, and its gradient.
    fn loss(&self, weights: &[f64]) -> (f64, Vec<f64>) {
        let [rows, width] = self.rows.dims();
        let columns = columns(self.classes);
        let scores = scores(self.rows, weights, width, self.classes);
        let mut loss = 0.0;
        // One line for each boundary: the small matrix is laid so that the large one need not be turned.
        let mut errors = vec![0.0f32; columns * rows];
        let mut offsets = vec![0.0; columns];
        let skip = self.classes - columns;
        for (index, (row, &label)) in scores
            .chunks_exact(self.classes)
            .zip(self.labels)
            .enumerate()
        {
            loss -= f64::from(row[label as usize]);
            for (column, score) in row[skip..].iter().enumerate() {
                let error = score.exp() - f32::from(u8::from(column + skip == label as usize));
                offsets[column] += f64::from(error) / rows as f64;
                errors[column * rows + index] = error / rows as f32;
            }
        }
        let errors = TensorData::new(errors, [columns, rows]);
        let errors = Tensor::<2>::from_data(errors, &Device::flex());
        let slopes = values(errors.matmul(self.rows.clone()).transpose());
        let (inner, _) = weights.split_at(width * columns);
        let squares: f64 = inner.iter().map(|w| w * w).sum();
        let value = loss / rows as f64 + 0.5 * self.penalty * squares;
        let slopes = slopes.iter().zip(inner);
        let slope = |(&slope, w): (&f32, &f64)| f64::from(slope) + self.penalty * w;
        let mut gradient: Vec<f64> = slopes.map(slope).collect();
        gradient.extend(offsets);
        (value, gradient)
    }
}
