//! `Encoder`.

use crate::errors::{core, of_kind};
use crate::features::{NativeFeatures, array, dtype_name};
use crate::guard::{guarded, unlocked};
use crate::inputs::{
    Cells, Column, Scalar, argument, of_columns, of_images, of_numbers, of_records,
};
use numpy::{
    PyReadonlyArray1, PyReadonlyArray2, PyReadonlyArray3, PyReadonlyArrayDyn, PyUntypedArrayMethods,
};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::path::PathBuf;
use tiprdc::{Encoder, EncoderBuilder, Input, SensorEvents};

/// The encoder of the guides, so that a first program has one at hand.
const EXAMPLE: &[u8] = include_bytes!("../../examples/motion-gender.onnx");

/// The file of an encoder that comes with the package.
#[pyfunction]
pub(crate) fn example_model(py: Python<'_>) -> Bound<'_, PyBytes> {
    PyBytes::new(py, EXAMPLE)
}

/// A loaded encoder. Any number of threads may use it at once.
#[pyclass(frozen, module = "tiprdc._native")]
pub(crate) struct NativeEncoder(Encoder);

/// Options of every call that encodes: `threads` (none: as the encoder was opened), `single` (one record, on this
/// thread) and `give`: an `array` of features, `features` as a `NativeFeatures`, or the `input` as the network gets it.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct How {
    threads: Option<usize>,
    single: bool,
    give: String,
}

#[pymethods]
impl NativeEncoder {
    /// Loads an encoder from a file.
    #[staticmethod]
    fn open(
        py: Python<'_>,
        path: PathBuf,
        max_bytes: Option<u64>,
        max_work: Option<u64>,
        threads: usize,
        memo: Option<&[u8]>,
    ) -> PyResult<Self> {
        unlocked(py, || {
            let builder = builder(max_bytes, max_work, threads, memo)?;
            core(builder.open(path)).map(NativeEncoder)
        })
    }

    /// Loads an encoder from memory.
    #[staticmethod]
    fn from_bytes(
        py: Python<'_>,
        model: &[u8],
        max_bytes: Option<u64>,
        max_work: Option<u64>,
        threads: usize,
        memo: Option<&[u8]>,
    ) -> PyResult<Self> {
        unlocked(py, || {
            let builder = builder(max_bytes, max_work, threads, memo)?;
            core(builder.from_bytes(model)).map(NativeEncoder)
        })
    }

    /// The manifest as JSON.
    fn manifest_json(&self, py: Python<'_>) -> PyResult<String> {
        guarded(py, || Ok(self.0.manifest().to_json()))
    }

    /// SHA-256 of the file.
    #[getter]
    fn digest(&self) -> &str {
        self.0.digest()
    }

    /// `image`, `series`, `record` or `tensor`.
    #[getter]
    fn input_kind(&self) -> &'static str {
        self.0.manifest().input.kind()
    }

    /// Shape of the network's input for one record.
    #[getter]
    fn input_shape(&self, py: Python<'_>) -> PyResult<Vec<usize>> {
        guarded(py, || Ok(self.0.manifest().input.shape()))
    }

    /// Shape of the features of one record.
    #[getter]
    fn output_shape(&self) -> Vec<usize> {
        self.0.output_shape().to_vec()
    }

    /// Name of the release.
    #[getter]
    fn release(&self) -> &'static str {
        self.0.manifest().release.name()
    }

    /// The bound of one draw, in nats.
    #[getter]
    fn epsilon(&self) -> Option<f64> {
        self.0.manifest().release.epsilon()
    }

    /// The probability that may escape the bound.
    #[getter]
    fn delta(&self) -> Option<f64> {
        self.0.manifest().release.delta()
    }

    /// `f32`, `f16` or `int8`.
    #[getter]
    fn dtype(&self) -> &'static str {
        dtype_name(self.0.manifest().output.dtype)
    }

    /// Encodes rows of a contiguous array `[n, ...]`, as windows of a series or as tensors.
    fn encode_numbers<'py>(
        &self,
        py: Python<'py>,
        kind: &str,
        data: PyReadonlyArrayDyn<'py, f32>,
        how: How,
    ) -> PyResult<Bound<'py, PyAny>> {
        guarded(py, || {
            self.encode(py, &of_numbers(kind, data.as_slice()?, data.shape())?, &how)
        })
    }

    /// Encodes contiguous pictures `[height, width, bytes of a pixel]`, each with its format.
    fn encode_images<'py>(
        &self,
        py: Python<'py>,
        images: Vec<(String, PyReadonlyArray3<'py, u8>)>,
        how: How,
    ) -> PyResult<Bound<'py, PyAny>> {
        guarded(py, || self.encode(py, &of_images(&images)?, &how))
    }

    /// Cuts sensor events into windows `[windows, channels, steps]`.
    fn windows<'py>(
        &self,
        py: Python<'py>,
        sensors: Vec<Events<'py>>,
        stride: usize,
    ) -> PyResult<Bound<'py, PyAny>> {
        guarded(py, || {
            let series = core(self.0.manifest().input.series())?;
            let mut events = Vec::with_capacity(sensors.len());
            for (number, (seconds, values, factor)) in sensors.iter().enumerate() {
                let sensor =
                    SensorEvents::new(seconds.as_slice()?, values.as_slice()?, values.shape()[1]);
                let sensor = sensor.map_err(|error| {
                    of_kind(py, error.kind(), &format!("sensor {number}: {error}"))
                });
                events.push(sensor?.scaled(*factor));
            }
            let windows = core(series.windows(&events, stride))?;
            let count = windows.len() / (series.channels * series.steps);
            let shape = [count, series.channels, series.steps];
            Ok(array(py, windows, &shape)?.into_any())
        })
    }

    /// Encodes records, each a list of name and value.
    fn encode_records<'py>(
        &self,
        py: Python<'py>,
        records: Vec<Vec<(String, Scalar)>>,
        how: How,
    ) -> PyResult<Bound<'py, PyAny>> {
        guarded(py, || self.encode(py, &of_records(&records), &how))
    }

    /// Encodes records that come as columns of `rows` cells.
    fn encode_columns<'py>(
        &self,
        py: Python<'py>,
        columns: Vec<(String, Column<'py>)>,
        rows: usize,
        how: How,
    ) -> PyResult<Bound<'py, PyAny>> {
        guarded(py, || {
            let cells = columns
                .iter()
                .map(|(name, column)| Ok((name.as_str(), column.cells()?)))
                .collect::<PyResult<Vec<(&str, Cells<'_>)>>>()?;
            self.encode(py, &of_columns(&cells, rows)?, &how)
        })
    }
}

