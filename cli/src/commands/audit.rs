//! `tiprdc audit`.

mod files;
mod own;
pub mod stamp;

use crate::args::AuditArgs;
use crate::commands::resolve;
use crate::failure::{Failure, Result};
use crate::output;
use crate::progress::Progress;
use std::path::Path;
use tiprdc::{Encoder, SubstituteTable};
use tiprdc_audit::{Audit, FeatureSet, Labels, Report, model_card};
use tiprdc_pipeline::feature_set;

/// What an audit is made of, wherever it came from.
struct Material {
    train: FeatureSet,
    test: FeatureSet,
    raw: Option<(FeatureSet, FeatureSet)>,
    labels: Labels,
}

pub fn run(args: &AuditArgs) -> Result {
    let stamped = stamp::wanted(args)?;
    let table = args.table.as_deref().map(resolve::table).transpose()?;
    let material = match &args.encoder {
        Some(encoder) => own::gather(args, encoder, table.as_ref())?,
        None => files::gather(args, table.as_ref())?,
    };
    let digest = digest(&material)?;
    if let Some(path) = stamped {
        // Before any attacker runs: an hour of work should not end in a refusal.
        stamp::check(path, digest.as_deref(), &material.labels)?;
    }
    let audit = audit(args, material, digest, table.as_ref())?;
    let progress = Progress::new();
    let report = audit.run(&mut |event| progress.audit(&event))?;
    progress.finish();
    if let Some(path) = stamped {
        stamp::write(path, &report)?;
    }
    if let Some(folder) = &args.out {
        let encoder = args.encoder.as_deref().or(stamped);
        let encoder = encoder.map(Encoder::open).transpose()?;
        write_report(folder, &report, encoder.as_ref())?;
        output::note(&format!(
            "wrote {}: open it in a browser",
            folder.join("audit.html").display()
        ));
    }
    if args.json {
        output::print_json_text(&report.to_json());
    } else {
        output::print(&report.to_text());
    }
    args.max_leakage
        .map_or(Ok(()), |limit| gate(&report, limit))
}

/// `audit.json`, `audit.html` and, when the encoder is at hand, `model-card.md`.
pub fn write_report(folder: &Path, report: &Report, encoder: Option<&Encoder>) -> Result {
    output::make_folder(folder)?;
    output::write(&folder.join("audit.json"), report.to_json().as_bytes())?;
    output::write(&folder.join("audit.html"), report.to_html().as_bytes())?;
    if let Some(encoder) = encoder {
        let card = model_card(encoder.manifest(), encoder.digest(), Some(report));
        output::write(&folder.join("model-card.md"), card.as_bytes())?;
    }
    Ok(())
}

/// The encoder that made the features, if their files say so.
fn digest(material: &Material) -> Result<Option<String>> {
    let train = material.train.encoder();
    if train != material.test.encoder() {
        return Err(Failure::input(
            "the two features files come from different encoders (their digests differ)",
        ));
    }
    Ok(train.map(str::to_owned))
}

fn audit(
    args: &AuditArgs,
    material: Material,
    digest: Option<String>,
    table: Option<&SubstituteTable>,
) -> Result<Audit> {
    let Material {
        train,
        test,
        raw,
        labels,
    } = material;
    let outsiders = args.outsiders.as_deref();
    let outsiders = outsiders.map(|path| released(path, table)).transpose()?;
    let mut audit = Audit::new(train, test)
        .seed(args.seed)
        .seconds(args.seconds)
        .attributes(labels.attributes)
        .quantities(labels.quantities);
    if let Some(outsiders) = outsiders {
        if let (Some(ours), Some(theirs)) = (&digest, outsiders.encoder())
            && ours != theirs
        {
            return Err(Failure::input(
                "the outsiders' features come from another encoder (their digests differ)",
            ));
        }
        audit = audit.outsiders(outsiders, labels.outsider_groups);
    }
    if let Some(digest) = digest {
        audit = audit.encoder(digest);
    }
    if let Some((train, test)) = raw {
        audit = audit.raw(train, test);
    }
    if let (Some(train), Some(test)) = (labels.train_groups, labels.test_groups) {
        audit = audit.train_groups(train).test_groups(test);
    }
    if let (Some(train), Some(test)) = (labels.train_records, labels.test_records) {
        audit = audit.records(train, test);
    }
    Ok(audit)
}

fn gate(report: &Report, limit: f64) -> Result {
    let gate = report.gate(limit);
    if gate.passed {
        Ok(())
    } else {
        Err(Failure::Gate(gate.failures.join("; ")))
    }
}

/// A features file; with a table, the records that its indices stand for.
fn released(path: &Path, table: Option<&SubstituteTable>) -> Result<FeatureSet> {
    match table {
        Some(table) => Ok(feature_set(&resolve::resolved(path, table)?)?),
        None => Ok(FeatureSet::open(path)?),
    }
}
