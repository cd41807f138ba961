//! Columns cut into bins, once for all attributes.

use burn::tensor::Tensor;
use rayon::prelude::*;

use crate::view::values;

/// Bins of a column at most.
pub(super) const MOST: usize = 128;
/// Rows that the cuts are chosen from.
const SAMPLE: usize = 50_000;

/// The bin of every row in every column that changes.
pub(crate) struct Bins {
    /// Training rows, column after column.
    train: Vec<u8>,
    /// Test rows, column after column.
    test: Vec<u8>,
    rows: (usize, usize),
    columns: usize,
}

impl Bins {
    /// Cuts at quantiles of the training rows; between distinct values where there are few.
    pub(crate) fn new(train: &Tensor<2>, test: &Tensor<2>) -> Self {
        let [rows, width] = train.dims();
        let others = test.dims()[0];
        let (train, test) = (values(train.clone()), values(test.clone()));
        let binned: Vec<(Vec<u8>, Vec<u8>)> = (0..width)
            .into_par_iter()
            .filter_map(|column| {
                let of = |rows: &[f32]| -> Vec<f32> {
                    rows.iter().skip(column).step_by(width).copied().collect()
                };
                let (train, test) = (of(&train), of(&test));
                let cuts = cuts(&train);
                let code = |values: Vec<f32>| -> Vec<u8> {
                    let code = |value: &f32| cuts.partition_point(|cut| cut < value) as u8;
                    values.iter().map(code).collect()
                };
                (!cuts.is_empty()).then(|| (code(train), code(test)))
            })
            .collect();
        let columns = binned.len();
        let (train, test): (Vec<_>, Vec<_>) = binned.into_iter().unzip();
        Self {
            train: train.concat(),
            test: test.concat(),
            rows: (rows, others),
            columns,
        }
    }

    /// Columns that change.
    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// Number of training and of test rows.
    pub(super) fn rows(&self) -> (usize, usize) {
        self.rows
    }

    /// Bins of the training rows in one column.
    pub(crate) fn train(&self, column: usize) -> &[u8] {
        &self.train[column * self.rows.0..][..self.rows.0]
    }

    /// Bins of the test rows in one column.
    pub(crate) fn test(&self, column: usize) -> &[u8] {
        &self.test[column * self.rows.1..][..self.rows.1]
    }
}

/// Values between bins, ascending; one less than there are bins.
fn cuts(column: &[f32]) -> Vec<f32> {
    let step = column.len().div_ceil(SAMPLE);
    let mut sorted: Vec<f32> = column.iter().step_by(step).copied().collect();
    sorted.sort_unstable_by(f32::total_cmp);
    let middle = |pair: &[f32]| pair[0] + (pair[1] - pair[0]) / 2.0;
    let mut distinct = sorted.clone();
    distinct.dedup();
    let places: Vec<f32> = if distinct.len() <= MOST {
        distinct.windows(2).map(middle).collect()
    } else {
        let place = |cut: usize| {
            let at = cut * sorted.len() / MOST;
            middle(&sorted[at - 1..=at])
        };
        (1..MOST).map(place).collect()
    };
    let mut cuts = places;
    cuts.dedup();
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    #[test]
    fn few_values_get_a_bin_each_and_many_get_quantiles() {
        assert_eq!(cuts(&[3.0, 1.0, 1.0, 2.0]), [1.5, 2.5]);
        assert!(cuts(&[7.0; 5]).is_empty());
        let many: Vec<f32> = (0..12_800).map(|x| x as f32).collect();
        let cuts = cuts(&many);
        assert_eq!(cuts.len(), MOST - 1);
        assert_eq!(cuts[0], 99.5);
    }

    #[test]
    fn constant_columns_are_left_out() {
        let rows = |data: Vec<f32>| {
            let shape = [data.len() / 2, 2];
            Tensor::<2>::from_data(TensorData::new(data, shape), &Device::flex())
        };
        let bins = Bins::new(&rows(vec![1.0, 5.0, 1.0, 6.0]), &rows(vec![9.0, 5.4]));
        assert_eq!((bins.columns(), bins.rows()), (1, (2, 1)));
        assert_eq!((bins.train(0), bins.test(0)), (&[0, 1][..], &[0][..]));
    }
}
