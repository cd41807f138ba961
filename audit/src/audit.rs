//! The audit: which attackers meet which attribute, and what is made of their guesses.

use std::collections::BTreeSet;

use crate::attackers::MISSING;
use crate::bootstrap::{Outcomes, interval};
use crate::check::check;
use crate::error::AuditError;
use crate::event::{Event, Stage};
use crate::features::FeatureSet;
use crate::floor::label_only;
use crate::labels::{Attribute, Quantity, Role};
use crate::report::{
    AttackerResult, AttributeReport, Drawn, NotTested, Report, Rows, Strongest, direction, sentence,
};
use crate::rng::stream;
use crate::runner::{Guess, Runner, strongest};
use crate::split::Split;
use crate::stats::{nag, shares};

/// The raw inputs must beat chance by this much before a gain is measured against them.
const MARGIN: f64 = 0.01;

/// Training and test rows of one kind.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub train: FeatureSet,
    pub test: FeatureSet,
}

/// Features of records that the encoder was surely not trained on.
#[derive(Debug, Clone)]
pub(crate) struct Outsiders {
    pub features: FeatureSet,
    pub groups: Option<Vec<u32>>,
}

/// Everything an audit looks at: features, labels, and options.
///
/// Fresh attackers of several families are fitted on the training rows and guess the attributes of the test rows. The
/// audit knows nothing of the encoder that made the features.
///
/// # Privacy
///
/// An audit bounds leakage from below: what these attackers find is there, what they do not find may still be found
/// by a stronger one. It is a measurement, never a guarantee.
///
/// # Source
///
/// METHODS section 4 of this project; PASS (arXiv 2506.07308) for the normalised gain.
#[derive(Debug, Clone)]
pub struct Audit {
    pub(crate) features: Pair,
    pub(crate) raw: Option<Pair>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) quantities: Vec<Quantity>,
    pub(crate) train_records: Option<Vec<u32>>,
    pub(crate) test_records: Option<Vec<u32>>,
    pub(crate) outsiders: Option<Outsiders>,
    pub(crate) train_groups: Option<Vec<u32>>,
    pub(crate) test_groups: Option<Vec<u32>>,
    pub(crate) seed: u64,
    pub(crate) encoder: Option<String>,
    pub(crate) bootstrap: usize,
    pub(crate) seconds: bool,
}

impl Audit {
    /// An audit of released features: attackers are fitted on `train` and scored on `test`.
    pub fn new(train: FeatureSet, test: FeatureSet) -> Self {
        Self {
            features: Pair { train, test },
            raw: None,
            attributes: Vec::new(),
            quantities: Vec::new(),
            train_records: None,
            test_records: None,
            outsiders: None,
            train_groups: None,
            test_groups: None,
            seed: 0,
            encoder: None,
            bootstrap: 1000,
            seconds: false,
        }
    }

    /// Adds the raw inputs of the same rows: what the same attackers reach without protection.
    ///
    /// Without them no normalised gain can be computed, and the gate does not pass.
    #[must_use]
    pub fn raw(mut self, train: FeatureSet, test: FeatureSet) -> Self {
        self.raw = Some(Pair { train, test });
        self
    }

    /// Adds an attribute to attack.
    #[must_use]
    pub fn attribute(mut self, attribute: Attribute) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// Adds many attributes.
    #[must_use]
    pub fn attributes(mut self, attributes: impl IntoIterator<Item = Attribute>) -> Self {
        self.attributes.extend(attributes);
        self
    }

    /// Adds a continuous attribute to attack: linear regression and boosted trees, scored by R2 and rank correlation.
    #[must_use]
    pub fn quantity(mut self, quantity: Quantity) -> Self {
        self.quantities.push(quantity);
        self
    }

    /// Adds many continuous attributes.
    #[must_use]
    pub fn quantities(mut self, quantities: impl IntoIterator<Item = Quantity>) -> Self {
        self.quantities.extend(quantities);
        self
    }

