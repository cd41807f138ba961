//! Local differential privacy of one draw, in closed form; `docs/guarantees.md` derives each formula.
//!
//! Whatever floating point does, none of these numbers is below the true one: each is rounded upwards.

/// More than the relative error of each term below: at most five operations of half a digit, and logarithms that
/// mathematical libraries get wrong by one or two.
const ROUNDING: f64 = 16.0 * f64::EPSILON;

/// Discrete Laplace noise on vectors of L1 norm at most `clip`: `2 * clip / scale`, as two such vectors are at most
/// `2 * clip` apart. Rounded upwards exactly: it is the least f64 that is not below the quotient.
pub(crate) fn laplace(clip: f64, scale: f64) -> f64 {
    let twice = 2.0 * clip;
    let quotient = twice / scale;
    // A fused product has the sign of the true remainder.
    let below = quotient.mul_add(scale, -twice) < 0.0;
    if below { quotient.next_up() } else { quotient }
}

/// The least scale, but for a digit, whose [`laplace`] bound is not above `epsilon`.
pub(crate) fn laplace_scale(clip: f64, epsilon: f64) -> f64 {
    let scale = 2.0 * clip / epsilon;
    if laplace(clip, scale) > epsilon {
        scale.next_up()
    } else {
        scale
    }
}

/// A bound as it is stated: rounded upwards to 12 digits.
///
/// Logarithms differ in their last digits from one device to the next. A bound that was stated on one of them must
/// not be below the one that another computes.
pub(crate) fn stated(computed: f64) -> f64 {
    const LAST_DIGIT: f64 = 1e-11;
    let raised = computed * (1.0 + LAST_DIGIT);
    let text = format!("{raised:.11e}");
    // The nearest decimal is at most half a digit below, and the raised number at least a whole one above.
    text.parse().unwrap_or(raised)
}

/// Discrete Gaussian noise on vectors of L2 norm at most `clip`, for a `delta` between 0 and 1.
///
/// The release is rho-zCDP with `rho = (2 clip)^2 / (2 scale^2)`, and so (epsilon, delta)-DP for any `alpha > 1` with
/// `epsilon = alpha rho + ln(1/(alpha delta)) / (alpha - 1) + ln(1 - 1/alpha)`. Every `alpha` is a proof; the search
/// only looks for a good one. The last term is computed as `-ln(1 + 1/(alpha - 1))`, in which nothing cancels.
///
/// # Source
/// Canonne, Kamath, Steinke, *The Discrete Gaussian for Differential Privacy* (NeurIPS 2020, arXiv 2004.00010),
/// Theorem 14 and Proposition 12.
pub(crate) fn gaussian(clip: f64, scale: f64, delta: f64) -> f64 {
    let ratio = clip / scale;
    let rho = 2.0 * ratio * ratio;
    let at = |log_excess: f64| {
        let excess = log_excess.exp(); // alpha - 1
        let (log_delta, log_alpha) = (delta.ln(), excess.ln_1p());
        let (moment, last) = ((1.0 + excess) * rho, excess.recip().ln_1p());
        let sizes = moment + (log_alpha - log_delta) / excess + last;
        moment - (log_delta + log_alpha) / excess - last + ROUNDING * sizes
    };
    // A coarse grid first: nothing is assumed of the function's shape.
    let step = 0.1;
    let coarse = (-350..=350).map(|index| f64::from(index) * step);
    let best = coarse
        .min_by(|a, b| at(*a).total_cmp(&at(*b)))
        .unwrap_or(0.0);
    golden_minimum(&at, best - step, best + step).max(0.0)
}

/// The least value found between two points.
fn golden_minimum(at: &impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let share = (5f64.sqrt() - 1.0) / 2.0;
    let mut best = f64::INFINITY;
    for _ in 0..60 {
        let (left, right) = (high - share * (high - low), low + share * (high - low));
        let (at_left, at_right) = (at(left), at(right));
        best = best.min(at_left).min(at_right);
        if at_left < at_right {
            high = right;
        } else {
            low = left;
        }
    }
    best
}

/// The least scale whose [`gaussian`] bound is not above `epsilon`.
pub(crate) fn gaussian_scale(clip: f64, epsilon: f64, delta: f64) -> f64 {
    // The bound falls as the scale grows. Between these ratios of scale and clip it is everything and nothing.
    let (mut low, mut high) = (-40.0f64, 40.0f64);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if stated(gaussian(clip, clip * middle.exp2(), delta)) <= epsilon {
            high = middle;
        } else {
            low = middle;
        }
    }
    clip * high.exp2()
}

/// One of `count` substitutes drawn by weights of which the largest is `e^range` times the least that is allowed.
///
/// A substitute is most likely with the largest weight among least ones, and least likely the other way round; the
/// quotient of the two is `e^r (1 + (n - 1) e^r) / (e^r + n - 1)` for `r = range` and `n = count`.
pub(crate) fn substitute(count: usize, range: f64) -> f64 {
    let others = count as f64 - 1.0;
    let least = (-range).exp();
    let epsilon = range + ((others - 1.0) * -(-range).exp_m1() / (1.0 + others * least)).ln_1p();
    epsilon * (1.0 + ROUNDING)
}

