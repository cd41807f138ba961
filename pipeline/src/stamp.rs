//! What an audit found, written into the manifest of the encoder that it was about.

use crate::error::{PipelineError, Result};
use tiprdc::{AuditSummary, Encoder, TaskSummary, embed_manifest};
use tiprdc_audit::{AttributeReport, Report, Role};

/// Whether features with this digest are of the encoder in `file`, or of the same before an audit was written into it.
///
/// # Errors
/// [`PipelineError::Input`] if the file is no encoder.
pub fn made_by(file: &[u8], digest: &str) -> Result<bool> {
    let encoder = Encoder::from_bytes(file)?;
    if encoder.digest() == digest {
        return Ok(true);
    }
    let mut manifest = encoder.manifest().clone();
    manifest.audit = None;
    let before = Encoder::from_bytes(&embed_manifest(file, &manifest)?)?;
    Ok(before.digest() == digest)
}

/// The encoder's file with a summary of the report in its manifest; its digest is another then.
///
/// # Errors
/// [`PipelineError::Input`] if the file is no encoder, the report is of another one, or it has no private attribute of
/// classes.
pub fn stamped(file: &[u8], report: &Report) -> Result<Vec<u8>> {
    let Some(audited) = &report.encoder else {
        return Err(PipelineError::input(
            "the report names no encoder, so that it may be of any; audit features that say who made them",
        ));
    };
    if !made_by(file, audited)? {
        return Err(PipelineError::input(
            "the report is of another encoder (their digests differ); nothing was written",
        ));
    }
    let summary = summary(report).ok_or_else(|| {
        PipelineError::input(
            "a stamp tells how well a private attribute is guessed, and the report has none of classes",
        )
    })?;
    let mut manifest = Encoder::from_bytes(file)?.manifest().clone();
    manifest.audit = Some(summary);
    Ok(embed_manifest(file, &manifest)?)
}

/// The private attribute that attackers got furthest with, and what is left of the tasks; continuous ones are left out.
fn summary(report: &Report) -> Option<AuditSummary> {
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
        encoder: report.encoder.clone(),
        attribute: worst.name.clone(),
        strongest_attacker: worst.strongest.attacker.clone(),
        balanced_accuracy: worst.strongest.value,
        interval: worst.strongest.interval,
        chance: worst.chance,
        nag: worst.nag,
        tasks: categorical(Role::Task).map(task).collect(),
    })
}
