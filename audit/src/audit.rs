//! The audit: which attackers meet which attribute, and what is made of their guesses.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use crate::attackers::knn;
use crate::check::check;
use crate::complete::complete;
use crate::error::{AuditError, AuditErrorKind};
use crate::event::{Event, Stage};
use crate::features::FeatureSet;
use crate::gain::mnag;
use crate::labels::{Attribute, Quantity};
use crate::lineup::{self, Views};
use crate::notes::notes;
use crate::report::{AttackerResult, AttributeReport, Drawn, NotTested, Report, Rows};
use crate::rng::stream;
use crate::runner::{Fitted, Outcome, Runner};
use crate::screen::Target;
use crate::split::Split;
use crate::unprotected::{OnRaw, Unprotected};
use crate::view::View;
use crate::{categorical, continuous, membership, reconstruction};

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
/// Attackers that meet the features only after they are frozen: Elazar & Goldberg, "Adversarial Removal of Demographic
/// Attributes from Text Data", EMNLP 2018 (arXiv 1808.06640). The normalised gain: PASS (arXiv 2506.07308).
#[derive(Debug, Clone)]
pub struct Audit {
    pub(crate) features: Pair,
    pub(crate) raw: Option<Arc<Pair>>,
    pub(crate) unprotected: Option<Unprotected>,
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
    pub(crate) stop: Arc<AtomicBool>,
}

impl Audit {
    /// An audit of released features: attackers are fitted on `train` and scored on `test`.
    pub fn new(train: FeatureSet, test: FeatureSet) -> Self {
        Self {
            features: Pair { train, test },
            raw: None,
            unprotected: None,
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
            stop: Arc::default(),
        }
    }

