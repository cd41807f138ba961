//! One attacker on one attribute and nothing else, to be timed.

use std::time::Instant;

use crate::attackers::Task;
use crate::audit::Pair;
use crate::error::{AuditError, AuditErrorKind};
use crate::features::FeatureSet;
use crate::labels::Attribute;
use crate::lineup::{self, Views};
use crate::rng::stream;
use crate::screen::Target;
use crate::split::Split;
use crate::stats::{balanced_accuracy, decide, macro_auc, shares};
use crate::view::View;

/// What one attacker found, and how long it took.
#[derive(Debug, Clone, Copy)]
pub struct Alone {
    /// Balanced accuracy on the test rows.
    pub value: f64,
    /// Area under the ROC curve, if there are two classes at least.
    pub auc: Option<f64>,
    /// Seconds from raw rows to guesses: standardisation, components, screening, neighbour search, bins and kernel
    /// features included, which an audit shares between attributes or attackers.
    pub seconds: f64,
}

/// Runs one attacker by the name that it has in a report, such as `pca/knn` or `conv`.
///
/// # Errors
///
/// `Options` if no attacker for rows of this shape has that name.
pub fn attack_alone(
    name: &str,
    train: FeatureSet,
    test: FeatureSet,
    attribute: &Attribute,
    seed: u64,
) -> Result<Alone, AuditError> {
    let pair = Pair { train, test };
    let (entries, _) = lineup::attackers(&pair, "features");
    let entry = entries.iter().find(|entry| entry.name() == name);
    let entry = entry.ok_or_else(|| {
        AuditError::new(
            AuditErrorKind::Options,
            format!("no attacker for these rows is called `{name}`"),
        )
    })?;
    let split = Split::new(
        pair.train.rows(),
        std::slice::from_ref(attribute),
        None,
        None,
        None,
        &mut stream(seed, &["split"]),
    );
    let classes = attribute.classes.len();
    let priors = shares(&attribute.train, classes);
    let started = Instant::now();
    let target = Target::Classes(attribute.train.clone(), classes);
    let views = Views::new(View::new(&pair, &split), &pair, vec![target]);
    let view = entry.view(&views, 0);
    entry.attacker.prepare(view);
    let scores = entry.attacker.attack(&Task {
        view,
        attribute: &attribute.name,
        labels: &attribute.train,
        priors: &priors,
        seed,
        start: entry.start,
    });
    let seconds = started.elapsed().as_secs_f64();
    let guesses = decide(&scores, &priors);
    Ok(Alone {
        value: balanced_accuracy(&attribute.test, &guesses, classes),
        auc: macro_auc(&scores, &attribute.test, classes),
        seconds,
    })
}
