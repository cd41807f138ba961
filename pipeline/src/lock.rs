//! One run at a time in a folder.

use crate::error::{PipelineError, Result};
use std::fs::{File, TryLockError};
use std::path::Path;
use tiprdc_train::{check_writable, remove_leftovers};

/// A folder that no other run writes to, for as long as this lives. The system takes the lock from a process that ends.
#[derive(Debug)]
pub struct FolderLock(#[expect(dead_code, reason = "the lock goes when the file is closed")] File);

impl FolderLock {
    /// Locks the folder, and removes what a killed run left half written.
    ///
    /// # Errors
    /// [`PipelineError::Input`] if another run is at work there, or the folder cannot be written to.
    pub fn take(folder: &Path) -> Result<Self> {
        check_writable(folder)?;
        let file = opened(folder).map_err(|error| {
            PipelineError::input(format!("cannot lock {}: {error}", folder.display()))
        })?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(PipelineError::input(format!(
                "another run is at work in {}: wait for its end, or choose another folder",
                folder.display()
            )));
        }
        // Any other error: a file system without locks. Nothing can be told, and refusing would help nobody.
        remove_leftovers(folder);
        Ok(Self(file))
    }
}

/// What is locked: the folder itself, so that no file of ours is left in it.
#[cfg(unix)]
fn opened(folder: &Path) -> std::io::Result<File> {
    File::open(folder)
}

/// Elsewhere folders are not opened; the file stays, as removing it would let two processes lock two files of one name.
#[cfg(not(unix))]
fn opened(folder: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    options.open(folder.join(".tiprdc.lock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_run_at_a_time() {
        let place = tempfile::tempdir().expect("a folder");
        std::fs::write(place.path().join(".tiprdc-x.tmp"), b"half").expect("written");
        let first = FolderLock::take(place.path()).expect("free");
        assert!(!place.path().join(".tiprdc-x.tmp").exists());
        let message = FolderLock::take(place.path())
            .expect_err("taken")
            .to_string();
        assert!(message.contains("another run is at work"), "{message}");
        drop(first);
        FolderLock::take(place.path()).expect("a dead run's lock does not block");
        FolderLock::take(&place.path().join("gone")).expect_err("no folder");
    }
}
