//! What can be wrong with a file.

use std::fmt;
use std::path::{Path, PathBuf};

/// What a [`FileError`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileErrorKind {
    /// A file is not there, is no regular file, cannot be read, or is not what the end of its name says.
    File,
    /// A table lacks a column, or a column has empty cells or cells of another kind than it should.
    Column,
    /// Numbers are NaN or infinite.
    NotFinite,
    /// Rows differ in length.
    Shape,
    /// A file holds more than a reader takes, or unpacks to more than its size can explain.
    TooLarge,
}

/// Why a file could not be read.
///
/// # Privacy
///
/// The message says what was expected and what came. It names files, columns and lines and counts rows, and never
/// repeats a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError {
    kind: FileErrorKind,
    file: Option<PathBuf>,
    message: String,
}

impl FileError {
    pub(crate) fn new(kind: FileErrorKind, message: impl Into<String>) -> Self {
        // Names of columns in it may be a hostile file's.
        let message = tiprdc::shown_line(&message.into());
        Self {
            kind,
            file: None,
            message,
        }
    }

    /// A file that is not what it should be.
    pub(crate) fn broken(message: impl Into<String>) -> Self {
        Self::new(FileErrorKind::File, message)
    }

    /// What a reader's caller says of a column: it is not what it should be.
    pub fn column(message: impl Into<String>) -> Self {
        Self::new(FileErrorKind::Column, message)
    }

    /// A file that ends early or cannot be read further; `what` is what was being read.
    pub(crate) fn unreadable(what: &str, error: &std::io::Error) -> Self {
        Self::broken(match error.kind() {
            std::io::ErrorKind::UnexpectedEof => format!("ends within {what}"),
            kind => format!("{what} cannot be read: {kind}"),
        })
    }

    /// Memory that the system does not give.
    pub(crate) fn no_memory(what: impl fmt::Display) -> Self {
        Self::new(
            FileErrorKind::TooLarge,
            format!("{what} do not fit into memory"),
        )
    }

    /// The same error, said of this file, and of no other: readers see bytes and do not know whose.
    #[must_use]
    pub fn in_file(self, path: &Path) -> Self {
        let file = Some(path.to_owned());
        Self { file, ..self }
    }

    /// What the error is about.
    pub fn kind(&self) -> FileErrorKind {
        self.kind
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => {
                let file = tiprdc::shown_line(&file.display().to_string());
                write!(f, "{file}: {}", self.message)
            }
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for FileError {}
