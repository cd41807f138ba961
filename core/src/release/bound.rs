//! Local differential privacy of one draw, in closed form; `docs/guarantees.md` derives each formula.

/// Discrete Laplace noise on vectors of L1 norm at most `clip`: `2 * clip / scale`, as two such vectors are at most
/// `2 * clip` apart.
pub(crate) fn laplace(clip: f64, scale: f64) -> f64 {
    2.0 * clip / scale
}

/// The scale whose [`laplace`] bound is `epsilon`.
pub(crate) fn laplace_scale(clip: f64, epsilon: f64) -> f64 {
    2.0 * clip / epsilon
}

/// Discrete Gaussian noise on vectors of L2 norm at most `clip`, for a `delta` between 0 and 1.
///
/// The release is rho-zCDP with `rho = (2 clip)^2 / (2 scale^2)`, and so (epsilon, delta)-DP for any `alpha > 1` with
/// `epsilon = alpha rho + ln(1/(alpha delta)) / (alpha - 1) + ln(1 - 1/alpha)`. Every `alpha` is a proof; the search
/// only looks for a good one.
///
/// # Source
/// Canonne, Kamath, Steinke, *The Discrete Gaussian for Differential Privacy* (NeurIPS 2020, arXiv 2004.00010),
/// Theorem 14 and Proposition 12.
pub(crate) fn gaussian(clip: f64, scale: f64, delta: f64) -> f64 {
    let ratio = clip / scale;
    let rho = 2.0 * ratio * ratio;
    let at = |log_excess: f64| {
        let excess = log_excess.exp(); // alpha - 1
        let log_alpha = excess.ln_1p();
        (1.0 + excess) * rho - (delta.ln() + log_alpha) / excess + log_excess - log_alpha
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
        if gaussian(clip, clip * middle.exp2(), delta) <= epsilon {
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
    range + ((others - 1.0) * -(-range).exp_m1() / (1.0 + others * least)).ln_1p()
}

/// The widest range, at most `widest`, whose [`substitute`] bound is not above `epsilon`.
pub(crate) fn substitute_range(count: usize, epsilon: f64, widest: f64) -> f64 {
    if substitute(count, widest) <= epsilon {
        return widest;
    }
    let (mut low, mut high) = (0.0, widest);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if substitute(count, middle) <= epsilon {
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
            assert!((laplace(3.0, laplace_scale(3.0, epsilon)) - epsilon).abs() <= 1e-12 * epsilon);
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
}
