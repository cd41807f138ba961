//! What an audit found, written into the manifest of the encoder that it was about.

use crate::args::AuditArgs;
use crate::failure::{Failure, Result};
use crate::output;
use std::path::Path;
use tiprdc::{AuditSummary, Encoder, TaskSummary, embed_manifest};
use tiprdc_audit::{AttributeReport, Labels, Report, Role};

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
    let bytes = output::read(path)?;
    let encoder = Encoder::from_bytes(&bytes)?;
    if audited.is_none_or(|audited| audited == encoder.digest()) {
        return Ok(());
    }
    // An earlier stamp changed the file, and these may be the features that it told of.
    if audited == Some(unstamped(&bytes, &encoder)?.as_str()) {
        return Ok(());
    }
    Err(Failure::input(format!(
        "{}: the features come from another encoder (their digests differ); nothing was audited",
        path.display()
    )))
}

/// Digest of the same file without what an audit wrote into it.
fn unstamped(bytes: &[u8], encoder: &Encoder) -> Result<String> {
    let mut manifest = encoder.manifest().clone();
    manifest.audit = None;
    let before = Encoder::from_bytes(&embed_manifest(bytes, &manifest)?)?;
    Ok(before.digest().to_string())
}

/// Writes the summary; the file is replaced as a whole or not at all.
pub fn write(path: &Path, audited: Option<String>, report: &Report) -> Result {
    let bytes = output::read(path)?;
    let mut manifest = Encoder::from_bytes(&bytes)?.manifest().clone();
    manifest.audit = summary(report, audited);
    output::write(path, &embed_manifest(&bytes, &manifest)?)?;
    output::note(&format!(
        "wrote a summary of the audit into {}; its SHA-256 is another now",
        path.display()
    ));
    Ok(())
}

/// The private attribute that attackers got furthest with, and what is left of the tasks; continuous ones are left out.
fn summary(report: &Report, audited: Option<String>) -> Option<AuditSummary> {
    let categorical = |role| {
        let attributes = report.attributes.iter();
        attributes.filter(move |a| a.role == role && a.metric == "balanced_accuracy")
    };
    let found = |a: &AttributeReport| (a.strongest.value - a.chance) / (1.0 - a.chance);
    let worst = categorical(Role::Private).max_by(|a, b| found(a).total_cmp(&found(b)))?;
    let task = |task: &AttributeReport| TaskSummary {
        attribute: task.name.clone(),
        balanced_accuracy: task.strongest.value,
        chance: task.chance,
    };
    Some(AuditSummary {
        encoder: audited,
        attribute: worst.name.clone(),
        strongest_attacker: worst.strongest.attacker.clone(),
        balanced_accuracy: worst.strongest.value,
        interval: worst.strongest.interval,
        chance: worst.chance,
        nag: worst.nag,
        tasks: categorical(Role::Task).map(task).collect(),
    })
}
