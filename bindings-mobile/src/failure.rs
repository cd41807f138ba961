//! The one error that crosses.

use std::fmt;
use tiprdc::{Error, ErrorKind, catch_quietly};

/// Why a call failed: the number of its kind, and a message without user data.
#[derive(Debug, uniffi::Error)]
pub enum Failure {
    /// An error of the core, or an argument that Rust's types rule out.
    Kind {
        /// The stable number of the kind: `ErrorKind::code`.
        code: i32,
        /// What was expected and what came.
        reason: String,
    },
}

impl Failure {
    /// An argument that no caller of the core could pass.
    pub(crate) fn argument(reason: impl Into<String>) -> Self {
        Self::new(ErrorKind::Argument, reason)
    }

    /// The same, of one record of a batch; the core says it in these words too.
    pub(crate) fn of_record(self, index: usize) -> Self {
        let Failure::Kind { code, reason } = self;
        Failure::Kind {
            code,
            reason: format!("record {index}: {reason}"),
        }
    }

    pub(crate) fn new(kind: ErrorKind, reason: impl Into<String>) -> Self {
        Failure::Kind {
            code: kind.code(),
            reason: reason.into(),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(error.kind(), error.to_string())
    }
}

/// Runs the body of an exported function: a panic becomes `Internal`, with its place and without its words.
pub(crate) fn guard<T>(body: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_quietly(body).unwrap_or_else(|place| {
        Err(Failure::new(
            ErrorKind::Internal,
            format!("a failure inside the library at {place}; please report it"),
        ))
    })
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure::Kind { code, reason } = self;
        write!(f, "{reason} (error {code})")
    }
}

impl std::error::Error for Failure {}
