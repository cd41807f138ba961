//! The adversaries that an encoder faces while it is trained: one or several, and fresh ones from time to time.
//!
//! One network that learns along with the encoder is easily led away from what it once saw. Several of them, of
//! different random starts and two shapes, have to be fooled at the same time (the encoder faces the mean of their
//! losses, as with the discriminators of Durugkar et al., "Generative Multi-Adversarial Networks", ICLR 2017); and one
//! that starts afresh is nearer to the attacker who comes when training is over.

use super::{Metrics, Part, Parts, Setup, Targets, Trainable, scalar};
use crate::error::Result;
use crate::nn::{Network, Shape, Step, Tensor, flat_head_steps, head_steps};
use crate::run::TrainingConfig;
use burn::module::Module;
use burn::tensor::Device;
use rand::rngs::ChaCha8Rng;

/// Classifiers of features, each with an optimiser of its own.
pub(super) struct Adversaries {
    networks: Vec<Trainable<Network>>,
    classes: Vec<usize>,
    /// Epochs from one restart to the next; never, if 0.
    restart_every: usize,
    features: Shape,
    training: TrainingConfig,
    device: Device,
}

impl Adversaries {
    /// `count` adversaries that predict attributes of so many `classes`.
    pub(super) fn new(
        count: usize,
        restart_every: usize,
        features: Shape,
        classes: &[usize],
        setup: &mut Setup<'_>,
    ) -> Result<Self> {
        let mut pool = Adversaries {
            networks: Vec::with_capacity(count),
            classes: classes.to_vec(),
            restart_every,
            features,
            training: setup.training.clone(),
            device: setup.device.clone(),
        };
        for slot in 0..count {
            let network = pool.fresh(slot, setup.rng)?;
            pool.networks.push(network);
        }
        Ok(pool)
    }

    fn fresh(&self, slot: usize, rng: &mut ChaCha8Rng) -> Result<Trainable<Network>> {
        let steps = shape(slot, self.features, self.classes.iter().sum());
        let network = Network::new(self.features, &steps, rng, &self.device)?;
        Ok(Trainable::new(network, &self.training))
    }

    /// Labels of private attributes as what these adversaries predict.
    pub(super) fn targets(&self, labels: Vec<Vec<u32>>) -> Targets {
        Targets::new(labels, &self.classes, &self.device)
    }

    /// Replaces the oldest adversary by a fresh one, where an `epoch` (from 0) is the time for it. Which one that is
    /// follows from the epoch alone: a run that is resumed here may do it again and stands where it stood.
    pub(super) fn begin_epoch(&mut self, epoch: usize, mut rng: ChaCha8Rng) -> Result<()> {
        if self.restart_every > 0 && epoch > 0 && epoch.is_multiple_of(self.restart_every) {
            let slot = (epoch / self.restart_every - 1) % self.networks.len();
            self.networks[slot] = self.fresh(slot, &mut rng)?;
        }
        Ok(())
    }

    /// Encoder and adversaries together learn to predict, so that the game starts with adversaries worth fooling.
    pub(super) fn pretrain(
        &mut self,
        encoder: &mut Trainable<Network>,
        x: Tensor<4>,
        targets: &Targets,
    ) -> Metrics {
        let z = encoder.module.forward(x);
        let (mut gradients, metrics) = self.losses(z, targets);
        encoder.update(&mut gradients);
        self.update(&mut gradients);
        metrics
    }

    /// One step of each adversary on features that it takes as they are: minimise `CE(C(z), s)`.
    pub(super) fn learn(&mut self, z: Tensor<4>, targets: &Targets) -> Metrics {
        let (mut gradients, metrics) = self.losses(z.detach(), targets);
        self.update(&mut gradients);
        metrics
    }

    /// Gradients of the sum of losses, which are those of each adversary alone; metrics are means.
    fn losses(&self, z: Tensor<4>, targets: &Targets) -> (burn::tensor::Gradients, Metrics) {
        let count = self.networks.len() as f32;
        let logits = self.networks.iter();
        let logits: Vec<_> = logits
            .map(|network| network.module.forward_vector(z.clone()))
            .collect();
        let accuracy = logits.iter().map(|logits| targets.accuracy(logits));
        let accuracy = accuracy.sum::<f32>() / count;
        let losses = logits.iter().map(|logits| targets.cross_entropy(logits));
        let loss = sum(losses);
        let metrics = vec![
            ("adversary loss", scalar(&loss) / count),
            ("adversary accuracy", accuracy),
        ];
        (loss.backward(), metrics)
    }

    fn update(&mut self, gradients: &mut burn::tensor::Gradients) {
        let networks = self.networks.iter_mut();
        networks.for_each(|network| network.update(gradients));
    }

    /// The mean of `loss` over what the adversaries, as they are now, say of features. It changes none of them.
    pub(super) fn face(&self, z: &Tensor<4>, loss: impl Fn(&Tensor<2>) -> Tensor<1>) -> Tensor<1> {
        let losses = self.networks.iter().map(|network| {
            let fixed = network.module.clone().no_grad();
            loss(&fixed.forward_vector(z.clone()))
        });
        sum(losses).div_scalar(self.networks.len() as f32)
    }

    pub(super) fn save(&self) -> Result<Vec<Part>> {
        let mut parts = Vec::new();
        for (slot, network) in self.networks.iter().enumerate() {
            parts.extend(network.save(&part(slot))?);
        }
        Ok(parts)
    }

    pub(super) fn load(&mut self, parts: &mut Parts) -> Result<()> {
        let mut networks = self.networks.iter_mut().enumerate();
        networks.try_for_each(|(slot, network)| network.load(parts, &part(slot)))
    }
}

/// Every second adversary sees all positions at once, without convolutions.
fn shape(slot: usize, features: Shape, classes: usize) -> Vec<Step> {
    if slot.is_multiple_of(2) {
        head_steps(features, classes)
    } else {
        flat_head_steps(classes)
    }
}

fn part(slot: usize) -> String {
    format!("adversary{slot}")
}

fn sum(losses: impl Iterator<Item = Tensor<1>>) -> Tensor<1> {
    losses
        .reduce(|sum, loss| sum + loss)
        .expect("there is at least one adversary")
}
