//! Why a command failed, and the exit code that says so.

use std::fmt;
use tiprdc_audit::AuditError;
use tiprdc_pipeline::PipelineError;
use tiprdc_train::{DataError, TrainError};

pub type Result<T = (), E = Failure> = std::result::Result<T, E>;

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// The audit ran, and leakage is above the limit.
    Gate(String),
    /// What was asked for, or what was given, is wrong.
    Input(String),
    /// The fault is ours.
    Internal(String),
    /// Stopped by the user; a checkpoint may go on from here.
    Stopped(String),
}

impl Failure {
    pub fn input(message: impl fmt::Display) -> Self {
        Failure::Input(message.to_string())
    }

    pub fn code(&self) -> u8 {
        match self {
            Failure::Gate(_) => 1,
            Failure::Input(_) => 2,
            Failure::Internal(_) => 3,
            // As shells report a command that ended by SIGINT.
            Failure::Stopped(_) => 130,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Failure::Gate(message)
        | Failure::Input(message)
        | Failure::Internal(message)
        | Failure::Stopped(message)) = self;
        f.write_str(message)
    }
}

/// What `?` on an error of the libraries does.
macro_rules! through_the_pipeline {
    ($($error:ty),+) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                PipelineError::from(error).into()
            }
        })+
    };
}

through_the_pipeline!(tiprdc::Error, TrainError, DataError, AuditError);

impl From<PipelineError> for Failure {
    fn from(error: PipelineError) -> Self {
        match error {
            PipelineError::Input(message) => Failure::Input(message),
            PipelineError::Internal(message) => Failure::Internal(message),
            PipelineError::Stopped(message) => Failure::Stopped(message),
        }
    }
}
