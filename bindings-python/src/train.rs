//! `tiprdc.train`.

use crate::dataset::NativeDataset;
use crate::errors::of_train;
use crate::guard::guarded;
use crate::watch::{Stopping, watched};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use tiprdc_train::{MethodConfig, Outcome, Run, TrainEvent, TrainOptions};

/// An encoder, its table if it has one, and the whole run as TOML.
type Made<'py> = (Bound<'py, PyBytes>, Option<Bound<'py, PyBytes>>, String);

/// Trains an encoder.
#[pyfunction]
pub(crate) fn train<'py>(
    py: Python<'py>,
    text: &str,
    overrides: Vec<String>,
    dataset: &NativeDataset,
    checkpoint: Option<PathBuf>,
    resume: bool,
    on_event: &Bound<'py, PyAny>,
) -> PyResult<Made<'py>> {
    let (run, whole) = guarded(py, || {
        let run = Run::from_toml(text, &overrides).map_err(|error| of_train(py, &error))?;
        let whole = run.to_toml();
        Ok((run, whole))
    })?;
    let dataset = Arc::clone(&dataset.0);
    let outcome = watched(py, on_event, Stopping::Waits, move |line| {
        let options = TrainOptions {
            checkpoint,
            resume,
            stop: Some(&line.stop),
        };
        let mut observer = |event: TrainEvent| line.say(&said(&event));
        tiprdc_train::train(&run, &dataset, &options, &mut observer)
    })?;
    guarded(py, || {
        match outcome.map_err(|error| of_train(py, &error))? {
            Outcome::Finished(trained) => {
                let table = trained.table.as_ref();
                let table = table.map(|table| PyBytes::new(py, table.to_bytes()));
                Ok((PyBytes::new(py, &trained.encoder), table, whole))
            }
            Outcome::Stopped { .. } => Err(PyKeyboardInterrupt::new_err("training was stopped")),
        }
    })
}

/// Whether a method has a setting of this name.
#[pyfunction]
pub(crate) fn method_has(py: Python<'_>, kind: &str, key: &str) -> PyResult<bool> {
    guarded(py, || Ok(MethodConfig::has_key(kind, key)))
}

fn said(event: &TrainEvent) -> Value {
    match event {
        TrainEvent::Batch {
            stage,
            epoch,
            epochs,
            batch,
            batches,
            metrics,
        } => json!({
            "event": "batch", "stage": stage, "epoch": epoch, "epochs": epochs, "batch": batch, "batches": batches,
            "metrics": metrics.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect::<serde_json::Map<_, _>>(),
        }),
        TrainEvent::Epoch {
            stage,
            epoch,
            epochs,
            metrics,
            elapsed,
            remaining,
        } => json!({
            "event": "epoch", "stage": stage, "epoch": epoch, "epochs": epochs,
            "seconds": elapsed.as_secs_f64(), "remaining": remaining.as_secs_f64(),
            "metrics": metrics.iter().map(|(name, value)| (name.clone(), json!(value))).collect::<serde_json::Map<_, _>>(),
        }),
        TrainEvent::Checkpoint { path } => {
            json!({ "event": "checkpoint", "path": path.display().to_string() })
        }
        TrainEvent::Note { text } => json!({ "event": "note", "text": text }),
        TrainEvent::Resumed {
            stage,
            epoch,
            batch,
        } => {
            json!({ "event": "resumed", "stage": stage, "epoch": epoch, "batch": batch })
        }
        _ => json!({ "event": "other" }),
    }
}
