//! Tables: CSV and Parquet files with named columns.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tiprdc_files::{CsvFormat, FileError, label_value, unnamed};

use super::attribute::{AttributeConfig, check_attributes};
use super::columns::{RawTable, View, categorical, numeric};
use super::config::join_folder;
use super::kinds::{Kind, kind_of};
use super::paths::join_option;
use super::split::{check_fraction, split_rows};
use super::{DataError, DataEvent, Dataset, Records, Split, Table, TableColumn};

/// A table in CSV, plain or gzipped (`train.csv` also finds `train.csv.gz`), or in Parquet if its name ends so.
///
/// Cells are trimmed of blanks. A column that an attribute is read from leaves the input, unless `keep` names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableConfig {
    /// The data set's name in reports; `table` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A folder below the data folder that the files are in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// The file of training rows.
    pub train: String,
    /// The file of test rows: the columns of the training file, in any order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<String>,
    /// In place of `test`: the share of the rows of `train` to test on, between 0 and 1. With `group`, the share
    /// of the groups: a person is then on one side only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_fraction: Option<f64>,
    /// Chooses the rows of `test_fraction`.
    #[serde(default)]
    pub seed: u64,
    /// What stands between cells.
    #[serde(default = "comma")]
    pub delimiter: char,
    /// What a line to be ignored begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<char>,
    /// The column names of files without a header line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Vec<String>>,
    /// Cells that mean "missing"; an empty cell always does.
    #[serde(default = "question_mark")]
    pub missing: Vec<String>,
    /// Columns to read as numbers. A column named neither here nor in `categorical` is numeric when every value of the
    /// training file that is not missing reads as a number, and categorical when few do. One that is numbers but for
    /// some cells is refused with a question, and so is one whose texts tell rows apart.
    #[serde(default)]
    pub numeric: Vec<String>,
    /// Columns to read as categories, numbers or not. Categories of fewer than five people enter as unknown.
    #[serde(default)]
    pub categorical: Vec<String>,
    /// Columns to leave out of the input.
    #[serde(default)]
    pub drop: Vec<String>,
    /// Columns of attributes that stay in the input all the same. Meant for a private attribute that devices
    /// do hold; a task whose label stays in the input measures nothing.
    #[serde(default)]
    pub keep: Vec<String>,
    /// The column that says which person a row belongs to; never part of the input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The labels.
    pub attributes: Vec<AttributeConfig>,
}

fn comma() -> char {
    ','
}

fn question_mark() -> Vec<String> {
    vec!["?".to_owned()]
}

/// Rows of a raw table that make up one side.
struct Side<'a> {
    raw: &'a RawTable,
    rows: Vec<usize>,
}

impl Side<'_> {
    fn view(&self, column: &str) -> Result<View<'_>, DataError> {
        self.raw.view(column, &self.rows)
    }
}

impl TableConfig {
    /// The smallest configuration: a training file, a test file, and columns that are labels.
    pub fn new(train: &str, test: &str, attributes: Vec<AttributeConfig>) -> Self {
        Self {
            name: None,
            folder: None,
            train: train.to_owned(),
            test: Some(test.to_owned()),
            test_fraction: None,
            seed: 0,
            delimiter: comma(),
            comment: None,
            header: None,
            missing: question_mark(),
            numeric: Vec::new(),
            categorical: Vec::new(),
            drop: Vec::new(),
            keep: Vec::new(),
            group: None,
            attributes,
        }
    }

    /// Reads the table.
    ///
    /// # Errors
    ///
    /// Any [`DataError`] but those of pictures.
    pub fn load(
        &self,
        dir: &Path,
        observer: &mut dyn FnMut(DataEvent),
    ) -> Result<Dataset, DataError> {
        self.check()?;
        let dir = join_folder(dir, self.folder.as_deref())?;
        let format = self.format()?;
        let files = 1 + usize::from(self.test.is_some());
        let mut progress = |done| {
            observer(DataEvent::Progress {
                unit: "files",
                done,
                total: files,
            })
        };
        progress(0);
        let train = RawTable::read(&dir, &self.train, &format, &self.missing, |name| {
            self.is_wanted(name)
        })?;
        progress(1);
        let Some(test) = &self.test else {
            let (train_rows, test_rows) = self.choose_rows(&train)?;
            return self.build(
                &Side {
                    raw: &train,
                    rows: train_rows,
                },
                &Side {
                    raw: &train,
                    rows: test_rows,
                },
            );
        };
        let known = |name: &str| train.columns().iter().any(|column| column.name == name);
        let test = RawTable::read(&dir, test, &format, &self.missing, known)?;
        progress(2);
        let whole = |raw| Side {
            raw,
            rows: (0..raw.rows()).collect(),
        };
        self.build(&whole(&train), &whole(&test))
    }

