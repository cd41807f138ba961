//! Checkpoints: everything that the rest of a run depends on, in one file that is replaced atomically.

use crate::error::{Result, TrainError};
use crate::files::write_atomically;
use crate::hexadecimal;
use crate::methods::{Part, Parts, Stage};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::Path;

const STATE: &str = "tiprdc.checkpoint";
const CHECKSUM: &str = "tiprdc.checksum";

/// What a checkpoint is of: it is of use to nothing else.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// The run's TOML.
    pub(crate) run: String,
    /// Digest of the data set.
    #[serde(default)]
    pub(crate) data: String,
    /// Version of tiprdc.
    #[serde(default)]
    pub(crate) version: String,
}

/// Where a run stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Progress {
    #[serde(flatten)]
    pub(crate) origin: Origin,
    /// Index of the stage.
    pub(crate) stage: usize,
    /// Finished epochs of the stage.
    pub(crate) epoch: usize,
    /// Finished batches of the epoch.
    pub(crate) batch: usize,
    /// Sums of the epoch's metrics so far, to go on with the means.
    pub(crate) sums: Vec<(String, f64)>,
}

impl Progress {
    /// The beginning of a run.
    pub(crate) fn new(origin: Origin) -> Self {
        Progress {
            origin,
            stage: 0,
            epoch: 0,
            batch: 0,
            sums: Vec::new(),
        }
    }

    /// Whether a run of these stages, with epochs of so many batches, can stand here.
    fn is_within(&self, stages: &[Stage], batches: usize) -> bool {
        let begun = self.batch > 0;
        let place = match stages.get(self.stage) {
            Some(stage) => self.batch <= batches && self.epoch + usize::from(begun) <= stage.epochs,
            None => self.stage == stages.len() && self.epoch == 0 && !begun,
        };
        place && self.sums.iter().all(|(_, sum)| sum.is_finite())
    }
}

/// Writes a checkpoint; the old one stays until the new one is complete.
pub(crate) fn save(path: &Path, progress: &Progress, parts: &[Part]) -> Result<()> {
    let state = serde_json::to_string(progress).expect("progress holds nothing that JSON cannot");
    let named: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    let checksum = checksum(&state, named.clone());
    let views = named.into_iter().map(|(name, bytes)| {
        let view = TensorView::new(Dtype::U8, vec![bytes.len()], bytes);
        (name, view.expect("bytes are as long as they are"))
    });
    let metadata = HashMap::from([(STATE.into(), state), (CHECKSUM.into(), checksum)]);
    let bytes = safetensors::serialize(views, Some(metadata))
        .map_err(|error| TrainError::Checkpoint(format!("it cannot be put together: {error}")))?;
    write_atomically(path, &bytes)
}

/// Reads a checkpoint of `origin`, which goes on within these stages.
pub(crate) fn load(
    path: &Path,
    origin: &Origin,
    stages: &[Stage],
    batches: usize,
) -> Result<(Progress, Parts)> {
    let refuse = |what: &str| {
        TrainError::Checkpoint(format!(
            "{}: {what}; start afresh without --resume",
            path.display()
        ))
    };
    let bytes = std::fs::read(path).map_err(|error| refuse(&error.to_string()))?;
    let (progress, parts) = read(&bytes).map_err(refuse)?;
    let Origin { run, data, version } = &progress.origin;
    if *version != origin.version {
        return Err(refuse("it was written by another version of tiprdc"));
    }
    if *run != origin.run {
        return Err(refuse("it belongs to a run with other settings"));
    }
    if *data != origin.data {
        return Err(refuse("it belongs to a run on other data"));
    }
    if !progress.is_within(stages, batches) {
        return Err(refuse("it stands at a place that this run does not have"));
    }
    Ok((progress, parts))
}

