//! Tensors that the caller preprocessed.

use super::check_finite;
use crate::error::{Error, ErrorKind, Result};
use crate::manifest::check_shape;
use serde::{Deserialize, Serialize};

/// A tensor that the caller preprocessed; passed on as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TensorSpec {
    /// Shape of one record, row-major, without the batch axis.
    pub shape: Vec<usize>,
}

impl TensorSpec {
    pub(super) fn validate(&self) -> Result<()> {
        check_shape("input.shape", &self.shape)
    }

    pub(super) fn write(&self, data: &[f32], shape: &[usize], out: &mut [f32]) -> Result<()> {
        if shape != self.shape {
            return Err(Error::new(
                ErrorKind::InputShape,
                format!(
                    "this encoder takes a tensor of shape {:?}, found {shape:?}",
                    self.shape
                ),
            ));
        }
        check_finite(data)?;
        out.copy_from_slice(data);
        Ok(())
    }
}
