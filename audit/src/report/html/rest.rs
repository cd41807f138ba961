//! What is said of the whole release: other attacks, how to read the numbers, and what is missing.

use super::escape::{escape, fact};
use crate::report::words::{count, decibels, number, range};
use crate::report::{Membership, Reconstruction, Report};

/// What to do next.
pub(super) fn next(report: &Report) -> String {
    let lines: String = report
        .advice()
        .iter()
        .map(|line| format!("<li>{}</li>\n", escape(line)))
        .collect();
    format!(
        "<section aria-labelledby=\"next\">\n<h2 id=\"next\">What to do next</h2>\n<ol class=\"next\">\n{lines}</ol>\n\
         </section>\n"
    )
}

/// Attacks that are on no attribute.
pub(super) fn other_attacks(report: &Report) -> String {
    let reconstruction = report
        .reconstruction
        .as_ref()
        .map(reconstruction)
        .unwrap_or_default();
    let membership = report
        .membership
        .as_ref()
        .map(membership)
        .unwrap_or_default();
    if reconstruction.is_empty() && membership.is_empty() {
        return String::new();
    }
    format!(
        "<section aria-labelledby=\"other\">\n<h2 id=\"other\">Other attacks</h2>\n{reconstruction}{membership}\
         </section>\n"
    )
}

fn reconstruction(found: &Reconstruction) -> String {
    let mut facts = fact(
        "Error, 1 rebuilds nothing",
        &format!(
            "{} <small>{}</small>",
            number(found.normalised_mse),
            range(found.interval)
        ),
    ) + &fact("Strongest decoder", &escape(&found.decoder));
    let mean = |value: String| format!(" <small>the mean image: {value}</small>");
    if let Some(psnr) = found.psnr {
        let baseline = found.baseline.map(|b| mean(decibels(b.psnr)));
        let value = decibels(psnr) + &baseline.unwrap_or_default();
        facts += &fact("PSNR, lower is better", &value);
    }
    if let Some(similarity) = found.ms_ssim {
        let baseline = found.baseline.map(|b| mean(number(b.ms_ssim)));
        let value = number(similarity) + &baseline.unwrap_or_default();
        facts += &fact("MS-SSIM, lower is better", &value);
    }
    block(
        "Reconstruction",
        "higher error is better",
        &found.sentence,
        &facts,
    )
}

fn membership(found: &Membership) -> String {
    let facts = fact(
        "Recognised at 1 % false alarms",
        &format!(
            "{} <small>{}; 0.010 is guessing</small>",
            number(found.tpr_at_1_fpr),
            range(found.interval)
        ),
    ) + &fact(
        "AUC",
        &format!("{} <small>0.500 is guessing</small>", number(found.auc)),
    ) + &fact("Strongest attack", &escape(&found.attack))
        + &fact(
            "Scored",
            &format!(
                "{}, {}",
                count(found.members, "member"),
                count(found.outsiders, "outsider")
            ),
        );
    block("Membership", "lower is better", &found.sentence, &facts)
}

fn block(title: &str, direction: &str, sentence: &str, facts: &str) -> String {
    format!(
        "<article class=\"attribute\">\n<header><h3>{title}</h3></header>\n<p class=\"sentence\">{}</p>\n<p \
         class=\"axis\"><b>{direction}</b></p>\n<dl class=\"facts\">\n{facts}</dl>\n</article>\n",
        escape(sentence)
    )
}

/// What the numbers mean, and how many looks were taken.
pub(super) fn how_to_read(report: &Report) -> String {
    let looks = report.attributes.iter().map(|a| a.attackers.len()).max();
    let looks = looks.filter(|looks| *looks > 0).map(|looks| {
        fact(
            "Several looks",
            &format!(
                "The strongest of up to {} per attribute is chosen on the test rows, so that its score errs upwards. \
                 The p-value corrects for that choice: permuted labels are scored by the best of all attackers too.",
                count(looks, "attacker")
            ),
        )
    });
    let terms = [
        (
            "Score",
            "Balanced accuracy weights all classes equally, so that guessing the largest class gains nothing. \
             R\u{b2}, for numbers such as an age, is 0 for naming the mean and 1 for naming every value; it can be \
             negative.",
        ),
        (
            "NAG",
            "Normalised gain over guessing: 0 is guessing, 1 is as much as the raw inputs give.",
        ),
        (
            "Interval",
            "95 % of bootstrap draws of the test rows, or of people where they are known. Two audits whose intervals \
             overlap need not differ.",
        ),
        (
            "Tasks\u{2019} labels alone",
            "What the tasks give away by themselves: a floor for every encoder that keeps them in full.",
        ),
    ];
    let terms: String = terms.iter().map(|(term, text)| fact(term, text)).collect();
    format!(
        "<section aria-labelledby=\"read\">\n<h2 id=\"read\">How to read this</h2>\n<dl class=\"terms\">\n{terms}{}\
         </dl>\n</section>\n",
        looks.unwrap_or_default()
    )
}

/// Notes, and what did not run.
pub(super) fn missing(report: &Report) -> String {
    let mut html = String::new();
    if !report.notes.is_empty() {
        let notes: String = report
            .notes
            .iter()
            .map(|note| format!("<li>{}</li>\n", escape(note)))
            .collect();
        html += &format!(
            "<section aria-labelledby=\"notes\">\n<h2 id=\"notes\">Notes on the data</h2>\n<ul>\n{notes}</ul>\n\
             </section>\n"
        );
    }
    let rows: String = report
        .not_tested
        .iter()
        .map(|not| {
            format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
                escape(&not.what),
                escape(&not.why)
            )
        })
        .collect();
    let table = if rows.is_empty() {
        "<p class=\"quiet\">The audit names nothing that it left out.</p>\n".to_owned()
    } else {
        format!(
            "<table class=\"words\">\n<caption>Nothing here counts as a pass</caption>\n<thead><tr><th \
             scope=\"col\">What</th><th scope=\"col\">Why</th></tr></thead>\n<tbody>\n{rows}</tbody></table>\n"
        )
    };
    html + &format!(
        "<section aria-labelledby=\"missing\">\n<h2 id=\"missing\">Not tested</h2>\n{table}</section>\n"
    )
}
