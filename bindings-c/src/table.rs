//! Tables of substitutes, as C holds them.

use crate::features::FeaturesHandle;
use crate::handle::{self, Handle, Open};
use crate::info::show_shape;
use crate::memory;
use crate::status::{Status, guard};
use crate::text::c_text;
use safer_ffi::c_char;
use safer_ffi::prelude::*;
use std::ffi::CString;
use tiprdc::SubstituteTable;

/// The substitutes of a substitute release, one for each index; the collector has it, devices do not. Made by
/// `tiprdc_table_from_bytes`, closed by `tiprdc_table_free`.
///
/// Threads: any number may use one at once.
#[derive_ReprC(rename = "tiprdc_table")]
#[repr(opaque)]
pub struct TableHandle {
    table: SubstituteTable,
    digest: CString,
}

impl Handle for TableHandle {
    const NAME: &'static str = "table";

    fn open() -> &'static Open {
        static OPEN: Open = Open::new();
        &OPEN
    }
}

/// Reads a substitute table: `length` bytes of safetensors with an F32 tensor `substitutes`.
///
/// Ownership: `bytes` stays the caller's. `*table` becomes the caller's; close it with `tiprdc_table_free`. Written on
/// success only.
/// Threads: any.
/// Returns `TIPRDC_OK`, `TIPRDC_ERROR_ARGUMENT` or `TIPRDC_ERROR_TABLE_MALFORMED`.
#[ffi_export]
fn tiprdc_table_from_bytes(
    bytes: *const u8,
    length: usize,
    table: *mut *mut TableHandle,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: NULL, or `length` bytes; a place for a pointer.
        let (bytes, out) = unsafe {
            (
                memory::slice(bytes, length, "bytes")?,
                memory::out(table, "table")?,
            )
        };
        let table = SubstituteTable::from_bytes(bytes)?;
        out.write(handle::give(TableHandle {
            digest: c_text(table.digest()),
            table,
        }));
        Ok(())
    })
}

/// Closes a table. NULL, and a table that is closed already, are left alone.
///
/// Ownership: `table`, and all that was read from it, must not be used afterwards. Resolved features stay.
/// Threads: none may be using `table`.
#[ffi_export]
fn tiprdc_table_free(table: *mut TableHandle) {
    guard(|| {
        // SAFETY: the caller's promise: nobody uses the table any more.
        unsafe { handle::take_back(table) };
        Ok(())
    });
}

/// SHA-256 of the table's file, in hexadecimal: what manifests and features name it by.
///
/// Ownership: `*text` is the table's, and stays until it is closed. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_table_digest(table: *const TableHandle, text: *mut *const c_char) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: nobody closes the table; a place for a pointer.
        let (table, out) = unsafe { (handle::get(table)?, memory::out(text, "text")?) };
        out.write(table.digest.as_ptr().cast());
        Ok(())
    })
}

/// Shape: `[count, ...]`.
///
/// Ownership: `*axes` is the table's, and stays until it is closed. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_table_shape(
    table: *const TableHandle,
    axes: *mut *const usize,
    rank: *mut usize,
) -> Status {
    // SAFETY: the caller's promise: nobody closes the table; places for a pointer and a number.
    guard(|| unsafe { show_shape(handle::get(table)?.table.shape(), axes, rank) })
}

/// Puts the substitutes in the place of their indices: from `[records, 1]` to `[records, ...]`.
///
/// Ownership: `table` and `features` stay the caller's. `*resolved` becomes the caller's; close it with
/// `tiprdc_features_free`. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK`, `TIPRDC_ERROR_ARGUMENT` or `TIPRDC_ERROR_TABLE_MISMATCH`.
#[ffi_export]
fn tiprdc_table_resolve(
    table: *const TableHandle,
    features: *const FeaturesHandle,
    resolved: *mut *mut FeaturesHandle,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: nobody closes table and features; a place for a pointer.
        let (table, features, out) = unsafe {
            (
                handle::get(table)?,
                handle::get(features)?,
                memory::out(resolved, "resolved")?,
            )
        };
        let resolved = table.table.resolve(&features.features)?;
        out.write(handle::give(FeaturesHandle::from(resolved)));
        Ok(())
    })
}
