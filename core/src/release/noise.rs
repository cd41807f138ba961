//! Discrete noise on a grid: the features are rounded onto it before the noise is added, and noise is whole steps of
//! it, so that no digit of the sum tells which part of it was which.
//!
//! # Source
//! Mironov, *On Significance of the Least Significant Bits for Differential Privacy*, CCS 2012: why not with floating
//! point.

use super::exact_draw::{discrete_gaussian, discrete_laplace};
use super::finite::finite;
use rand::Rng;

/// Binary digits of a scale in steps: the grid is finer than f32 shows, so that rounding costs nothing that is seen.
const DIGITS: u64 = 26;

/// Clips and adds noise, for one pair of norm and scale.
#[derive(Debug, Clone)]
pub(crate) struct Noise {
    family: Family,
    /// Size of a grid step: a power of two.
    step: f64,
    /// The largest norm in steps, rounded down.
    limit: u64,
    /// The noise's scale in steps, rounded up.
    scale: u64,
    clip: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// L2 norm, Gaussian noise.
    Gaussian,
    /// L1 norm, Laplace noise.
    Laplace,
}

impl Noise {
    /// For settings that were checked: `clip` and `scale` are normal numbers and within 2^24 of each other.
    pub(crate) fn new(family: Family, clip: f64, scale: f64) -> Self {
        let exponent = scale.to_bits() >> 52;
        let step = f64::from_bits((exponent - DIGITS) << 52);
        Noise {
            family,
            step,
            // Both quotients are exact: a division by a power of two.
            limit: (clip / step).floor() as u64,
            scale: (scale / step).ceil() as u64,
            clip,
        }
    }

    /// Clips one record's features, rounds them to the grid and adds noise; there is no input for which it fails.
    pub(crate) fn apply(&self, features: &mut [f32], rng: &mut impl Rng) {
        let steps = self.clipped(features);
        for (feature, steps) in features.iter_mut().zip(steps) {
            let noise = match self.family {
                Family::Gaussian => discrete_gaussian(self.scale, rng),
                Family::Laplace => discrete_laplace(self.scale, rng),
            };
            // Rounding to f32 comes after the sum, and so tells nothing more.
            *feature = ((steps + noise) as f64 * self.step) as f32;
        }
    }

    /// Features in grid steps; their norm is at most the limit, in whole numbers and whatever floating point did.
    fn clipped(&self, features: &[f32]) -> Vec<i64> {
        let norm = self.norm(features);
        let mut factor = if norm > self.clip {
            self.clip / norm
        } else {
            1.0
        };
        let mut shrink = 1.0 / (1u64 << 40) as f64;
        loop {
            let steps: Vec<i64> = features
                .iter()
                .map(|&feature| (f64::from(finite(feature)) * factor / self.step) as i64)
                .collect();
            if self.within_limit(&steps) {
                return steps;
            }
            factor *= 1.0 - shrink;
            // At 1 everything is 0, and that is within any limit.
            shrink = (shrink * 2.0).min(1.0);
        }
    }

    fn norm(&self, features: &[f32]) -> f64 {
        let values = features.iter().map(|&feature| f64::from(finite(feature)));
        match self.family {
            Family::Gaussian => values.map(|value| value * value).sum::<f64>().sqrt(),
            Family::Laplace => values.map(f64::abs).sum(),
        }
    }

