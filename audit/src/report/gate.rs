//! The gate: whether a release may go out.

use crate::labels::Role;
use crate::report::Report;

/// Whether every private attribute stays below the leakage that was allowed.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    /// True when there is no failure.
    pub passed: bool,
    /// One sentence per attribute that failed, and why.
    pub failures: Vec<String>,
}

impl Report {
    /// Checks every private attribute: the upper end of the interval of its NAG must not exceed `max_leakage`.
    ///
    /// What could not be measured does not pass: a private attribute without NAG is a failure, and so is a report
    /// without private attributes. Neither does a private attribute on which an attacker failed.
    ///
    /// # Privacy
    ///
    /// A pass says that the attackers of this version found no more than was allowed. It is not a guarantee.
    pub fn gate(&self, max_leakage: f64) -> Gate {
        let mut failures = Vec::new();
        let private = self.attributes.iter().filter(|a| a.role == Role::Private);
        for attribute in private.clone() {
            let name = &attribute.name;
            if !attribute.failed.is_empty() {
                failures.push(format!(
                    "{name}: {} attackers failed ({}), so that it does not pass; see what was not tested",
                    attribute.failed.len(),
                    attribute.failed.join(", ")
                ));
            }
            match attribute.nag_interval {
                // Written so that NaN, on either side, fails.
                Some([_, upper]) if upper <= max_leakage => {}
                Some([_, upper]) => failures.push(format!(
                    "{name}: leakage (NAG) may be as high as {upper:.3}; allowed is {max_leakage:.3}"
                )),
                None => failures.push(format!(
                    "{name}: leakage (NAG) could not be computed, so it does not pass; see what was not tested"
                )),
            }
        }
        if private.count() == 0 {
            failures.push("no private attribute was tested".to_owned());
        }
        Gate {
            passed: failures.is_empty(),
            failures,
        }
    }
}
