//! Draws the index of a substitute, by whole weights.
//!
//! The weights are whole numbers between a least and a largest one, and at least one of them is the largest. That is
//! all that the bound needs, and it holds however the exponential was rounded. See `docs/guarantees.md`.

use super::WIDEST_RANGE;
use super::exact_draw::below;
use super::finite::finite;
use rand::Rng;

/// The largest weight. 2^20 of them have a sum that fits 64 bits.
pub(crate) const LARGEST: u64 = 1 << 40;

/// Draws by the logits of one record.
#[derive(Debug, Clone)]
pub(crate) struct Substitute {
    inverse_temperature: f64,
    /// At most the widest, which is all that [`exponential`] is made for.
    range: f64,
    least: u64,
}

impl Substitute {
    /// For settings that were checked.
    pub(crate) fn new(temperature: f64, range: f64) -> Self {
        let range = range.min(WIDEST_RANGE);
        // By the library, and rounded up by more than it is wrong by: the quotient of weights stays below e^range.
        let least = LARGEST as f64 * (-range).exp() * (1.0 + 1e-12);
        Substitute {
            inverse_temperature: 1.0 / temperature,
            range,
            least: (least as u64 + 1).min(LARGEST),
        }
    }

    /// The index of one substitute; `weights` is memory to work in. There are no logits for which it fails.
    pub(crate) fn draw(&self, logits: &[f32], weights: &mut Vec<u64>, rng: &mut impl Rng) -> u32 {
        self.weigh(logits, weights);
        let total: u64 = weights.iter().sum();
        let mut left = below(total, rng);
        // All weights are looked at, whichever is drawn: the time says a little less.
        let mut drawn = 0;
        let mut passed = false;
        for &weight in weights.iter() {
            passed |= left < weight;
            left = left.wrapping_sub(weight);
            drawn += u32::from(!passed);
        }
        drawn
    }

    /// One whole number for each logit, from the least weight to the largest; the largest logit has the largest weight.
    fn weigh(&self, logits: &[f32], weights: &mut Vec<u64>) {
        let logits = logits.iter().copied().map(finite);
        let largest = logits.clone().fold(f32::MIN, f32::max);
        let (largest, least) = (f64::from(largest), self.least as f64);
        weights.clear();
        weights.extend(logits.map(|logit| {
            let below = (f64::from(logit) - largest) * self.inverse_temperature;
            let weight = LARGEST as f64 * exponential(below.max(-self.range));
            // The last thing that is done: whatever came before, the weight is within its bounds.
            whole(weight.max(least).min(LARGEST as f64))
        }));
    }
}

/// 1.5 * 2^52: a number of moderate size that is added to it is rounded to a whole one, in the lowest digits of the sum.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// `e^x` for `x` from -28 to 0, to 10 digits, and exactly 1 for 0.
///
/// Written so that the compiler can work on several numbers at once, which it cannot with a call of the mathematical
/// library. No bound depends on its digits.
fn exponential(x: f64) -> f64 {
    let x = x * std::f64::consts::LOG2_E;
    let shifted = x + ROUND;
    let rest = (x - (shifted - ROUND)) * std::f64::consts::LN_2;
    // Taylor's, for |rest| <= ln(2) / 2: the next term is below 1e-11.
    let factors = [
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ];
    let mut power = 0.0;
    for factor in factors {
        power = power * rest + factor;
    }
    // The whole part of x goes into the exponent.
    f64::from_bits(power.to_bits().wrapping_add(shifted.to_bits() << 52))
}

