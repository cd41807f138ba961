//! One column of a Parquet file as text: labels.

use std::fs::File;

use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::error::AuditError;

use super::leaf::{Batch, Cell, Leaf, read as read_column};
use super::{bad_column, column_name, damaged};

/// The cells of one column, and how many rows have none.
pub(super) fn read(
    reader: &SerializedFileReader<File>,
    place: usize,
) -> Result<(Vec<String>, usize), AuditError> {
    let column = reader
        .metadata()
        .file_metadata()
        .schema_descr()
        .column(place);
    let leaf = Leaf::of(&column).filter(|_| column.max_rep_level() == 0);
    let Some(leaf) = leaf else {
        return Err(bad_column(format!(
            "column `{}` holds neither text, numbers nor booleans",
            column_name(&column)
        )));
    };
    let (mut cells, mut empty) = (Vec::new(), 0usize);
    let mut take = |batch: Batch<'_, String>| {
        let there = |level: &&i16| **level == column.max_def_level();
        empty += batch.definition.len() - batch.definition.iter().filter(there).count();
        for cell in batch.values {
            let cell = cell.trim();
            if cell.is_empty() {
                empty += 1;
            } else {
                cells.push(cell.to_owned());
            }
        }
        Ok(())
    };
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(damaged)?;
        let column = group.get_column_reader(place).map_err(damaged)?;
        read_column(leaf, column, |cell| Ok(text(&cell)), &mut take)?;
    }
    Ok((cells, empty))
}

/// A cell as pandas and Python write it to CSV, so that classes come in the same order from either format. A missing
/// number is NaN to pandas, and empty here.
fn text(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Bool(true) => "True".to_owned(),
        Cell::Bool(false) => "False".to_owned(),
        Cell::Signed(number) => number.to_string(),
        Cell::Unsigned(number) => number.to_string(),
        Cell::Float(number) if number.is_nan() => String::new(),
        Cell::Double(number) if number.is_nan() => String::new(),
        Cell::Float(number) => format!("{number:?}"),
        Cell::Double(number) => format!("{number:?}"),
        Cell::Text(text) => (*text).to_owned(),
    }
}
