//! What attackers find on the raw inputs: the same for all encoders of one data set, and so worth keeping.

use std::sync::Arc;

use crate::audit::{Audit, Findings, Found, Pair};
use crate::check::check;
use crate::error::{AuditError, AuditErrorKind};
use crate::event::{Event, Stage};
use crate::labels::{Attribute, Quantity};
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
    findings: Findings,
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
    /// Attacks the raw inputs of an audit; `None` if it has none.
    pub(crate) fn find(
        audit: &Audit,
        split: &Split,
        runner: &mut Runner,
    ) -> Result<Option<Self>, AuditError> {
        let Some(raw) = audit.raw.as_ref() else {
            return Ok(None);
        };
        let mut findings = Findings::default();
        let found = audit.attack(Stage::Raw, raw, split, runner, &mut findings)?;
        Ok(Some(Self(Arc::new(Kept {
            raw: Arc::clone(raw),
            basis: Basis::of(audit),
            found,
            findings,
        }))))
    }

    /// Whether the attackers of this audit would have done the very same.
    pub(crate) fn fits(&self, audit: &Audit) -> bool {
        self.0.basis == Basis::of(audit)
    }

    /// What was found, with what is to be said beside it added to `findings`.
    pub(crate) fn said_to(&self, findings: &mut Findings) -> &Found {
        let own = &self.0.findings;
        findings.notes.extend(own.notes.iter().cloned());
        findings.not_tested.extend(own.not_tested.iter().cloned());
        &self.0.found
    }
}

impl Audit {
    /// Fits all attackers on the raw inputs only, for [`Audit::with_unprotected`] of other audits of the same rows.
    ///
    /// # Errors
    ///
    /// Those of [`Audit::run`], and [`AuditErrorKind::Options`] without raw inputs.
    pub fn unprotected(&self, observer: &mut dyn FnMut(Event)) -> Result<Unprotected, AuditError> {
        check(self)?;
        if let Some(kept) = &self.unprotected {
            return Ok(kept.clone());
        }
        let fits = self.raw.as_deref().map_or(0, |raw| self.fits(raw));
        let found = Unprotected::find(self, &self.split(), &mut Runner::new(fits, observer))?;
        found.ok_or_else(|| {
            AuditError::new(
                AuditErrorKind::Options,
                "the audit has no raw inputs to attack",
            )
        })
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
