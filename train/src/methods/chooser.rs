//! A network that chooses a substitute: `P(j | x) = softmax_j(cos(f(x), g_j) / tau + b_j)`.

use super::{Chosen, Learned, Part, Parts, Setup, Trainable};
use crate::error::Result;
use crate::nn::{Block, Network, Tensor, head_steps, unit};
use crate::run::TrainingConfig;
use burn::module::{Module, Param};
use burn::tensor::activation::softmax;

/// How much faster the table learns than the network: its rows are seen one at a time.
const TABLE_RATE: f64 = 10.0;

/// Channels between encoder and head, if the run does not say: they do not leave the device, so they need not be few.
const CHANNELS: usize = 64;

/// A learnable vector and a bias for each substitute.
#[derive(Module, Debug)]
struct Table {
    /// `[count, numbers]`; only the direction counts.
    vectors: Param<Tensor<2>>,
    /// `[count]`.
    bias: Param<Tensor<1>>,
}

/// `f`, `g` and `b` at work.
pub(super) struct Chooser {
    network: Trainable<Network>,
    table: Trainable<Table>,
    temperature: f64,
}

/// A network from records to vectors of `numbers`, with fresh weights: the run's encoder and a head on it.
pub(super) fn embedding(numbers: usize, setup: &mut Setup<'_>) -> Result<Network> {
    let channels = setup.encoder.features.unwrap_or(CHANNELS);
    let mut steps = setup.encoder.architecture.steps(Some(channels));
    let mut features = setup.input;
    for step in &steps {
        features = features.after(step)?;
    }
    steps.extend(head_steps(features, numbers));
    Network::new(setup.input, &steps, setup.rng, setup.device)
}

/// Numbers of an embedding, if the run does not say.
pub(super) fn default_numbers() -> usize {
    32
}

/// Falls from 1 to almost 0 as half a cosine (Loshchilov & Hutter, ICLR 2017): the estimate of what is disclosed comes
/// to rest with the network.
pub(super) fn cosine(progress: f64) -> f64 {
    0.02 + 0.49 * (1.0 + (std::f64::consts::PI * progress).cos())
}

impl Chooser {
    /// `vectors` is where `g` starts, `[count, numbers]`.
    pub(super) fn new(
        network: Network,
        vectors: Tensor<2>,
        temperature: f64,
        training: &TrainingConfig,
    ) -> Self {
        let bias = Tensor::zeros([vectors.dims()[0]], &vectors.device());
        let table = Table {
            vectors: Param::from_tensor(vectors),
            bias: Param::from_tensor(bias),
        };
        Chooser {
            network: Trainable::new(network, training),
            table: Trainable::new(table, training),
            temperature,
        }
    }

    /// `P(j | x)`, `[batch, count]`.
    pub(super) fn probabilities(&self, x: Tensor<4>) -> Tensor<2> {
        let table = &self.table.module;
        let embedded = unit(self.network.module.forward_vector(x));
        let cosines = embedded.matmul(unit(table.vectors.val()).transpose());
        let logits = cosines.div_scalar(self.temperature as f32) + table.bias.val().unsqueeze();
        softmax(logits, 1)
    }

    /// One step down `loss`, at a part of the learning rate.
    pub(super) fn update(&mut self, loss: &Tensor<1>, rate: f64) {
        let mut gradients = loss.backward();
        self.network.update_at(&mut gradients, rate);
        self.table.update_at(&mut gradients, rate * TABLE_RATE);
    }

    pub(super) fn save(&self) -> Result<Vec<Part>> {
        let parts = [self.network.save("chooser")?, self.table.save("table")?];
        Ok(parts.into_iter().flatten().collect())
    }

    pub(super) fn load(&mut self, parts: &mut Parts) -> Result<()> {
        self.network.load(parts, "chooser")?;
        self.table.load(parts, "table")
    }

    /// Whether a checkpoint holds a chooser.
    pub(super) fn is_in(parts: &Parts) -> bool {
        parts.holds("chooser")
    }

    /// The network whose outputs, divided by the temperature, are the logits; `rows` are the substitutes.
    pub(super) fn finish(self, rows: Vec<usize>) -> Learned {
        let table = self.table.module.valid();
        let bias = table.bias.val().mul_scalar(self.temperature as f32);
        let spread = (bias.clone().max() - bias.clone().min()).into_scalar::<f32>();
        let weight = unit(table.vectors.val()).transpose();
        let mut network = self.network.module.valid();
        network.append_unit();
        network.append_dense(Block::dense(weight, bias));
        let chosen = Chosen {
            rows,
            temperature: self.temperature,
            // Cosines lie from -1 to 1.
            range: (2.0 + f64::from(spread)) / self.temperature,
        };
        Learned {
            network,
            chosen: Some(chosen),
        }
    }
}
