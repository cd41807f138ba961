//! A panic on demand.

use crate::failure::Failure;

/// Panics: the tests of both packages prove with it that their callers see an ordinary error. Neither package shows it.
///
/// # Errors
/// None: it never returns.
#[uniffi::export]
pub fn panic_on_purpose() -> Result<(), Failure> {
    panic!("canary: on purpose")
}
