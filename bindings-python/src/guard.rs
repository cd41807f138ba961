//! No panic leaves Rust.

use crate::errors;
use pyo3::prelude::*;
use tiprdc::{ErrorKind, catch_quietly};

/// Runs a body; a panic becomes the internal error of this library, which is an ordinary exception, and not PyO3's
/// `PanicException`, which `except Exception` does not catch.
pub(crate) fn guarded<T>(py: Python<'_>, body: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    // What a panic leaves half done is not seen again: bodies own what they change.
    catch_quietly(body).unwrap_or_else(|place| Err(panicked(py, &place)))
}

/// What a panic at this place of the source becomes.
pub(crate) fn panicked(py: Python<'_>, place: &str) -> PyErr {
    errors::of_kind(
        py,
        ErrorKind::Internal,
        &format!("a failure inside tiprdc at {place}; please report it"),
    )
}

/// Runs a body without Python's lock, so that other Python threads go on.
pub(crate) fn unlocked<T: Send>(
    py: Python<'_>,
    body: impl FnOnce() -> PyResult<T> + Send,
) -> PyResult<T> {
    guarded(py, || py.detach(body))
}

/// Panics: the tests prove with it that Python sees an ordinary exception.
#[pyfunction]
pub(crate) fn panic_on_purpose(py: Python<'_>) -> PyResult<()> {
    unlocked(py, || panic!("on purpose"))
}
