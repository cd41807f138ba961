//! Categorical attributes: the fits, and what is made of their guesses.

use crate::attackers::{Attacker, Task};
use crate::audit::{Audit, Tried, results};
use crate::bootstrap::{Outcomes, auc_interval, interval};
use crate::floor::label_only;
use crate::gain::{Scores, gain};
use crate::labels::{Attribute, Role};
use crate::lineup::{Entry, Views};
use crate::permutation;
use crate::repeat::{self, Averaged};
use crate::report::{
    AttackerResult, AttributeReport, NotTested, Strongest, categorical_sentence, direction,
};
use crate::rng::stream;
use crate::runner::{Fit, Fitted};
use crate::stats::{accuracy, balanced_accuracy, decide, macro_auc, shares};
use crate::unprotected::OnRaw;
use crate::view::View;

/// What one attacker found of one categorical attribute.
#[derive(Debug)]
pub(crate) struct Guess {
    pub predicted: Vec<u32>,
    scores: Vec<f32>,
    pub value: f64,
    accuracy: f64,
    auc: Option<f64>,
    /// The same with the draws of each record averaged.
    pub averaged: Option<Averaged>,
}

/// The guess with the highest balanced accuracy; of equals, the first.
pub(crate) fn strongest(guesses: &[Fitted<Guess>]) -> &Fitted<Guess> {
    let mut guesses = guesses.iter();
    let first = guesses.next().expect("some attackers fit every shape");
    guesses.fold(first, |best, guess| {
        if guess.result.value > best.result.value {
            guess
        } else {
            best
        }
    })
}

/// A fit of each attacker on each categorical attribute, attribute by attribute.
pub(crate) fn fits<'a>(
    audit: &'a Audit,
    views: &'a Views,
    entries: &'a [Entry<dyn Attacker>],
) -> Vec<Fit<'a, Guess>> {
    let of = |(index, attribute): (usize, &'a Attribute)| {
        entries.iter().map(move |entry| Fit {
            attribute: &attribute.name,
            attacker: entry.name(),
            cost: entry.attacker.cost(),
            work: Box::new(move || {
                let guess = guess(audit, entry.view(views, index), entry, attribute)?;
                let value = guess.value;
                Ok((guess, value))
            }),
        })
    };
    audit.attributes.iter().enumerate().flat_map(of).collect()
}

fn guess(
    audit: &Audit,
    view: &View,
    entry: &Entry<dyn Attacker>,
    attribute: &Attribute,
) -> Result<Guess, String> {
    let classes = attribute.classes.len();
    let priors = shares(&attribute.train, classes);
    let scores = entry.attacker.attack(&Task {
        view,
        attribute: &attribute.name,
        labels: &attribute.train,
        priors: &priors,
        seed: audit.seed,
        start: entry.start,
    });
    if scores.iter().any(|score| score.is_nan()) {
        return Err("its scores are no numbers: the fit did not converge".to_owned());
    }
    let predicted = decide(&scores, &priors);
    let records = audit.test_records.as_deref();
    Ok(Guess {
        value: balanced_accuracy(&attribute.test, &predicted, classes),
        accuracy: accuracy(&attribute.test, &predicted),
        auc: macro_auc(&scores, &attribute.test, classes),
        averaged: records.map(|records| Averaged::new(&scores, &priors, attribute, records)),
        predicted,
        scores,
    })
}

/// What is kept of the guesses if they were made from raw inputs.
pub(crate) fn on_raw(audit: &Audit, guesses: &[Fitted<Guess>]) -> OnRaw<u32> {
    let best = strongest(guesses);
    OnRaw {
        attacker: best.attacker.clone(),
        value: best.result.value,
        predicted: best.result.predicted.clone(),
        attackers: attacker_results(audit, guesses),
    }
}

/// What all attackers together say of one attribute.
pub(crate) fn summary(
    audit: &Audit,
    attribute: &Attribute,
    tried: &Tried<Guess>,
    raw: Option<&OnRaw<u32>>,
    not_tested: &mut Vec<NotTested>,
) -> AttributeReport {
    let classes = attribute.classes.len();
    let present = shares(&attribute.test, classes);
    let chance = 1.0 / present.iter().filter(|&&share| share > 0.0).count() as f64;
    let features = &tried.fits;
    let best = strongest(features);
    let outcomes = Outcomes {
        truth: &attribute.test,
        features: &best.result.predicted,
        raw: raw.map(|raw| raw.predicted.as_slice()),
        classes,
        groups: audit.units(),
    };
    let rng = |purpose: &str| stream(audit.seed, &[purpose, &attribute.name]);
    let draws = outcomes.draw(audit.bootstrap, &mut rng("bootstrap"));
    let raw_interval = raw.map(|_| interval(&draws.raw));
    let gain = gain(
        &attribute.name,
        &Scores {
            features: best.result.value,
            raw: raw.map(|raw| raw.value).zip(raw_interval),
            chance,
            draws: &draws,
        },
    );
    let gain = gain.map_err(|why| not_tested.push(why)).ok();
    let floor = (attribute.role == Role::Private)
        .then(|| label_only(attribute, &audit.attributes))
        .flatten();
    let guesses: Vec<&[u32]> = features
        .iter()
        .map(|guess| guess.result.predicted.as_slice())
        .collect();
    let mut report = AttributeReport {
        name: attribute.name.clone(),
        role: attribute.role,
        kind: "categorical".to_owned(),
        classes: Some(classes),
        metric: "balanced_accuracy".to_owned(),
        direction: direction(attribute.role).to_owned(),
        sentence: String::new(),
        chance,
        majority: Some(present.iter().copied().fold(0.0, f64::max)),
        unprotected: raw.map(|raw| raw.value),
        unprotected_interval: raw_interval,
        unprotected_attacker: raw.map(|raw| raw.attacker.clone()),
        label_only: floor,
        nag: gain.map(|(value, _)| value),
        nag_interval: gain.map(|(_, interval)| interval),
        strongest: Strongest {
            attacker: best.attacker.clone(),
            value: best.result.value,
            interval: interval(&draws.features),
            auc: best.result.auc,
            auc_interval: auc_interval(
                &best.result.scores,
                &outcomes,
                audit.bootstrap,
                &mut rng("auc"),
            ),
            accuracy: Some(best.result.accuracy),
            rank_correlation: None,
        },
        p_value: Some(permutation::classes(
            &guesses,
            &attribute.test,
            classes,
            audit.units(),
            &mut rng("permutation"),
        )),
        repeated: repeat::summary(audit, attribute, features, &mut rng("repeat")),
        attackers: attacker_results(audit, features),
        raw_attackers: raw.map_or_else(Vec::new, |raw| raw.attackers.clone()),
        failed: tried.failed.clone(),
    };
    report.sentence = categorical_sentence(&report);
    report
}

fn attacker_results(audit: &Audit, guesses: &[Fitted<Guess>]) -> Vec<AttackerResult> {
    results(audit, guesses, |guess| (guess.value, guess.auc))
}
