//! What an encoder says of itself.

use crate::encoder::{EncoderHandle, dtype_text};
use crate::handle;
use crate::memory;
use crate::status::{Failure, Outcome, Status, guard};
use safer_ffi::c_char;
use safer_ffi::prelude::*;
use std::ffi::CStr;

/// Shows a text of an encoder to C.
///
/// # Safety
/// Nobody closes the encoder, `text` is NULL or a place for a pointer.
unsafe fn text<'a>(
    encoder: *const EncoderHandle,
    text: *mut *const c_char,
    read: impl FnOnce(&'a EncoderHandle) -> &'a CStr,
) -> Outcome {
    // SAFETY: the caller's promise.
    let (encoder, out) = unsafe { (handle::get(encoder)?, memory::out(text, "text")?) };
    out.write(read(encoder).as_ptr().cast());
    Ok(())
}

/// Shows a shape to C.
///
/// # Safety
/// `axes` and `rank` are NULL or places for what they point to.
pub(crate) unsafe fn show_shape(
    shape: &[usize],
    axes: *mut *const usize,
    rank: *mut usize,
) -> Outcome {
    // SAFETY: the caller's promise.
    let (axes, rank) = unsafe { (memory::out(axes, "axes")?, memory::out(rank, "rank")?) };
    axes.write(shape.as_ptr());
    rank.write(shape.len());
    Ok(())
}

/// Shows a number that a manifest may leave out.
///
/// # Safety
/// `stated` and `value` are NULL or places for what they point to.
unsafe fn show_number(number: Option<f64>, stated: *mut bool, value: *mut f64) -> Outcome {
    // SAFETY: the caller's promise.
    let (stated, value) = unsafe { (memory::out(stated, "stated")?, memory::out(value, "value")?) };
    stated.write(number.is_some());
    value.write(number.unwrap_or_default());
    Ok(())
}

/// Name of the encoder, for people.
///
/// Ownership: `*text` is the encoder's, and stays until it is closed. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_encoder_name(encoder: *const EncoderHandle, text: *mut *const c_char) -> Status {
    // SAFETY: the caller's promise, as the documentation says.
    guard(|| unsafe { self::text(encoder, text, |encoder| &encoder.texts.name) })
}

/// Version of the encoder, chosen by the collector.
///
/// Ownership: `*text` is the encoder's, and stays until it is closed. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_encoder_version(encoder: *const EncoderHandle, text: *mut *const c_char) -> Status {
    // SAFETY: the caller's promise, as the documentation says.
    guard(|| unsafe { self::text(encoder, text, |encoder| &encoder.texts.version) })
}

/// SHA-256 of the encoder's file, in hexadecimal; features carry it.
///
/// Ownership: `*text` is the encoder's, and stays until it is closed. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_encoder_digest(encoder: *const EncoderHandle, text: *mut *const c_char) -> Status {
    // SAFETY: the caller's promise, as the documentation says.
    guard(|| unsafe { self::text(encoder, text, |encoder| &encoder.texts.digest) })
}

/// What the encoder takes: `image`, `series`, `record` or `tensor`.
///
/// Ownership: `*text` is the encoder's, and stays until it is closed. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_encoder_input_kind(encoder: *const EncoderHandle, text: *mut *const c_char) -> Status {
    // SAFETY: the caller's promise, as the documentation says.
    guard(|| unsafe { self::text(encoder, text, |encoder| &encoder.texts.input_kind) })
}

/// What happens to features before they leave: `exact`, `gaussian`, `laplace` or `substitute`.
///
/// Ownership: `*text` is the encoder's, and stays until it is closed. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_encoder_release(encoder: *const EncoderHandle, text: *mut *const c_char) -> Status {
    // SAFETY: the caller's promise, as the documentation says.
    guard(|| unsafe { self::text(encoder, text, |encoder| &encoder.texts.release) })
}

/// Element type that features are rounded to, and that their file holds: `f32`, `f16` or `int8`.
///
/// Ownership: `*text` is the library's, and stays for as long as it is loaded. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_encoder_dtype(encoder: *const EncoderHandle, text: *mut *const c_char) -> Status {
    let read = |encoder: &EncoderHandle| dtype_text(encoder.encoder.manifest().output.dtype);
    // SAFETY: the caller's promise, as the documentation says.
    guard(|| unsafe { self::text(encoder, text, read) })
}

