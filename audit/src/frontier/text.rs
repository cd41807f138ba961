//! The sweep as a table for a terminal.

use super::{Gain, Sweep, SweepPoint};
use crate::report::words::{count, list, number};

/// Longest name of a point that is not cut.
const NAME: usize = 34;

impl Sweep {
    /// The sweep as plain text of at most 100 columns, the best first: leakage, usefulness, and who is dominated.
    pub fn to_text(&self) -> String {
        let mut text = format!(
            "Sweep `{}`: {}, {}. Leakage: mean NAG of {}; usefulness: mean NAG of {}.\n\
             NAG: 0 is guessing, 1 is as much as the raw inputs give. mNAG: usefulness minus leakage.\n\n",
            self.name,
            count(self.points.len(), "point"),
            count(self.most_runs(), "seed"),
            list(&self.private),
            list(&self.tasks),
        );
        text += &line(["", "leakage", "", "usefulness", "", "mNAG", ""]);
        for point in self.ranked() {
            text += &row(point);
        }
        text += "\n* dominated: another point leaks no more and keeps no less, and is better in one of the two\n";
        for point in &self.points {
            for (run, error) in point.failures() {
                text += &format!("failed: {}, seed {}: {error}\n", point.name, run.seed);
            }
        }
        text
    }
}

fn row(point: &SweepPoint) -> String {
    let value = |gain: &Option<Gain>| gain.as_ref().map_or("?".to_owned(), |g| number(g.nag));
    let range = |gain: &Option<Gain>| {
        let interval = gain.as_ref().and_then(|gain| gain.interval);
        interval.map_or(String::new(), |[low, high]| {
            format!("{}..{}", number(low), number(high))
        })
    };
    line([
        &point.name,
        &value(&point.leakage),
        &range(&point.leakage),
        &value(&point.utility),
        &range(&point.utility),
        &point.mnag.map_or("?".to_owned(), number),
        if point.dominated == Some(true) {
            "*"
        } else {
            ""
        },
    ])
}

fn line(cells: [&str; 7]) -> String {
    let [name, leakage, leaks, utility, keeps, mnag, mark] = cells;
    let name: String = name.chars().take(NAME).collect();
    let row = format!(
        "{name:<NAME$} {leakage:>7} {leaks:<14} {utility:>10} {keeps:<14} {mnag:>7} {mark}"
    );
    row.trim_end().to_owned() + "\n"
}

#[cfg(test)]
mod tests {
    use super::super::SweepRun;
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn the_table_fits_a_terminal_and_marks_what_is_dominated() {
        let point = |name: &str, leakage: f64, utility: f64| {
            let gain = |nag| Gain {
                nag,
                interval: Some([nag - 0.1, nag + 0.1]),
            };
            let failed = vec![SweepRun::failed(3, "points/x", "the loss is gone")];
            let mut point = SweepPoint::new(name, "plain", name, BTreeMap::new(), failed);
            (point.leakage, point.utility) = (Some(gain(leakage)), Some(gain(utility)));
            point.mnag = Some(utility - leakage);
            point
        };
        let long = "a name that goes on and on, lambda 0.123456789";
        let points = vec![point(long, 0.9, 0.8), point("good", -0.05, 0.95)];
        let text = Sweep::new("s", "d", vec!["sex".into()], vec!["job".into()], points).to_text();
        assert!(
            text.lines().all(|line| line.chars().count() <= 100),
            "{text}"
        );
        let line_of = |name: &str| text.lines().position(|line| line.starts_with(name));
        assert!(line_of("good") < line_of("a name"), "{text}");
        let marked: Vec<&str> = text.lines().filter(|line| line.ends_with('*')).collect();
        assert_eq!(marked.len(), 1, "{text}");
        assert!(marked[0].starts_with("a name"), "{text}");
        assert!(
            text.contains("failed: good, seed 3: the loss is gone"),
            "{text}"
        );
    }
}
