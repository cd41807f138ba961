//! Rows that come again, number for number.

use std::collections::{HashMap, HashSet};

use burn::tensor::Tensor;

use crate::audit::Pair;
use crate::features::FeatureSet;
use crate::view::values;

/// Share of the test rows that must be among the training rows before counting makes sense.
const MOSTLY: f64 = 0.5;

/// Whether most test rows are, number for number, among the training rows: a release that draws from few outcomes, such
/// as indices of substitutes or the records that they stand for.
pub(crate) fn mostly_repeated(pair: &Pair) -> bool {
    test_rows_in_training(pair) as f64 >= MOSTLY * pair.test.rows() as f64
}

/// Whether more than half of the rows occur once.
pub(crate) fn mostly_distinct(set: &FeatureSet) -> bool {
    let rows = set.data().chunks_exact(set.width());
    let bits = |row: &[f64]| row.iter().map(|x| x.to_bits()).collect::<Vec<u64>>();
    let distinct: HashSet<Vec<u64>> = rows.map(bits).collect();
    2 * distinct.len() > set.rows()
}

/// Number of test rows that are among the training rows.
pub(crate) fn test_rows_in_training(pair: &Pair) -> usize {
    let width = pair.train.width();
    let bits = |row: &[f64]| row.iter().map(|x| x.to_bits()).collect::<Vec<u64>>();
    // Test rows, as long as nothing is known of them; training rows are passed by.
    let mut missing: HashMap<u64, HashMap<Vec<u64>, usize>> = HashMap::new();
    for row in pair.test.data().chunks_exact(width) {
        let alike = missing.entry(row[0].to_bits()).or_default();
        *alike.entry(bits(row)).or_default() += 1;
    }
    let mut found = 0;
    for row in pair.train.data().chunks_exact(width) {
        // The first number tells most rows apart.
        if let Some(alike) = missing.get_mut(&row[0].to_bits())
            && !alike.is_empty()
        {
            found += alike.remove(&bits(row)).unwrap_or(0);
        }
    }
    found
}

/// A number for every distinct row: the same for rows that are the same, in training and test alike.
#[derive(Debug)]
pub(crate) struct Identical {
    pub train: Vec<u32>,
    pub test: Vec<u32>,
    /// How many distinct rows there are.
    pub count: usize,
}

impl Identical {
    pub(crate) fn new(train: &Tensor<2>, test: &Tensor<2>) -> Self {
        let width = train.dims()[1];
        let mut numbers: HashMap<Vec<u32>, u32> = HashMap::new();
        let mut number = |rows: &Tensor<2>| -> Vec<u32> {
            let data = values(rows.clone());
            let of = |row: &[f32]| {
                let next = numbers.len() as u32;
                let bits = row.iter().map(|x| x.to_bits()).collect();
                *numbers.entry(bits).or_insert(next)
            };
            data.chunks_exact(width).map(of).collect()
        };
        let (train, test) = (number(train), number(test));
        let count = train.iter().chain(&test).collect::<HashSet<_>>().len();
        Self { train, test, count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(train: &[f32], test: &[f32]) -> Pair {
        let set = |data: &[f32]| {
            FeatureSet::new(data.len() / 2, vec![2], data.to_vec()).expect("rows of two")
        };
        Pair {
            train: set(train),
            test: set(test),
        }
    }

    #[test]
    fn half_of_the_test_rows_must_be_known() {
        let train = [1.0, 2.0, 1.0, 3.0];
        assert!(mostly_repeated(&pair(&train, &[1.0, 3.0, 7.0, 7.0])));
        assert!(mostly_repeated(&pair(
            &train,
            &[1.0, 3.0, 1.0, 3.0, 1.0, 3.0, 2.0, 2.0]
        )));
        assert!(!mostly_repeated(&pair(
            &train,
            &[1.0, 3.0, 7.0, 7.0, 2.0, 1.0]
        )));
        assert!(
            !mostly_repeated(&pair(&train, &[1.0, 4.0])),
            "half a row is no row"
        );
    }
}
