//! Files of raw inputs for an encoder, read as its run read its training data.

use std::path::Path;

use tiprdc::{FieldKind, ImageSpec, InputSpec, RecordSpec, SeriesSpec};
use tiprdc_files::{
    Array, CsvFile, CsvFormat, FileError, Image, MISSING, TextColumn, TextTable, decode_image,
    is_parquet, label_value, read_bytes,
};

use super::recordings::{cut, read_samples};
use super::{
    ColumnValues, DataError, DatasetConfig, MISSING_CODE, Records, Series, Table, TableColumn,
};

/// Largest picture that is decoded, in pixels.
const MAX_PIXELS: u64 = 64 << 20;
/// The most bytes of one picture's file.
const MAX_FILE_BYTES: u64 = 256 << 20;
/// Formats of arrays.
const ARRAYS: [&str; 3] = ["npy", "npz", "safetensors"];

/// Inputs of one encoder, and what is worth a word about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs {
    /// The records, of the encoder's kind.
    pub records: Records,
    /// Sentences without values of records.
    pub notes: Vec<String>,
}

/// Reads files into records of the encoder's kind.
///
/// `trained_on` is the data set of the run in the encoder's manifest. Tables are read with its delimiter, its markers of
/// missing values and its header; channels of series by its names, so that a training file itself can be read. Without
/// it, columns go by the manifest's names where it has them, and by their order where it has none, which a note says.
///
/// | kind | files |
/// |---|---|
/// | record | CSV (plain or gzipped) and Parquet by column names; `.npy`, `.npz` and safetensors `[n, fields]` of numbers |
/// | series | the same, a row per sample, cut every `stride` samples; arrays `[n, channels, steps]` are windows already |
/// | image | JPEG and PNG; arrays `[n, height, width, 3]` or `[n, height, width]` of bytes |
///
/// # Errors
///
/// A [`DataError`] that names the file and the column.
pub fn read_inputs(
    spec: &InputSpec,
    trained_on: Option<&DatasetConfig>,
    paths: &[impl AsRef<Path>],
    stride: Option<usize>,
) -> Result<Inputs, DataError> {
    let paths = paths.iter().map(AsRef::as_ref);
    let mut notes = Vec::new();
    let records = match spec {
        InputSpec::Record(spec) => {
            let mut table = Reader::new(spec, trained_on)?;
            for path in paths {
                table.read(path)?;
            }
            notes.extend(table.notes());
            if trained_on.is_none() {
                notes.push(
                    "the encoder's manifest has no run that says how its tables are written: cells between commas, and `?` \
                     for a missing value"
                        .to_owned(),
                );
            }
            Records::Table(table.table)
        }
        InputSpec::Series(spec) => {
            let names = match trained_on {
                Some(DatasetConfig::Series(config)) => Some(config.channels.as_slice()),
                _ => None,
            };
            let mut data = Vec::new();
            for path in paths {
                data.extend(windows(spec, names, path, stride.unwrap_or(spec.steps))?);
            }
            if names.is_none() {
                notes.push(
                    "the encoder's manifest has no run that names its channels: columns are taken in the order of the files"
                        .to_owned(),
                );
            }
            Records::Series(Series {
                channels: spec.channels,
                steps: spec.steps,
                rate_hz: spec.rate_hz,
                data,
                recordings: None,
            })
        }
        InputSpec::Image(spec) => {
            let mut images = Vec::new();
            for path in paths {
                images.extend(pictures(spec, path)?);
            }
            Records::Images(images)
        }
        InputSpec::Tensor(_) => {
            return Err(DataError::Config {
                option: "kind",
                expected: "an encoder of images, series or records; this one takes tensors that the caller preprocesses, \
                           through the library"
                    .to_owned(),
            });
        }
    };
    Ok(Inputs { records, notes })
}

/// An array, if the file's name says that it is one.
fn array(path: &Path) -> Option<Result<Array, DataError>> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    ARRAYS
        .contains(&ending.as_str())
        .then(|| Array::open(path).map_err(DataError::File))
}

fn refused(path: &Path, message: String) -> DataError {
    DataError::File(FileError::column(message).in_file(path))
}

/// Reads tables into columns of the fields.
struct Reader<'a> {
    spec: &'a RecordSpec,
    format: CsvFormat,
    missing: Vec<String>,
    table: Table,
    unknown: Vec<usize>,
}

