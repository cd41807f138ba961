//! Multi-layer perceptrons.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use rand::rngs::ChaCha8Rng;

use super::network::{self, Network, Recipe, drop_some};
use super::{Attacker, Task};
use crate::adam::Weight;

/// A perceptron with ReLU and dropout, fitted from three starts.
///
/// Finds leaks of any smooth shape, such as products of columns or lengths of rows; with few rows it overfits and
/// says less than there is.
pub(super) struct Mlp {
    name: &'static str,
    hidden: &'static [usize],
    cost: u32,
}

/// One hidden layer of 64.
pub(super) const SMALL: Mlp = Mlp {
    name: "mlp-small",
    hidden: &[64],
    cost: 2,
};

/// Two hidden layers of 256.
pub(super) const LARGE: Mlp = Mlp {
    name: "mlp-large",
    hidden: &[256, 256],
    cost: 5,
};

/// Wider rows are left to the principal components: the first layer alone would have millions of weights.
const WIDEST: usize = 4096;

impl Attacker for Mlp {
    fn name(&self) -> &'static str {
        self.name
    }

    fn unfit(&self, shape: &[usize]) -> Option<String> {
        let width: usize = shape.iter().product();
        (width > WIDEST).then(|| {
            format!(
                "{width} columns are more than {WIDEST}; it sees their principal components only"
            )
        })
    }

    fn starts(&self) -> usize {
        3
    }

    fn cost(&self) -> u32 {
        self.cost
    }

    fn attack(&self, task: &Task) -> Vec<f32> {
        let network = Layers {
            name: self.name,
            width: task.view.width(),
            hidden: self.hidden,
            classes: task.classes(),
            rows: task.labels.len(),
        };
        network::attack(&network, task)
    }
}

struct Layers {
    name: &'static str,
    width: usize,
    hidden: &'static [usize],
    classes: usize,
    rows: usize,
}

impl Network for Layers {
    fn name(&self) -> &'static str {
        self.name
    }

    fn recipe(&self) -> Recipe {
        Recipe {
            batch: match self.rows {
                0..4000 => 64,
                4000..12000 => 256,
                _ => 512,
            },
            epochs: match self.rows {
                0..40_000 => (15, 80),
                _ => (4, 80),
            },
            steps: 900,
            rate: 2e-3,
            decay: 0.01,
        }
    }

    fn start(&self, rng: &mut ChaCha8Rng) -> Vec<Weight> {
        let mut weights = Vec::new();
        let mut width = self.width;
        for &hidden in self.hidden {
            weights.push(Weight::random([width, hidden], rng));
            weights.push(Weight::zeros([1, hidden]));
            width = hidden;
        }
        weights.push(Weight::zeros([width, self.classes]));
        weights.push(Weight::zeros([1, self.classes]));
        weights
    }

    fn forward(
        &self,
        weights: &[Tensor<2>],
        rows: Tensor<2>,
        mut dropout: Option<&mut ChaCha8Rng>,
    ) -> Tensor<2> {
        let mut rows = rows;
        let (hidden, last) = weights.split_at(weights.len() - 2);
        for layer in hidden.chunks_exact(2) {
            let product = rows.matmul(layer[0].clone()) + layer[1].clone();
            rows = drop_some(relu(product), dropout.as_deref_mut());
        }
        rows.matmul(last[0].clone()) + last[1].clone()
    }
}
