//! What Python passes, as inputs of the core.

use crate::errors::{core, of_kind};
use numpy::{PyReadonlyArray1, PyReadonlyArray3, PyUntypedArrayMethods};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyString};
use tiprdc::{ErrorKind, Input, Value};

/// One value of a record, owned.
pub(crate) enum Scalar {
    Number(f64),
    Text(String),
    Boolean(bool),
    Missing,
}

impl Scalar {
    fn value(&self) -> Value<'_> {
        match self {
            Scalar::Number(number) => Value::Number(*number),
            Scalar::Text(text) => Value::Text(text),
            Scalar::Boolean(boolean) => Value::Boolean(*boolean),
            Scalar::Missing => Value::Missing,
        }
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Scalar {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_none() {
            return Ok(Scalar::Missing);
        }
        if let Ok(text) = object.cast::<PyString>() {
            return Ok(Scalar::Text(text.to_string_lossy().into_owned()));
        }
        if let Ok(boolean) = object.cast::<PyBool>() {
            return Ok(Scalar::Boolean(boolean.is_true()));
        }
        object.extract::<f64>().map(Scalar::Number).map_err(|_| {
            // Without the value: it may be private.
            PyTypeError::new_err("a field of a record must be a number, text or None")
        })
    }
}

/// A column of a table: numbers with NaN for what is missing, booleans, or texts with None.
#[derive(FromPyObject)]
pub(crate) enum Column<'py> {
    Numbers(PyReadonlyArray1<'py, f64>),
    Booleans(PyReadonlyArray1<'py, bool>),
    Texts(Vec<Option<String>>),
}

/// A column whose memory is at hand, with Python's lock or without.
pub(crate) enum Cells<'a> {
    Numbers(&'a [f64]),
    Booleans(&'a [bool]),
    Texts(&'a [Option<String>]),
}

impl Column<'_> {
    pub(crate) fn cells(&self) -> PyResult<Cells<'_>> {
        Ok(match self {
            Column::Numbers(numbers) => Cells::Numbers(numbers.as_slice()?),
            Column::Booleans(booleans) => Cells::Booleans(booleans.as_slice()?),
            Column::Texts(texts) => Cells::Texts(texts),
        })
    }
}

impl<'a> Cells<'a> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Cells::Numbers(numbers) => numbers.len(),
            Cells::Booleans(booleans) => booleans.len(),
            Cells::Texts(texts) => texts.len(),
        }
    }

    fn value(&self, row: usize) -> Value<'a> {
        match *self {
            Cells::Numbers(numbers) if numbers[row].is_nan() => Value::Missing,
            Cells::Numbers(numbers) => Value::Number(numbers[row]),
            Cells::Booleans(booleans) => Value::Boolean(booleans[row]),
            Cells::Texts(texts) => texts[row].as_deref().map_or(Value::Missing, Value::Text),
        }
    }
}

/// Records as lists of name and value.
pub(crate) fn of_records(records: &[Vec<(String, Scalar)>]) -> Vec<Input<'_>> {
    records.iter().map(|record| of_record(record)).collect()
}

fn of_record(record: &[(String, Scalar)]) -> Input<'_> {
    Input::record(
        record
            .iter()
            .map(|(name, value)| (name.as_str(), value.value())),
    )
}

/// Records as columns of one length.
pub(crate) fn of_columns<'a>(
    columns: &[(&'a str, Cells<'a>)],
    rows: usize,
) -> PyResult<Vec<Input<'a>>> {
    if columns.iter().any(|(_, cells)| cells.len() != rows) {
        return Err(Python::attach(|py| {
            of_kind(
                py,
                ErrorKind::InputShape,
                "all columns of records must be equally long",
            )
        }));
    }
    let record = |row| {
        Input::record(
            columns
                .iter()
                .map(|(name, cells)| (*name, cells.value(row))),
        )
    };
    Ok((0..rows).map(record).collect())
}

/// Rows of an array `[n, ...]` of numbers: windows of a series or tensors.
pub(crate) fn of_numbers<'a>(
    kind: &str,
    numbers: &'a [f32],
    shape: &[usize],
) -> PyResult<Vec<Input<'a>>> {
    let Some((&rows, shape)) = shape.split_first() else {
        return Ok(Vec::new());
    };
    let width = shape.iter().product::<usize>();
    let row = |index: usize| {
        let row = &numbers[index * width..(index + 1) * width];
        match (kind, shape) {
            ("series", &[channels, steps]) => core(Input::series(row, channels, steps)),
            _ => core(Input::tensor(row, shape)),
        }
    };
    (0..rows).map(row).collect()
}

/// Pictures `[height, width, bytes of a pixel]`.
pub(crate) fn of_images<'a>(
    images: &'a [(String, PyReadonlyArray3<'_, u8>)],
) -> PyResult<Vec<Input<'a>>> {
    let input = |(format, image): &'a (String, PyReadonlyArray3<'_, u8>)| of_image(format, image);
    images.iter().map(input).collect()
}

fn of_image<'a>(format: &str, image: &'a PyReadonlyArray3<'_, u8>) -> PyResult<Input<'a>> {
    let side = |axis: usize| {
        u32::try_from(image.shape()[axis])
            .map_err(|_| argument("a picture has at most 2^32 - 1 rows and columns"))
    };
    let (height, width, pixels) = (side(0)?, side(1)?, image.as_slice()?);
    core(match format {
        "rgb8" => Input::image_rgb8(pixels, width, height),
        "rgba8" => Input::image_rgba8(pixels, width, height),
        "bgra8" => Input::image_bgra8(pixels, width, height),
        "gray8" => Input::image_gray8(pixels, width, height),
        _ => {
            return Err(argument(
                "a pixel format is one of rgb8, rgba8, bgra8, gray8",
            ));
        }
    })
}

/// What Rust's types rule out and Python's do not.
pub(crate) fn argument(message: &str) -> PyErr {
    Python::attach(|py| of_kind(py, ErrorKind::Argument, message))
}
