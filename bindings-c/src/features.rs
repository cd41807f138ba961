//! Features, as C holds them.

use crate::encoder::dtype_text;
use crate::handle::{self, Handle, Open};
use crate::info::show_shape;
use crate::memory;
use crate::status::{Outcome, Status, guard};
use crate::text::c_text;
use safer_ffi::c_char;
use safer_ffi::prelude::*;
use std::ffi::{CStr, CString};
use std::sync::OnceLock;
use tiprdc::Features;

/// Features of one or more records: what leaves the device. Made by `tiprdc_encode_features`, `tiprdc_features_from_bytes`
/// or `tiprdc_table_resolve`, closed by `tiprdc_features_free`.
///
/// Threads: any number may use one at once.
#[derive_ReprC(rename = "tiprdc_features")]
#[repr(opaque)]
pub struct FeaturesHandle {
    pub(crate) features: Features,
    encoder: CString,
    release: CString,
    table: Option<CString>,
    indices: OnceLock<Option<Vec<u32>>>,
    bytes: OnceLock<Vec<u8>>,
}

impl Handle for FeaturesHandle {
    const NAME: &'static str = "features object";

    fn open() -> &'static Open {
        static OPEN: Open = Open::new();
        &OPEN
    }
}

impl From<Features> for FeaturesHandle {
    fn from(features: Features) -> Self {
        FeaturesHandle {
            encoder: c_text(features.encoder()),
            release: c_text(features.release()),
            table: features.table().map(c_text),
            indices: OnceLock::new(),
            bytes: OnceLock::new(),
            features,
        }
    }
}

/// Shows many values to C.
///
/// # Safety
/// `data` and `length` are NULL or places for what they point to.
unsafe fn show<T>(values: &[T], data: *mut *const T, length: *mut usize) -> Outcome {
    // SAFETY: the caller's promise.
    let (data, length) = unsafe { (memory::out(data, "data")?, memory::out(length, "length")?) };
    data.write(values.as_ptr());
    length.write(values.len());
    Ok(())
}

/// Shows a text of features to C; NULL where there is none.
///
/// # Safety
/// Nobody closes the features, `text` is NULL or a place for a pointer.
unsafe fn text<'a>(
    features: *const FeaturesHandle,
    text: *mut *const c_char,
    read: impl FnOnce(&'a FeaturesHandle) -> Option<&'a CStr>,
) -> Outcome {
    // SAFETY: the caller's promise.
    let (features, out) = unsafe { (handle::get(features)?, memory::out(text, "text")?) };
    out.write(read(features).map_or(std::ptr::null(), |text| text.as_ptr().cast()));
    Ok(())
}

/// Reads a features file: `length` bytes of safetensors with a tensor `features`.
///
/// Ownership: `bytes` stays the caller's. `*features` becomes the caller's; close it with `tiprdc_features_free`. Written
/// on success only.
/// Threads: any.
/// Returns `TIPRDC_OK`, `TIPRDC_ERROR_ARGUMENT` or `TIPRDC_ERROR_FEATURES_MALFORMED`.
#[ffi_export]
fn tiprdc_features_from_bytes(
    bytes: *const u8,
    length: usize,
    features: *mut *mut FeaturesHandle,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: NULL, or `length` bytes; a place for a pointer.
        let (bytes, out) = unsafe {
            (
                memory::slice(bytes, length, "bytes")?,
                memory::out(features, "features")?,
            )
        };
        out.write(handle::give(FeaturesHandle::from(Features::from_bytes(
            bytes,
        )?)));
        Ok(())
    })
}

/// The features file: safetensors with one tensor `features`, a row per record, and the encoder's digest and release as
/// metadata. Any language with a safetensors library reads it.
///
/// Ownership: `*bytes` is the features', and stays until they are closed. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_features_to_bytes(
    features: *const FeaturesHandle,
    bytes: *mut *const u8,
    length: *mut usize,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: nobody closes the features.
        let features = unsafe { handle::get(features) }?;
        let file = features.bytes.get_or_init(|| features.features.to_bytes());
        // SAFETY: the caller's promise: places for a pointer and a number.
        unsafe { show(file, bytes, length) }
    })
}

