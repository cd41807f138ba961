//! The text of the last failed call, one per thread.

use crate::memory;
use crate::status::{Failure, Status, guard};
use crate::text::c_text;
use safer_ffi::c_char;
use safer_ffi::prelude::*;
use std::cell::RefCell;
use std::ffi::{CStr, CString};

/// What a thread that is ending has to say.
const NOTHING: &CStr = c"";

thread_local! {
    static LAST: RefCell<CString> = RefCell::default();
}

/// Keeps the text of a failure for [`tiprdc_last_error`].
pub(crate) fn set(failure: Failure) {
    let text = c_text(&failure.message);
    // A thread that is ending has no last error any more.
    let _ = LAST.try_with(|last| last.replace(text));
}

/// Shows the thread's last error.
pub(crate) fn with<T>(show: impl FnOnce(&CStr) -> T) -> T {
    LAST.with_borrow(|text| show(text))
}

/// What went wrong in the last call of this thread that failed: what was expected and what came, with shapes and units;
/// empty if none failed. It never holds values of inputs or features.
///
/// Ownership: the text is the library's, and stays until the next call of this thread that fails; copy it, or use
/// `tiprdc_last_error_copy`.
/// Threads: each has a last error of its own.
#[ffi_export]
fn tiprdc_last_error() -> *const c_char {
    LAST.try_with(|last| last.borrow().as_ptr().cast())
        .unwrap_or(NOTHING.as_ptr().cast())
}

/// Copies the text of `tiprdc_last_error` into `buffer`, with a NUL behind it.
///
/// `length` receives the length of the whole text, without its NUL: a buffer of `length + 1` bytes holds it. A smaller
/// one gets as much as fits, cut between characters of UTF-8; with `capacity` 0, `buffer` may be NULL.
///
/// Ownership: `buffer` is the caller's.
/// Threads: each has a last error of its own.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_last_error_copy(buffer: *mut c_char, capacity: usize, length: *mut usize) -> Status {
    guard(|| {
        // A copy, as a failure below becomes the last error.
        let text = with(CStr::to_owned);
        // SAFETY: the caller's promise: `length` is NULL or may be written to.
        let length = unsafe { memory::out(length, "length") }?;
        let cut = cut(&text, capacity);
        // SAFETY: the caller's promise: `buffer` has room for `capacity` characters.
        let buffer = unsafe { memory::out_slice(buffer.cast::<u8>(), capacity, "buffer") }?;
        if capacity > 0 {
            buffer.copy_prefix(&[cut, b"\0"].concat());
        }
        length.write(text.count_bytes());
        Ok(())
    })
}

/// As much of the text as a buffer of `capacity` bytes holds with a NUL.
fn cut(text: &CStr, capacity: usize) -> &[u8] {
    let bytes = text.to_bytes();
    let mut end = bytes.len().min(capacity.saturating_sub(1));
    // Bytes 10xxxxxx continue a character.
    while end > 0 && end < bytes.len() && bytes[end] & 0xC0 == 0x80 {
        end -= 1;
    }
    &bytes[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_characters() {
        let text = c"a\u{e9}b";
        assert_eq!(cut(text, 100), text.to_bytes());
        assert_eq!(cut(text, 5), text.to_bytes());
        assert_eq!(cut(text, 4), "a\u{e9}".as_bytes());
        assert_eq!(cut(text, 3), b"a");
        assert_eq!(cut(text, 1), b"");
        assert_eq!(cut(text, 0), b"");
    }
}
