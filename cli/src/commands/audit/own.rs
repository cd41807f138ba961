//! An audit of an encoder on the data set that it was trained on.

use super::Material;
use crate::args::AuditArgs;
use crate::commands::encode::own_data;
use crate::failure::{Failure, Result};
use std::path::Path;
use tiprdc::{Encoder, Release, SubstituteTable};
use tiprdc_audit::{FeatureSet, Labels};
use tiprdc_pipeline::{attributes, encode_records, feature_set, raw_features};
use tiprdc_train::{Dataset, Records};

pub fn gather(args: &AuditArgs, path: &Path, table: Option<&SubstituteTable>) -> Result<Material> {
    // Draws that the seed repeats, so that the report is the same every time. Nobody relies on them to hide anything:
    // these are the collector's own records, and their draws go nowhere.
    let encoder = Encoder::builder()
        .insecure_test_seed(args.seed)
        .open(path)?;
    let draws = draws(args, &encoder)?;
    check_table(&encoder, table)?;
    let method = &encoder.manifest().method;
    let named = |given: &[String], known: &[String]| {
        let names = if given.is_empty() { known } else { given };
        names.to_vec()
    };
    let private = named(&args.private, &method.private);
    if private.is_empty() {
        return Err(Failure::input(
            "the encoder's manifest names no private attribute; name one with --private",
        ));
    }
    let mut tasks = named(&args.task, &method.tasks);
    tasks.retain(|task| !args.task.is_empty() || !private.contains(task));
    let dataset = own_data(&encoder, args.data.as_deref())?;
    let labels = labels(&dataset, &private, &tasks, draws)?;
    let (train, test) = (&dataset.train.records, &dataset.test.records);
    let raw = |records: &Records| -> Result<FeatureSet> {
        let raw = feature_set(&raw_features(&encoder, records)?)?;
        Ok(if draws == 1 {
            raw
        } else {
            raw.select(&repeated(raw.rows(), draws))
        })
    };
    Ok(Material {
        raw: Some((raw(train)?, raw(test)?)),
        train: released(&encoder, train, draws, table)?,
        test: released(&encoder, test, draws, table)?,
        labels,
    })
}

/// How often each record is encoded: once, unless the release is random.
fn draws(args: &AuditArgs, encoder: &Encoder) -> Result<usize> {
    let draws = args.draws.unwrap_or(1) as usize;
    match encoder.manifest().release {
        Release::Exact if draws > 1 => Err(Failure::input(format!(
            "--draws {draws}: this encoder's release is `exact`, so that all draws of a record are the same; leave it out"
        ))),
        _ => Ok(draws),
    }
}

/// Indices of substitutes mean nothing without their table, and other features nothing with one.
fn check_table(encoder: &Encoder, table: Option<&SubstituteTable>) -> Result {
    match (&encoder.manifest().release, table) {
        (Release::Substitute { .. }, None) => Err(Failure::input(
            "the encoder's release is `substitute`: give the substitutes that its indices stand for, with --table",
        )),
        (Release::Substitute { .. }, Some(_)) | (_, None) => Ok(()),
        (release, Some(_)) => Err(Failure::input(format!(
            "--table: the encoder's release is `{}`, which has no substitutes",
            release.name()
        ))),
    }
}

/// Features of every record, all records before the next draw of the first.
fn released(
    encoder: &Encoder,
    records: &Records,
    draws: usize,
    table: Option<&SubstituteTable>,
) -> Result<FeatureSet> {
    let draw = || -> Result<FeatureSet> {
        let features = encode_records(encoder, records)?;
        match table {
            Some(table) => Ok(feature_set(&table.resolve(&features)?)?),
            None => Ok(feature_set(&features)?),
        }
    };
    let first = draw()?;
    let mut data = first.data().to_vec();
    for _ in 1..draws {
        data.extend_from_slice(draw()?.data());
    }
    let rows = first.rows() * draws;
    let all = FeatureSet::new(rows, first.shape().to_vec(), data)?;
    Ok(all.made_by(encoder.digest()))
}

/// Which record each row is a draw of.
fn repeated(records: usize, draws: usize) -> Vec<usize> {
    (0..draws).flat_map(|_| 0..records).collect()
}

fn labels(dataset: &Dataset, private: &[String], tasks: &[String], draws: usize) -> Result<Labels> {
    let mut labels = Labels {
        attributes: attributes(dataset, private, tasks)?,
        train_groups: dataset
            .train
            .groups
            .as_ref()
            .map(|groups| groups.repeat(draws)),
        test_groups: dataset
            .test
            .groups
            .as_ref()
            .map(|groups| groups.repeat(draws)),
        ..Labels::default()
    };
    for attribute in &mut labels.attributes {
        attribute.train = attribute.train.repeat(draws);
        attribute.test = attribute.test.repeat(draws);
    }
    if draws > 1 {
        let records = |records: usize| -> Vec<u32> {
            let rows = repeated(records, draws);
            rows.into_iter().map(|record| record as u32).collect()
        };
        labels.train_records = Some(records(dataset.train.len()));
        labels.test_records = Some(records(dataset.test.len()));
    }
    Ok(labels)
}
