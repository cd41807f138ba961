//! The native half of `import tiprdc`: converts, calls the Rust crates, converts back.
//!
//! Every function runs under `guard::guarded`, so that a panic in Rust becomes an ordinary Python exception; long calls
//! release Python's lock. What users see is in `python/tiprdc`; nothing here is public.

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
    use crate::audit::{audit, render_report, report_advice, report_gate};
    #[pymodule_export]
    use crate::dataset::NativeDataset;
    #[pymodule_export]
    use crate::encoder::NativeEncoder;
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
    use crate::train::{complete_run, train};

    /// Version of the project.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