/// What a file holds, if it is the file that was written.
fn read(bytes: &[u8]) -> Result<(Progress, Parts), &'static str> {
    let damaged = |_| "it is damaged, or no checkpoint";
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
    let metadata = header.metadata().clone().unwrap_or_default();
    let (Some(state), Some(sum)) = (metadata.get(STATE), metadata.get(CHECKSUM)) else {
        return Err("it has no checksum, so it is damaged or of another version of tiprdc");
    };
    let tensors = SafeTensors::deserialize(bytes).map_err(damaged)?;
    let views = tensors.tensors();
    let named = views
        .iter()
        .map(|(name, view)| (name.as_str(), view.data()));
    if *sum != checksum(state, named.collect()) {
        return Err("it is damaged: its checksum is of other content");
    }
    let progress =
        serde_json::from_str(state).map_err(|_| "it was written by another version of tiprdc")?;
    let parts = views
        .iter()
        .map(|(name, view)| (name.clone(), view.data().to_vec()))
        .collect();
    Ok((progress, Parts(parts)))
}

/// SHA-256 of all that a checkpoint holds. Lengths come first, so that no byte can change its place unseen.
fn checksum(state: &str, mut parts: Vec<(&str, &[u8])>) -> String {
    parts.sort_unstable_by_key(|(name, _)| *name);
    let mut digest = Sha256::new();
    let texts = parts
        .iter()
        .flat_map(|(name, bytes)| [name.as_bytes(), bytes]);
    for bytes in std::iter::once(state.as_bytes()).chain(texts) {
        digest.update((bytes.len() as u64).to_le_bytes());
        digest.update(bytes);
    }
    hexadecimal(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGES: [Stage; 2] = [
        Stage {
            name: "pretrain",
            epochs: 2,
        },
        Stage {
            name: "train",
            epochs: 3,
        },
    ];

    fn origin() -> Origin {
        Origin {
            run: "name = \"r\"".into(),
            data: "d".into(),
            version: "1".into(),
        }
    }

    fn at(stage: usize, epoch: usize, batch: usize) -> Progress {
        Progress {
            stage,
            epoch,
            batch,
            sums: vec![("loss".into(), 1.5)],
            ..Progress::new(origin())
        }
    }

    fn parts() -> Vec<Part> {
        vec![
            ("net".to_owned(), (0..=255).collect()),
            ("adam".to_owned(), vec![7; 40]),
        ]
    }

    fn loaded(path: &Path) -> Result<(Progress, Parts)> {
        load(path, &origin(), &STAGES, 5)
    }

    #[test]
    fn no_flipped_bit_gives_another_checkpoint() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("c");
        save(&path, &at(1, 2, 3), &parts()).expect("saved");
        let good = std::fs::read(&path).expect("there");
        let (progress, kept) = loaded(&path).expect("good");
        assert_eq!(progress, at(1, 2, 3));
        let mut refused = 0;
        for at in 0..good.len() * 8 {
            let mut bytes = good.clone();
            bytes[at / 8] ^= 1 << (at % 8);
            std::fs::write(&path, &bytes).expect("written");
            match loaded(&path) {
                // Spaces of the header, and the type of bytes, mean nothing.
                Ok((same, parts)) => assert!(same == progress && parts.0 == kept.0, "bit {at}"),
                Err(TrainError::Checkpoint(_)) => refused += 1,
                Err(other) => panic!("bit {at}: {other}"),
            }
        }
        assert!(refused > good.len() * 7, "{refused} of {}", good.len() * 8);
        for length in 0..good.len() {
            std::fs::write(&path, &good[..length]).expect("written");
            loaded(&path).expect_err("cut short");
        }
    }

    #[test]
    fn a_checkpoint_of_anything_else_is_refused() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("c");
        let other = |change: fn(&mut Origin)| {
            let mut progress = at(0, 0, 0);
            change(&mut progress.origin);
            progress
        };
        for (progress, word) in [
            (other(|o| o.run.push('x')), "other settings"),
            (other(|o| o.data.push('x')), "other data"),
            (other(|o| o.version.push('x')), "another version"),
            (at(0, 3, 0), "a place"),
            (at(0, 2, 1), "a place"),
            (at(0, 0, 6), "a place"),
            (at(2, 1, 0), "a place"),
            (at(3, 0, 0), "a place"),
        ] {
            save(&path, &progress, &parts()).expect("saved");
            let message = loaded(&path).expect_err(word).to_string();
            assert!(message.contains(word), "{message}");
        }
        for progress in [at(0, 2, 0), at(1, 2, 5), at(2, 0, 0)] {
            save(&path, &progress, &parts()).expect("saved");
            loaded(&path).expect("within the run");
        }
    }
}
