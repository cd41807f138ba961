//! CSV with a header, plain or gzipped, row by row under limits.

use std::io::{self, BufRead, BufReader, Read};

use ::csv::{ErrorKind, Reader, ReaderBuilder, StringRecord, Trim};
use flate2::bufread::MultiGzDecoder;

use crate::array::Array;
use crate::error::{FileError, FileErrorKind};
use crate::limited::{LimitReached, Limited};
use crate::numbers::{Unread, parse};
use crate::source::Source;

/// The most columns of one file.
const MAX_COLUMNS: usize = 65_536;
/// Memory for each byte of a packed table: a cell is a byte or more, and a number for it takes eight.
const MEMORY: u64 = 8;

/// How a CSV file is written.
#[derive(Clone, Debug)]
pub struct CsvFormat {
    /// What stands between cells.
    pub delimiter: u8,
    /// What a line to be ignored begins with.
    pub comment: Option<u8>,
    /// Column names of a file that has no header of its own.
    pub header: Option<Vec<String>>,
}

impl Default for CsvFormat {
    fn default() -> Self {
        Self {
            delimiter: b',',
            comment: None,
            header: None,
        }
    }
}

/// An open CSV file whose header has been read.
pub struct CsvFile {
    /// The names of the columns.
    pub header: Vec<String>,
    reader: Reader<Limited<Box<dyn Read>>>,
    record: StringRecord,
    /// A row that was read to see whether there is one, and its line.
    ahead: Option<(u64, StringRecord)>,
    row: u64,
}

impl CsvFile {
    /// Opens a file; its bytes say whether it is gzipped.
    ///
    /// # Errors
    ///
    /// A [`FileError`] that names the file, for one that cannot be read or has no header.
    pub fn open(path: &std::path::Path, format: &CsvFormat) -> Result<Self, FileError> {
        let open = || Self::of(Source::open(path)?, format);
        open().map_err(|error| error.in_file(path))
    }

    pub(crate) fn of(source: Source, format: &CsvFormat) -> Result<Self, FileError> {
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(format.delimiter)
            .comment(format.comment)
            .trim(Trim::All)
            .from_reader(unpacked(source)?);
        let mut csv = Self {
            header: Vec::new(),
            reader,
            record: StringRecord::new(),
            ahead: None,
            row: 0,
        };
        csv.header = match &format.header {
            Some(header) => header.clone(),
            None => csv.read_header(format.delimiter)?,
        };
        match csv.header.len() {
            0..=MAX_COLUMNS => Ok(csv),
            found => Err(FileError::broken(format!(
                "the header: expected at most {MAX_COLUMNS} columns, found {found}"
            ))),
        }
    }

    fn read_header(&mut self, delimiter: u8) -> Result<Vec<String>, FileError> {
        if !self.read()? || self.record.iter().all(str::is_empty) {
            return Err(FileError::broken(
                "has no header; expected a line of column names",
            ));
        }
        let others = [
            (b';', "semicolons"),
            (b'\t', "tabs"),
            (b'|', "bars"),
            (b',', "commas"),
        ];
        let inside = |&&(byte, _): &&(u8, &str)| {
            byte != delimiter && self.record[0].as_bytes().contains(&byte)
        };
        if let ([_], Some((_, name))) = (
            self.record.iter().collect::<Vec<_>>().as_slice(),
            others.iter().find(inside),
        ) {
            return Err(FileError::broken(format!(
                "the header is one cell with {name} in it; expected cells separated by `{}` (a run says otherwise with \
                 `delimiter`)",
                char::from(delimiter).escape_default()
            )));
        }
        let names: Vec<String> = self
            .record
            .iter()
            .map(|name| name.trim_start_matches('\u{feff}').to_owned())
            .collect();
        refuse_data(&names)?;
        Ok(names)
    }

