//! Draws with exactly the stated probabilities, in whole numbers: floating point never decides.
//!
//! # Source
//! Canonne, Kamath, Steinke, *The Discrete Gaussian for Differential Privacy*, NeurIPS 2020, Algorithms 1 to 3;
//! Lemire, *Fast Random Integer Generation in an Interval*, TOMACS 2019.

use rand::Rng;

/// A whole number below `bound`, each with the same probability. `bound` is above 0.
pub(crate) fn below(bound: u64, rng: &mut impl Rng) -> u64 {
    let mut product = u128::from(rng.next_u64()) * u128::from(bound);
    if (product as u64) < bound {
        let reject = bound.wrapping_neg() % bound;
        while (product as u64) < reject {
            product = u128::from(rng.next_u64()) * u128::from(bound);
        }
    }
    (product >> 64) as u64
}

/// True with probability `numerator / denominator`, which is at most 1.
///
/// Compares the quotient with a number between 0 and 1 that is drawn 64 binary digits at a time, until they differ.
fn bernoulli(numerator: u64, denominator: u64, rng: &mut impl Rng) -> bool {
    let denominator = u128::from(denominator);
    let mut left = u128::from(numerator);
    loop {
        let threshold = left << 64;
        let drawn = u128::from(rng.next_u64()) * denominator;
        if drawn >= threshold {
            return false;
        }
        left = threshold - drawn;
        if left >= denominator {
            return true;
        }
    }
}

/// True with probability `e^-(numerator / denominator)`.
pub(crate) fn bernoulli_exp(numerator: u128, denominator: u64, rng: &mut impl Rng) -> bool {
    let mut left = numerator;
    while left > u128::from(denominator) {
        if !bernoulli_exp_below_one(denominator, denominator, rng) {
            return false;
        }
        left -= u128::from(denominator);
    }
    bernoulli_exp_below_one(left as u64, denominator, rng)
}

/// The same for `numerator <= denominator`. The chance that round `k` is reached is below `1 / k!`; a product that would
/// overflow is out of reach.
fn bernoulli_exp_below_one(numerator: u64, denominator: u64, rng: &mut impl Rng) -> bool {
    let mut round = 1u64;
    while bernoulli(numerator, denominator.saturating_mul(round), rng) {
        round += 1;
    }
    round % 2 == 1
}

/// A whole number `z` with probability proportional to `e^-(|z| / scale)`. `scale` is from 1 to 2^40.
pub(crate) fn discrete_laplace(scale: u64, rng: &mut impl Rng) -> i64 {
    loop {
        let rest = below(scale, rng);
        if !bernoulli_exp(u128::from(rest), scale, rng) {
            continue;
        }
        let mut whole = 0u64;
        while bernoulli_exp(1, 1, rng) {
            whole += 1;
        }
        // 2^20 wholes come with probability e^-(2^20): never.
        let size = (rest + scale * whole.min(1 << 20)) as i64;
        let negative = rng.next_u32() & 1 == 1;
        // Zero has one sign only, or it would come twice as often.
        if !(negative && size == 0) {
            return if negative { -size } else { size };
        }
    }
}