    /// Says which rows are draws of the same record, for a release that is random.
    ///
    /// Several draws of a training record are what an attacker gets who queries the encoder ("probing"). Several draws
    /// of a test record are what a device gives away that sends twice ("repeat"): every attacker is then also scored
    /// on the mean of its log-probabilities over the draws of a record.
    #[must_use]
    pub fn records(mut self, train: Vec<u32>, test: Vec<u32>) -> Self {
        (self.train_records, self.test_records) = (Some(train), Some(test));
        self
    }

    /// Adds features of records that the encoder was not trained on, and whose people (`groups`) it never saw.
    ///
    /// With them the audit tests membership: whether the training rows can be told from these. The training rows must
    /// then be rows that the encoder was trained on.
    #[must_use]
    pub fn outsiders(mut self, features: FeatureSet, groups: Option<Vec<u32>>) -> Self {
        self.outsiders = Some(Outsiders { features, groups });
        self
    }

    /// Says which training rows come from the same person, so that settings are chosen on other people.
    #[must_use]
    pub fn train_groups(mut self, groups: Vec<u32>) -> Self {
        self.train_groups = Some(groups);
        self
    }

    /// Says which test rows come from the same person, so that intervals are over people, not rows.
    ///
    /// A number means the same person here and in [`Audit::train_groups`].
    #[must_use]
    pub fn test_groups(mut self, groups: Vec<u32>) -> Self {
        self.test_groups = Some(groups);
        self
    }

    /// Seed of every random choice; the default is 0. The same seed on the same machine gives the same report.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Digest of the encoder that made the features, copied into the report.
    #[must_use]
    pub fn encoder(mut self, digest: impl Into<String>) -> Self {
        self.encoder = Some(digest.into());
        self
    }

    /// Number of bootstrap draws behind each interval; the default is 1000.
    #[must_use]
    pub fn bootstrap(mut self, draws: usize) -> Self {
        self.bootstrap = draws;
        self
    }

    /// Whether the report tells how long each attacker took. Off by default, because then the same seed gives the
    /// same report, byte for byte; events tell the times in any case.
    #[must_use]
    pub fn seconds(mut self, wanted: bool) -> Self {
        self.seconds = wanted;
        self
    }

    /// Fits all attackers and reports what they found.
    ///
    /// # Errors
    ///
    /// Every [`crate::AuditErrorKind`] but `Csv`, before any attacker is fitted.
    pub fn run(&self, observer: &mut dyn FnMut(Event)) -> Result<Report, AuditError> {
        check(self)?;
        let split = Split::new(
            self.features.train.rows(),
            &self.attributes,
            self.train_groups.as_deref(),
            self.test_groups.as_deref(),
            &mut stream(self.seed, &["split"]),
        );
        let mut runner = Runner::new(self, &split, observer);
        let features = runner.attack(Stage::Features, &self.features);
        let raw = self.raw.as_ref().map(|raw| runner.attack(Stage::Raw, raw));
        let (mut not_tested, notes) = (runner.not_tested, runner.notes);
        let mut attributes = Vec::new();
        for (index, attribute) in self.attributes.iter().enumerate() {
            let raw = raw.as_ref().map(|raw| raw[index].as_slice());
            let report = self.summary(attribute, &features[index], raw, &mut not_tested);
            attributes.push(report);
        }
        let mnag = mean_gain(&attributes, &mut not_tested);
        not_tested.extend(MISSING.map(|what| NotTested {
            what: what.to_owned(),
            why: "not part of this version".to_owned(),
        }));
        Ok(Report {
            format: 1,
            encoder: self.encoder.clone(),
            seed: self.seed,
            rows: Rows {
                train: self.features.train.rows(),
                test: self.features.test.rows(),
            },
            shape: self.features.train.shape().to_vec(),
            drawn: self.drawn(),
            attributes,
            mnag,
            reconstruction: None,
            membership: None,
            not_tested,
            notes,
        })
    }

