//! One run at a time in a folder.

use crate::error::{PipelineError, Result};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use tiprdc_train::remove_leftovers;

/// Stays in the folder: removing it would let two processes lock two files of one name.
const NAME: &str = ".tiprdc.lock";

/// A folder that no other run writes to, for as long as this lives. The system takes the lock from a process that ends.
#[derive(Debug)]
pub struct FolderLock(#[expect(dead_code, reason = "the lock goes when the file is closed")] File);

impl FolderLock {
    /// Locks the folder, and removes what a killed run left half written.
    ///
    /// # Errors
    /// [`PipelineError::Input`] if another run is at work there, or the folder cannot be written to.
    pub fn take(folder: &Path) -> Result<Self> {
        let path = folder.join(NAME);
        let failed = |error: std::io::Error| {
            PipelineError::input(format!("cannot lock {}: {error}", folder.display()))
        };
        let open = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path);
        let file = open.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(PipelineError::input(format!(
                    "another run is at work in {}: wait for its end, or choose another folder",
                    folder.display()
                )));
            }
            // A file system without locks: nothing can be told, and refusing would help nobody.
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        remove_leftovers(folder);
        Ok(Self(file))
    }
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
