//! What all jobs of a sweep share: the data set, and what was found on its raw inputs.

use super::digest;
use super::job::Job;
use crate::error::Result;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tiprdc_audit::{Attribute, Audit, AuditError, Unprotected};
use tiprdc_train::{Dataset, write_atomically};

/// Seed, and the preprocessing as JSON: a setting may change the size of images, and so what is raw.
pub type RawKey = (u64, String);

/// Found by the first who needs it; the others wait.
type Slot = Arc<Mutex<Option<Unprotected>>>;

pub struct Shared {
    pub dataset: Dataset,
    pub attributes: Vec<Attribute>,
    /// Somebody asked to stop.
    pub stop: Arc<AtomicBool>,
    /// Where it is kept what was found on raw inputs.
    folder: PathBuf,
    /// Digest of the data set.
    data: String,
    raw: Mutex<HashMap<RawKey, Slot>>,
    /// Jobs of each seed that are not done.
    left: Mutex<HashMap<u64, usize>>,
}

impl Shared {
    pub fn new(
        dataset: Dataset,
        attributes: Vec<Attribute>,
        jobs: &[Job],
        (folder, data): (PathBuf, String),
        stop: Arc<AtomicBool>,
    ) -> Self {
        let mut left = HashMap::new();
        for job in jobs {
            *left.entry(job.run.seed).or_default() += 1;
        }
        Self {
            dataset,
            attributes,
            stop,
            folder,
            data,
            raw: Mutex::default(),
            left: Mutex::new(left),
        }
    }

    /// Whether somebody asked to stop.
    pub fn stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// What attackers find on the raw inputs of an audit, looked for once, and kept for the next time.
    pub fn unprotected(
        &self,
        (seed, spec): RawKey,
        audit: impl FnOnce() -> Result<Audit>,
        find: impl FnOnce(&Audit) -> std::result::Result<Unprotected, AuditError>,
    ) -> Result<Unprotected> {
        let file = digest::raw(seed, &spec, &self.attributes, &self.data);
        let slot = Arc::clone(locked(&self.raw).entry((seed, spec)).or_default());
        let mut slot = locked(&slot);
        if let Some(found) = &*slot {
            return Ok(found.clone());
        }
        let (audit, file) = (audit()?, self.folder.join(file));
        let kept = std::fs::read(&file).ok();
        // What cannot be read is found again.
        let kept = kept.and_then(|json| audit.restore_unprotected(&json).ok());
        let found = match kept {
            Some(found) => found,
            None => {
                let found = find(&audit)?;
                write_atomically(&file, found.to_json().as_bytes())?;
                found
            }
        };
        Ok(slot.insert(found).clone())
    }

    /// A job of this seed is done; after the last one nobody asks for its raw inputs again, and they may be large.
    pub fn done(&self, seed: u64) {
        let mut left = locked(&self.left);
        let count = left.entry(seed).or_insert(1);
        *count = count.saturating_sub(1);
        if *count == 0 {
            locked(&self.raw).retain(|(other, _), _| *other != seed);
        }
    }
}

/// A job that panicked leaves nothing half done behind a lock.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
