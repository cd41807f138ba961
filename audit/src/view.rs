//! Rows as the attackers see them: standardised, as tensors, with what they share.

use std::sync::OnceLock;

use burn::tensor::{Device, Int, Tensor, TensorData};
use rayon::prelude::*;

use crate::attackers::{Bins, KernelMap, Neighbours};
use crate::audit::Pair;
use crate::features::FeatureSet;
use crate::identical::Identical;
use crate::pca::{Basis, components};
use crate::split::Split;

/// Standardised values beyond this many deviations are cut: one wild value must not decide a fit.
const FARTHEST: f64 = 100.0;

/// Training and test rows, standardised with the mean and deviation of the training rows.
pub(crate) struct View<'a> {
    /// Training rows, one per line.
    pub train: Tensor<2>,
    /// Test rows, one per line.
    pub test: Tensor<2>,
    /// Shape of a row before it was laid flat.
    pub shape: Vec<usize>,
    /// Rows to fit on and rows to choose settings on.
    pub split: &'a Split,
    /// Mean, and one over the deviation, of each column before it was standardised.
    scales: Vec<(f64, f64)>,
    /// Columns that never change in training, and are zero here.
    pub constant: usize,
    /// Nearest rows, found by the first attacker that asks and shared across attributes.
    pub neighbours: OnceLock<Neighbours>,
    /// Kernel features, made by the first attacker that asks.
    pub kernel: OnceLock<KernelMap>,
    /// Which rows are the same, found by the first attacker that asks.
    pub identical: OnceLock<Identical>,
    bins: OnceLock<Bins>,
}

impl<'a> View<'a> {
    pub(crate) fn new(pair: &Pair, split: &'a Split) -> Self {
        let scales = scales(&pair.train);
        let constant = scales.iter().filter(|scale| scale.1 == 0.0).count();
        Self {
            constant,
            ..Self::of(
                standardise(&pair.train, &scales),
                standardise(&pair.test, &scales),
                pair.train.shape().to_vec(),
                scales,
                split,
            )
        }
    }

    fn of(
        train: Tensor<2>,
        test: Tensor<2>,
        shape: Vec<usize>,
        scales: Vec<(f64, f64)>,
        split: &'a Split,
    ) -> Self {
        Self {
            train,
            test,
            shape,
            split,
            scales,
            constant: 0,
            neighbours: OnceLock::new(),
            kernel: OnceLock::new(),
            identical: OnceLock::new(),
            bins: OnceLock::new(),
        }
    }

    /// The same rows, as their first principal components.
    pub(crate) fn principal(&self) -> Self {
        let basis = Basis::of(&self.train, components(self.width()));
        // One scale for all, so that the first components still outweigh the last.
        let of = |rows: &Tensor<2>| basis.project(rows) / basis.size;
        let (train, test) = (of(&self.train), of(&self.test));
        let shape = vec![train.dims()[1]];
        Self::of(train, test, shape, Vec::new(), self.split)
    }

    /// Standardised rows in the units they came in.
    pub(crate) fn unscaled(&self, rows: Vec<f32>) -> Vec<f32> {
        let scales = self.scales.iter().cycle();
        let back = |(x, &(mean, scale)): (f32, &(f64, f64))| {
            let deviation = if scale == 0.0 { 0.0 } else { 1.0 / scale };
            (mean + f64::from(x) * deviation) as f32
        };
        rows.into_iter().zip(scales).map(back).collect()
    }

    /// Columns cut into bins, by the first attacker that asks.
    pub(crate) fn bins(&self) -> &Bins {
        self.bins.get_or_init(|| Bins::new(&self.train, &self.test))
    }

    pub(crate) fn width(&self) -> usize {
        self.train.dims()[1]
    }
}

/// Some of the rows of a matrix, in the order given.
pub(crate) fn pick(matrix: &Tensor<2>, rows: &[usize]) -> Tensor<2> {
    let rows: Vec<i64> = rows.iter().map(|&row| row as i64).collect();
    let indices = Tensor::<1, Int>::from_data(TensorData::from(rows.as_slice()), &Device::flex());
    matrix.clone().select(0, indices)
}

/// The values of a tensor, row-major.
pub(crate) fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor
        .into_data()
        .try_into_vec()
        .expect("all tensors of this crate are f32")
}

/// Mean, and one over the deviation, of each column; the second is 0 for columns that do not change.
fn scales(set: &FeatureSet) -> Vec<(f64, f64)> {
    let (width, rows) = (set.width(), set.rows() as f64);
    let sums = |value: &(dyn Fn(usize, f64) -> f64 + Sync)| -> Vec<f64> {
        // Fixed blocks, added in order: the same sum however many threads there are.
        let blocks: Vec<Vec<f64>> = set
            .data()
            .par_chunks(width * 512)
            .map(|block| {
                let mut sums = vec![0.0; width];
                for row in block.chunks_exact(width) {
                    for (column, (sum, &x)) in sums.iter_mut().zip(row).enumerate() {
                        *sum += value(column, x);
                    }
                }
                sums
            })
            .collect();
        let mut total = vec![0.0; width];
        for block in blocks {
            total.iter_mut().zip(block).for_each(|(t, x)| *t += x);
        }
        total
    };
    let means: Vec<f64> = sums(&|_, x| x).iter().map(|s| s / rows).collect();
    let squares = sums(&|column, x| (x - means[column]).powi(2));
    means
        .iter()
        .zip(squares)
        .map(|(&mean, square)| {
            let deviation = (square / rows).sqrt();
            // Below the resolution of f64 around the mean, a column is constant.
            let constant = deviation <= 1e-15 * mean.abs() || deviation < f64::MIN_POSITIVE;
            (mean, if constant { 0.0 } else { 1.0 / deviation })
        })
        .collect()
}

fn standardise(set: &FeatureSet, scales: &[(f64, f64)]) -> Tensor<2> {
    let mut data = vec![0.0f32; set.data().len()];
    data.par_chunks_mut(set.width())
        .zip(set.data().par_chunks(set.width()))
        .for_each(|(to, from)| {
            for ((to, &from), &(mean, scale)) in to.iter_mut().zip(from).zip(scales) {
                *to = ((from - mean) * scale).clamp(-FARTHEST, FARTHEST) as f32;
            }
        });
    let data = TensorData::new(data, [set.rows(), set.width()]);
    Tensor::from_data(data, &Device::flex())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_get_mean_zero_and_deviation_one_and_constants_vanish() {
        let set = |data: Vec<f32>| {
            FeatureSet::new(data.len() / 2, vec![2], data).expect("rows and shape agree")
        };
        let pair = Pair {
            train: set(vec![1.0, 7.7, 3.0, 7.7]),
            test: set(vec![2.0, 9.0, 5.0, 7.7]),
        };
        let split = Split {
            fit: vec![0, 1],
            held: vec![],
        };
        let view = View::new(&pair, &split);
        assert_eq!(values(view.train), [-1.0, 0.0, 1.0, 0.0]);
        assert_eq!(values(view.test), [0.0, 0.0, 3.0, 0.0]);
        assert_eq!(view.constant, 1);
    }
}
