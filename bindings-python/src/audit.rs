//! `tiprdc.audit`, and what reports say.

use crate::errors::{core, of_audit, of_stamp};
use crate::guard::{guarded, unlocked};
use crate::inputs::argument;
use crate::watch::{Stopping, watched};
use numpy::{PyReadonlyArrayDyn, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde_json::json;
use std::sync::Arc;
use tiprdc::Manifest;
use tiprdc_audit::{
    Audit, AuditError, Event, FeatureSet, Holdout, LabelColumns, LabelTable, Labels, Report, Stage,
    model_card,
};
use tiprdc_pipeline::stamped;

/// An array of rows, or one of training rows and one of test rows; arrays are contiguous.
type Sides<'py> = (
    PyReadonlyArrayDyn<'py, f64>,
    Option<PyReadonlyArrayDyn<'py, f64>>,
);
/// Columns of labels as text.
type Columns = Vec<(String, Vec<String>)>;

/// Everything that an audit looks at, as Python makes it.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Parts<'py> {
    features: Sides<'py>,
    raw: Option<Sides<'py>>,
    labels: (Columns, Option<Columns>),
    outsiders: Option<(PyReadonlyArrayDyn<'py, f64>, Option<Columns>)>,
    private: Vec<String>,
    tasks: Vec<String>,
    continuous: Vec<String>,
    groups: Option<String>,
    records: Option<String>,
    /// Share of test rows, where they are not given.
    test: f64,
    encoder: Option<String>,
    seed: u64,
    bootstrap: usize,
    seconds: bool,
}

/// Fits attackers; gives the report as JSON.
#[pyfunction]
pub(crate) fn audit(
    py: Python<'_>,
    parts: Parts<'_>,
    on_event: &Bound<'_, PyAny>,
) -> PyResult<String> {
    let audit = guarded(py, || parts.audit())?;
    let report = watched(py, on_event, Stopping::Leaves, move |line| {
        let audit = audit.stop(Arc::clone(&line.stop));
        audit.run(&mut |event| line.say(&said(&event)))
    })?;
    guarded(py, || Ok(refused(report)?.to_json()))
}

impl Parts<'_> {
    fn audit(&self) -> PyResult<Audit> {
        let columns = LabelColumns {
            private: self.private.clone(),
            tasks: self.tasks.clone(),
            continuous: self.continuous.clone(),
            groups: self.groups.clone(),
            records: self.records.clone(),
        };
        let all = table(&self.labels.0)?;
        let (train, test, holdout) = match &self.labels.1 {
            Some(test) => (all, table(test)?, None),
            None => {
                let holdout = refused(Holdout::new(&all, &columns, self.test, self.seed))?;
                let (train, test) = (all.select(&holdout.train), all.select(&holdout.test));
                (train, test, Some(holdout))
            }
        };
        let outside = self.outsiders.as_ref();
        let outside = outside.and_then(|(_, labels)| labels.as_ref());
        let outside = outside.map(table).transpose()?;
        let labels = refused(Labels::from_tables(
            &train,
            &test,
            outside.as_ref(),
            &columns,
        ))?;
        self.built(labels, holdout.as_ref())
    }

    fn built(&self, labels: Labels, holdout: Option<&Holdout>) -> PyResult<Audit> {
        let (train, test) = sides(&self.features, holdout)?;
        let mut audit = Audit::new(train, test)
            .attributes(labels.attributes)
            .quantities(labels.quantities)
            .seed(self.seed)
            .bootstrap(self.bootstrap)
            .seconds(self.seconds);
        if let Some(raw) = &self.raw {
            let (train, test) = sides(raw, holdout)?;
            audit = audit.raw(train, test);
        }
        if let (Some(train), Some(test)) = (labels.train_groups, labels.test_groups) {
            audit = audit.train_groups(train).test_groups(test);
        }
        if let (Some(train), Some(test)) = (labels.train_records, labels.test_records) {
            audit = audit.records(train, test);
        }
        if let Some((features, _)) = &self.outsiders {
            audit = audit.outsiders(rows(features)?, labels.outsider_groups);
        }
        if let Some(digest) = &self.encoder {
            audit = audit.encoder(digest);
        }
        Ok(audit)
    }
}

fn table(columns: &Columns) -> PyResult<LabelTable> {
    refused(LabelTable::new(columns.clone()))
}

fn sides(
    (train, test): &Sides<'_>,
    holdout: Option<&Holdout>,
) -> PyResult<(FeatureSet, FeatureSet)> {
    match (test, holdout) {
        (Some(test), _) => Ok((rows(train)?, rows(test)?)),
        (None, Some(holdout)) => refused(holdout.features(&rows(train)?)),
        (None, None) => Err(argument("features of test rows are missing")),
    }
}

fn rows(array: &PyReadonlyArrayDyn<'_, f64>) -> PyResult<FeatureSet> {
    let Some((&count, shape)) = array.shape().split_first() else {
        return Err(argument("features have an axis of records"));
    };
    refused(FeatureSet::new(
        count,
        shape.to_vec(),
        array.as_slice()?.to_vec(),
    ))
}

fn refused<T>(result: Result<T, AuditError>) -> PyResult<T> {
    result.map_err(|error| Python::attach(|py| of_audit(py, &error)))
}

fn said(event: &Event) -> serde_json::Value {
    let (name, attribute, attacker, stage, total) = match event {
        Event::AttackerStarted {
            attribute,
            attacker,
            stage,
            total,
            ..
        } => ("started", attribute, attacker, stage, total),
        Event::AttackerFinished {
            attribute,
            attacker,
            stage,
            total,
            ..
        } => ("finished", attribute, attacker, stage, total),
    };
    let stage = match stage {
        Stage::Features => "features",
        Stage::Raw => "raw",
    };
    json!({ "event": name, "attribute": attribute, "attacker": attacker, "stage": stage, "total": total })
}

/// A report as `text`, `html`, `svg`, or as the model card of an encoder whose manifest and digest are given.
#[pyfunction]
pub(crate) fn render_report(
    py: Python<'_>,
    report: &str,
    how: &str,
    encoder: Option<(String, String)>,
) -> PyResult<String> {
    guarded(py, || {
        let report = read(report)?;
        Ok(match (how, encoder) {
            ("html", _) => report.to_html(),
            ("svg", _) => report.to_svg(),
            ("card", Some((manifest, digest))) => {
                let manifest = core(Manifest::from_json(&manifest))?;
                model_card(&manifest, &digest, Some(&report))
            }
            _ => report.to_text(),
        })
    })
}

/// The file of an encoder, with a summary of the report in its manifest.
#[pyfunction]
pub(crate) fn stamp<'py>(
    py: Python<'py>,
    file: &[u8],
    report: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    let stamped = unlocked(py, || {
        let report = read(report)?;
        stamped(file, &report).map_err(|error| Python::attach(|py| of_stamp(py, &error)))
    })?;
    Ok(PyBytes::new(py, &stamped))
}

/// Sentences on what to do next.
#[pyfunction]
pub(crate) fn report_advice(py: Python<'_>, report: &str) -> PyResult<Vec<String>> {
    guarded(py, || Ok(read(report)?.advice()))
}

/// What fails of a gate; nothing if it passes.
#[pyfunction]
pub(crate) fn report_gate(py: Python<'_>, report: &str, most: f64) -> PyResult<Vec<String>> {
    guarded(py, || Ok(read(report)?.gate(most).failures))
}

fn read(report: &str) -> PyResult<Report> {
    serde_json::from_str(report)
        .map_err(|error| pyo3::exceptions::PyValueError::new_err(error.to_string()))
}
