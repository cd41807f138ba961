//! Bad input is refused before any attacker runs, so that no work is lost and no broken number is reported.

use std::collections::BTreeSet;

use crate::audit::{Audit, Outsiders, Pair};
use crate::error::{AuditError, AuditErrorKind as Kind};
use crate::features::FeatureSet;
use crate::labels::{Attribute, Quantity};

/// Fewer training rows than this fit no attacker worth the name.
const FEWEST_TRAIN: usize = 50;

/// Refuses what cannot be audited.
pub(crate) fn check(audit: &Audit) -> Result<(), AuditError> {
    let features = &audit.features;
    pair("features", features)?;
    let rows = (features.train.rows(), features.test.rows());
    if let Some(raw) = &audit.raw {
        pair("raw inputs", raw)?;
        count("training raw inputs", rows.0, raw.train.rows())?;
        count("test raw inputs", rows.1, raw.test.rows())?;
    }
    if rows.0 < FEWEST_TRAIN {
        return Err(AuditError::new(
            Kind::TooFewRows,
            format!(
                "expected at least {FEWEST_TRAIN} training rows, got {}",
                rows.0
            ),
        ));
    }
    for (part, groups, rows) in [
        ("training groups", &audit.train_groups, rows.0),
        ("test groups", &audit.test_groups, rows.1),
    ] {
        if let Some(groups) = groups {
            count(part, rows, groups.len())?;
        }
    }
    for (part, records, rows) in [
        ("training records", &audit.train_records, rows.0),
        ("test records", &audit.test_records, rows.1),
    ] {
        if let Some(records) = records {
            count(part, rows, records.len())?;
        }
    }
    if let Some(outsiders) = &audit.outsiders {
        outside(outsiders, features)?;
    }
    options(audit)?;
    audit
        .quantities
        .iter()
        .try_for_each(|quantity| values(quantity, rows))?;
    audit
        .attributes
        .iter()
        .try_for_each(|attribute| labels(attribute, rows))
}

fn options(audit: &Audit) -> Result<(), AuditError> {
    let fail = |message: String| Err(AuditError::new(Kind::Options, message));
    if audit.bootstrap < 40 {
        return fail(format!(
            "a 95 % interval needs at least 40 bootstrap draws, got {}",
            audit.bootstrap
        ));
    }
    if audit.attributes.is_empty() && audit.quantities.is_empty() {
        return fail("no attribute to audit: name at least one private attribute or task".into());
    }
    let names = audit.attributes.iter().map(|attribute| &attribute.name);
    let names = names.chain(audit.quantities.iter().map(|quantity| &quantity.name));
    let kept = audit.unprotected.as_ref();
    if kept.is_some_and(|unprotected| !unprotected.fits(audit)) {
        return fail(
            "what was found on the raw inputs belongs to an audit of other attributes, people or records, or with \
             another seed"
                .into(),
        );
    }
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return fail(format!("attribute `{name}` is named twice"));
        }
    }
    Ok(())
}

/// Features of records that the encoder was not trained on.
fn outside(outsiders: &Outsiders, features: &Pair) -> Result<(), AuditError> {
    let set = &outsiders.features;
    if set.shape() != features.train.shape() {
        return Err(AuditError::new(
            Kind::Shape,
            format!(
                "features of outsiders have shape {:?}, training rows {:?}; they must be the same",
                set.shape(),
                features.train.shape()
            ),
        ));
    }
    sound("outsiders' features", set)?;
    match &outsiders.groups {
        Some(groups) => count("groups of outsiders", set.rows(), groups.len()),
        None => Ok(()),
    }
}

/// A continuous attribute.
fn values(quantity: &Quantity, rows: (usize, usize)) -> Result<(), AuditError> {
    let name = &quantity.name;
    for (part, values, rows) in [
        ("training", &quantity.train, rows.0),
        ("test", &quantity.test, rows.1),
    ] {
        count(&format!("{part} values of `{name}`"), rows, values.len())?;
        let bad = values.iter().filter(|value| !value.is_finite()).count();
        if bad > 0 {
            return Err(AuditError::new(
                Kind::NotFinite,
                format!("`{name}` is NaN or infinite in {bad} of {rows} {part} rows"),
            ));
        }
        if values.iter().all(|value| *value == values[0]) {
            return Err(AuditError::new(
                Kind::Labels,
                format!("`{name}` is the same in all {part} rows; an audit needs it to vary"),
            ));
        }
    }
    Ok(())
}