/// Closes features. NULL, and features that are closed already, are left alone.
///
/// Ownership: `features`, and all that was read from it, must not be used afterwards.
/// Threads: none may be using `features`.
#[ffi_export]
fn tiprdc_features_free(features: *mut FeaturesHandle) {
    guard(|| {
        // SAFETY: the caller's promise: nobody uses the features any more.
        unsafe { handle::take_back(features) };
        Ok(())
    });
}

/// The numbers, row-major, `length` in all.
///
/// Ownership: `*data` is the features', and stays until they are closed. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_features_data(
    features: *const FeaturesHandle,
    data: *mut *const f32,
    length: *mut usize,
) -> Status {
    // SAFETY: the caller's promise: nobody closes the features; places for a pointer and a number.
    guard(|| unsafe { show(handle::get(features)?.features.data(), data, length) })
}

/// Shape: `[records, ...]`.
///
/// Ownership: `*axes` is the features', and stays until they are closed. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_features_shape(
    features: *const FeaturesHandle,
    axes: *mut *const usize,
    rank: *mut usize,
) -> Status {
    // SAFETY: the caller's promise: nobody closes the features; places for a pointer and a number.
    guard(|| unsafe { show_shape(handle::get(features)?.features.shape(), axes, rank) })
}

/// Number of records.
///
/// Ownership: nothing changes hands. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_features_rows(features: *const FeaturesHandle, rows: *mut usize) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: nobody closes the features; a place for a number.
        let (features, out) = unsafe { (handle::get(features)?, memory::out(rows, "rows")?) };
        out.write(features.features.rows());
        Ok(())
    })
}

/// SHA-256 of the encoder's file in hexadecimal, or empty if no encoder made them.
///
/// Ownership: `*text` is the features', and stays until they are closed. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_features_encoder(features: *const FeaturesHandle, text: *mut *const c_char) -> Status {
    // SAFETY: the caller's promise, as the documentation says.
    guard(|| unsafe { self::text(features, text, |features| Some(&features.encoder)) })
}

/// Name of the release (`exact`, `gaussian`, `laplace`, `substitute`), or empty if no encoder made them.
///
/// Ownership: `*text` is the features', and stays until they are closed. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_features_release(features: *const FeaturesHandle, text: *mut *const c_char) -> Status {
    // SAFETY: the caller's promise, as the documentation says.
    guard(|| unsafe { self::text(features, text, |features| Some(&features.release)) })
}

/// Element type of the numbers, which are rounded to it: `f32`, `f16` or `int8`; of indices `f32`.
///
/// Ownership: `*text` is the library's, and stays for as long as it is loaded. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_features_dtype(features: *const FeaturesHandle, text: *mut *const c_char) -> Status {
    let read = |features: &FeaturesHandle| Some(dtype_text(features.features.dtype()));
    // SAFETY: the caller's promise, as the documentation says.
    guard(|| unsafe { self::text(features, text, read) })
}

/// The index of each record's substitute, one per record; NULL and 0 if these are no features of a substitute release.
///
/// Ownership: `*indices` is the features', and stays until they are closed. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_features_indices(
    features: *const FeaturesHandle,
    indices: *mut *const u32,
    length: *mut usize,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: nobody closes the features; places for a pointer and a number.
        let (features, data, length) = unsafe {
            (
                handle::get(features)?,
                memory::out(indices, "indices")?,
                memory::out(length, "length")?,
            )
        };
        let drawn = features.indices.get_or_init(|| features.features.indices());
        data.write(drawn.as_deref().map_or(std::ptr::null(), <[u32]>::as_ptr));
        length.write(drawn.as_deref().map_or(0, <[u32]>::len));
        Ok(())
    })
}

/// SHA-256 of the substitute table that the indices are resolved with, in hexadecimal; NULL if there are no indices.
///
/// Ownership: `*text` is the features', and stays until they are closed. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_features_table(features: *const FeaturesHandle, text: *mut *const c_char) -> Status {
    // SAFETY: the caller's promise, as the documentation says.
    guard(|| unsafe { self::text(features, text, |features| features.table.as_deref()) })
}
