//! The first screen: what was audited, and one line per attribute.

use super::escape::{escape, fact, name};
use super::marks::{level_class, level_sign};
use super::plane::plane;
use crate::labels::Role;
use crate::report::Report;
use crate::report::verdict::verdict;
use crate::report::words::{count, number, thousands};

/// Title and what was audited.
pub(super) fn header(report: &Report) -> String {
    let encoder = report.encoder.as_ref().map_or_else(
        || "not given".to_owned(),
        |digest| format!("<code>{}</code>", escape(digest)),
    );
    let mut facts = fact("Encoder (SHA-256)", &encoder)
        + &fact(
            "Rows",
            &format!(
                "{} to fit attackers, {} to score them",
                thousands(report.rows.train),
                thousands(report.rows.test)
            ),
        );
    if let Some(drawn) = drawn(report) {
        facts += &fact("Intervals drawn over", &drawn);
    }
    if !report.shape.is_empty() {
        let shape: Vec<String> = report.shape.iter().map(ToString::to_string).collect();
        facts += &fact("Features of a row", &shape.join(" \u{d7} "));
    }
    facts += &fact("Seed", &report.seed.to_string());
    format!(
        "<header class=\"top\">\n<p class=\"eyebrow\">tiprdc audit</p>\n<h1>What the features give away</h1>\n\
         <p class=\"lead\">{}</p>\n<dl class=\"facts\">\n{facts}</dl>\n</header>\n",
        lead(report)
    )
}

fn drawn(report: &Report) -> Option<String> {
    match report.drawn.unit.as_str() {
        "" => None,
        "groups" => Some(count(report.drawn.count, "group") + " (people)"),
        "rows" => Some(count(report.drawn.count, "row")),
        other => Some(format!("{} {}", report.drawn.count, escape(other))),
    }
}

fn lead(report: &Report) -> String {
    let of_role = |role: Role| report.attributes.iter().filter(|a| a.role == role).count();
    format!(
        "Fresh attackers were fitted on features of a finished encoder, and asked for {} to be hidden and {} to be \
         kept.",
        count(of_role(Role::Private), "private attribute"),
        count(of_role(Role::Task), "task"),
    )
}

/// A line per attribute, and the picture beside them.
pub(super) fn at_a_glance(report: &Report) -> String {
    format!(
        "<section aria-labelledby=\"glance\" class=\"glance\">\n<h2 id=\"glance\">At a glance</h2>\n<div \
         class=\"columns\">\n<div>\n{}{}{}</div>\n{}</div>\n</section>\n",
        verdicts(report, Role::Private),
        verdicts(report, Role::Task),
        mnag(report),
        plane(report),
    )
}

fn verdicts(report: &Report, role: Role) -> String {
    let (title, none) = match role {
        Role::Private => (
            "Private, with 95 % intervals: lower is better",
            "No private attribute was tested, so nothing is known about leakage.",
        ),
        Role::Task => (
            "Tasks, with 95 % intervals: higher is better",
            "No task was tested, so nothing is known about usefulness.",
        ),
    };
    let lines: String = report
        .attributes
        .iter()
        .enumerate()
        .filter(|(_, attribute)| attribute.role == role)
        .map(|(index, attribute)| {
            let verdict = verdict(attribute);
            format!(
                "<li class=\"{}\">{}<p><a href=\"#a{index}\">{}</a> <b>{}</b> <span>{}</span></p></li>\n",
                level_class(verdict.level),
                level_sign(verdict.level),
                name(&attribute.name),
                verdict.word,
                escape(&capital(&verdict.reason)),
            )
        })
        .collect();
    if lines.is_empty() {
        return format!("<h3>{title}</h3>\n<p class=\"quiet\">{none}</p>\n");
    }
    let title = escape(title);
    format!("<h3>{title}</h3>\n<ul class=\"verdicts\">\n{lines}</ul>\n")
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + characters.as_str() + "."
}

fn mnag(report: &Report) -> String {
    match report.mnag {
        Some(mnag) => format!(
            "<p class=\"mnag\"><b>mNAG {}</b> <span>Usefulness minus leakage, as means of NAG; higher is better. 1 \
             keeps all and hides all, 0 is what raw inputs reach.</span></p>\n",
            number(mnag)
        ),
        None => "<p class=\"mnag\"><b>mNAG not computed</b> <span>It needs a gain (NAG) of every private attribute \
                 and of every task.</span></p>\n"
            .to_owned(),
    }
}