    /// The next row and its number (from 1), or `None` at the end of the file.
    ///
    /// # Errors
    ///
    /// A [`FileError`] without the file's name.
    pub fn next_row(&mut self) -> Result<Option<(u64, &StringRecord)>, FileError> {
        self.row += 1;
        let line = self.ahead.as_ref().map(|(line, _)| *line);
        let line = line.unwrap_or_else(|| self.reader.position().line());
        match self.ahead.take() {
            Some((_, record)) => self.record = record,
            None if self.read()? => {}
            None => return Ok(None),
        }
        self.refuse_open_quote(line)?;
        if self.record.len() != self.header.len() {
            return Err(FileError::new(
                FileErrorKind::Shape,
                format!(
                    "row {}, at line {line}: expected {} cells as in the header, found {}",
                    self.row,
                    self.header.len(),
                    self.record.len()
                ),
            ));
        }
        Ok(Some((self.row, &self.record)))
    }

    /// A quote that is never closed swallows the rest of the file into one cell, the last.
    fn refuse_open_quote(&mut self, line: u64) -> Result<(), FileError> {
        let last = self.record.iter().next_back().unwrap_or_default();
        if !last.contains('\n') {
            return Ok(());
        }
        let before = self.record.iter().rev().skip(1);
        let before: usize = before.map(|cell| cell.matches('\n').count()).sum();
        // Whether the file ends here shows when one reads on.
        let record = std::mem::take(&mut self.record);
        let next = self.reader.position().line();
        let more = self.read()?;
        let after = std::mem::replace(&mut self.record, record);
        if more {
            self.ahead = Some((next, after));
            return Ok(());
        }
        if self.reader.get_ref().quotes().is_multiple_of(2) {
            return Ok(());
        }
        Err(FileError::broken(format!(
            "a quote opens at line {} and is never closed",
            line + before as u64
        )))
    }

    fn read(&mut self) -> Result<bool, FileError> {
        self.reader.get_mut().start_row();
        let read = self.reader.read_record(&mut self.record);
        read.map_err(|error| self.explain(&error))
    }

    /// What is wrong, without what stands there.
    fn explain(&self, error: &::csv::Error) -> FileError {
        let line = self.reader.position().line();
        match error.kind() {
            ErrorKind::Utf8 { pos, .. } => {
                let line = pos.as_ref().map_or(line, ::csv::Position::line);
                FileError::broken(format!("expected UTF-8 text, line {line} is not"))
            }
            ErrorKind::Io(error) => explain_io(error),
            _ => FileError::broken("is not a CSV file with a header"),
        }
    }

    /// The position of the only column of this name.
    ///
    /// # Errors
    ///
    /// [`FileErrorKind::Column`] when there is none, or more than one.
    pub fn column(&self, name: &str) -> Result<usize, FileError> {
        let mut found = (0..self.header.len()).filter(|&place| self.header[place] == name);
        match (found.next(), found.next()) {
            (Some(place), None) => Ok(place),
            (Some(_), Some(_)) => Err(FileError::column(format!("has two columns `{name}`"))),
            (None, _) => Err(FileError::column(format!(
                "no column `{name}` among the {} columns of the header",
                self.header.len()
            ))),
        }
    }
}

/// The bytes decide, not the name: some tools drop or keep the `.gz` at will.
fn unpacked(source: Source) -> Result<Limited<Box<dyn Read>>, FileError> {
    let most = source.budget().left() / MEMORY;
    let mut file = BufReader::with_capacity(1 << 16, source.file);
    let start = file.fill_buf().map_err(|error| explain_io(&error))?;
    Ok(match start.starts_with(&[0x1f, 0x8b]) {
        true => Limited::new(Box::new(MultiGzDecoder::new(file)), Some(most)),
        false => Limited::new(Box::new(file), None),
    })
}

fn explain_io(error: &io::Error) -> FileError {
    let inner = error.get_ref();
    if let Some(reached) = inner.and_then(|inner| inner.downcast_ref::<LimitReached>()) {
        return FileError::new(FileErrorKind::TooLarge, reached.to_string());
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            FileError::broken("expected a whole gzip file, found one cut short")
        }
        io::ErrorKind::InvalidInput => {
            FileError::broken(format!("cannot be read: {}", io::ErrorKind::InvalidData))
        }
        kind => FileError::broken(format!("cannot be read: {kind}")),
    }
}

