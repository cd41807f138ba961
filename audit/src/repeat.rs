//! Several draws of one test record, averaged: what a device gives away that sends twice.

use rand::rngs::ChaCha8Rng;

use crate::audit::Audit;
use crate::bootstrap::{Outcomes, interval};
use crate::categorical::Guess;
use crate::labels::Attribute;
use crate::report::Repeated;
use crate::runner::Fitted;
use crate::stats::{balanced_accuracy, decide};
use crate::units::members;

/// Guesses for records, each from the mean of the log-probabilities over its draws.
#[derive(Debug)]
pub(crate) struct Averaged {
    predicted: Vec<u32>,
    value: f64,
}

/// What is known of each record: that of its first row.
fn first_of(records: &[u32], values: &[u32]) -> Vec<u32> {
    let members = members(records.len(), Some(records));
    members.iter().map(|rows| values[rows[0]]).collect()
}

impl Averaged {
    pub(crate) fn new(
        scores: &[f32],
        priors: &[f64],
        attribute: &Attribute,
        records: &[u32],
    ) -> Self {
        let classes = priors.len();
        // Each draw says what the training rows say of the attribute as well; that must be counted once, not once a draw.
        let mut means = Vec::new();
        for rows in members(records.len(), Some(records)) {
            for class in 0..classes {
                let log_prior = priors[class].max(1e-12).ln() as f32;
                let evidence = |&row: &usize| scores[row * classes + class] - log_prior;
                means.push(rows.iter().map(evidence).sum::<f32>() + log_prior);
            }
        }
        let predicted = decide(&means, priors);
        let truth = first_of(records, &attribute.test);
        Self {
            value: balanced_accuracy(&truth, &predicted, classes),
            predicted,
        }
    }
}

/// The strongest attacker on averaged draws; `None` when no record has more than one.
pub(crate) fn summary(
    audit: &Audit,
    attribute: &Attribute,
    guesses: &[Fitted<Guess>],
    rng: &mut ChaCha8Rng,
) -> Option<Repeated> {
    let records = audit.test_records.as_deref()?;
    let count = members(records.len(), Some(records)).len();
    if count == records.len() {
        return None;
    }
    let averaged = guesses
        .iter()
        .filter_map(|guess| Some((&guess.attacker, guess.result.averaged.as_ref()?)));
    let (attacker, best) = averaged.reduce(|best, guess| {
        if guess.1.value > best.1.value {
            guess
        } else {
            best
        }
    })?;
    let truth = first_of(records, &attribute.test);
    let groups = audit
        .test_groups
        .as_deref()
        .map(|groups| first_of(records, groups));
    let outcomes = Outcomes {
        truth: &truth,
        features: &best.predicted,
        raw: None,
        classes: attribute.classes.len(),
        groups: groups.as_deref(),
    };
    Some(Repeated {
        draws: records.len() as f64 / count as f64,
        attacker: attacker.clone(),
        value: best.value,
        interval: interval(&outcomes.draw(audit.bootstrap, rng).features),
    })
}
