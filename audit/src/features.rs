//! Rows of numbers: released features, or raw inputs.

use crate::error::{AuditError, AuditErrorKind};

/// Rows of numbers that an attacker can see: released features, or raw inputs.
///
/// # Shape
///
/// Row-major f32; every row has the same `shape`, such as `[32]` for a vector, `[channels, steps]` for a series or
/// `[channels, height, width]` for an image. The shape decides whether the convolutional attacker runs.
///
/// # Examples
///
/// ```
/// use tiprdc_audit::FeatureSet;
///
/// let two_series = FeatureSet::new(2, vec![3, 16], vec![0.0; 2 * 3 * 16])?;
/// assert_eq!(two_series.width(), 48);
/// # Ok::<(), tiprdc_audit::AuditError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureSet {
    rows: usize,
    shape: Vec<usize>,
    data: Vec<f32>,
}

impl FeatureSet {
    /// Takes `rows` rows of the given shape.
    ///
    /// # Errors
    ///
    /// [`AuditErrorKind::Shape`] when `data` does not hold `rows` times the product of `shape` values, or when that
    /// product is zero.
    pub fn new(rows: usize, shape: Vec<usize>, data: Vec<f32>) -> Result<Self, AuditError> {
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
            _ => return Ok(Self { rows, shape, data }),
        };
        Err(AuditError::new(AuditErrorKind::Shape, message))
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
    pub fn data(&self) -> &[f32] {
        &self.data
    }
}