/// Every column as numbers; a row is a vector.
pub(crate) fn array(source: Source) -> Result<Array, FileError> {
    let mut csv = CsvFile::of(source, &CsvFormat::default())?;
    check_feature_names(&csv.header)?;
    let width = csv.header.len();
    let mut counts = Counts::new(width);
    let (mut data, mut rows) = (Vec::new(), 0usize);
    while let Some((_, record)) = csv.next_row()? {
        for (column, cell) in record.iter().enumerate() {
            data.push(counts.number(column, cell));
        }
        rows += 1;
    }
    counts.check(&csv.header, rows)?;
    Ok(Array::new(rows, vec![width], data))
}

/// Cells of each column that are no finite numbers.
struct Counts {
    empty: Vec<usize>,
    words: Vec<usize>,
    too_long: Vec<usize>,
    not_finite: Vec<usize>,
}

impl Counts {
    fn new(width: usize) -> Self {
        let none = || vec![0; width];
        Self {
            empty: none(),
            words: none(),
            too_long: none(),
            not_finite: none(),
        }
    }

    fn number(&mut self, column: usize, cell: &str) -> f64 {
        match parse(cell) {
            Ok(number) => {
                self.not_finite[column] += usize::from(!number.is_finite());
                return number;
            }
            Err(_) if cell.is_empty() => self.empty[column] += 1,
            Err(Unread::NoNumber) => self.words[column] += 1,
            Err(Unread::TooLong) => self.too_long[column] += 1,
        }
        0.0
    }

    fn check(&self, names: &[String], rows: usize) -> Result<(), FileError> {
        let first = |counts: &[usize]| counts.iter().position(|&count| count > 0);
        if let Some(column) = first(&self.words) {
            return Err(FileError::column(format!(
                "column `{}` holds no number in {} of {rows} rows; every column of a features file is a feature",
                names[column], self.words[column]
            )));
        }
        if let Some(column) = first(&self.too_long) {
            return Err(FileError::column(format!(
                "column `{}` holds whole numbers beyond 2^53 in {} of {rows} rows, which 64-bit floating point does not \
                 hold exactly; split it into two columns",
                names[column], self.too_long[column]
            )));
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        crate::refuse_bad_cells(&names, &self.empty, &self.not_finite, rows)
    }
}

/// Refuses columns without a name.
fn check_feature_names(header: &[String]) -> Result<(), FileError> {
    if let Some(place) = header.iter().position(String::is_empty) {
        return Err(FileError::column(unnamed(place)));
    }
    Ok(())
}

/// What is said of a column without a name.
pub fn unnamed(place: usize) -> String {
    format!(
        "column {} has no name; if it is an index that pandas wrote, write with index=False",
        place + 1
    )
}

/// Refuses a first row of data: messages name columns, and must not name what a person is.
///
/// Numbers are names of columns where they count up: 0, 1, 2 as numpy's tables have them, or years.
fn refuse_data(names: &[String]) -> Result<(), FileError> {
    let numbers: Vec<f64> = names.iter().filter_map(|name| name.parse().ok()).collect();
    let whole = |number: &f64| *number >= 0.0 && number.fract() == 0.0;
    let likely = |number: f64| number <= 1.0 || (1900.0..=2100.0).contains(&number);
    let names_of_columns = numbers.iter().all(whole)
        && numbers.windows(2).all(|pair| pair[0] < pair[1])
        && (numbers.len() != 1 || likely(numbers[0]));
    if names_of_columns {
        return Ok(());
    }
    Err(FileError::broken(format!(
        "the first line holds numbers in {} of {} cells, as a line of data does; expected the names of the columns",
        numbers.len(),
        names.len()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(line: &str) -> Result<(), FileError> {
        let names: Vec<String> = line.split(',').map(str::to_owned).collect();
        refuse_data(&names)
    }

    #[test]
    fn a_first_row_of_data_is_no_header() {
        for data in [
            "39,State-gov,77516,Bachelors,13",
            "0.5,-1.25",
            "7,7,Male",
            "1,0,1,0",
            "Ann,42",
            "inf,a",
        ] {
            let error = header(data).unwrap_err().to_string();
            assert!(error.contains("the first line holds numbers"), "{error}");
            assert!(!error.contains("Bachelors") && !error.contains("Ann"));
        }
    }

    #[test]
    fn numbers_that_count_up_are_names() {
        for names in [
            "age,sex",
            "0,1,2,3",
            "id,0,1,2",
            "country,1990,2000",
            "0",
            "a,2020",
        ] {
            header(names).unwrap();
        }
    }
}
