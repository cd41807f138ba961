//! Everything about one attribute.

use super::bars::bar;
use super::escape::{escape, fact, name};
use super::marks::{level_class, level_sign, role_class};
use crate::labels::Role;
use crate::report::verdict::verdict;
use crate::report::words::{metric, number, percent, range};
use crate::report::{AttackerResult, AttributeReport};

/// A section with heading, sentence, bar, numbers and the table of attackers.
pub(super) fn section(index: usize, attribute: &AttributeReport) -> String {
    let verdict = verdict(attribute);
    let mut html = format!(
        "<article class=\"attribute {}\" id=\"a{index}\" aria-labelledby=\"a{index}-name\">\n\
         <header><h3 id=\"a{index}-name\">{}</h3>\n\
         <p class=\"verdict {}\">{} {}</p></header>\n\
         <p class=\"sentence\">{}</p>\n\
         <p class=\"axis\">{} of the strongest {}; <b>{}</b></p>\n",
        role_class(attribute.role),
        name(&attribute.name),
        level_class(verdict.level),
        level_sign(verdict.level),
        verdict.word,
        escape(&attribute.sentence),
        escape(&capital(metric(attribute))),
        who(attribute.role),
        escape(&attribute.direction),
    );
    html += &bar(attribute);
    html += &format!("<dl class=\"facts\">\n{}</dl>\n", facts(attribute));
    html += &attackers(attribute);
    html + "</article>\n"
}

/// What is fitted on features: who is after a private attribute attacks, who is after a task does not.
fn who(role: Role) -> &'static str {
    match role {
        Role::Private => "attacker",
        Role::Task => "model",
    }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + characters.as_str()
}

/// A number, its interval in small beside it.
fn measured(value: Option<f64>, interval: Option<[f64; 2]>) -> String {
    let Some(value) = value else {
        return "not computed".to_owned();
    };
    let interval = interval.map(|i| format!(" <small>{}</small>", range(i)));
    number(value) + &interval.unwrap_or_default()
}

fn facts(attribute: &AttributeReport) -> String {
    let strongest = &attribute.strongest;
    let mut facts = fact(
        "NAG, 95 % interval",
        &measured(attribute.nag, attribute.nag_interval),
    );
    facts += &fact(
        &format!("Strongest {}", who(attribute.role)),
        &escape(&strongest.attacker),
    );
    if strongest.auc.is_some() {
        facts += &fact(
            "AUC, 95 % interval",
            &measured(strongest.auc, strongest.auc_interval),
        );
    }
    facts += &fact("p-value of guessing", &measured(attribute.p_value, None));
    if let Some(rank) = strongest.rank_correlation {
        facts += &fact("Rank correlation", &number(rank));
    }
    if let Some(accuracy) = strongest.accuracy {
        let majority = attribute.majority.map(|share| {
            format!(
                " <small>the largest class alone: {}</small>",
                escape(&percent(share))
            )
        });
        facts += &fact(
            "Plain accuracy",
            &(escape(&percent(accuracy)) + &majority.unwrap_or_default()),
        );
    }
    if let Some(classes) = attribute.classes {
        facts += &fact("Classes", &classes.to_string());
    }
    if let Some(attacker) = &attribute.unprotected_attacker {
        facts += &fact("Strongest on raw inputs", &escape(attacker));
    }
    if let Some(repeated) = &attribute.repeated {
        facts += &fact(
            &format!("{} draws averaged", draws(repeated.draws)),
            &format!(
                "{} <small>{}, by {}</small>",
                number(repeated.value),
                range(repeated.interval),
                escape(&repeated.attacker)
            ),
        );
    }
    facts
}

/// A mean of draws: a whole number without decimals.
fn draws(mean: f64) -> String {
    if mean.is_finite() && mean.fract() == 0.0 {
        format!("{mean:.0}")
    } else if mean.is_finite() {
        format!("{mean:.1}")
    } else {
        "Several".to_owned()
    }
}

/// The attackers on features and raw inputs side by side, in the order they ran.
fn attackers(attribute: &AttributeReport) -> String {
    let who = who(attribute.role);
    let features = &attribute.attackers;
    let raw = &attribute.raw_attackers;
    let mut names: Vec<&str> = features.iter().map(|a| a.attacker.as_str()).collect();
    for attacker in raw {
        if !names.contains(&attacker.attacker.as_str()) {
            names.push(&attacker.attacker);
        }
    }
    let timed = features.iter().chain(raw).any(|a| a.seconds.is_some());
    let mut heads = vec!["Features", "AUC"];
    if !raw.is_empty() {
        heads.extend(["Raw inputs", "AUC"]);
    }
    if timed {
        heads.push("Seconds");
    }
    let heads: String = heads
        .iter()
        .map(|head| format!("<th scope=\"col\">{head}</th>"))
        .collect();
    let rows: String = names
        .iter()
        .map(|attacker| row(attribute, attacker, timed))
        .collect();
    format!(
        "<details><summary>All {who}s ({})</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" \
         aria-label=\"All {who}s on {}\"><table>\n<caption>{} of every {who} on {}; the strongest on the features \
         in bold</caption>\n<thead><tr><th scope=\"col\">{}</th>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\
         </table></div></details>\n",
        names.len(),
        escape(&attribute.name),
        escape(&capital(metric(attribute))),
        name(&attribute.name),
        capital(who),
    )
}

fn row(attribute: &AttributeReport, attacker: &str, timed: bool) -> String {
    let find = |list: &[AttackerResult]| list.iter().find(|a| a.attacker == attacker).cloned();
    let (features, raw) = (find(&attribute.attackers), find(&attribute.raw_attackers));
    let cell = |value: Option<f64>| {
        let text = value.map_or_else(|| "\u{2013}".to_owned(), number);
        format!("<td>{text}</td>")
    };
    let scores = |result: &Option<AttackerResult>| {
        cell(result.as_ref().map(|r| r.value)) + &cell(result.as_ref().and_then(|r| r.auc))
    };
    let mut cells = scores(&features);
    if !attribute.raw_attackers.is_empty() {
        cells += &scores(&raw);
    }
    if timed {
        let all = [&features, &raw];
        let seconds = all.iter().filter_map(|r| r.as_ref()?.seconds);
        cells += &cell(seconds.reduce(|a, b| a + b));
    }
    let strongest = if attacker == attribute.strongest.attacker {
        " class=\"strongest\""
    } else {
        ""
    };
    format!(
        "<tr{strongest}><th scope=\"row\">{}</th>{cells}</tr>\n",
        escape(attacker)
    )
}
