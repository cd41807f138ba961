//! `SubstituteTable`.

use crate::errors::core;
use crate::features::{NativeFeatures, array};
use crate::guard::{guarded, unlocked};
use numpy::{PyArrayDyn, PyReadonlyArrayDyn, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tiprdc::SubstituteTable;

/// The substitutes of a substitute release.
#[pyclass(frozen, module = "tiprdc._native")]
pub(crate) struct NativeTable(pub(crate) SubstituteTable);

#[pymethods]
impl NativeTable {
    /// A table of these substitutes; a contiguous array is wanted.
    #[new]
    fn new(py: Python<'_>, data: PyReadonlyArrayDyn<'_, f32>) -> PyResult<Self> {
        guarded(py, || {
            core(SubstituteTable::new(data.as_slice()?, data.shape())).map(NativeTable)
        })
    }

    /// Reads a safetensors file.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: &[u8]) -> PyResult<Self> {
        guarded(py, || {
            core(SubstituteTable::from_bytes(data)).map(NativeTable)
        })
    }

    /// The file.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guarded(py, || Ok(PyBytes::new(py, self.0.to_bytes())))
    }

    /// A copy of the numbers.
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArrayDyn<f32>>> {
        guarded(py, || {
            let rows = (0..self.0.count()).flat_map(|index| self.0.row(index));
            array(py, rows.collect(), self.0.shape())
        })
    }

    /// `[count, ...]`.
    #[getter]
    fn shape(&self) -> Vec<usize> {
        self.0.shape().to_vec()
    }

    /// SHA-256 of the file.
    #[getter]
    fn digest(&self) -> &str {
        self.0.digest()
    }

    /// Substitutes in the place of indices.
    fn resolve(&self, py: Python<'_>, features: &NativeFeatures) -> PyResult<NativeFeatures> {
        unlocked(py, || core(self.0.resolve(&features.0)).map(NativeFeatures))
    }
}
