//! LEACE: Belrose et al., "LEACE: Perfect linear concept erasure in closed form", NeurIPS 2023 (arXiv 2306.03819,
//! theorem 4.3): `r(x) = x - W^+ P W (x - E x)`, with `W = Sigma_xx^(-1/2)` and `P` the projection onto the columns of
//! `W Sigma_xz`.
//!
//! Written out, `W^+ P W = Sigma_xz (Sigma_zx Sigma_xx^+ Sigma_xz)^+ Sigma_zx Sigma_xx^+`: a matrix of the rank of
//! `Sigma_xz`, for which no square root and no matrix of `width x width` numbers is needed, only the solution `V` of
//! `Sigma_xx V = Sigma_xz`. What is returned is `up = Sigma_xz` and `down = (V^T Sigma_xz)^+ V^T`.
//!
//! `down` takes out exactly what `up` puts in (`down up` is the identity on what matters) whatever `V` is, so that the
//! classes' means coincide on the training rows to the last digit of f32. How well `V` is known decides only how little
//! else is changed; with few rows it is better known from a shrunk covariance, which also has an inverse.

use super::Rows;
use super::shrinkage::Shrinkage;
use nalgebra::{DMatrix, DVector};

/// The least part of the mean variance that is added to each column's: rounding errors of f32.
const LEAST_RIDGE: f64 = 1e-6;
/// Steps of conjugate gradients at most, and the residual at which they end.
const STEPS: usize = 300;
const RESIDUAL: f64 = 1e-5;
/// Directions of `Sigma_zx V` with less than this part of the largest are none: a class that follows from the others.
const LEAST: f64 = 1e-9;

/// The affine change `x - up (down x - offset)`, after which no linear model of an attribute has a lower convex loss, on
/// the rows it was fitted on, than a constant.
pub(crate) struct Erasure {
    /// `[rank, width]`.
    pub(crate) down: DMatrix<f64>,
    /// `[rank]`.
    pub(crate) offset: DVector<f64>,
    /// `[width, rank]`.
    pub(crate) up: DMatrix<f64>,
}

impl Erasure {
    /// `labels` of each attribute with its number of classes; the rank is at most the sum of classes less one each.
    pub(crate) fn of(rows: &Rows, labels: &[(&[u32], usize)]) -> Self {
        let z = indicators(labels, rows.count());
        let up = rows.transposed_times(&z) / rows.count() as f64;
        let solution = solve(rows, &up);
        let inner = solution.transpose() * &up;
        let svd = inner.svd(true, true);
        let least = LEAST * svd.singular_values.max();
        let inverse = svd.pseudo_inverse(least).expect(
            "both sides of the decomposition were asked for, and the tolerance is not negative",
        );
        let down = inverse * solution.transpose();
        Erasure {
            offset: &down * &rows.mean,
            down,
            up,
        }
    }
}

/// For each attribute all classes but the first, one-hot, with mean 0 and variance 1: `[rows, rank]`.
fn indicators(labels: &[(&[u32], usize)], count: usize) -> DMatrix<f64> {
    let columns = labels.iter().flat_map(|&(labels, classes)| {
        (1..classes as u32).map(move |class| {
            let column = labels.iter().map(|&label| f64::from(label == class));
            standardised(DVector::from_iterator(count, column))
        })
    });
    DMatrix::from_columns(&columns.collect::<Vec<_>>())
}

fn standardised(column: DVector<f64>) -> DVector<f64> {
    let (mean, variance) = (column.mean(), column.variance());
    column.add_scalar(-mean) / variance.sqrt().max(1e-12)
}

/// The covariance of the rows, shrunk; known by its products only.
struct Covariance<'a> {
    rows: &'a Rows,
    trusted: f64,
    ridge: f64,
}

impl<'a> Covariance<'a> {
    fn of(rows: &'a Rows) -> Self {
        let shrinkage = Shrinkage::of(rows);
        Covariance {
            rows,
            trusted: 1.0 - shrinkage.weight,
            ridge: shrinkage.size * shrinkage.weight.max(LEAST_RIDGE),
        }
    }

    fn times(&self, m: &DMatrix<f64>) -> DMatrix<f64> {
        let products = self.rows.transposed_times(&self.rows.times(m));
        products * (self.trusted / self.rows.count() as f64) + m * self.ridge
    }
}

/// `covariance^-1 right`, by conjugate gradients on all columns at once (Hestenes & Stiefel 1952).
fn solve(rows: &Rows, right: &DMatrix<f64>) -> DMatrix<f64> {
    let covariance = Covariance::of(rows);
    let mut solution = DMatrix::zeros(right.nrows(), right.ncols());
    let mut residual = right.clone();
    let mut direction = residual.clone();
    let mut square = column_squares(&residual);
    let enough = &square * (RESIDUAL * RESIDUAL);
    for _ in 0..STEPS {
        let product = covariance.times(&direction);
        let curvature = DVector::from_iterator(
            right.ncols(),
            direction
                .column_iter()
                .zip(product.column_iter())
                .map(|(d, p)| d.dot(&p)),
        );
        for column in 0..right.ncols() {
            let step = ratio(square[column], curvature[column]);
            solution
                .column_mut(column)
                .axpy(step, &direction.column(column), 1.0);
            residual
                .column_mut(column)
                .axpy(-step, &product.column(column), 1.0);
        }
        let next = column_squares(&residual);
        if next
            .iter()
            .zip(&enough)
            .all(|(next, enough)| next <= enough)
        {
            break;
        }
        for column in 0..right.ncols() {
            let kept = ratio(next[column], square[column]);
            direction
                .column_mut(column)
                .axpy(1.0, &residual.column(column), kept);
        }
        square = next;
    }
    solution
}

