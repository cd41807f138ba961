//! One encoder: trained, exported, encoded and audited, or taken as it was left.

use super::event::Step;
use super::shared::Shared;
use crate::encode::raw_features;
use crate::error::{PipelineError, Result};
use crate::fit::Fitting;
use crate::judge::feature_set;
use crate::ready::Ready;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tiprdc_audit::{Audit, Event, FeatureSet, Report};
use tiprdc_train::{Run, TrainError, TrainEvent, remove_leftovers, write_atomically};

/// How a job ended.
pub type End = Result<Report>;

/// One encoder to be made.
pub struct Job {
    /// Index of the point that it belongs to.
    pub point: usize,
    /// Point and seed.
    pub label: String,
    pub run: Run,
    pub folder: PathBuf,
    /// The folder, from the folder for the results.
    pub shown: String,
}

/// Tells whoever shows progress.
pub type Say<'a> = &'a (dyn Fn(Step<'static>) + Sync);

impl Job {
    /// Does whatever is not done yet; the folder's name says that what lies there is of this very run and audit.
    pub fn work(&self, shared: &Shared, say: Say) -> End {
        make_folder(&self.folder)?;
        let ready = Ready::open(&self.folder, self.run.seed).ok();
        if let Some(report) = ready.as_ref().and_then(|ready| self.kept_report(ready)) {
            say(Step::Kept);
            return Ok(report);
        }
        remove_leftovers(&self.folder);
        let ready = match ready {
            Some(ready) => ready,
            None => self.train(shared, say)?,
        };
        let report = self.audit(shared, &ready, say)?;
        write_atomically(&self.folder.join("audit.json"), report.to_json().as_bytes())?;
        Ok(report)
    }

    /// The audit that lies there, if it is of this encoder.
    fn kept_report(&self, ready: &Ready) -> Option<Report> {
        let bytes = std::fs::read(self.folder.join("audit.json")).ok()?;
        let report: Report = serde_json::from_slice(&bytes).ok()?;
        (report.encoder.as_deref() == Some(ready.encoder.digest())).then_some(report)
    }

    fn train(&self, shared: &Shared, say: Say) -> Result<Ready> {
        let started = Instant::now();
        let fitting = |resume| Fitting {
            folder: &self.folder,
            resume,
            stop: &shared.stop,
        };
        let mut said = |event: TrainEvent| training(&event, say);
        let resumed = fitting(true).attempt(&self.run, &shared.dataset, &mut said);
        let outcome = match resumed {
            // A checkpoint that cannot be used is worth less than the time to make it again.
            Err(TrainError::Checkpoint(_)) => {
                fitting(false).attempt(&self.run, &shared.dataset, &mut said)?
            }
            other => other?,
        };
        let ready = fitting(false).finish(outcome, self.run.seed)?;
        say(Step::Trained(started.elapsed()));
        Ok(ready)
    }

    fn audit(&self, shared: &Shared, ready: &Ready, say: Say) -> Result<Report> {
        say(Step::Auditing { done: 0, total: 1 });
        let encoder = &ready.encoder;
        let (train, test) = (&shared.dataset.train, &shared.dataset.test);
        let mut audit = Audit::new(
            feature_set(&ready.collected(&train.records)?)?,
            feature_set(&ready.collected(&test.records)?)?,
        )
        .attributes(shared.attributes.iter().cloned())
        .seed(self.run.seed)
        .encoder(encoder.digest())
        .stop(Arc::clone(&shared.stop));
        if let (Some(train), Some(test)) = (&train.groups, &test.groups) {
            audit = audit.train_groups(train.clone()).test_groups(test.clone());
        }
        let raw = |records| -> Result<FeatureSet> { feature_set(&raw_features(encoder, records)?) };
        let spec =
            serde_json::to_string(&encoder.manifest().input).map_err(PipelineError::input)?;
        let unprotected = shared.unprotected(
            (self.run.seed, spec),
            || Ok(audit.clone().raw(raw(&train.records)?, raw(&test.records)?)),
            |with_raw| with_raw.unprotected(&mut counting(say)),
        )?;
        Ok(audit
            .with_unprotected(&unprotected)
            .run(&mut counting(say))?)
    }
}

/// Attackers come to an end in any order; how many did is what shows progress.
fn counting(say: Say<'_>) -> impl FnMut(Event) {
    let mut done = 0;
    move |event| {
        if let Event::AttackerFinished { total, .. } = event {
            done += 1;
            say(Step::Auditing { done, total });
        }
    }
}

/// What Ctrl-C leaves behind.
pub fn stopped() -> PipelineError {
    PipelineError::Stopped("everything so far is kept; go on with the same command".into())
}

fn training(event: &TrainEvent, say: Say) {
    match event {
        TrainEvent::Batch {
            stage,
            epoch,
            epochs,
            ..
        } => say(Step::Training {
            stage,
            epoch: *epoch,
            epochs: *epochs,
        }),
        TrainEvent::Resumed { .. } => say(Step::Resumed),
        _ => {}
    }
}

pub fn make_folder(path: &Path) -> Result {
    std::fs::create_dir_all(path).map_err(|error| {
        PipelineError::input(format!(
            "cannot make the folder {}: {error}",
            path.display()
        ))
    })
}