impl<'a> Reader<'a> {
    fn new(spec: &'a RecordSpec, trained_on: Option<&DatasetConfig>) -> Result<Self, DataError> {
        let config = match trained_on {
            Some(DatasetConfig::Table(config)) => Some(config.clone()),
            Some(DatasetConfig::Adult(config)) => Some(config.table()),
            _ => None,
        };
        let (format, missing) = match config {
            Some(config) => (config.format()?, config.missing),
            None => (CsvFormat::default(), vec!["?".to_owned()]),
        };
        let column = |field: &tiprdc::Field| TableColumn {
            name: field.name.clone(),
            values: match &field.kind {
                FieldKind::Numeric { .. } => ColumnValues::Numeric(Vec::new()),
                FieldKind::Categorical { categories } => ColumnValues::Categorical {
                    categories: categories.clone(),
                    codes: Vec::new(),
                },
            },
        };
        Ok(Self {
            spec,
            format,
            missing,
            table: Table {
                columns: spec.fields.iter().map(column).collect(),
            },
            unknown: vec![0; spec.fields.len()],
        })
    }

    /// How a file is written: one of people's own may have a header where those of training have none.
    fn format_of(&self, path: &Path) -> CsvFormat {
        let own = CsvFormat {
            header: None,
            ..self.format.clone()
        };
        let header = CsvFile::open(path, &own).map(|csv| csv.header);
        let header = header.unwrap_or_default();
        let named = self
            .spec
            .fields
            .iter()
            .all(|field| header.contains(&field.name));
        match self.format.header.is_some() && named {
            true => own,
            false => self.format.clone(),
        }
    }

    fn read(&mut self, path: &Path) -> Result<(), DataError> {
        if let Some(array) = array(path) {
            return self.numbers(path, &array?);
        }
        let wanted = |name: &str| self.spec.fields.iter().any(|field| field.name == name);
        let table = TextTable::open(path, &self.format_of(path), &self.missing, &wanted);
        let table = table.map_err(DataError::File)?;
        let named = |error: FileError| DataError::File(error.in_file(path));
        table.check_names().map_err(named)?;
        for (field, unknown) in self.table.columns.iter_mut().zip(&mut self.unknown) {
            let column = table.column(&field.name).map_err(named)?;
            match &mut field.values {
                ColumnValues::Numeric(numbers) => append_numbers(numbers, column, path)?,
                ColumnValues::Categorical { categories, codes } => {
                    *unknown += append_codes(categories, codes, column);
                }
            }
        }
        Ok(())
    }

    /// Rows of numbers, in the order of the manifest's fields.
    fn numbers(&mut self, path: &Path, array: &Array) -> Result<(), DataError> {
        let width = self.table.columns.len();
        if array.shape != [width] {
            return Err(refused(
                path,
                format!(
                    "expected rows of {width} numbers, one for each field, found rows of shape {:?}",
                    array.shape
                ),
            ));
        }
        for (place, column) in self.table.columns.iter_mut().enumerate() {
            let ColumnValues::Numeric(numbers) = &mut column.values else {
                return Err(refused(
                    path,
                    format!(
                        "field `{}` takes text; give a table with its name",
                        column.name
                    ),
                ));
            };
            numbers.extend(array.data.iter().skip(place).step_by(width));
        }
        Ok(())
    }

    fn notes(&self) -> Vec<String> {
        let unknown = self.table.columns.iter().zip(&self.unknown);
        unknown
            .filter(|(_, count)| **count > 0)
            .map(|(column, count)| {
                format!(
                    "column `{}`: {count} of {} cells hold categories that the encoder does not know; they enter as unknown",
                    column.name,
                    column.len()
                )
            })
            .collect()
    }
}

/// Finite numbers; a missing one is NaN.
fn append_numbers(
    numbers: &mut Vec<f64>,
    column: &TextColumn,
    path: &Path,
) -> Result<(), DataError> {
    let number = |text: &String| text.parse::<f64>().ok().filter(|number| number.is_finite());
    let parsed: Vec<Option<f64>> = column.values().iter().map(number).collect();
    for (row, &code) in (1..).zip(&column.codes) {
        let number = match code {
            MISSING => Some(f64::NAN),
            code => parsed[code as usize],
        };
        numbers.push(number.ok_or_else(|| DataError::BadNumber {
            file: path.display().to_string(),
            row,
            column: column.name.clone(),
        })?);
    }
    Ok(())
}

