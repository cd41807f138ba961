//! Attributes as what networks are to predict.

use crate::nn::Tensor;
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, TensorData};
use std::ops::Range;

/// Several attributes predicted by one network: consecutive slices of its output.
pub(crate) struct Targets {
    one_hot: Tensor<2>,
    classes: Vec<usize>,
    labels: Vec<Vec<u32>>,
}

impl Targets {
    /// `labels` of each attribute, with its number of `classes`.
    pub(super) fn new(labels: Vec<Vec<u32>>, classes: &[usize], device: &Device) -> Self {
        let width = classes.iter().sum::<usize>();
        let rows = labels.first().map_or(0, Vec::len);
        let mut data = vec![0.0f32; rows * width];
        let mut offset = 0;
        for (labels, &classes) in labels.iter().zip(classes) {
            for (row, &label) in labels.iter().enumerate() {
                data[row * width + offset + label as usize] = 1.0;
            }
            offset += classes;
        }
        let one_hot = Tensor::from_data(TensorData::new(data, [rows, width]), device);
        Targets {
            one_hot,
            classes: classes.to_vec(),
            labels,
        }
    }

    /// All attributes one-hot, side by side: `[batch, sum of classes]`.
    pub(crate) fn one_hot(&self) -> Tensor<2> {
        self.one_hot.clone()
    }

    /// Mean cross entropy in nats, summed over attributes.
    ///
    /// # Shape
    /// `logits`: `[batch, sum of classes]`.
    pub(super) fn cross_entropy(&self, logits: &Tensor<2>) -> Tensor<1> {
        self.sum(|columns| {
            let logs = log_probabilities(logits, columns.clone());
            mean_over_rows(logs * self.columns(columns)).neg()
        })
    }

    /// How much more certain than guessing predictions are: the mean of `KL(softmax(logits) || uniform)` in nats, summed
    /// over attributes. 0 where nothing is predicted, `ln(classes)` where one class is certain.
    ///
    /// # Shape
    /// `logits`: `[batch, sum of classes]`.
    pub(super) fn certainty(&self, logits: &Tensor<2>) -> Tensor<1> {
        self.sum(|columns| {
            let classes = columns.len() as f32;
            let logs = log_probabilities(logits, columns);
            mean_over_rows(logs.clone().exp() * logs).add_scalar(classes.ln())
        })
    }

    /// The sum over attributes of a loss of their columns.
    fn sum(&self, loss: impl Fn(Range<usize>) -> Tensor<1>) -> Tensor<1> {
        let mut offset = 0;
        let parts = self.classes.iter().map(|&classes| {
            offset += classes;
            loss(offset - classes..offset)
        });
        parts
            .reduce(|sum, part| sum + part)
            .expect("a method that trains has at least one attribute")
    }

    fn columns(&self, columns: Range<usize>) -> Tensor<2> {
        let rows = self.one_hot.dims()[0];
        self.one_hot.clone().slice([0..rows, columns])
    }

    /// Share of right answers over rows and attributes: not balanced, for progress only.
    pub(super) fn accuracy(&self, logits: &Tensor<2>) -> f32 {
        let [rows, width] = logits.dims();
        let scores = logits
            .clone()
            .detach()
            .into_data()
            .try_to_vec::<f32>()
            .expect("logits are f32");
        let mut right = 0;
        let mut offset = 0;
        for (labels, &classes) in self.labels.iter().zip(&self.classes) {
            for (row, &label) in labels.iter().enumerate() {
                let scores = &scores[row * width + offset..row * width + offset + classes];
                let best = (0..classes).max_by(|&a, &b| scores[a].total_cmp(&scores[b]));
                right += usize::from(best == Some(label as usize));
            }
            offset += classes;
        }
        right as f32 / (rows * self.classes.len()) as f32
    }
}

fn log_probabilities(logits: &Tensor<2>, columns: Range<usize>) -> Tensor<2> {
    let rows = logits.dims()[0];
    log_softmax(logits.clone().slice([0..rows, columns]), 1)
}

/// The sum of all numbers, divided by the number of rows.
fn mean_over_rows(terms: Tensor<2>) -> Tensor<1> {
    let rows = terms.dims()[0];
    terms.sum().div_scalar(rows as f32)
}

#[cfg(test)]
mod tests {
    use super::super::scalar;
    use super::*;

    fn targets(device: &Device) -> Targets {
        Targets::new(vec![vec![0, 1], vec![2, 0]], &[2, 3], device)
    }

    /// Two records, an attribute of two classes and one of three.
    fn losses(logits: [[f32; 5]; 2]) -> [f32; 3] {
        let device = Device::default();
        let (targets, logits) = (targets(&device), Tensor::from_data(logits, &device));
        [
            scalar(&targets.cross_entropy(&logits)),
            scalar(&targets.certainty(&logits)),
            targets.accuracy(&logits),
        ]
    }

    #[test]
    fn equal_logits_are_the_entropy_of_guessing_and_no_certainty() {
        let [entropy, certainty, _] = losses([[7.0; 5], [-7.0; 5]]);
        assert!((entropy - 6.0f32.ln()).abs() < 1e-5, "{entropy}");
        assert!(certainty.abs() < 1e-5, "{certainty}");
    }

    #[test]
    fn right_and_certain_logits_cost_nothing_and_are_as_far_from_uniform_as_can_be() {
        let [entropy, certainty, accuracy] =
            losses([[90.0, 0.0, 0.0, 0.0, 90.0], [0.0, 90.0, 90.0, 0.0, 0.0]]);
        assert!(entropy.abs() < 1e-5 && accuracy == 1.0, "{entropy}");
        assert!((certainty - 6.0f32.ln()).abs() < 1e-5, "{certainty}");
    }

    #[test]
    fn losses_are_those_of_the_formulas() {
        // Of each record the first attribute by p = 1/4, 3/4 (logits 0, ln 3); the second uniform.
        let ln3 = 3.0f32.ln();
        let [entropy, certainty, accuracy] = losses([[0.0, ln3, 0.0, 0.0, 0.0]; 2]);
        let by_hand = (4.0f32.ln() + (4.0f32 / 3.0).ln()) / 2.0 + ln3;
        assert!((entropy - by_hand).abs() < 1e-5, "{entropy}, {by_hand}");
        let by_hand = 2.0f32.ln() + 0.25 * 0.25f32.ln() + 0.75 * 0.75f32.ln();
        assert!((certainty - by_hand).abs() < 1e-5, "{certainty}, {by_hand}");
        assert!((0.25..=0.5).contains(&accuracy), "{accuracy}");
    }
}
