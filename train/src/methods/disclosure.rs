//! What a substitute's number says of private attributes: `P(j | s = c)`, estimated while the network changes.

use super::{Part, Parts, Targets};
use crate::error::Result;
use crate::nn::Tensor;
use burn::tensor::{Device, TensorData};

/// Records that the estimate remembers, at most; no more than there are. A plug-in estimate from one batch is badly biased upwards: with more substitutes
/// than records, each substitute looks like a sign of whoever chose it.
const MEMORY: usize = 16_384;

/// Added to chances, so that none is 0.
const NEVER: f32 = 1e-9;

/// Running estimates of `P(j | s = c)` for every class of every private attribute.
pub(super) struct Disclosure {
    /// `[sum of classes, count]`; each row sums to 1. They start uniform, so that the first batches, which say little, are
    /// not believed much.
    chances: Tensor<2>,
    /// `P(s = c)` in the training set.
    shares: Vec<f32>,
    classes: Vec<usize>,
    memory: f32,
}

impl Disclosure {
    /// `labels` of all training records for each private attribute.
    pub(super) fn new(labels: &[&[u32]], classes: &[usize], count: usize, device: &Device) -> Self {
        let mut shares = Vec::new();
        for (labels, &classes) in labels.iter().zip(classes) {
            let mut counts = vec![0.0f32; classes];
            labels
                .iter()
                .for_each(|&label| counts[label as usize] += 1.0);
            shares.extend(counts.iter().map(|count| count / labels.len() as f32));
        }
        Disclosure {
            chances: Tensor::full([shares.len(), count], 1.0 / count as f32, device),
            shares,
            classes: classes.to_vec(),
            memory: labels
                .first()
                .map_or(MEMORY, |labels| labels.len().min(MEMORY)) as f32,
        }
    }

    /// `ln(P(j | s = c) / P(j))` for every class and substitute, `[sum of classes, count]`, in nats: what an attacker
    /// who knows all about the encoder learns from a draw. Its mean over records that the estimate has not seen is a
    /// lower bound of the mutual information `I(J; s)` (Barber & Agakov, NIPS 2003).
    pub(super) fn log_ratios(&self) -> Tensor<2> {
        let count = self.chances.dims()[1];
        let mut at = 0;
        let parts = self.classes.iter().map(|&classes| {
            let rows = at..at + classes;
            at += classes;
            let chances = self.chances.clone().slice([rows.clone(), 0..count]);
            let mixed = (chances.clone() * column(&self.shares[rows], &self.chances)).sum_dim(0);
            // Where nobody goes, nothing is disclosed.
            (chances.add_scalar(NEVER) / mixed.add_scalar(NEVER)).log()
        });
        Tensor::cat(parts.collect(), 0)
    }

    /// Takes in a batch: its classes, `[batch, sum of classes]`, and its `P(j | x)`, `[batch, count]`.
    pub(super) fn observe(&mut self, targets: &Targets, probabilities: &Tensor<2>) {
        let one_hot = targets.one_hot();
        let counts: Vec<f32> = numbers(one_hot.clone().sum_dim(0));
        let sums = one_hot.transpose().matmul(probabilities.clone().detach());
        // A class that few records have changes as slowly as it is seldom seen.
        let rates = counts
            .iter()
            .zip(&self.shares)
            .map(|(&count, share)| (count / (self.memory * share).max(1.0)).min(1.0));
        let rates: Vec<f32> = rates.collect();
        let forgotten: Vec<f32> = rates.iter().map(|rate| 1.0 - rate).collect();
        let shares: Vec<f32> = rates
            .iter()
            .zip(&counts)
            .map(|(rate, count)| rate / count.max(1.0))
            .collect();
        let kept = self.chances.clone() * column(&forgotten, &self.chances);
        self.chances = (kept + sums * column(&shares, &self.chances)).detach();
    }

    pub(super) fn save(&self) -> Part {
        let numbers = numbers(self.chances.clone()).into_iter();
        (
            "disclosure".into(),
            numbers.flat_map(f32::to_le_bytes).collect(),
        )
    }

    pub(super) fn load(&mut self, parts: &mut Parts) -> Result<()> {
        let [rows, count] = self.chances.dims();
        let numbers = parts.numbers("disclosure", rows * count)?;
        let data = TensorData::new(numbers, [rows, count]);
        self.chances = Tensor::from_data(data, &self.chances.device());
        Ok(())
    }
}

/// One number for each row, on the device of `like`: `[numbers, 1]`.
fn column(numbers: &[f32], like: &Tensor<2>) -> Tensor<2> {
    let data = TensorData::new(numbers.to_vec(), [numbers.len(), 1]);
    Tensor::from_data(data, &like.device())
}

fn numbers(tensor: Tensor<2>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("chances are f32")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device() -> Device {
        Device::default()
    }

    /// Observes `rounds` times two records of class 0 that draw substitute 0, and two of class 1 that draw by `other`.
    fn observed(rounds: usize, other: [f32; 2]) -> Vec<f32> {
        let labels = [0, 0, 1, 1];
        let all = labels.repeat(25);
        let mut disclosure = Disclosure::new(&[&all], &[2], 2, &device());
        let targets = Targets::new(vec![labels.to_vec()], &[2], &device());
        let draws = Tensor::from_data([[1.0, 0.0], [1.0, 0.0], other, other], &device());
        (0..rounds).for_each(|_| disclosure.observe(&targets, &draws));
        numbers(disclosure.log_ratios())
    }

    #[test]
    fn what_does_not_depend_on_the_class_discloses_nothing() {
        for ratio in observed(50, [1.0, 0.0]) {
            assert!(ratio.abs() < 0.01, "{ratio}");
        }
    }

    #[test]
    fn ratios_are_those_of_the_classes_chances() {
        // P(0|c=0) = 1, P(0|c=1) = 1/4, so P(0) = 5/8; P(1) = 3/8.
        let ratios = observed(4000, [0.25, 0.75]);
        let expected = [1.6f32.ln(), f32::NEG_INFINITY, 0.4f32.ln(), 2.0f32.ln()];
        for (ratio, expected) in ratios.iter().zip(expected) {
            let close = (ratio - expected).abs() < 0.01;
            assert!(
                close || (expected.is_infinite() && *ratio < -8.0),
                "{ratios:?}"
            );
        }
    }

    #[test]
    fn few_records_are_no_proof() {
        let few = observed(1, [0.0, 1.0]);
        let many = observed(1000, [0.0, 1.0]);
        assert!(few[0] < many[0] && few[0] > 0.0, "{few:?} {many:?}");
        assert!((many[0] - 2.0f32.ln()).abs() < 0.01, "{many:?}");
    }
}
