//! Initial weights from our own generator, so that a seed means the same whatever else the process runs.

use burn::tensor::{Device, Tensor, TensorData};
use rand::{Rng, RngExt};

/// A matrix of uniform numbers in `(-bound, bound)` with `bound = sqrt(6 / inputs)` (He et al. 2015, for ReLU).
pub(crate) fn he_uniform(
    rng: &mut impl Rng,
    inputs: usize,
    outputs: usize,
    device: &Device,
) -> Tensor<2> {
    let bound = (6.0 / inputs as f32).sqrt();
    let data: Vec<f32> = (0..inputs * outputs)
        .map(|_| rng.random_range(-bound..bound))
        .collect();
    Tensor::from_data(TensorData::new(data, [inputs, outputs]), device)
}
