//! What an audit says while it runs.

/// Which rows an attacker looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The released features: what the audit is about.
    Features,
    /// The raw inputs: how well the same attackers do without any protection.
    Raw,
}

/// One step of a running audit, for progress bars and logs.
///
/// Several attackers run at once, so that one may start before another has finished; `index` tells which is which.
/// Events hold names, counts and times, never labels or feature values.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// An attacker starts on one attribute.
    AttackerStarted {
        /// Attribute under attack.
        attribute: String,
        /// Family of the attacker, such as `mlp`.
        attacker: String,
        /// Features or raw inputs.
        stage: Stage,
        /// Number of this fit, from 0.
        index: usize,
        /// Number of fits of the whole audit.
        total: usize,
    },
    /// An attacker is done with one attribute.
    AttackerFinished {
        /// Attribute under attack.
        attribute: String,
        /// Family of the attacker, such as `mlp`.
        attacker: String,
        /// Features or raw inputs.
        stage: Stage,
        /// Number of this fit, from 0.
        index: usize,
        /// Number of fits of the whole audit.
        total: usize,
        /// Wall time of fitting and predicting, in seconds. Work shared by
        /// all attributes, such as the search for neighbours, is not counted.
        seconds: f64,
        /// Balanced accuracy on the test rows; NaN if the attacker failed.
        value: f64,
    },
}
