//! `tiprdc sweep`: encoders of many methods and settings, each trained, encoded and audited; and the frontier.

mod display;

use crate::args::SweepArgs;
use crate::commands::data;
use crate::failure::{Failure, Result};
use crate::output;
use crate::progress::Progress;
use crate::stop;
use display::Display;
use std::path::PathBuf;
use tiprdc_pipeline::{Finished, PipelineError, Plan, SweepOptions, sweep};

pub fn run(args: &SweepArgs) -> Result {
    let plan = Plan::parse(&output::read_text(&args.file)?, &args.set)?;
    let out = args
        .out
        .clone()
        .unwrap_or_else(|| PathBuf::from(format!("{}-sweep", plan.name)));
    let progress = Progress::new();
    let dataset = data::load(
        &plan.dataset,
        args.data.as_deref(),
        Some(&args.file),
        &progress,
    )?;
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
        output::print_json_text(&finished.sweep.to_json());
    } else {
        output::print(&finished.sweep.to_text());
        output::print(&format!(
            "Wrote sweep.json, sweep.html and points/*/{{encoder.onnx,audit.json}} to {}",
            out.display()
        ));
    }
    verdict(&finished)
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