    fn check(&self) -> Result<(), DataError> {
        check_attributes(&self.attributes)?;
        join_option(Path::new(""), "train", &self.train)?;
        let wrong = |option, expected: &str| {
            Err(DataError::Config {
                option,
                expected: expected.to_owned(),
            })
        };
        match (&self.test, self.test_fraction) {
            (Some(test), None) => join_option(Path::new(""), "test", test).map(drop)?,
            (None, Some(fraction)) => check_fraction(fraction)?,
            _ => return wrong("test", "either `test` or `test_fraction`"),
        }
        if self.keep.iter().any(|column| self.drop.contains(column)) {
            return wrong("keep", "columns that `drop` does not name");
        }
        if self
            .numeric
            .iter()
            .any(|column| self.categorical.contains(column))
        {
            return wrong("numeric", "columns that `categorical` does not name");
        }
        Ok(())
    }

    /// How the files are written.
    pub(super) fn format(&self) -> Result<CsvFormat, DataError> {
        let byte = |option, character: char| {
            let ascii = u8::try_from(character)
                .ok()
                .filter(|&byte| byte.is_ascii() && !b"\"\r\n".contains(&byte));
            ascii.ok_or(DataError::Config {
                option,
                expected: "one ASCII character, no quote or line break".into(),
            })
        };
        Ok(CsvFormat {
            delimiter: byte("delimiter", self.delimiter)?,
            comment: self
                .comment
                .map(|comment| byte("comment", comment))
                .transpose()?,
            header: self.header.clone(),
        })
    }

    fn is_label(&self, column: &str) -> bool {
        self.attributes
            .iter()
            .any(|attribute| attribute.source() == column)
            || self.group.as_deref() == Some(column)
    }

    /// Columns to read at all; the rest is skipped cell by cell.
    fn is_wanted(&self, column: &str) -> bool {
        self.is_label(column) || !self.drop.iter().any(|dropped| dropped == column)
    }

    fn is_input(&self, column: &str) -> bool {
        let is = |list: &[String]| list.iter().any(|name| name == column);
        let is_group = self.group.as_deref() == Some(column);
        !is_group && !is(&self.drop) && (!self.is_label(column) || is(&self.keep))
    }

    fn choose_rows(&self, raw: &RawTable) -> Result<(Vec<usize>, Vec<usize>), DataError> {
        let all: Vec<usize> = (0..raw.rows()).collect();
        let groups = match &self.group {
            Some(_) => Some(self.groups(&[&Side { raw, rows: all }])?.remove(0)),
            None => None,
        };
        Ok(split_rows(
            raw.rows(),
            groups.as_deref(),
            self.test_fraction.unwrap_or_default(),
            self.seed,
        ))
    }

