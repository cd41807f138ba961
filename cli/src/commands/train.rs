//! `tiprdc train`.

use crate::args::TrainArgs;
use crate::failure::{Failure, Result};
use crate::output;
use crate::progress::Progress;
use crate::ready::{ENCODER, Ready};
use crate::stop::{self, STOP};
use std::path::{Path, PathBuf};
use tiprdc_train::{Dataset, Outcome, Run, TrainOptions};

pub fn run(args: &TrainArgs) -> Result {
    let run = Run::from_toml(&output::read_text(&args.run)?, &args.set)?;
    let folder = args.out.clone().unwrap_or_else(|| PathBuf::from(&run.name));
    output::make_folder(&folder)?;
    let progress = Progress::new();
    let dataset = run
        .dataset
        .load(&args.data, &mut |event| progress.data(&event))?;
    let encoder_path = folder.join(ENCODER);
    let Ready { encoder, .. } = train_into(&run, &dataset, &folder, args.resume, &progress)?;
    progress.finish();
    if args.json {
        output::print_json(&output::describe(&encoder_path, &encoder));
    } else {
        output::print(&format!(
            "wrote {} (sha256 {})",
            encoder_path.display(),
            encoder.digest()
        ));
    }
    Ok(())
}

/// Trains, and writes `encoder.onnx` and, for methods that substitute, `substitutes.safetensors`; stopped, it leaves `checkpoint.safetensors`.
pub fn train_into(
    run: &Run,
    dataset: &Dataset,
    folder: &Path,
    resume: bool,
    progress: &Progress,
) -> Result<Ready> {
    stop::on_ctrl_c();
    let checkpoint = folder.join("checkpoint.safetensors");
    let options = TrainOptions {
        checkpoint: Some(checkpoint.clone()),
        resume,
        stop: Some(&STOP),
    };
    match tiprdc_train::train(run, dataset, &options, &mut |event| progress.train(&event))? {
        Outcome::Finished(trained) => {
            let ready = Ready::write(trained, folder, run.seed)?;
            // The run is over; a checkpoint of it has no further use. It is no harm if it stays.
            let _ = std::fs::remove_file(&checkpoint);
            Ok(ready)
        }
        Outcome::Stopped { .. } => {
            progress.finish();
            Err(Failure::Stopped(format!(
                "everything so far is in {}; go on with the same command and --resume",
                checkpoint.display()
            )))
        }
    }
}