    /// Adds the raw inputs of the same rows: what the same attackers reach without protection.
    ///
    /// Without them no normalised gain can be computed, and the gate does not pass.
    #[must_use]
    pub fn raw(mut self, train: FeatureSet, test: FeatureSet) -> Self {
        self.raw = Some(Arc::new(Pair { train, test }));
        self.unprotected = None;
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

    /// Takes a flag that asks the audit to stop: attackers at work come to their end, no other begins.
    #[must_use]
    pub fn stop(mut self, flag: Arc<AtomicBool>) -> Self {
        self.stop = flag;
        self
    }

    /// An error if somebody asked to stop.
    fn go_on(&self) -> Result<(), AuditError> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(AuditError::stopped());
        }
        Ok(())
    }

    /// Fits all attackers and reports what they found.
    ///
    /// # Errors
    ///
    /// Every [`crate::AuditErrorKind`] but `File` and `Column`, before any attacker is fitted; `Stopped` at any time.
    pub fn run(&self, observer: &mut dyn FnMut(Event)) -> Result<Report, AuditError> {
        let (complete, notes) = complete(self);
        complete.measure(notes, observer)
    }

    /// The same, once every row has all labels.
    fn measure(
        &self,
        mut said: Vec<String>,
        observer: &mut dyn FnMut(Event),
    ) -> Result<Report, AuditError> {
        check(self)?;
        let split = self.split();
        said.extend(notes(self));
        let mut findings = Findings {
            notes: said,
            not_tested: Vec::new(),
        };
        let fresh = self.raw.as_deref().filter(|_| self.unprotected.is_none());
        let total = self.fits(&self.features) + fresh.map_or(0, |raw| self.fits(raw));
        let mut runner = Runner::new(total, observer);
        let features = self.attack(
            Stage::Features,
            &self.features,
            &split,
            &mut runner,
            &mut findings,
        )?;
        let raw = match fresh {
            Some(_) => Unprotected::find(self, self.raw.as_ref(), &split, &mut runner)?,
            None => self.unprotected.clone(),
        };
        if let Some(raw) = &raw {
            raw.say(&mut findings);
        }
        let attributes = self.summaries(&features, raw.as_ref(), &mut findings.not_tested);
        let mnag = mnag(&attributes)
            .map_err(|why| findings.not_tested.push(why))
            .ok();
        self.go_on()?;
        let reconstruction = reconstruction::measure(self, &split, &mut findings);
        self.go_on()?;
        let membership = membership::measure(self, &mut findings);
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
            reconstruction,
            membership,
            not_tested: findings.not_tested,
            notes: findings.notes,
        })
    }

    /// The part of the training rows that settings are chosen on.
    pub(crate) fn split(&self) -> Split {
        Split::new(
            self.features.train.rows(),
            &self.attributes,
            self.train_groups.as_deref(),
            self.test_groups.as_deref(),
            self.train_records.as_deref(),
            &mut stream(self.seed, &["split"]),
        )
    }

    /// Number of fits on one kind of rows.
    pub(crate) fn fits(&self, pair: &Pair) -> usize {
        let shape = pair.train.shape();
        lineup::attackers(pair, "").0.len() * self.attributes.len()
            + lineup::regressors(shape).len() * self.quantities.len()
    }

    /// All attackers on all attributes, on one kind of rows.
    pub(crate) fn attack(
        &self,
        stage: Stage,
        pair: &Pair,
        split: &Split,
        runner: &mut Runner,
        findings: &mut Findings,
    ) -> Result<Found, AuditError> {
        let what = match stage {
            Stage::Features => "features",
            Stage::Raw => "raw inputs",
        };
        let view = View::new(pair, split);
        if view.constant > 0 {
            findings.notes.push(format!(
                "{} of {} columns of the {what} do not change in the training rows",
                view.constant,
                view.width()
            ));
        }
        if pair.train.rows() > knn::MOST {
            findings.notes.push(format!(
                "k-NN looks among {} of the {} training rows, and the RBF kernel among fewer",
                knn::MOST,
                pair.train.rows()
            ));
        }
        let (attackers, missing) = lineup::attackers(pair, what);
        let regressors = lineup::regressors(pair.train.shape());
        if !self.attributes.is_empty() {
            findings.not_tested.extend(missing);
        }
        let views = Views::new(view, pair, self.targets());
        if !self.attributes.is_empty() {
            let shared = attackers.iter().filter(|entry| entry.shared());
            // What fails here fails again, and is told, when the attacker is fitted.
            shared.for_each(|entry| {
                let _ = tiprdc::catch_quietly(|| entry.attacker.prepare(entry.view(&views, 0)));
            });
        }
        let (classes, values) = (
            categorical::fits(self, &views, &attackers),
            continuous::fits(self, &views, &regressors),
        );
        let mut names = self.attributes.iter().map(|of| of.name.as_str());
        let classes = runner.run(stage, &classes, &self.stop)?;
        let classes = tried(classes, &mut names, what, findings)?;
        let mut names = self.quantities.iter().map(|of| of.name.as_str());
        let values = runner.run(stage, &values, &self.stop)?;
        let values = tried(values, &mut names, what, findings)?;
        Ok(Found { classes, values })
    }

    /// What the screening looks for: categorical attributes, then continuous ones.
    fn targets(&self) -> Vec<Target> {
        let classes = self.attributes.iter();
        let classes = classes.map(|of| Target::Classes(of.train.clone(), of.classes.len()));
        let values = self.quantities.iter();
        let values = values.map(|of| Target::Values(continuous::standardised(of).train));
        classes.chain(values).collect()
    }

    /// One report for each attribute, categorical ones first.
    fn summaries(
        &self,
        features: &Found,
        raw: Option<&Unprotected>,
        not_tested: &mut Vec<NotTested>,
    ) -> Vec<AttributeReport> {
        let mut reports = Vec::new();
        for (index, attribute) in self.attributes.iter().enumerate() {
            let raw = raw.map(|raw| raw.of_class(index));
            let features = &features.classes[index];
            reports.push(categorical::summary(
                self, attribute, features, raw, not_tested,
            ));
        }
        for (index, quantity) in self.quantities.iter().enumerate() {
            let raw = raw.map(|raw| raw.of_value(index));
            let features = &features.values[index];
            reports.push(continuous::summary(
                self, quantity, features, raw, not_tested,
            ));
        }
        reports
    }

    /// Rows that hang together: of one person, or draws of one record.
    pub(crate) fn units(&self) -> Option<&[u32]> {
        self.test_groups.as_deref().or(self.test_records.as_deref())
    }

    /// What intervals are over.
    fn drawn(&self) -> Drawn {
        let distinct = |units: &[u32]| units.iter().collect::<BTreeSet<_>>().len();
        let (unit, count) = match (&self.test_groups, &self.test_records) {
            (Some(groups), _) => ("groups", distinct(groups)),
            (None, Some(records)) => ("records", distinct(records)),
            (None, None) => ("rows", self.features.test.rows()),
        };
        Drawn {
            unit: unit.to_owned(),
            count,
        }
    }
}

