//! The manifest's description of an input, whatever its kind.

use super::{ImageSpec, Input, InputData, RecordSpec, SeriesSpec, TensorSpec};
use crate::error::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// What an encoder takes, and how raw input becomes the network's tensor.
///
/// Training uses this same code, so what the network saw in training is what it sees on a device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum InputSpec {
    /// A photo or another picture.
    Image(ImageSpec),
    /// A window of a multi-channel series.
    Series(SeriesSpec),
    /// A record of named fields.
    Record(RecordSpec),
    /// A tensor that the caller preprocessed.
    Tensor(TensorSpec),
}

impl InputSpec {
    /// Shape of the network's input for one record, row-major, without the batch axis.
    ///
    /// Image: `[channels, height, width]`; series: `[channels, steps]`; record: `[numbers]`.
    pub fn shape(&self) -> Vec<usize> {
        match self {
            InputSpec::Image(spec) => spec.shape(),
            InputSpec::Series(spec) => vec![spec.channels, spec.steps],
            InputSpec::Record(spec) => vec![spec.width()],
            InputSpec::Tensor(spec) => spec.shape.clone(),
        }
    }

    /// `image`, `series`, `record` or `tensor`.
    pub fn kind(&self) -> &'static str {
        match self {
            InputSpec::Image(_) => "image",
            InputSpec::Series(_) => "series",
            InputSpec::Record(_) => "record",
            InputSpec::Tensor(_) => "tensor",
        }
    }

    /// What a series is, for an encoder that takes them.
    ///
    /// # Errors
    /// [`ErrorKind::InputKind`] if it takes something else.
    pub fn series(&self) -> Result<&SeriesSpec> {
        match self {
            InputSpec::Series(spec) => Ok(spec),
            other => Err(Error::new(
                ErrorKind::InputKind,
                format!(
                    "windows are for encoders that take `series`, this one takes `{}`",
                    other.kind()
                ),
            )),
        }
    }

    /// Writes the network's input for one record into `out`.
    ///
    /// # Shape
    /// `out` has as many elements as [`shape`](InputSpec::shape) multiplies to.
    ///
    /// # Errors
    /// [`ErrorKind::InputKind`], [`ErrorKind::InputShape`], [`ErrorKind::InputNotFinite`], [`ErrorKind::InputField`];
    /// [`ErrorKind::OutputSize`] if `out` has another length.
    pub fn preprocess(&self, input: &Input<'_>, out: &mut [f32]) -> Result<()> {
        let expected = self.shape().iter().product::<usize>();
        if out.len() != expected {
            return Err(Error::new(
                ErrorKind::OutputSize,
                format!(
                    "the preprocessed input has {expected} elements, the buffer has {}",
                    out.len()
                ),
            ));
        }
        match (self, &input.0) {
            (InputSpec::Image(spec), InputData::Image(image)) => spec.write(image, out),
            (
                InputSpec::Series(spec),
                &InputData::Series {
                    data,
                    channels,
                    steps,
                },
            ) => spec.write(data, [channels, steps], out),
            (InputSpec::Record(spec), InputData::Record(fields)) => spec.write(fields, out),
            (InputSpec::Tensor(spec), InputData::Tensor { data, shape }) => {
                spec.write(data, shape, out)
            }
            _ => Err(Error::new(
                ErrorKind::InputKind,
                format!(
                    "this encoder takes input of kind `{}`, found `{}`",
                    self.kind(),
                    input.kind()
                ),
            )),
        }
    }

    pub(crate) fn validate(&self) -> Result<()> {
        match self {
            InputSpec::Image(spec) => spec.validate(),
            InputSpec::Series(spec) => spec.validate(),
            InputSpec::Record(spec) => spec.validate(),
            InputSpec::Tensor(spec) => spec.validate(),
        }
    }
}
