//! Text columns as they stand in a file, and what input columns become.

use std::path::Path;

use tiprdc_files::{CsvFormat, TextColumn, TextTable, label_value};

use super::dataset::MISSING_CODE;
use super::paths::{find_file, of_file};
use super::{ColumnValues, DataError};

/// The most categories of one input column, and the most classes of one attribute.
pub(super) const MAX_CATEGORIES: usize = 4096;

/// The wanted columns of one file.
pub(super) struct RawTable {
    pub(super) file: String,
    table: TextTable,
}

impl RawTable {
    /// Reads the columns that `wanted` says yes to. An empty cell is missing, and so is one of `missing`.
    pub(super) fn read(
        dir: &Path,
        name: &str,
        format: &CsvFormat,
        missing: &[String],
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Self, DataError> {
        let (file, path) = find_file(dir, name)?;
        let table = TextTable::open(&path, format, missing, &wanted).map_err(of_file(&file))?;
        table.check_names().map_err(of_file(&file))?;
        Ok(Self { file, table })
    }

    /// All column names of the file, wanted or not.
    pub(super) fn header(&self) -> &[String] {
        &self.table.header
    }

    /// The wanted columns.
    pub(super) fn columns(&self) -> &[TextColumn] {
        &self.table.columns
    }

    pub(super) fn rows(&self) -> usize {
        self.table.rows
    }

    /// Whether pandas wrote this column as an index: where a row stands is nothing about a person.
    pub(super) fn is_index(&self, name: &str) -> bool {
        self.table.indices.contains(name)
    }

    /// A column that must be there.
    pub(super) fn column(&self, name: &str) -> Result<&TextColumn, DataError> {
        self.columns()
            .iter()
            .find(|column| column.name == name)
            .ok_or_else(|| DataError::MissingColumn {
                file: self.file.clone(),
                column: name.to_owned(),
            })
    }

    /// A column of some rows.
    pub(super) fn view<'a>(&'a self, name: &str, rows: &'a [usize]) -> Result<View<'a>, DataError> {
        Ok(View {
            file: &self.file,
            column: self.column(name)?,
            rows,
        })
    }
}

/// Some rows of a column.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    file: &'a str,
    column: &'a TextColumn,
    rows: &'a [usize],
}

impl<'a> View<'a> {
    /// The codes of the rows.
    pub(super) fn codes(self) -> impl Iterator<Item = u32> + 'a {
        self.rows.iter().map(move |&row| self.column.codes[row])
    }

    /// The column's distinct values; some may belong to rows outside the view.
    pub(super) fn values(self) -> &'a [String] {
        self.column.values()
    }

    /// The text of each row, `None` where missing.
    pub(super) fn cells(self) -> impl Iterator<Item = Option<&'a str>> {
        self.codes()
            .map(move |code| self.column.values().get(code as usize).map(String::as_str))
    }

    /// How often each of the column's distinct values occurs in the rows.
    fn counts(self) -> Vec<usize> {
        let mut counts = vec![0; self.column.values().len()];
        for code in self.codes().filter(|&code| code != MISSING_CODE) {
            counts[code as usize] += 1;
        }
        counts
    }

    /// The distinct values that occur in the rows, with how often, sorted.
    pub(super) fn counted(self) -> Vec<(&'a str, usize)> {
        let values = self.column.values().iter().map(String::as_str);
        let mut counted: Vec<(&str, usize)> = values.zip(self.counts()).collect();
        counted.retain(|(_, count)| *count > 0);
        counted.sort_unstable();
        counted
    }

    /// The number in each row, `None` where missing or where `is_missing` says so.
    ///
    /// # Errors
    ///
    /// [`DataError::BadNumber`] for the first row that holds anything but a finite number.
    pub(super) fn numbers(
        self,
        is_missing: impl Fn(&str) -> bool,
    ) -> Result<Vec<Option<f64>>, DataError> {
        let parsed: Vec<Option<Option<f64>>> = self
            .column
            .values()
            .iter()
            .map(|value| match is_missing(value) {
                true => Some(None),
                false => parse_finite(value).map(Some),
            })
            .collect();
        let number = |&row: &usize| match self.column.codes[row] {
            MISSING_CODE => Ok(None),
            code => match parsed[code as usize] {
                Some(number) => Ok(number),
                None => Err(self.bad_number(row)),
            },
        };
        self.rows.iter().map(number).collect()
    }

    fn bad_number(self, row: usize) -> DataError {
        DataError::BadNumber {
            file: self.file.to_owned(),
            row: row as u64 + 1,
            column: self.column.name.clone(),
        }
    }
}

/// A finite number.
fn parse_finite(value: &str) -> Option<f64> {
    value
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite())
}

/// A pair of numeric input columns.
pub(super) fn numeric(train: View<'_>, test: View<'_>) -> Result<[ColumnValues; 2], DataError> {
    let values = |view: View<'_>| -> Result<ColumnValues, DataError> {
        let numbers = view.numbers(|_| false)?;
        let or_nan = |number: Option<f64>| number.unwrap_or(f64::NAN);
        Ok(ColumnValues::Numeric(
            numbers.into_iter().map(or_nan).collect(),
        ))
    };
    Ok([values(train)?, values(test)?])
}

/// A pair of categorical input columns that share the training rows' categories. Booleans are `True` and `False`, however
/// they are written.
pub(super) fn categorical(train: View<'_>, test: View<'_>) -> Result<[ColumnValues; 2], DataError> {
    let counted = train.counted();
    let truth = |text: &str| matches!(&*label_value(text), "True" | "False");
    let booleans = counted.iter().all(|(text, _)| truth(text));
    let named = |text: &str| match booleans {
        true => label_value(text).into_owned(),
        false => text.to_owned(),
    };
    let mut categories: Vec<String> = counted.iter().map(|(text, _)| named(text)).collect();
    categories.sort_unstable();
    categories.dedup();
    if categories.len() > MAX_CATEGORIES {
        return Err(DataError::TooManyCategories {
            column: train.column.name.clone(),
            found: categories.len(),
            limit: MAX_CATEGORIES,
        });
    }
    let values = |view: View<'_>| {
        let find = |value: &String| {
            categories
                .binary_search(&named(value))
                .map_or(MISSING_CODE, |at| at as u32)
        };
        let translated: Vec<u32> = view.values().iter().map(find).collect();
        let translate = |code: u32| {
            translated
                .get(code as usize)
                .copied()
                .unwrap_or(MISSING_CODE)
        };
        ColumnValues::Categorical {
            categories: categories.clone(),
            codes: view.codes().map(translate).collect(),
        }
    };
    Ok([values(train), values(test)])
}
