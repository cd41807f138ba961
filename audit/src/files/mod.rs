//! Features and labels from files, one format per file.
//!
//! Readers get an open file and say what is wrong with its content; the path is added here. Nothing is allocated
//! because a header asks for it: a length is compared with what the file holds first.

mod columns;
mod csv;
mod holdout;
mod npy;
mod npz;
mod numbers;
mod parquet;
mod safetensors;
mod table;

use std::fs::File;
use std::path::Path;

use crate::error::{AuditError, AuditErrorKind};
use crate::features::FeatureSet;

pub use columns::LabelColumns;
pub use holdout::Holdout;
pub use table::LabelTable;

const FEATURES: [&str; 5] = ["safetensors", "npy", "npz", "csv", "parquet"];
const LABELS: [&str; 2] = ["csv", "parquet"];

/// Reads features as the end of the file's name says.
pub(crate) fn open_features(path: &Path) -> Result<FeatureSet, AuditError> {
    let format = format(path, "features", &FEATURES)?;
    let (file, length) = open(path)?;
    match format {
        "safetensors" => safetensors::features(file, length),
        "npy" => npy::features(file, length),
        "npz" => npz::features(file, length),
        "csv" => csv::features(file),
        _ => parquet::features(file),
    }
    .map_err(|error| error.in_file(path))
}

/// Reads the named columns of a labels file as text, in the order of the names.
fn open_columns(path: &Path, names: &[&str]) -> Result<Vec<Vec<String>>, AuditError> {
    let format = format(path, "labels", &LABELS)?;
    let (file, _) = open(path)?;
    match format {
        "csv" => csv::columns(file, names),
        _ => parquet::columns(file, names),
    }
    .map_err(|error| error.in_file(path))
}

/// Which of the known formats the name of a file ends in.
fn format(path: &Path, what: &str, known: &[&'static str]) -> Result<&'static str, AuditError> {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let found = known.iter().find(|name| name.eq_ignore_ascii_case(&ending));
    found.copied().ok_or_else(|| {
        let known: Vec<String> = known.iter().map(|name| format!(".{name}")).collect();
        broken(format!(
            "the name of a {what} file says its format by its end: one of {}",
            known.join(", ")
        ))
        .in_file(path)
    })
}

/// An open file and its length in bytes.
fn open(path: &Path) -> Result<(File, u64), AuditError> {
    let open = || {
        let file = File::open(path)?;
        let about = file.metadata()?;
        if about.is_dir() {
            return Err(std::io::ErrorKind::IsADirectory.into());
        }
        Ok((file, about.len()))
    };
    open().map_err(|error: std::io::Error| {
        broken(format!("cannot be read: {}", error.kind())).in_file(path)
    })
}

/// A file that is not what it should be.
fn broken(message: impl Into<String>) -> AuditError {
    AuditError::new(AuditErrorKind::File, message)
}

/// A column that is not what it should be.
fn bad_column(message: impl Into<String>) -> AuditError {
    AuditError::new(AuditErrorKind::Column, message)
}

/// A file that ends early or cannot be read further; `what` is what was being read.
fn unreadable(what: &str, error: &std::io::Error) -> AuditError {
    broken(match error.kind() {
        std::io::ErrorKind::UnexpectedEof => format!("ends within {what}"),
        kind => format!("{what} cannot be read: {kind}"),
    })
}

/// Refuses columns with empty cells, and columns with NaN or infinite numbers, by the name of the first such column.
fn refuse_bad_cells(
    names: &[&str],
    empty: &[usize],
    not_finite: &[usize],
    rows: usize,
) -> Result<(), AuditError> {
    let first = |counts: &[usize]| counts.iter().position(|&count| count > 0);
    if let Some(column) = first(empty) {
        return Err(bad_column(format!(
            "column `{}` is empty in {} of {rows} rows; every row needs a value",
            names[column], empty[column]
        )));
    }
    match first(not_finite) {
        Some(column) => Err(AuditError::new(
            AuditErrorKind::NotFinite,
            format!(
                "column `{}` holds NaN or infinite values in {} of {rows} rows; expected finite numbers",
                names[column], not_finite[column]
            ),
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
