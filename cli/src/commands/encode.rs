//! `tiprdc encode`.

mod files;
mod write;

use crate::args::{EncodeArgs, SplitName};
use crate::failure::{Failure, Result};
use crate::output;
use crate::progress::Progress;
use serde_json::json;
use std::path::Path;
use tiprdc::{Encoder, Features};
use tiprdc_pipeline::{encode_records, raw_features};
use tiprdc_train::{Dataset, Records, Run, Split, export_labels_csv};
use write::Format;

pub fn run(args: &EncodeArgs) -> Result {
    output::check_out(&args.out, args.json)?;
    let format = Format::of(&args.out)?;
    let encoder = Encoder::builder()
        .threads(args.threads)
        .open(&args.encoder)?;
    let features = match &args.data {
        Some(data) => {
            let dataset = own_data(&encoder, Some(data))?;
            let split = match args.split {
                SplitName::Train => dataset.train,
                SplitName::Test => dataset.test,
            };
            if let Some(path) = &args.labels_out {
                output::write(path, &labels_csv(&split)?)?;
            }
            encode_or_raw(&encoder, &split.records, args.raw)?
        }
        None => encode_or_raw(
            &encoder,
            &files::read(&encoder, &args.inputs, args.stride)?,
            args.raw,
        )?,
    };
    output::write(&args.out, &format.bytes(&features)?)?;
    if args.json {
        let out = args.out.display().to_string();
        output::print_json(
            &json!({ "file": out, "shape": features.shape(), "encoder": features.encoder(), "release": features.release() }),
        );
    } else {
        output::wrote(&args.out, &format!("of shape {:?}", features.shape()));
    }
    Ok(())
}

/// The data set that the encoder was trained on.
pub fn own_data(encoder: &Encoder, data: Option<&Path>) -> Result<Dataset> {
    let training = encoder
        .manifest()
        .training
        .as_ref()
        .filter(|training| !training.run.is_empty());
    let Some(training) = training else {
        return Err(Failure::input(
            "the encoder's manifest holds no run, so its data set is not known; pass files",
        ));
    };
    let run = Run::from_toml(&training.run, &[] as &[&str])?;
    let progress = Progress::new();
    super::data::load(&run.dataset, data, None, &progress)
}

fn encode_or_raw(encoder: &Encoder, records: &Records, raw: bool) -> Result<Features> {
    if raw {
        Ok(raw_features(encoder, records)?)
    } else {
        Ok(encode_records(encoder, records)?)
    }
}

/// Labels of a split as CSV.
pub fn labels_csv(split: &Split) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    export_labels_csv(split, &mut bytes)
        .map_err(|error| Failure::Internal(format!("labels cannot be written: {error}")))?;
    Ok(bytes)
}
