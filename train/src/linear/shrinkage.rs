//! How far to trust a covariance that was estimated from few rows: Ledoit & Wolf, "A well-conditioned estimator for
//! large-dimensional covariance matrices", Journal of Multivariate Analysis 2004 (section 3.3).

use super::Rows;
use burn::tensor::Tensor;

/// Rows of a block of products that is held in memory at once.
const BLOCK: usize = 512;

/// `(1 - weight) * covariance + weight * size * identity` is nearer to the true covariance than the estimate.
pub(super) struct Shrinkage {
    /// From 0 to 1.
    pub(super) weight: f64,
    /// The mean variance of a column.
    pub(super) size: f64,
}

impl Shrinkage {
    pub(super) fn of(rows: &Rows) -> Self {
        let (count, width) = (rows.count() as f64, rows.width() as f64);
        let norms = numbers(rows.centred.clone().powi_scalar(2).sum_dim(1));
        let size = norms.iter().sum::<f64>() / (count * width);
        let fourth: f64 = norms.iter().map(|norm| norm * norm).sum();
        let squares = gram_squares(rows) / (count * count);
        // The squared distances, per column, from the estimate to its target and to the truth.
        let to_target = (squares / width - size * size).max(0.0);
        let to_truth = ((fourth / count - squares) / (count * width)).max(0.0);
        let weight = if to_target > 0.0 {
            (to_truth / to_target).min(1.0)
        } else {
            1.0
        };
        Shrinkage { weight, size }
    }
}

/// The sum of squares of all products of columns (`X^T X`), which is that of all products of rows (`X X^T`); the smaller of
/// the two, a block at a time.
fn gram_squares(rows: &Rows) -> f64 {
    let (short, long) = if rows.width() <= rows.count() {
        (rows.centred.clone().transpose(), rows.centred.clone())
    } else {
        (rows.centred.clone(), rows.centred.clone().transpose())
    };
    let [lines, inner] = short.dims();
    let blocks = (0..lines).step_by(BLOCK).map(|start| {
        let end = (start + BLOCK).min(lines);
        let block = short.clone().slice([start..end, 0..inner]);
        // Divided before it is squared, so that f32 does not overflow.
        let products = block.matmul(long.clone()).div_scalar(inner as f32);
        numbers(products.powi_scalar(2).sum_dim(1))
            .iter()
            .sum::<f64>()
    });
    blocks.sum::<f64>() * (inner as f64).powi(2)
}

fn numbers(column: Tensor<2>) -> Vec<f64> {
    let data = column.into_data().try_to_vec::<f32>();
    data.expect("sums are f32")
        .into_iter()
        .map(f64::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    fn shrinkage(count: usize, width: usize, spread: f32) -> Shrinkage {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let data = (0..count * width)
            .map(|index| {
                let size = if index % width == 0 { spread } else { 1.0 };
                rng.random_range(-size..size)
            })
            .collect();
        Shrinkage::of(&Rows::new(data, width))
    }

    #[test]
    fn few_rows_are_trusted_less_than_many() {
        let (few, many) = (shrinkage(20, 60, 5.0), shrinkage(3000, 60, 5.0));
        assert!(few.weight > 0.1 && few.weight <= 1.0, "{}", few.weight);
        assert!(many.weight < 0.01, "{}", many.weight);
        // Uniform numbers have a third of their squared spread as variance.
        let size = (25.0 / 3.0 + 59.0 / 3.0) / 60.0;
        assert!((many.size / size - 1.0).abs() < 0.05, "{}", many.size);
    }

    #[test]
    fn the_weight_is_that_of_the_definition() {
        let (count, width) = (30, 8);
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let data: Vec<f32> = (0..count * width)
            .map(|_| rng.random_range(-1.0..1.0))
            .collect();
        let x =
            nalgebra::DMatrix::from_row_iterator(count, width, data.iter().map(|&v| f64::from(v)));
        let mean = x.row_mean();
        let x = nalgebra::DMatrix::from_fn(count, width, |r, c| x[(r, c)] - mean[c]);
        let covariance = x.transpose() * &x / count as f64;
        let size = covariance.trace() / width as f64;
        let target = nalgebra::DMatrix::identity(width, width) * size;
        let to_target = (&covariance - target).norm_squared();
        let single = |row| (x.row(row).transpose() * x.row(row) - &covariance).norm_squared();
        let to_truth = (0..count).map(single).sum::<f64>() / (count * count) as f64;
        let found = Shrinkage::of(&Rows::new(data, width)).weight;
        let expected = (to_truth / to_target).min(1.0);
        assert!((found - expected).abs() < 1e-4, "{found}, {expected}");
    }
}
