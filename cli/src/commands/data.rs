//! Where a run's data set is, and what comes with the command.

use crate::failure::{Failure, Result};
use crate::progress::Progress;
use std::path::{Path, PathBuf};
use tiprdc_train::{Dataset, DatasetConfig};

/// Loads a data set: from the folder that was named; UCI Adult is built in; a table may lie beside its run file; or
/// from where the environment says.
pub fn load(
    config: &DatasetConfig,
    named: Option<&Path>,
    run_file: Option<&Path>,
    progress: &Progress,
) -> Result<Dataset> {
    let mut unpacked = None;
    let folder = match (named, config) {
        (Some(folder), _) => folder.to_path_buf(),
        (None, DatasetConfig::Adult(_)) => unpacked.insert(unpack_adult()?).path().to_path_buf(),
        (None, _) => beside(config, run_file)
            .or_else(|| std::env::var_os("TIPRDC_DATA").map(PathBuf::from))
            .ok_or_else(|| {
                Failure::input(
                    "this run needs the folder of data sets: --data DIR, or the variable TIPRDC_DATA",
                )
            })?,
    };
    let dataset = config.load(&folder, &mut |event| progress.data(&event))?;
    progress.finish();
    Ok(dataset)
}

/// The folder of a run file, if the table that it names is there.
fn beside(config: &DatasetConfig, run_file: Option<&Path>) -> Option<PathBuf> {
    let (DatasetConfig::Table(table), Some(run_file)) = (config, run_file) else {
        return None;
    };
    let folder = match run_file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    let files = folder.join(table.folder.as_deref().unwrap_or_default());
    files.join(&table.train).exists().then_some(folder)
}

/// The built-in data, in a folder that goes with the guard.
pub fn unpack_adult() -> Result<tempfile::TempDir> {
    let failed =
        |error: std::io::Error| Failure::input(format!("cannot unpack the built-in data: {error}"));
    let folder = tempfile::tempdir().map_err(failed)?;
    let train: &[u8] = include_bytes!("../../data/adult/adult.data.gz");
    let test: &[u8] = include_bytes!("../../data/adult/adult.test.gz");
    for (name, bytes) in [("adult.data.gz", train), ("adult.test.gz", test)] {
        std::fs::write(folder.path().join(name), bytes).map_err(failed)?;
    }
    Ok(folder)
}
