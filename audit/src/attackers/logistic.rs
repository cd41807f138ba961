//! Multinomial logistic regression.

use burn::tensor::{Device, Tensor, TensorData};

use super::lbfgs::{Limits, minimise};
use super::{Attacker, Task, log_softmax};
use crate::view::values;

/// A linear boundary per class, with an L2 penalty of one half of the squared weights against the summed loss
/// (scikit-learn's `C = 1`), fitted on all training rows.
///
/// Finds every leak that a straight line can see, one column among thousands included; blind to everything else.
pub(super) struct Logistic;

/// The same stopping rule as scikit-learn's (gradient of the mean loss), with more steps.
const LIMITS: Limits = Limits {
    steps: 200,
    gradient: 1e-4,
    gain: 1e-7,
};

impl Attacker for Logistic {
    fn name(&self) -> &'static str {
        "logistic"
    }

    fn cost(&self) -> u32 {
        1
    }

    fn attack(&self, task: &Task) -> Vec<f32> {
        let model = Model {
            width: task.view.width(),
            // Two classes need one boundary: the second is its mirror image.
            columns: match task.classes() {
                2 => 1,
                classes => classes,
            },
            task,
        };
        let start = vec![0.0; (model.width + 1) * model.columns];
        let turned = task.view.train.clone().transpose();
        let (weights, _) = minimise(start, &LIMITS, |weights| model.loss(weights, &turned));
        model.scores(&task.view.test, &weights)
    }
}

/// Weights are one row per input column, then one row of offsets.
struct Model<'a> {
    width: usize,
    columns: usize,
    task: &'a Task<'a>,
}

impl Model<'_> {
    /// Log-probabilities of all classes.
    fn scores(&self, rows: &Tensor<2>, weights: &[f64]) -> Vec<f32> {
        let (weights, offsets) = weights.split_at(self.width * self.columns);
        let weights: Vec<f32> = weights.iter().map(|&w| w as f32).collect();
        let weights = TensorData::new(weights, [self.width, self.columns]);
        let weights = Tensor::<2>::from_data(weights, &Device::flex());
        let products = values(rows.clone().matmul(weights));
        let mut logits = Vec::with_capacity(rows.dims()[0] * self.task.classes());
        for row in products.chunks_exact(self.columns) {
            if self.columns == 1 {
                logits.push(0.0);
            }
            logits.extend(row.iter().zip(offsets).map(|(x, b)| x + *b as f32));
        }
        log_softmax(&mut logits, self.task.classes());
        logits
    }

    /// Mean loss with penalty, and its gradient.
    fn loss(&self, weights: &[f64], turned: &Tensor<2>) -> (f64, Vec<f64>) {
        let (classes, labels) = (self.task.classes(), self.task.labels);
        let rows = labels.len();
        let scores = self.scores(&self.task.view.train, weights);
        let mut loss = 0.0;
        let mut errors = Vec::with_capacity(rows * self.columns);
        let mut offsets = vec![0.0; self.columns];
        let skip = classes - self.columns;
        for (row, &label) in scores.chunks_exact(classes).zip(labels) {
            loss -= f64::from(row[label as usize]);
            for (column, score) in row[skip..].iter().enumerate() {
                let error = score.exp() - f32::from(u8::from(column + skip == label as usize));
                offsets[column] += f64::from(error) / rows as f64;
                errors.push(error / rows as f32);
            }
        }
        let errors = TensorData::new(errors, [rows, self.columns]);
        let errors = Tensor::<2>::from_data(errors, &Device::flex());
        let slopes = values(turned.clone().matmul(errors));
        // Offsets carry no penalty.
        let penalty = 1.0 / rows as f64;
        let (inner, _) = weights.split_at(self.width * self.columns);
        let value = loss / rows as f64 + 0.5 * penalty * inner.iter().map(|w| w * w).sum::<f64>();
        let slopes = slopes.iter().zip(inner);
        let mut gradient: Vec<f64> = slopes.map(|(&s, w)| f64::from(s) + penalty * w).collect();
        gradient.extend(offsets);
        (value, gradient)
    }
}
