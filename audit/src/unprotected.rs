//! What attackers find on the raw inputs: the same for all encoders of one data set, and so worth keeping.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::audit::{Audit, Findings, Pair};
use crate::check::check;
use crate::complete::complete;
use crate::error::{AuditError, AuditErrorKind};
use crate::event::{Event, Stage};
use crate::labels::{Attribute, Quantity};
use crate::report::AttackerResult;
use crate::runner::Runner;
use crate::split::Split;

/// What attackers found on raw inputs, for audits of many encoders on the same rows.
///
/// Cheap to clone, and can be shared between threads. It holds the raw inputs too.
///
/// # Examples
///
/// ```
/// use tiprdc_audit::{Attribute, Audit, FeatureSet, Role};
///
/// let secret: Vec<&str> = (0..100).map(|row| if row % 2 == 0 { "a" } else { "b" }).collect();
/// let rows = |scale: f32| FeatureSet::new(100, vec![1], (0..100).map(|row| scale * (row % 2) as f32).collect());
/// let secret = Attribute::from_values("secret", Role::Private, &secret, &secret);
/// let audit = |scale: f32| Ok::<_, tiprdc_audit::AuditError>(Audit::new(rows(scale)?, rows(scale)?).attribute(secret.clone()));
///
/// let unprotected = audit(1.0)?.raw(rows(1.0)?, rows(1.0)?).unprotected(&mut |_event| {})?;
/// for scale in [0.5, 0.0] {
///     let report = audit(scale)?.with_unprotected(&unprotected).run(&mut |_event| {})?;
///     assert_eq!(report.attributes[0].unprotected, Some(1.0));
/// }
/// # Ok::<(), tiprdc_audit::AuditError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Unprotected(Arc<Kept>);

#[derive(Debug)]
struct Kept {
    raw: Arc<Pair>,
    basis: Basis,
    found: Found,
}

/// Attribute by attribute, what attackers found; and what is to be said beside it.
#[derive(Debug, Serialize, Deserialize)]
struct Found {
    classes: Vec<OnRaw<u32>>,
    values: Vec<OnRaw<f32>>,
    findings: Findings,
}

/// What attackers found of one attribute on the raw inputs.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OnRaw<T> {
    /// The strongest attacker.
    pub attacker: String,
    /// Its score.
    pub value: f64,
    /// Its guess for each test row.
    pub predicted: Vec<T>,
    /// All attackers.
    pub attackers: Vec<AttackerResult>,
}

impl Found {
    /// Whether an audit has so many attributes, classes and test rows.
    fn fits(&self, audit: &Audit) -> bool {
        let rows = audit.features.test.rows();
        let in_range = |(found, attribute): (&OnRaw<u32>, &Attribute)| {
            let classes = attribute.classes.len() as u32;
            found.predicted.len() == rows && found.predicted.iter().all(|&class| class < classes)
        };
        self.classes.len() == audit.attributes.len()
            && self.values.len() == audit.quantities.len()
            && self.classes.iter().zip(&audit.attributes).all(in_range)
            && self
                .values
                .iter()
                .all(|found| found.predicted.len() == rows)
    }
}

/// Everything besides the raw inputs that their attackers depend on.
#[derive(Debug, PartialEq)]
struct Basis {
    seed: u64,
    attributes: Vec<Attribute>,
    quantities: Vec<Quantity>,
    groups: [Option<Vec<u32>>; 2],
    records: [Option<Vec<u32>>; 2],
}

impl Basis {
    fn of(audit: &Audit) -> Self {
        Self {
            seed: audit.seed,
            attributes: audit.attributes.clone(),
            quantities: audit.quantities.clone(),
            groups: [audit.train_groups.clone(), audit.test_groups.clone()],
            records: [audit.train_records.clone(), audit.test_records.clone()],
        }
    }
}

impl Unprotected {
    /// Attacks the raw inputs of an audit; `None` if it has none. `whole` has the rows without labels too.
    pub(crate) fn find(
        audit: &Audit,
        whole: Option<&Arc<Pair>>,
        split: &Split,
        runner: &mut Runner,
    ) -> Result<Option<Self>, AuditError> {
        let (Some(raw), Some(whole)) = (audit.raw.as_ref(), whole) else {
            return Ok(None);
        };
        let mut findings = Findings::default();
        let found = audit.attack(Stage::Raw, raw, split, runner, &mut findings)?;
        let (classes, values) = found.on_raw(audit);
        Ok(Some(Self::of(
            audit,
            whole,
            Found {
                classes,
                values,
                findings,
            },
        )))
    }