/// Codes of the encoder's categories; gives how many cells are of none of them.
fn append_codes(categories: &[String], codes: &mut Vec<u32>, column: &TextColumn) -> usize {
    let truth = |text: &str| matches!(&*label_value(text), "True" | "False");
    let booleans = categories.iter().all(|category| truth(category));
    let same = |category: &String, text: &String| {
        category == text || booleans && label_value(category) == label_value(text)
    };
    let find = |text: &String| categories.iter().position(|category| same(category, text));
    let found: Vec<Option<usize>> = column.values().iter().map(find).collect();
    let mut unknown = 0;
    for &code in &column.codes {
        let known = found.get(code as usize).copied().flatten();
        unknown += usize::from(code != MISSING && known.is_none());
        codes.push(known.map_or(MISSING_CODE, |known| known as u32));
    }
    unknown
}

/// Windows of one recording, row-major `[windows, channels, steps]`.
fn windows(
    spec: &SeriesSpec,
    names: Option<&[String]>,
    path: &Path,
    stride: usize,
) -> Result<Vec<f32>, DataError> {
    if stride == 0 {
        return Err(DataError::Config {
            option: "stride",
            expected: "a stride of one sample or more".to_owned(),
        });
    }
    let (channels, steps) = (spec.channels, spec.steps);
    let samples = match array(path) {
        Some(array) => {
            let array = array?;
            let data: Vec<f32> = array.data.iter().map(|&sample| sample as f32).collect();
            if array.shape == [channels, steps] {
                return Ok(data);
            }
            if array.shape != [channels] {
                return Err(refused(
                    path,
                    format!(
                        "expected windows of shape [{channels}, {steps}] or samples of shape [{channels}], found rows of \
                         shape {:?}",
                        array.shape
                    ),
                ));
            }
            data
        }
        None => samples(channels, names, path)?,
    };
    let length = samples.len() / channels;
    if length < steps {
        return Err(refused(
            path,
            format!("a window is {steps} samples long, the file has {length}"),
        ));
    }
    Ok(cut(&samples, channels, steps, stride))
}

/// Samples of a table, row-major `[steps, channels]`.
fn samples(channels: usize, names: Option<&[String]>, path: &Path) -> Result<Vec<f32>, DataError> {
    let shown = path.display().to_string();
    if let Some(names) = names {
        return read_samples(path, &shown, names);
    }
    let header = match is_parquet(path) {
        true => TextTable::open(path, &CsvFormat::default(), &[], &|_| false).map(|t| t.header),
        false => CsvFile::open(path, &CsvFormat::default()).map(|csv| csv.header),
    };
    let header = header.map_err(DataError::File)?;
    if header.len() != channels {
        return Err(refused(
            path,
            format!(
                "this encoder takes {channels} channels, and its manifest does not name them; the file has {} columns",
                header.len()
            ),
        ));
    }
    read_samples(path, &shown, &header)
}

/// Pictures of one file.
fn pictures(spec: &ImageSpec, path: &Path) -> Result<Vec<Image>, DataError> {
    let Some(array) = array(path) else {
        let bytes = read_bytes(path, MAX_FILE_BYTES).map_err(DataError::File)?;
        let image = decode_image(&bytes, MAX_PIXELS);
        return image
            .map(|image| vec![image])
            .map_err(|problem| refused(path, problem.to_string()));
    };
    let array = array?;
    let (height, width, channels) = match array.shape[..] {
        [height, width] => (height, width, 1),
        [height, width, channels @ (1 | 3)] => (height, width, channels),
        _ => {
            return Err(refused(
                path,
                format!(
                    "expected pictures of shape [height, width, 3], as an encoder of {} x {} pixels resizes them, found \
                     rows of shape {:?}",
                    spec.width, spec.height, array.shape
                ),
            ));
        }
    };
    let byte = |value: &f64| (0.0..=255.0).contains(value) && value.fract() == 0.0;
    if !array.data.iter().all(byte) {
        return Err(refused(
            path,
            "expected pixels from 0 to 255 in whole numbers".to_owned(),
        ));
    }
    let rows = array.data.chunks_exact((height * width * channels).max(1));
    let rgb = |row: &[f64]| {
        row.iter()
            .flat_map(|&value| vec![value as u8; 3 / channels])
            .collect()
    };
    let side = |side: usize| {
        u32::try_from(side).map_err(|_| refused(path, "a picture has too many pixels".to_owned()))
    };
    let (width, height) = (side(width)?, side(height)?);
    Ok(rows
        .map(|row| Image {
            width,
            height,
            rgb: rgb(row),
        })
        .collect())
}