fn column_squares(m: &DMatrix<f64>) -> DVector<f64> {
    DVector::from_iterator(
        m.ncols(),
        m.column_iter().map(|column| column.norm_squared()),
    )
}

/// 0 for a column that is solved already.
fn ratio(above: f64, below: f64) -> f64 {
    if below > 0.0 { above / below } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    /// Correlated rows in which an attribute of three classes and one of two stand.
    fn example(count: usize, width: usize) -> (Vec<f32>, Vec<u32>, Vec<u32>) {
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        let three: Vec<u32> = (0..count).map(|_| rng.random_range(0..3)).collect();
        let two: Vec<u32> = (0..count).map(|_| rng.random_range(0..2)).collect();
        let mut data = Vec::new();
        for row in 0..count {
            let mut last = 0.0;
            for column in 0..width {
                let signal = match column % 3 {
                    0 => three[row] as f32,
                    1 => two[row] as f32 * 2.0,
                    _ => f32::from(u8::from(three[row] == 1)),
                };
                last = 0.6 * last + signal + rng.random_range(-1.5..1.5) * (1.0 + column as f32);
                data.push(last + 10.0);
            }
        }
        (data, three, two)
    }

    fn erased(data: &[f32], width: usize, erasure: &Erasure) -> DMatrix<f64> {
        let x = DMatrix::from_iterator(
            width,
            data.len() / width,
            data.iter().map(|&v| f64::from(v)),
        );
        let mut inner = &erasure.down * &x;
        inner
            .column_iter_mut()
            .for_each(|mut column| column -= &erasure.offset);
        (x - &erasure.up * inner).transpose()
    }

    /// The theorem as it stands, by an eigendecomposition of the plain covariance.
    fn by_the_theorem(data: &[f32], width: usize, z: &DMatrix<f64>) -> DMatrix<f64> {
        let count = data.len() / width;
        let x = DMatrix::from_row_iterator(count, width, data.iter().map(|&v| f64::from(v)));
        let mean = x.row_mean();
        let x = DMatrix::from_fn(count, width, |r, c| x[(r, c)] - mean[c]);
        let eigen = (x.transpose() * &x / count as f64).symmetric_eigen();
        let power = |exponent: f64| {
            let values = eigen.eigenvalues.map(|value| value.powf(exponent));
            &eigen.eigenvectors * DMatrix::from_diagonal(&values) * eigen.eigenvectors.transpose()
        };
        let whitened = power(-0.5) * (x.transpose() * z / count as f64);
        let projection = &whitened
            * whitened
                .clone()
                .pseudo_inverse(1e-10)
                .expect("a tolerance above 0");
        power(0.5) * projection * power(-0.5)
    }

    #[test]
    fn class_means_coincide_and_little_else_changes() {
        let (count, width) = (2000, 7);
        let (data, three, two) = example(count, width);
        let rows = Rows::new(data.clone(), width);
        let erasure = Erasure::of(&rows, &[(&three, 3), (&two, 2)]);
        assert_eq!(erasure.up.shape(), (width, 3));
        let after = erased(&data, width, &erasure);
        for (labels, classes) in [(&three, 3), (&two, 2)] {
            for class in 0..classes {
                let members: Vec<usize> = (0..count).filter(|&row| labels[row] == class).collect();
                let mean = after.select_rows(&members).row_mean();
                let away = (mean - rows.mean.transpose()).abs().max();
                assert!(away < 1e-4, "class {class}: {away}");
            }
        }
    }

    #[test]
    fn with_many_rows_it_is_the_projection_of_the_theorem() {
        let (count, width) = (20_000, 7);
        let (data, three, two) = example(count, width);
        let labels: [(&[u32], usize); 2] = [(&three, 3), (&two, 2)];
        let erasure = Erasure::of(&Rows::new(data.clone(), width), &labels);
        let expected = by_the_theorem(&data, width, &indicators(&labels, count));
        let away = (&erasure.up * &erasure.down - &expected).norm() / expected.norm();
        // Shrinkage is what is left between them.
        assert!(away < 0.01, "{away}");
    }

    #[test]
    fn a_class_that_follows_from_another_attribute_is_erased_with_it() {
        let (data, three, _) = example(500, 7);
        let rows = Rows::new(data.clone(), 7);
        let twice = Erasure::of(&rows, &[(&three, 3), (&three, 3)]);
        let once = Erasure::of(&rows, &[(&three, 3)]);
        let away = (&twice.up * &twice.down - &once.up * &once.down).norm();
        assert!(away < 1e-4, "{away}");
        assert!(twice.down.iter().all(|value| value.is_finite()));
    }

    #[test]
    fn more_columns_than_rows_and_columns_that_never_change_are_no_obstacle() {
        let (mut data, _, two) = example(60, 90);
        data.chunks_exact_mut(90).for_each(|row| row[4] = 7.0);
        let erasure = Erasure::of(&Rows::new(data.clone(), 90), &[(&two, 2)]);
        let after = erased(&data, 90, &erasure);
        let mean = |class| {
            let members: Vec<usize> = (0..60).filter(|&row| two[row] == class).collect();
            after.select_rows(&members).row_mean()
        };
        let away = (mean(0) - mean(1)).abs().max();
        assert!(away < 1e-2, "{away}");
    }
}
