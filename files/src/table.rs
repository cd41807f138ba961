//! Columns of text, whatever the format.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::csv::{CsvFile, CsvFormat};
use crate::error::FileError;
use crate::parquet;
use crate::source::Source;

/// The code of a cell without a value.
pub const MISSING: u32 = u32::MAX;
/// What an entry takes, beside its bytes.
const ENTRY: u64 = 96;

/// The wanted columns of one table.
pub struct TextTable {
    /// All column names of the file, wanted or not.
    pub header: Vec<String>,
    /// The wanted columns, in the order of the file.
    pub columns: Vec<TextColumn>,
    /// Number of rows.
    pub rows: usize,
    /// Columns that pandas used as an index: where a row stands is nothing about it.
    pub indices: HashSet<String>,
}

/// One column: distinct texts, and per row an index into them or [`MISSING`].
pub struct TextColumn {
    /// The name in the header.
    pub name: String,
    /// One index per row.
    pub codes: Vec<u32>,
    pub(crate) intern: Intern,
}

impl TextColumn {
    pub(crate) fn new(name: String) -> Self {
        Self {
            name,
            codes: Vec::new(),
            intern: Intern::default(),
        }
    }

    /// The distinct texts, in the order in which they first appear.
    pub fn values(&self) -> &[String] {
        &self.intern.values
    }

    /// The text of each row, `None` where it is missing.
    pub fn cells(&self) -> impl Iterator<Item = Option<&str>> {
        let text = |&code: &u32| self.intern.values.get(code as usize).map(String::as_str);
        self.codes.iter().map(text)
    }
}

/// Distinct texts, each kept once.
#[derive(Default)]
pub(crate) struct Intern {
    values: Vec<String>,
    index: HashMap<String, u32>,
}

impl Intern {
    /// The code of a text; an empty one is missing, and so is one of `missing`. `take` is asked for memory.
    pub(crate) fn code(
        &mut self,
        text: &str,
        missing: &[String],
        mut take: impl FnMut(u64) -> Result<(), FileError>,
    ) -> Result<u32, FileError> {
        if text.is_empty() || missing.iter().any(|marker| marker == text) {
            return Ok(MISSING);
        }
        if let Some(&code) = self.index.get(text) {
            return Ok(code);
        }
        take(2 * text.len() as u64 + ENTRY)?;
        let code = self.values.len() as u32;
        self.values.push(text.to_owned());
        self.index.insert(text.to_owned(), code);
        Ok(code)
    }
}

impl TextTable {
    /// Reads the columns that `wanted` says yes to: Parquet if the file's name ends so, else CSV, plain or gzipped.
    ///
    /// An empty cell is missing, and so is one of `missing`. Cells lose blanks around them; numbers and booleans of
    /// Parquet become the text that pandas writes.
    ///
    /// # Errors
    ///
    /// A [`FileError`] that names the file.
    pub fn open(
        path: &Path,
        format: &CsvFormat,
        missing: &[String],
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Self, FileError> {
        let read = || match is_parquet(path) {
            true => parquet::table(Source::open(path)?, missing, wanted),
            false => Self::of_csv(CsvFile::of(Source::open(path)?, format)?, missing, wanted),
        };
        read().map_err(|error| error.in_file(path))
    }

    fn of_csv(
        mut csv: CsvFile,
        missing: &[String],
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Self, FileError> {
        let places: Vec<usize> = (0..csv.header.len())
            .filter(|&at| wanted(&csv.header[at]))
            .collect();
        let mut columns: Vec<TextColumn> = places
            .iter()
            .map(|&at| TextColumn::new(csv.header[at].clone()))
            .collect();
        let mut rows = 0;
        while let Some((_, record)) = csv.next_row()? {
            for (column, &at) in columns.iter_mut().zip(&places) {
                let cell = record.get(at).unwrap_or_default();
                let code = column.intern.code(cell, missing, |_| Ok(()))?;
                column.codes.push(code);
            }
            rows += 1;
        }
        Ok(Self {
            header: csv.header,
            columns,
            rows,
            indices: HashSet::new(),
        })
    }

    /// The only column of this name.
    ///
    /// # Errors
    ///
    /// [`FileErrorKind::Column`](crate::FileErrorKind::Column) when there is none, or more than one.
    pub fn column(&self, name: &str) -> Result<&TextColumn, FileError> {
        let mut found = self.columns.iter().filter(|column| column.name == name);
        match (found.next(), found.next()) {
            (Some(column), None) => Ok(column),
            (Some(_), Some(_)) => Err(FileError::column(format!("has two columns `{name}`"))),
            (None, _) => Err(FileError::column(format!(
                "no column `{name}` among the {} columns of the file",
                self.header.len()
            ))),
        }
    }

    /// Refuses a file in which a name stands for two columns, or a column has none.
    ///
    /// # Errors
    ///
    /// [`FileErrorKind::Column`](crate::FileErrorKind::Column), which says where.
    pub fn check_names(&self) -> Result<(), FileError> {
        check_names(&self.header)
    }
}

/// Refuses a name that comes twice.
pub(crate) fn check_names(header: &[String]) -> Result<(), FileError> {
    let mut seen = HashSet::new();
    match header.iter().position(|name| !seen.insert(name.as_str())) {
        Some(place) => Err(FileError::column(format!(
            "the header: expected each column name once, column {} repeats an earlier one",
            place + 1
        ))),
        None => Ok(()),
    }
}

/// Whether the name of a file ends as Parquet does.
pub fn is_parquet(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("parquet"))
}