    /// Group ids per side, in the order in which groups first appear.
    fn groups(&self, sides: &[&Side<'_>]) -> Result<Vec<Vec<u32>>, DataError> {
        let Some(column) = &self.group else {
            return Ok(Vec::new());
        };
        sides
            .iter()
            .map(|side| side.view(column))
            .collect::<Result<Vec<_>, _>>()
            .and_then(|views| group_ids(&views))
    }

    fn build(&self, train: &Side<'_>, test: &Side<'_>) -> Result<Dataset, DataError> {
        for (side, split) in [(train, "train"), (test, "test")] {
            if side.rows.is_empty() {
                return Err(DataError::EmptySet { split });
            }
        }
        self.check_names(train.raw)?;
        let [train_columns, test_columns] = self.input(train, test)?;
        let mut attributes = [Vec::new(), Vec::new()];
        for attribute in &self.attributes {
            let built = attribute.build(
                train.view(attribute.source())?,
                test.view(attribute.source())?,
            )?;
            for (list, attribute) in attributes.iter_mut().zip(built) {
                list.push(attribute);
            }
        }
        let mut groups = self.groups(&[train, test])?.into_iter();
        let mut split = |columns, attributes| Split {
            records: Records::Table(Table { columns }),
            attributes,
            groups: groups.next(),
        };
        let [train_attributes, test_attributes] = attributes;
        let train = split(train_columns, train_attributes);
        let test = split(test_columns, test_attributes);
        Ok(Dataset {
            name: self.name.clone().unwrap_or_else(|| "table".to_owned()),
            train,
            test,
        })
    }

    /// A misspelt column in an option must not go unnoticed: in `drop` it would leave a column in the input.
    fn check_names(&self, raw: &RawTable) -> Result<(), DataError> {
        let named = [&self.numeric, &self.categorical, &self.drop, &self.keep]
            .into_iter()
            .flatten();
        match named
            .into_iter()
            .find(|column| !raw.header().contains(column))
        {
            Some(column) => Err(DataError::MissingColumn {
                file: raw.file.clone(),
                column: column.clone(),
            }),
            None => Ok(()),
        }
    }

    fn input(&self, train: &Side<'_>, test: &Side<'_>) -> Result<[Vec<TableColumn>; 2], DataError> {
        let mut inputs = [Vec::new(), Vec::new()];
        for column in train
            .raw
            .columns()
            .iter()
            .filter(|column| self.is_input(&column.name) && !train.raw.is_index(&column.name))
        {
            if column.name.is_empty() {
                return Err(no_name(train.raw));
            }
            let (train_view, test_view) = (train.view(&column.name)?, test.view(&column.name)?);
            // Of the whole file, so that what is said of it is what its owner sees in it.
            let all: Vec<usize> = (0..train.raw.rows()).collect();
            let kind = self.kind(&column.name, train.raw.view(&column.name, &all)?)?;
            if train_view.counted().is_empty() {
                return Err(DataError::EmptyColumn {
                    column: column.name.clone(),
                });
            }
            let values = match kind {
                Kind::Numbers => numeric(train_view, test_view)?,
                Kind::Categories => categorical(train_view, test_view)?,
            };
            for (list, values) in inputs.iter_mut().zip(values) {
                list.push(TableColumn {
                    name: column.name.clone(),
                    values,
                });
            }
        }
        if inputs[0].is_empty() {
            let expected = "one column or more left for the input".to_owned();
            return Err(DataError::Config {
                option: "drop",
                expected,
            });
        }
        Ok(inputs)
    }

    fn kind(&self, column: &str, all: View<'_>) -> Result<Kind, DataError> {
        let is = |list: &[String]| list.iter().any(|name| name == column);
        if is(&self.numeric) {
            return Ok(Kind::Numbers);
        }
        if is(&self.categorical) {
            return Ok(Kind::Categories);
        }
        kind_of(column, &all.counted())
    }
}

/// An input column without a name: no record could name it.
fn no_name(raw: &RawTable) -> DataError {
    let place = raw.header().iter().position(String::is_empty);
    let message = format!(
        "{}, or name it (\"\") in `drop`",
        unnamed(place.unwrap_or(0))
    );
    DataError::File(FileError::column(message).in_file(Path::new(&raw.file)))
}

/// Ids that mean the same in all views, in the order in which groups first appear.
pub(super) fn group_ids(views: &[View<'_>]) -> Result<Vec<Vec<u32>>, DataError> {
    let mut ids = std::collections::HashMap::<String, u32>::new();
    let mut all = Vec::with_capacity(views.len());
    for (view, split) in views.iter().zip(["train", "test"]) {
        let cells: Vec<Option<&str>> = view.cells().collect();
        let rows = cells.iter().filter(|cell| cell.is_none()).count();
        if rows > 0 {
            return Err(DataError::MissingLabels {
                attribute: "group".to_owned(),
                split,
                rows,
            });
        }
        let mut codes = Vec::with_capacity(cells.len());
        for cell in cells.into_iter().flatten() {
            let next = ids.len() as u32;
            codes.push(*ids.entry(label_value(cell).into_owned()).or_insert(next));
        }
        all.push(codes);
    }
    Ok(all)
}
