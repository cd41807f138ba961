//! Why a command failed, and the exit code that says so.

use std::fmt;
use tiprdc::ErrorKind;
use tiprdc_audit::AuditError;
use tiprdc_train::TrainError;

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

/// An error and its causes, on one line.
fn with_causes(error: &dyn std::error::Error) -> String {
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
    text
}

impl From<tiprdc::Error> for Failure {
    fn from(error: tiprdc::Error) -> Self {
        match error.kind() {
            ErrorKind::Internal | ErrorKind::RandomnessUnavailable => {
                Failure::Internal(with_causes(&error))
            }
            _ => Failure::Input(with_causes(&error)),
        }
    }
}

impl From<TrainError> for Failure {
    fn from(error: TrainError) -> Self {
        match error {
            TrainError::Encoder(error) => error.into(),
            error => Failure::Input(with_causes(&error)),
        }
    }
}

impl From<tiprdc_train::DataError> for Failure {
    fn from(error: tiprdc_train::DataError) -> Self {
        TrainError::Data(error).into()
    }
}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Self {
        Failure::Input(with_causes(&error))
    }
}
