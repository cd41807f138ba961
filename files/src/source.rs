//! Opening files: regular ones only, with limits on what they unpack to.

use std::fs::{File, FileType};
use std::io::{self, Read};
use std::path::Path;

use crate::error::{FileError, FileErrorKind};

/// Memory that any file may unpack to.
const FLOOR: u64 = 48 << 20;
/// Memory for each byte on disk beyond that. Deflate packs zeros by a factor of 1,000, data by 2 to 20.
const RATIO: u64 = 128;

/// An open regular file, and its length in bytes.
pub(crate) struct Source {
    pub(crate) file: File,
    pub(crate) length: u64,
}

impl Source {
    /// Opens a regular file; a pipe would block, a device never end.
    pub(crate) fn open(path: &Path) -> Result<Self, FileError> {
        let failed =
            |error: io::Error| FileError::broken(format!("cannot be read: {}", error.kind()));
        // Opening a named pipe waits for its other end, so that the kind is looked at first.
        refuse_special(std::fs::metadata(path).map_err(failed)?.file_type())?;
        let file = File::open(path).map_err(failed)?;
        let about = file.metadata().map_err(failed)?;
        refuse_special(about.file_type())?;
        let length = about.len();
        Ok(Self { file, length })
    }

    /// The whole file.
    pub(crate) fn bytes(self) -> Result<Vec<u8>, FileError> {
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(usize::try_from(self.length).unwrap_or(usize::MAX))
            .map_err(|_| FileError::no_memory(format!("{} bytes", self.length)))?;
        // The length is the file's own, not a header's; a file that grows meanwhile is read as it was.
        let mut file = self.file.take(self.length);
        file.read_to_end(&mut bytes)
            .map_err(|error| FileError::unreadable("the file", &error))?;
        Ok(bytes)
    }

    /// What this file may unpack to.
    pub(crate) fn budget(&self) -> Budget {
        Budget::of(self.length)
    }
}

fn refuse_special(kind: FileType) -> Result<(), FileError> {
    if kind.is_file() {
        return Ok(());
    }
    let name = if kind.is_dir() {
        "a folder"
    } else {
        special(kind)
    };
    Err(FileError::broken(format!(
        "is {name}; expected a regular file"
    )))
}

#[cfg(unix)]
fn special(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match kind {
        kind if kind.is_fifo() => "a pipe",
        kind if kind.is_socket() => "a socket",
        _ => "a device",
    }
}

#[cfg(not(unix))]
fn special(_: FileType) -> &'static str {
    "no regular file"
}

/// Reads a regular file of at most `limit` bytes.
///
/// # Errors
///
/// [`FileErrorKind::File`] for a file that is not there or no regular one, [`FileErrorKind::TooLarge`] for a longer
/// one. The message names the file.
pub fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let read = || {
        let source = Source::open(path)?;
        if source.length > limit {
            return Err(FileError::new(
                FileErrorKind::TooLarge,
                format!("is {} bytes long; the limit is {limit}", source.length),
            ));
        }
        source.bytes()
    };
    read().map_err(|error: FileError| error.in_file(path))
}

/// How many bytes of memory a packed file may still unpack to.
pub(crate) struct Budget {
    left: u64,
    total: u64,
    length: u64,
}

impl Budget {
    pub(crate) fn of(length: u64) -> Self {
        let total = length.saturating_mul(RATIO).saturating_add(FLOOR);
        Self {
            left: total,
            total,
            length,
        }
    }

    /// Takes `count` things of `size` bytes, before memory for them is asked for.
    pub(crate) fn take(&mut self, count: u64, size: u64) -> Result<(), FileError> {
        let wanted = count.checked_mul(size);
        match wanted.and_then(|wanted| self.left.checked_sub(wanted)) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(self.exceeded()),
        }
    }

    /// Bytes that are left.
    pub(crate) fn left(&self) -> u64 {
        self.left
    }

    pub(crate) fn exceeded(&self) -> FileError {
        FileError::new(
            FileErrorKind::TooLarge,
            format!(
                "unpacks to more than {} bytes, {RATIO} times its {} bytes and {FLOOR}; if that is right, write it \
                 without compression (.npy, or .csv)",
                self.total, self.length
            ),
        )
    }
}
