//! The bar of one attribute: score and interval between guessing and the best that can be.

use super::escape::escape;
use super::marks::Mark;
use crate::report::AttributeReport;
use crate::report::words::{metric, number, range};

/// Rows of the picture, in pixels from its top.
const ABOVE: u32 = 10;
const MIDDLE: u32 = 28;
const BELOW: u32 = 46;

/// The picture and its legend.
pub(super) fn bar(attribute: &AttributeReport) -> String {
    drawing(attribute) + &legend(attribute)
}

/// The picture alone.
///
/// Positions are percent of the width, so that text and marks keep their size on a telephone.
pub(super) fn drawing(attribute: &AttributeReport) -> String {
    let strongest = &attribute.strongest;
    let mut svg = format!(
        "<svg class=\"bar\" width=\"100%\" height=\"76\" role=\"img\" aria-label=\"{}\">\n",
        escape(&spoken(attribute))
    );
    svg += &axis();
    if let (Some(chance), Some(value)) = (place(attribute.chance), place(strongest.value)) {
        let (from, to) = (chance.min(value), chance.max(value));
        svg += &format!(
            "<rect class=\"gain\" x=\"{from}%\" y=\"{}\" width=\"{:.2}%\" height=\"12\"/>\n",
            MIDDLE - 6,
            to - from
        );
    }
    if let Some(chance) = place(attribute.chance) {
        svg += &format!(
            "<line class=\"m-chance\" x1=\"{chance}%\" x2=\"{chance}%\" y1=\"2\" y2=\"54\"/>\n"
        );
    }
    svg += &whisker(strongest.interval);
    svg += &mark(Some(strongest.value), MIDDLE, Mark::Features);
    svg += &mark(attribute.unprotected, ABOVE, Mark::Raw);
    svg += &mark(attribute.label_only, BELOW, Mark::Floor);
    let repeated = attribute.repeated.as_ref().map(|r| r.value);
    svg += &mark(repeated, ABOVE, Mark::Repeated);
    svg + "</svg>\n"
}

/// Where a score is drawn, in percent of the width; what lies outside the axis is drawn at its end, and what is no
/// number is not drawn.
pub(super) fn place(score: f64) -> Option<f64> {
    score
        .is_finite()
        .then(|| (score.clamp(0.0, 1.0) * 10_000.0).round() / 100.0)
}

/// The track, and a scale below it.
fn axis() -> String {
    let mut axis = format!(
        "<rect class=\"track\" x=\"0\" y=\"{}\" width=\"100%\" height=\"12\"/>\n",
        MIDDLE - 6
    );
    for (at, anchor) in [
        (0, "start"),
        (25, "middle"),
        (50, "middle"),
        (75, "middle"),
        (100, "end"),
    ] {
        axis += &format!(
            "<text class=\"tick\" x=\"{at}%\" y=\"72\" text-anchor=\"{anchor}\">{}</text>\n",
            f64::from(at) / 100.0
        );
    }
    axis
}

/// The interval, with a cap at each end.
fn whisker([low, high]: [f64; 2]) -> String {
    let (Some(low), Some(high)) = (place(low), place(high)) else {
        return String::new();
    };
    let line = |x1: f64, x2: f64, y1: u32, y2: u32| {
        format!("<line class=\"whisker\" x1=\"{x1}%\" x2=\"{x2}%\" y1=\"{y1}\" y2=\"{y2}\"/>\n")
    };
    let (top, bottom) = (MIDDLE - 9, MIDDLE + 9);
    line(low, high, MIDDLE, MIDDLE) + &line(low, low, top, bottom) + &line(high, high, top, bottom)
}

/// A mark with its middle at a score.
fn mark(score: Option<f64>, y: u32, mark: Mark) -> String {
    score.and_then(place).map_or_else(String::new, |x| {
        format!(
            "<svg x=\"{x}%\" y=\"{y}\" class=\"mark\">{}</svg>\n",
            mark.shape()
        )
    })
}

/// Every mark of the picture with its number.
fn legend(attribute: &AttributeReport) -> String {
    let strongest = &attribute.strongest;
    let repeated = attribute.repeated.as_ref();
    let items = [
        (
            Mark::Features,
            "features",
            Some(strongest.value),
            Some(strongest.interval),
        ),
        (Mark::Chance, "guessing", Some(attribute.chance), None),
        (
            Mark::Raw,
            "raw inputs, unprotected",
            attribute.unprotected,
            attribute.unprotected_interval,
        ),
        (
            Mark::Floor,
            "tasks\u{2019} labels alone",
            attribute.label_only,
            None,
        ),
        (
            Mark::Repeated,
            "several draws averaged",
            repeated.map(|r| r.value),
            repeated.map(|r| r.interval),
        ),
    ];
    let items: String = items
        .iter()
        .filter_map(|(mark, text, value, interval)| {
            let interval = interval.map(|i| format!(" <small>{}</small>", range(i)));
            let interval = interval.unwrap_or_default();
            let value = number((*value)?);
            let key = mark.key();
            Some(format!(
                "<li>{key} <span>{text} <b>{value}</b>{interval}</span></li>\n"
            ))
        })
        .collect();
    format!("<ul class=\"legend\">\n{items}</ul>\n")
}

/// The picture in words.
fn spoken(attribute: &AttributeReport) -> String {
    let strongest = &attribute.strongest;
    let mut words = format!(
        "{}: {} of the strongest attacker on the features {}, 95 % interval {}; guessing {}",
        attribute.name,
        metric(attribute),
        number(strongest.value),
        range(strongest.interval),
        number(attribute.chance)
    );
    if let Some(raw) = attribute.unprotected {
        words += &format!("; raw inputs {}", number(raw));
    }
    if let Some(floor) = attribute.label_only {
        words += &format!("; tasks' labels alone {}", number(floor));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawing_is_clamped_and_never_given_a_broken_number() {
        assert_eq!(place(-3.0), Some(0.0));
        assert_eq!(place(7.0), Some(100.0));
        assert_eq!(place(0.12345), Some(12.35));
        assert_eq!(place(f64::NAN), None);
        assert_eq!(place(f64::INFINITY), None);
    }
}
