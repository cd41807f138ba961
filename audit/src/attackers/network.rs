//! Fitting of the neural attackers: Adam, a falling step size, and the best epoch on the rows kept aside.
//!
//! Weights start from the audit's own generator and live on the host between steps, so that a fit depends on the seed
//! alone and the optimiser is one pass over memory.

use burn::tensor::{Device, Tensor, TensorData};
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{Rng, RngExt};

use super::{Task, log_softmax};
use crate::stats::{balanced_accuracy, decide};
use crate::view::{pick, values};

/// Rows per step when predicting.
const CHUNK: usize = 2048;

/// One weight matrix of a network; offsets are matrices of one row.
pub(super) struct Weight {
    shape: [usize; 2],
    values: Vec<f32>,
}

impl Weight {
    /// Uniform start with the variance that keeps the size of ReLU activations (He et al., 2015).
    pub(super) fn random(shape: [usize; 2], rng: &mut ChaCha8Rng) -> Self {
        let limit = (6.0 / shape[0] as f32).sqrt();
        let values = (0..shape[0] * shape[1])
            .map(|_| rng.random_range(-limit..limit))
            .collect();
        Self { shape, values }
    }

    /// All zeros, as offsets and last layers start.
    pub(super) fn zeros(shape: [usize; 2]) -> Self {
        Self {
            shape,
            values: vec![0.0; shape[0] * shape[1]],
        }
    }

    fn tensor(&self, device: &Device) -> Tensor<2> {
        Tensor::from_data(TensorData::new(self.values.clone(), self.shape), device)
    }
}

/// A network without state: what it computes follows from its weights.
pub(super) trait Network {
    /// Name of the attacker.
    fn name(&self) -> &'static str;
    /// Weights to start from.
    fn start(&self, rng: &mut ChaCha8Rng) -> Vec<Weight>;
    /// Logits of rows that are laid flat. With a generator, some activations are dropped at random.
    fn forward(
        &self,
        weights: &[Tensor<2>],
        rows: Tensor<2>,
        dropout: Option<&mut ChaCha8Rng>,
    ) -> Tensor<2>;
    /// Settings of the fit.
    fn recipe(&self) -> Recipe;
}

/// How to fit a network.
pub(super) struct Recipe {
    /// Rows per step.
    pub batch: usize,
    /// Epochs at least and at most; between them, enough for `steps`.
    pub epochs: (usize, usize),
    /// Steps to aim at.
    pub steps: usize,
    /// Largest step size of Adam.
    pub rate: f64,
    /// Decoupled weight decay, per unit of step size.
    pub decay: f64,
}

/// Sets activations to zero with a chance of one in five, and scales the rest so that their mean stays.
pub(super) fn drop_some(activations: Tensor<2>, rng: Option<&mut ChaCha8Rng>) -> Tensor<2> {
    let Some(rng) = rng else {
        return activations;
    };
    let shape = activations.dims();
    let mut bytes = vec![0u8; shape[0] * shape[1]];
    rng.fill_bytes(&mut bytes);
    const DROPPED: u8 = 51;
    let keep = 256.0 / (256.0 - f32::from(DROPPED));
    let mask: Vec<f32> = bytes
        .iter()
        .map(|&byte| if byte < DROPPED { 0.0 } else { keep })
        .collect();
    let mask = Tensor::<2>::from_data(TensorData::new(mask, shape), &activations.device());
    activations * mask
}

/// Fits a network and returns log-probabilities for the test rows.
pub(super) fn attack(network: &dyn Network, task: &Task) -> Vec<f32> {
    let recipe = network.recipe();
    let mut rng = task.rng(network.name());
    let mut fit = Fit::new(network, &mut rng);
    let mut order = task.view.split.fit.clone();
    let truth = task.labels_of(&task.view.split.held);
    let held = pick(&task.view.train, &task.view.split.held);

    let steps = order.len().div_ceil(recipe.batch);
    let (least, most) = recipe.epochs;
    let epochs = recipe.steps.div_ceil(steps).clamp(least, most);
    let patience = (epochs / 3).max(4);
    let (mut best, mut best_epoch, mut kept) = ((f64::NEG_INFINITY, 0.0), 0, fit.weights());
    for epoch in 0..epochs {
        order.shuffle(&mut rng);
        for (step, rows) in order.chunks(recipe.batch).enumerate() {
            let done = (epoch * steps + step) as f64 / (epochs * steps) as f64;
            // Half a cosine, from the full step size down to nothing.
            let rate = recipe.rate * 0.5 * (1.0 + (std::f64::consts::PI * done).cos());
            fit.step(rows, task, rate, recipe.decay, &mut rng);
        }
        let scores = fit.scores(&held, task.classes());
        let value = held_value(&scores, &truth, task);
        if value > best {
            (best, best_epoch, kept) = (value, epoch, fit.weights());
        } else if epoch - best_epoch >= patience {
            break;
        }
    }
    fit.restore(kept);
    fit.scores(&task.view.test, task.classes())
}

