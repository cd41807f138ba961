//! A network that chooses a substitute: `P(j | x) = softmax_j(cos(f(x), g_j) / tau + b_j)`, or without `b`.

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

/// A learnable vector for each substitute, and perhaps a bias.
#[derive(Module, Debug)]
struct Table {
    /// `[count, numbers]`; only the direction counts.
    vectors: Param<Tensor<2>>,
    /// `[count]`.
    bias: Option<Param<Tensor<1>>>,
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
    /// `vectors` is where `g` starts, `[count, numbers]`; biases start at 0.
    pub(super) fn new(
        network: Network,
        vectors: Tensor<2>,
        biased: bool,
        temperature: f64,
        training: &TrainingConfig,
    ) -> Self {
        let bias = biased.then(|| Tensor::zeros([vectors.dims()[0]], &vectors.device()));
        let table = Table {
            vectors: Param::from_tensor(vectors),
            bias: bias.map(Param::from_tensor),
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
        let logits = cosines.div_scalar(self.temperature as f32);
        let logits = match &table.bias {
            Some(bias) => logits + bias.val().unsqueeze(),
            None => logits,
        };
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
        let weight = unit(table.vectors.val()).transpose();
        let bias = match table.bias {
            Some(bias) => bias.val(),
            None => Tensor::zeros([weight.dims()[1]], &weight.device()),
        };
        let spread = (bias.clone().max() - bias.clone().min()).into_scalar::<f32>();
        let bias = bias.mul_scalar(self.temperature as f32);
        let mut network = self.network.module.valid();
        network.append_unit();
        network.append_dense(Block::dense(weight, bias));
        let chosen = Chosen {
            rows,
            temperature: self.temperature,
            // Cosines lie from -1 to 1.
            range: 2.0 / self.temperature + f64::from(spread),
        };
        Learned {
            network,
            chosen: Some(chosen),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{Shape, Step, he_uniform};
    use burn::tensor::Device;
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    const TEMPERATURE: f64 = 0.1;

    fn numbers(tensor: Tensor<2>) -> Vec<f32> {
        tensor.into_data().try_to_vec().expect("f32")
    }

    #[test]
    fn what_is_exported_draws_as_what_was_trained_and_stays_within_its_range() {
        let device = Device::default().autodiff();
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let shape = Shape {
            channels: 5,
            height: 1,
            width: 1,
        };
        for biased in [false, true] {
            let network = Network::new(shape, &[Step::Output { out: 8 }], &mut rng, &device);
            let vectors = he_uniform(&mut rng, 20, 8, &device);
            let mut chooser = Chooser::new(
                network.expect("it fits"),
                vectors,
                biased,
                TEMPERATURE,
                &TrainingConfig::default(),
            );
            let x = he_uniform(&mut rng, 6, 5, &device).reshape([6, 1, 1, 5]);
            // Towards the first substitute: lengths of vectors and biases are not those of the start.
            for _ in 0..20 {
                let first = chooser.probabilities(x.clone()).slice([0..6, 0..1]);
                chooser.update(&first.log().neg().mean(), 10.0);
            }
            let trained = numbers(chooser.probabilities(x.clone()));
            let learned = chooser.finish((0..20).collect());
            let chosen = learned.chosen.expect("it chooses");
            let x = Tensor::from_data(x.into_data(), &Device::default());
            let outputs = learned.network.forward_vector(x);
            let logits = outputs.div_scalar(chosen.temperature as f32);
            let exported = numbers(softmax(logits.clone(), 1));
            for (trained, exported) in trained.iter().zip(&exported) {
                assert!((trained - exported).abs() < 1e-5, "{trained}, {exported}");
            }
            for row in numbers(logits).chunks_exact(20) {
                let most = row.iter().copied().fold(f32::MIN, f32::max);
                let least = row.iter().copied().fold(f32::MAX, f32::min);
                assert!(f64::from(most - least) <= chosen.range, "{most}, {least}");
            }
        }
    }
}