/// The nearest whole number, of one from 0 to 2^51.
fn whole(x: f64) -> u64 {
    (x + ROUND).to_bits() - ROUND.to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::bound;
    use proptest::prelude::*;
    use proptest::test_runner::{Config, RngSeed};
    use rand::SeedableRng;
    use rand::rngs::ChaCha20Rng;

    fn weights(draw: &Substitute, logits: &[f32]) -> Vec<u64> {
        let mut weights = Vec::new();
        draw.weigh(logits, &mut weights);
        weights
    }

    proptest! {
        #![proptest_config(Config { cases: 1024, rng_seed: RngSeed::Fixed(14), failure_persistence: None, ..Config::default() })]

        #[test]
        fn weights_are_what_the_bound_assumes(
            logits in prop::collection::vec(prop_oneof![-1.0..1.0f32, -1e38..1e38f32, Just(f32::MAX), Just(f32::MIN), Just(0.0), Just(f32::NAN), Just(f32::INFINITY), Just(f32::NEG_INFINITY)], 2..40),
            temperature in prop_oneof![1e-12..1e-6f64, 0.001..10.0f64, 1e6..1e12f64],
            range in prop_oneof![1e-9..1e-3f64, 0.01..60.0f64],
        ) {
            let draw = Substitute::new(temperature, range);
            let weights = weights(&draw, &logits);
            prop_assert!(weights.contains(&LARGEST));
            prop_assert!(weights.iter().all(|&weight| (draw.least..=LARGEST).contains(&weight)));
            let quotient = LARGEST as f64 / draw.least as f64;
            prop_assert!(quotient.ln() <= range.min(crate::release::WIDEST_RANGE) + 1e-15);
        }

        /// The bound itself, in the whole numbers that are drawn by: no two inputs, and no index, exceed it.
        #[test]
        fn no_pair_of_inputs_exceeds_the_bound(
            one in prop::collection::vec(-3.0..3.0f32, 6),
            two in prop::collection::vec(-3.0..3.0f32, 6),
            range in 0.05..8.0f64,
        ) {
            let draw = Substitute::new(0.2, range);
            let (one, two) = (weights(&draw, &one), weights(&draw, &two));
            let (total_one, total_two) = (one.iter().sum::<u64>() as f64, two.iter().sum::<u64>() as f64);
            for (a, b) in one.iter().zip(&two) {
                let loss = (*a as f64 / total_one).ln() - (*b as f64 / total_two).ln();
                prop_assert!(loss.abs() <= bound::substitute(6, range) + 1e-12);
            }
        }
    }

    #[test]
    fn the_exponential_is_the_librarys_to_ten_digits() {
        assert_eq!(exponential(0.0), 1.0);
        assert_eq!(exponential(-0.0), 1.0);
        for step in 0..28_000 {
            let x = -f64::from(step) * 1e-3;
            assert!((exponential(x) / x.exp() - 1.0).abs() < 1e-10, "{x}");
        }
    }

    #[test]
    fn whole_numbers_stay_and_others_go_to_the_nearest() {
        for (x, expected) in [
            (0.0, 0),
            (1.0, 1),
            (1.6, 2),
            (7.4, 7),
            (LARGEST as f64, LARGEST),
        ] {
            assert_eq!(whole(x), expected);
        }
    }

    #[test]
    fn indices_come_by_their_weights() {
        let draw = Substitute::new(0.5, 3.0);
        let logits = [0.3f32, -4.0, 0.8, 0.0, 0.79, -0.5];
        let weights = weights(&draw, &logits);
        let total = weights.iter().sum::<u64>() as f64;
        for (weight, logit) in weights.iter().zip(logits) {
            let exact = (f64::from(logit - 0.8) / 0.5).max(-3.0).exp();
            assert!(
                (*weight as f64 / LARGEST as f64 - exact).abs() < 1e-6,
                "softmax, with a floor"
            );
        }
        let mut rng = ChaCha20Rng::seed_from_u64(2);
        let mut seen = [0u32; 6];
        let mut scratch = Vec::new();
        let draws = 300_000;
        for _ in 0..draws {
            seen[draw.draw(&logits, &mut scratch, &mut rng) as usize] += 1;
        }
        let statistic: f64 = seen
            .iter()
            .zip(&weights)
            .map(|(&seen, &weight)| {
                let expected = f64::from(draws) * weight as f64 / total;
                (f64::from(seen) - expected).powi(2) / expected
            })
            .sum();
        // Chi-square on 5, 1 in 10,000.
        assert!(statistic < 25.7, "{statistic} {seen:?}");
    }

    #[test]
    fn every_number_below_the_sum_finds_its_index() {
        /// Gives numbers that [`below`] makes the wanted ones of, for sums that are powers of two.
        struct At(u64, u32);
        impl rand::TryRng for At {
            type Error = std::convert::Infallible;
            fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
                unreachable!("64 bits only")
            }
            fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
                Ok(self.0 << (64 - self.1))
            }
            fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
                unreachable!("64 bits only")
            }
        }
        let draw = Substitute::new(1.0, 5.0);
        let mut scratch = Vec::new();
        for (at, index) in [
            (0, 0),
            (LARGEST - 1, 0),
            (LARGEST, 1),
            (2 * LARGEST, 2),
            (4 * LARGEST - 1, 3),
        ] {
            let drawn = draw.draw(&[7.0; 4], &mut scratch, &mut At(at, 42));
            assert_eq!(drawn, index);
        }
    }

    #[test]
    fn what_is_not_finite_counts_as_its_finite_number() {
        let draw = Substitute::new(1.0, 5.0);
        for (bad, finite) in [
            (f32::NAN, 0.0),
            (f32::INFINITY, f32::MAX),
            (f32::NEG_INFINITY, f32::MIN),
        ] {
            assert_eq!(weights(&draw, &[0.5, bad]), weights(&draw, &[0.5, finite]));
        }
        let all = weights(&draw, &[f32::NEG_INFINITY; 3]);
        assert_eq!(all, [LARGEST; 3], "none is likelier than another");
    }
}
