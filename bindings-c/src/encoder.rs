//! The encoder, as C holds it.

use crate::handle::{self, Handle, Open};
use crate::memory;
use crate::options::Options;
use crate::status::{Outcome, Status, guard};
use crate::text::{c_text, str_from};
use safer_ffi::c_char;
use safer_ffi::prelude::*;
use std::ffi::{CStr, CString};
use tiprdc::{Dtype, Encoder, EncoderBuilder, Manifest};

/// A loaded encoder: raw input in, features out. Opened by `tiprdc_encoder_open`, `tiprdc_encoder_open_with` or
/// `tiprdc_encoder_from_bytes`, closed by `tiprdc_encoder_free`.
///
/// Threads: any number may use one at once.
#[derive_ReprC(rename = "tiprdc_encoder")]
#[repr(opaque)]
pub struct EncoderHandle {
    pub(crate) encoder: Encoder,
    pub(crate) texts: Texts,
    pub(crate) input_shape: Vec<usize>,
}

/// What C reads of a manifest, with a NUL behind it.
pub(crate) struct Texts {
    pub(crate) name: CString,
    pub(crate) version: CString,
    pub(crate) digest: CString,
    pub(crate) input_kind: CString,
    pub(crate) release: CString,
    pub(crate) manifest: CString,
    pub(crate) private: Vec<CString>,
}

impl Texts {
    fn new(manifest: &Manifest, digest: &str) -> Self {
        Texts {
            name: c_text(&manifest.name),
            version: c_text(&manifest.version),
            digest: c_text(digest),
            input_kind: c_text(manifest.input.kind()),
            release: c_text(manifest.release.name()),
            manifest: c_text(&manifest.to_json()),
            private: manifest
                .method
                .private
                .iter()
                .map(|name| c_text(name))
                .collect(),
        }
    }
}

/// The name of an element type, as manifests spell it.
pub(crate) fn dtype_text(dtype: Dtype) -> &'static CStr {
    match dtype {
        Dtype::F32 => c"f32",
        Dtype::F16 => c"f16",
        Dtype::Int8 => c"int8",
    }
}

impl Handle for EncoderHandle {
    const NAME: &'static str = "encoder";

    fn open() -> &'static Open {
        static OPEN: Open = Open::new();
        &OPEN
    }
}

impl From<Encoder> for EncoderHandle {
    fn from(encoder: Encoder) -> Self {
        EncoderHandle {
            texts: Texts::new(encoder.manifest(), encoder.digest()),
            input_shape: encoder.manifest().input.shape(),
            encoder,
        }
    }
}

/// Opens an encoder and hands it to C.
///
/// # Safety
/// `encoder` is NULL or a place for a pointer.
unsafe fn open(
    encoder: *mut *mut EncoderHandle,
    load: impl FnOnce() -> Outcome<Encoder>,
) -> Outcome {
    // SAFETY: the caller's promise.
    let out = unsafe { memory::out(encoder, "encoder") }?;
    out.write(handle::give(EncoderHandle::from(load()?)));
    Ok(())
}

/// The builder of options from C; NULL is the defaults.
///
/// # Safety
/// Nobody closes the options during the call.
unsafe fn builder(options: *const Options) -> Outcome<EncoderBuilder> {
    if options.is_null() {
        return Ok(Encoder::builder());
    }
    // SAFETY: the caller's promise.
    unsafe { handle::get(options) }.map(Options::builder)
}

/// Opens an encoder from a file, with the default options.
///
/// `path` is UTF-8, with a NUL behind it.
///
/// Ownership: `*encoder` becomes the caller's; close it with `tiprdc_encoder_free`. Written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK`, `TIPRDC_ERROR_ARGUMENT`, or a status from 100 to 199.
#[ffi_export]
fn tiprdc_encoder_open(path: *const c_char, encoder: *mut *mut EncoderHandle) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: a text, and a place for a pointer.
        unsafe { open(encoder, || Ok(Encoder::open(str_from(path, "path")?)?)) }
    })
}

/// Opens an encoder from a file, with options.
///
/// `path` is UTF-8, with a NUL behind it. `options` may be NULL: the defaults.
///
/// Ownership: `*encoder` becomes the caller's; close it with `tiprdc_encoder_free`. Written on success only. `options`
/// stays the caller's.
/// Threads: any.
/// Returns `TIPRDC_OK`, `TIPRDC_ERROR_ARGUMENT`, or a status from 100 to 199.
#[ffi_export]
fn tiprdc_encoder_open_with(
    path: *const c_char,
    options: *const Options,
    encoder: *mut *mut EncoderHandle,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: nobody closes the options.
        let builder = unsafe { builder(options) }?;
        // SAFETY: the caller's promise: a text, and a place for a pointer.
        unsafe { open(encoder, || Ok(builder.open(str_from(path, "path")?)?)) }
    })
}

/// Opens an encoder from memory: `length` bytes of an encoder file.
///
/// `options` may be NULL: the defaults.
///
/// Ownership: `*encoder` becomes the caller's; close it with `tiprdc_encoder_free`. Written on success only. `bytes` and
/// `options` stay the caller's; `bytes` may be freed at once.
/// Threads: any.
/// Returns `TIPRDC_OK`, `TIPRDC_ERROR_ARGUMENT`, or a status from 100 to 199.
#[ffi_export]
fn tiprdc_encoder_from_bytes(
    bytes: *const u8,
    length: usize,
    options: *const Options,
    encoder: *mut *mut EncoderHandle,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise: NULL, or `length` bytes.
        let bytes = unsafe { memory::slice(bytes, length, "bytes") }?;
        // SAFETY: the caller's promise: nobody closes the options.
        let builder = unsafe { builder(options) }?;
        // SAFETY: the caller's promise: a place for a pointer.
        unsafe { open(encoder, || Ok(builder.from_bytes(bytes)?)) }
    })
}

/// Closes an encoder. NULL, and an encoder that is closed already, are left alone.
///
/// Ownership: `encoder`, and texts and shapes that were read from it, must not be used afterwards. Features stay.
/// Threads: none may be using `encoder`.
#[ffi_export]
fn tiprdc_encoder_free(encoder: *mut EncoderHandle) {
    guard(|| {
        // SAFETY: the caller's promise: nobody uses the encoder any more.
        unsafe { handle::take_back(encoder) };
        Ok(())
    });
}
