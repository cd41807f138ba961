//! Between matrices of nalgebra, in f64, and tensors of burn, in f32.

use burn::tensor::{Device, Tensor, TensorData};
use nalgebra::{DMatrix, DVector};

/// A matrix as a tensor of the same shape.
pub(crate) fn tensor(m: &DMatrix<f64>) -> Tensor<2> {
    let (rows, columns) = m.shape();
    let data: Vec<f32> = m.transpose().iter().map(|&value| value as f32).collect();
    Tensor::from_data(TensorData::new(data, [rows, columns]), &Device::default())
}

/// A vector as a tensor.
pub(crate) fn vector(v: &DVector<f64>) -> Tensor<1> {
    let data: Vec<f32> = v.iter().map(|&value| value as f32).collect();
    Tensor::from_data(TensorData::new(data, [v.len()]), &Device::default())
}

/// A tensor as a matrix of the same shape.
pub(crate) fn matrix(t: Tensor<2>) -> DMatrix<f64> {
    let [rows, columns] = t.dims();
    let data = t.into_data().try_to_vec::<f32>();
    let data = data.expect("networks and products are f32");
    DMatrix::from_row_iterator(rows, columns, data.into_iter().map(f64::from))
}
