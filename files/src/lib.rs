//! One reader per data format: bytes become columns of text or rows of numbers.
//!
//! Training, encoding and the judge read the same files through the same readers, so that a table means to each of them
//! what it means to the others. What is made of columns is theirs: this crate judges nothing and trains nothing.
//!
//! - [`TextTable`]: named columns of text, from CSV (plain or gzipped) and Parquet.
//! - [`CsvFile`]: rows of a CSV, one after the other.
//! - [`Array`]: rows of numbers in f64, from safetensors, `.npy`, `.npz`, CSV and Parquet.
//! - [`decode_image`]: pixels, from JPEG and PNG.
//! - [`label_value`]: what makes two labels the same.
//!
//! # Hostile files
//! Regular files only are opened. A length in a header is compared with what the file holds, and a packed file has a
//! limit on what it unpacks to, before memory is taken.
//!
//! # Privacy
//! Messages name files, columns and lines and count rows; they never repeat a cell.

#![forbid(unsafe_code)]

mod array;
mod csv;
mod error;
mod image;
mod label;
mod limited;
mod npy;
mod npz;
mod numbers;
mod parquet;
mod safetensors;
mod source;
mod table;

use std::path::Path;

pub use array::Array;
pub use csv::{CsvFile, CsvFormat, unnamed};
pub use error::{FileError, FileErrorKind};
pub use image::{Image, ImageProblem, decode_image};
pub use label::{is_missing, label_value};
pub use source::read_bytes;
pub use table::{MISSING, TextColumn, TextTable, is_parquet};

/// Which of the known formats the name of a file ends in; `what` is what the file holds.
///
/// # Errors
///
/// [`FileErrorKind::File`] for any other end.
pub fn format(path: &Path, what: &str, known: &[&'static str]) -> Result<&'static str, FileError> {
    let name = path.to_string_lossy().to_ascii_lowercase();
    let ends = |ending: &&&str| {
        let stem = name.strip_suffix(**ending);
        stem.is_some_and(|stem| stem.ends_with('.'))
    };
    known.iter().find(ends).copied().ok_or_else(|| {
        let known: Vec<String> = known.iter().map(|name| format!(".{name}")).collect();
        FileError::broken(format!(
            "the name of a {what} file says its format by its end: one of {}",
            known.join(", ")
        ))
        .in_file(path)
    })
}

/// Refuses columns with empty cells, and columns with NaN or infinite numbers, by the name of the first such column.
fn refuse_bad_cells(
    names: &[&str],
    empty: &[usize],
    not_finite: &[usize],
    rows: usize,
) -> Result<(), FileError> {
    let first = |counts: &[usize]| counts.iter().position(|&count| count > 0);
    if let Some(column) = first(empty) {
        return Err(FileError::column(format!(
            "column `{}` is empty in {} of {rows} rows; every row needs a value",
            names[column], empty[column]
        )));
    }
    match first(not_finite) {
        Some(column) => Err(FileError::new(
            FileErrorKind::NotFinite,
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
