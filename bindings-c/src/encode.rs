//! Raw input in, features out.

use crate::encoder::EncoderHandle;
use crate::features::FeaturesHandle;
use crate::handle;
use crate::input::{
    CField, CInput, rows_of, tiprdc_input_image, tiprdc_input_record, tiprdc_input_series,
    tiprdc_input_tensor,
};
use crate::memory;
use crate::status::{Failure, Outcome, Status, guard};
use safer_ffi::prelude::*;
use tiprdc::{ErrorKind, Features, Input};

/// Features of one record, on the calling thread, or of many on the threads that the encoder or the caller names.
#[derive(Clone, Copy)]
enum How {
    One,
    Batch { threads: usize },
}

/// Encodes records of C.
///
/// # Safety
/// What the inputs point to stays for the call.
unsafe fn encode(encoder: &EncoderHandle, inputs: &[CInput], how: How) -> Outcome<Features> {
    let read = |(row, input): (usize, &CInput)| {
        // SAFETY: the caller's promise.
        let input = unsafe { input.read() };
        input.map_err(|failure| match how {
            How::One => failure,
            How::Batch { .. } => {
                Failure::new(failure.kind, format!("record {row}: {}", failure.message))
            }
        })
    };
    let inputs: Vec<Input<'_>> = inputs
        .iter()
        .enumerate()
        .map(read)
        .collect::<Outcome<_>>()?;
    let encoder = &encoder.encoder;
    Ok(match (how, inputs.as_slice()) {
        (How::One, [input]) => encoder.encode(input)?,
        (How::Batch { threads: 0 }, inputs) => encoder.encode_batch(inputs)?,
        (How::Batch { threads }, inputs) => encoder.with_threads(threads).encode_batch(inputs)?,
        (How::One, inputs) => encoder.encode_batch(inputs)?,
    })
}

/// Encodes records of C into memory of C.
///
/// # Safety
/// Nobody closes the encoder; what the inputs point to stays for the call; `out` is NULL or has room for `out_length`
/// numbers.
unsafe fn encode_into(
    encoder: *const EncoderHandle,
    inputs: &[CInput],
    how: How,
    out: *mut f32,
    out_length: usize,
) -> Outcome {
    // SAFETY: the caller's promise.
    let (encoder, out) = unsafe {
        (
            handle::get(encoder)?,
            memory::out_slice(out, out_length, "out")?,
        )
    };
    let rows = inputs.len();
    let expected = encoder.output_length() * rows;
    if out.length() != expected {
        return Err(Failure::new(
            ErrorKind::OutputSize,
            format!(
                "features of {rows} records need room for {expected} numbers, the buffer has {out_length}"
            ),
        ));
    }
    // Not into the caller's buffer at once: it is written on success only.
    // SAFETY: the caller's promise.
    let features = unsafe { encode(encoder, inputs, how) }?;
    out.copy_prefix(features.data());
    Ok(())
}

/// Encodes one window of a series into `out`.
///
/// `numbers` holds `length` = `channels * steps` numbers, row-major `[channels, steps]`. `out` has room for exactly
/// `tiprdc_encoder_output_length` numbers.
///
/// A random release draws anew at every call, and each draw spends its epsilon again; see `tiprdc_options_set_memo`.
///
/// Ownership: all memory stays the caller's. `out` is written on success only.
/// Threads: any; the work is done on the calling thread.
/// Returns `TIPRDC_OK`, a status from 200 to 299, TIPRDC_ERROR_FEATURES_NOT_FINITE of an exact release, or
/// TIPRDC_ERROR_RANDOMNESS_UNAVAILABLE of a random one.
#[ffi_export]
fn tiprdc_encode_series(
    encoder: *const EncoderHandle,
    numbers: *const f32,
    length: usize,
    channels: usize,
    steps: usize,
    out: *mut f32,
    out_length: usize,
) -> Status {
    let input = tiprdc_input_series(numbers, length, channels, steps);
    // SAFETY: the caller's promise, as the documentation says.
    guard(|| unsafe { encode_into(encoder, &[input], How::One, out, out_length) })
}

/// Encodes one tensor, preprocessed by the caller, into `out`.
///
/// `numbers` holds `length` numbers, row-major, with the `rank` axes of one record. `out` has room for exactly
/// `tiprdc_encoder_output_length` numbers.
///
/// Ownership: all memory stays the caller's. `out` is written on success only.
/// Threads: any; the work is done on the calling thread.
/// Returns: as `tiprdc_encode_series`.
#[ffi_export]
fn tiprdc_encode_tensor(
    encoder: *const EncoderHandle,
    numbers: *const f32,
    length: usize,
    axes: *const usize,
    rank: usize,
    out: *mut f32,
    out_length: usize,
) -> Status {
    let input = tiprdc_input_tensor(numbers, length, axes, rank);
    // SAFETY: the caller's promise, as the documentation says.
    guard(|| unsafe { encode_into(encoder, &[input], How::One, out, out_length) })
}

/// Encodes one image into `out`; it is cropped, resized and normalised as the manifest says.
///
/// `pixels` holds `length` bytes in a format such as TIPRDC_IMAGE_RGB8, rows from the top, no padding between rows. `out`
/// has room for exactly `tiprdc_encoder_output_length` numbers.
///
/// Ownership: all memory stays the caller's. `out` is written on success only.
/// Threads: any; the work is done on the calling thread.
/// Returns: as `tiprdc_encode_series`.
#[ffi_export]
fn tiprdc_encode_image(
    encoder: *const EncoderHandle,
    pixels: *const u8,
    length: usize,
    format: i32,
    width: u32,
    height: u32,
    out: *mut f32,
    out_length: usize,
) -> Status {
    let input = tiprdc_input_image(pixels, length, format, width, height);
    // SAFETY: the caller's promise, as the documentation says.
    guard(|| unsafe { encode_into(encoder, &[input], How::One, out, out_length) })
}

