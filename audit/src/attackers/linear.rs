//! Linear regression, for continuous attributes.

use burn::tensor::{Device, Tensor, TensorData};

use super::lbfgs::{Limits, minimise};
use super::{QuantityTask, Regressor};
use crate::view::values;

/// Least squares with a penalty of one half of the squared weights against the summed error (scikit-learn's
/// `Ridge(alpha = 1)`), fitted on all training rows.
///
/// Finds what a straight line can see; blind to everything else.
pub(super) struct Linear;

const LIMITS: Limits = Limits {
    steps: 300,
    gradient: 1e-5,
    gain: 1e-9,
};

impl Regressor for Linear {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn cost(&self) -> u32 {
        1
    }

    fn attack(&self, task: &QuantityTask) -> Vec<f32> {
        let weights = least_squares(&task.view.train, task.values, 1.0);
        predict(&task.view.test, &weights)
    }
}

fn least_squares(rows: &Tensor<2>, targets: &[f32], penalty: f64) -> Vec<f64> {
    let [count, width] = rows.dims();
    let scale = 1.0 / count as f64;
    let (weights, _) = minimise(vec![0.0; width + 1], &LIMITS, |weights| {
        let guesses = predict(rows, weights);
        let errors: Vec<f32> = guesses.iter().zip(targets).map(|(g, t)| g - t).collect();
        let squares: f64 = errors.iter().map(|&e| f64::from(e).powi(2)).sum();
        let sum: f64 = errors.iter().copied().map(f64::from).sum();
        let errors = TensorData::new(errors, [1, count]);
        let errors = Tensor::<2>::from_data(errors, &Device::flex());
        let slopes = values(errors.matmul(rows.clone()));
        let inner = &weights[..width];
        let length: f64 = inner.iter().map(|w| w * w).sum();
        let slope = |(&s, w): (&f32, &f64)| scale * (f64::from(s) + penalty * w);
        let mut gradient: Vec<f64> = slopes.iter().zip(inner).map(slope).collect();
        gradient.push(scale * sum);
        (0.5 * scale * (squares + penalty * length), gradient)
    });
    weights
}

fn predict(rows: &Tensor<2>, weights: &[f64]) -> Vec<f32> {
    let (offset, inner) = weights.split_last().expect("there is always an offset");
    let inner: Vec<f32> = inner.iter().map(|&w| w as f32).collect();
    let inner = TensorData::new(inner, [rows.dims()[1], 1]);
    let products = rows
        .clone()
        .matmul(Tensor::<2>::from_data(inner, &Device::flex()));
    values(products)
        .into_iter()
        .map(|product| product + *offset as f32)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_penalised_fit_has_its_closed_form() {
        // Rows 1 and -1, targets 3 and -1: offset 1; the weight is 4 / (2 + penalty).
        let rows =
            Tensor::<2>::from_data(TensorData::new(vec![1.0f32, -1.0], [2, 1]), &Device::flex());
        let weights = least_squares(&rows, &[3.0, -1.0], 1.0);
        assert!((weights[0] - 4.0 / 3.0).abs() < 1e-3, "{weights:?}");
        assert!((weights[1] - 1.0).abs() < 1e-3, "{weights:?}");
    }
}
