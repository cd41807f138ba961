//! The report as a table for a terminal.

use crate::labels::Role;
use crate::report::{AttributeReport, Report};

/// Width of the text, in columns.
const COLUMNS: usize = 100;

impl Report {
    /// The report as plain text of at most 100 columns: a table, one sentence per attribute, and what was not tested.
    pub fn to_text(&self) -> String {
        let mut text = format!(
            "Audit: attackers fitted on {} rows, scored on {} others, seed {}.\n\
             Scores are balanced accuracy (classes weighted equally) or, for continuous attributes, R2, of\n\
             the strongest attacker, with a 95 % interval. NAG: 0 is guessing, 1 is as much as the raw\n\
             inputs give away.\n\n",
            self.rows.train, self.rows.test, self.seed
        );
        for (role, title) in [
            (Role::Private, "Private: lower better"),
            (Role::Task, "Tasks: higher better"),
        ] {
            let rows: Vec<&AttributeReport> =
                self.attributes.iter().filter(|a| a.role == role).collect();
            if rows.is_empty() {
                continue;
            }
            text += &line([title, "chance", "raw", "features", "", "NAG", "", "by"]);
            rows.iter().for_each(|row| text += &cells(row));
            text.push('\n');
        }
        for attribute in &self.attributes {
            text += &wrap("- ", &attribute.sentence);
        }
        for sentence in self.beside() {
            text += &wrap("- ", &sentence);
        }
        if let Some(mnag) = self.mnag {
            let sentence = format!(
                "Mean NAG of the tasks minus mean NAG of the private attributes (mNAG): {mnag:.3}. Higher is better: 1 \
                 keeps all and hides all, 0 is what raw inputs reach."
            );
            text.push('\n');
            text += &wrap("", &sentence);
        }
        if !self.notes.is_empty() {
            text += "\nNotes\n";
            self.notes.iter().for_each(|note| text += &wrap("- ", note));
        }
        text += "\nNot tested; nothing here counts as a pass\n";
        for missing in &self.not_tested {
            text += &wrap("- ", &format!("{}: {}", missing.what, missing.why));
        }
        text += "\nWhat to do next\n";
        for advice in self.advice() {
            text += &wrap("- ", &advice);
        }
        text
    }

    /// What was found beside single guesses of attributes.
    fn beside(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        for attribute in &self.attributes {
            if let Some(repeated) = &attribute.repeated {
                sentences.push(format!(
                    "From {:.1} draws of one record, averaged: {} right {:.0} times in 100.",
                    repeated.draws,
                    attribute.name,
                    repeated.value * 100.0
                ));
            }
            if attribute.role == Role::Private && attribute.p_value.is_some_and(|p| p > 0.05) {
                sentences.push(format!(
                    "{}: guessing does as well as the best of all attackers in {:.0} of 100 permutations.",
                    attribute.name,
                    attribute.p_value.unwrap_or(1.0) * 100.0
                ));
            }
        }
        sentences.extend(
            self.reconstruction
                .iter()
                .map(|found| found.sentence.clone()),
        );
        sentences.extend(self.membership.iter().map(|found| found.sentence.clone()));
        sentences
    }
}

fn cells(attribute: &AttributeReport) -> String {
    let number = |value: f64| format!("{value:.3}");
    let range = |interval: [f64; 2]| format!("{:.3}-{:.3}", interval[0], interval[1]);
    let optional = |value: Option<String>| value.unwrap_or_else(|| "?".to_owned());
    let strongest = &attribute.strongest;
    line([
        &attribute.name,
        &number(attribute.chance),
        &optional(attribute.unprotected.map(number)),
        &number(strongest.value),
        &range(strongest.interval),
        &optional(attribute.nag.map(number)),
        &optional(attribute.nag_interval.map(range)),
        &strongest.attacker,
    ])
}

fn line(cells: [&str; 8]) -> String {
    let [name, chance, raw, value, range, nag, nag_range, by] = cells;
    let name: String = one_line(name).chars().take(21).collect();
    let row = format!(
        "{name:<21} {chance:>7} {raw:>7} {value:>9} {range:>12} {nag:>7} {nag_range:>12}  {by}"
    );
    row.trim_end().to_owned() + "\n"
}

/// A name with a line break in it must not begin a line of its own.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// Breaks a sentence between words; lines after the first are indented like it.
fn wrap(bullet: &str, sentence: &str) -> String {
    let indent = " ".repeat(bullet.len());
    let (mut text, mut line) = (String::new(), bullet.to_owned());
    for word in one_line(sentence).split(' ') {
        let started = line.len() > bullet.len();
        if started && line.chars().count() + 1 + word.chars().count() > COLUMNS {
            text += &line;
            text.push('\n');
            line = indent.clone() + word;
        } else {
            if started {
                line.push(' ');
            }
            line += word;
        }
    }
    text + &line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sentences_break_between_words() {
        let text = wrap("- ", &"word ".repeat(50));
        assert!(text.lines().count() > 2);
        assert!(text.lines().all(|line| line.len() <= COLUMNS));
        assert!(text.lines().skip(1).all(|line| line.starts_with("  ")));
    }
}