/// What is said beside the numbers.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Findings {
    /// What was odd about the data.
    pub notes: Vec<String>,
    /// What could not be done, and why.
    pub not_tested: Vec<NotTested>,
}

/// What attackers found on one kind of rows, attribute by attribute.
#[derive(Debug)]
pub(crate) struct Found {
    classes: Vec<Tried<categorical::Guess>>,
    values: Vec<Tried<continuous::Estimate>>,
}

/// Attackers of one attribute: those that were fitted, and the names of those that failed.
#[derive(Debug)]
pub(crate) struct Tried<T> {
    pub fits: Vec<Fitted<T>>,
    pub failed: Vec<String>,
}

impl Found {
    /// What is kept of it if these were the raw inputs.
    pub(crate) fn on_raw(&self, audit: &Audit) -> (Vec<OnRaw<u32>>, Vec<OnRaw<f32>>) {
        let classes = self.classes.iter();
        let values = self.values.iter();
        (
            classes
                .map(|of| categorical::on_raw(audit, &of.fits))
                .collect(),
            values
                .map(|of| continuous::on_raw(audit, &of.fits))
                .collect(),
        )
    }
}

/// Outcomes by attribute; attackers that failed are not tested, and an attribute needs one that did not.
fn tried<T>(
    outcomes: Vec<Outcome<T>>,
    names: &mut dyn ExactSizeIterator<Item = &str>,
    what: &str,
    findings: &mut Findings,
) -> Result<Vec<Tried<T>>, AuditError> {
    let each = outcomes.len() / names.len().max(1);
    let mut outcomes = outcomes.into_iter();
    let mut all = Vec::new();
    for name in names {
        let (mut fits, mut failed) = (Vec::new(), Vec::new());
        for outcome in outcomes.by_ref().take(each) {
            match outcome {
                Ok(fit) => fits.push(fit),
                Err(mut not) => {
                    failed.push(not.what.clone());
                    not.what = format!("{} on the {what} for {name}", not.what);
                    findings.not_tested.push(not);
                }
            }
        }
        if fits.is_empty() {
            return Err(AuditError::new(
                AuditErrorKind::Labels,
                format!("every attacker failed on `{name}`, so that nothing can be said of it"),
            ));
        }
        all.push(Tried { fits, failed });
    }
    Ok(all)
}

/// All attackers of one attribute, as they stand in the report.
pub(crate) fn results<T>(
    audit: &Audit,
    fits: &[Fitted<T>],
    value: impl Fn(&T) -> (f64, Option<f64>),
) -> Vec<AttackerResult> {
    let result = |fit: &Fitted<T>| {
        let (value, auc) = value(&fit.result);
        AttackerResult {
            attacker: fit.attacker.clone(),
            value,
            auc,
            seconds: audit.seconds.then_some(fit.seconds),
        }
    };
    fits.iter().map(result).collect()
}
