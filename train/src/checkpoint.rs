//! Checkpoints: everything that the rest of a run depends on, in one file that is replaced atomically.

use crate::error::{Result, TrainError};
use crate::methods::{Part, Parts};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

const STATE: &str = "tiprdc.checkpoint";

/// Where a run stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// The run's TOML: a checkpoint is of use to this run only.
    pub(crate) run: String,
    /// Index of the stage.
    pub(crate) stage: usize,
    /// Finished epochs of the stage.
    pub(crate) epoch: usize,
    /// Finished batches of the epoch.
    pub(crate) batch: usize,
    /// Sums of the epoch's metrics so far, to go on with the means.
    pub(crate) sums: Vec<(String, f64)>,
}

/// Writes a checkpoint; the old one stays until the new one is complete.
pub(crate) fn save(path: &Path, progress: &Progress, parts: &[Part]) -> Result<()> {
    let state = serde_json::to_string(progress).expect("progress holds nothing that JSON cannot");
    let views = parts.iter().map(|(name, bytes)| {
        (
            name.as_str(),
            TensorView::new(Dtype::U8, vec![bytes.len()], bytes)
                .expect("bytes are as long as they are"),
        )
    });
    let bytes = safetensors::serialize(views, Some(HashMap::from([(STATE.to_string(), state)])))
        .map_err(|error| TrainError::Checkpoint(format!("it cannot be put together: {error}")))?;
    write_atomically(path, &bytes)
}

/// Reads a checkpoint of the run whose TOML is `run`.
pub(crate) fn load(path: &Path, run: &str) -> Result<(Progress, Parts)> {
    let unreadable = |what: String| TrainError::Checkpoint(format!("{}: {what}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let damaged =
        |error: safetensors::SafeTensorError| unreadable(format!("it is damaged ({error})"));
    let (_, header) = SafeTensors::read_metadata(&bytes).map_err(damaged)?;
    let state = header
        .metadata()
        .as_ref()
        .and_then(|metadata| metadata.get(STATE));
    let progress: Progress = state
        .and_then(|state| serde_json::from_str(state).ok())
        .ok_or_else(|| unreadable("it is not a checkpoint of tiprdc".into()))?;
    if progress.run != run {
        return Err(unreadable(
            "it belongs to a run with other settings; start afresh without --resume".into(),
        ));
    }
    let tensors = SafeTensors::deserialize(&bytes).map_err(damaged)?;
    let parts = tensors
        .iter()
        .map(|(name, view)| (name.to_string(), view.data().to_vec()))
        .collect();
    Ok((progress, Parts(parts)))
}

/// Writes a file so that at any moment there is the old one or the new one, never half of one.
///
/// # Errors
/// [`TrainError::Write`]: no such folder, no right to write, no space left. The old file is then untouched.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |source| TrainError::Write {
        path: path.to_path_buf(),
        source,
    };
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
