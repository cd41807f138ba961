//! Who dominates whom.

use super::point::SweepPoint;

/// Leakage and usefulness, where both are numbers.
pub(super) fn place(point: &SweepPoint) -> Option<(f64, f64)> {
    let (leakage, utility) = (point.leakage.as_ref()?.nag, point.utility.as_ref()?.nag);
    (leakage.is_finite() && utility.is_finite()).then_some((leakage, utility))
}

/// Whether nobody would take `b` who can have `a`: it leaks no more, keeps no less, and is better in one of the two.
fn dominates(a: (f64, f64), b: (f64, f64)) -> bool {
    a.0 <= b.0 && a.1 >= b.1 && a != b
}

/// Says of every point whether another one dominates it, and which; of several, the one with the highest mNAG, and of
/// those the first. That one is on the frontier itself, as whoever dominated it would have a higher mNAG still.
pub(super) fn mark(points: &mut [SweepPoint]) {
    let places: Vec<Option<(f64, f64)>> = points.iter().map(place).collect();
    let names: Vec<String> = points.iter().map(|point| point.name.clone()).collect();
    for (point, own) in points.iter_mut().zip(&places) {
        let Some(own) = *own else {
            (point.dominated, point.dominated_by) = (None, None);
            continue;
        };
        let gain = |(leakage, utility): (f64, f64)| utility - leakage;
        let mut best: Option<((f64, f64), &String)> = None;
        for (place, name) in places.iter().zip(&names) {
            if let Some(other) = *place
                && dominates(other, own)
                && best.is_none_or(|(known, _)| gain(other) > gain(known))
            {
                best = Some((other, name));
            }
        }
        point.dominated = Some(best.is_some());
        point.dominated_by = best.map(|(_, name)| name.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Gain, Sweep};
    use super::*;
    use std::collections::BTreeMap;

    fn point(name: &str, place: Option<(f64, f64)>) -> SweepPoint {
        let gain = |nag| Gain {
            nag,
            interval: None,
        };
        let mut point = SweepPoint::new(name, "tiprdc", name, BTreeMap::new(), Vec::new());
        point.leakage = place.map(|(leakage, _)| gain(leakage));
        point.utility = place.map(|(_, utility)| gain(utility));
        point.mnag = place.map(|(leakage, utility)| utility - leakage);
        point
    }

    fn sweep(places: &[Option<(f64, f64)>]) -> Sweep {
        let names = ["a", "b", "c", "d", "e", "f"].iter();
        let points = names.zip(places).map(|(name, place)| point(name, *place));
        Sweep::new("s", "d", Vec::new(), Vec::new(), points.collect())
    }

    fn dominated(sweep: &Sweep) -> Vec<Option<bool>> {
        sweep.points.iter().map(|point| point.dominated).collect()
    }

    #[test]
    fn a_point_is_dominated_by_one_that_is_better_in_one_way_and_no_worse_in_the_other() {
        assert!(dominates((0.1, 0.9), (0.2, 0.8)));
        assert!(dominates((0.1, 0.9), (0.2, 0.9)));
        assert!(dominates((0.1, 0.9), (0.1, 0.8)));
        assert!(!dominates((0.1, 0.9), (0.1, 0.9)), "equals dominate nobody");
        assert!(
            !dominates((0.1, 0.8), (0.2, 0.9)),
            "a trade is no dominance"
        );
        assert!(!dominates((0.2, 0.9), (0.1, 0.8)));
    }

    #[test]
    fn trades_are_all_on_the_frontier_and_the_rest_is_named_with_the_best_that_beats_it() {
        let places = [
            (0.9, 0.95),
            (0.3, 0.8),
            (0.5, 0.9),
            (0.6, 0.7),
            (-0.02, 0.1),
            (0.31, 0.8),
        ];
        let sweep = sweep(&places.map(Some));
        let expected = [false, false, false, true, false, true].map(Some);
        assert_eq!(dominated(&sweep), expected);
        assert_eq!(sweep.points[3].dominated_by.as_deref(), Some("b"));
        assert_eq!(
            sweep.frontier(),
            [(-0.02, 0.1), (0.3, 0.8), (0.5, 0.9), (0.9, 0.95)]
        );
    }

    #[test]
    fn equals_and_points_without_a_place_dominate_nobody() {
        let twins = sweep(&[
            Some((0.2, 0.8)),
            Some((0.2, 0.8)),
            None,
            Some((f64::NAN, 0.9)),
        ]);
        assert_eq!(dominated(&twins), [Some(false), Some(false), None, None]);
        assert_eq!(twins.frontier(), [(0.2, 0.8)]);
        assert_eq!(dominated(&sweep(&[])), []);
        let alone = sweep(&[Some((1.0, 0.0))]);
        assert_eq!(dominated(&alone), [Some(false)]);
    }

    #[test]
    fn ranks_go_by_mean_gain_and_end_with_what_has_none() {
        let sweep = sweep(&[None, Some((0.5, 0.6)), Some((0.1, 0.9)), Some((0.5, 0.6))]);
        let names: Vec<&str> = sweep
            .ranked()
            .iter()
            .map(|point| point.name.as_str())
            .collect();
        assert_eq!(names, ["c", "b", "d", "a"]);
    }
}
