//! What an audit found, written into the manifest of the encoder that it was about.

use crate::args::AuditArgs;
use crate::failure::{Failure, Result};
use crate::output;
use std::path::Path;
use tiprdc_audit::{Labels, Report, Role};
use tiprdc_pipeline::{made_by, stamped};

/// The encoder to write into, if one was asked for.
pub fn wanted(args: &AuditArgs) -> Result<Option<&Path>> {
    match (&args.stamp, &args.encoder) {
        (None, _) => Ok(None),
        (Some(Some(path)), _) | (Some(None), Some(path)) => Ok(Some(path)),
        (Some(None), None) => Err(Failure::input(
            "--stamp needs to know which encoder to write into: --stamp ENCODER.onnx, or --encoder ENCODER.onnx --stamp",
        )),
    }
}

/// Refuses to stamp an encoder with what was not measured of it.
pub fn check(path: &Path, audited: Option<&str>, labels: &Labels) -> Result {
    if !labels.attributes.iter().any(|a| a.role == Role::Private) {
        return Err(Failure::input(
            "--stamp tells how well a private attribute is guessed, and needs one that is not continuous",
        ));
    }
    let file = output::read(path)?;
    let Some(audited) = audited else {
        return Err(Failure::input(
            "--stamp: the features name no encoder, so that they may be of any; use features in safetensors, as \
             `tiprdc encode` writes them, or --encoder",
        ));
    };
    if made_by(&file, audited)? {
        return Ok(());
    }
    Err(Failure::input(format!(
        "{}: the features come from another encoder (their digests differ); nothing was audited",
        path.display()
    )))
}

/// Writes the summary; the file is replaced as a whole or not at all.
pub fn write(path: &Path, report: &Report) -> Result {
    output::write(path, &stamped(&output::read(path)?, report)?)?;
    output::note(&format!(
        "wrote a summary of the audit into {}; its SHA-256 is another now",
        path.display()
    ));
    Ok(())
}
