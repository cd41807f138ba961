//! `Features`.

use crate::errors::core;
use crate::guard::guarded;
use numpy::{PyArray1, PyArrayDyn, PyArrayMethods, PyReadonlyArrayDyn, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tiprdc::{Dtype, Features};

/// Features of one or more records.
#[pyclass(frozen, module = "tiprdc._native")]
pub(crate) struct NativeFeatures(pub(crate) Features);

#[pymethods]
impl NativeFeatures {
    /// Features that come from no encoder; a contiguous array is wanted.
    #[new]
    fn new(py: Python<'_>, data: PyReadonlyArrayDyn<'_, f32>) -> PyResult<Self> {
        guarded(py, || {
            let numbers = data.as_slice()?.to_vec();
            core(Features::new(numbers, data.shape())).map(NativeFeatures)
        })
    }

    /// Reads a safetensors file.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: &[u8]) -> PyResult<Self> {
        guarded(py, || core(Features::from_bytes(data)).map(NativeFeatures))
    }

    /// A safetensors file.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guarded(py, || Ok(PyBytes::new(py, &self.0.to_bytes())))
    }

    /// A copy of the numbers.
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArrayDyn<f32>>> {
        guarded(py, || array(py, self.0.data().to_vec(), self.0.shape()))
    }

    /// `[records, ...]`.
    #[getter]
    fn shape(&self) -> Vec<usize> {
        self.0.shape().to_vec()
    }

    /// Digest of the encoder, or empty.
    #[getter]
    fn encoder(&self) -> &str {
        self.0.encoder()
    }

    /// Name of the release, or empty.
    #[getter]
    fn release(&self) -> &str {
        self.0.release()
    }

    /// `f32`, `f16` or `int8`.
    #[getter]
    fn dtype(&self) -> &'static str {
        dtype_name(self.0.dtype())
    }

    /// Indices of substitutes, or none.
    fn indices<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyArray1<u32>>>> {
        guarded(py, || {
            let indices = self.0.indices();
            Ok(indices.map(|indices| PyArray1::from_vec(py, indices)))
        })
    }

    /// Digest of the substitute table, or none.
    #[getter]
    fn table(&self) -> Option<&str> {
        self.0.table()
    }
}

/// An array of these numbers, which are not copied.
pub(crate) fn array<'py>(
    py: Python<'py>,
    data: Vec<f32>,
    shape: &[usize],
) -> PyResult<Bound<'py, PyArrayDyn<f32>>> {
    PyArray1::from_vec(py, data).reshape(shape)
}

/// The name of an element type, as manifests have it.
pub(crate) fn dtype_name(dtype: Dtype) -> &'static str {
    match dtype {
        Dtype::F32 => "f32",
        Dtype::F16 => "f16",
        Dtype::Int8 => "int8",
    }
}
