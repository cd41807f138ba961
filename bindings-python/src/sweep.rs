//! `tiprdc.sweep`.

use crate::dataset::NativeDataset;
use crate::errors::of_pipeline;
use crate::guard::guarded;
use crate::watch::{Stopping, watched};
use pyo3::prelude::*;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use tiprdc_audit::Sweep;
use tiprdc_pipeline::{Plan, Step, SweepEvent, SweepOptions};

/// Trains and audits all points; gives the sweep as JSON.
#[pyfunction]
pub(crate) fn sweep(
    py: Python<'_>,
    text: &str,
    overrides: Vec<String>,
    dataset: &NativeDataset,
    folder: PathBuf,
    jobs: Option<usize>,
    on_event: &Bound<'_, PyAny>,
) -> PyResult<String> {
    let (plan, dataset) = guarded(py, || {
        let plan = Plan::parse(text, &overrides).map_err(|error| of_pipeline(py, &error))?;
        Ok((plan, dataset.0.as_ref().clone()))
    })?;
    let finished = watched(py, on_event, Stopping::Waits, move |line| {
        let options = SweepOptions {
            folder: &folder,
            jobs,
            stop: Arc::clone(&line.stop),
        };
        let mut observer = |event: SweepEvent<'_>| {
            if let Some(event) = said(&event) {
                line.say(&event);
            }
        };
        tiprdc_pipeline::sweep(&plan, dataset, &options, &mut observer)
    })?;
    guarded(py, || {
        let finished = finished.map_err(|error| of_pipeline(py, &error))?;
        Ok(finished.sweep.to_json())
    })
}

/// A sweep as `text` or `html`.
#[pyfunction]
pub(crate) fn render_sweep(py: Python<'_>, sweep: &str, how: &str) -> PyResult<String> {
    guarded(py, || {
        let sweep: Sweep = serde_json::from_str(sweep)
            .map_err(|error| pyo3::exceptions::PyValueError::new_err(error.to_string()))?;
        Ok(match how {
            "html" => sweep.to_html(),
            _ => sweep.to_text(),
        })
    })
}

fn said(event: &SweepEvent<'_>) -> Option<Value> {
    let SweepEvent::Encoder {
        index,
        total,
        label,
        step,
    } = event
    else {
        return None;
    };
    let (name, done, of) = match step {
        Step::Started => ("started", 0, 0),
        Step::Training { epoch, epochs, .. } => ("training", *epoch, *epochs),
        Step::Resumed => ("resumed", 0, 0),
        Step::Trained(_) => ("trained", 0, 0),
        Step::Auditing { done, total } => ("auditing", *done, *total),
        Step::Kept => ("kept", 0, 0),
        Step::Audited(_) => ("audited", 0, 0),
        Step::Failed(_) => ("failed", 0, 0),
    };
    Some(
        json!({ "event": name, "index": index, "total": total, "label": label, "done": done, "of": of }),
    )
}
