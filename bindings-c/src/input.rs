//! One record, as C has it.

use crate::memory::slice;
use crate::status::{Failure, Outcome};
use crate::text::str_from;
use safer_ffi::c_char;
use safer_ffi::prelude::*;
use tiprdc::{Input, Value};

/// `kind` of a `tiprdc_input_t`: a window of a series.
#[ffi_export(untyped)]
pub const TIPRDC_INPUT_SERIES: i32 = 1;
/// `kind` of a `tiprdc_input_t`: a tensor that the caller preprocessed.
#[ffi_export(untyped)]
pub const TIPRDC_INPUT_TENSOR: i32 = 2;
/// `kind` of a `tiprdc_input_t`: an image.
#[ffi_export(untyped)]
pub const TIPRDC_INPUT_IMAGE: i32 = 3;
/// `kind` of a `tiprdc_input_t`: a record of named fields.
#[ffi_export(untyped)]
pub const TIPRDC_INPUT_RECORD: i32 = 4;

/// Pixels of 3 bytes: red, green, blue.
#[ffi_export(untyped)]
pub const TIPRDC_IMAGE_RGB8: i32 = 1;
/// Pixels of 4 bytes: red, green, blue, alpha. Alpha is ignored.
#[ffi_export(untyped)]
pub const TIPRDC_IMAGE_RGBA8: i32 = 2;
/// Pixels of 4 bytes: blue, green, red, alpha. Alpha is ignored.
#[ffi_export(untyped)]
pub const TIPRDC_IMAGE_BGRA8: i32 = 3;
/// Pixels of 1 byte: luma.
#[ffi_export(untyped)]
pub const TIPRDC_IMAGE_GRAY8: i32 = 4;

/// `kind` of a `tiprdc_field_t`: a number.
#[ffi_export(untyped)]
pub const TIPRDC_FIELD_NUMBER: i32 = 1;
/// `kind` of a `tiprdc_field_t`: text, a category.
#[ffi_export(untyped)]
pub const TIPRDC_FIELD_TEXT: i32 = 2;
/// `kind` of a `tiprdc_field_t`: not known.
#[ffi_export(untyped)]
pub const TIPRDC_FIELD_MISSING: i32 = 3;

/// `kind` of a `tiprdc_field_t`: true or false.
#[ffi_export(untyped)]
pub const TIPRDC_FIELD_BOOLEAN: i32 = 4;

/// One field of a record.
///
/// Ownership: texts are the caller's, and read during a call only.
#[derive_ReprC(rename = "tiprdc_field")]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct CField {
    /// Its name: UTF-8 with a NUL behind it.
    name: *const c_char,
    /// Of a TIPRDC_FIELD_TEXT: the category, UTF-8 with a NUL behind it. Else not read.
    text: *const c_char,
    /// Of a TIPRDC_FIELD_NUMBER: the number. Of a TIPRDC_FIELD_BOOLEAN: 0 for false. Else not read.
    number: f32,
    /// TIPRDC_FIELD_NUMBER, TIPRDC_FIELD_TEXT, TIPRDC_FIELD_MISSING or TIPRDC_FIELD_BOOLEAN.
    kind: i32,
}

/// One record: what one call, or one row of a batch, encodes. `tiprdc_input_series` and its sisters fill it in.
///
/// Ownership: all memory is the caller's, and read during a call only.
#[derive_ReprC(rename = "tiprdc_input")]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct CInput {
    /// TIPRDC_INPUT_SERIES, TIPRDC_INPUT_TENSOR, TIPRDC_INPUT_IMAGE or TIPRDC_INPUT_RECORD.
    kind: i32,
    /// Of an image: TIPRDC_IMAGE_RGB8 or another format. Else not read.
    format: i32,
    /// Of an image: pixels in a row. Else not read.
    width: u32,
    /// Of an image: number of rows. Else not read.
    height: u32,
    /// Of a series: number of channels. Else not read.
    channels: usize,
    /// Of a series: samples of a channel. Else not read.
    steps: usize,
    /// Of a tensor: `rank` lengths of axes. Else not read.
    axes: *const usize,
    /// Of a tensor: number of axes. Else not read.
    rank: usize,
    /// Of a series or tensor: the numbers, row-major. Else not read.
    numbers: *const f32,
    /// Of an image: the pixels, rows from the top, no padding between rows. Else not read.
    pixels: *const u8,
    /// Of a record: its fields, in any order. Else not read.
    fields: *const CField,
    /// How many numbers, bytes of pixels or fields there are.
    length: usize,
}

impl CInput {
    const NOTHING: CInput = CInput {
        kind: 0,
        format: 0,
        width: 0,
        height: 0,
        channels: 0,
        steps: 0,
        axes: std::ptr::null(),
        rank: 0,
        numbers: std::ptr::null(),
        pixels: std::ptr::null(),
        fields: std::ptr::null(),
        length: 0,
    };

