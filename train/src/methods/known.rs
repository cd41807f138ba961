//! Known tasks of a method that substitutes.

use super::Targets;
use super::substitutes::Substitutes;
use crate::nn::Tensor;
use burn::tensor::Device;

/// The tasks, with the labels of the substitutes.
pub(super) struct Known {
    /// For each task `[count, classes]`, one-hot.
    substitutes: Vec<Tensor<2>>,
    classes: Vec<usize>,
}

impl Known {
    /// `labels` of all training records, for each task.
    pub(super) fn new(
        substitutes: &Substitutes,
        labels: &[&[u32]],
        classes: &[usize],
        device: &Device,
    ) -> Self {
        let tables = labels.iter().zip(classes);
        Known {
            substitutes: tables
                .map(|(labels, &classes)| substitutes.one_hot(labels, classes, device))
                .collect(),
            classes: classes.to_vec(),
        }
    }

    /// The losses of all tasks, summed; none without tasks. `labels` of the batch for each task.
    pub(super) fn loss(
        &self,
        probabilities: &Tensor<2>,
        labels: Vec<Vec<u32>>,
    ) -> Option<Tensor<1>> {
        let labels = labels.into_iter().enumerate();
        let losses = labels.map(|(task, labels)| self.loss_of(task, probabilities, labels));
        losses.reduce(|sum, loss| sum + loss)
    }

    /// `-ln sum_j P(j | x) [u_j = u(x)]`, the mean over the batch, in nats.
    ///
    /// # Shape
    /// `probabilities`: `[batch, count]`.
    pub(super) fn loss_of(
        &self,
        task: usize,
        probabilities: &Tensor<2>,
        labels: Vec<u32>,
    ) -> Tensor<1> {
        let classes = &self.classes[task..=task];
        let own = Targets::new(vec![labels], classes, &probabilities.device()).one_hot();
        let predicted = probabilities.clone().matmul(self.substitutes[task].clone());
        let right = (predicted * own).sum_dim(1);
        right.add_scalar(1e-6).log().mean().neg()
    }
}
