//! The part of the training rows that attackers keep aside to choose their settings.

use std::collections::{BTreeMap, BTreeSet};

use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use crate::labels::Attribute;

/// Share of the training rows kept aside.
const SHARE: f64 = 0.15;
/// With fewer people than this, whole people are too coarse a part.
const FEWEST_GROUPS: usize = 5;

/// Rows to fit on, and rows to choose settings on. The test rows are in neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Split {
    /// Rows to fit on, ascending.
    pub fit: Vec<usize>,
    /// Rows kept aside, ascending.
    pub held: Vec<usize>,
}

impl Split {
    /// One split for all attributes, so that neighbours are searched once.
    ///
    /// The part kept aside should resemble the test rows. When those come from people who were never seen in training,
    /// it is whole people. Otherwise it is runs of neighbouring rows: windows cut from one recording overlap, and
    /// single rows kept aside would have their twins among the rows to fit on.
    pub(crate) fn new(
        rows: usize,
        attributes: &[Attribute],
        train_groups: Option<&[u32]>,
        test_groups: Option<&[u32]>,
        train_records: Option<&[u32]>,
        rng: &mut ChaCha8Rng,
    ) -> Self {
        let strangers = match (train_groups, test_groups) {
            (Some(train), Some(test)) => {
                let known: BTreeSet<u32> = train.iter().copied().collect();
                let known = test.iter().filter(|group| known.contains(group)).count();
                known * 2 < test.len()
            }
            (Some(_), None) => true,
            (None, _) => false,
        };
        let whole = match (train_groups, strangers) {
            (Some(groups), true) => Some(groups),
            // Draws of one record must not be on both sides either.
            _ => train_records,
        };
        if let Some(groups) = whole {
            for _ in 0..20 {
                if let Some(split) = whole_groups(groups, rng)
                    && attributes.iter().all(|labels| split.serves(labels))
                {
                    return split;
                }
            }
        }
        let mut split = runs_of_rows(rows, rng);
        attributes
            .iter()
            .for_each(|labels| split.return_lost_classes(labels));
        split
    }

    fn from_mask(held: &[bool]) -> Self {
        let rows = |wanted: bool| (0..held.len()).filter(|&row| held[row] == wanted).collect();
        Self {
            fit: rows(false),
            held: rows(true),
        }
    }

    /// Whether every class can still be learnt and at least two can be checked.
    fn serves(&self, attribute: &Attribute) -> bool {
        let classes = |rows: &[usize]| -> BTreeSet<u32> {
            rows.iter().map(|&row| attribute.train[row]).collect()
        };
        let (fit, held) = (classes(&self.fit), classes(&self.held));
        held.len() >= 2 && held.is_subset(&fit)
    }

    /// Gives classes that would otherwise have no row to fit on back to that part.
    fn return_lost_classes(&mut self, attribute: &Attribute) {
        let fit: BTreeSet<u32> = self.fit.iter().map(|&row| attribute.train[row]).collect();
        let (held, lost) = self
            .held
            .iter()
            .partition(|&&row| fit.contains(&attribute.train[row]));
        self.held = held;
        self.fit.extend::<Vec<usize>>(lost);
        self.fit.sort_unstable();
    }
}

fn whole_groups(groups: &[u32], rng: &mut ChaCha8Rng) -> Option<Split> {
    let mut sizes = BTreeMap::new();
    for &group in groups {
        *sizes.entry(group).or_insert(0usize) += 1;
    }
    if sizes.len() < FEWEST_GROUPS {
        return None;
    }
    let mut order: Vec<(u32, usize)> = sizes.into_iter().collect();
    order.shuffle(rng);
    let (mut chosen, mut rows) = (BTreeSet::new(), 0);
    for (group, size) in order {
        if rows as f64 >= SHARE * groups.len() as f64 {
            break;
        }
        chosen.insert(group);
        rows += size;
    }
    let held: Vec<bool> = groups.iter().map(|group| chosen.contains(group)).collect();
    // One person may own most of the rows; then this draw is of no use.
    (rows * 2 < groups.len()).then(|| Split::from_mask(&held))
}

/// Cuts the rows, in their order, into 200 runs, and keeps 3 of every 20 runs aside.
fn runs_of_rows(rows: usize, rng: &mut ChaCha8Rng) -> Split {
    let length = (rows / 200).max(1);
    let mut held = vec![false; rows];
    let mut runs: Vec<usize> = (0..rows.div_ceil(length)).collect();
    for stretch in runs.chunks_mut(20) {
        stretch.shuffle(rng);
        let count = (SHARE * stretch.len() as f64).round() as usize;
        for run in &stretch[..count] {
            let start = run * length;
            held[start..rows.min(start + length)].fill(true);
        }
    }
    Split::from_mask(&held)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::Role;
    use crate::rng::stream;

    fn attribute(train: Vec<u32>) -> Attribute {
        Attribute {
            name: "a".into(),
            role: Role::Private,
            classes: vec!["x".into(), "y".into()],
            train,
            test: vec![],
        }
    }

    #[test]
    fn whole_people_are_kept_aside_when_the_test_has_strangers() {
        let groups: Vec<u32> = (0..1000).map(|row| row / 50).collect();
        let labels = [attribute((0..1000).map(|row| row / 50 % 2).collect())];
        let rng = || stream(5, &[]);
        let split = Split::new(
            1000,
            &labels,
            Some(&groups),
            Some(&[99, 98]),
            None,
            &mut rng(),
        );
        let people =
            |rows: &[usize]| -> BTreeSet<u32> { rows.iter().map(|&row| groups[row]).collect() };
        assert!(people(&split.fit).is_disjoint(&people(&split.held)));
        assert!((100..=300).contains(&split.held.len()));
        let split = Split::new(
            1000,
            &labels,
            Some(&groups),
            Some(&[1, 2]),
            None,
            &mut rng(),
        );
        assert!(!people(&split.fit).is_disjoint(&people(&split.held)));
        assert!((100..=200).contains(&split.held.len()));
    }

    #[test]
    fn every_class_can_be_fitted_even_when_it_is_one_person() {
        // The attribute is the person: whole people cannot be kept aside.
        let train: Vec<u32> = (0..100).map(|row| u32::from(row < 2)).collect();
        let groups = train.clone();
        for seed in 0..20 {
            let labels = [attribute(train.clone())];
            let split = Split::new(
                100,
                &labels,
                Some(&groups),
                None,
                None,
                &mut stream(seed, &[]),
            );
            assert!(split.fit.iter().any(|&row| train[row] == 1));
            assert_eq!(split.fit.len() + split.held.len(), 100);
        }
    }
}
