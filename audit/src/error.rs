//! What can be wrong with the data or the options of an audit.

use std::fmt;

/// What an [`AuditError`] is about.
///
/// Flat and exhaustive, so that a binding can match it without a wildcard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuditErrorKind {
    /// A number of rows or a row's shape does not match what stands beside it.
    Shape,
    /// Features or raw inputs hold NaN or infinite values.
    NotFinite,
    /// There is not enough to attack: empty sets, too few rows.
    TooFewRows,
    /// An attribute has one class only, or a code outside its list of classes.
    Labels,
    /// A file cannot be read, or is not what the end of its name says.
    File,
    /// A table lacks a column, or a column has empty cells or cells of another kind than it should.
    Column,
    /// An option has a value that makes no sense, or an attribute is named twice.
    Options,
    /// Somebody asked to stop.
    Stopped,
}

/// Why an audit could not start, or not end.
///
/// The message says what was expected and what came. It names files, columns and attributes and counts rows, and never
/// contains labels, class names or feature values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditError {
    kind: AuditErrorKind,
    message: String,
}

impl AuditError {
    pub(crate) fn new(kind: AuditErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            // Names of columns in it may be a hostile file's.
            message: tiprdc::shown_line(&message.into()),
        }
    }

    pub(crate) fn stopped() -> Self {
        Self::new(
            AuditErrorKind::Stopped,
            "stopped: an audit leaves nothing behind, and starts anew",
        )
    }

    /// What the error is about.
    pub fn kind(&self) -> AuditErrorKind {
        self.kind
    }
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for AuditError {}
