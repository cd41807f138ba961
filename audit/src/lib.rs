//! The independent judge: how much of a private attribute fresh attackers still find in released features, and how
//! much of the tasks they keep.
//!
//! The judge sees features and labels only. It shares no code with the methods that train encoders, and its attackers
//! are fitted after the encoder is frozen: an encoder that fools its own adversary may still fail here.
//!
//! ```
//! use tiprdc_audit::{Attribute, Audit, FeatureSet, Role};
//!
//! // Features of 200 rows, 100 to fit attackers on and 100 to score them; the first column gives the secret away.
//! let secret: Vec<&str> = (0..100).map(|row| if row % 2 == 0 { "a" } else { "b" }).collect();
//! let rows = |offset: usize| {
//!     let data = (0..100).flat_map(|row| [(row % 2) as f32, ((row * 7 + offset) % 10) as f32]).collect();
//!     FeatureSet::new(100, vec![2], data)
//! };
//! let report = Audit::new(rows(0)?, rows(5)?)
//!     .raw(rows(0)?, rows(5)?)
//!     .attribute(Attribute::from_values("secret", Role::Private, &secret, &secret))
//!     .bootstrap(200)
//!     .run(&mut |_event| {})?;
//!
//! assert_eq!(report.attributes[0].strongest.value, 1.0);
//! assert!(!report.gate(0.05).passed);
//! println!("{}", report.to_text());
//! # Ok::<(), tiprdc_audit::AuditError>(())
//! ```
//!
//! What runs, on standardised rows: logistic regression, k nearest neighbours, a radial kernel machine, boosted trees and
//! perceptrons of two sizes with three starts each, all of them once more on the principal components; a convolutional
//! head where rows keep a time or space axis; counts of classes where most test rows are among the training rows, as
//! substitutes are; linear regression and boosted trees for continuous attributes. A screening looks at every column by
//! itself, and at its digits: the best single column, and logistic regression and boosted trees on the 64 most telling
//! looks, join the others. Given the raw inputs, decoders try to
//! rebuild them; given outsiders, the audit tests membership. What does not run is named in [`Report::not_tested`].

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod adam;
mod alone;
mod attackers;
mod audit;
mod bootstrap;
mod categorical;
mod check;
mod complete;
mod continuous;
mod error;
mod event;
mod features;
mod files;
mod floor;
mod frontier;
mod gain;
mod identical;
mod labels;
mod likeness;
mod lineup;
mod membership;
mod notes;
mod pca;
mod permutation;
mod reconstruction;
mod repeat;
mod report;
mod rng;
mod runner;
mod scale;
mod screen;
mod split;
mod stats;
mod units;
mod unprotected;
mod view;

#[doc(hidden)]
pub use alone::{Alone, attack_alone};
pub use audit::Audit;
pub use error::{AuditError, AuditErrorKind};
pub use event::{Event, Stage};
pub use features::FeatureSet;
pub use files::{Holdout, LabelColumns, LabelTable};
pub use frontier::{AttributeGain, Gain, Sweep, SweepPoint, SweepRun};
pub use labels::{Attribute, Labels, Quantity, Role};
pub use report::{
    AttackerResult, AttributeReport, Drawn, Gate, ImageQuality, Membership, NotTested,
    Reconstruction, Repeated, Report, Rows, Strongest, model_card,
};
pub use unprotected::Unprotected;