/// The widest range, at most `widest`, whose [`substitute`] bound is not above `epsilon`.
pub(crate) fn substitute_range(count: usize, epsilon: f64, widest: f64) -> f64 {
    if stated(substitute(count, widest)) <= epsilon {
        return widest;
    }
    let (mut low, mut high) = (0.0, widest);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if stated(substitute(count, middle)) <= epsilon {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substitute_is_the_closed_form_of_pass() {
        // 2/tau for cosine logits: s between -1/tau and 1/tau.
        for (count, range) in [(2usize, 3.0f64), (64, 0.5), (4096, 20.0), (1 << 20, 27.0)] {
            let others = count as f64 - 1.0;
            let least = (-range).exp();
            let expected = range + ((others + least) / (1.0 + others * least)).ln();
            let found = substitute(count, range);
            assert!(
                (found - expected).abs() < 1e-12 * expected,
                "{count} {range}: {found} {expected}"
            );
        }
        assert!(
            (substitute(2, 3.0) - 3.0).abs() < 1e-12,
            "two substitutes: the logistic's own range"
        );
    }

    #[test]
    fn substitute_is_the_worst_pair_of_weights() {
        let (count, range) = (5, 1.7f64);
        let top = range.exp();
        let likely = top / (top + 4.0);
        let unlikely = 1.0 / (1.0 + 4.0 * top);
        assert!((substitute(count, range) - (likely / unlikely).ln()).abs() < 1e-12);
    }

    #[test]
    fn inverses_give_the_epsilon_that_was_asked_for() {
        for epsilon in [1e-3, 0.1, 1.0, 8.0, 60.0] {
            let found = laplace(3.0, laplace_scale(3.0, epsilon));
            assert!(
                found <= epsilon && found >= epsilon * (1.0 - 1e-15),
                "{epsilon}: {found}"
            );
            let found = gaussian(3.0, gaussian_scale(3.0, epsilon, 1e-6), 1e-6);
            assert!(
                found <= epsilon && found >= epsilon * (1.0 - 1e-9),
                "{epsilon}: {found}"
            );
            let found = substitute(1000, substitute_range(1000, epsilon, 27.0));
            assert!(found <= epsilon, "{epsilon}: {found}");
            assert!(
                epsilon > 30.0 || found >= epsilon * (1.0 - 1e-9),
                "{epsilon}: {found}"
            );
        }
    }

    #[test]
    fn gaussian_is_better_than_the_simple_conversion() {
        // rho + 2 sqrt(rho ln(1/delta)), Bun and Steinke 2016, Proposition 1.3.
        for scale in [0.1f64, 1.0, 10.0, 100.0] {
            let rho = 2.0 / (scale * scale);
            let simple = rho + 2.0 * (rho * 1e6f64.ln()).sqrt();
            let found = gaussian(1.0, scale, 1e-6);
            assert!(
                found < simple && found > 0.5 * simple,
                "{scale}: {found} {simple}"
            );
        }
    }

    /// Compared with the exact quotient, in whole numbers.
    #[test]
    fn laplace_is_never_below_the_quotient() {
        let mut state = 1u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 12) | 1 << 52
        };
        let mut raised = 0;
        for _ in 0..20_000 {
            let (clip, scale) = (next(), next());
            let found = laplace(clip as f64, scale as f64);
            // 2 clip <= found * scale, in units of 2^-53.
            let whole = (found * 2f64.powi(53)) as u128;
            assert!(u128::from(clip) << 54 <= whole * u128::from(scale));
            let below = (found.next_down() * 2f64.powi(53)) as u128;
            assert!(
                u128::from(clip) << 54 > below * u128::from(scale),
                "it is the least"
            );
            raised += u32::from(found > 2.0 * clip as f64 / scale as f64);
        }
        assert!(raised > 5_000, "half of all quotients are rounded down");
    }

    /// Values from Python's `decimal`, with 60 digits.
    #[test]
    fn no_formula_is_below_its_value_in_more_digits() {
        for (count, range, exact) in [
            (2, 3.0, 3.0),
            (6, 0.05, 0.083_329_475_630_155_19),
            (64, 0.5, 0.983_747_822_643_244),
            (4096, 20.0, 28.317_513_555_899_21),
            (1 << 20, 27.0, 40.862_940_686_699_15),
            (3, 1e-9, 1.333_333_333_333_333_4e-9),
        ] {
            let found = substitute(count, range);
            assert!(
                found >= exact && found <= exact * (1.0 + 1e-14),
                "{found} {exact}"
            );
        }
        for (clip, scale, delta, exact) in [
            (1.0, 0.1, 1e-6, 302.669_210_438_811_5),
            (2.0, 1.0, 1e-6, 27.811_968_501_910_77),
            (1.0, 10.0, 1e-9, 1.163_287_326_297_887_5),
            (1.0, 1000.0, 1e-6, 0.006_556_864_973_669_982),
            (1.0, 1.0, 0.05, 5.599_864_844_128_915),
            (3.0, 0.001, 1e-12, 18_044_595.372_164_16),
        ] {
            let found = gaussian(clip, scale, delta);
            assert!(
                found >= exact && found <= exact * (1.0 + 1e-11),
                "{found} {exact}"
            );
        }
    }

    #[test]
    fn what_is_stated_is_above_what_is_computed() {
        for computed in [
            1e-12,
            0.1,
            0.1 + 0.2,
            3.999_999_999_999_9,
            4.0,
            36.1,
            1e9 / 7.0,
        ] {
            let found = stated(computed);
            assert!(found >= computed * (1.0 + 4e-12), "{found} {computed}");
            assert!(found <= computed * (1.0 + 2e-11), "{found} {computed}");
            assert!(found.to_string().len() < 28, "a short decimal: {found}");
        }
    }
}