/// What the choice of the epoch looks at: balanced accuracy, then mean log-probability of the truth.
fn held_value(scores: &[f32], truth: &[u32], task: &Task) -> (f64, f64) {
    let classes = task.classes();
    let rows = scores.chunks_exact(classes).zip(truth);
    let likelihood: f64 = rows
        .map(|(row, &class)| f64::from(row[class as usize]))
        .sum();
    let predicted = decide(scores, task.priors);
    (balanced_accuracy(truth, &predicted, classes), likelihood)
}

/// A network that is being fitted.
struct Fit<'a> {
    network: &'a dyn Network,
    weights: Vec<Weight>,
    moments: Vec<(Vec<f32>, Vec<f32>)>,
    steps: i32,
    plain: Device,
    tracked: Device,
}

impl<'a> Fit<'a> {
    fn new(network: &'a dyn Network, rng: &mut ChaCha8Rng) -> Self {
        let weights = network.start(rng);
        let zeros = |weight: &Weight| vec![0.0; weight.values.len()];
        Self {
            network,
            moments: weights.iter().map(|w| (zeros(w), zeros(w))).collect(),
            weights,
            steps: 0,
            plain: Device::flex(),
            tracked: Device::flex().autodiff(),
        }
    }

    fn weights(&self) -> Vec<Vec<f32>> {
        self.weights.iter().map(|w| w.values.clone()).collect()
    }

    fn restore(&mut self, kept: Vec<Vec<f32>>) {
        for (weight, kept) in self.weights.iter_mut().zip(kept) {
            weight.values = kept;
        }
    }

    /// Log-probabilities of all classes.
    fn scores(&self, rows: &Tensor<2>, classes: usize) -> Vec<f32> {
        let weights: Vec<Tensor<2>> = self.weights.iter().map(|w| w.tensor(&self.plain)).collect();
        let count = rows.dims()[0];
        let mut scores = Vec::with_capacity(count * classes);
        for start in (0..count).step_by(CHUNK) {
            let chunk = rows.clone().narrow(0, start, CHUNK.min(count - start));
            scores.extend(values(self.network.forward(&weights, chunk, None)));
        }
        log_softmax(&mut scores, classes);
        scores
    }

    /// One step of Adam on the cross-entropy of a batch.
    fn step(&mut self, rows: &[usize], task: &Task, rate: f64, decay: f64, rng: &mut ChaCha8Rng) {
        let weights: Vec<Tensor<2>> = self
            .weights
            .iter()
            .map(|weight| weight.tensor(&self.tracked).require_grad())
            .collect();
        let batch = pick(&task.view.train, rows).autodiff();
        let logits = self.network.forward(&weights, batch, Some(rng));
        let slopes = slopes(values(logits.clone().inner()), rows, task);
        let slopes = TensorData::new(slopes, [rows.len(), task.classes()]);
        // The gradient of the cross-entropy with respect to the logits is known in closed form. A product with that
        // constant has the same gradient, and spares the tape a softmax.
        let slopes = Tensor::<2>::from_data(slopes, &self.tracked);
        let mut gradients = (logits * slopes).sum().backward();
        self.steps += 1;
        for (index, weight) in weights.iter().enumerate() {
            if let Some(gradient) = weight.grad_remove(&mut gradients) {
                self.adam(index, &values(gradient), rate, decay);
            }
        }
    }

    /// Adam with decoupled weight decay (Loshchilov and Hutter, 2019), offsets not decayed.
    fn adam(&mut self, index: usize, gradient: &[f32], rate: f64, decay: f64) {
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

/// Gradient of the mean cross-entropy with respect to the logits: probabilities minus the truth.
fn slopes(mut logits: Vec<f32>, rows: &[usize], task: &Task) -> Vec<f32> {
    let classes = task.classes();
    log_softmax(&mut logits, classes);
    let share = 1.0 / rows.len() as f32;
    for (row, &index) in logits.chunks_exact_mut(classes).zip(rows) {
        row.iter_mut().for_each(|log| *log = log.exp() * share);
        row[task.labels[index] as usize] -= share;
    }
    logits
}
