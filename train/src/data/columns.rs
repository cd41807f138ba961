//! Text columns as they stand in a file, each distinct value kept once.

use std::collections::HashMap;
use std::path::Path;

use super::csv_file::{CsvFile, CsvFormat};
use super::dataset::MISSING_CODE;
use super::{ColumnValues, DataError};

/// The most categories of one input column, and the most classes of one attribute.
pub(super) const MAX_CATEGORIES: usize = 4096;

/// The wanted columns of one CSV file.
pub(super) struct RawTable {
    pub(super) file: String,
    /// All column names of the file, wanted or not.
    pub(super) header: Vec<String>,
    pub(super) columns: Vec<RawColumn>,
    pub(super) rows: usize,
}

/// One column: distinct values, and per row an index into them or [`MISSING_CODE`].
pub(super) struct RawColumn {
    pub(super) name: String,
    pub(super) values: Vec<String>,
    pub(super) codes: Vec<u32>,
    index: HashMap<String, u32>,
}

impl RawColumn {
    fn new(name: String) -> Self {
        Self {
            name,
            values: Vec::new(),
            codes: Vec::new(),
            index: HashMap::new(),
        }
    }

    fn push(&mut self, cell: &str, missing: &[String]) {
        if cell.is_empty() || missing.iter().any(|marker| marker == cell) {
            self.codes.push(MISSING_CODE);
            return;
        }
        let code = match self.index.get(cell) {
            Some(&code) => code,
            None => {
                let code = self.values.len() as u32;
                self.values.push(cell.to_owned());
                self.index.insert(cell.to_owned(), code);
                code
            }
        };
        self.codes.push(code);
    }
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
        let mut csv = CsvFile::open(dir, name, format)?;
        let positions: Vec<usize> = (0..csv.header.len())
            .filter(|&at| wanted(&csv.header[at]))
            .collect();
        let mut columns: Vec<RawColumn> = positions
            .iter()
            .map(|&at| RawColumn::new(csv.header[at].clone()))
            .collect();
        let mut rows = 0;
        while let Some((_, record)) = csv.next_row()? {
            for (column, &at) in columns.iter_mut().zip(&positions) {
                column.push(record.get(at).unwrap_or_default(), missing);
            }
            rows += 1;
        }
        for column in &mut columns {
            column.index = HashMap::new();
        }
        Ok(Self {
            file: csv.file,
            header: csv.header,
            columns,
            rows,
        })
    }

    /// A column that must be there.
    pub(super) fn column(&self, name: &str) -> Result<&RawColumn, DataError> {
        self.columns
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
    column: &'a RawColumn,
    rows: &'a [usize],
}

impl<'a> View<'a> {
    /// The codes of the rows.
    pub(super) fn codes(self) -> impl Iterator<Item = u32> + 'a {
        self.rows.iter().map(move |&row| self.column.codes[row])
    }

    /// The column's distinct values; some may belong to rows outside the view.
    pub(super) fn values(self) -> &'a [String] {
        &self.column.values
    }

    /// The text of each row, `None` where missing.
    pub(super) fn cells(self) -> impl Iterator<Item = Option<&'a str>> {
        self.codes()
            .map(move |code| self.column.values.get(code as usize).map(String::as_str))
    }

    /// Marks the distinct values that occur in the rows.
    fn used(self) -> Vec<bool> {
        let mut used = vec![false; self.column.values.len()];
        for code in self.codes().filter(|&code| code != MISSING_CODE) {
            used[code as usize] = true;
        }
        used
    }

    /// The distinct values that occur in the rows, sorted.
    pub(super) fn distinct(self) -> Vec<&'a str> {
        let used = self.used();
        let values = self
            .column
            .values
            .iter()
            .zip(used)
            .filter(|(_, used)| *used);
        let mut values: Vec<&str> = values.map(|(value, _)| value.as_str()).collect();
        values.sort_unstable();
        values
    }

    /// The number in each row, `None` where missing.
    ///
    /// # Errors
    ///
    /// [`DataError::BadNumber`] for the first row that holds anything but a finite number.
    pub(super) fn numbers(self) -> Result<Vec<Option<f64>>, DataError> {
        let parsed: Vec<Option<f64>> = self
            .column
            .values
            .iter()
            .map(|value| parse_finite(value))
            .collect();
        let number = |&row: &usize| match self.column.codes[row] {
            MISSING_CODE => Ok(None),
            code => match parsed[code as usize] {
                Some(number) => Ok(Some(number)),
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

    /// Whether every value reads as a number. `nan` and `inf` do, so that one of them in a numeric column is
    /// reported as a bad number and does not turn the column into categories.
    pub(super) fn looks_numeric(self) -> bool {
        self.distinct()
            .iter()
            .all(|value| value.parse::<f64>().is_ok())
    }
}

/// A number that is finite as f32 too, which is what records hold.
fn parse_finite(value: &str) -> Option<f64> {
    value
        .parse::<f64>()
        .ok()
        .filter(|number| (*number as f32).is_finite())
}

/// A pair of numeric input columns.
pub(super) fn numeric(train: View<'_>, test: View<'_>) -> Result<[ColumnValues; 2], DataError> {
    let values = |view: View<'_>| -> Result<ColumnValues, DataError> {
        let numbers = view.numbers()?;
        let to_f32 = |number: Option<f64>| number.map_or(f32::NAN, |number| number as f32);
        Ok(ColumnValues::Numeric(
            numbers.into_iter().map(to_f32).collect(),
        ))
    };
    Ok([values(train)?, values(test)?])
}

/// A pair of categorical input columns that share the training rows' categories.
pub(super) fn categorical(train: View<'_>, test: View<'_>) -> Result<[ColumnValues; 2], DataError> {
    let categories = train.distinct();
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
                .binary_search(&value.as_str())
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
            categories: categories.iter().map(|&name| name.to_owned()).collect(),
            codes: view.codes().map(translate).collect(),
        }
    };
    Ok([values(train), values(test)])
}
