//! Continuous attributes: the fits, and what is made of their guesses.

use crate::attackers::{QuantityTask, Regressor};
use crate::audit::{Audit, Tried, results};
use crate::bootstrap::{Errors, interval};
use crate::floor::label_only_r2;
use crate::gain::{Scores, gain};
use crate::labels::{Quantity, Role};
use crate::lineup::{Entry, Views};
use crate::permutation;
use crate::report::{
    AttackerResult, AttributeReport, NotTested, Strongest, direction, quantity_sentence,
};
use crate::rng::stream;
use crate::runner::{Fit, Fitted};
use crate::scale::Scale;
use crate::stats::{r2, rank_correlation};
use crate::unprotected::OnRaw;
use crate::view::View;

/// What one attacker found of one continuous attribute, in its deviations.
#[derive(Debug)]
pub(crate) struct Estimate {
    predicted: Vec<f32>,
    value: f64,
}

/// A fit of each attacker on each continuous attribute, attribute by attribute.
pub(crate) fn fits<'a>(
    audit: &'a Audit,
    views: &'a Views,
    entries: &'a [Entry<dyn Regressor>],
) -> Vec<Fit<'a, Estimate>> {
    let first = audit.attributes.len();
    let of = move |(index, quantity): (usize, &'a Quantity)| {
        entries.iter().map(move |entry| Fit {
            attribute: &quantity.name,
            attacker: entry.name(),
            cost: entry.attacker.cost(),
            work: Box::new(move || {
                let view = entry.view(views, first + index);
                let estimate = estimate(audit, view, entry, quantity)?;
                let value = estimate.value;
                Ok((estimate, value))
            }),
        })
    };
    audit.quantities.iter().enumerate().flat_map(of).collect()
}

/// The same attribute in deviations of the training rows, whatever its unit: scores are the same, and f32 holds it.
pub(crate) fn standardised(quantity: &Quantity) -> Quantity {
    let scale = Scale::of(&quantity.train);
    let of = |values: &[f64]| values.iter().map(|&x| scale.deviations(x)).collect();
    Quantity {
        name: quantity.name.clone(),
        role: quantity.role,
        train: of(&quantity.train),
        test: of(&quantity.test),
    }
}

fn estimate(
    audit: &Audit,
    view: &View,
    entry: &Entry<dyn Regressor>,
    quantity: &Quantity,
) -> Result<Estimate, String> {
    let quantity = standardised(quantity);
    let values: Vec<f32> = quantity.train.iter().map(|&x| x as f32).collect();
    let predicted = entry.attacker.attack(&QuantityTask {
        view,
        quantity: &quantity.name,
        values: &values,
        seed: audit.seed,
    });
    if predicted.iter().any(|guess| !guess.is_finite()) {
        return Err("its guesses are no numbers: the fit did not converge".to_owned());
    }
    Ok(Estimate {
        value: r2(&quantity.test, &predicted),
        predicted,
    })
}

fn strongest(estimates: &[Fitted<Estimate>]) -> &Fitted<Estimate> {
    let by_value =
        |a: &&Fitted<Estimate>, b: &&Fitted<Estimate>| a.result.value.total_cmp(&b.result.value);
    // The first of equals, as for categorical attributes.
    let best = estimates.iter().rev().max_by(by_value);
    best.expect("some attackers fit every shape")
}

/// What is kept of the estimates if they were made from raw inputs.
pub(crate) fn on_raw(audit: &Audit, estimates: &[Fitted<Estimate>]) -> OnRaw<f32> {
    let best = strongest(estimates);
    OnRaw {
        attacker: best.attacker.clone(),
        value: best.result.value,
        predicted: best.result.predicted.clone(),
        attackers: attacker_results(audit, estimates),
    }
}

/// What all attackers together say of one continuous attribute.
pub(crate) fn summary(
    audit: &Audit,
    quantity: &Quantity,
    tried: &Tried<Estimate>,
    raw: Option<&OnRaw<f32>>,
    not_tested: &mut Vec<NotTested>,
) -> AttributeReport {
    let (features, quantity) = (&tried.fits, &standardised(quantity));
    let best = strongest(features);
    let errors = Errors {
        truth: &quantity.test,
        features: &best.result.predicted,
        raw: raw.map(|raw| raw.predicted.as_slice()),
        groups: audit.units(),
    };
    let rng = |purpose: &str| stream(audit.seed, &[purpose, &quantity.name]);
    let draws = errors.draw(audit.bootstrap, &mut rng("bootstrap"));
    let raw_interval = raw.map(|_| interval(&draws.raw));
    let gain = gain(
        &quantity.name,
        &Scores {
            features: best.result.value,
            raw: raw.map(|raw| raw.value).zip(raw_interval),
            chance: 0.0,
            draws: &draws,
        },
    );
    let gain = gain.map_err(|why| not_tested.push(why)).ok();
    let floor = (quantity.role == Role::Private)
        .then(|| label_only_r2(quantity, &audit.attributes))
        .flatten();
    let guesses: Vec<&[f32]> = features
        .iter()
        .map(|guess| guess.result.predicted.as_slice())
        .collect();
    let mut report = AttributeReport {
        name: quantity.name.clone(),
        role: quantity.role,
        kind: "continuous".to_owned(),
        classes: None,
        metric: "r2".to_owned(),
        direction: direction(quantity.role).to_owned(),
        sentence: String::new(),
        chance: 0.0,
        majority: None,
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
            auc: None,
            auc_interval: None,
            accuracy: None,
            rank_correlation: rank_correlation(&quantity.test, &best.result.predicted),
        },
        p_value: Some(permutation::quantities(
            &guesses,
            &quantity.test,
            audit.units(),
            &mut rng("permutation"),
        )),
        repeated: None,
        attackers: attacker_results(audit, features),
        raw_attackers: raw.map_or_else(Vec::new, |raw| raw.attackers.clone()),
        failed: tried.failed.clone(),
    };
    report.sentence = quantity_sentence(&report);
    report
}

fn attacker_results(audit: &Audit, estimates: &[Fitted<Estimate>]) -> Vec<AttackerResult> {
    results(audit, estimates, |estimate| (estimate.value, None))
}
