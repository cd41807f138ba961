//! `tiprdc sweep`: encoders of many methods and settings, each trained, encoded and audited; and the frontier.

mod digest;
mod display;
mod file;
mod job;
mod memory;
mod plan;
mod shared;
mod workers;

use crate::args::SweepArgs;
use crate::failure::{Failure, Result};
use crate::output;
use crate::progress::Progress;
use job::{End, Job};
use plan::Plan;
use shared::Shared;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tiprdc_audit::{Sweep, SweepPoint, SweepRun};
use tiprdc_train::{Dataset, DatasetConfig};

pub fn run(args: &SweepArgs) -> Result {
    let plan = Plan::parse(&output::read_text(&args.file)?, &args.set)?;
    let out = args
        .out
        .clone()
        .unwrap_or_else(|| PathBuf::from(format!("{}-sweep", plan.name)));
    let progress = Progress::new();
    let dataset = load(args, &plan.dataset, &progress)?;
    let attributes = plan.attributes(&dataset)?;
    let tasks = plan.tasks(&dataset);
    output::make_folder(&out.join(FOLDER))?;
    let jobs = jobs(&plan, &out, &tasks, &digest::data(&dataset));
    let wanted = args.jobs.map(|jobs| jobs as usize);
    let at_once = wanted.unwrap_or_else(|| memory::jobs(&dataset, &jobs[0].run, jobs.len()));
    let name = dataset.name.clone();
    let shared = Arc::new(Shared::new(dataset, attributes, &jobs));
    crate::stop::on_ctrl_c();
    let jobs = Arc::new(jobs);
    let ends = workers::run(&jobs, &shared, at_once, &progress)?;
    let points = points(&plan, &jobs, &ends);
    let sweep = Sweep::new(&plan.name, name, plan.private.clone(), tasks, points);
    output::write(&out.join("sweep.json"), sweep.to_json().as_bytes())?;
    output::write(&out.join("sweep.html"), sweep.to_html().as_bytes())?;
    if args.json {
        output::print(&sweep.to_json());
    } else {
        output::print(&sweep.to_text());
        output::print(&format!(
            "Wrote sweep.json, sweep.html and {FOLDER}/*/{{encoder.onnx,audit.json}} to {}",
            out.display()
        ));
    }
    verdict(&ends)
}

/// Where encoders and audits are, below the folder for the results.
const FOLDER: &str = "points";

/// The data set: from the folder that was named, or built in, or from where the environment says.
fn load(args: &SweepArgs, config: &DatasetConfig, progress: &Progress) -> Result<Dataset> {
    let mut unpacked = None;
    let folder = match (&args.data, config) {
        (Some(folder), _) => folder.clone(),
        (None, DatasetConfig::Adult(_)) => {
            let built_in = unpacked.insert(super::demo::unpack_adult()?);
            built_in.path().to_path_buf()
        }
        (None, _) => std::env::var_os("TIPRDC_DATA").map(PathBuf::from).ok_or_else(|| {
            Failure::input("a sweep needs the folder of data sets: --data DIR, or the variable TIPRDC_DATA")
        })?,
    };
    let dataset = config.load(&folder, &mut |event| progress.data(&event))?;
    progress.finish();
    Ok(dataset)
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

/// The exit code of a sweep is that of its worst point.
fn verdict(ends: &[End]) -> Result {
    let failures: Vec<&Failure> = ends.iter().filter_map(|end| end.as_ref().err()).collect();
    if failures.is_empty() {
        return Ok(());
    }
    let message = format!(
        "{} of {} encoders could not be trained or audited; sweep.json says why, and the same command tries them again",
        failures.len(),
        ends.len()
    );
    if failures
        .iter()
        .any(|failure| matches!(failure, Failure::Internal(_)))
    {
        return Err(Failure::Internal(message));
    }
    Err(Failure::Input(message))
}
