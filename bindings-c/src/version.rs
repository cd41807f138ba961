//! Which library this is.

use safer_ffi::c_char;
use safer_ffi::prelude::*;

/// Number of the interface that this header describes. It changes with every incompatible change, and so does the name
/// of the shared library: `libtiprdc.so.0`. Compare it with `tiprdc_abi_version()`.
#[ffi_export(untyped)]
pub const TIPRDC_ABI_VERSION: u32 = 0;

/// Number of the interface that the loaded library has; equal to `TIPRDC_ABI_VERSION` if header and library match.
///
/// Ownership: nothing changes hands.
/// Threads: any.
#[ffi_export]
fn tiprdc_abi_version() -> u32 {
    TIPRDC_ABI_VERSION
}

/// Version of the loaded library, such as `"0.1.0"`.
///
/// Ownership: the text is the library's, and stays for as long as the library is loaded.
/// Threads: any.
#[ffi_export]
fn tiprdc_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
