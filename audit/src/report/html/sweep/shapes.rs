//! A shape and a colour for each series; hollow where a point is dominated.

use crate::frontier::Sweep;

/// Shapes around the origin, of about the same weight.
const SHAPES: [&str; 6] = [
    "M-4.5 0A4.5 4.5 0 0 0 4.5 0 4.5 4.5 0 0 0-4.5 0z",
    "M-4-4H4V4H-4z",
    "M0-5 5 4H-5z",
    // No diamond: that is the mark of the raw inputs.
    "M0-5 4.8-1.5 3 4.2-3 4.2-4.8-1.5z",
    "M0 5 5-4H-5z",
    "M-5-1.7H-1.7V-5H1.7V-1.7H5V1.7H1.7V5H-1.7V1.7H-5z",
];

/// The series of a sweep, in the order in which they come.
pub(super) struct Series<'a>(Vec<&'a str>);

impl<'a> Series<'a> {
    pub(super) fn of(sweep: &'a Sweep) -> Self {
        let mut names = Vec::new();
        for point in &sweep.points {
            if !names.contains(&point.series.as_str()) {
                names.push(point.series.as_str());
            }
        }
        Self(names)
    }

    /// Their names, where each has a shape of its own. With more than six, shapes come twice, and only numbers tell the
    /// points apart.
    pub(super) fn told_apart(&self) -> &[&'a str] {
        if self.0.len() <= SHAPES.len() {
            &self.0
        } else {
            &[]
        }
    }

    /// CSS class of a series.
    pub(super) fn class(&self, series: &str) -> String {
        format!("series-{}", self.index(series))
    }

    /// The mark of a point.
    pub(super) fn mark(&self, series: &str, hollow: bool) -> String {
        let hollow = if hollow { " hollow" } else { "" };
        let index = self.index(series);
        format!(
            "<path class=\"dot sized series-{index}{hollow}\" d=\"{}\"/>",
            SHAPES[index]
        )
    }

    /// The mark beside words, which say all that a screen reader needs.
    pub(super) fn key(&self, series: &str, hollow: bool) -> String {
        format!(
            "<svg class=\"key\" viewBox=\"-7 -7 14 14\" width=\"14\" height=\"14\" aria-hidden=\"true\">{}</svg>",
            self.mark(series, hollow).replace(" sized", "")
        )
    }

    fn index(&self, series: &str) -> usize {
        let found = self.0.iter().position(|name| *name == series);
        found.unwrap_or(0) % SHAPES.len()
    }
}
