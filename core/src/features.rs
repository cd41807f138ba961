//! What leaves the device.

mod encoding;
mod file;

pub(crate) use encoding::Encoding;

use crate::error::{Error, ErrorKind, Result};
use crate::manifest::Dtype;
use safetensors::SafeTensors;
use std::collections::BTreeMap;
use std::fmt;

const ENCODER: &str = "tiprdc.encoder";
const RELEASE: &str = "tiprdc.release";

/// Features of one or more records: what leaves the device.
///
/// # Shape
/// `[records, ...]`, row-major f32; the axes after the first are the manifest's `output.shape`. Of a substitute release
/// `[records, 1]`: indices.
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
    origin: Origin,
}

/// Where features come from, and so what their file says and holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Origin {
    /// SHA-256 of the encoder's file, or empty.
    pub(crate) encoder: String,
    /// Name of the release, or empty.
    pub(crate) release: String,
    pub(crate) encoding: Encoding,
}

impl Features {
    /// Features that come from no encoder (raw inputs for a comparison, another tool's output).
    ///
    /// # Errors
    /// [`ErrorKind::FeaturesMalformed`] if `shape` has no record axis or does not multiply to the length of `data`.
    pub fn new(data: Vec<f32>, shape: &[usize]) -> Result<Self> {
        Self::released(data, shape.to_vec(), Origin::default())
    }

    pub(crate) fn released(data: Vec<f32>, shape: Vec<usize>, origin: Origin) -> Result<Self> {
        // Records last, so that the width of a row is known to fit even where there are no records.
        let expected = shape
            .iter()
            .rev()
            .try_fold(1usize, |product, &axis| product.checked_mul(axis));
        if shape.is_empty() || expected != Some(data.len()) {
            return Err(malformed(format!(
                "features of shape {shape:?} cannot hold {} numbers",
                data.len()
            )));
        }
        Ok(Features {
            data,
            shape,
            origin,
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
        &self.origin.encoder
    }

    /// Name of the release (`exact`, `gaussian`, `laplace`, `substitute`), or empty if no encoder made them.
    pub fn release(&self) -> &str {
        &self.origin.release
    }

    /// Element type of the numbers, which are rounded to it; indices are none of these types, and called f32.
    pub fn dtype(&self) -> Dtype {
        match self.origin.encoding {
            Encoding::F32 | Encoding::Index { .. } => Dtype::F32,
            Encoding::F16 => Dtype::F16,
            Encoding::Int8 { .. } => Dtype::Int8,
        }
    }

    /// The index of each record's substitute, if these are features of a substitute release.
    pub fn indices(&self) -> Option<Vec<u32>> {
        // Exact: whole numbers below 2^20, which f32 holds.
        let index = |&value: &f32| value as u32;
        self.table().map(|_| self.data.iter().map(index).collect())
    }

    /// SHA-256 of the substitute table that the [indices](Features::indices) are resolved with, in hexadecimal.
    pub fn table(&self) -> Option<&str> {
        match &self.origin.encoding {
            Encoding::Index { table, .. } => Some(table),
            _ => None,
        }
    }

    /// A safetensors file: one tensor `features`, and the encoder's digest and release as metadata.
    ///
    /// The tensor is F32, F16 or I8 as the manifest's `output.dtype` says; of a substitute release, U16 or U32 indices.
    /// The size of an I8 step and the digest of the substitute table are metadata: `tiprdc.scale`, `tiprdc.table`.
    /// Any language with a safetensors library reads it. The same features give the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Origin {
            encoder,
            release,
            encoding,
        } = &self.origin;
        let mut metadata = BTreeMap::from([
            (ENCODER.to_string(), encoder.clone()),
            (RELEASE.to_string(), release.clone()),
        ]);
        metadata.extend(encoding.metadata());
        let numbers = encoding.write(&self.data);
        file::write(metadata, encoding.tensor(), &self.shape, &numbers)
    }

    /// Reads what [`to_bytes`](Features::to_bytes), or any other safetensors library, wrote.
    ///
    /// # Errors
    /// [`ErrorKind::FeaturesMalformed`] if it is not safetensors, has no tensor `features`, or one of another type than
    /// [`to_bytes`](Features::to_bytes) writes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(not_safetensors)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(not_safetensors)?;
        let view = tensors.tensor(file::TENSOR).map_err(|error| {
            malformed(format!("the file has no tensor `{}`", file::TENSOR)).with_source(error)
        })?;
        let metadata = header.metadata().clone().unwrap_or_default();
        let text = |key| metadata.get(key).cloned().unwrap_or_default();
        let encoding = Encoding::read_kind(view.dtype(), &metadata)?;
        encoding.check_shape(view.shape())?;
        let data = encoding.read(view.data())?;
        let origin = Origin {
            encoder: text(ENCODER),
            release: text(RELEASE),
            encoding,
        };
        Self::released(data, view.shape().to_vec(), origin)
    }
}

fn malformed(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::FeaturesMalformed, message)
}

fn not_safetensors(error: safetensors::SafeTensorError) -> Error {
    malformed("the file is not readable as safetensors").with_source(error)
}

/// Says the shape only: features are personal data, and debug output ends up in logs.
impl fmt::Debug for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Features")
            .field("shape", &self.shape)
            .field("release", &self.origin.release)
            .finish_non_exhaustive()
    }
}
