//! Whether the strongest attacker could have done as well by chance.

use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use crate::stats::{balanced_accuracy, r2};
use crate::units::members;

/// Permutations at least and at most, and comparisons that they may cost together.
const COUNT: (usize, usize) = (200, 1000);
const COMPARISONS: usize = 400_000_000;

/// Chance that the best of all attackers does at least as well when the test labels are exchanged.
///
/// The best of all attackers is taken after each exchange too, so that the chance is right however many there are.
///
/// # Source
///
/// Westfall and Young 1993 (largest statistic); Phipson and Smyth 2010 (one is added to both counts).
pub(crate) fn classes(
    guesses: &[&[u32]],
    truth: &[u32],
    classes: usize,
    groups: Option<&[u32]>,
    rng: &mut ChaCha8Rng,
) -> f64 {
    let best = |truth: &[u32]| -> f64 {
        let values = guesses
            .iter()
            .map(|guess| balanced_accuracy(truth, guess, classes));
        values.fold(f64::NEG_INFINITY, f64::max)
    };
    chance(truth, groups, guesses.len(), rng, best)
}

/// The same for continuous attributes, by R2.
pub(crate) fn quantities(
    guesses: &[&[f32]],
    truth: &[f64],
    groups: Option<&[u32]>,
    rng: &mut ChaCha8Rng,
) -> f64 {
    let best = |truth: &[f64]| -> f64 {
        let values = guesses.iter().map(|guess| r2(truth, guess));
        values.fold(f64::NEG_INFINITY, f64::max)
    };
    chance(truth, groups, guesses.len(), rng, best)
}

fn chance<T: Copy + PartialEq>(
    truth: &[T],
    groups: Option<&[u32]>,
    guesses: usize,
    rng: &mut ChaCha8Rng,
    best: impl Fn(&[T]) -> f64,
) -> f64 {
    let (least, most) = COUNT;
    let count = (COMPARISONS / (truth.len() * guesses).max(1)).clamp(least, most);
    let exchange = Exchange::new(truth, groups);
    let found = best(truth);
    let mut permuted = truth.to_vec();
    let mut reached = 0;
    for _ in 0..count {
        exchange.draw(truth, &mut permuted, rng);
        // Equal up to rounding counts as reached.
        reached += usize::from(best(&permuted) >= found - 1e-12);
    }
    (reached + 1) as f64 / (count + 1) as f64
}

/// What may be exchanged if the features say nothing.
enum Exchange {
    /// All rows.
    Rows,
    /// Rows that hang together.
    Groups {
        /// All rows of one have the same label, and keep having the same: labels go from group to group.
        whole: Vec<Vec<usize>>,
        /// Labels differ within each: they go from row to row of the same group, as groups differ in their shares of
        /// labels too. What the features say of those shares is not counted, so that the chance is too large, not too
        /// small.
        mixed: Vec<Vec<usize>>,
    },
}

impl Exchange {
    fn new<T: PartialEq>(truth: &[T], groups: Option<&[u32]>) -> Self {
        if groups.is_none() {
            return Exchange::Rows;
        }
        let rows = members(truth.len(), groups).into_iter();
        let same = |rows: &Vec<usize>| rows.iter().all(|&row| truth[row] == truth[rows[0]]);
        let (whole, mixed) = rows.partition(same);
        Exchange::Groups { whole, mixed }
    }

    fn draw<T: Copy>(&self, truth: &[T], permuted: &mut [T], rng: &mut ChaCha8Rng) {
        match self {
            Exchange::Rows => {
                permuted.copy_from_slice(truth);
                permuted.shuffle(rng);
            }
            Exchange::Groups { whole, mixed } => {
                let mut labels: Vec<T> = whole.iter().map(|rows| truth[rows[0]]).collect();
                labels.shuffle(rng);
                for (rows, &label) in whole.iter().zip(&labels) {
                    rows.iter().for_each(|&row| permuted[row] = label);
                }
                for rows in mixed {
                    let mut labels: Vec<T> = rows.iter().map(|&row| truth[row]).collect();
                    labels.shuffle(rng);
                    for (&row, &label) in rows.iter().zip(&labels) {
                        permuted[row] = label;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::stream;
    use rand::RngExt;

    #[test]
    fn under_chance_small_values_are_as_rare_as_they_say() {
        // 20 attackers that know nothing: the p-value of the best is below 0.1 in about one of ten audits.
        let mut rng = stream(9, &["permutation"]);
        let mut draw =
            |rows: usize| -> Vec<u32> { (0..rows).map(|_| rng.random_range(0..2)).collect() };
        let mut small = 0;
        for audit in 0..200 {
            let truth = draw(60);
            let guesses: Vec<Vec<u32>> = (0..20).map(|_| draw(60)).collect();
            let guesses: Vec<&[u32]> = guesses.iter().map(Vec::as_slice).collect();
            let p = classes(&guesses, &truth, 2, None, &mut stream(audit, &["p"]));
            small += usize::from(p <= 0.1);
        }
        // 20 expected, binomial deviation 4.2.
        assert!((8..=33).contains(&small), "{small} of 200");
    }

    #[test]
    fn a_true_finding_is_rarely_chance_and_groups_are_exchanged_whole() {
        let truth: Vec<u32> = (0..200).map(|row| row / 50 % 2).collect();
        let right: &[u32] = &truth;
        let p = |groups: Option<&[u32]>| classes(&[right], &truth, 2, groups, &mut stream(1, &[]));
        assert!(p(None) < 0.002);
        // Four people, two of each kind: two of the six ways to deal the labels are right for everybody or for nobody.
        let groups: Vec<u32> = (0..200).map(|row| row / 50).collect();
        let people = p(Some(&groups));
        assert!((people - 1.0 / 6.0).abs() < 0.05, "{people}");
    }

    #[test]
    fn one_mixed_group_does_not_hide_a_finding() {
        // 20 people of one label each, all recognised, and one whose label changed once.
        let mut truth: Vec<u32> = (0..210).map(|row| row / 10 % 2).collect();
        let groups: Vec<u32> = (0..210).map(|row| row / 10).collect();
        truth[209] = 1;
        let p = classes(&[&truth], &truth, 2, Some(&groups), &mut stream(7, &[]));
        assert!(p < 0.01, "{p}");
    }

    #[test]
    fn labels_that_differ_within_groups_stay_within_them() {
        let truth = [0u32, 1, 5, 6];
        let exchange = Exchange::new(&truth, Some(&[0, 0, 1, 1]));
        let mut permuted = truth;
        exchange.draw(&truth, &mut permuted, &mut stream(2, &[]));
        assert!(permuted[..2].iter().all(|&label| label < 2));
        assert!(permuted[2..].iter().all(|&label| label > 4));
    }
}
