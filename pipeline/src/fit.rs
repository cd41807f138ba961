//! One run, trained into a folder.

use crate::error::{PipelineError, Result};
use crate::lock::FolderLock;
use crate::ready::Ready;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use tiprdc_train::{Dataset, Outcome, Run, TrainError, TrainEvent, TrainOptions};

/// Name of the checkpoint in a run's folder.
pub const CHECKPOINT: &str = "checkpoint.safetensors";

/// Where a run is trained, and who may stop it.
#[derive(Debug, Clone, Copy)]
pub struct Fitting<'a> {
    /// The folder for the encoder, its table and checkpoints; it exists.
    pub folder: &'a Path,
    /// Goes on from the folder's checkpoint, if there is one.
    pub resume: bool,
    /// Once true, training stops after its batch and leaves a checkpoint.
    pub stop: &'a AtomicBool,
}

/// Trains, and writes `encoder.onnx` and, for methods that substitute, `substitutes.safetensors`.
///
/// # Errors
/// [`PipelineError::Stopped`] when it was asked to stop: a checkpoint is left. [`PipelineError::Input`] for a run, data
/// or checkpoint that cannot be used, and for a folder that cannot be written to or where another run is at work.
pub fn fit(
    run: &Run,
    dataset: &Dataset,
    fitting: &Fitting,
    say: &mut (dyn FnMut(TrainEvent) + Send),
) -> Result<Ready> {
    let _lock = FolderLock::take(fitting.folder)?;
    fitting.finish(fitting.attempt(run, dataset, say)?, run.seed)
}

impl Fitting<'_> {
    /// Trains, from the checkpoint if that is wanted.
    pub(crate) fn attempt(
        &self,
        run: &Run,
        dataset: &Dataset,
        say: &mut (dyn FnMut(TrainEvent) + Send),
    ) -> Result<Outcome, TrainError> {
        let options = TrainOptions {
            checkpoint: Some(self.folder.join(CHECKPOINT)),
            resume: self.resume,
            stop: Some(self.stop),
        };
        tiprdc_train::train(run, dataset, &options, &mut |event| say(event))
    }

    /// Writes what training gave.
    pub(crate) fn finish(&self, outcome: Outcome, seed: u64) -> Result<Ready> {
        let checkpoint = self.folder.join(CHECKPOINT);
        match outcome {
            Outcome::Finished(trained) => {
                let ready = Ready::write(trained, self.folder, seed)?;
                // The run is over; a checkpoint of it has no further use. It is no harm if it stays.
                let _ = std::fs::remove_file(&checkpoint);
                Ok(ready)
            }
            Outcome::Stopped { .. } => Err(PipelineError::Stopped(format!(
                "everything so far is in {}; resume from there",
                checkpoint.display()
            ))),
        }
    }
}
