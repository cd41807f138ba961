//! Rows of numbers, whatever the format.

use std::path::Path;

use crate::error::FileError;
use crate::source::Source;
use crate::{csv, format, npy, npz, parquet, safetensors};

/// Formats of arrays, by the end of a file's name.
const FORMATS: [&str; 6] = ["safetensors", "st", "npy", "npz", "csv", "parquet"];

/// Rows of numbers from a file.
///
/// # Shape
///
/// Row-major f64, `rows` rows of `shape`. A row of a table is a vector.
#[derive(Clone, PartialEq)]
pub struct Array {
    /// Number of rows.
    pub rows: usize,
    /// Shape of one row.
    pub shape: Vec<usize>,
    /// All numbers, row after row.
    pub data: Vec<f64>,
    /// SHA-256 of the encoder that made them, where the file says so.
    pub encoder: Option<String>,
}

impl Array {
    /// Reads an array of numbers; the end of the file's name says the format.
    ///
    /// | ends in | what is read |
    /// |---|---|
    /// | `.safetensors`, `.st` | the tensor `features`; also who made it |
    /// | `.npy` | the array |
    /// | `.npz` | the only array, or the one named `features` |
    /// | `.csv` | every column, under a header |
    /// | `.parquet` | every column, or the lists of the only column; an index that pandas added is left out |
    ///
    /// Integers, booleans, and floating-point numbers of 16, 32 and 64 bits become f64.
    ///
    /// # Errors
    ///
    /// A [`FileError`] that names the file and the column, and never repeats a value. A whole number that f64 does not
    /// hold is refused: two of them could become one.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let format = format(path, "features", &FORMATS)?;
        let read = |source: Source| match format {
            "safetensors" | "st" => safetensors::array(source),
            "npy" => npy::array(source),
            "npz" => npz::array(source),
            "csv" => csv::array(source),
            _ => parquet::array(source),
        };
        let array = Source::open(path).and_then(read);
        array.map_err(|error| error.in_file(path))
    }

    /// Rows along the first axis of a tensor.
    pub(crate) fn of_tensor(shape: &[usize], data: Vec<f64>) -> Result<Self, FileError> {
        match shape {
            [] => Err(FileError::broken(
                "holds a single number; expected an axis of rows first",
            )),
            [rows] => Ok(Self::new(*rows, vec![1], data)),
            [rows, row @ ..] => Ok(Self::new(*rows, row.to_vec(), data)),
        }
    }

    pub(crate) fn new(rows: usize, shape: Vec<usize>, data: Vec<f64>) -> Self {
        Self {
            rows,
            shape,
            data,
            encoder: None,
        }
    }
}

/// Says the size only: features are personal data, and debug output ends up in logs.
impl std::fmt::Debug for Array {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Array")
            .field("rows", &self.rows)
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}
