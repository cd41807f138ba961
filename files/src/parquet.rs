//! Tables and arrays from Parquet, as pyarrow, pandas, polars, DuckDB and Spark write it.

mod array;
mod bounds;
mod leaf;
mod text;
mod thrift;

use std::collections::HashSet;

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use crate::array::Array;
use crate::error::FileError;
use crate::source::{Budget, Source};
use crate::table::TextTable;

use leaf::Leaf;

/// Every column as numbers, or the lists of the only column; a row is a vector.
pub(crate) fn array(source: Source) -> Result<Array, FileError> {
    guarded(|| array::read(&mut Parquet::open(source)?))
}

/// The columns that `wanted` says yes to, as text.
pub(crate) fn table(
    source: Source,
    missing: &[String],
    wanted: &dyn Fn(&str) -> bool,
) -> Result<TextTable, FileError> {
    guarded(|| text::read(&mut Parquet::open(source)?, missing, wanted))
}

/// An open file.
struct Parquet {
    bytes: Bytes,
    reader: SerializedFileReader<Bytes>,
    budget: Budget,
}

impl Parquet {
    fn open(source: Source) -> Result<Self, FileError> {
        let budget = source.budget();
        let bytes = Bytes::from(source.bytes()?);
        bounds::check_footer(&bytes)?;
        let reader = SerializedFileReader::new(bytes.clone()).map_err(damaged)?;
        Ok(Self {
            bytes,
            reader,
            budget,
        })
    }

    /// The rows of a row group, and whether this column has a value or a gap for each: counted before it is read.
    fn count(&self, group: usize, place: usize, leaf: Leaf) -> Result<(usize, usize), FileError> {
        let about = self.reader.metadata().row_group(group);
        let rows = usize::try_from(about.num_rows()).map_err(|_| broken())?;
        let text = leaf == Leaf::Text;
        let values = bounds::count_values(&self.bytes, about.column(place), text, &self.budget)?;
        Ok((rows, usize::try_from(values).map_err(|_| broken())?))
    }

    fn groups(&self) -> usize {
        self.reader.num_row_groups()
    }

    /// Names of the columns that pandas used as an index: the order of rows is no feature, whatever it is called.
    fn indices(&self) -> HashSet<String> {
        let about = self.reader.metadata().file_metadata();
        let entries = about.key_value_metadata().into_iter().flatten();
        let pandas = entries
            .filter(|entry| entry.key == "pandas")
            .filter_map(|entry| {
                serde_json::from_str::<serde_json::Value>(entry.value.as_ref()?).ok()
            });
        let names = pandas.filter_map(|about| about.get("index_columns")?.as_array().cloned());
        let names = names.flatten();
        names
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect()
    }
}

/// Whether pandas wrote this column for the index of a frame whose metadata is gone.
fn is_unnamed_index(name: &str) -> bool {
    name.starts_with("__index_level_") && name.ends_with("__")
}

/// The parser is young and files may be hostile: what still panics in it is said as of any damaged file.
fn guarded<T>(read: impl FnOnce() -> Result<T, FileError>) -> Result<T, FileError> {
    tiprdc::catch_quietly(read).unwrap_or_else(|_| Err(broken()))
}

/// A file that contradicts itself.
fn broken() -> FileError {
    FileError::broken("is not readable as Parquet: damaged")
}

/// What is wrong with a file. Messages of the parser may hold parts of it and are not repeated.
fn damaged(error: ParquetError) -> FileError {
    match error {
        ParquetError::NYI(_) => FileError::broken(
            "uses a part of Parquet that is not read here; compression may be snappy, zstd or gzip",
        ),
        ParquetError::General(text) if text.starts_with("Disabled feature at compile time") => {
            FileError::broken(
                "is compressed in a way that is not read here; expected snappy, zstd or gzip",
            )
        }
        _ => FileError::broken("is not readable as Parquet: cut off, damaged, or another format"),
    }
}

/// The name as people know it; fields of a struct have theirs joined by dots, lists go by the name of the column.
fn column_name(column: &ColumnDescriptor) -> String {
    if column.max_rep_level() > 0 {
        return column.path().parts().first().cloned().unwrap_or_default();
    }
    column.path().string()
}
