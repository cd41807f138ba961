//! `tiprdc audit`.

use crate::args::AuditArgs;
use crate::failure::{Failure, Result};
use crate::output;
use crate::progress::Progress;
use std::fs::File;
use std::path::Path;
use tiprdc::Features;
use tiprdc_audit::{Audit, FeatureSet, Labels, Report};

pub fn run(args: &AuditArgs) -> Result {
    let progress = Progress::new();
    let report = audit(args)?.run(&mut |event| progress.audit(&event))?;
    progress.finish();
    if let Some(folder) = &args.out {
        output::make_folder(folder)?;
        output::write(&folder.join("audit.json"), report.to_json().as_bytes())?;
    }
    output::print(&if args.json {
        report.to_json()
    } else {
        report.to_text()
    });
    args.max_leakage
        .map_or(Ok(()), |limit| gate(&report, limit))
}

fn audit(args: &AuditArgs) -> Result<Audit> {
    let train = output::read_features(&args.train_features)?;
    let test = output::read_features(&args.test_features)?;
    if train.encoder() != test.encoder() {
        return Err(Failure::input(
            "the two features files come from different encoders (their digests differ)",
        ));
    }
    let labels = Labels::from_csv(
        open(&args.train_labels)?,
        open(&args.test_labels)?,
        &args.private,
        &args.task,
        args.groups.as_deref(),
    )?;
    let digest = train.encoder().to_string();
    let mut audit = Audit::new(feature_set(&train)?, feature_set(&test)?)
        .seed(args.seed)
        .attributes(labels.attributes);
    if !digest.is_empty() {
        audit = audit.encoder(digest);
    }
    if let (Some(train), Some(test)) = (&args.raw_train_features, &args.raw_test_features) {
        audit = audit.raw(
            feature_set(&output::read_features(train)?)?,
            feature_set(&output::read_features(test)?)?,
        );
    }
    if let Some(groups) = labels.train_groups {
        audit = audit.train_groups(groups);
    }
    if let Some(groups) = labels.test_groups {
        audit = audit.test_groups(groups);
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

fn open(path: &Path) -> Result<File> {
    File::open(path)
        .map_err(|error| Failure::input(format!("cannot read {}: {error}", path.display())))
}

/// Features as the judge takes them.
pub fn feature_set(features: &Features) -> Result<FeatureSet> {
    Ok(FeatureSet::new(
        features.rows(),
        features.shape()[1..].to_vec(),
        features.data().to_vec(),
    )?)
}
