//! Train, encode and audit: one run, or a sweep of many.
//!
//! What the `tiprdc` command and `import tiprdc` both do, once: it knows `train` and `audit`, which do not know each
//! other. It prints nothing and catches no signal: it reports events, and looks at a flag that asks it to stop.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use tiprdc_pipeline::{Fitting, fit};
//! use tiprdc_train::Run;
//!
//! let run = Run::from_toml(&std::fs::read_to_string("motion.toml")?, &[] as &[&str])?;
//! let dataset = run.dataset.load("data".as_ref(), &mut |_| {})?;
//! let fitting = Fitting { folder: "out".as_ref(), resume: true, stop: &AtomicBool::new(false) };
//! let ready = fit(&run, &dataset, &fitting, &mut |event| println!("{event:?}"))?;
//! let features = ready.collected(&dataset.test.records)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod encode;
mod error;
mod fit;
mod judge;
mod lock;
mod ready;
mod stamp;
mod sweep;

pub use encode::{encode_records, raw_features};
pub use error::{PipelineError, Result, with_causes};
pub use fit::{CHECKPOINT, Fitting, fit};
pub use judge::{attributes, feature_set};
pub use ready::{ENCODER, Ready, TABLE};
pub use stamp::{made_by, stamped};
pub use sweep::{Finished, Plan, Step, SweepEvent, SweepOptions, sweep};
