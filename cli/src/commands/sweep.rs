//! `tiprdc sweep`: encoders of many methods and settings, each trained, encoded and audited; and the frontier.

mod display;

use crate::args::SweepArgs;
use crate::failure::{Failure, Result};
use crate::output;
use crate::progress::Progress;
use crate::stop;
use display::Display;
use std::path::PathBuf;
use tiprdc_pipeline::{Finished, PipelineError, Plan, SweepOptions, sweep};
use tiprdc_train::{Dataset, DatasetConfig};

pub fn run(args: &SweepArgs) -> Result {
    let plan = Plan::parse(&output::read_text(&args.file)?, &args.set)?;
    let out = args
        .out
        .clone()
        .unwrap_or_else(|| PathBuf::from(format!("{}-sweep", plan.name)));
    let progress = Progress::new();
    let dataset = load(args, &plan.dataset, &progress)?;
    stop::on_ctrl_c();
    let options = SweepOptions {
        folder: &out,
        jobs: args.jobs.map(|jobs| jobs as usize),
        stop: stop::flag(),
    };
    let mut display = Display::new(&progress);
    let finished = sweep(&plan, dataset, &options, &mut |event| display.event(&event));
    progress.finish();
    let finished = finished?;
    if args.json {
        output::print(&finished.sweep.to_json());
    } else {
        output::print(&finished.sweep.to_text());
        output::print(&format!(
            "Wrote sweep.json, sweep.html and points/*/{{encoder.onnx,audit.json}} to {}",
            out.display()
        ));
    }
    verdict(&finished)
}

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

/// The exit code of a sweep is that of its worst point.
fn verdict(finished: &Finished) -> Result {
    let failures = &finished.failures;
    if failures.is_empty() {
        return Ok(());
    }
    let message = format!(
        "{} of {} encoders could not be trained or audited; sweep.json says why, and the same command tries them again",
        failures.len(),
        finished.encoders
    );
    if failures
        .iter()
        .any(|failure| matches!(failure, PipelineError::Internal(_)))
    {
        return Err(Failure::Internal(message));
    }
    Err(Failure::Input(message))
}
