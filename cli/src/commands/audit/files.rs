//! An audit of files: two pairs of features and labels, or one pair that is cut in two.

use super::{Material, released};
use crate::args::AuditArgs;
use crate::failure::{Failure, Result};
use std::path::Path;
use tiprdc::SubstituteTable;
use tiprdc_audit::{FeatureSet, Holdout, LabelColumns, LabelTable, Labels};

/// Share of the rows that attackers are scored on, unless told otherwise.
const TEST_SHARE: f64 = 0.3;

pub fn gather(args: &AuditArgs, resolving: Option<&SubstituteTable>) -> Result<Material> {
    let columns = LabelColumns {
        private: args.private.clone(),
        tasks: args.task.clone(),
        continuous: args.continuous.clone(),
        groups: args.groups.clone(),
        records: args.records.clone(),
    };
    match (&args.features, &args.labels) {
        (Some(features), Some(labels)) => cut_in_two(args, features, labels, &columns, resolving),
        _ => two_pairs(args, &columns, resolving),
    }
}

fn two_pairs(
    args: &AuditArgs,
    columns: &LabelColumns,
    resolving: Option<&SubstituteTable>,
) -> Result<Material> {
    let (Some(train), Some(train_labels), Some(test), Some(test_labels)) = (
        &args.train_features,
        &args.train_labels,
        &args.test_features,
        &args.test_labels,
    ) else {
        return Err(Failure::Internal(
            "the arguments name no features, and were let through".to_string(),
        ));
    };
    let (train, test) = (released(train, resolving)?, released(test, resolving)?);
    let raw = match (&args.raw_train_features, &args.raw_test_features) {
        (Some(train), Some(test)) => Some((FeatureSet::open(train)?, FeatureSet::open(test)?)),
        _ => None,
    };
    let train_labels = LabelTable::open(train_labels, columns)?;
    let test_labels = LabelTable::open(test_labels, columns)?;
    let labels = labels(args, columns, &train_labels, &test_labels)?;
    Ok(Material {
        train,
        test,
        raw,
        labels,
    })
}

fn cut_in_two(
    args: &AuditArgs,
    features: &Path,
    table: &Path,
    columns: &LabelColumns,
    resolving: Option<&SubstituteTable>,
) -> Result<Material> {
    let table = LabelTable::open(table, columns)?;
    let share = args.test_share.unwrap_or(TEST_SHARE);
    let holdout = Holdout::new(&table, columns, share, args.seed)?;
    let (train, test) = parts(&holdout, features, &released(features, resolving)?)?;
    let raw = args
        .raw
        .as_deref()
        .map(|raw| parts(&holdout, raw, &FeatureSet::open(raw)?));
    let labels = labels(
        args,
        columns,
        &table.select(&holdout.train),
        &table.select(&holdout.test),
    )?;
    Ok(Material {
        train,
        test,
        raw: raw.transpose()?,
        labels,
    })
}

/// Both parts of a file's rows.
fn parts(holdout: &Holdout, path: &Path, rows: &FeatureSet) -> Result<(FeatureSet, FeatureSet)> {
    let named = |error| Failure::input(format!("{}: {error}", path.display()));
    holdout.features(rows).map_err(named)
}

fn labels(
    args: &AuditArgs,
    columns: &LabelColumns,
    train: &LabelTable,
    test: &LabelTable,
) -> Result<Labels> {
    let groups = LabelColumns {
        groups: columns.groups.clone(),
        ..LabelColumns::default()
    };
    let outsiders = args.outsider_labels.as_ref();
    let outsiders = outsiders.map(|path| LabelTable::open(path, &groups));
    let outsiders = outsiders.transpose()?;
    Ok(Labels::from_tables(
        train,
        test,
        outsiders.as_ref(),
        columns,
    )?)
}
