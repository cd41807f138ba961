//! Errors of a model that is not taken, and names of a file made fit for a message.

use crate::error::{Error, ErrorKind};

pub(super) fn malformed(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::ModelMalformed, message)
}

pub(super) fn too_large(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::ModelTooLarge, message)
}

pub(super) fn mismatch(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::ManifestMismatch, message)
}

pub(super) fn not_allowed(what: &str) -> Error {
    Error::new(
        ErrorKind::OperatorNotAllowed,
        format!("the model uses {what}, which encoders may not"),
    )
}

/// A name of the file: short, and without control characters.
pub(super) fn printable(name: &str) -> String {
    name.chars()
        .take(40)
        .map(|c| if c.is_ascii_graphic() { c } else { '?' })
        .collect()
}
