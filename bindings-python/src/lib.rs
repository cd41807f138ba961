//! The native half of `import tiprdc`: converts, calls the Rust crates, converts back.
//!
//! What a function or method does, it does under `guard::guarded` or on the thread of `watch::watched`, so that a panic in
//! Rust becomes an ordinary Python exception. Without them are only `error_kinds` and `example_model`, which give constants, and getters that
//! hand out what their object holds. PyO3 has converted the arguments by then. Long calls release Python's lock.
//! What users see is in `python/tiprdc`; nothing here is public.

#![forbid(unsafe_code)]

mod audit;
mod dataset;
mod encoder;
mod errors;
mod features;
mod guard;
mod inputs;
mod sweep;
mod table;
mod train;
mod watch;

/// The native module behind `import tiprdc`.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use crate::audit::{audit, render_report, report_advice, report_gate, stamp};
    #[pymodule_export]
    use crate::dataset::NativeDataset;
    #[pymodule_export]
    use crate::encoder::{NativeEncoder, example_model};
    #[pymodule_export]
    use crate::errors::error_kinds;
    #[pymodule_export]
    use crate::features::NativeFeatures;
    #[pymodule_export]
    use crate::guard::panic_on_purpose;
    #[pymodule_export]
    use crate::sweep::{render_sweep, sweep};
    #[pymodule_export]
    use crate::table::NativeTable;
    #[pymodule_export]
    use crate::train::{method_has, train};

    /// Version of the project.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
