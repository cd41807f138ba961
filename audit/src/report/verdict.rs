//! One line per attribute: how well it is hidden, or how much of it is kept.

use crate::labels::Role;
use crate::report::AttributeReport;
use crate::report::words::{number, percent, range};

/// Upper end of the NAG's interval up to which an attribute counts as hidden from the attackers.
pub(crate) const HIDDEN: f64 = 0.05;
/// Upper end up to which little is left.
pub(crate) const LITTLE: f64 = 0.1;
/// NAG from which more is given away than hidden.
const HALF: f64 = 0.5;
/// Lower end of a task's NAG from which it counts as kept.
const KEPT: f64 = 0.9;

/// How good or bad the news is; told by a word and a shape, and by colour only beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Good,
    Middle,
    Bad,
    Unknown,
}

/// What can be said of one attribute in a line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Verdict {
    pub level: Level,
    /// One to three words.
    pub word: &'static str,
    /// The rest of the line, without the attribute's name.
    pub reason: String,
}

/// NAG and its interval where both are numbers.
pub(crate) fn gain(attribute: &AttributeReport) -> Option<(f64, [f64; 2])> {
    let (nag, interval) = (attribute.nag?, attribute.nag_interval?);
    let finite = [nag, interval[0], interval[1]]
        .iter()
        .all(|v| v.is_finite());
    finite.then_some((nag, interval))
}

/// The line.
pub(crate) fn verdict(attribute: &AttributeReport) -> Verdict {
    let Some((nag, interval)) = gain(attribute) else {
        return without_gain(attribute);
    };
    let (level, word) = match attribute.role {
        Role::Private => private(nag, interval),
        Role::Task => task(nag, interval),
    };
    Verdict {
        level,
        word,
        reason: reason(attribute.role, nag, interval),
    }
}

fn private(nag: f64, [low, high]: [f64; 2]) -> (Level, &'static str) {
    if high <= HIDDEN {
        (Level::Good, "Hidden from these attackers")
    } else if high <= LITTLE {
        (Level::Good, "Little left")
    } else if low <= HIDDEN {
        (Level::Unknown, "Too uncertain to tell")
    } else if nag < HALF {
        (Level::Middle, "Partly hidden")
    } else {
        (Level::Bad, "Leaks")
    }
}

fn task(nag: f64, [low, _]: [f64; 2]) -> (Level, &'static str) {
    if low >= KEPT {
        (Level::Good, "Kept")
    } else if nag >= HALF {
        (Level::Middle, "Mostly kept")
    } else if nag > LITTLE {
        (Level::Bad, "Mostly lost")
    } else {
        (Level::Bad, "Lost")
    }
}

fn reason(role: Role, nag: f64, interval: [f64; 2]) -> String {
    if percent(nag) == "0 %" || nag < 0.0 {
        let who = match role {
            Role::Private => "attackers",
            Role::Task => "models",
        };
        return format!(
            "{who} do no better than guessing (NAG {}, {})",
            number(nag),
            range(interval)
        );
    }
    // 97 % (95 to 98 %)
    let low = percent(interval[0]).replace(" %", "");
    let share = format!("{} ({low} to {})", percent(nag), percent(interval[1]));
    match role {
        Role::Private => format!("attackers get {share} of what the raw inputs give away"),
        Role::Task => format!("the features keep {share} of what the raw inputs give"),
    }
}

/// Without raw inputs only guessing is left to compare with: enough to say that something leaks, not how much of it.
fn without_gain(attribute: &AttributeReport) -> Verdict {
    let strongest = &attribute.strongest;
    let above = strongest.interval[0] > attribute.chance;
    let (level, word) = match attribute.role {
        Role::Private if above => (Level::Bad, "Leaks, share unknown"),
        Role::Task if above => (Level::Middle, "Kept in part, share unknown"),
        _ => (Level::Unknown, "Not judged"),
    };
    let reason = format!(
        "the strongest scores {} ({}), guessing {}; there is no gain of the raw inputs to compare with",
        number(strongest.value),
        range(strongest.interval),
        number(attribute.chance)
    );
    Verdict {
        level,
        word,
        reason,
    }
}