/// Training and test part of one kind of rows.
fn pair(what: &str, pair: &Pair) -> Result<(), AuditError> {
    if pair.train.shape() != pair.test.shape() {
        return Err(AuditError::new(
            Kind::Shape,
            format!(
                "{what}: training rows have shape {:?}, test rows {:?}; they must be the same",
                pair.train.shape(),
                pair.test.shape()
            ),
        ));
    }
    sound(&format!("training {what}"), &pair.train)?;
    sound(&format!("test {what}"), &pair.test)
}

/// At least one row, and finite numbers only.
fn sound(what: &str, set: &FeatureSet) -> Result<(), AuditError> {
    if set.rows() == 0 {
        return Err(AuditError::new(
            Kind::TooFewRows,
            format!("{what}: no rows"),
        ));
    }
    let broken = |row: &&[f64]| !row.iter().all(|value| value.is_finite());
    let bad = set.data().chunks_exact(set.width()).filter(broken).count();
    if bad > 0 {
        return Err(AuditError::new(
            Kind::NotFinite,
            format!(
                "{what}: {bad} of {} rows hold NaN or infinite values; expected finite numbers",
                set.rows()
            ),
        ));
    }
    Ok(())
}

fn count(what: &str, expected: usize, got: usize) -> Result<(), AuditError> {
    if expected == got {
        return Ok(());
    }
    Err(AuditError::new(
        Kind::Shape,
        format!("{what}: expected {expected} rows, as many as there are features, got {got}"),
    ))
}

fn labels(attribute: &Attribute, rows: (usize, usize)) -> Result<(), AuditError> {
    let name = &attribute.name;
    count(
        &format!("training labels of `{name}`"),
        rows.0,
        attribute.train.len(),
    )?;
    count(
        &format!("test labels of `{name}`"),
        rows.1,
        attribute.test.len(),
    )?;
    let classes = attribute.classes.len();
    for (part, labels) in [("training", &attribute.train), ("test", &attribute.test)] {
        let mut rows = vec![0usize; classes];
        for &label in labels {
            match rows.get_mut(label as usize) {
                Some(count) => *count += 1,
                None => {
                    return Err(AuditError::new(
                        Kind::Labels,
                        format!(
                            "`{name}` has a {part} label outside its list of {classes} classes"
                        ),
                    ));
                }
            }
        }
        if rows.iter().filter(|&&count| count > 0).count() < 2 {
            return Err(AuditError::new(
                Kind::Labels,
                format!(
                    "`{name}` has only one class in the {part} rows; an audit needs at least two"
                ),
            ));
        }
        if part == "training" && rows.iter().filter(|&&count| count >= 2).count() < 2 {
            return Err(AuditError::new(
                Kind::TooFewRows,
                format!("`{name}` has fewer than two classes with at least 2 training rows"),
            ));
        }
    }
    unknown(attribute)
}

/// Refuses test rows of classes that no training row has: every attacker would look weak.
fn unknown(attribute: &Attribute) -> Result<(), AuditError> {
    let known: BTreeSet<&u32> = attribute.train.iter().collect();
    let strange = attribute.test.iter().filter(|label| !known.contains(label));
    let rows = strange.clone().count();
    if rows == 0 {
        return Ok(());
    }
    Err(AuditError::new(
        Kind::Labels,
        format!(
            "`{}`: the training rows have {} classes, and {rows} of {} test rows have {} others, which no attacker can \
             guess; expected the same classes, written alike, on both sides",
            attribute.name,
            known.len(),
            attribute.test.len(),
            strange.collect::<BTreeSet<_>>().len()
        ),
    ))
}