    /// What intervals are over.
    fn drawn(&self) -> Drawn {
        let (unit, count) = match &self.test_groups {
            Some(groups) => ("groups", groups.iter().collect::<BTreeSet<_>>().len()),
            None => ("rows", self.features.test.rows()),
        };
        Drawn {
            unit: unit.to_owned(),
            count,
        }
    }

    /// What all attackers together say of one attribute.
    fn summary(
        &self,
        attribute: &Attribute,
        features: &[Guess],
        raw: Option<&[Guess]>,
        not_tested: &mut Vec<NotTested>,
    ) -> AttributeReport {
        let classes = attribute.classes.len();
        let present = shares(&attribute.test, classes);
        let chance = 1.0 / present.iter().filter(|&&share| share > 0.0).count() as f64;
        let best = strongest(features);
        let best_raw = raw.map(strongest);
        let outcomes = Outcomes {
            truth: &attribute.test,
            features: &best.predicted,
            raw: best_raw.map(|guess| guess.predicted.as_slice()),
            classes,
            groups: self.test_groups.as_deref(),
        };
        let mut rng = stream(self.seed, &["bootstrap", &attribute.name]);
        let draws = outcomes.draw(self.bootstrap, &mut rng);
        let raw_interval = best_raw.map(|_| interval(&draws.raw));
        let mut gain = (None, None);
        match (best_raw, raw_interval) {
            (Some(raw), Some([low, _])) if low > chance && raw.value - chance >= MARGIN => {
                let gains: Vec<f64> = draws
                    .features
                    .iter()
                    .zip(&draws.raw)
                    .map(|(value, raw)| nag(*value, raw.max(chance + MARGIN), chance))
                    .collect();
                gain = (
                    Some(nag(best.value, raw.value, chance)),
                    Some(interval(&gains)),
                );
            }
            (found, _) => not_tested.push(NotTested {
                what: format!("normalised gain of {}", attribute.name),
                why: match found {
                    None => "no raw inputs given".to_owned(),
                    Some(_) => "attackers on the raw inputs do no better than chance".to_owned(),
                },
            }),
        }
        let private = attribute.role == Role::Private;
        let floor = private.then(|| label_only(attribute, &self.attributes));
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
            unprotected: best_raw.map(|guess| guess.value),
            unprotected_interval: raw_interval,
            unprotected_attacker: best_raw.map(|guess| guess.attacker.to_owned()),
            label_only: floor.flatten(),
            nag: gain.0,
            nag_interval: gain.1,
            strongest: Strongest {
                attacker: best.attacker.to_owned(),
                value: best.value,
                interval: interval(&draws.features),
                auc: best.auc,
                auc_interval: None,
                accuracy: Some(best.accuracy),
                rank_correlation: None,
            },
            p_value: None,
            repeated: None,
            attackers: self.results(features),
            raw_attackers: raw.map(|raw| self.results(raw)).unwrap_or_default(),
        };
        report.sentence = sentence(&report);
        report
    }

    fn results(&self, guesses: &[Guess]) -> Vec<AttackerResult> {
        guesses
            .iter()
            .map(|guess| AttackerResult {
                attacker: guess.attacker.to_owned(),
                value: guess.value,
                auc: guess.auc,
                seconds: self.seconds.then_some(guess.seconds),
            })
            .collect()
    }
}

/// Mean NAG of the tasks minus mean NAG of the private attributes.
fn mean_gain(attributes: &[AttributeReport], not_tested: &mut Vec<NotTested>) -> Option<f64> {
    let mean = |role: Role| -> Option<f64> {
        let gains = attributes.iter().filter(|a| a.role == role).map(|a| a.nag);
        let gains: Vec<f64> = gains.collect::<Option<_>>()?;
        (!gains.is_empty()).then(|| gains.iter().sum::<f64>() / gains.len() as f64)
    };
    let mnag = mean(Role::Task).zip(mean(Role::Private));
    if mnag.is_none() {
        not_tested.push(NotTested {
            what: "mnag".to_owned(),
            why: "needs a normalised gain for at least one task and one private attribute, and for all of them"
                .to_owned(),
        });
    }
    mnag.map(|(tasks, private)| tasks - private)
}