    /// The core's form of it.
    ///
    /// # Safety
    /// Pointers that `kind` calls for are NULL or point to what the lengths say, and nobody changes it during `'a`.
    pub(crate) unsafe fn read<'a>(self) -> Outcome<Input<'a>> {
        match self.kind {
            TIPRDC_INPUT_SERIES => {
                // SAFETY: the caller's promise.
                let numbers = unsafe { slice(self.numbers, self.length, "numbers") }?;
                Ok(Input::series(numbers, self.channels, self.steps)?)
            }
            TIPRDC_INPUT_TENSOR => {
                // SAFETY: the caller's promise.
                let numbers = unsafe { slice(self.numbers, self.length, "numbers") }?;
                // SAFETY: the caller's promise.
                let axes = unsafe { slice(self.axes, self.rank, "axes") }?;
                Ok(Input::tensor(numbers, axes)?)
            }
            TIPRDC_INPUT_IMAGE => {
                // SAFETY: the caller's promise.
                let pixels = unsafe { slice(self.pixels, self.length, "pixels") }?;
                image(pixels, self.format, self.width, self.height)
            }
            TIPRDC_INPUT_RECORD => {
                // SAFETY: the caller's promise.
                let fields = unsafe { slice(self.fields, self.length, "fields") }?;
                // SAFETY: the caller's promise, for each of them.
                let fields = fields.iter().map(|field| unsafe { field.read() });
                Ok(Input::record(fields.collect::<Outcome<Vec<_>>>()?))
            }
            other => Err(Failure::argument(format!(
                "{other} is no kind of input; see TIPRDC_INPUT_SERIES and its sisters"
            ))),
        }
    }
}

impl CField {
    /// The core's form of it.
    ///
    /// # Safety
    /// Texts that `kind` calls for are NULL or end with a NUL, and nobody changes them during `'a`.
    unsafe fn read<'a>(&self) -> Outcome<(&'a str, Value<'a>)> {
        // SAFETY: the caller's promise.
        let name = unsafe { str_from(self.name, "name of a field") }?;
        let value = match self.kind {
            TIPRDC_FIELD_NUMBER => Value::from(self.number),
            // SAFETY: the caller's promise.
            TIPRDC_FIELD_TEXT => Value::Text(unsafe { str_from(self.text, "text of a field") }?),
            TIPRDC_FIELD_MISSING => Value::Missing,
            TIPRDC_FIELD_BOOLEAN => Value::Boolean(self.number != 0.0),
            other => {
                return Err(Failure::argument(format!(
                    "{other} is no kind of field; see TIPRDC_FIELD_NUMBER and its sisters"
                )));
            }
        };
        Ok((name, value))
    }
}

fn image(pixels: &[u8], format: i32, width: u32, height: u32) -> Outcome<Input<'_>> {
    Ok(match format {
        TIPRDC_IMAGE_RGB8 => Input::image_rgb8(pixels, width, height)?,
        TIPRDC_IMAGE_RGBA8 => Input::image_rgba8(pixels, width, height)?,
        TIPRDC_IMAGE_BGRA8 => Input::image_bgra8(pixels, width, height)?,
        TIPRDC_IMAGE_GRAY8 => Input::image_gray8(pixels, width, height)?,
        other => {
            return Err(Failure::argument(format!(
                "{other} is no format of pixels; see TIPRDC_IMAGE_RGB8 and its sisters"
            )));
        }
    })
}

/// A window of a series: `length` numbers, row-major `[channels, steps]`: all steps of the first channel come first.
///
/// Ownership: `numbers` stays the caller's, and must outlive the use of the result.
/// Threads: any.
#[ffi_export]
pub(crate) fn tiprdc_input_series(
    numbers: *const f32,
    length: usize,
    channels: usize,
    steps: usize,
) -> CInput {
    CInput {
        kind: TIPRDC_INPUT_SERIES,
        channels,
        steps,
        numbers,
        length,
        ..CInput::NOTHING
    }
}

/// A tensor that the caller preprocessed: `length` numbers, row-major, with the `rank` axes of one record.
///
/// Ownership: `numbers` and `axes` stay the caller's, and must outlive the use of the result.
/// Threads: any.
#[ffi_export]
pub(crate) fn tiprdc_input_tensor(
    numbers: *const f32,
    length: usize,
    axes: *const usize,
    rank: usize,
) -> CInput {
    CInput {
        kind: TIPRDC_INPUT_TENSOR,
        axes,
        rank,
        numbers,
        length,
        ..CInput::NOTHING
    }
}

/// An image: `length` bytes of pixels in a format such as TIPRDC_IMAGE_RGB8, rows from the top, no padding between rows.
///
/// Ownership: `pixels` stays the caller's, and must outlive the use of the result.
/// Threads: any.
#[ffi_export]
pub(crate) fn tiprdc_input_image(
    pixels: *const u8,
    length: usize,
    format: i32,
    width: u32,
    height: u32,
) -> CInput {
    CInput {
        kind: TIPRDC_INPUT_IMAGE,
        format,
        width,
        height,
        pixels,
        length,
        ..CInput::NOTHING
    }
}

/// A record of `length` named fields, in any order.
///
/// Ownership: `fields` and its texts stay the caller's, and must outlive the use of the result.
/// Threads: any.
#[ffi_export]
pub(crate) fn tiprdc_input_record(fields: *const CField, length: usize) -> CInput {
    CInput {
        kind: TIPRDC_INPUT_RECORD,
        fields,
        length,
        ..CInput::NOTHING
    }
}

/// The fields of series records that lie one behind the other.
///
/// # Safety
/// `numbers` is NULL or points to `length` numbers that stay for as long as the result.
pub(crate) unsafe fn rows_of(
    numbers: *const f32,
    length: usize,
    rows: usize,
    one: CInput,
) -> Outcome<Vec<CInput>> {
    // SAFETY: the caller's promise.
    let numbers = unsafe { slice(numbers, length, "numbers") }?;
    if rows == 0 && length == 0 {
        return Ok(Vec::new());
    }
    if rows == 0 || length == 0 || !length.is_multiple_of(rows) {
        return Err(Failure::new(
            tiprdc::ErrorKind::InputShape,
            format!("{length} numbers cannot be {rows} records of the same length"),
        ));
    }
    let width = length / rows;
    let row = |numbers: &[f32]| CInput {
        numbers: numbers.as_ptr(),
        length: width,
        ..one
    };
    Ok(numbers.chunks_exact(width).map(row).collect())
}
