//! What an encoder says of itself.

use crate::features::FILE_OVERHEAD;
use tiprdc::{Dtype, Encoder};

/// What an encoder says of itself.
#[derive(uniffi::Record)]
pub struct EncoderInfo {
    /// Short name, for people.
    pub name: String,
    /// Version of the encoder, chosen by the collector.
    pub version: String,
    /// SHA-256 of the file, in hexadecimal.
    pub digest: String,
    /// `image`, `series`, `record` or `tensor`.
    pub input_kind: String,
    /// Shape of the network's input for one record.
    pub input_shape: Vec<i64>,
    /// Shape of the features of one record.
    pub output_shape: Vec<i64>,
    /// Name of the release.
    pub release: String,
    /// Local differential privacy of one draw, in nats; none where there is no bound.
    pub epsilon: Option<f64>,
    /// The probability that may escape the bound.
    pub delta: Option<f64>,
    /// Element type of the features: `f32`, `f16` or `int8`.
    pub dtype: String,
    /// Private attributes that the training hid.
    pub private_attributes: Vec<String>,
    /// The whole manifest, as JSON.
    pub manifest: String,
    /// The most bytes that the features file of one record adds to `file_overhead`.
    pub file_row: i64,
    /// The most bytes of a features file without records.
    pub file_overhead: i64,
}

impl EncoderInfo {
    pub(crate) fn of(encoder: &Encoder) -> Self {
        let manifest = encoder.manifest();
        EncoderInfo {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            digest: encoder.digest().to_string(),
            input_kind: manifest.input.kind().to_string(),
            input_shape: sizes(&manifest.input.shape()),
            output_shape: sizes(encoder.output_shape()),
            release: manifest.release.name().to_string(),
            epsilon: manifest.release.epsilon(),
            delta: manifest.release.delta(),
            dtype: dtype_name(manifest.output.dtype),
            private_attributes: manifest.method.private.clone(),
            manifest: manifest.to_json(),
            file_row: file_row(encoder.output_shape()),
            file_overhead: FILE_OVERHEAD as i64,
        }
    }
}

/// The most bytes that one record of this shape takes in a features file: 4 for each number.
pub(crate) fn file_row(shape: &[usize]) -> i64 {
    let row = shape.iter().product::<usize>();
    (row * size_of::<f32>()) as i64
}

/// Sizes as signed numbers; memory holds no more than fit.
pub(crate) fn sizes(shape: &[usize]) -> Vec<i64> {
    shape.iter().map(|&axis| axis as i64).collect()
}

/// The manifest's word for an element type.
pub(crate) fn dtype_name(dtype: Dtype) -> String {
    let name = match dtype {
        Dtype::F32 => "f32",
        Dtype::F16 => "f16",
        Dtype::Int8 => "int8",
    };
    name.to_string()
}
