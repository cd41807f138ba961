//! What a call says: a status, and a text for people.

use crate::last_error;
use crate::text::c_text;
use safer_ffi::c_char;
use safer_ffi::prelude::*;
use std::ffi::CString;
use std::sync::LazyLock;
use tiprdc::{Error, ErrorKind, catch_quietly};

/// What a call says: `TIPRDC_OK`, or another value of `enum tiprdc_status`; in the header, `tiprdc_status_t`.
#[derive_ReprC]
#[repr(transparent)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(i32);

impl Status {
    pub(crate) const OK: Status = Status(0);
}

/// A failed call: which kind, and what to tell.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) message: String,
}

/// The result of what a function of the C face does.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Failure {
            kind,
            message: message.into(),
        }
    }

    /// What Rust's types rule out, and C's do not.
    pub(crate) fn argument(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Argument, message)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(error.kind(), error.to_string())
    }
}

/// Runs the body of an exported function: a failure becomes a status and the thread's last error, and so does a panic.
pub(crate) fn guard(body: impl FnOnce() -> Outcome) -> Status {
    // Nothing that a panic may leave half done is used again: outputs are written last, locks recover.
    let failure = match catch_quietly(body) {
        Ok(Ok(())) => return Status::OK,
        Ok(Err(failure)) => failure,
        // Without the panic's own words, which may hold a value.
        Err(place) => Failure::new(
            ErrorKind::Internal,
            format!("a fault inside the library was caught at {place}; please report it"),
        ),
    };
    let status = Status(failure.kind.code());
    last_error::set(failure);
    status
}

/// The name of a status, as in every language (`"Ok"`, `"InputShape"`); NULL for a number that is no status.
///
/// Ownership: the text is the library's, and stays for as long as the library is loaded.
/// Threads: any.
#[ffi_export]
fn tiprdc_status_name(status: i32) -> *const c_char {
    described(status).map_or(std::ptr::null(), |text| text.name.as_ptr().cast())
}

/// One sentence on what a status means; NULL for a number that is no status.
///
/// Ownership: the text is the library's, and stays for as long as the library is loaded.
/// Threads: any.
#[ffi_export]
fn tiprdc_status_meaning(status: i32) -> *const c_char {
    described(status).map_or(std::ptr::null(), |text| text.meaning.as_ptr().cast())
}

/// What people are told of a status, with a NUL behind it.
struct Described {
    code: i32,
    name: CString,
    meaning: CString,
}

/// What people are told of the status with this number, if there is one.
fn described(code: i32) -> Option<&'static Described> {
    static ALL: LazyLock<Vec<Described>> = LazyLock::new(|| {
        let ok = (Status::OK.0, "Ok", "It worked.");
        let failures = ErrorKind::ALL
            .iter()
            .map(|kind| (kind.code(), kind.name(), kind.meaning()));
        std::iter::once(ok)
            .chain(failures)
            .map(|(code, name, meaning)| Described {
                code,
                name: c_text(name),
                meaning: c_text(meaning),
            })
            .collect()
    });
    ALL.iter().find(|text| text.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_status_and_tells_nothing_of_its_words() {
        let status = guard(|| panic!("canary"));
        assert_eq!(status, Status(ErrorKind::Internal.code()));
        let text = last_error::with(|text| text.to_string_lossy().into_owned());
        assert!(text.contains("fault"), "{text}");
        assert!(!text.contains("canary"), "{text}");
    }

    #[test]
    fn a_failure_becomes_its_kind_and_its_text() {
        let status = guard(|| Err(Failure::argument("`encoder` is NULL")));
        assert_eq!(status, Status(205));
        last_error::with(|text| assert_eq!(text, c"`encoder` is NULL"));
    }

    #[test]
    fn success_leaves_the_last_error_alone() {
        guard(|| Err(Failure::argument("before")));
        assert_eq!(guard(|| Ok(())), Status::OK);
        last_error::with(|text| assert_eq!(text, c"before"));
    }
}
