//! Columns of numbers, or one column of lists, as rows of features.

use std::fs::File;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescPtr;

use crate::error::{AuditError, AuditErrorKind};
use crate::features::FeatureSet;

use super::leaf::{Cell, Leaf, Take, read as read_column};
use super::{bad_column, broken, column_name, damaged, refuse_bad_cells};

/// A column with its place in the file.
struct Feature {
    place: usize,
    name: String,
    leaf: Leaf,
    column: ColumnDescPtr,
}

pub(super) fn read(reader: &SerializedFileReader<File>) -> Result<FeatureSet, AuditError> {
    let columns = columns(reader)?;
    match columns.as_slice() {
        [] => Err(broken("has no columns")),
        [list] if list.column.max_rep_level() == 1 => lists(reader, list),
        columns => match columns.iter().find(|c| c.column.max_rep_level() > 0) {
            None => flat(reader, columns),
            Some(list) => Err(bad_column(format!(
                "column `{}` holds lists; expected numbers, or a single column of lists of numbers",
                list.name
            ))),
        },
    }
}

/// All columns but an index that pandas added: the order of the rows is no feature.
fn columns(reader: &SerializedFileReader<File>) -> Result<Vec<Feature>, AuditError> {
    let schema = reader.metadata().file_metadata().schema_descr();
    let mut columns = Vec::new();
    for (place, column) in schema.columns().iter().enumerate() {
        let name = column_name(column);
        if name.starts_with("__index_level_") && name.ends_with("__") {
            continue;
        }
        let leaf = Leaf::of(column).filter(|leaf| *leaf != Leaf::Text);
        let leaf = leaf.ok_or_else(|| {
            bad_column(format!(
                "column `{name}` holds no numbers; every column of a features file is a feature"
            ))
        })?;
        columns.push(Feature {
            place,
            name,
            leaf,
            column: column.clone(),
        });
    }
    Ok(columns)
}

/// One number per column. The row counts of the file's header are not believed: the first column of each row group is
/// read before memory is taken for the others.
fn flat(
    reader: &SerializedFileReader<File>,
    columns: &[Feature],
) -> Result<FeatureSet, AuditError> {
    let width = columns.len();
    let (mut data, mut rows) = (Vec::new(), 0usize);
    let (mut empty, mut not_finite) = (vec![0usize; width], vec![0usize; width]);
    for group in 0..reader.num_row_groups() {
        let mut first = Vec::new();
        let mut group_rows = 0;
        for (index, column) in columns.iter().enumerate() {
            let mut at = rows * width + index;
            let mut met = 0usize;
            column.read(reader, group, &mut |batch| {
                not_finite[index] += batch.values.iter().filter(|v| !v.is_finite()).count();
                let there = |level: &&i16| **level == column.column.max_def_level();
                let levels = batch.definition;
                empty[index] += levels.len() - levels.iter().filter(there).count();
                met += batch.values.len().max(levels.len());
                if index == 0 {
                    first.extend_from_slice(batch.values);
                } else if met <= group_rows {
                    for value in batch.values {
                        data[at] = *value;
                        at += width;
                    }
                }
                Ok(())
            })?;
            if index == 0 {
                group_rows = met;
                grow(&mut data, met, width)?;
                let cells = data[rows * width..].iter_mut().step_by(width);
                cells
                    .zip(first.drain(..))
                    .for_each(|(cell, value)| *cell = value);
            } else if met != group_rows {
                return Err(broken(
                    "is not readable as Parquet: columns differ in length",
                ));
            }
        }
        rows += group_rows;
    }
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    refuse_bad_cells(&names, &empty, &not_finite, rows)?;
    FeatureSet::new(rows, vec![width], data)
}

/// Makes room for the rows of one row group.
fn grow(data: &mut Vec<f32>, rows: usize, width: usize) -> Result<(), AuditError> {
    let more = rows.checked_mul(width);
    let more = more.filter(|&more| data.try_reserve_exact(more).is_ok());
    let more =
        more.ok_or_else(|| broken(format!("{rows} rows of {width} do not fit into memory")))?;
    data.resize(data.len() + more, 0.0);
    Ok(())
}

/// One list per row, all of the same length.
fn lists(reader: &SerializedFileReader<File>, list: &Feature) -> Result<FeatureSet, AuditError> {
    let mut data: Vec<f32> = Vec::new();
    let mut lengths: Vec<usize> = Vec::new();
    let mut empty = 0usize;
    for group in 0..reader.num_row_groups() {
        list.read(reader, group, &mut |batch| {
            data.extend_from_slice(batch.values);
            for (place, &repetition) in batch.repetition.iter().enumerate() {
                if repetition == 0 {
                    lengths.push(0);
                }
                let there = batch.definition.get(place);
                let there = there.is_none_or(|&level| level == list.column.max_def_level());
                match lengths.last_mut() {
                    Some(length) if there => *length += 1,
                    _ => empty += 1,
                }
            }
            Ok(())
        })?;
    }
    if empty > 0 {
        return Err(bad_column(format!(
            "column `{}` has {empty} empty lists or missing numbers in {} rows",
            list.name,
            lengths.len()
        )));
    }
    let bad = data.iter().filter(|value| !value.is_finite()).count();
    if bad > 0 {
        return Err(AuditError::new(
            AuditErrorKind::NotFinite,
            format!(
                "column `{}` holds {bad} NaN or infinite values; expected finite numbers",
                list.name
            ),
        ));
    }
    let width = lengths.first().copied().unwrap_or(1);
    match lengths.iter().filter(|&&length| length != width).count() {
        0 => FeatureSet::new(lengths.len(), vec![width], data),
        others => Err(AuditError::new(
            AuditErrorKind::Shape,
            format!(
                "column `{}`: {others} of {} lists differ in length from the first, of {width} numbers",
                list.name,
                lengths.len()
            ),
        )),
    }
}

impl Feature {
    /// Reads this column of one row group, batch by batch.
    fn read(
        &self,
        reader: &SerializedFileReader<File>,
        group: usize,
        take: &mut Take<'_, f32>,
    ) -> Result<(), AuditError> {
        let group = reader.get_row_group(group).map_err(damaged)?;
        let column = group.get_column_reader(self.place).map_err(damaged)?;
        read_column(self.leaf, column, |cell| number(&cell), take)
    }
}

fn number(cell: &Cell<'_>) -> Result<f32, AuditError> {
    Ok(match cell {
        Cell::Bool(value) => f32::from(u8::from(*value)),
        Cell::Signed(value) => *value as f32,
        Cell::Unsigned(value) => *value as f32,
        Cell::Float(value) => *value,
        Cell::Double(value) => *value as f32,
        Cell::Text(_) => return Err(broken("is not readable as Parquet: damaged")),
    })
}
