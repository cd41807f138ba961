//! Encoders of many methods and settings, each trained, encoded and audited; and what they say together.

mod digest;
mod event;
mod file;
mod job;
mod memory;
mod plan;
mod shared;
mod workers;

pub use event::{Step, SweepEvent};
pub use plan::Plan;

use crate::error::{PipelineError, Result};
use crate::lock::FolderLock;
use job::{End, Job};
use shared::Shared;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tiprdc_audit::{Sweep, SweepPoint, SweepRun};
use tiprdc_train::{Dataset, write_atomically};

/// Where encoders and audits are, below the folder for the results.
const FOLDER: &str = "points";
/// Where it is kept what attackers found on the raw inputs.
const RAW: &str = "raw";

/// How a sweep is done.
#[derive(Debug, Clone)]
pub struct SweepOptions<'a> {
    /// The folder for the results, made if it is not there. What lies there of the same sweep is not done again.
    pub folder: &'a Path,
    /// Encoders at a time; as many as cores and memory allow if `None`.
    pub jobs: Option<usize>,
    /// Once true, the sweep stops: trainings after their batch, with a checkpoint; attackers at once.
    pub stop: Arc<AtomicBool>,
}

/// A sweep that came to its end.
#[derive(Debug)]
pub struct Finished {
    /// All points, with those that failed.
    pub sweep: Sweep,
    /// Why some encoders could not be trained or audited; empty if all could.
    pub failures: Vec<PipelineError>,
    /// How many encoders there were.
    pub encoders: usize,
}

/// Trains, encodes and audits all points, and writes `sweep.json`, `sweep.html`, below `points/` encoders and audits, and
/// below `raw/` what attackers found on the raw inputs, which need not be attacked again.
///
/// # Errors
/// [`PipelineError::Stopped`] when it was asked to stop: the same call goes on. [`PipelineError::Input`] for attributes
/// that are not there, and for a folder that cannot be written to or where another sweep is at work. An encoder that fails is a point that failed, and no
/// error.
pub fn sweep(
    plan: &Plan,
    dataset: Dataset,
    options: &SweepOptions,
    say: &mut dyn FnMut(SweepEvent<'_>),
) -> Result<Finished> {
    let attributes = plan.attributes(&dataset)?;
    let tasks = plan.tasks(&dataset);
    let folder = options.folder;
    job::make_folder(&folder.join(FOLDER))?;
    let _lock = FolderLock::take(folder)?;
    job::make_folder(&folder.join(RAW))?;
    let data = dataset.digest();
    let jobs = jobs(plan, folder, &tasks, &data);
    let at_once = options
        .jobs
        .unwrap_or_else(|| memory::jobs(&dataset, &jobs[0].run, jobs.len()));
    let name = dataset.name.clone();
    let shared = Arc::new(Shared::new(
        dataset,
        attributes,
        &jobs,
        (folder.join(RAW), data),
        Arc::clone(&options.stop),
    ));
    let jobs = Arc::new(jobs);
    let ends = workers::run(&jobs, &shared, at_once, say)?;
    let points = points(plan, &jobs, &ends);
    let sweep = Sweep::new(&plan.name, name, plan.private.clone(), tasks, points);
    write_atomically(&folder.join("sweep.json"), sweep.to_json().as_bytes())?;
    write_atomically(&folder.join("sweep.html"), sweep.to_html().as_bytes())?;
    Ok(Finished {
        sweep,
        encoders: ends.len(),
        failures: ends.into_iter().filter_map(Result::err).collect(),
    })
}

/// All encoders to be made, seed by seed: a sweep that is stopped has whole frontiers of some seeds, and what was found
/// on the raw inputs with a seed is needed no longer than that.
fn jobs(plan: &Plan, out: &Path, tasks: &[String], data: &str) -> Vec<Job> {
    let seeds = plan
        .points
        .iter()
        .map(|point| point.runs.len())
        .max()
        .unwrap_or(0);
    let at = |seed: usize| {
        plan.points
            .iter()
            .enumerate()
            .filter_map(move |(point, planned)| {
                let run = planned.runs.get(seed)?;
                let folder = digest::folder(&planned.name, run, &plan.private, tasks, data);
                Some(Job {
                    point,
                    label: format!("{}, seed {}", planned.name, run.seed),
                    run: run.clone(),
                    folder: out.join(FOLDER).join(&folder),
                    shown: format!("{FOLDER}/{folder}"),
                })
            })
    };
    (0..seeds).flat_map(at).collect()
}

/// Results, point by point.
fn points(plan: &Plan, jobs: &[Job], ends: &[End]) -> Vec<SweepPoint> {
    let of = |(index, planned): (usize, &plan::Planned)| {
        let own = jobs.iter().zip(ends).filter(|(job, _)| job.point == index);
        let runs = own.map(|(job, end)| match end {
            Ok(report) => SweepRun::finished(job.run.seed, &job.shown, report),
            Err(failure) => SweepRun::failed(job.run.seed, &job.shown, failure.to_string()),
        });
        SweepPoint::new(
            &planned.name,
            &planned.method,
            &planned.series,
            planned.settings.clone(),
            runs.collect(),
        )
    };
    plan.points.iter().enumerate().map(of).collect()
}
