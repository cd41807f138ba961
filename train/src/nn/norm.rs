//! Batch normalisation over the last axis.

use super::Tensor;
use burn::module::{Module, Param, RunningState};
use burn::tensor::Device;

/// Share of a new batch in the running moments, as in PyTorch.
const MOMENTUM: f32 = 0.1;
pub(crate) const EPSILON: f64 = 1e-5;

/// Batch normalisation (Ioffe & Szegedy 2015) of the columns of a matrix.
///
/// burn's own works on the second axis and transposes everything else away and back: on channels-last tensors that
/// took about 4 times as long as this.
#[derive(Module, Debug)]
pub(crate) struct Norm {
    pub(crate) gamma: Param<Tensor<1>>,
    pub(crate) beta: Param<Tensor<1>>,
    pub(crate) running_mean: RunningState<Tensor<1>>,
    pub(crate) running_var: RunningState<Tensor<1>>,
}

impl Norm {
    pub(crate) fn new(channels: usize, device: &Device) -> Self {
        Norm {
            gamma: Param::from_tensor(Tensor::ones([channels], device)),
            beta: Param::from_tensor(Tensor::zeros([channels], device)),
            running_mean: RunningState::new(Tensor::zeros([channels], device)),
            running_var: RunningState::new(Tensor::ones([channels], device)),
        }
    }

    /// By the batch's own moments while gradients are tracked, by the running ones otherwise.
    ///
    /// # Shape
    /// `[rows, channels]` in and out.
    pub(crate) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let (mean, variance) = if x.device().is_autodiff() {
            self.batch_moments(&x)
        } else {
            self.running_moments()
        };
        let scale = self.gamma.val().unsqueeze::<2>() * variance.add_scalar(EPSILON).sqrt().recip();
        let shift = self.beta.val().unsqueeze::<2>() - mean * scale.clone();
        x * scale + shift
    }

    /// The variance as a difference of moments: inputs are centred well enough, and it saves two passes over memory.
    fn batch_moments(&self, x: &Tensor<2>) -> (Tensor<2>, Tensor<2>) {
        let mean = x.clone().mean_dim(0);
        let square = x.clone().powi_scalar(2).mean_dim(0);
        let variance = (square - mean.clone() * mean.clone()).clamp_min(0.0);
        blend(&self.running_mean, &mean);
        blend(&self.running_var, &variance);
        (mean, variance)
    }

    fn running_moments(&self) -> (Tensor<2>, Tensor<2>) {
        (
            self.running_mean.value().unsqueeze(),
            self.running_var.value().unsqueeze(),
        )
    }
}

fn blend(running: &RunningState<Tensor<1>>, batch: &Tensor<2>) {
    let batch = batch.clone().detach().squeeze_dim::<1>(0);
    let old = running.value_sync();
    running.update((old.mul_scalar(1.0 - MOMENTUM) + batch.mul_scalar(MOMENTUM)).detach());
    // An update is pending until it is asked for, and a checkpoint does not ask.
    running.value_sync();
}
