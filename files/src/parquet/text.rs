//! Columns of a Parquet file as text.

use std::borrow::Cow;

use parquet::file::reader::FileReader;

use crate::error::FileError;
use crate::table::{MISSING, TextColumn, TextTable};

use super::leaf::{Batch, Cell, Leaf, read as read_column, why_not};
use super::{Parquet, broken, column_name, damaged, is_unnamed_index};

/// The most bytes of one text.
const LONGEST: usize = 64 * 1024;

pub(super) fn read(
    file: &mut Parquet,
    missing: &[String],
    wanted: &dyn Fn(&str) -> bool,
) -> Result<TextTable, FileError> {
    let schema = file.reader.metadata().file_metadata().schema_descr_ptr();
    let header: Vec<String> = schema.columns().iter().map(|c| column_name(c)).collect();
    let mut columns = Vec::new();
    for (place, column) in schema.columns().iter().enumerate() {
        let name = &header[place];
        if !wanted(name) {
            continue;
        }
        let leaf = Leaf::of(column).filter(|_| column.max_rep_level() == 0);
        let leaf = leaf.ok_or_else(|| {
            FileError::column(format!(
                "column `{name}` holds {}; expected text, numbers or booleans",
                why_not(column)
            ))
        })?;
        let mut text = TextColumn::new(name.clone());
        read_one(file, place, leaf, missing, &mut text)?;
        columns.push(text);
    }
    let rows = file.reader.metadata().file_metadata().num_rows();
    let rows = usize::try_from(rows).map_err(|_| broken())?;
    if columns.iter().any(|column| column.codes.len() != rows) {
        return Err(FileError::broken(
            "is not readable as Parquet: columns differ in length",
        ));
    }
    let mut indices = file.indices();
    indices.extend(header.iter().filter(|name| is_unnamed_index(name)).cloned());
    Ok(TextTable {
        header,
        columns,
        rows,
        indices,
    })
}

fn read_one(
    file: &mut Parquet,
    place: usize,
    leaf: Leaf,
    missing: &[String],
    text: &mut TextColumn,
) -> Result<(), FileError> {
    let schema = file.reader.metadata().file_metadata().schema_descr_ptr();
    let full = schema.column(place).max_def_level();
    for group in 0..file.groups() {
        let (rows, values) = file.count(group, place, leaf)?;
        if rows != values {
            return Err(FileError::broken(
                "is not readable as Parquet: columns differ in length",
            ));
        }
        file.budget.take(rows as u64, size_of::<u32>() as u64)?;
        let budget = &mut file.budget;
        let name = text.name.clone();
        let mut take = |batch: Batch<'_, u32>| {
            let mut values = batch.values.iter();
            if batch.definition.is_empty() {
                text.codes.extend(values);
                return Ok(());
            }
            for &level in batch.definition {
                let code = if level == full { values.next() } else { None };
                text.codes.push(code.copied().unwrap_or(MISSING));
            }
            Ok(())
        };
        let column = file.reader.get_row_group(group).map_err(damaged)?;
        let column = column.get_column_reader(place).map_err(damaged)?;
        let intern = &mut text.intern;
        let mut code = |cell: Cell<'_>| {
            let cell = shown(&cell);
            let cell = cell.trim();
            if cell.len() > LONGEST {
                return Err(FileError::column(format!(
                    "column `{name}` holds a text of {} bytes; the limit is {LONGEST}",
                    cell.len()
                )));
            }
            intern.code(cell, missing, |bytes| budget.take(bytes, 1))
        };
        read_column(&text.name, leaf, column, &mut code, &mut take)?;
    }
    Ok(())
}

/// A cell as pandas and Python write it to CSV, so that classes come in the same order from either format. A missing
/// number is NaN to pandas, and empty here.
fn shown<'a>(cell: &Cell<'a>) -> Cow<'a, str> {
    Cow::Owned(match cell {
        Cell::Bool(true) => "True".to_owned(),
        Cell::Bool(false) => "False".to_owned(),
        Cell::Signed(number) => number.to_string(),
        Cell::Unsigned(number) => number.to_string(),
        Cell::Float(number) if number.is_nan() => String::new(),
        Cell::Double(number) if number.is_nan() => String::new(),
        Cell::Float(number) => format!("{number:?}"),
        Cell::Double(number) => format!("{number:?}"),
        Cell::Text(text) => return Cow::Borrowed(text),
    })
}
