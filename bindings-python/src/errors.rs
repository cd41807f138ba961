//! Errors of Rust as the exception classes of `tiprdc._errors`.

use pyo3::prelude::*;
use std::error::Error as _;
use tiprdc::ErrorKind;
use tiprdc_audit::AuditError;
use tiprdc_pipeline::{PipelineError, with_causes};
use tiprdc_train::{DataError, TrainError};

/// An exception of the core's kind.
pub(crate) fn of_kind(py: Python<'_>, kind: ErrorKind, message: &str) -> PyErr {
    make(py, kind.code(), message, None)
}

/// The core's error, with the system's error number where the system refused a file.
pub(crate) fn of_core(py: Python<'_>, error: &tiprdc::Error) -> PyErr {
    let system = error
        .source()
        .and_then(|source| source.downcast_ref::<std::io::Error>())
        .and_then(std::io::Error::raw_os_error);
    make(py, error.kind().code(), &error.to_string(), system)
}

/// Lifts a result of the core, with Python's lock held or not.
pub(crate) fn core<T>(result: tiprdc::Result<T>) -> PyResult<T> {
    result.map_err(|error| Python::attach(|py| of_core(py, &error)))
}

/// An error of training: the core's own kinds where it was the core that refused.
pub(crate) fn of_train(py: Python<'_>, error: &TrainError) -> PyErr {
    let class = match error {
        TrainError::Encoder(error) => return of_core(py, error),
        TrainError::Diverged { .. } => "DivergedError",
        TrainError::Write { .. } => "RunFileError",
        _ => "RunError",
    };
    named(py, class, &with_causes(error))
}

/// An error of reading data.
pub(crate) fn of_data(py: Python<'_>, error: &DataError) -> PyErr {
    let class = match error {
        DataError::MissingFile { .. } | DataError::Unreadable { .. } => "RunFileError",
        _ => "RunError",
    };
    named(py, class, &format!("the data set cannot be used: {error}"))
}

/// An error of an audit.
pub(crate) fn of_audit(py: Python<'_>, error: &AuditError) -> PyErr {
    named(py, "AuditError", &error.to_string())
}

/// An error of writing what an audit found into an encoder.
pub(crate) fn of_stamp(py: Python<'_>, error: &PipelineError) -> PyErr {
    named(py, "AuditError", &error.to_string())
}

/// An error of a sweep.
pub(crate) fn of_pipeline(py: Python<'_>, error: &PipelineError) -> PyErr {
    match error {
        PipelineError::Input(message) => named(py, "RunError", message),
        PipelineError::Internal(message) => of_kind(py, ErrorKind::Internal, message),
        PipelineError::Stopped(message) => {
            pyo3::exceptions::PyKeyboardInterrupt::new_err(message.clone())
        }
    }
}

fn named(py: Python<'_>, class: &str, message: &str) -> PyErr {
    let made = py
        .import("tiprdc._errors")
        .and_then(|module| module.getattr(class))
        .and_then(|class| class.call1((message,)));
    made.map_or_else(|failure| failure, PyErr::from_value)
}

fn make(py: Python<'_>, code: i32, message: &str, system: Option<i32>) -> PyErr {
    let made = py
        .import("tiprdc._errors")
        .and_then(|module| module.getattr("make"))
        .and_then(|make| make.call1((code, message, system)));
    // If even that fails, the reason is the next best thing to tell.
    made.map_or_else(|failure| failure, PyErr::from_value)
}

/// Number, name and meaning of every error kind of the core.
#[pyfunction]
pub(crate) fn error_kinds() -> Vec<(i32, &'static str, &'static str)> {
    let all = ErrorKind::ALL.iter();
    all.map(|kind| (kind.code(), kind.name(), kind.meaning()))
        .collect()
}