impl NativeEncoder {
    /// What the network gets of each record.
    fn preprocessed<'py>(
        &self,
        py: Python<'py>,
        inputs: &[Input<'_>],
        single: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let spec = &self.0.manifest().input;
        let mut shape = spec.shape();
        let width = shape.iter().product::<usize>();
        let mut data = vec![0.0; inputs.len() * width];
        unlocked(py, || {
            let rows = data.chunks_exact_mut(width.max(1));
            for (index, (input, row)) in inputs.iter().zip(rows).enumerate() {
                spec.preprocess(input, row).map_err(|error| {
                    let message = format!("record {index}: {error}");
                    Python::attach(|py| of_kind(py, error.kind(), &message))
                })?;
            }
            Ok(())
        })?;
        if !single {
            shape.insert(0, inputs.len());
        }
        Ok(array(py, data, &shape)?.into_any())
    }

    fn encode<'py>(
        &self,
        py: Python<'py>,
        inputs: &[Input<'_>],
        how: &How,
    ) -> PyResult<Bound<'py, PyAny>> {
        let encoder = how
            .threads
            .map_or_else(|| self.0.clone(), |threads| self.0.with_threads(threads));
        let one = inputs.first().filter(|_| how.single);
        if how.give == "input" {
            return self.preprocessed(py, inputs, how.single);
        }
        if how.give == "features" {
            let features = unlocked(py, || {
                core(match one {
                    Some(input) => encoder.encode(input),
                    None => encoder.encode_batch(inputs),
                })
            })?;
            return Ok(Bound::new(py, NativeFeatures(features))?.into_any());
        }
        let mut shape = encoder.output_shape().to_vec();
        let mut data = vec![0.0; inputs.len() * shape.iter().product::<usize>()];
        unlocked(py, || {
            core(match one {
                Some(input) => encoder.encode_into(input, &mut data),
                None => encoder.encode_batch_into(inputs, &mut data),
            })
        })?;
        if one.is_none() {
            shape.insert(0, inputs.len());
        }
        Ok(array(py, data, &shape)?.into_any())
    }
}

/// Events of one sensor: times in seconds, values `[events, axes]`, and what these are multiplied by.
type Events<'py> = (PyReadonlyArray1<'py, f64>, PyReadonlyArray2<'py, f32>, f64);

fn builder(
    max_bytes: Option<u64>,
    max_work: Option<u64>,
    threads: usize,
    memo: Option<&[u8]>,
) -> PyResult<EncoderBuilder> {
    let mut builder = Encoder::builder().threads(threads);
    if let Some(bytes) = max_bytes {
        builder = builder.max_bytes(bytes);
    }
    if let Some(work) = max_work {
        builder = builder.max_work(work);
    }
    if let Some(secret) = memo {
        let secret = secret
            .try_into()
            .map_err(|_| argument("memo must be a secret of exactly 32 bytes"))?;
        builder = builder.memo(secret);
    }
    Ok(builder)
}
