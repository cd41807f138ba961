//! What is odd about the labels, without naming a class.

use std::collections::BTreeSet;

use crate::audit::Audit;
use crate::identical::{mostly_distinct, test_rows_in_training};
use crate::labels::Attribute;
use crate::stats::shares;

/// One sentence for each oddity.
pub(crate) fn notes(audit: &Audit) -> Vec<String> {
    let mut notes = Vec::new();
    for attribute in &audit.attributes {
        let classes = attribute.classes.len();
        let train = shares(&attribute.train, classes);
        let test = shares(&attribute.test, classes);
        let pairs = || train.iter().zip(&test);
        let untested = pairs().filter(|(a, b)| **a > 0.0 && **b == 0.0).count();
        if untested > 0 {
            notes.push(format!(
                "{}: {untested} of {classes} classes have no test rows and are not scored",
                attribute.name
            ));
        }
    }
    notes.extend(audit.attributes.iter().filter_map(quantity));
    notes.extend(known_groups(audit));
    notes.extend(known_rows(audit));
    notes
}

fn known_groups(audit: &Audit) -> Option<String> {
    let (train, test) = (audit.train_groups.as_ref()?, audit.test_groups.as_ref()?);
    let known: BTreeSet<&u32> = train.iter().collect();
    let seen = test.iter().filter(|group| known.contains(group)).count();
    (seen > 0).then(|| {
        format!(
            "{seen} of {} test rows come from groups that are in the training rows too; recognising the group may stand \
             in for knowing the attribute",
            test.len()
        )
    })
}

/// More classes than this, all of them numbers, may be a quantity.
const MANY_NUMBERS: usize = 20;

fn quantity(attribute: &Attribute) -> Option<String> {
    let classes = &attribute.classes;
    let numbers = || classes.iter().all(|class| class.parse::<f64>().is_ok());
    (classes.len() > MANY_NUMBERS && numbers()).then(|| {
        format!(
            "{name}: {} classes, all of them numbers, are guessed as names are; if they are a quantity, name it among the \
             continuous columns (--continuous {name})",
            classes.len(),
            name = attribute.name
        )
    })
}

/// Share of the test rows that must be among the training rows before it is worth a word.
const SHARED: f64 = 0.1;

/// Test rows that are training rows too: of the raw inputs where there are any, as features may be the same for others.
fn known_rows(audit: &Audit) -> Option<String> {
    let pair = audit.raw.as_deref().unwrap_or(&audit.features);
    let rows = pair.test.rows();
    let shared = test_rows_in_training(pair);
    (shared as f64 > SHARED * rows as f64 && mostly_distinct(&pair.train)).then(|| {
        format!(
            "{shared} of {rows} test rows are, number for number, among the training rows; attackers may know them by \
             heart, and a test part of other records tells more"
        )
    })
}
