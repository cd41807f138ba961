//! Rows that lack a label, and test rows whose class no training row has, are left out and counted.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use crate::audit::{Audit, Pair};
use crate::labels::Attribute;

/// An audit of the rows that have a label of every attribute, one that can be guessed, and a note on the others.
///
/// One set of rows for all attributes, so that attackers of one may be compared with those of another.
pub(crate) fn complete(audit: &Audit) -> (Cow<'_, Audit>, Vec<String>) {
    let names = audit.attributes.iter().map(|of| &of.name);
    let names = names.chain(audit.quantities.iter().map(|of| &of.name));
    let [train, mut test] = [Part::Train, Part::Test].map(|part| missing(audit, part));
    let counts = train.iter().zip(&test);
    let mut notes: Vec<String> = names
        .zip(counts)
        .filter(|(_, (train, test))| train.len() + test.len() > 0)
        .map(|(name, (train, test))| {
            format!(
                "{name}: {} of {} training rows and {} of {} test rows have no label; rows that lack a label of an \
                 attribute are left out",
                train.len(),
                audit.features.train.rows(),
                test.len(),
                audit.features.test.rows()
            )
        })
        .collect();
    for attribute in &audit.attributes {
        let strange = strangers(attribute);
        if !strange.is_empty() {
            notes.push(format!(
                "{}: {} of {} test rows are of a class that no training row has; no attacker can guess it, and they are \
                 left out",
                attribute.name,
                strange.len(),
                attribute.test.len()
            ));
            test.push(strange);
        }
    }
    if notes.is_empty() {
        return (Cow::Borrowed(audit), notes);
    }
    let kept = |rows: usize, missing: Vec<Vec<usize>>| {
        let mut kept = vec![true; rows];
        let missing = missing.into_iter().flatten();
        missing
            .filter(|&row| row < rows)
            .for_each(|row| kept[row] = false);
        (0..rows).filter(|&row| kept[row]).collect::<Vec<usize>>()
    };
    let train = kept(audit.features.train.rows(), train);
    let test = kept(audit.features.test.rows(), test);
    match fits(audit) {
        true => (Cow::Owned(select(audit, &train, &test)), notes),
        // Rows do not match; the check that follows says where.
        false => (Cow::Borrowed(audit), notes),
    }
}

/// Test rows of classes that no training row has, if they are the lesser part; else the labels of the two parts do not
/// belong together, and the check that follows refuses them.
fn strangers(attribute: &Attribute) -> Vec<usize> {
    let known: HashSet<u32> = attribute.train.iter().copied().collect();
    let strange = |label: &u32| *label != Attribute::MISSING && !known.contains(label);
    let rows = 0..attribute.test.len();
    let rows: Vec<usize> = rows.filter(|&row| strange(&attribute.test[row])).collect();
    match 2 * rows.len() < attribute.test.len() {
        true => rows,
        false => Vec::new(),
    }
}

#[derive(Clone, Copy)]
enum Part {
    Train,
    Test,
}

/// Rows without a label, attribute by attribute, categorical ones first.
fn missing(audit: &Audit, part: Part) -> Vec<Vec<usize>> {
    let classes = audit.attributes.iter().map(|of| {
        let labels = match part {
            Part::Train => &of.train,
            Part::Test => &of.test,
        };
        let rows = 0..labels.len();
        rows.filter(|&row| labels[row] == Attribute::MISSING)
            .collect()
    });
    let values = audit.quantities.iter().map(|of| {
        let values = match part {
            Part::Train => &of.train,
            Part::Test => &of.test,
        };
        (0..values.len())
            .filter(|&row| values[row].is_nan())
            .collect()
    });
    classes.chain(values).collect()
}

/// Whether everything that is told of rows has as many rows as there are features.
fn fits(audit: &Audit) -> bool {
    let (train, test) = (audit.features.train.rows(), audit.features.test.rows());
    let both = |lengths: (usize, usize)| lengths == (train, test);
    let part = |units: &Option<Vec<u32>>, rows| units.as_ref().is_none_or(|of| of.len() == rows);
    let labels = audit.attributes.iter();
    let values = audit.quantities.iter();
    let raw = audit.raw.as_ref();
    labels
        .clone()
        .all(|of| both((of.train.len(), of.test.len())))
        && values
            .clone()
            .all(|of| both((of.train.len(), of.test.len())))
        && raw.is_none_or(|raw| both((raw.train.rows(), raw.test.rows())))
        && part(&audit.train_groups, train)
        && part(&audit.train_records, train)
        && part(&audit.test_groups, test)
        && part(&audit.test_records, test)
}

fn select(audit: &Audit, train: &[usize], test: &[usize]) -> Audit {
    fn of<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
        rows.iter().map(|&row| values[row]).collect()
    }
    let units = |units: &Option<Vec<u32>>, rows| units.as_ref().map(|units| of(units, rows));
    let pair = |pair: &Pair| Pair {
        train: pair.train.select(train),
        test: pair.test.select(test),
    };
    let mut selected = Audit {
        features: pair(&audit.features),
        raw: audit.raw.as_deref().map(|raw| Arc::new(pair(raw))),
        unprotected: audit.unprotected.clone(),
        attributes: audit.attributes.clone(),
        quantities: audit.quantities.clone(),
        train_records: units(&audit.train_records, train),
        test_records: units(&audit.test_records, test),
        outsiders: audit.outsiders.clone(),
        train_groups: units(&audit.train_groups, train),
        test_groups: units(&audit.test_groups, test),
        seed: audit.seed,
        encoder: audit.encoder.clone(),
        bootstrap: audit.bootstrap,
        seconds: audit.seconds,
        stop: Arc::clone(&audit.stop),
    };
    for attribute in &mut selected.attributes {
        attribute.train = of(&attribute.train, train);
        attribute.test = of(&attribute.test, test);
    }
    for quantity in &mut selected.quantities {
        quantity.train = of(&quantity.train, train);
        quantity.test = of(&quantity.test, test);
    }
    selected
}
