//! What can go wrong while reading data, and what readers report while they work.

use std::fmt;
use std::io;

use tiprdc_files::{FileError, ImageProblem};

/// Why a data set could not be read.
///
/// # Privacy
///
/// Messages name files (relative to the data folder), columns, attributes, row numbers and counts. They never
/// hold a cell's value or a class found in the data.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DataError {
    /// An option of the configuration does not make sense.
    Config {
        /// The option's key.
        option: &'static str,
        /// What was expected.
        expected: String,
    },
    /// A file or folder is not there.
    MissingFile {
        /// The path, relative to the data folder.
        file: String,
    },
    /// A file cannot be read as what it should be.
    File(FileError),
    /// A folder cannot be read.
    Unreadable {
        /// The path, relative to the data folder.
        file: String,
        /// What the system or the decompressor said.
        problem: io::ErrorKind,
    },
    /// A file is larger than readers accept, or one row of it is.
    TooLarge {
        /// The path, relative to the data folder, or what was being built.
        what: String,
        /// The limit, in bytes.
        limit: u64,
    },
    /// A column that the configuration or the layout names is not there.
    MissingColumn {
        /// The path, relative to the data folder.
        file: String,
        /// The column that was expected.
        column: String,
    },
    /// A cell that should hold a finite number does not.
    BadNumber {
        /// The path, relative to the data folder.
        file: String,
        /// The row, counted from 1 after the header.
        row: u64,
        /// The column's name.
        column: String,
    },
    /// A channel of a series whose numbers are so large that f32, in which apps have samples, does not tell them apart.
    Coarse {
        /// The path, relative to the data folder.
        file: String,
        /// The column's name.
        column: String,
    },
    /// A column whose kind only its owner can tell: numbers but for some cells, or texts that identify rows.
    Question {
        /// The column's name.
        column: String,
        /// What was found, in counts.
        found: String,
        /// What to do about it.
        answer: &'static str,
    },
    /// A column has no value in any training row.
    EmptyColumn {
        /// The column's name.
        column: String,
    },
    /// A column or attribute has more distinct values than can be categories.
    TooManyCategories {
        /// The column's or attribute's name.
        column: String,
        /// Distinct values found.
        found: usize,
        /// The most that is accepted.
        limit: usize,
    },
    /// A set has no records.
    EmptySet {
        /// `train` or `test`.
        split: &'static str,
    },
    /// Rows lack the label of an attribute that names no class for missing labels.
    MissingLabels {
        /// The attribute's name.
        attribute: String,
        /// `train` or `test`.
        split: &'static str,
        /// Rows without a label.
        rows: usize,
    },
    /// An attribute has one class only, so nothing can be learnt or measured.
    OneClass {
        /// The attribute's name.
        attribute: String,
        /// `train` or `test`.
        split: &'static str,
    },
    /// A class that the configuration defines has no training row.
    EmptyClass {
        /// The attribute's name.
        attribute: String,
        /// The class's position in its list, counted from 1.
        class: usize,
        /// Classes in the list.
        classes: usize,
    },
    /// Rows have a class that the training rows (or the configured list of classes) do not have.
    UnknownClass {
        /// The attribute's name.
        attribute: String,
        /// `train` or `test`.
        split: &'static str,
        /// Rows with such a class.
        rows: usize,
    },
    /// A name in a folder does not follow the layout.
    Layout {
        /// The path, relative to the data folder.
        file: String,
        /// What was expected.
        expected: &'static str,
    },
    /// The file of pictures' labels names a file that is not there, or not inside the data folder.
    MissingImage {
        /// The file of labels.
        labels: String,
        /// The row, counted from 1 after the header.
        row: u64,
    },
    /// A picture cannot be used.
    Image {
        /// The file of labels.
        labels: String,
        /// The row, counted from 1 after the header.
        row: u64,
        /// What is wrong with it.
        problem: ImageProblem,
    },
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names of columns in it may be a hostile file's.
        f.write_str(&tiprdc::shown_line(&Message(self).to_string()))
    }
}

/// The message with names as the files have them.
struct Message<'a>(&'a DataError);

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            DataError::Config { option, expected } => {
                write!(f, "dataset option `{option}`: expected {expected}")
            }
            DataError::MissingFile { file } => {
                write!(f, "expected `{file}` in the data folder, found nothing")
            }
            DataError::File(error) => error.fmt(f),
            DataError::Unreadable { file, problem } => write!(f, "cannot read `{file}`: {problem}"),
            DataError::TooLarge { what, limit } => {
                write!(f, "`{what}` is too large: the limit is {limit} bytes")
            }
            DataError::MissingColumn { file, column } => {
                write!(f, "expected a column `{column}` in `{file}`, found none")
            }
            DataError::BadNumber { file, row, column } => write!(
                f,
                "`{file}`, row {row}, column `{column}`: expected a finite number, found something else \
                 (a marker of missing values belongs into `missing`)"
            ),
            DataError::Coarse { file, column } => write!(
                f,
                "`{file}`, column `{column}`: numbers this large lose their differences in f32, in which apps hold samples; \
                 subtract a constant first (from a time, its start), or leave the channel out"
            ),
            DataError::Question {
                column,
                found,
                answer,
            } => write!(f, "column `{column}`: {found}; {answer}"),
            DataError::EmptyColumn { column } => {
                write!(
                    f,
                    "column `{column}`: expected values, found none in any training row; add it to `drop`"
                )
            }
            DataError::TooManyCategories {
                column,
                found,
                limit,
            } => write!(
                f,
                "column `{column}`: expected at most {limit} categories, found {found}; drop it or declare it numeric"
            ),
            DataError::EmptySet { split } => {
                write!(f, "expected records in the {split} set, found none")
            }
            DataError::MissingLabels {
                attribute,
                split,
                rows,
            } => write!(
                f,
                "attribute `{attribute}`: expected a label in every row, {rows} rows of the {split} set have none; \
                 name a class for them with `missing`"
            ),
            DataError::OneClass { attribute, split } => {
                write!(
                    f,
                    "attribute `{attribute}`: expected two classes or more in the {split} set, found one"
                )
            }
            DataError::EmptyClass {
                attribute,
                class,
                classes,
            } => {
                write!(
                    f,
                    "attribute `{attribute}`: class {class} of {classes} has no training row"
                )
            }
            DataError::UnknownClass {
                attribute,
                split,
                rows,
            } => write!(
                f,
                "attribute `{attribute}`: {rows} rows of the {split} set have a class that is not among the known ones"
            ),
            DataError::Layout { file, expected } => write!(f, "`{file}`: expected {expected}"),
            DataError::MissingImage { labels, row } => {
                write!(
                    f,
                    "expected the picture that row {row} of `{labels}` names in the data folder, found nothing"
                )
            }
            DataError::Image {
                labels,
                row,
                problem,
            } => write!(f, "picture of row {row} in `{labels}`: {problem}"),
        }
    }
}

impl std::error::Error for DataError {}

/// What a reader reports while it works.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DataEvent {
    /// `done` of `total` things are read.
    Progress {
        /// What is counted: `files`, `recordings` or `images`.
        unit: &'static str,
        /// How many are done.
        done: usize,
        /// How many there are.
        total: usize,
    },
    /// Things were left out, as documented.
    Skipped {
        /// What was left out, in plain words.
        what: &'static str,
        /// How many.
        count: usize,
    },
}
