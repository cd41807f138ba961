//! Bad input is refused before any attacker runs, so that no work is lost and no broken number is reported.

use crate::audit::{Audit, Pair};
use crate::error::{AuditError, AuditErrorKind as Kind};
use crate::labels::Attribute;

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
    options(audit)?;
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
    if audit.attributes.is_empty() {
        return fail("no attribute to audit: name at least one private attribute or task".into());
    }
    for (index, attribute) in audit.attributes.iter().enumerate() {
        if audit.attributes[..index]
            .iter()
            .any(|before| before.name == attribute.name)
        {
            return fail(format!("attribute `{}` is named twice", attribute.name));
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
    for (part, set) in [("training", &pair.train), ("test", &pair.test)] {
        if set.rows() == 0 {
            return Err(AuditError::new(
                Kind::TooFewRows,
                format!("{part} {what}: no rows"),
            ));
        }
        let finite = |row: &&[f32]| !row.iter().all(|value| value.is_finite());
        let bad = set.data().chunks_exact(set.width()).filter(finite).count();
        if bad > 0 {
            return Err(AuditError::new(
                Kind::NotFinite,
                format!(
                    "{part} {what}: {bad} of {} rows hold NaN or infinite values; expected finite numbers",
                    set.rows()
                ),
            ));
        }
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
    Ok(())
}
