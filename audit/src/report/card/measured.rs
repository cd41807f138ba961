//! The part of a model card that an audit fills.

use super::markdown::{table, text};
use crate::labels::Role;
use crate::report::verdict::verdict;
use crate::report::words::{metric, number, range, thousands};
use crate::report::{AttributeReport, Report};

/// What an audit found, or that there is none; `digests` are those of this encoder.
pub(super) fn measured(digests: &[Option<&str>], report: Option<&Report>) -> String {
    let Some(report) = report else {
        return "## What is hidden, and how well\n\nNo audit was given, so nothing is claimed here. Run `tiprdc audit` \
                on features of this encoder.\n\n"
            .to_owned();
    };
    let mut card = "## What is hidden, and how well\n\n".to_owned();
    card += &foreign(digests, report);
    card += &format!(
        "Attackers fitted afresh on {} rows of features, scored on {} others, seed {}. The strongest attacker counts. \
         NAG: 0 is guessing, 1 is as much as the raw inputs give. Lower is better.\n\n",
        thousands(report.rows.train),
        thousands(report.rows.test),
        report.seed
    );
    card += &scores(report, Role::Private, "No private attribute was audited.");
    card += "## What it is still good for\n\nThe same models and scores, for the tasks. Higher is better.\n\n";
    card += &scores(report, Role::Task, "No task was audited.");
    if let Some(mnag) = report.mnag {
        card += &format!(
            "Mean NAG of the tasks minus mean NAG of the private attributes (mNAG): {}. 1 keeps all and hides all, 0 \
             is what raw inputs reach.\n\n",
            number(mnag)
        );
    }
    card += &other_attacks(report);
    card + &not_tested(report)
}

/// An audit of other features says nothing about this encoder.
fn foreign(digests: &[Option<&str>], report: &Report) -> String {
    match report.encoder.as_deref() {
        Some(encoder) if digests.contains(&Some(encoder)) => String::new(),
        Some(encoder) => format!(
            "**This audit is of another encoder** (SHA-256 {}): its numbers are not about this file.\n\n",
            text(encoder)
        ),
        None => "The audit does not name the encoder whose features it saw.\n\n".to_owned(),
    }
}

fn scores(report: &Report, role: Role, none: &str) -> String {
    let of_role = report.attributes.iter().filter(|a| a.role == role);
    let rows: Vec<[String; 8]> = of_role.map(score).collect();
    if rows.is_empty() {
        return format!("{none}\n\n");
    }
    let heads = [
        "attribute",
        "verdict",
        "score",
        "guessing",
        "raw inputs",
        "features, 95 % interval",
        "NAG, 95 % interval",
        "by",
    ];
    table(heads, &rows)
}

fn score(attribute: &AttributeReport) -> [String; 8] {
    let strongest = &attribute.strongest;
    let missing = || "not computed".to_owned();
    let with = |value: f64, interval: [f64; 2]| format!("{} ({})", number(value), range(interval));
    [
        text(&attribute.name),
        verdict(attribute).word.to_owned(),
        text(metric(attribute)),
        number(attribute.chance),
        attribute.unprotected.map_or_else(missing, number),
        with(strongest.value, strongest.interval),
        match (attribute.nag, attribute.nag_interval) {
            (Some(nag), Some(interval)) => with(nag, interval),
            (Some(nag), None) => number(nag),
            (None, _) => missing(),
        },
        text(&strongest.attacker),
    ]
}

fn other_attacks(report: &Report) -> String {
    let sentences: Vec<String> = [
        report.reconstruction.as_ref().map(|found| &found.sentence),
        report.membership.as_ref().map(|found| &found.sentence),
    ]
    .into_iter()
    .flatten()
    .map(|sentence| format!("- {}\n", text(sentence)))
    .collect();
    if sentences.is_empty() {
        return String::new();
    }
    format!("## Other attacks\n\n{}\n", sentences.concat())
}

fn not_tested(report: &Report) -> String {
    let line = |what: &str, why: &str| format!("- {}: {}\n", text(what), text(why));
    let mut lines: String = report
        .not_tested
        .iter()
        .map(|not| line(&not.what, &not.why))
        .collect();
    if lines.is_empty() {
        lines = "The audit names nothing that it left out.\n".to_owned();
    }
    let notes: String = report
        .notes
        .iter()
        .map(|note| format!("- {}\n", text(note)))
        .collect();
    let notes = if notes.is_empty() {
        notes
    } else {
        format!("Notes of the audit on its data:\n\n{notes}\n")
    };
    format!("## What was not tested\n\nNothing here counts as a pass.\n\n{lines}\n{notes}")
}
