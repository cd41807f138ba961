//! Columns of labels, before anything is made of them.

use std::path::Path;

use tiprdc_files::{is_missing, label_value};

use crate::error::AuditError;

use super::{LabelColumns, bad_column, open_columns};

/// Columns of labels as text, one cell per row, in the order of the features.
///
/// [`crate::Labels::from_tables`] makes attributes of them; [`crate::Holdout`] cuts one table into two.
#[derive(Clone, PartialEq, Eq)]
pub struct LabelTable {
    rows: usize,
    columns: Vec<(String, Vec<String>)>,
}

impl LabelTable {
    /// Reads the named columns of a labels file: CSV with a header, or Parquet, as the end of its name says.
    ///
    /// Integers, booleans, dictionary-encoded text and floating-point numbers become text. Labels are compared by value,
    /// as [`LabelTable::new`] says.
    ///
    /// # Errors
    ///
    /// [`AuditErrorKind::File`](crate::AuditErrorKind::File) when the file cannot be read as what its name says, or the
    /// name ends otherwise; [`AuditErrorKind::Column`](crate::AuditErrorKind::Column) when a column is not there or
    /// has cells that are no labels; [`AuditErrorKind::Shape`](crate::AuditErrorKind::Shape) when rows of a
    /// CSV differ in length. The message names the file and the column, and never repeats a cell.
    pub fn open(path: impl AsRef<Path>, columns: &LabelColumns) -> Result<Self, AuditError> {
        let names = columns.names();
        let cells = open_columns(path.as_ref(), &names)?;
        let names = names.into_iter().map(str::to_owned);
        Self::new(names.zip(cells).collect())
    }

    /// Takes columns from elsewhere.
    ///
    /// Labels that mean the same are the same: `1` and `1.0`, `True` and `TRUE`, with blanks around them or without, in any
    /// composition of Unicode. Cells that say that nothing is known (empty, `NA`, `nan`, `null`, `None`, `?`) have no
    /// label: [`crate::Audit`] leaves their rows out with a note.
    ///
    /// # Errors
    ///
    /// [`AuditErrorKind::Column`](crate::AuditErrorKind::Column) when the columns differ in length.
    pub fn new(mut columns: Vec<(String, Vec<String>)>) -> Result<Self, AuditError> {
        for cell in columns.iter_mut().flat_map(|(_, cells)| cells) {
            *cell = match is_missing(cell) {
                true => String::new(),
                false => label_value(cell).into_owned(),
            };
        }
        let rows = columns.first().map_or(0, |(_, cells)| cells.len());
        match columns.iter().find(|(_, cells)| cells.len() != rows) {
            None => Ok(Self { rows, columns }),
            Some((name, cells)) => Err(bad_column(format!(
                "column `{name}` has {} rows, the first column has {rows}",
                cells.len()
            ))),
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The rows at these places, in this order.
    ///
    /// # Panics
    ///
    /// If a place is not below [`LabelTable::rows`].
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        let pick = |cells: &[String]| rows.iter().map(|&row| cells[row].clone()).collect();
        let columns = self.columns.iter();
        Self {
            rows: rows.len(),
            columns: columns
                .map(|(name, cells)| (name.clone(), pick(cells)))
                .collect(),
        }
    }

    /// The cells of one column that every row needs: whose it is, or of which record.
    pub(crate) fn units(&self, name: &str) -> Result<&[String], AuditError> {
        let cells = self.column(name)?;
        match cells.iter().filter(|cell| cell.is_empty()).count() {
            0 => Ok(cells),
            missing => Err(bad_column(format!(
                "column `{name}` is empty or says that nothing is known in {missing} of {} rows; every row needs to say \
                 to whom or to what it belongs",
                cells.len()
            ))),
        }
    }

    /// The cells of one column; those without a label are empty.
    pub(crate) fn column(&self, name: &str) -> Result<&[String], AuditError> {
        let found = self.columns.iter().find(|(column, _)| column == name);
        found
            .map(|(_, cells)| cells.as_slice())
            .ok_or_else(|| bad_column(format!("no column `{name}` among the labels")))
    }
}

/// Says names and size only: labels are personal data, and debug output ends up in logs.
impl std::fmt::Debug for LabelTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("LabelTable")
            .field("rows", &self.rows)
            .field("columns", &names)
            .finish_non_exhaustive()
    }
}
