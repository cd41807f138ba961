//! Inputs as they cross: what they are, apart from their numbers and pixels, which come in one piece of memory.

use crate::failure::Failure;
use crate::memory::numbers;
use crate::options::size;
use tiprdc::{Input, Value};

/// One record of a batch. `length` is how many of the batch's bytes are its own; records follow each other without gaps.
#[derive(uniffi::Enum)]
pub enum RawInput {
    /// A window of a series, row-major `[channels, steps]`, f32.
    Series {
        /// Number of channels.
        channels: i32,
        /// Number of steps.
        steps: i32,
        /// Bytes of this record.
        length: i64,
    },
    /// A tensor that the caller preprocessed, f32, without a batch axis.
    Tensor {
        /// Its axes.
        shape: Vec<i32>,
        /// Bytes of this record.
        length: i64,
    },
    /// Pixels, rows from the top, without padding.
    Image {
        /// What the bytes of a pixel are.
        order: PixelOrder,
        /// Pixels of a row.
        width: i32,
        /// Number of rows.
        height: i32,
        /// Bytes of this record.
        length: i64,
    },
    /// Named fields; no bytes.
    Record {
        /// The fields, in any order.
        fields: Vec<RawField>,
    },
}

/// What the bytes of a pixel are.
#[derive(Clone, Copy, uniffi::Enum)]
pub enum PixelOrder {
    /// Red, green, blue.
    Rgb8,
    /// Red, green, blue, alpha.
    Rgba8,
    /// Blue, green, red, alpha.
    Bgra8,
    /// One byte of grey.
    Gray8,
}

/// One field of a record.
#[derive(uniffi::Record)]
pub struct RawField {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub value: RawValue,
}

/// The value of one field.
#[derive(uniffi::Enum)]
pub enum RawValue {
    /// A number.
    Number {
        /// The number.
        number: f32,
    },
    /// A category.
    Text {
        /// The category.
        text: String,
    },
    /// True or false.
    Boolean {
        /// Which of them.
        boolean: bool,
    },
    /// Not known.
    Missing,
}

impl RawInput {
    fn length(&self) -> Result<usize, Failure> {
        let length = match self {
            RawInput::Series { length, .. }
            | RawInput::Tensor { length, .. }
            | RawInput::Image { length, .. } => *length,
            RawInput::Record { .. } => 0,
        };
        usize::try_from(length).map_err(|_| Failure::argument("a length is negative"))
    }

    /// The input of the core; `own` is what this record has of the batch's bytes.
    fn input<'a>(&'a self, own: &'a Own<'_>) -> Result<Input<'a>, Failure> {
        match (self, own) {
            (
                RawInput::Series {
                    channels, steps, ..
                },
                Own::Numbers(data),
            ) => series(data, *channels, *steps),
            (RawInput::Tensor { shape, .. }, Own::Numbers(data)) => tensor(data, shape),
            (
                RawInput::Image {
                    order,
                    width,
                    height,
                    ..
                },
                Own::Pixels(pixels),
            ) => image(pixels, *order, *width, *height),
            (RawInput::Record { fields }, _) => Ok(record(fields)),
            _ => Err(Failure::argument("an input has no numbers or pixels")),
        }
    }
}

/// What of a batch's bytes belongs to one record.
enum Own<'a> {
    Numbers(Vec<f32>),
    Pixels(&'a [u8]),
    Nothing,
}

/// Calls `encode` with the inputs of a batch.
pub(crate) fn with_inputs<T>(
    raw: &[RawInput],
    mut bytes: &[u8],
    encode: impl FnOnce(&[Input<'_>]) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut owned = Vec::with_capacity(raw.len());
    for input in raw {
        let (own, rest) = bytes
            .split_at_checked(input.length()?)
            .ok_or_else(|| Failure::argument("a batch has fewer bytes than its records"))?;
        bytes = rest;
        owned.push(match input {
            RawInput::Series { .. } | RawInput::Tensor { .. } => Own::Numbers(numbers(own)?),
            RawInput::Image { .. } => Own::Pixels(own),
            RawInput::Record { .. } => Own::Nothing,
        });
    }
    let inputs = raw.iter().zip(&owned).enumerate();
    let inputs: Result<Vec<_>, Failure> = inputs
        .map(|(index, (input, own))| input.input(own).map_err(|failure| failure.of_record(index)))
        .collect();
    encode(&inputs?)
}

pub(crate) fn series(data: &[f32], channels: i32, steps: i32) -> Result<Input<'_>, Failure> {
    let (channels, steps) = (size("channels", channels)?, size("steps", steps)?);
    Ok(Input::series(data, channels, steps)?)
}

pub(crate) fn tensor<'a>(data: &'a [f32], shape: &[i32]) -> Result<Input<'a>, Failure> {
    let shape: Result<Vec<_>, _> = shape.iter().map(|&axis| size("an axis", axis)).collect();
    Ok(Input::tensor(data, &shape?)?)
}

pub(crate) fn image(
    pixels: &[u8],
    order: PixelOrder,
    width: i32,
    height: i32,
) -> Result<Input<'_>, Failure> {
    let side = |what, number: i32| {
        size(what, number)?;
        Ok::<_, Failure>(number.unsigned_abs())
    };
    let (width, height) = (side("width", width)?, side("height", height)?);
    Ok(match order {
        PixelOrder::Rgb8 => Input::image_rgb8(pixels, width, height),
        PixelOrder::Rgba8 => Input::image_rgba8(pixels, width, height),
        PixelOrder::Bgra8 => Input::image_bgra8(pixels, width, height),
        PixelOrder::Gray8 => Input::image_gray8(pixels, width, height),
    }?)
}

pub(crate) fn record(fields: &[RawField]) -> Input<'_> {
    Input::record(fields.iter().map(|field| {
        let value = match &field.value {
            RawValue::Number { number } => Value::from(*number),
            RawValue::Text { text } => Value::Text(text),
            RawValue::Boolean { boolean } => Value::Boolean(*boolean),
            RawValue::Missing => Value::Missing,
        };
        (field.name.as_str(), value)
    }))
}
