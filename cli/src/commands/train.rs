//! `tiprdc train`.

use crate::args::TrainArgs;
use crate::commands::data;
use crate::failure::{Failure, Result};
use crate::output;
use crate::progress::Progress;
use crate::stop;
use std::path::{Path, PathBuf};
use tiprdc_pipeline::{CHECKPOINT, ENCODER, Fitting, PipelineError, Ready, TABLE, fit};
use tiprdc_train::{Dataset, Run};

pub fn run(args: &TrainArgs) -> Result {
    let run = Run::from_toml(&output::read_text(&args.run)?, &args.set)?;
    let folder = args.out.clone().unwrap_or_else(|| PathBuf::from(&run.name));
    let progress = Progress::new();
    let dataset = data::load(
        &run.dataset,
        args.data.as_deref(),
        Some(&args.run),
        &progress,
    )?;
    output::make_folder(&folder)?;
    let encoder_path = folder.join(ENCODER);
    let ready = train_into(&run, &dataset, &folder, args.resume, &progress)?;
    let encoder = &ready.encoder;
    progress.finish();
    if args.json {
        output::print_json(&output::describe(&encoder_path, encoder));
    } else {
        let wrote = |what: &Path, digest: &str| {
            output::print(&format!("wrote {} (sha256 {digest})", what.display()));
        };
        wrote(&encoder_path, encoder.digest());
        if let Some(table) = &ready.table {
            wrote(&folder.join(TABLE), table.digest());
        }
    }
    Ok(())
}

/// Trains into a folder, with progress; Ctrl-C leaves a checkpoint there.
pub fn train_into(
    run: &Run,
    dataset: &Dataset,
    folder: &Path,
    resume: bool,
    progress: &Progress,
) -> Result<Ready> {
    stop::on_ctrl_c();
    let fitting = Fitting {
        folder,
        resume,
        stop: &stop::flag(),
    };
    let ready = fit(run, dataset, &fitting, &mut |event| progress.train(&event));
    if let Err(PipelineError::Stopped(_)) = ready {
        progress.finish();
        return Err(Failure::Stopped(format!(
            "everything so far is in {}; go on with the same command and --resume",
            folder.join(CHECKPOINT).display()
        )));
    }
    Ok(ready?)
}
