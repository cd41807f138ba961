//! How an encoder is loaded.

use crate::handle::{self, Handle, Open};
use crate::memory;
use crate::status::{Failure, Outcome, Status, guard};
use safer_ffi::prelude::*;
use std::sync::{Mutex, PoisonError};
use tiprdc::{Encoder, EncoderBuilder};

/// How an encoder is loaded: limits, threads, secret. Made by `tiprdc_options_new`, closed by `tiprdc_options_free`.
///
/// Threads: any number may use one.
#[derive_ReprC(rename = "tiprdc_options")]
#[repr(opaque)]
pub struct Options {
    builder: Mutex<EncoderBuilder>,
}

impl Handle for Options {
    const NAME: &'static str = "options object";

    fn open() -> &'static Open {
        static OPEN: Open = Open::new();
        &OPEN
    }
}

impl Options {
    /// The builder as it was set so far.
    pub(crate) fn builder(&self) -> EncoderBuilder {
        let builder = self.builder.lock().unwrap_or_else(PoisonError::into_inner);
        builder.clone()
    }

    fn set(&self, change: impl FnOnce(EncoderBuilder) -> EncoderBuilder) {
        let mut builder = self.builder.lock().unwrap_or_else(PoisonError::into_inner);
        *builder = change(builder.clone());
    }
}

/// Changes an options object of C.
///
/// # Safety
/// Nobody closes the options during the call.
unsafe fn change(
    options: *mut Options,
    change: impl FnOnce(EncoderBuilder) -> EncoderBuilder,
) -> Outcome {
    // SAFETY: the caller's promise.
    unsafe { handle::get(options) }?.set(change);
    Ok(())
}

/// Makes options with the defaults: files of at most 256 MiB, one thread per core for batches, no secret.
///
/// Ownership: `*options` becomes the caller's; close it with `tiprdc_options_free`. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_options_new(options: *mut *mut Options) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: NULL, or a place for a pointer.
        let out = unsafe { memory::out(options, "options") }?;
        out.write(handle::give(Options {
            builder: Mutex::new(Encoder::builder()),
        }));
        Ok(())
    })
}

/// Closes options. Encoders that were opened with them stay. NULL, and options that are closed already, are left alone.
///
/// Ownership: `options` must not be used afterwards.
/// Threads: none may be using `options`.
#[ffi_export]
fn tiprdc_options_free(options: *mut Options) {
    guard(|| {
        // SAFETY: the caller's promise: nobody uses the options any more.
        unsafe { handle::take_back(options) };
        Ok(())
    });
}

/// The largest encoder file to load, in bytes.
///
/// Ownership: `options` stays the caller's.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_options_set_max_bytes(options: *mut Options, max_bytes: u64) -> Status {
    // SAFETY: the caller's promise: nobody closes the options.
    guard(|| unsafe { change(options, |builder| builder.max_bytes(max_bytes)) })
}

/// The most multiplications that a network may need for one record, and so the time it may take.
///
/// An encoder that needs more is refused with TIPRDC_ERROR_MODEL_TOO_LARGE before it runs.
///
/// Ownership: `options` stays the caller's.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_options_set_max_work(options: *mut Options, max_work: u64) -> Status {
    // SAFETY: the caller's promise: nobody closes the options.
    guard(|| unsafe { change(options, |builder| builder.max_work(max_work)) })
}

/// How many threads a batch uses; 0 is one per core.
///
/// Ownership: `options` stays the caller's.
/// Threads: any.
/// Returns `TIPRDC_OK` or `TIPRDC_ERROR_ARGUMENT`.
#[ffi_export]
fn tiprdc_options_set_threads(options: *mut Options, threads: usize) -> Status {
    // SAFETY: the caller's promise: nobody closes the options.
    guard(|| unsafe { change(options, |builder| builder.threads(threads)) })
}

/// Makes the draw of a random release depend on the input and this secret of 32 bytes alone: the same input, the same
/// draw, however often it is encoded. Without it, encoding an input ten times spends ten times the epsilon.
///
/// Make the secret once, from 32 bytes of the system's randomness, and keep it in the device's keystore. It stops the
/// averaging of identical inputs only; whoever has it can undo the noise of inputs that they can guess. Does nothing for
/// an exact release.
///
/// Ownership: `secret` stays the caller's, and is copied.
/// Threads: any.
/// Returns `TIPRDC_OK`, or `TIPRDC_ERROR_ARGUMENT` also if `length` is not 32.
#[ffi_export]
fn tiprdc_options_set_memo(options: *mut Options, secret: *const u8, length: usize) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: NULL, or `length` bytes.
        let secret = unsafe { memory::slice(secret, length, "secret") }?;
        let secret: [u8; 32] = secret
            .try_into()
            .map_err(|_| Failure::argument(format!("a secret has 32 bytes, found {length}")))?;
        // SAFETY: the caller's promise: nobody closes the options.
        unsafe { change(options, |builder| builder.memo(secret)) }
    })
}
