//! Files of raw data, as the encoder's kind of input has them.

use crate::failure::{Failure, Result};
use crate::output;
use std::path::PathBuf;
use tiprdc::Encoder;
use tiprdc_train::{DatasetConfig, Records, Run, read_inputs};

/// Reads all files into records of the encoder's kind, as training read them; notes go to standard error.
pub fn read(encoder: &Encoder, paths: &[PathBuf], stride: Option<usize>) -> Result<Records> {
    let manifest = encoder.manifest();
    let trained_on = trained_on(encoder);
    let inputs = read_inputs(&manifest.input, trained_on.as_ref(), paths, stride);
    let inputs = inputs.map_err(Failure::input)?;
    for note in &inputs.notes {
        output::note(&format!("note: {note}"));
    }
    Ok(inputs.records)
}

/// The data set of the encoder's run. A foreign encoder has none, and a run of another version may say nothing here.
fn trained_on(encoder: &Encoder) -> Option<DatasetConfig> {
    let training = encoder.manifest().training.as_ref()?;
    let run = Run::from_toml(&training.run, &[] as &[&str]).ok()?;
    Some(run.dataset)
}
