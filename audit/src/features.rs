//! Rows of numbers: released features, or raw inputs.

use std::path::Path;

use tiprdc_files::Array;

use crate::error::{AuditError, AuditErrorKind};

/// Rows of numbers that an attacker can see: released features, or raw inputs.
///
/// # Shape
///
/// Row-major f64; every row has the same `shape`, such as `[32]` for a vector, `[channels, steps]` for a series or
/// `[channels, height, width]` for an image. The shape decides whether the convolutional attacker runs.
///
/// # Examples
///
/// ```
/// use tiprdc_audit::FeatureSet;
///
/// let two_series = FeatureSet::new(2, vec![3, 16], vec![0.0f32; 2 * 3 * 16])?;
/// assert_eq!(two_series.width(), 48);
/// # Ok::<(), tiprdc_audit::AuditError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureSet {
    rows: usize,
    shape: Vec<usize>,
    data: Vec<f64>,
    encoder: Option<String>,
}

impl FeatureSet {
    /// Takes `rows` rows of the given shape, of f32 or f64.
    ///
    /// # Errors
    ///
    /// [`AuditErrorKind::Shape`] when `data` does not hold `rows` times the product of `shape` values, or when that
    /// product is zero.
    pub fn new<T: Into<f64>>(
        rows: usize,
        shape: Vec<usize>,
        data: Vec<T>,
    ) -> Result<Self, AuditError> {
        let width = shape
            .iter()
            .try_fold(1usize, |product, &axis| product.checked_mul(axis));
        let wanted = width.and_then(|width| width.checked_mul(rows));
        let message = match (width, wanted) {
            (None, _) | (_, None) => format!("{rows} rows of shape {shape:?} are too many values"),
            (Some(0), _) => format!("a row of shape {shape:?} holds no values"),
            (_, Some(wanted)) if wanted != data.len() => format!(
                "{rows} rows of shape {shape:?} need {wanted} values, got {}",
                data.len()
            ),
            _ => {
                return Ok(Self {
                    rows,
                    shape,
                    data: data.into_iter().map(Into::into).collect(),
                    encoder: None,
                });
            }
        };
        Err(AuditError::new(AuditErrorKind::Shape, message))
    }

    /// Reads a features file; the end of its name says the format.
    ///
    /// | ends in | what is read |
    /// |---|---|
    /// | `.safetensors` | the tensor `features`; also who made it, see [`FeatureSet::encoder`] |
    /// | `.npy` | the array |
    /// | `.npz` | the only array, or the one named `features` |
    /// | `.csv` | every column, under a header |
    /// | `.parquet` | every column, or the lists of the only column; an index that pandas added is left out |
    ///
    /// Integers, booleans, and floating-point numbers of 16 and 32 bits become f64; a whole number that f64 does not hold
    /// is refused, as two of them could become one. Text that is the shortest of an f32 is read as that f32, so that a CSV
    /// of f32 says what the other formats say.
    ///
    /// # Shape
    ///
    /// The first axis of a tensor or array counts the rows, the others are the shape of a row; one without others holds
    /// one number per row. A row of a table is a vector.
    ///
    /// # Errors
    ///
    /// [`AuditErrorKind::File`] when the file cannot be read as what its name says, or the name ends otherwise;
    /// [`AuditErrorKind::Column`] when a column is no column of numbers or has empty cells;
    /// [`AuditErrorKind::NotFinite`] when a column holds NaN or infinite numbers; [`AuditErrorKind::Shape`] when rows
    /// hold no values, or differ in length. The message names the file and the column, and never repeats a value.
    ///
    /// # Examples
    ///
    /// ```
    /// use tiprdc_audit::FeatureSet;
    ///
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("features.csv");
    /// std::fs::write(&path, "f0,f1\n0.5,1\n0.25,-2\n")?;
    /// let features = FeatureSet::open(&path)?;
    /// assert_eq!((features.rows(), features.shape()), (2, &[2][..]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Self, AuditError> {
        let mut array = Array::open(path.as_ref())?;
        if is_text(path.as_ref()) {
            array
                .data
                .iter_mut()
                .for_each(|value| *value = written(*value));
        }
        let set = Self::new(array.rows, array.shape, array.data)?;
        Ok(set.made_by(array.encoder.unwrap_or_default()))
    }

    /// The same features, said to be made by the encoder with this digest.
    #[must_use]
    pub fn made_by(mut self, digest: impl Into<String>) -> Self {
        let digest = digest.into();
        self.encoder = (!digest.is_empty()).then_some(digest);
        self
    }

    /// SHA-256 of the encoder that made these features, in hexadecimal, where their file says so.
    pub fn encoder(&self) -> Option<&str> {
        self.encoder.as_deref()
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Shape of one row.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Number of values in one row.
    pub fn width(&self) -> usize {
        self.shape.iter().product()
    }

    /// All values, row after row.
    pub fn data(&self) -> &[f64] {
        &self.data
    }

    /// The rows at these places, in this order; a place may come more than once.
    ///
    /// # Panics
    ///
    /// If a place is not below [`FeatureSet::rows`].
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        let width = self.width();
        let mut data = Vec::with_capacity(rows.len() * width);
        for &row in rows {
            data.extend_from_slice(&self.data[row * width..(row + 1) * width]);
        }
        Self {
            rows: rows.len(),
            shape: self.shape.clone(),
            data,
            encoder: self.encoder.clone(),
        }
    }
}

/// Whether numbers stand as text in a file.
fn is_text(path: &Path) -> bool {
    let name = path.to_string_lossy().to_ascii_lowercase();
    name.ends_with(".csv") || name.ends_with(".csv.gz")
}

/// The f32 that a text was written from, if it is the shortest that reads back as it; else the number itself.
fn written(value: f64) -> f64 {
    let single = value as f32;
    match shortest(single) == value {
        true => f64::from(single),
        false => value,
    }
}

/// The shortest decimal number that reads back as this f32.
pub(crate) fn shortest(single: f32) -> f64 {
    let text = format!("{single:e}");
    text.parse()
        .expect("what Rust writes of a number, it reads")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_an_f32_is_that_f32() {
        for value in [0.1f32, 1.0 / 3.0, 2.5e-20, 7.0, 1e30, -0.3, f32::MAX] {
            let text: f64 = value.to_string().parse().expect("a number");
            assert_eq!(written(text), f64::from(value));
        }
        for value in [1_700_000_001.0, 0.123_456_789_012, 1e300] {
            assert_eq!(written(value), value);
        }
    }
}
