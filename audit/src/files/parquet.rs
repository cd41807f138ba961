//! Features and labels from Parquet, as pyarrow, pandas, polars, DuckDB and Spark write it.

mod cells;
mod features;
mod leaf;

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use crate::error::AuditError;
use crate::features::FeatureSet;

use super::{bad_column, broken, refuse_bad_cells};

/// Every column as numbers, or the lists of the only column; a row is a vector.
pub(crate) fn features(file: File) -> Result<FeatureSet, AuditError> {
    guarded(|| features::read(&open(file)?))
}

/// The named columns as text, in the order of the names.
pub(crate) fn columns(file: File, names: &[&str]) -> Result<Vec<Vec<String>>, AuditError> {
    guarded(|| {
        let reader = open(file)?;
        let schema = reader.metadata().file_metadata().schema_descr();
        let places = names
            .iter()
            .map(|name| {
                let mut columns = schema.columns().iter();
                let place = columns.position(|column| column_name(column) == *name);
                place.ok_or_else(|| {
                    bad_column(format!(
                        "no column `{name}` among the {} columns of the file",
                        schema.num_columns()
                    ))
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        let read = |&place: &usize| cells::read(&reader, place);
        let columns = places.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let (columns, empty): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        let rows = columns.first().map_or(0, Vec::len) + empty.first().unwrap_or(&0);
        refuse_bad_cells(names, &empty, &[], rows)?;
        Ok(columns)
    })
}

fn open(file: File) -> Result<SerializedFileReader<File>, AuditError> {
    SerializedFileReader::new(file).map_err(damaged)
}

/// The parser is young and files may be hostile: what still panics in it is said as of any damaged file.
fn guarded<T>(read: impl FnOnce() -> Result<T, AuditError>) -> Result<T, AuditError> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(broken("is not readable as Parquet: damaged")))
}

/// What is wrong with a file. Messages of the parser may hold parts of it and are not repeated.
fn damaged(error: ParquetError) -> AuditError {
    match error {
        ParquetError::NYI(_) => broken(
            "uses a part of Parquet that is not read here; compression may be snappy, zstd or gzip",
        ),
        ParquetError::General(text) if text.starts_with("Disabled feature at compile time") => {
            broken("is compressed in a way that is not read here; expected snappy, zstd or gzip")
        }
        _ => broken("is not readable as Parquet: cut off, damaged, or another format"),
    }
}

/// The name as people know it; fields of a struct have theirs joined by dots, lists go by the name of the column.
fn column_name(column: &ColumnDescriptor) -> String {
    if column.max_rep_level() > 0 {
        return column.path().parts().first().cloned().unwrap_or_default();
    }
    column.path().string()
}