    fn within_limit(&self, steps: &[i64]) -> bool {
        let limit = u128::from(self.limit);
        let of_family = |size: u128| match self.family {
            Family::Gaussian => size.saturating_mul(size),
            Family::Laplace => size,
        };
        let bound = of_family(limit);
        steps
            .iter()
            .map(|steps| of_family(u128::from(steps.unsigned_abs())))
            .try_fold(0u128, |sum, size| {
                Some(sum.saturating_add(size)).filter(|&sum| sum <= bound)
            })
            .is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::{Config, RngSeed};
    use rand::SeedableRng;
    use rand::rngs::ChaCha20Rng;

    fn families() -> impl Strategy<Value = Family> {
        prop_oneof![Just(Family::Gaussian), Just(Family::Laplace)]
    }

    proptest! {
        #![proptest_config(Config { cases: 1024, rng_seed: RngSeed::Fixed(13), failure_persistence: None, ..Config::default() })]

        #[test]
        fn the_grid_holds_what_the_bound_assumes(clip in 1e-3..1e3f64, ratio in 1e-4..1e6f64) {
            let scale = clip / ratio;
            let noise = Noise::new(Family::Laplace, clip, scale);
            prop_assert!(noise.limit as f64 * noise.step <= clip, "sensitivity in steps is not more than was stated");
            prop_assert!(noise.scale as f64 * noise.step >= scale, "noise in steps is not less than was stated");
            prop_assert!(noise.scale as f64 * noise.step <= scale * (1.0 + 1e-7), "and not much more");
            prop_assert!((1 << DIGITS..=2 << DIGITS).contains(&noise.scale));
            prop_assert_eq!(noise.step.log2().fract(), 0.0);
        }

        #[test]
        fn clipped_norms_are_within_the_limit_and_short_vectors_stay(
            family in families(),
            features in prop::collection::vec(prop_oneof![-2.0..2.0f32, -1e38..1e38f32, Just(0.0), Just(f32::MAX), Just(1e-40), Just(f32::NAN), Just(f32::INFINITY), Just(f32::NEG_INFINITY)], 0..50),
            clip in 0.01..100.0f64,
        ) {
            let noise = Noise::new(family, clip, clip / 64.0);
            let steps = noise.clipped(&features);
            let size = |steps: &i64| u128::from(steps.unsigned_abs());
            let (total, limit) = match family {
                Family::Gaussian => (steps.iter().map(size).map(|x| x * x).sum::<u128>(), u128::from(noise.limit).pow(2)),
                Family::Laplace => (steps.iter().map(size).sum(), u128::from(noise.limit)),
            };
            prop_assert!(total <= limit);
            let norm = noise.norm(&features);
            for (&steps, &feature) in steps.iter().zip(&features) {
                let scaled = f64::from(finite(feature)) * (clip / norm).min(1.0);
                let back = steps as f64 * noise.step;
                prop_assert!((back - scaled).abs() <= noise.step + 1e-9 * clip, "{} {}", back, scaled);
            }
        }
    }

    #[test]
    fn noise_has_the_scale_that_was_asked_for() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        for (family, deviation) in [
            (Family::Gaussian, 0.7),
            (Family::Laplace, 0.7 * 2f64.sqrt()),
        ] {
            let noise = Noise::new(family, 3.0, 0.7);
            let mut features = vec![0.0; 200_000];
            features[0] = 5.0;
            noise.apply(&mut features, &mut rng);
            let (kept, zeros) = features.split_first().expect("many");
            assert!((kept - 3.0).abs() < 10.0, "clipped, then noise");
            let count = zeros.len() as f64;
            let mean = zeros.iter().map(|&x| f64::from(x)).sum::<f64>() / count;
            let variance = zeros.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / count;
            assert!(
                mean.abs() < 5.0 * deviation / count.sqrt(),
                "{family:?}: {mean}"
            );
            assert!(
                (variance.sqrt() / deviation - 1.0).abs() < 0.02,
                "{family:?}: {}",
                variance.sqrt()
            );
        }
    }

    #[test]
    fn what_is_not_finite_counts_as_its_finite_number() {
        let noise = Noise::new(Family::Gaussian, 1.0, 1.0);
        let released = |features: &[f32]| {
            let mut features = features.to_vec();
            noise.apply(&mut features, &mut ChaCha20Rng::seed_from_u64(1));
            features
        };
        for (bad, finite) in [
            (f32::NAN, 0.0),
            (f32::INFINITY, f32::MAX),
            (f32::NEG_INFINITY, f32::MIN),
        ] {
            assert_eq!(released(&[0.5, bad]), released(&[0.5, finite]));
        }
    }
}