/// A whole number `z` with probability proportional to `e^-(z^2 / (2 scale^2))`. `scale` is from 1 to 2^27.
pub(crate) fn discrete_gaussian(scale: u64, rng: &mut impl Rng) -> i64 {
    loop {
        let candidate = discrete_laplace(scale, rng);
        let gap = u128::from(candidate.unsigned_abs().abs_diff(scale));
        if bernoulli_exp(gap * gap, 2 * scale * scale, rng) {
            return candidate;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::ChaCha20Rng;

    fn rng(seed: u64) -> ChaCha20Rng {
        ChaCha20Rng::seed_from_u64(seed)
    }

    /// Draws against a probability for each cell, by Pearson's chi-square; cells that expect less than 10 are joined.
    /// The limit is the quantile of about 1 in 10,000 (Wilson and Hilferty).
    fn assert_distribution(draws: &[i64], probability: impl Fn(i64) -> f64, reach: i64) {
        let total = draws.len() as f64;
        let (mut statistic, mut cells) = (0.0, 0u32);
        let (mut rest_seen, mut rest_expected) = (total, total);
        for value in -reach..=reach {
            let expected = total * probability(value);
            if expected < 10.0 {
                continue;
            }
            let seen = draws.iter().filter(|&&draw| draw == value).count() as f64;
            statistic += (seen - expected).powi(2) / expected;
            cells += 1;
            rest_seen -= seen;
            rest_expected -= expected;
        }
        if rest_expected > 1.0 {
            statistic += (rest_seen - rest_expected).powi(2) / rest_expected;
            cells += 1;
        }
        assert!(cells > 1, "nothing was compared");
        let freedom = f64::from(cells - 1);
        let width = 2.0 / (9.0 * freedom);
        let limit = freedom * (1.0 - width + 3.72 * width.sqrt()).powi(3);
        assert!(
            statistic < limit,
            "chi-square {statistic} on {freedom}, limit {limit}"
        );
    }

    #[test]
    fn below_is_uniform() {
        for bound in [1u64, 2, 7, 100] {
            let mut rng = rng(bound);
            let draws: Vec<i64> = (0..100_000)
                .map(|_| below(bound, &mut rng) as i64)
                .collect();
            assert!(draws.iter().all(|&draw| draw < bound as i64));
            if bound > 1 {
                let each = 1.0 / bound as f64;
                assert_distribution(
                    &draws,
                    |value| if value < 0 { 0.0 } else { each },
                    bound as i64 - 1,
                );
            }
        }
        // Just above half of all numbers: without rejection, the lower half would come twice as often.
        let bound = (1u64 << 63) + 1;
        let mut rng = rng(5);
        let low = (0..100_000)
            .filter(|_| below(bound, &mut rng) < bound / 2)
            .count();
        assert!(low.abs_diff(50_000) < 800, "{low}");
    }

    #[test]
    fn bernoulli_has_the_stated_probability() {
        for (numerator, denominator) in [
            (0u64, 5u64),
            (1, 3),
            (5, 5),
            (999, 1000),
            (u64::MAX / 3, u64::MAX),
        ] {
            let mut rng = rng(numerator ^ denominator);
            let yes = (0..100_000)
                .filter(|_| bernoulli(numerator, denominator, &mut rng))
                .count();
            let expected = 1e5 * numerator as f64 / denominator as f64;
            let deviation = (expected * (1.0 - expected / 1e5)).sqrt();
            assert!(
                (yes as f64 - expected).abs() <= 4.0 * deviation,
                "{numerator}/{denominator}: {yes}"
            );
        }
    }

    #[test]
    fn ties_of_64_digits_are_broken_by_the_next() {
        /// Gives a list of numbers.
        struct Given(Vec<u64>);
        impl rand::TryRng for Given {
            type Error = std::convert::Infallible;
            fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
                Ok(self.try_next_u64()? as u32)
            }
            fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
                Ok(self.0.remove(0))
            }
            fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
                unreachable!("numbers only")
            }
        }
        // 1/3 is 0.0101... in binary.
        let third = u64::MAX / 3;
        assert!(bernoulli(1, 3, &mut Given(vec![third, third - 1])));
        assert!(!bernoulli(1, 3, &mut Given(vec![third, third + 1])));
        assert!(bernoulli(1, 3, &mut Given(vec![third, third, third, 0])));
    }

    #[test]
    fn bernoulli_exp_has_the_stated_probability() {
        for (numerator, denominator) in [
            (0u128, 1u64),
            (1, 10),
            (1, 1),
            (7, 2),
            (40, 10),
            (1 << 70, 1 << 55),
        ] {
            let mut rng = rng(denominator);
            let yes = (0..100_000)
                .filter(|_| bernoulli_exp(numerator, denominator, &mut rng))
                .count();
            let probability = (-(numerator as f64) / denominator as f64).exp();
            let deviation = (1e5 * probability * (1.0 - probability)).sqrt();
            assert!(
                (yes as f64 - 1e5 * probability).abs() <= 4.0 * deviation + 1e-9,
                "{numerator}/{denominator}: {yes}"
            );
        }
    }

    #[test]
    fn discrete_laplace_is_its_probability_mass() {
        for scale in [1u64, 2, 5, 30] {
            let mut rng = rng(scale);
            let draws: Vec<i64> = (0..200_000)
                .map(|_| discrete_laplace(scale, &mut rng))
                .collect();
            let step = (-1.0 / scale as f64).exp();
            let mass = |value: i64| (1.0 - step) / (1.0 + step) * step.powi(value.abs() as i32);
            assert_distribution(&draws, mass, 20 * scale as i64);
        }
    }

    #[test]
    fn discrete_gaussian_is_its_probability_mass() {
        for scale in [1u64, 2, 5, 30] {
            let mut rng = rng(scale);
            let draws: Vec<i64> = (0..200_000)
                .map(|_| discrete_gaussian(scale, &mut rng))
                .collect();
            let weight = |value: i64| (-0.5 * (value as f64 / scale as f64).powi(2)).exp();
            let total: f64 = (-40 * scale as i64..=40 * scale as i64).map(weight).sum();
            assert_distribution(&draws, |value| weight(value) / total, 10 * scale as i64);
        }
    }

    /// Largest distance between the draws' distribution function and another one (Kolmogorov and Smirnov).
    fn assert_continuous(mut draws: Vec<f64>, distribution: impl Fn(f64) -> f64) {
        draws.sort_by(f64::total_cmp);
        let count = draws.len() as f64;
        let gap = draws.iter().enumerate().map(|(rank, &draw)| {
            let expected = distribution(draw);
            (expected - rank as f64 / count)
                .abs()
                .max((expected - (rank + 1) as f64 / count).abs())
        });
        let gap = gap.fold(0.0, f64::max) * count.sqrt();
        // 1 in 10,000.
        assert!(gap < 2.23, "{gap}");
    }

    #[test]
    fn on_a_fine_grid_they_are_the_laplace_and_the_normal_distribution() {
        let scale = (1u64 << 27) - 1;
        let mut rng = rng(11);
        let laplace: Vec<f64> = (0..100_000)
            .map(|_| discrete_laplace(scale, &mut rng) as f64 / scale as f64)
            .collect();
        assert_continuous(laplace, |x| {
            if x < 0.0 {
                0.5 * x.exp()
            } else {
                1.0 - 0.5 * (-x).exp()
            }
        });
        let gaussian: Vec<f64> = (0..100_000)
            .map(|_| discrete_gaussian(scale, &mut rng) as f64 / scale as f64)
            .collect();
        assert_continuous(gaussian, normal);
    }

    /// The normal distribution function, summed up by Simpson's rule.
    fn normal(x: f64) -> f64 {
        let density = |t: f64| (-0.5 * t * t).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let steps = 200;
        let width = x / f64::from(steps);
        let sum: f64 = (0..=steps)
            .map(|step| {
                let weight = match step {
                    0 => 1.0,
                    s if s == steps => 1.0,
                    s if s % 2 == 1 => 4.0,
                    _ => 2.0,
                };
                weight * density(f64::from(step) * width)
            })
            .sum();
        0.5 + sum * width / 3.0
    }
}
