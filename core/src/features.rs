//! What leaves the device.

use crate::error::{Error, ErrorKind, Result};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use std::collections::HashMap;
use std::fmt;

const TENSOR: &str = "features";
const ENCODER: &str = "tiprdc.encoder";
const RELEASE: &str = "tiprdc.release";

/// Features of one or more records: what leaves the device.
///
/// # Shape
/// `[records, ...]`, row-major f32; the axes after the first are the manifest's `output.shape`.
///
/// # Privacy
/// Features reduce what an attacker can learn of the private attribute; an audit says by how much. They are personal
/// data still, and everything else about an upload (its time, size and sender) is outside their reach.
///
/// # Examples
/// ```
/// use tiprdc::Features;
/// let features = Features::new(vec![0.5; 6], &[2, 3])?;
/// let same = Features::from_bytes(&features.to_bytes())?;
/// assert_eq!(same.shape(), [2, 3]);
/// assert_eq!(same.row(1), [0.5, 0.5, 0.5]);
/// # Ok::<(), tiprdc::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Features {
    data: Vec<f32>,
    shape: Vec<usize>,
    encoder: String,
    release: String,
}

impl Features {
    /// Features that come from no encoder (raw inputs for a comparison, another tool's output).
    ///
    /// # Errors
    /// [`ErrorKind::FeaturesMalformed`] if `shape` has no record axis or does not multiply to the length of `data`.
    pub fn new(data: Vec<f32>, shape: &[usize]) -> Result<Self> {
        Self::released(data, shape.to_vec(), String::new(), String::new())
    }

    pub(crate) fn released(
        data: Vec<f32>,
        shape: Vec<usize>,
        encoder: String,
        release: String,
    ) -> Result<Self> {
        // Records last, so that the width of a row is known to fit even where there are no records.
        let expected = shape
            .iter()
            .rev()
            .try_fold(1usize, |product, &axis| product.checked_mul(axis));
        if shape.is_empty() || expected != Some(data.len()) {
            return Err(Error::new(
                ErrorKind::FeaturesMalformed,
                format!(
                    "features of shape {shape:?} cannot hold {} numbers",
                    data.len()
                ),
            ));
        }
        Ok(Features {
            data,
            shape,
            encoder,
            release,
        })
    }

    /// The numbers, row-major.
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    /// `[records, ...]`.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Number of records.
    pub fn rows(&self) -> usize {
        self.shape[0]
    }

    /// The numbers of one record.
    ///
    /// # Panics
    /// If `index` is not below [`rows`](Features::rows).
    pub fn row(&self, index: usize) -> &[f32] {
        let width = self.shape[1..].iter().product::<usize>();
        &self.data[index * width..(index + 1) * width]
    }

    /// SHA-256 of the encoder's file in hexadecimal, or empty if no encoder made them.
    pub fn encoder(&self) -> &str {
        &self.encoder
    }

    /// Name of the release (`exact`), or empty if no encoder made them.
    pub fn release(&self) -> &str {
        &self.release
    }

    /// A safetensors file: one f32 tensor `features`, and the encoder's digest and release as metadata.
    ///
    /// Any language with a safetensors library reads it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let bytes: Vec<u8> = self
            .data
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let view = TensorView::new(Dtype::F32, self.shape.clone(), &bytes)
            .expect("shape and data agree by construction");
        let metadata = HashMap::from([
            (ENCODER.to_string(), self.encoder.clone()),
            (RELEASE.to_string(), self.release.clone()),
        ]);
        safetensors::serialize([(TENSOR, view)], Some(metadata))
            .expect("one tensor with a valid view serialises")
    }

    /// Reads what [`to_bytes`](Features::to_bytes), or any other safetensors library, wrote.
    ///
    /// # Errors
    /// [`ErrorKind::FeaturesMalformed`] if it is not safetensors or has no f32 tensor `features`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(not_safetensors)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(not_safetensors)?;
        let view = tensors.tensor(TENSOR).map_err(|error| {
            Error::new(
                ErrorKind::FeaturesMalformed,
                format!("the file has no tensor `{TENSOR}`"),
            )
            .with_source(error)
        })?;
        if view.dtype() != Dtype::F32 {
            return Err(Error::new(
                ErrorKind::FeaturesMalformed,
                format!(
                    "the tensor `{TENSOR}` must be F32, found {:?}",
                    view.dtype()
                ),
            ));
        }
        let data = view
            .data()
            .as_chunks::<4>()
            .0
            .iter()
            .map(|four| f32::from_le_bytes(*four))
            .collect();
        let metadata = header.metadata().clone().unwrap_or_default();
        let text = |key| metadata.get(key).cloned().unwrap_or_default();
        Self::released(data, view.shape().to_vec(), text(ENCODER), text(RELEASE))
    }
}

fn not_safetensors(error: safetensors::SafeTensorError) -> Error {
    Error::new(
        ErrorKind::FeaturesMalformed,
        "the file is not readable as safetensors",
    )
    .with_source(error)
}

/// Says the shape only: features are personal data, and debug output ends up in logs.
impl fmt::Debug for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Features")
            .field("shape", &self.shape)
            .field("release", &self.release)
            .finish_non_exhaustive()
    }
}
