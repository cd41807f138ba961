//! Why a run or a sweep failed.

use std::fmt;
use tiprdc::ErrorKind;
use tiprdc_audit::{AuditError, AuditErrorKind};
use tiprdc_train::{DataError, TrainError};

/// A result whose error is [`PipelineError`].
pub type Result<T = (), E = PipelineError> = std::result::Result<T, E>;

/// Why a run or a sweep failed.
///
/// # Privacy
/// Messages name keys, columns, counts and files; never a value of a record or a label.
#[derive(Debug)]
pub enum PipelineError {
    /// What was asked for, or what was given, is wrong.
    Input(String),
    /// The fault is ours.
    Internal(String),
    /// Somebody asked to stop; the message says how to go on.
    Stopped(String),
}

impl PipelineError {
    pub(crate) fn input(message: impl fmt::Display) -> Self {
        PipelineError::Input(message.to_string())
    }
}

impl fmt::Display for PipelineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (PipelineError::Input(message)
        | PipelineError::Internal(message)
        | PipelineError::Stopped(message)) = self;
        f.write_str(&tiprdc::shown_line(message))
    }
}

impl std::error::Error for PipelineError {}

/// An error and its causes, on one line that is fit for a terminal.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    tiprdc::shown_line(&text)
}

impl From<tiprdc::Error> for PipelineError {
    fn from(error: tiprdc::Error) -> Self {
        match error.kind() {
            ErrorKind::Internal | ErrorKind::RandomnessUnavailable => {
                PipelineError::Internal(with_causes(&error))
            }
            _ => PipelineError::Input(with_causes(&error)),
        }
    }
}

impl From<TrainError> for PipelineError {
    fn from(error: TrainError) -> Self {
        match error {
            TrainError::Encoder(error) => error.into(),
            error => PipelineError::Input(with_causes(&error)),
        }
    }
}

impl From<DataError> for PipelineError {
    fn from(error: DataError) -> Self {
        TrainError::Data(error).into()
    }
}

impl From<AuditError> for PipelineError {
    fn from(error: AuditError) -> Self {
        match error.kind() {
            AuditErrorKind::Stopped => PipelineError::Stopped(error.to_string()),
            _ => PipelineError::Input(with_causes(&error)),
        }
    }
}
