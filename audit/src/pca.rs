//! The first principal components of the standardised rows.

use burn::tensor::{Device, Tensor, TensorData};
use nalgebra::DMatrix;
use rand::RngExt;

use crate::rng::stream;
use crate::view::values;

/// Narrower rows are not worth it.
pub(crate) const NARROWEST: usize = 4;
/// Directions searched beyond those that are kept, and rounds of the search.
const SPARE: usize = 16;
const ROUNDS: usize = 4;

/// Principal components that attackers see: 64, or half as many as there are columns.
pub(crate) fn components(width: usize) -> usize {
    width.div_ceil(2).min(64)
}

/// The first principal components of some rows.
pub(crate) struct Basis {
    /// Directions with length one, as columns, in order of variance.
    directions: Tensor<2>,
    /// Root of the mean square of all projected numbers.
    pub size: f32,
}

impl Basis {
    /// At most `kept` components of rows whose mean is zero.
    ///
    /// # Source
    ///
    /// Halko, Martinsson and Tropp, SIAM Review 2011, algorithms 4.4 and 5.1 (randomised subspace iteration).
    pub(crate) fn of(rows: &Tensor<2>, kept: usize) -> Self {
        let [count, width] = rows.dims();
        let kept = kept.min(width).min(count);
        let sought = (kept + SPARE).min(width);
        let turned = rows.clone().transpose();
        let mut rng = stream(0, &["pca"]);
        let start = (0..width * sought).map(|_| rng.random_range(-1.0..1.0));
        let mut basis = DMatrix::from_iterator(width, sought, start).qr().q();
        for _ in 0..ROUNDS {
            let next = turned.clone().matmul(rows.clone().matmul(tensor(&basis)));
            basis = matrix(next).qr().q();
        }
        let projected = rows.clone().matmul(tensor(&basis));
        let square = matrix(projected.clone().transpose().matmul(projected));
        let eigen = square.symmetric_eigen();
        let mut order: Vec<usize> = (0..basis.ncols()).collect();
        order.sort_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]));
        order.truncate(kept);
        let squares: f64 = order.iter().map(|&i| eigen.eigenvalues[i].max(0.0)).sum();
        Self {
            size: (squares / (kept * count) as f64).sqrt().max(1e-12) as f32,
            directions: tensor(&(basis * eigen.eigenvectors.select_columns(&order))),
        }
    }

    /// Rows as components.
    pub(crate) fn project(&self, rows: &Tensor<2>) -> Tensor<2> {
        rows.clone().matmul(self.directions.clone())
    }

    /// Components as rows: the inverse of [`Basis::project`] as far as there is one.
    pub(crate) fn restore(&self, components: Tensor<2>) -> Tensor<2> {
        components.matmul(self.directions.clone().transpose())
    }
}

pub(crate) fn tensor(matrix: &DMatrix<f64>) -> Tensor<2> {
    let (rows, columns) = matrix.shape();
    let numbers: Vec<f32> = matrix.transpose().iter().map(|&x| x as f32).collect();
    Tensor::from_data(TensorData::new(numbers, [rows, columns]), &Device::flex())
}

pub(crate) fn matrix(tensor: Tensor<2>) -> DMatrix<f64> {
    let [rows, columns] = tensor.dims();
    let numbers = values(tensor).into_iter().map(f64::from);
    DMatrix::from_row_iterator(rows, columns, numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_come_in_order_and_do_not_correlate() {
        // Columns with variances 100, 25, 1, 1, ...: the first two components are these columns.
        let (rows, width) = (400, 100);
        let mut rng = stream(1, &["test"]);
        let numbers: Vec<f32> = (0..rows * width)
            .map(|at| {
                let size = match at % width {
                    7 => 10.0,
                    3 => 5.0,
                    _ => 1.0,
                };
                size * (rng.random::<f32>() - 0.5) * 12.0f32.sqrt()
            })
            .collect();
        let train = Tensor::<2>::from_data(
            TensorData::new(numbers.clone(), [rows, width]),
            &Device::flex(),
        );
        let basis = Basis::of(&train, components(width));
        let projected = matrix(basis.project(&train));
        assert_eq!(projected.shape(), (rows, 50));
        let original = DMatrix::from_row_iterator(rows, width, numbers.into_iter().map(f64::from));
        let like = |component: usize, column: usize| {
            let (a, b) = (projected.column(component), original.column(column));
            (a.dot(&b) / (a.norm() * b.norm())).abs()
        };
        assert!(like(0, 7) > 0.98, "{}", like(0, 7));
        assert!(like(1, 3) > 0.95, "{}", like(1, 3));
        let (a, b) = (projected.column(0), projected.column(1));
        assert!((a.dot(&b) / (a.norm() * b.norm())).abs() < 1e-3);
        let square = projected.norm_squared() / (rows * 50) as f64;
        assert!((square.sqrt() - f64::from(basis.size)).abs() < 1e-3);
        let whole = Basis::of(&train, width);
        let restored = matrix(whole.restore(whole.project(&train)));
        assert!((restored - original).norm() < 1e-2);
    }
}
