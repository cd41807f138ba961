//! Weights of a network, and their fitting by Adam.
//!
//! Weights start from the audit's own generator and live on the host between steps, so that a fit depends on the seed
//! alone and the optimiser is one pass over memory.

use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use crate::view::values;

/// One weight matrix of a network; offsets are matrices of one row.
pub(crate) struct Weight {
    shape: [usize; 2],
    values: Vec<f32>,
}

impl Weight {
    /// Uniform start with the variance that keeps the size of ReLU activations (He et al., 2015).
    pub(crate) fn random(shape: [usize; 2], rng: &mut ChaCha8Rng) -> Self {
        let limit = (6.0 / shape[0] as f32).sqrt();
        let values = (0..shape[0] * shape[1])
            .map(|_| rng.random_range(-limit..limit))
            .collect();
        Self { shape, values }
    }

    /// All zeros, as offsets and last layers start.
    pub(crate) fn zeros(shape: [usize; 2]) -> Self {
        Self {
            shape,
            values: vec![0.0; shape[0] * shape[1]],
        }
    }

    fn tensor(&self, device: &Device) -> Tensor<2> {
        Tensor::from_data(TensorData::new(self.values.clone(), self.shape), device)
    }
}

/// Weights that are being fitted.
pub(crate) struct Adam {
    weights: Vec<Weight>,
    moments: Vec<(Vec<f32>, Vec<f32>)>,
    steps: i32,
    tracked: Device,
}

impl Adam {
    pub(crate) fn new(weights: Vec<Weight>) -> Self {
        let zeros = |weight: &Weight| vec![0.0; weight.values.len()];
        Self {
            moments: weights.iter().map(|w| (zeros(w), zeros(w))).collect(),
            weights,
            steps: 0,
            tracked: Device::flex().autodiff(),
        }
    }

    /// A copy of all weights, to come back to.
    pub(crate) fn values(&self) -> Vec<Vec<f32>> {
        self.weights.iter().map(|w| w.values.clone()).collect()
    }

    /// Comes back to a copy.
    pub(crate) fn restore(&mut self, kept: Vec<Vec<f32>>) {
        for (weight, kept) in self.weights.iter_mut().zip(kept) {
            weight.values = kept;
        }
    }

    /// The weights as tensors without a tape.
    pub(crate) fn tensors(&self) -> Vec<Tensor<2>> {
        let plain = Device::flex();
        self.weights.iter().map(|w| w.tensor(&plain)).collect()
    }

    /// One step. `forward` gets the weights, and returns what the network says and the gradient of the loss with respect
    /// to that, row-major.
    ///
    /// Where that gradient is known in closed form, a product with it has the same gradient as the loss, and the tape is
    /// spared the loss itself.
    pub(crate) fn step(
        &mut self,
        rate: f64,
        decay: f64,
        forward: impl FnOnce(&[Tensor<2>]) -> (Tensor<2>, Vec<f32>),
    ) {
        let weights: Vec<Tensor<2>> = self
            .weights
            .iter()
            .map(|weight| weight.tensor(&self.tracked).require_grad())
            .collect();
        let (said, slopes) = forward(&weights);
        let slopes = TensorData::new(slopes, said.dims());
        let slopes = Tensor::<2>::from_data(slopes, &self.tracked);
        let mut gradients = (said * slopes).sum().backward();
        self.steps += 1;
        for (index, weight) in weights.iter().enumerate() {
            if let Some(gradient) = weight.grad_remove(&mut gradients) {
                self.update(index, &values(gradient), rate, decay);
            }
        }
    }

    /// Adam with decoupled weight decay (Loshchilov and Hutter, 2019), offsets not decayed.
    fn update(&mut self, index: usize, gradient: &[f32], rate: f64, decay: f64) {
        const FIRST: f32 = 0.9;
        const SECOND: f32 = 0.999;
        let weight = &mut self.weights[index];
        let (first, second) = &mut self.moments[index];
        let bias = 1.0 - SECOND.powi(self.steps);
        let scale = rate as f32 / (1.0 - FIRST.powi(self.steps));
        let shrink = match weight.shape[0] {
            1 => 1.0,
            _ => 1.0 - (rate * decay) as f32,
        };
        let moments = first.iter_mut().zip(second.iter_mut());
        for ((value, &g), (m, v)) in weight.values.iter_mut().zip(gradient).zip(moments) {
            *m = FIRST * *m + (1.0 - FIRST) * g;
            *v = SECOND * *v + (1.0 - SECOND) * g * g;
            *value = *value * shrink - scale * *m / ((*v / bias).sqrt() + 1e-8);
        }
    }
}

/// Half a cosine, from one down to nothing, over `steps` steps.
pub(crate) fn falling(step: usize, steps: usize) -> f64 {
    0.5 * (1.0 + (std::f64::consts::PI * step as f64 / steps as f64).cos())
}
