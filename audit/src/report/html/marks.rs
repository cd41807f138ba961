//! The small signs that pictures and legends share. Every mark has its own shape: colour is never the only difference.

use crate::labels::Role;
use crate::report::verdict::Level;

/// A sign around the origin, 12 units across.
#[derive(Clone, Copy)]
pub(super) enum Mark {
    Features,
    Raw,
    Floor,
    Chance,
    Repeated,
    /// Guessing, where it is a point and not a line.
    Guess,
}

impl Mark {
    /// The shape, to be placed by whoever draws it.
    pub(super) fn shape(self) -> &'static str {
        match self {
            Mark::Features => r#"<circle class="m-features" r="5"/>"#,
            Mark::Raw => r#"<path class="m-raw" d="M0-5.5 5.5 0 0 5.5-5.5 0z"/>"#,
            Mark::Floor => r#"<path class="m-floor" d="M0-5 5.5 4.5-5.5 4.5z"/>"#,
            Mark::Chance => r#"<path class="m-chance" d="M0-6V6"/>"#,
            Mark::Repeated => r#"<path class="m-repeated" d="M-4.5-4.5H4.5V4.5H-4.5z"/>"#,
            Mark::Guess => r#"<path class="m-guess" d="M-4-4 4 4M4-4-4 4"/>"#,
        }
    }

    /// The shape beside its name in a legend; the words next to it say all that a screen reader needs.
    pub(super) fn key(self) -> String {
        format!(
            r#"<svg class="key" viewBox="-7 -7 14 14" width="14" height="14" aria-hidden="true">{}</svg>"#,
            self.shape()
        )
    }
}

/// How a verdict looks: a full, half or empty disc, or a dotted one.
pub(super) fn level_sign(level: Level) -> String {
    let inner = match level {
        Level::Good => r#"<path d="M-3.2.2-.8 2.6 3.4-2.4"/>"#,
        Level::Middle => r#"<path class="fill" d="M0-6.2A6.2 6.2 0 0 0 0 6.2z"/>"#,
        Level::Bad => r#"<path d="M0-3.2V.6M0 3V3.2"/>"#,
        Level::Unknown => r#"<path d="M-3 0H3"/>"#,
    };
    format!(
        r#"<svg class="sign" viewBox="-8 -8 16 16" width="18" height="18" aria-hidden="true"><circle r="6.2"/>{inner}</svg>"#
    )
}

/// CSS class of a verdict.
pub(super) fn level_class(level: Level) -> &'static str {
    match level {
        Level::Good => "good",
        Level::Middle => "middle",
        Level::Bad => "bad",
        Level::Unknown => "unknown",
    }
}

/// CSS class of an attribute.
pub(super) fn role_class(role: Role) -> &'static str {
    match role {
        Role::Private => "private",
        Role::Task => "task",
    }
}
