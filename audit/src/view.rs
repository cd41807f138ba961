//! Rows as the attackers see them: standardised, as tensors, with what they share.

use std::sync::OnceLock;

use burn::tensor::{Device, Int, Tensor, TensorData};
use rayon::prelude::*;

use crate::attackers::{Bins, KernelMap, Neighbours};
use crate::audit::Pair;
use crate::features::FeatureSet;
use crate::identical::Identical;
use crate::pca::{Basis, components};
use crate::scale::{Scale, scales};
use crate::screen::Screened;
use crate::split::Split;

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
    /// How each column was standardised.
    scales: Vec<Scale>,
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
        let scales = scales(pair.train.width(), pair.train.data());
        let constant = scales.iter().filter(|scale| scale.constant()).count();
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
        scales: Vec<Scale>,
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

    /// Screened columns of the same rows.
    pub(crate) fn screened(&self, columns: Screened) -> Self {
        let shape = vec![columns.train.dims()[1]];
        Self::of(columns.train, columns.test, shape, Vec::new(), self.split)
    }

    /// Standardised rows in the units they came in.
    pub(crate) fn unscaled(&self, rows: Vec<f32>) -> Vec<f64> {
        let scales = self.scales.iter().cycle();
        let pairs = rows.into_iter().zip(scales);
        pairs.map(|(x, scale)| scale.restored(x)).collect()
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

fn standardise(set: &FeatureSet, scales: &[Scale]) -> Tensor<2> {
    let mut data = vec![0.0f32; set.data().len()];
    data.par_chunks_mut(set.width())
        .zip(set.data().par_chunks(set.width()))
        .for_each(|(to, from)| {
            for ((to, &from), scale) in to.iter_mut().zip(from).zip(scales) {
                *to = scale.standardised(from);
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
