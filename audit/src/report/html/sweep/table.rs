//! The numbers of every point, best first.

use super::super::escape::{escape, name};
use super::shapes::Series;
use crate::frontier::{Gain, Sweep, SweepPoint};
use crate::labels::Role;
use crate::report::words::{number, range};

/// A row for each point.
pub(super) fn points(sweep: &Sweep, ranked: &[&SweepPoint]) -> String {
    let series = Series::of(sweep);
    let rows: String = ranked
        .iter()
        .enumerate()
        .map(|(rank, point)| row(&series, ranked, rank, point))
        .collect();
    section(
        "points",
        "All points",
        &scrolled(
            "Table of all points",
            "Highest mNAG first; 95 % intervals below the means",
            "<th scope=\"col\">No.</th><th scope=\"col\" class=\"text\">Point</th><th scope=\"col\">Leakage</th><th \
             scope=\"col\">Usefulness</th><th scope=\"col\">mNAG</th><th scope=\"col\" class=\"text\">Verdict</th>",
            &rows,
        ),
    )
}

fn row(series: &Series, ranked: &[&SweepPoint], rank: usize, point: &SweepPoint) -> String {
    let hollow = point.dominated == Some(true);
    format!(
        "<tr{}><td>{}</td><th scope=\"row\" class=\"text\">{}{}</th><td>{}</td><td>{}</td><td>{}</td><td \
         class=\"text\">{}</td></tr>\n",
        if hollow { " class=\"dominated\"" } else { "" },
        rank + 1,
        series.key(&point.series, hollow),
        name(&point.name),
        gain(point.leakage.as_ref()),
        gain(point.utility.as_ref()),
        point.mnag.map_or_else(|| "\u{2013}".to_owned(), number),
        verdict(ranked, point),
    )
}

fn verdict(ranked: &[&SweepPoint], point: &SweepPoint) -> String {
    let failed = point.failures().count();
    let seeds = match failed {
        0 => String::new(),
        _ => format!("; {failed} of {} seeds failed", point.runs.len()),
    };
    let place = |by: &String| ranked.iter().position(|other| other.name == *by);
    let word = match (point.dominated, point.dominated_by.as_ref().and_then(place)) {
        (None, _) if failed == point.runs.len() => return "Failed".to_owned(),
        (None, _) => "Not comparable: a gain is missing".to_owned(),
        (Some(false), _) => "On the frontier".to_owned(),
        (Some(true), Some(by)) => format!("Dominated by {}", by + 1),
        (Some(true), None) => "Dominated".to_owned(),
    };
    word + &seeds
}

fn gain(gain: Option<&Gain>) -> String {
    let Some(gain) = gain else {
        return "\u{2013}".to_owned();
    };
    let interval = gain
        .interval
        .map(|i| format!("<small>{}</small>", range(i)));
    number(gain.nag) + &interval.unwrap_or_default()
}

/// A row for each point, a column for each attribute.
pub(super) fn attributes(ranked: &[&SweepPoint]) -> String {
    let Some(widest) = ranked.iter().max_by_key(|point| point.attributes.len()) else {
        return String::new();
    };
    if widest.attributes.is_empty() {
        return String::new();
    }
    let heads: String = widest
        .attributes
        .iter()
        .map(|attribute| {
            let role = match attribute.role {
                Role::Private => "private",
                Role::Task => "task",
            };
            let name = name(&attribute.name);
            format!("<th scope=\"col\">{name} <small>{role}</small></th>")
        })
        .collect();
    let rows: String = ranked.iter().map(|point| gains(point)).collect();
    let table = scrolled(
        "Gains of each attribute",
        "NAG, means over seeds, with intervals below",
        &format!("<th scope=\"col\" class=\"text\">Point</th>{heads}"),
        &rows,
    );
    let details = format!("<details><summary>NAG of each attribute</summary>\n{table}</details>\n");
    section("gains", "Attribute by attribute", &details)
}

fn gains(point: &SweepPoint) -> String {
    let cells: String = point
        .attributes
        .iter()
        .map(|attribute| {
            let found = attribute.nag.map(|nag| Gain {
                nag,
                interval: attribute.nag_interval,
            });
            format!("<td>{}</td>", gain(found.as_ref()))
        })
        .collect();
    let name = name(&point.name);
    format!("<tr><th scope=\"row\" class=\"text\">{name}</th>{cells}</tr>\n")
}

/// What went wrong; nothing if all went well.
pub(super) fn failures(sweep: &Sweep) -> String {
    let rows: String = sweep
        .points
        .iter()
        .flat_map(|point| point.failures().map(move |failure| (point, failure)))
        .map(|(point, (run, error))| {
            format!(
                "<tr><th scope=\"row\">{}, seed {}</th><td>{}</td></tr>\n",
                name(&point.name),
                run.seed,
                escape(error)
            )
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let table = format!(
        "<table class=\"words\">\n<caption>Not in any mean</caption>\n<thead><tr><th scope=\"col\">What</th><th \
         scope=\"col\">Why</th></tr></thead>\n<tbody>\n{rows}</tbody></table>\n"
    );
    section("failed", "Failed", &table)
}

fn section(id: &str, title: &str, body: &str) -> String {
    format!("<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n{body}</section>\n")
}

/// A table that scrolls in itself on a telephone.
fn scrolled(label: &str, caption: &str, heads: &str, rows: &str) -> String {
    let caption = escape(caption);
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\"><table class=\"points\">\n\
         <caption>{caption}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )
}
