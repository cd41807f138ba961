//! Raw input, as an app has it, and its way into the network's tensor.

mod image;
mod record;
mod series;
mod spec;
mod tensor;
mod windows;

pub use image::{Fit, ImageSpec};
pub use record::{Field, FieldKind, RecordSpec, Value};
pub use series::SeriesSpec;
pub use spec::InputSpec;
pub use tensor::TensorSpec;
pub use windows::SensorEvents;

use crate::error::{Error, ErrorKind, Result};
use image::{ImageInput, PixelFormat};
use std::fmt;

/// One record as an app has it: an image, a window of a series, a record of fields, or a ready tensor.
///
/// Borrows the caller's memory; nothing is copied until the encoder preprocesses it.
///
/// # Examples
/// ```
/// use tiprdc::{Input, Value};
/// let pixels = vec![0u8; 640 * 480 * 3];
/// let photo = Input::image_rgb8(&pixels, 640, 480)?;
/// let window = vec![0.0f32; 6 * 128];
/// let motion = Input::series(&window, 6, 128)?;
/// let person = Input::record([("age", Value::from(39.0)), ("education", Value::from("Bachelors"))]);
/// # Ok::<(), tiprdc::Error>(())
/// ```
#[derive(Clone)]
pub struct Input<'a>(pub(crate) InputData<'a>);

#[derive(Clone)]
pub(crate) enum InputData<'a> {
    Image(ImageInput<'a>),
    Series {
        data: &'a [f32],
        channels: usize,
        steps: usize,
    },
    Record(Vec<(&'a str, Value<'a>)>),
    Tensor {
        data: &'a [f32],
        shape: Vec<usize>,
    },
}

impl<'a> Input<'a> {
    /// An image of 3 bytes a pixel: red, green, blue; rows from the top, no padding between rows.
    ///
    /// # Errors
    /// [`ErrorKind::InputShape`] if `pixels` is not `width * height * 3` bytes, or a side is 0.
    pub fn image_rgb8(pixels: &'a [u8], width: u32, height: u32) -> Result<Self> {
        Self::image(pixels, width, height, PixelFormat::Rgb8)
    }

    /// An image of 4 bytes a pixel: red, green, blue, alpha. Alpha is ignored.
    ///
    /// # Errors
    /// [`ErrorKind::InputShape`] if `pixels` is not `width * height * 4` bytes, or a side is 0.
    pub fn image_rgba8(pixels: &'a [u8], width: u32, height: u32) -> Result<Self> {
        Self::image(pixels, width, height, PixelFormat::Rgba8)
    }

    /// An image of 4 bytes a pixel: blue, green, red, alpha. Alpha is ignored.
    ///
    /// # Errors
    /// [`ErrorKind::InputShape`] if `pixels` is not `width * height * 4` bytes, or a side is 0.
    pub fn image_bgra8(pixels: &'a [u8], width: u32, height: u32) -> Result<Self> {
        Self::image(pixels, width, height, PixelFormat::Bgra8)
    }

    /// An image of 1 byte a pixel.
    ///
    /// # Errors
    /// [`ErrorKind::InputShape`] if `pixels` is not `width * height` bytes, or a side is 0.
    pub fn image_gray8(pixels: &'a [u8], width: u32, height: u32) -> Result<Self> {
        Self::image(pixels, width, height, PixelFormat::Gray8)
    }

    fn image(pixels: &'a [u8], width: u32, height: u32, format: PixelFormat) -> Result<Self> {
        ImageInput::new(pixels, width, height, format).map(|image| Input(InputData::Image(image)))
    }

    /// A window of a series.
    ///
    /// # Shape
    /// `data` is row-major `[channels, steps]`: all steps of the first channel come first.
    ///
    /// # Errors
    /// [`ErrorKind::InputShape`] if `data` is not `channels * steps` long.
    pub fn series(data: &'a [f32], channels: usize, steps: usize) -> Result<Self> {
        check_length("series", data.len(), &[channels, steps])?;
        Ok(Input(InputData::Series {
            data,
            channels,
            steps,
        }))
    }

    /// A record of named fields, in any order.
    ///
    /// Whether the fields are those of the encoder is checked when it encodes.
    pub fn record(fields: impl IntoIterator<Item = (&'a str, Value<'a>)>) -> Self {
        Input(InputData::Record(fields.into_iter().collect()))
    }

    /// A tensor that was preprocessed by the caller.
    ///
    /// # Shape
    /// Row-major, without a batch axis.
    ///
    /// # Errors
    /// [`ErrorKind::InputShape`] if `data` is not as long as `shape` says.
    pub fn tensor(data: &'a [f32], shape: &[usize]) -> Result<Self> {
        check_length("tensor", data.len(), shape)?;
        Ok(Input(InputData::Tensor {
            data,
            shape: shape.to_vec(),
        }))
    }

    /// `image`, `series`, `record` or `tensor`.
    pub fn kind(&self) -> &'static str {
        match self.0 {
            InputData::Image(_) => "image",
            InputData::Series { .. } => "series",
            InputData::Record(_) => "record",
            InputData::Tensor { .. } => "tensor",
        }
    }
}

/// Says the kind only: an input is private, and debug output ends up in logs.
impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Input({})", self.kind())
    }
}

fn check_length(what: &str, found: usize, shape: &[usize]) -> Result<()> {
    let expected = shape
        .iter()
        .try_fold(1usize, |product, &axis| product.checked_mul(axis));
    if expected != Some(found) {
        return Err(Error::new(
            ErrorKind::InputShape,
            format!(
                "{what} of shape {shape:?} needs as many numbers as its axes multiply to, found {found}"
            ),
        ));
    }
    Ok(())
}

/// Checks `values` for NaN and infinities; says where, never what.
fn check_finite(values: &[f32]) -> Result<()> {
    // Without an early exit, which would keep the pass from being vectorised.
    let clean = |clean: bool, value: &f32| clean & value.is_finite();
    if values.iter().fold(true, clean) {
        return Ok(());
    }
    let count = values.iter().filter(|value| !value.is_finite()).count();
    let first = values
        .iter()
        .position(|value| !value.is_finite())
        .unwrap_or_default();
    Err(Error::new(
        ErrorKind::InputNotFinite,
        format!(
            "input holds {count} values that are NaN or infinite (the first at position {first}); all must be finite"
        ),
    ))
}

/// `(x - mean) / std` for one channel, the same expression wherever preprocessing standardises.
fn standardize(x: f32, mean: f32, std: f32) -> f32 {
    (x - mean) / std
}