/// Encodes one record of `length` named fields into `out`.
///
/// The fields are those of the manifest, in any order; one that is not known is passed as TIPRDC_FIELD_MISSING. `out` has
/// room for exactly `tiprdc_encoder_output_length` numbers.
///
/// Ownership: all memory stays the caller's. `out` is written on success only.
/// Threads: any; the work is done on the calling thread.
/// Returns: as `tiprdc_encode_series`.
#[ffi_export]
fn tiprdc_encode_record(
    encoder: *const EncoderHandle,
    fields: *const CField,
    length: usize,
    out: *mut f32,
    out_length: usize,
) -> Status {
    let input = tiprdc_input_record(fields, length);
    // SAFETY: the caller's promise, as the documentation says.
    guard(|| unsafe { encode_into(encoder, &[input], How::One, out, out_length) })
}

/// Encodes many records of any kind into `out`, in parallel.
///
/// `inputs` holds `rows` records. `out` has room for exactly `rows` times `tiprdc_encoder_output_length` numbers, one
/// record behind the other. `threads` 0 is what the encoder's options say, and one per core by default.
///
/// Ownership: all memory stays the caller's. `out` is written on success only.
/// Threads: any; the work is done on the calling thread and on threads that end with the call.
/// Returns: as `tiprdc_encode_series`; the last error names the first record that failed, and nothing is written.
#[ffi_export]
fn tiprdc_encode_batch(
    encoder: *const EncoderHandle,
    inputs: *const CInput,
    rows: usize,
    threads: usize,
    out: *mut f32,
    out_length: usize,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: NULL, or `rows` inputs.
        let inputs = unsafe { memory::slice(inputs, rows, "inputs") }?;
        // SAFETY: the caller's promise, as the documentation says.
        unsafe { encode_into(encoder, inputs, How::Batch { threads }, out, out_length) }
    })
}

/// Encodes `rows` windows of a series that lie one behind the other into `out`, in parallel.
///
/// `numbers` holds `length` = `rows * channels * steps` numbers, row-major `[rows, channels, steps]`. The rest is as for
/// `tiprdc_encode_batch`.
///
/// Ownership: all memory stays the caller's. `out` is written on success only.
/// Threads: any; the work is done on the calling thread and on threads that end with the call.
/// Returns: as `tiprdc_encode_batch`.
#[ffi_export]
fn tiprdc_encode_series_batch(
    encoder: *const EncoderHandle,
    numbers: *const f32,
    length: usize,
    rows: usize,
    channels: usize,
    steps: usize,
    threads: usize,
    out: *mut f32,
    out_length: usize,
) -> Status {
    let one = tiprdc_input_series(numbers, 0, channels, steps);
    guard(|| {
        // SAFETY: the caller's promise: NULL, or `length` numbers.
        let inputs = unsafe { rows_of(numbers, length, rows, one) }?;
        // SAFETY: the caller's promise, as the documentation says.
        unsafe { encode_into(encoder, &inputs, How::Batch { threads }, out, out_length) }
    })
}

/// Encodes `rows` tensors that lie one behind the other into `out`, in parallel.
///
/// `numbers` holds `length` numbers, row-major `[rows, axes...]` with the `rank` axes of one record. The rest is as for
/// `tiprdc_encode_batch`.
///
/// Ownership: all memory stays the caller's. `out` is written on success only.
/// Threads: any; the work is done on the calling thread and on threads that end with the call.
/// Returns: as `tiprdc_encode_batch`.
#[ffi_export]
fn tiprdc_encode_tensor_batch(
    encoder: *const EncoderHandle,
    numbers: *const f32,
    length: usize,
    rows: usize,
    axes: *const usize,
    rank: usize,
    threads: usize,
    out: *mut f32,
    out_length: usize,
) -> Status {
    let one = tiprdc_input_tensor(numbers, 0, axes, rank);
    guard(|| {
        // SAFETY: the caller's promise: NULL, or `length` numbers.
        let inputs = unsafe { rows_of(numbers, length, rows, one) }?;
        // SAFETY: the caller's promise, as the documentation says.
        unsafe { encode_into(encoder, &inputs, How::Batch { threads }, out, out_length) }
    })
}

/// Encodes many records of any kind, in parallel, to features that can be written to a file.
///
/// `inputs` holds `rows` records; `threads` is as for `tiprdc_encode_batch`.
///
/// Ownership: `inputs` stays the caller's. `*features` becomes the caller's; close it with `tiprdc_features_free`. Written
/// on success only.
/// Threads: any; the work is done on the calling thread and on threads that end with the call.
/// Returns: as `tiprdc_encode_batch`.
#[ffi_export]
fn tiprdc_encode_features(
    encoder: *const EncoderHandle,
    inputs: *const CInput,
    rows: usize,
    threads: usize,
    features: *mut *mut FeaturesHandle,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: nobody closes the encoder; `rows` inputs; a place for a pointer.
        let (encoder, inputs, out) = unsafe {
            (
                handle::get(encoder)?,
                memory::slice(inputs, rows, "inputs")?,
                memory::out(features, "features")?,
            )
        };
        // SAFETY: the caller's promise: what the inputs point to stays.
        let features = unsafe { encode(encoder, inputs, How::Batch { threads }) }?;
        out.write(handle::give(FeaturesHandle::from(features)));
        Ok(())
    })
}
