//! Centred rows, and products with them.

use super::convert::{matrix, tensor};
use burn::tensor::{Device, Tensor, TensorData};
use nalgebra::{DMatrix, DVector};

/// Records as rows of numbers, with their mean taken out.
pub(crate) struct Rows {
    /// `[rows, width]`, each column with mean 0.
    pub(super) centred: Tensor<2>,
    pub(crate) mean: DVector<f64>,
}

impl Rows {
    /// `data` is row-major, `width` numbers a row.
    pub(crate) fn new(mut data: Vec<f32>, width: usize) -> Self {
        let count = data.len() / width;
        let mut mean = DVector::zeros(width);
        for row in data.chunks_exact(width) {
            let sums = mean.iter_mut().zip(row);
            sums.for_each(|(sum, &value)| *sum += f64::from(value));
        }
        mean /= count.max(1) as f64;
        for row in data.chunks_exact_mut(width) {
            let values = row.iter_mut().zip(&mean);
            values.for_each(|(value, &mean)| *value = (f64::from(*value) - mean) as f32);
        }
        let data = TensorData::new(data, [count, width]);
        Rows {
            centred: Tensor::from_data(data, &Device::default()),
            mean,
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.centred.dims()[0]
    }

    pub(crate) fn width(&self) -> usize {
        self.centred.dims()[1]
    }

    /// `X m`: `[width, k]` to `[rows, k]`.
    pub(super) fn times(&self, m: &DMatrix<f64>) -> DMatrix<f64> {
        matrix(self.centred.clone().matmul(tensor(m)))
    }

    /// `X^T m`: `[rows, k]` to `[width, k]`.
    pub(super) fn transposed_times(&self, m: &DMatrix<f64>) -> DMatrix<f64> {
        matrix(self.centred.clone().transpose().matmul(tensor(m)))
    }
}
