//! Columns of numbers, or one column of lists, as rows of numbers.

use parquet::file::reader::FileReader;
use parquet::schema::types::ColumnDescPtr;

use crate::array::Array;
use crate::error::{FileError, FileErrorKind};
use crate::numbers::{signed, unsigned};
use crate::refuse_bad_cells;

use super::leaf::{Cell, Leaf, Take, read as read_column, why_not};
use super::{Parquet, broken, column_name, damaged, is_unnamed_index};

/// Bytes of one number in memory.
const SIZE: u64 = size_of::<f64>() as u64;

/// A column with its place in the file.
struct Feature {
    place: usize,
    name: String,
    leaf: Leaf,
    column: ColumnDescPtr,
}

pub(super) fn read(file: &mut Parquet) -> Result<Array, FileError> {
    let columns = columns(file)?;
    match columns.as_slice() {
        [] => Err(FileError::broken("has no columns")),
        [list] if list.column.max_rep_level() == 1 => lists(file, list),
        columns => match columns.iter().find(|c| c.column.max_rep_level() > 0) {
            None => flat(file, columns),
            Some(list) => Err(FileError::column(format!(
                "column `{}` holds lists; expected numbers, or a single column of lists of numbers",
                list.name
            ))),
        },
    }
}

/// All columns but an index that pandas added: the order of the rows is no feature.
fn columns(file: &Parquet) -> Result<Vec<Feature>, FileError> {
    let schema = file.reader.metadata().file_metadata().schema_descr();
    let indices = file.indices();
    let mut columns = Vec::new();
    for (place, column) in schema.columns().iter().enumerate() {
        let name = column_name(column);
        if is_unnamed_index(&name) || indices.contains(&name) {
            continue;
        }
        let leaf = Leaf::of(column).filter(|leaf| *leaf != Leaf::Text);
        let leaf = leaf.ok_or_else(|| {
            FileError::column(format!(
                "column `{name}` holds no numbers but {}; every column of a features file is a feature",
                why_not(column)
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

/// One number per column. Row counts are compared for all columns before the first is read.
fn flat(file: &mut Parquet, columns: &[Feature]) -> Result<Array, FileError> {
    let width = columns.len();
    let mut rows = 0usize;
    for group in 0..file.groups() {
        for column in columns {
            let (wanted, found) = file.count(group, column.place, column.leaf)?;
            if wanted != found {
                return Err(differ());
            }
        }
        let more = file.reader.metadata().row_group(group).num_rows();
        rows = usize::try_from(more)
            .ok()
            .and_then(|more| rows.checked_add(more))
            .ok_or_else(broken)?;
    }
    file.budget
        .take(rows as u64, (width as u64).saturating_mul(SIZE))?;
    let mut data: Vec<f64> = Vec::new();
    data.try_reserve_exact(rows * width)
        .map_err(|_| FileError::no_memory(format!("{rows} rows of {width}")))?;
    data.resize(rows * width, 0.0);
    let mut counts = [vec![0usize; width], vec![0; width]];
    let mut first = 0;
    for group in 0..file.groups() {
        let more = file.reader.metadata().row_group(group).num_rows() as usize;
        let rows = &mut data[first * width..(first + more) * width];
        for (index, column) in columns.iter().enumerate() {
            let [empty, not_finite] = &mut counts;
            let cells = rows.iter_mut().skip(index).step_by(width);
            let bad = column.fill(file, group, cells)?;
            empty[index] += bad.0;
            not_finite[index] += bad.1;
        }
        first += more;
    }
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    refuse_bad_cells(&names, &counts[0], &counts[1], rows)?;
    Ok(Array::new(rows, vec![width], data))
}

fn differ() -> FileError {
    FileError::broken("is not readable as Parquet: columns differ in length")
}

/// One list per row, all of the same length.
fn lists(file: &mut Parquet, list: &Feature) -> Result<Array, FileError> {
    for group in 0..file.groups() {
        let (rows, values) = file.count(group, list.place, list.leaf)?;
        // A number takes eight bytes, a row as much for its length; vectors double when they grow.
        file.budget.take(rows.max(values) as u64, 4 * SIZE)?;
    }
    let file = &*file;
    let mut data: Vec<f64> = Vec::new();
    let mut lengths: Vec<usize> = Vec::new();
    let mut empty = 0usize;
    for group in 0..file.groups() {
        list.read(file, group, &mut |batch| {
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
        return Err(FileError::column(format!(
            "column `{}` has {empty} empty lists or missing numbers in {} rows",
            list.name,
            lengths.len()
        )));
    }
    let bad = data.iter().filter(|value| !value.is_finite()).count();
    if bad > 0 {
        return Err(FileError::new(
            FileErrorKind::NotFinite,
            format!(
                "column `{}` holds {bad} NaN or infinite values; expected finite numbers",
                list.name
            ),
        ));
    }
    let width = lengths.first().copied().unwrap_or(1);
    match lengths.iter().filter(|&&length| length != width).count() {
        0 => Ok(Array::new(lengths.len(), vec![width], data)),
        others => Err(FileError::new(
            FileErrorKind::Shape,
            format!(
                "column `{}`: {others} of {} lists differ in length from the first, of {width} numbers",
                list.name,
                lengths.len()
            ),
        )),
    }
}

impl Feature {
    /// Reads this column of one row group into cells; gives how many rows have no number, and how many no finite one.
    fn fill<'a>(
        &self,
        file: &Parquet,
        group: usize,
        mut cells: impl Iterator<Item = &'a mut f64>,
    ) -> Result<(usize, usize), FileError> {
        let (mut empty, mut not_finite) = (0, 0);
        self.read(file, group, &mut |batch| {
            let full = self.column.max_def_level();
            empty += batch
                .definition
                .iter()
                .filter(|&&level| level != full)
                .count();
            for &value in batch.values {
                not_finite += usize::from(!value.is_finite());
                *cells.next().ok_or_else(differ)? = value;
            }
            Ok(())
        })?;
        match cells.count() {
            left if left == empty => Ok((empty, not_finite)),
            _ => Err(differ()),
        }
    }

    /// Reads this column of one row group, batch by batch.
    fn read(
        &self,
        file: &Parquet,
        group: usize,
        take: &mut Take<'_, f64>,
    ) -> Result<(), FileError> {
        let group = file.reader.get_row_group(group).map_err(damaged)?;
        let column = group.get_column_reader(self.place).map_err(damaged)?;
        let mut one = |cell: Cell<'_>| self.number(&cell);
        read_column(&self.name, self.leaf, column, &mut one, take)
    }

    fn number(&self, cell: &Cell<'_>) -> Result<f64, FileError> {
        let held = |number: Option<f64>| {
            number.ok_or_else(|| {
                FileError::column(format!(
                    "column `{}` holds whole numbers beyond 2^53, which 64-bit floating point does not hold exactly; \
                     split it into two columns",
                    self.name
                ))
            })
        };
        match cell {
            Cell::Bool(value) => Ok(f64::from(u8::from(*value))),
            Cell::Signed(value) => held(signed(*value)),
            Cell::Unsigned(value) => held(unsigned(*value)),
            Cell::Float(value) => Ok((*value).into()),
            Cell::Double(value) => Ok(*value),
            Cell::Text(_) => Err(broken()),
        }
    }
}
