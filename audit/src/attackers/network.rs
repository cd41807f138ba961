//! Fitting of the neural attackers: Adam, a falling step size, and the best epoch on the rows kept aside.

use burn::tensor::{Tensor, TensorData};
use rand::Rng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use super::{Task, log_softmax};
use crate::adam::{Adam, Weight, falling};
use crate::stats::{balanced_accuracy, decide};
use crate::view::{pick, values};

/// Rows per step when predicting.
const CHUNK: usize = 2048;

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
    let mut adam = Adam::new(network.start(&mut rng));
    let mut order = task.view.split.fit.clone();
    let truth = task.labels_of(&task.view.split.held);
    let held = pick(&task.view.train, &task.view.split.held);

    let steps = order.len().div_ceil(recipe.batch);
    let (least, most) = recipe.epochs;
    let epochs = recipe.steps.div_ceil(steps).clamp(least, most);
    let patience = (epochs / 3).max(4);
    let (mut best, mut best_epoch, mut kept) = ((f64::NEG_INFINITY, 0.0), 0, adam.values());
    for epoch in 0..epochs {
        order.shuffle(&mut rng);
        for (step, rows) in order.chunks(recipe.batch).enumerate() {
            let rate = recipe.rate * falling(epoch * steps + step, epochs * steps);
            adam.step(rate, recipe.decay, |weights| {
                let batch = pick(&task.view.train, rows).autodiff();
                let logits = network.forward(weights, batch, Some(&mut rng));
                let slopes = slopes(values(logits.clone().inner()), rows, task);
                (logits, slopes)
            });
        }
        let scores = scores(network, &adam.tensors(), &held, task.classes());
        let value = held_value(&scores, &truth, task);
        if value > best {
            (best, best_epoch, kept) = (value, epoch, adam.values());
        } else if epoch - best_epoch >= patience {
            break;
        }
    }
    adam.restore(kept);
    scores(network, &adam.tensors(), &task.view.test, task.classes())
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

/// Log-probabilities of all classes.
fn scores(
    network: &dyn Network,
    weights: &[Tensor<2>],
    rows: &Tensor<2>,
    classes: usize,
) -> Vec<f32> {
    let count = rows.dims()[0];
    let mut scores = Vec::with_capacity(count * classes);
    for start in (0..count).step_by(CHUNK) {
        let chunk = rows.clone().narrow(0, start, CHUNK.min(count - start));
        scores.extend(values(network.forward(weights, chunk, None)));
    }
    log_softmax(&mut scores, classes);
    scores
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
