//! What is odd about the labels, without naming a class.

use std::collections::BTreeSet;

use crate::audit::Audit;
use crate::stats::shares;

/// One sentence for each oddity.
pub(crate) fn notes(audit: &Audit) -> Vec<String> {
    let mut notes = Vec::new();
    for attribute in &audit.attributes {
        let classes = attribute.classes.len();
        let train = shares(&attribute.train, classes);
        let test = shares(&attribute.test, classes);
        let pairs = || train.iter().zip(&test);
        let unseen = pairs().filter(|(a, b)| **a == 0.0 && **b > 0.0).count();
        let untested = pairs().filter(|(a, b)| **a > 0.0 && **b == 0.0).count();
        if unseen > 0 {
            notes.push(format!(
                "{}: {unseen} of {classes} classes occur in the test rows only; nobody can guess them",
                attribute.name
            ));
        }
        if untested > 0 {
            notes.push(format!(
                "{}: {untested} of {classes} classes have no test rows and are not scored",
                attribute.name
            ));
        }
    }
    notes.extend(known_groups(audit));
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
