//! The substitutes that indices stand for.

use crate::error::{Error, ErrorKind, Result};
use crate::features::{Encoding, Features, Origin};
use crate::release::MOST_SUBSTITUTES;
use crate::trust;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

const TENSOR: &str = "substitutes";
const FORMAT: &str = "tiprdc.table.format";

/// The substitutes of a substitute release, one for each index: records as the network sees them, or features.
///
/// The collector has it; devices need only its digest, which stands in the encoder's manifest.
///
/// # Shape
/// `[count, ...]`, row-major f32.
///
/// # Privacy
/// Substitutes are records of the collector's own, or made up. They tell nothing of the person whose features resolve
/// to them beyond the index, but everything about the people whose records they were.
///
/// # Examples
/// ```
/// use tiprdc::SubstituteTable;
/// let table = SubstituteTable::new(&[0.0, 0.1, 1.0, 1.1], &[2, 2])?;
/// let same = SubstituteTable::from_bytes(table.to_bytes())?;
/// assert_eq!(same.digest(), table.digest());
/// assert_eq!(same.row(1), [1.0, 1.1]);
/// # Ok::<(), tiprdc::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct SubstituteTable {
    /// The file, as it was read: its digest is what features name.
    bytes: Vec<u8>,
    numbers: Range<usize>,
    shape: Vec<usize>,
    digest: String,
}

impl SubstituteTable {
    /// A table of these substitutes, row-major.
    ///
    /// # Errors
    /// [`ErrorKind::TableMalformed`] if `shape` is not `[count, ...]` with a count from 2 to 2^20, does not multiply to
    /// the length of `data`, or a number is not finite.
    pub fn new(data: &[f32], shape: &[usize]) -> Result<Self> {
        check_shape(shape)?;
        if shape.iter().product::<usize>() != data.len() {
            return Err(malformed(format!(
                "substitutes of shape {shape:?} cannot hold {} numbers",
                data.len()
            )));
        }
        let numbers: Vec<u8> = data.iter().flat_map(|x| x.to_le_bytes()).collect();
        let view = TensorView::new(Dtype::F32, shape.to_vec(), &numbers).map_err(not_readable)?;
        // One entry only: several come in any order, and the digest should be the same every time.
        let metadata = HashMap::from([(FORMAT.to_string(), "1".to_string())]);
        let bytes =
            safetensors::serialize([(TENSOR, view)], Some(metadata)).map_err(not_readable)?;
        Self::from_bytes(bytes)
    }

    /// Reads a table: safetensors with an F32 tensor `substitutes`, from [`to_bytes`](SubstituteTable::to_bytes) or
    /// another tool.
    ///
    /// # Errors
    /// [`ErrorKind::TableMalformed`] if it is not, and those of [`new`](SubstituteTable::new).
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self> {
        let bytes = bytes.into();
        let (shape, numbers) = parse(&bytes)?;
        let finite = |four: &[u8; 4]| f32::from_le_bytes(*four).is_finite();
        if !bytes[numbers.clone()].as_chunks::<4>().0.iter().all(finite) {
            return Err(malformed("a substitute holds NaN or an infinite number"));
        }
        Ok(SubstituteTable {
            digest: trust::digest(&bytes),
            bytes,
            numbers,
            shape,
        })
    }

    /// The file: what [`digest`](SubstituteTable::digest) is the SHA-256 of.
    pub fn to_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of the file, in hexadecimal: what a manifest's `release.table` and features name it by.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// `[count, ...]`.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Number of substitutes.
    pub fn count(&self) -> usize {
        self.shape[0]
    }

    /// The numbers of one substitute.
    ///
    /// # Panics
    /// If `index` is not below [`count`](SubstituteTable::count).
    pub fn row(&self, index: usize) -> Vec<f32> {
        let width = self.numbers.len() / self.count();
        let numbers = &self.bytes[self.numbers.clone()][index * width..(index + 1) * width];
        let fours = numbers.as_chunks::<4>().0.iter();
        fours.map(|four| f32::from_le_bytes(*four)).collect()
    }

    /// Puts the substitutes in the place of their indices.
    ///
    /// # Shape
    /// From `[records, 1]` to `[records, ...]` with the axes of a substitute.
    ///
    /// # Errors
    /// [`ErrorKind::TableMismatch`] if the features hold no indices, name another table, or an index is out of range.
    pub fn resolve(&self, features: &Features) -> Result<Features> {
        let (Some(indices), Some(table)) = (features.indices(), features.table()) else {
            return Err(mismatch(
                "these features hold no indices: their release draws none, or they are resolved already",
            ));
        };
        if table != self.digest {
            return Err(mismatch(format!(
                "the features name the substitute table with SHA-256 {table}, this one has {}",
                self.digest
            )));
        }
        if indices.iter().any(|&index| index as usize >= self.count()) {
            return Err(mismatch(format!(
                "the features hold an index that is not below {}, the number of substitutes",
                self.count()
            )));
        }
        let data = indices.iter().flat_map(|&index| self.row(index as usize));
        let data: Vec<f32> = data.collect();
        let shape = std::iter::once(indices.len()).chain(self.shape[1..].iter().copied());
        Features::released(
            data,
            shape.collect(),
            Origin {
                encoder: features.encoder().to_string(),
                release: features.release().to_string(),
                encoding: Encoding::F32,
            },
        )
    }
}

/// Shape and place of the numbers in a table's file.
fn parse(bytes: &[u8]) -> Result<(Vec<usize>, Range<usize>)> {
    let (header, metadata) = SafeTensors::read_metadata(bytes).map_err(not_readable)?;
    let Some(info) = metadata.info(TENSOR) else {
        return Err(malformed(format!("the file has no tensor `{TENSOR}`")));
    };
    if info.dtype != Dtype::F32 {
        return Err(malformed(format!(
            "the tensor `{TENSOR}` must be F32, found {:?}",
            info.dtype
        )));
    }
    check_shape(&info.shape)?;
    // Eight bytes say how long the header is.
    let start = size_of::<u64>() + header;
    let (from, to) = info.data_offsets;
    Ok((info.shape.clone(), start + from..start + to))
}

fn check_shape(shape: &[usize]) -> Result<()> {
    let count = shape.first().copied().unwrap_or(0);
    if !(2..=MOST_SUBSTITUTES).contains(&count) {
        return Err(malformed(format!(
            "a table has 2 to {MOST_SUBSTITUTES} substitutes, found shape {shape:?}"
        )));
    }
    let width = shape[1..]
        .iter()
        .try_fold(1usize, |product, &axis| product.checked_mul(axis));
    match width.and_then(|width| width.checked_mul(count)) {
        Some(1..) => Ok(()),
        _ => Err(malformed(format!(
            "a substitute has at least one number, found shape {shape:?}"
        ))),
    }
}

fn malformed(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::TableMalformed, message)
}

fn mismatch(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::TableMismatch, message)
}

fn not_readable(error: safetensors::SafeTensorError) -> Error {
    malformed("the substitute table is not readable as safetensors").with_source(error)
}

/// Says the shape only: a substitute may be somebody's record.
impl fmt::Debug for SubstituteTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubstituteTable")
            .field("shape", &self.shape)
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}
