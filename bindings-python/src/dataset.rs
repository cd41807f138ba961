//! Data sets: read from files, or made of arrays.

use crate::errors::{of_data, of_pipeline, of_train};
use crate::guard::guarded;
use crate::inputs::argument;
use crate::watch::{Stopping, watched};
use numpy::{PyReadonlyArray1, PyReadonlyArray3, PyUntypedArrayMethods};
use pyo3::prelude::*;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;
use tiprdc_pipeline::Plan;
use tiprdc_train::{
    Attribute, ColumnValues, DataEvent, Dataset, Image, Records, Run, Series, Split, Table,
    TableColumn,
};

/// Training and test records with their labels.
#[pyclass(frozen, module = "tiprdc._native")]
pub(crate) struct NativeDataset(pub(crate) Arc<Dataset>);

/// One side of a data set, as Python makes it.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct SplitParts<'py> {
    records: Parts<'py>,
    attributes: Vec<(String, Vec<String>, PyReadonlyArray1<'py, u32>)>,
    groups: Option<PyReadonlyArray1<'py, u32>>,
}

#[derive(FromPyObject)]
enum Parts<'py> {
    Columns(Vec<(String, ColumnParts<'py>)>),
    Images(Vec<PyReadonlyArray3<'py, u8>>),
    Series(PyReadonlyArray3<'py, f32>, f32),
}

#[derive(FromPyObject)]
enum ColumnParts<'py> {
    Numbers(PyReadonlyArray1<'py, f64>),
    Codes(Vec<String>, PyReadonlyArray1<'py, u32>),
}

#[pymethods]
impl NativeDataset {
    /// A data set of arrays.
    #[new]
    fn new(
        py: Python<'_>,
        name: String,
        train: SplitParts<'_>,
        test: SplitParts<'_>,
    ) -> PyResult<Self> {
        guarded(py, || {
            Ok(NativeDataset(Arc::new(Dataset {
                name,
                train: train.split()?,
                test: test.split()?,
            })))
        })
    }

    /// The data set that a run or a sweep names, read below a folder.
    #[staticmethod]
    fn load(
        py: Python<'_>,
        sweep: bool,
        text: &str,
        overrides: Vec<String>,
        folder: PathBuf,
        on_event: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let config = guarded(py, || {
            Ok(if sweep {
                Plan::parse(text, &overrides)
                    .map_err(|error| of_pipeline(py, &error))?
                    .dataset
            } else {
                Run::from_toml(text, &overrides)
                    .map_err(|error| of_train(py, &error))?
                    .dataset
            })
        })?;
        let dataset = watched(py, on_event, Stopping::Leaves, move |line| {
            config.load(&folder, &mut |event| line.say(&said(&event)))
        })?;
        let dataset = dataset.map_err(|error| of_data(py, &error))?;
        Ok(NativeDataset(Arc::new(dataset)))
    }

    /// Numbers of training and test records.
    #[getter]
    fn rows(&self, py: Python<'_>) -> PyResult<(usize, usize)> {
        guarded(py, || Ok((self.0.train.len(), self.0.test.len())))
    }
}

impl SplitParts<'_> {
    fn split(&self) -> PyResult<Split> {
        let attributes = self.attributes.iter().map(|(name, classes, codes)| {
            Ok(Attribute {
                name: name.clone(),
                classes: classes.clone(),
                codes: codes.as_slice()?.to_vec(),
            })
        });
        let groups = self.groups.as_ref().map(|groups| groups.as_slice());
        Ok(Split {
            records: self.records.records()?,
            attributes: attributes.collect::<PyResult<_>>()?,
            groups: groups.transpose()?.map(<[u32]>::to_vec),
        })
    }
}

impl Parts<'_> {
    fn records(&self) -> PyResult<Records> {
        Ok(match self {
            Parts::Columns(columns) => {
                let columns = columns.iter().map(|(name, values)| {
                    Ok(TableColumn {
                        name: name.clone(),
                        values: values.values()?,
                    })
                });
                Records::Table(Table {
                    columns: columns.collect::<PyResult<_>>()?,
                })
            }
            Parts::Images(images) => {
                Records::Images(images.iter().map(image).collect::<PyResult<_>>()?)
            }
            Parts::Series(data, rate_hz) => Records::Series(Series {
                channels: data.shape()[1],
                steps: data.shape()[2],
                rate_hz: *rate_hz,
                data: data.as_slice()?.to_vec(),
                recordings: None,
            }),
        })
    }
}

impl ColumnParts<'_> {
    fn values(&self) -> PyResult<ColumnValues> {
        Ok(match self {
            ColumnParts::Numbers(numbers) => ColumnValues::Numeric(numbers.as_slice()?.to_vec()),
            ColumnParts::Codes(categories, codes) => ColumnValues::Categorical {
                categories: categories.clone(),
                codes: codes.as_slice()?.to_vec(),
            },
        })
    }
}

fn image(pixels: &PyReadonlyArray3<'_, u8>) -> PyResult<Image> {
    let side = |axis: usize| {
        u32::try_from(pixels.shape()[axis]).map_err(|_| argument("a picture has too many pixels"))
    };
    Ok(Image {
        width: side(1)?,
        height: side(0)?,
        rgb: pixels.as_slice()?.to_vec(),
    })
}

fn said(event: &DataEvent) -> serde_json::Value {
    match *event {
        DataEvent::Progress { unit, done, total } => {
            json!({ "event": "reading", "unit": unit, "done": done, "total": total })
        }
        DataEvent::Skipped { what, count } => {
            json!({ "event": "skipped", "what": what, "count": count })
        }
        _ => json!({ "event": "other" }),
    }
}
