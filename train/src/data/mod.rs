//! Data sets: raw files in a folder become one [`Dataset`] of raw records with labels.
//!
//! Nothing is normalised, one-hot encoded or resized here: that is the encoder's preprocessing, which lives in
//! the device core so that training sees what a device sees. Readers never print; they report through an
//! observer, and they return a [`DataError`] on any malformed file instead of panicking.
//!
//! | `kind` | reader | records |
//! |---|---|---|
//! | `table` | CSV files with a header | [`Records::Table`] |
//! | `adult` | UCI Adult as UCI ships it, a preset of `table` | [`Records::Table`] |
//! | `series` | the MotionSense layout: one CSV per recording, a CSV of people | [`Records::Series`] |
//! | `images` | JPEG and PNG files and a `labels.csv` | [`Records::Images`] |
//! | `memory` | none: a program hands the records over | any |
//!
//! # Labels must not be in the input
//!
//! A column that is an attribute is removed from the input records. If the label of a task stayed among the
//! inputs, the task would be solved by copying it, and its measured utility would say nothing; if the private
//! attribute stayed, hiding it would only mean forgetting one column. Twins of a label (`education-num` for
//! `education`) and columns that spell it out (`relationship` = Husband or Wife for `sex`) must be dropped too;
//! no reader can find those by itself.

mod adult;
mod attribute;
mod columns;
mod config;
mod dataset;
mod digest;
mod error;
mod image;
mod inputs;
mod kinds;
mod labels;
mod memory;
mod paths;
mod people;
mod recordings;
mod series;
mod split;
mod table;

pub(crate) use self::kinds::check_column;

pub use self::adult::AdultConfig;
pub use self::attribute::AttributeConfig;
pub use self::config::DatasetConfig;
pub use self::dataset::{
    Attribute, ColumnValues, Dataset, MISSING_CODE, Records, Series, Split, Table, TableColumn,
};
pub use self::error::{DataError, DataEvent};
pub use self::image::ImagesConfig;
pub use self::inputs::{Inputs, read_inputs};
pub use self::labels::export_labels_csv;
pub use self::memory::MemoryConfig;
pub use self::series::{SeriesAttribute, SeriesConfig, SeriesSplit};
pub use self::table::TableConfig;