    fn of(audit: &Audit, raw: &Arc<Pair>, found: Found) -> Self {
        Self(Arc::new(Kept {
            raw: Arc::clone(raw),
            basis: Basis::of(audit),
            found,
        }))
    }

    /// Whether the attackers of this audit would have done the very same.
    pub(crate) fn fits(&self, audit: &Audit) -> bool {
        self.0.basis == Basis::of(audit)
    }

    /// What was found of the attribute at this place among the categorical ones.
    pub(crate) fn of_class(&self, index: usize) -> &OnRaw<u32> {
        &self.0.found.classes[index]
    }

    /// What was found of the attribute at this place among the continuous ones.
    pub(crate) fn of_value(&self, index: usize) -> &OnRaw<f32> {
        &self.0.found.values[index]
    }

    /// What is to be said beside the numbers.
    pub(crate) fn say(&self, findings: &mut Findings) {
        let own = &self.0.found.findings;
        findings.notes.extend(own.notes.iter().cloned());
        findings.not_tested.extend(own.not_tested.iter().cloned());
    }

    /// What was found as JSON, for [`Audit::restore_unprotected`] of another process.
    ///
    /// A cache of this version of the crate, and no report: it holds guesses for every test row, but neither the raw
    /// inputs nor the labels.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.0.found).expect("plain numbers and strings always serialise")
    }
}

impl Audit {
    /// Fits all attackers on the raw inputs only, for [`Audit::with_unprotected`] of other audits of the same rows.
    ///
    /// # Errors
    ///
    /// Those of [`Audit::run`], and [`AuditErrorKind::Options`] without raw inputs.
    pub fn unprotected(&self, observer: &mut dyn FnMut(Event)) -> Result<Unprotected, AuditError> {
        let (complete, _) = complete(self);
        check(&complete)?;
        if let Some(kept) = &self.unprotected {
            return Ok(kept.clone());
        }
        let raw = complete.raw.as_deref();
        let mut runner = Runner::new(raw.map_or(0, |raw| complete.fits(raw)), observer);
        let found =
            Unprotected::find(&complete, self.raw.as_ref(), &complete.split(), &mut runner)?;
        found.ok_or_else(|| {
            AuditError::new(
                AuditErrorKind::Options,
                "the audit has no raw inputs to attack",
            )
        })
    }

    /// What [`Unprotected::to_json`] wrote of an audit with the same raw inputs, attributes, groups, records and seed. That
    /// they are the same is the caller's to know: only their numbers can be seen here.
    ///
    /// # Errors
    ///
    /// Those of [`Audit::run`], and [`AuditErrorKind::File`] if that is no such JSON, or of other numbers of attributes or
    /// rows.
    pub fn restore_unprotected(&self, json: &[u8]) -> Result<Unprotected, AuditError> {
        let (complete, _) = complete(self);
        check(&complete)?;
        let refused = |why: &str| AuditError::new(AuditErrorKind::File, why);
        let raw = (self.raw.as_ref()).ok_or_else(|| refused("the audit has no raw inputs"))?;
        let found: Found = serde_json::from_slice(json)
            .map_err(|_| refused("expected what attackers found on raw inputs, as JSON"))?;
        if !found.fits(&complete) {
            return Err(refused(
                "what was found on raw inputs is of other attributes or rows",
            ));
        }
        Ok(Unprotected::of(&complete, raw, found))
    }

    /// Takes raw inputs, and what attackers found on them, from an audit of the same rows: the report is the same as
    /// if they were attacked here, byte for byte, in half the time.
    ///
    /// Attributes, groups, records and seed must be those of that audit, or [`Audit::run`] refuses.
    #[must_use]
    pub fn with_unprotected(mut self, unprotected: &Unprotected) -> Self {
        self.raw = Some(Arc::clone(&unprotected.0.raw));
        self.unprotected = Some(unprotected.clone());
        self
    }
}
