//! A multi-layer perceptron.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use rand::rngs::ChaCha8Rng;

use super::network::{self, Network, Recipe, Weight, drop_some};
use super::{Attacker, Task};

/// Width of the two hidden layers.
const HIDDEN: usize = 256;

/// Two hidden layers of 256 with ReLU and dropout.
///
/// Finds leaks of any smooth shape, such as products of columns or lengths of rows; with few rows it overfits and
/// says less than there is.
pub(super) struct Mlp;

impl Attacker for Mlp {
    fn name(&self) -> &'static str {
        "mlp"
    }

    fn cost(&self) -> u32 {
        2
    }

    fn attack(&self, task: &Task) -> Vec<f32> {
        let network = Layers {
            width: task.view.width(),
            classes: task.classes(),
            batch: match task.labels.len() {
                0..4000 => 64,
                4000..12000 => 256,
                _ => 512,
            },
        };
        network::attack(&network, task)
    }
}

struct Layers {
    width: usize,
    classes: usize,
    batch: usize,
}

impl Network for Layers {
    fn name(&self) -> &'static str {
        "mlp"
    }

    fn recipe(&self) -> Recipe {
        Recipe {
            batch: self.batch,
            epochs: (15, 80),
            steps: 900,
            rate: 2e-3,
            decay: 0.01,
        }
    }

    fn start(&self, rng: &mut ChaCha8Rng) -> Vec<Weight> {
        vec![
            Weight::random([self.width, HIDDEN], rng),
            Weight::zeros([1, HIDDEN]),
            Weight::random([HIDDEN, HIDDEN], rng),
            Weight::zeros([1, HIDDEN]),
            Weight::zeros([HIDDEN, self.classes]),
            Weight::zeros([1, self.classes]),
        ]
    }

    fn forward(
        &self,
        weights: &[Tensor<2>],
        rows: Tensor<2>,
        mut dropout: Option<&mut ChaCha8Rng>,
    ) -> Tensor<2> {
        let layer = |rows: Tensor<2>, index: usize| {
            rows.matmul(weights[index].clone()) + weights[index + 1].clone()
        };
        let first = drop_some(relu(layer(rows, 0)), dropout.as_deref_mut());
        let second = drop_some(relu(layer(first, 2)), dropout);
        layer(second, 4)
    }
}
