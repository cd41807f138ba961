//! Panics that are caught without a word on the standard error of the app.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::Once;

thread_local! {
    /// How many quiet bodies this thread is inside of.
    static QUIET: Cell<usize> = const { Cell::new(0) };
    /// Where the last quiet panic of this thread was.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs a body; where it panics, the place in the source (`file.rs:12`) is the error, and nothing is printed.
///
/// The place holds no folder of the machine that built this library. The words of a panic may hold a value of the input,
/// and are dropped. Panics of other threads, and of this one outside such bodies, go to the hook that the app has set.
///
/// What the body changed may be half done after a panic: it must not be used again.
///
/// # Errors
/// The place of the panic.
///
/// # Examples
/// ```
/// let place = tiprdc::catch_quietly(|| panic!("with the user's data in it")).unwrap_err();
/// assert!(place.contains(".rs:") && !place.contains("data"));
/// ```
pub fn catch_quietly<T>(body: impl FnOnce() -> T) -> Result<T, String> {
    install();
    let quiet = Quiet::enter();
    let caught = catch_unwind(AssertUnwindSafe(body));
    drop(quiet);
    caught.map_err(|_| PLACE.take())
}

/// Counts a body of this thread, however it ends.
struct Quiet;

impl Quiet {
    fn enter() -> Self {
        QUIET.set(QUIET.get() + 1);
        Quiet
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        QUIET.set(QUIET.get() - 1);
    }
}

/// Puts a hook in front of the one that is there, once.
fn install() {
    static INSTALLED: Once = Once::new();
    // The hook of a thread that panics cannot be changed; a later call will.
    if INSTALLED.is_completed() || std::thread::panicking() {
        return;
    }
    INSTALLED.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // A thread that ends has no such number any more, and is in no body.
            if QUIET.try_with(Cell::get).unwrap_or(0) == 0 {
                previous(panic);
            } else {
                remember(panic);
            }
        }));
    });
}

fn remember(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map_or(String::new(), |place| {
        let file = place.file();
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        format!("{name}:{}", place.line())
    });
    // Nothing is printed even where the place cannot be kept.
    let _ = PLACE.try_with(|last| last.try_borrow_mut().map(|mut last| *last = place));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_its_place_alone() {
        let place = catch_quietly(|| panic!("canary")).expect_err("it panics");
        assert!(place.starts_with("quiet.rs:"), "{place}");
        let index = std::hint::black_box(7);
        let place = catch_quietly(|| [0u8; 3][index]).expect_err("out of bounds");
        assert!(!place.contains('/') && !place.contains("len"), "{place}");
    }

    #[test]
    fn results_pass_through_and_bodies_nest() {
        let inner = || catch_quietly(|| panic!("inside")).expect_err("it panics");
        assert!(catch_quietly(inner).is_ok_and(|place| place.contains("quiet.rs")));
        assert_eq!(catch_quietly(|| 5), Ok(5));
        assert_eq!(QUIET.get(), 0, "a panic outside is loud again");
    }
}
