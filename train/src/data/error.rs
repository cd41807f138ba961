//! What can go wrong while reading data, and what readers report while they work.

use std::fmt;
use std::io;

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
    /// A file cannot be read.
    Unreadable {
        /// The path, relative to the data folder.
        file: String,
        /// What the system or the decompressor said.
        problem: io::ErrorKind,
    },
    /// A gzip stream ends before its end.
    Truncated {
        /// The path, relative to the data folder.
        file: String,
    },
    /// A file is larger than readers accept, or one row of it is.
    TooLarge {
        /// The path, relative to the data folder, or what was being built.
        what: String,
        /// The limit, in bytes.
        limit: u64,
    },
    /// A text file is not UTF-8.
    NotUtf8 {
        /// The path, relative to the data folder.
        file: String,
        /// The row, counted from 1 after the header; 0 is the header.
        row: u64,
    },
    /// A file has no header, or a header that cannot be used.
    BadHeader {
        /// The path, relative to the data folder.
        file: String,
        /// What was expected.
        expected: String,
    },
    /// A column that the configuration or the layout names is not there.
    MissingColumn {
        /// The path, relative to the data folder.
        file: String,
        /// The column that was expected.
        column: String,
    },
    /// A row has more or fewer cells than the header.
    Ragged {
        /// The path, relative to the data folder.
        file: String,
        /// The row, counted from 1 after the header.
        row: u64,
        /// Cells expected.
        expected: usize,
        /// Cells found.
        found: usize,
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

/// Why one picture cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImageProblem {
    /// The bytes are neither JPEG nor PNG.
    UnknownFormat,
    /// The picture has more pixels than the limit.
    TooManyPixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The most pixels accepted.
        limit: u64,
    },
    /// The decoder rejected the bytes.
    Damaged,
}

impl fmt::Display for ImageProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownFormat => f.write_str("expected a JPEG or PNG file, found other bytes"),
            Self::TooManyPixels {
                width,
                height,
                limit,
            } => {
                write!(
                    f,
                    "expected at most {limit} pixels, found {width} x {height}"
                )
            }
            Self::Damaged => {
                f.write_str("expected a whole JPEG or PNG file, found one that cannot be decoded")
            }
        }
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config { option, expected } => {
                write!(f, "dataset option `{option}`: expected {expected}")
            }
            Self::MissingFile { file } => {
                write!(f, "expected `{file}` in the data folder, found nothing")
            }
            Self::Unreadable { file, problem } => write!(f, "cannot read `{file}`: {problem}"),
            Self::Truncated { file } => write!(
                f,
                "expected a whole gzip file in `{file}`, found one cut short"
            ),
            Self::TooLarge { what, limit } => {
                write!(f, "`{what}` is too large: the limit is {limit} bytes")
            }
            Self::NotUtf8 { file, row } => {
                write!(f, "expected UTF-8 text in `{file}`, row {row} is not")
            }
            Self::BadHeader { file, expected } => {
                write!(f, "header of `{file}`: expected {expected}")
            }
            Self::MissingColumn { file, column } => {
                write!(f, "expected a column `{column}` in `{file}`, found none")
            }
            Self::Ragged {
                file,
                row,
                expected,
                found,
            } => {
                write!(
                    f,
                    "`{file}`, row {row}: expected {expected} cells, found {found}"
                )
            }
            Self::BadNumber { file, row, column } => write!(
                f,
                "`{file}`, row {row}, column `{column}`: expected a finite number, found something else \
                 (a marker of missing values belongs into `missing`)"
            ),
            Self::EmptyColumn { column } => {
                write!(
                    f,
                    "column `{column}`: expected values, found none in any training row; add it to `drop`"
                )
            }
            Self::TooManyCategories {
                column,
                found,
                limit,
            } => write!(
                f,
                "column `{column}`: expected at most {limit} categories, found {found}; drop it or declare it numeric"
            ),
            Self::EmptySet { split } => {
                write!(f, "expected records in the {split} set, found none")
            }
            Self::MissingLabels {
                attribute,
                split,
                rows,
            } => write!(
                f,
                "attribute `{attribute}`: expected a label in every row, {rows} rows of the {split} set have none; \
                 name a class for them with `missing`"
            ),
            Self::OneClass { attribute, split } => {
                write!(
                    f,
                    "attribute `{attribute}`: expected two classes or more in the {split} set, found one"
                )
            }
            Self::EmptyClass {
                attribute,
                class,
                classes,
            } => {
                write!(
                    f,
                    "attribute `{attribute}`: class {class} of {classes} has no training row"
                )
            }
            Self::UnknownClass {
                attribute,
                split,
                rows,
            } => write!(
                f,
                "attribute `{attribute}`: {rows} rows of the {split} set have a class that is not among the known ones"
            ),
            Self::Layout { file, expected } => write!(f, "`{file}`: expected {expected}"),
            Self::MissingImage { labels, row } => {
                write!(
                    f,
                    "expected the picture that row {row} of `{labels}` names in the data folder, found nothing"
                )
            }
            Self::Image {
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
