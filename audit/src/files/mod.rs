//! Labels from files, and one set of rows cut into two.
//!
//! What a file holds is read by `tiprdc-files`; what is made of it is said here.

mod columns;
mod holdout;
mod table;

use std::path::Path;

use tiprdc_files::{CsvFormat, FileError, FileErrorKind, TextColumn, TextTable, format};

use crate::error::{AuditError, AuditErrorKind};

pub use columns::LabelColumns;
pub use holdout::Holdout;
pub use table::LabelTable;

const LABELS: [&str; 3] = ["csv", "csv.gz", "parquet"];

/// Reads the named columns of a labels file as text, in the order of the names.
fn open_columns(path: &Path, names: &[&str]) -> Result<Vec<Vec<String>>, AuditError> {
    format(path, "labels", &LABELS)?;
    let wanted = |name: &str| names.contains(&name);
    let table = TextTable::open(path, &CsvFormat::default(), &[], &wanted)?;
    let cells = |name: &&str| table.column(name).map(cells);
    let columns = names.iter().map(cells).collect::<Result<_, FileError>>();
    Ok(columns.map_err(|error| error.in_file(path))?)
}

/// The cells of a column; one without a value is empty.
fn cells(column: &TextColumn) -> Vec<String> {
    let cells = column.cells();
    cells
        .map(|cell| cell.unwrap_or_default().to_owned())
        .collect()
}

impl From<FileError> for AuditError {
    fn from(error: FileError) -> Self {
        let kind = match error.kind() {
            FileErrorKind::File | FileErrorKind::TooLarge => AuditErrorKind::File,
            FileErrorKind::Column => AuditErrorKind::Column,
            FileErrorKind::NotFinite => AuditErrorKind::NotFinite,
            FileErrorKind::Shape => AuditErrorKind::Shape,
        };
        AuditError::new(kind, error.to_string())
    }
}

/// A column that is not what it should be.
fn bad_column(message: impl Into<String>) -> AuditError {
    AuditError::new(AuditErrorKind::Column, message)
}
