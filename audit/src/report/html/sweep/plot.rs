//! Every point between guessing and the raw inputs, and the line that nobody has beaten.

use super::super::escape::{escape, name};
use super::super::marks::Mark;
use super::super::plane::{frame, point, x, y};
use super::shapes::Series;
use crate::frontier::{Gain, Sweep, SweepPoint};
use crate::report::words::{count, number};

/// The picture with its legend; nothing if no point has a place.
pub(super) fn plot(sweep: &Sweep, ranked: &[&SweepPoint]) -> String {
    let series = Series::of(sweep);
    let marks: String = ranked
        .iter()
        .enumerate()
        .filter_map(|(rank, point)| mark(&series, rank + 1, point))
        .collect();
    if marks.is_empty() {
        return String::new();
    }
    let whiskers: String = ranked
        .iter()
        .filter_map(|point| cross(&series, point))
        .collect();
    format!(
        "<figure class=\"plane wide\">\n<svg viewBox=\"0 0 330 348\" role=\"img\" aria-label=\"{}\">\n{}{}{whiskers}{}{}\
         {marks}</svg>\n<figcaption>\n{}<p class=\"quiet\">Numbers are rows of the table below. Lines through a mark are \
         intervals; a hollow mark is dominated. The stepped line is the frontier. Above the dashed line more was hidden \
         than lost.</p>\n</figcaption>\n</figure>\n",
        escape(&spoken(sweep, ranked)),
        frame(),
        steps(&sweep.frontier()),
        point(0.0, 0.0, Mark::Guess.shape()),
        point(1.0, 1.0, Mark::Raw.shape()),
        legend(&series),
    )
}

/// The picture in words; the table has the rest.
fn spoken(sweep: &Sweep, ranked: &[&SweepPoint]) -> String {
    let open = |point: &&&SweepPoint| point.dominated == Some(false);
    let told: Vec<String> = ranked
        .iter()
        .filter(open)
        .filter_map(|point| {
            let (leakage, utility) = (point.leakage.as_ref()?, point.utility.as_ref()?);
            let (leakage, utility) = (number(leakage.nag), number(utility.nag));
            Some(format!(
                "{}: leakage {leakage}, usefulness {utility}",
                point.name
            ))
        })
        .collect();
    format!(
        "Privacy against usefulness of {}. On the frontier: {}. The table below has all of them.",
        count(sweep.points.len(), "point"),
        told.join("; ")
    )
}

/// From each point of the frontier to the next: what lies between two of them nobody has reached.
fn steps(frontier: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for &(leakage, utility) in frontier {
        let (Some(x), Some(y)) = (x(leakage), y(utility)) else {
            continue;
        };
        path += &if path.is_empty() {
            format!("M{x:.1} {y:.1}")
        } else {
            format!("H{x:.1}V{y:.1}")
        };
    }
    format!("<path class=\"step\" d=\"{path}\"/>\n")
}

fn mark(series: &Series, rank: usize, of: &SweepPoint) -> Option<String> {
    let (leakage, utility) = (of.leakage.as_ref()?.nag, of.utility.as_ref()?.nag);
    let shape = format!(
        "<title>{}</title>{}<text class=\"number\" x=\"5.5\" y=\"-4.5\">{rank}</text>",
        escape(&of.name),
        series.mark(&of.series, of.dominated == Some(true)),
    );
    Some(point(leakage, utility, &shape)).filter(|drawn| !drawn.is_empty())
}

/// The intervals of both means.
fn cross(series: &Series, of: &SweepPoint) -> Option<String> {
    let (leakage, utility) = (of.leakage.as_ref()?, of.utility.as_ref()?);
    let ends = |gain: &Gain, along: fn(f64) -> Option<f64>| {
        let [low, high] = gain.interval?;
        Some((along(low)?, along(high)?))
    };
    let (at_x, at_y) = (x(leakage.nag)?, y(utility.nag)?);
    let mut path = String::new();
    if let Some((from, to)) = ends(leakage, x) {
        path += &format!("M{from:.1} {at_y:.1}H{to:.1}");
    }
    if let Some((from, to)) = ends(utility, y) {
        path += &format!("M{at_x:.1} {from:.1}V{to:.1}");
    }
    let class = series.class(&of.series);
    Some(format!("<path class=\"whisker {class}\" d=\"{path}\"/>\n"))
}

fn legend(series: &Series) -> String {
    let items: String = series
        .told_apart()
        .iter()
        .map(|&of| {
            format!(
                "<li>{} <span>{}</span></li>\n",
                series.key(of, false),
                name(of)
            )
        })
        .collect();
    format!(
        "<ul class=\"legend\">\n{items}<li>{} <span>raw inputs</span></li>\n<li>{} <span>guessing</span></li>\n</ul>\n",
        Mark::Raw.key(),
        Mark::Guess.key()
    )
}
