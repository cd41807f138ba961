//! Means of gains over attributes and seeds.

use super::{AttributeGain, Gain, SweepRun};
use crate::labels::Role;

impl SweepRun {
    /// Mean gain of the attributes of one role; `None` if one is missing or there is none.
    fn gain(&self, role: Role) -> Option<Gain> {
        let of_role = self.attributes.iter().filter(|gain| gain.role == role);
        let gains: Option<Vec<Gain>> = of_role.map(AttributeGain::gain).collect();
        mean(&gains?)
    }
}

impl AttributeGain {
    fn gain(&self) -> Option<Gain> {
        Some(Gain {
            nag: self.nag?,
            interval: self.nag_interval,
        })
    }
}

/// Nine decimals: far more than an audit knows.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

/// Each attribute's gain over seeds; all runs of a sweep have the same attributes in the same order.
pub(super) fn over_seeds(runs: &[&SweepRun]) -> Vec<AttributeGain> {
    let Some(first) = runs.first() else {
        return Vec::new();
    };
    let gain_of = |(index, attribute): (usize, &AttributeGain)| {
        let gains: Option<Vec<Gain>> = runs
            .iter()
            .map(|run| run.attributes.get(index)?.gain())
            .collect();
        let gain = gains.and_then(|gains| widened(&gains));
        AttributeGain {
            name: attribute.name.clone(),
            role: attribute.role,
            nag: gain.as_ref().map(|gain| gain.nag),
            nag_interval: gain.and_then(|gain| gain.interval),
        }
    };
    first.attributes.iter().enumerate().map(gain_of).collect()
}

/// The mean gain of a role over attributes, then over seeds.
pub(super) fn over_attributes(runs: &[&SweepRun], role: Role) -> Option<Gain> {
    let gains: Option<Vec<Gain>> = runs.iter().map(|run| run.gain(role)).collect();
    widened(&gains?)
}

/// Means of values and of both ends of intervals.
///
/// Scores on the same test rows go up and down together, and then the interval of the mean is just as wide as the mean
/// interval; where they do not, it is narrower. So these ends are on the safe side.
fn mean(gains: &[Gain]) -> Option<Gain> {
    let of = |value: &dyn Fn(&Gain) -> Option<f64>| -> Option<f64> {
        let values: Option<Vec<f64>> = gains.iter().map(value).collect();
        let values = values.filter(|values| !values.is_empty())?;
        Some(rounded(values.iter().sum::<f64>() / values.len() as f64))
    };
    let low = of(&|gain| gain.interval.map(|[low, _]| low));
    let high = of(&|gain| gain.interval.map(|[_, high]| high));
    Some(Gain {
        nag: of(&|gain| Some(gain.nag))?,
        interval: low.zip(high).map(|(low, high)| [low, high]),
    })
}

/// The mean over seeds, with an interval that holds every seed's value: few seeds say little of their spread, and what
/// was seen at least must not lie outside.
fn widened(gains: &[Gain]) -> Option<Gain> {
    let mut gain = mean(gains)?;
    if let Some([low, high]) = &mut gain.interval {
        for seed in gains {
            (*low, *high) = (low.min(seed.nag), high.max(seed.nag));
        }
    }
    Some(gain)
}

#[cfg(test)]
mod tests {
    use super::super::SweepPoint;
    use super::*;
    use std::collections::BTreeMap;

    fn run(seed: u64, gains: &[(Role, Option<f64>)]) -> SweepRun {
        let mut run = SweepRun::failed(seed, "points/p", "");
        run.error = None;
        run.attributes = gains
            .iter()
            .enumerate()
            .map(|(index, &(role, nag))| AttributeGain {
                name: format!("a{index}"),
                role,
                nag,
                nag_interval: nag.map(|nag| [nag - 0.05, nag + 0.05].map(rounded)),
            })
            .collect();
        run
    }

    fn point(runs: Vec<SweepRun>) -> SweepPoint {
        SweepPoint::new("p", "tiprdc", "p", BTreeMap::new(), runs)
    }

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
    }

    #[test]
    fn gains_are_means_over_attributes_and_seeds() {
        use Role::{Private, Task};
        let all = |seed, a, b, c| {
            run(
                seed,
                &[(Private, Some(a)), (Task, Some(b)), (Task, Some(c))],
            )
        };
        let point = point(vec![all(0, 0.1, 0.8, 1.0), all(1, 0.4, 0.7, 0.9)]);
        let (leakage, utility) = (point.leakage.expect("known"), point.utility.expect("known"));
        close(leakage.nag, 0.25);
        close(utility.nag, 0.85);
        close(point.mnag.expect("known"), 0.6);
        // 0.2 to 0.3 is the mean interval; the seeds lie further apart.
        let [low, high] = leakage.interval.expect("known");
        close(low, 0.1);
        close(high, 0.4);
        let [low, high] = utility.interval.expect("known");
        close(low, 0.8);
        close(high, 0.9);
        close(point.attributes[1].nag.expect("known"), 0.75);
        assert_eq!(point.seeds, [0, 1]);
    }

    #[test]
    fn what_was_read_back_is_the_same() {
        use Role::{Private, Task};
        let gain = |of: f64| (0..50).map(move |index| of / f64::from(index + 3));
        let runs = gain(1.0).zip(gain(0.7)).zip(0..);
        let runs: Vec<SweepRun> = runs
            .map(|((a, b), seed)| {
                run(
                    seed,
                    &[(Private, Some(rounded(a))), (Task, Some(rounded(b)))],
                )
            })
            .collect();
        let point = point(runs);
        let text = serde_json::to_string(&point).expect("plain data");
        let back: SweepPoint = serde_json::from_str(&text).expect("a point");
        assert_eq!(back.leakage, point.leakage);
        assert_eq!(back.mnag, point.mnag);
        assert_eq!(
            serde_json::to_string(&back.attributes).ok(),
            serde_json::to_string(&point.attributes).ok()
        );
    }

    #[test]
    fn a_failed_seed_counts_nowhere_and_a_missing_gain_leaves_no_mean() {
        use Role::{Private, Task};
        let good = run(0, &[(Private, Some(0.1)), (Task, Some(0.8))]);
        let half = point(vec![
            good.clone(),
            SweepRun::failed(1, "points/q", "diverged"),
        ]);
        assert_eq!(half.seeds, [0]);
        close(half.mnag.expect("known"), 0.7);
        assert_eq!(
            half.failures().map(|(run, _)| run.seed).collect::<Vec<_>>(),
            [1]
        );
        let missing = point(vec![good, run(1, &[(Private, None), (Task, Some(0.8))])]);
        assert_eq!((missing.leakage, missing.mnag), (None, None));
        assert!(missing.utility.is_some());
        assert_eq!(point(Vec::new()).utility, None);
        assert_eq!(point(vec![run(0, &[(Private, Some(0.1))])]).utility, None);
    }
}
