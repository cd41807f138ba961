//! Results in words that need no statistics.

use crate::labels::Role;
use crate::report::AttributeReport;

/// The result of a categorical attribute.
pub(crate) fn categorical_sentence(report: &AttributeReport) -> String {
    let hundred = |share: f64| format!("{:.0}", share * 100.0);
    let who = match report.role {
        Role::Private => "An attacker who has the features guesses",
        Role::Task => "A model fitted on the features gets",
    };
    let sentence = format!(
        "{who} {} right {} times in 100 (classes weighted equally); guessing does {}",
        report.name,
        hundred(report.strongest.value),
        hundred(report.chance)
    );
    sentence + &beside(report, hundred)
}

/// The result of a continuous attribute.
pub(crate) fn quantity_sentence(report: &AttributeReport) -> String {
    let percent = |r2: f64| format!("{:.0} %", r2.max(0.0) * 100.0);
    let who = match report.role {
        Role::Private => "An attacker who has the features",
        Role::Task => "A model fitted on the features",
    };
    let sentence = format!(
        "{who} explains {} of how {} varies; guessing explains 0 %",
        percent(report.strongest.value),
        report.name
    );
    sentence + &beside(report, percent)
}

fn beside(report: &AttributeReport, say: impl Fn(f64) -> String) -> String {
    let mut beside = String::new();
    if let Some(raw) = report.unprotected {
        beside += &format!("; from the raw inputs {}", say(raw));
    }
    if let Some(floor) = report.label_only {
        beside += &format!("; from the tasks' labels alone {}", say(floor));
    }
    beside + "."
}
