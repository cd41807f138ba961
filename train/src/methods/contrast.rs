//! A vector for each record, learned without labels: two views of one record lie together, those of others apart.

use crate::nn::{Tensor, unit};
use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, TensorData};

/// What cosines are divided by; SimCLR's best for long training is 0.1 to 0.5.
const TEMPERATURE: f32 = 0.2;

/// InfoNCE with negatives out of the same private class only.
///
/// `-mean_i ln( exp(cos(a_i, b_i) / t) / sum_k exp(cos(a_i, b_k) / t) )` over the `k` whose private attributes are those
/// of `i`. What tells the classes apart is of no use to it, so that the vectors keep what is left.
///
/// # Shape
/// `a` and `b`: `[batch, numbers]`, two views of the same records. `groups`: a number for each record; equal numbers
/// are equal private attributes.
///
/// # Source
/// van den Oord et al., "Representation Learning with Contrastive Predictive Coding", 2018, equation 4; conditional
/// negatives: Tsai et al., "Conditional Contrastive Learning with Kernel", ICLR 2022, equation 2.
pub(super) fn loss(a: Tensor<2>, b: Tensor<2>, groups: &[u64]) -> Tensor<1> {
    let rows = groups.len();
    let device = a.device();
    let scores = unit(a).matmul(unit(b).transpose()).div_scalar(TEMPERATURE);
    let apart: Vec<f32> = groups
        .iter()
        .flat_map(|own| {
            groups
                .iter()
                .map(move |other| f32::from(u8::from(own != other)))
        })
        .collect();
    let apart = Tensor::<2>::from_data(TensorData::new(apart, [rows, rows]), &device);
    let logs = log_softmax(scores - apart.mul_scalar(1e4), 1);
    let own: Vec<i64> = (0..rows as i64).collect();
    let own = Tensor::<2, Int>::from_data(TensorData::new(own, [rows, 1]), &device);
    logs.gather(1, own).mean().neg()
}

/// A number for each combination of classes.
pub(super) fn groups(labels: &[Vec<u32>], classes: &[usize]) -> Vec<u64> {
    let rows = labels.first().map_or(0, Vec::len);
    let place = |row: usize| {
        labels
            .iter()
            .zip(classes)
            .fold(0, |group, (labels, &classes)| {
                group * classes as u64 + u64::from(labels[row])
            })
    };
    (0..rows).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::super::scalar;
    use super::*;
    use burn::tensor::Device;

    fn of(a: [[f32; 2]; 3], groups: [u64; 3]) -> f32 {
        let a = Tensor::from_data(a, &Device::default());
        scalar(&loss(a.clone(), a, &groups))
    }

    #[test]
    fn a_record_alone_in_its_class_costs_nothing() {
        let value = of([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]], [0, 1, 2]);
        assert!(value.abs() < 1e-5, "{value}");
    }

    #[test]
    fn records_that_cannot_be_told_apart_cost_the_logarithm_of_their_number() {
        let value = of([[3.0, 4.0], [0.6, 0.8], [6.0, 8.0]], [5, 5, 5]);
        assert!((value - 3.0f32.ln()).abs() < 1e-5, "{value}");
    }

    #[test]
    fn only_records_of_the_same_class_are_to_lie_apart() {
        // Rows 0 and 1 stand at right angles, row 2 is of another class: ln(1 + e^-5) twice, 0 once.
        let value = of([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]], [0, 0, 1]);
        let expected = 2.0 / 3.0 * (-1.0f32 / TEMPERATURE).exp().ln_1p();
        assert!((value - expected).abs() < 1e-5, "{value}");
    }

    #[test]
    fn records_share_a_group_if_all_their_attributes_agree() {
        let labels = vec![vec![0, 1, 0, 1], vec![2, 2, 2, 0]];
        let groups = groups(&labels, &[2, 3]);
        assert_eq!(groups[0], groups[2]);
        assert!(groups[0] != groups[1] && groups[1] != groups[3]);
    }
}
