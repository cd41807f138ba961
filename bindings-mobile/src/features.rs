//! Features: the bytes of their file, and what stands in them.

use crate::failure::{Failure, guard};
use crate::info::{dtype_name, sizes};
use crate::memory::{write, write_numbers};
use tiprdc::Features;

/// The most bytes that a features file has beyond 4 for each number: names, digests and shape, with room to spare.
pub(crate) const FILE_OVERHEAD: u64 = 4096;

/// What features say of themselves, apart from their numbers.
#[derive(uniffi::Record)]
pub struct Header {
    /// `[records, ...]`.
    pub shape: Vec<i64>,
    /// SHA-256 of the encoder's file in hexadecimal, or empty.
    pub encoder: String,
    /// Name of the release, or empty.
    pub release: String,
    /// Element type: `f32`, `f16` or `int8`.
    pub dtype: String,
    /// SHA-256 of the substitute table, of a substitute release.
    pub table: Option<String>,
}

/// Features that were written into the caller's memory.
#[derive(uniffi::Record)]
pub struct Delivered {
    /// Bytes that were written: the features file.
    pub length: i64,
    /// What stands in it.
    pub header: Header,
}

impl Header {
    fn of(features: &Features) -> Self {
        Header {
            shape: sizes(features.shape()),
            encoder: features.encoder().to_string(),
            release: features.release().to_string(),
            dtype: dtype_name(features.dtype()),
            table: features.table().map(str::to_string),
        }
    }
}

/// Writes the file of `features` into the caller's memory.
pub(crate) fn deliver(
    features: &Features,
    address: u64,
    capacity: u64,
) -> Result<Delivered, Failure> {
    let file = features.to_bytes();
    write(&file, address, capacity)?;
    Ok(Delivered {
        length: file.len() as i64,
        header: Header::of(features),
    })
}

/// Reads a features file, whole, and says what stands in it.
///
/// # Errors
/// `FeaturesMalformed`.
#[uniffi::export]
pub fn features_header(file: &[u8]) -> Result<Header, Failure> {
    guard(|| Ok(Header::of(&Features::from_bytes(file)?)))
}

/// Writes the numbers of a features file into the caller's memory: f32 in the machine's byte order.
///
/// # Errors
/// `FeaturesMalformed`.
#[uniffi::export]
pub fn features_values(file: &[u8], address: u64, capacity: u64) -> Result<(), Failure> {
    guard(|| write_numbers(Features::from_bytes(file)?.data(), address, capacity))
}

/// The indices of a features file, if it is of a substitute release.
///
/// # Errors
/// `FeaturesMalformed`.
#[uniffi::export]
pub fn features_indices(file: &[u8]) -> Result<Option<Vec<i32>>, Failure> {
    guard(|| {
        let indices = Features::from_bytes(file)?.indices();
        // Below 2^20, and so the same as signed numbers.
        Ok(indices.map(|indices| indices.into_iter().map(u32::cast_signed).collect()))
    })
}
