//! Ctrl-C.

use crate::output;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

/// Set by Ctrl-C.
static STOP: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// The first Ctrl-C asks training to stop after its batch; a second one ends the process at once.
pub fn on_ctrl_c() {
    let handler = || {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    };
    if ctrlc::set_handler(handler).is_err() {
        output::note(
            "note: Ctrl-C cannot be caught here; it will end the run without a checkpoint of this epoch",
        );
    }
}

/// What Ctrl-C sets.
pub fn flag() -> Arc<AtomicBool> {
    Arc::clone(&STOP)
}
