//! Errors of training.

use crate::data::DataError;
use std::fmt;

/// A result whose error is [`TrainError`].
pub type Result<T, E = TrainError> = std::result::Result<T, E>;

/// Why a run could not be read, started, or brought to its end.
///
/// # Privacy
/// Messages name keys, columns, counts and files; never a value of a record or a label.
#[derive(Debug)]
#[non_exhaustive]
pub enum TrainError {
    /// The run asks for something impossible.
    Config(String),
    /// The data set cannot be read.
    Data(DataError),
    /// A loss became NaN or infinite.
    Diverged {
        /// Which stage of the method.
        stage: &'static str,
        /// Epoch within the stage, from 1.
        epoch: usize,
        /// Batch within the epoch, from 1.
        batch: usize,
        /// Which loss.
        loss: &'static str,
    },
    /// A checkpoint cannot be read, or belongs to another run.
    Checkpoint(String),
    /// A file cannot be written.
    Write {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The core refused the exported encoder, or a record.
    Encoder(tiprdc::Error),
}

impl TrainError {
    pub(crate) fn config(message: impl Into<String>) -> Self {
        TrainError::Config(message.into())
    }
}

impl fmt::Display for TrainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names of columns and attributes in it may be a hostile file's.
        f.write_str(&tiprdc::shown_line(&Message(self).to_string()))
    }
}

/// The message with names as the files have them.
struct Message<'a>(&'a TrainError);

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            TrainError::Config(message) => write!(f, "the run cannot be started: {message}"),
            TrainError::Data(error) => write!(f, "the data set cannot be used: {error}"),
            TrainError::Diverged {
                stage,
                epoch,
                batch,
                loss,
            } => write!(
                f,
                "training diverged: the {loss} loss is not a finite number in stage `{stage}`, epoch {epoch}, batch {batch}; \
                 lower training.learning_rate or method.lambda. The last checkpoint, if any, is from before it"
            ),
            TrainError::Checkpoint(message) => {
                write!(f, "the checkpoint cannot be used: {message}")
            }
            TrainError::Write { path, source } => {
                write!(f, "cannot write {}: {source}", path.display())
            }
            TrainError::Encoder(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for TrainError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            TrainError::Data(error) => Some(error),
            TrainError::Write { source, .. } => Some(source),
            TrainError::Encoder(error) => Some(error),
            _ => None,
        }
    }
}

impl From<DataError> for TrainError {
    fn from(error: DataError) -> Self {
        TrainError::Data(error)
    }
}

impl From<tiprdc::Error> for TrainError {
    fn from(error: tiprdc::Error) -> Self {
        TrainError::Encoder(error)
    }
}
