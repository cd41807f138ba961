//! Deterministic splits into train and test.

use super::DataError;

/// SplitMix64, written out because a split must not change when a dependency changes its generator.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`; the bias of the modulo is below 2^-32 for any set that fits in memory.
    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

/// The numbers `0..count` in an order that depends on `seed` only.
pub(super) fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut random = SplitMix(seed);
    for last in (1..count).rev() {
        order.swap(last, random.below(last + 1));
    }
    order
}

/// Rejects a fraction outside `(0, 1)`.
pub(super) fn check_fraction(fraction: f64) -> Result<(), DataError> {
    if fraction > 0.0 && fraction < 1.0 {
        return Ok(());
    }
    Err(DataError::Config {
        option: "test_fraction",
        expected: "a number between 0 and 1, both excluded".into(),
    })
}

/// Marks the rounded `fraction` of `count` things as test, at least one on each side where there are two.
pub(super) fn choose_test(count: usize, fraction: f64, seed: u64) -> Vec<bool> {
    let wanted = (count as f64 * fraction).round() as usize;
    let chosen = if count < 2 {
        0
    } else {
        wanted.clamp(1, count - 1)
    };
    let mut is_test = vec![false; count];
    for &index in shuffled(count, seed).iter().take(chosen) {
        is_test[index] = true;
    }
    is_test
}

/// Splits rows into (train, test), whole groups on one side when `groups` is given; file order is kept.
pub(super) fn split_rows(
    rows: usize,
    groups: Option<&[u32]>,
    fraction: f64,
    seed: u64,
) -> (Vec<usize>, Vec<usize>) {
    match groups {
        None => {
            let is_test = choose_test(rows, fraction, seed);
            (0..rows).partition(|&row| !is_test[row])
        }
        Some(groups) => {
            let count = groups.iter().max().map_or(0, |&last| last as usize + 1);
            let is_test = choose_test(count, fraction, seed);
            (0..rows).partition(|&row| !is_test[groups[row] as usize])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffling_is_a_permutation_that_depends_on_the_seed_only() {
        let mut sorted = shuffled(100, 7);
        assert_eq!(sorted, shuffled(100, 7));
        assert_ne!(sorted, shuffled(100, 8));
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn the_generator_is_the_published_one() {
        assert_eq!(SplitMix(0).next(), 0xE220_A839_7B1D_CDAF);
    }

    #[test]
    fn groups_stay_on_one_side() {
        let groups: Vec<u32> = (0..60).map(|row| row % 6).collect();
        let (train, test) = split_rows(60, Some(&groups), 0.5, 1);
        assert_eq!((train.len(), test.len()), (30, 30));
        assert!(
            train
                .iter()
                .all(|&a| test.iter().all(|&b| groups[a] != groups[b]))
        );
    }

    #[test]
    fn both_sides_get_something() {
        assert_eq!(
            choose_test(3, 0.01, 0).iter().filter(|&&test| test).count(),
            1
        );
        assert_eq!(
            choose_test(3, 0.99, 0).iter().filter(|&&test| test).count(),
            2
        );
        assert_eq!(choose_test(1, 0.5, 0), [false]);
    }
}