/// The whole manifest, as JSON.
///
/// Ownership: `*text` is the encoder's, and stays until it is closed. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_encoder_manifest(encoder: *const EncoderHandle, text: *mut *const c_char) -> Status {
    // SAFETY: the caller's promise, as the documentation says.
    guard(|| unsafe { self::text(encoder, text, |encoder| &encoder.texts.manifest) })
}

/// How many private attributes the training hid.
///
/// Ownership: nothing changes hands. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_encoder_private_count(encoder: *const EncoderHandle, count: *mut usize) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: nobody closes the encoder; a place for a number.
        let (encoder, out) = unsafe { (handle::get(encoder)?, memory::out(count, "count")?) };
        out.write(encoder.texts.private.len());
        Ok(())
    })
}

/// Name of one private attribute that the training hid; `index` counts from 0.
///
/// Ownership: `*text` is the encoder's, and stays until it is closed. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK`, or `TIPRDC_ERROR_ARGUMENT` also if there are not that many.
#[ffi_export]
fn tiprdc_encoder_private_attribute(
    encoder: *const EncoderHandle,
    index: usize,
    text: *mut *const c_char,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: nobody closes the encoder; a place for a pointer.
        let (encoder, out) = unsafe { (handle::get(encoder)?, memory::out(text, "text")?) };
        let private = &encoder.texts.private;
        let attribute = private.get(index).ok_or_else(|| {
            let count = private.len();
            Failure::argument(format!("`index` must be below {count}, found {index}"))
        })?;
        out.write(attribute.as_ptr().cast());
        Ok(())
    })
}

/// Shape of the network's input for one record, row-major, without the batch axis. Image: `[channels, height, width]`;
/// series: `[channels, steps]`; record: `[numbers]`.
///
/// Ownership: `*axes` is the encoder's, and stays until it is closed. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_encoder_input_shape(
    encoder: *const EncoderHandle,
    axes: *mut *const usize,
    rank: *mut usize,
) -> Status {
    // SAFETY: the caller's promise: nobody closes the encoder; places for a pointer and a number.
    guard(|| unsafe { show_shape(&handle::get(encoder)?.input_shape, axes, rank) })
}

/// Shape of the features of one record, row-major, without the batch axis; `[1]` for a substitute release: an index.
///
/// Ownership: `*axes` is the encoder's, and stays until it is closed. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_encoder_output_shape(
    encoder: *const EncoderHandle,
    axes: *mut *const usize,
    rank: *mut usize,
) -> Status {
    // SAFETY: the caller's promise: nobody closes the encoder; places for a pointer and a number.
    guard(|| unsafe { show_shape(handle::get(encoder)?.encoder.output_shape(), axes, rank) })
}

/// How many numbers the features of one record have: what the output shape multiplies to.
///
/// Ownership: nothing changes hands. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_encoder_output_length(encoder: *const EncoderHandle, length: *mut usize) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: nobody closes the encoder; a place for a number.
        let (encoder, out) = unsafe { (handle::get(encoder)?, memory::out(length, "length")?) };
        out.write(encoder.output_length());
        Ok(())
    })
}

/// Local differential privacy of one draw of the release, in nats; `*stated` is false where there is no bound.
///
/// Ownership: nothing changes hands. Written on success only; `*value` is 0 where nothing is stated.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_encoder_epsilon(
    encoder: *const EncoderHandle,
    stated: *mut bool,
    value: *mut f64,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: nobody closes the encoder.
        let encoder = unsafe { handle::get(encoder) }?;
        let epsilon = encoder.encoder.manifest().release.epsilon();
        // SAFETY: the caller's promise: places for a truth value and a number.
        unsafe { show_number(epsilon, stated, value) }
    })
}

/// The probability that may escape the bound of one draw; `*stated` is false where there is none.
///
/// Ownership: nothing changes hands. Written on success only; `*value` is 0 where nothing is stated.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_encoder_delta(
    encoder: *const EncoderHandle,
    stated: *mut bool,
    value: *mut f64,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: nobody closes the encoder.
        let encoder = unsafe { handle::get(encoder) }?;
        let delta = encoder.encoder.manifest().release.delta();
        // SAFETY: the caller's promise: places for a truth value and a number.
        unsafe { show_number(delta, stated, value) }
    })
}

impl EncoderHandle {
    /// Numbers that leave for one record.
    pub(crate) fn output_length(&self) -> usize {
        self.encoder.output_shape().iter().product()
    }
}
