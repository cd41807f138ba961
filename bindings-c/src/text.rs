//! Text on its way to C and back.

use crate::status::{Failure, Outcome};
use safer_ffi::c_char;
use safer_ffi::prelude::*;
use std::ffi::{CStr, CString};

/// Text with a NUL behind it; a NUL inside, which JSON allows and C does not, becomes U+FFFD.
pub(crate) fn c_text(text: &str) -> CString {
    let clean = text.replace('\0', "\u{FFFD}");
    CString::new(clean).unwrap_or_default()
}

/// Text from C.
///
/// # Safety
/// `text` is NULL or points to text that ends with a NUL and stays for `'a`.
pub(crate) unsafe fn str_from<'a>(text: *const c_char, name: &str) -> Outcome<&'a str> {
    if text.is_null() {
        return Err(Failure::argument(format!("`{name}` is NULL")));
    }
    // SAFETY: not NULL, and the caller vouches for the rest.
    let text = unsafe { CStr::from_ptr(text.cast()) };
    text.to_str()
        .map_err(|_| Failure::argument(format!("`{name}` is not UTF-8")))
}
