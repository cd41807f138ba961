//! CSV files, plain or gzipped, read row by row under limits.

use std::collections::HashSet;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Component, Path, PathBuf};

use csv::StringRecord;
use flate2::bufread::MultiGzDecoder;

use super::DataError;

/// The most unpacked bytes that are read from one file.
const MAX_FILE_BYTES: u64 = 8 << 30;
/// The most bytes of one row or header; an unclosed quote or a missing line break ends here.
const MAX_ROW_BYTES: u64 = 1 << 20;
/// The most columns of one file.
const MAX_COLUMNS: usize = 16_384;

/// How a CSV file is written.
#[derive(Clone, Debug)]
pub(super) struct CsvFormat {
    pub(super) delimiter: u8,
    pub(super) comment: Option<u8>,
    /// Column names of a file that has no header of its own.
    pub(super) header: Option<Vec<String>>,
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

/// An open CSV file whose header has been read and checked.
pub(super) struct CsvFile {
    pub(super) file: String,
    pub(super) header: Vec<String>,
    reader: csv::Reader<Limited<Box<dyn Read>>>,
    record: StringRecord,
    row: u64,
}

impl CsvFile {
    /// Opens `name` below `dir`, or `name.gz` where there is no `name`.
    pub(super) fn open(dir: &Path, name: &str, format: &CsvFormat) -> Result<Self, DataError> {
        let (file, source) = open_unpacked(dir, name)?;
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(format.delimiter)
            .comment(format.comment)
            .trim(csv::Trim::All)
            .from_reader(Limited::new(source));
        let mut csv = Self {
            file,
            header: Vec::new(),
            reader,
            record: StringRecord::new(),
            row: 0,
        };
        csv.header = match &format.header {
            Some(header) => header.clone(),
            None => csv.read_header()?,
        };
        csv.check_header()?;
        Ok(csv)
    }

    fn read_header(&mut self) -> Result<Vec<String>, DataError> {
        if !self.read()? {
            return Err(self.bad_header("a line of column names, found an empty file".into()));
        }
        let names = self
            .record
            .iter()
            .map(|name| name.trim_start_matches('\u{feff}').to_owned());
        Ok(names.collect())
    }

    fn check_header(&self) -> Result<(), DataError> {
        if self.header.len() > MAX_COLUMNS {
            let found = self.header.len();
            return Err(self.bad_header(format!("at most {MAX_COLUMNS} columns, found {found}")));
        }
        let mut seen = HashSet::new();
        match self
            .header
            .iter()
            .position(|name| !seen.insert(name.as_str()))
        {
            Some(index) => {
                let second = index + 1;
                Err(self.bad_header(format!(
                    "each column name once, column {second} repeats an earlier one"
                )))
            }
            None => Ok(()),
        }
    }

    fn bad_header(&self, expected: String) -> DataError {
        DataError::BadHeader {
            file: self.file.clone(),
            expected,
        }
    }

    /// The next row and its number (from 1), or `None` at the end of the file.
    pub(super) fn next_row(&mut self) -> Result<Option<(u64, &StringRecord)>, DataError> {
        self.row += 1;
        if !self.read()? {
            return Ok(None);
        }
        if self.record.len() != self.header.len() {
            return Err(DataError::Ragged {
                file: self.file.clone(),
                row: self.row,
                expected: self.header.len(),
                found: self.record.len(),
            });
        }
        Ok(Some((self.row, &self.record)))
    }

    fn read(&mut self) -> Result<bool, DataError> {
        self.reader.get_mut().start_row();
        self.reader
            .read_record(&mut self.record)
            .map_err(|error| self.explain(error))
    }

    fn explain(&self, error: csv::Error) -> DataError {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => explain_io(&self.file, &error),
            csv::ErrorKind::Utf8 { .. } => DataError::NotUtf8 {
                file: self.file.clone(),
                row: self.row,
            },
            _ => DataError::Unreadable {
                file: self.file.clone(),
                problem: io::ErrorKind::InvalidData,
            },
        }
    }

    /// The position of a column.
    pub(super) fn column(&self, name: &str) -> Result<usize, DataError> {
        self.header
            .iter()
            .position(|column| column == name)
            .ok_or_else(|| DataError::MissingColumn {
                file: self.file.clone(),
                column: name.to_owned(),
            })
    }
}

/// Joins a relative path that does not leave `dir`; `None` for any other path.
pub(super) fn join_inside(dir: &Path, name: &str) -> Option<PathBuf> {
    let inside = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    (!name.is_empty() && Path::new(name).components().all(inside)).then(|| dir.join(name))
}

/// Joins a path that the configuration names.
pub(super) fn join_option(
    dir: &Path,
    option: &'static str,
    name: &str,
) -> Result<PathBuf, DataError> {
    join_inside(dir, name).ok_or_else(|| DataError::Config {
        option,
        expected: "a relative path without `..`".into(),
    })
}

fn open_unpacked(dir: &Path, name: &str) -> Result<(String, Box<dyn Read>), DataError> {
    let missing = || DataError::MissingFile {
        file: name.to_owned(),
    };
    let packed = format!("{name}.gz");
    let is_file = |name: &String| join_inside(dir, name).is_some_and(|path| path.is_file());
    let file = [name.to_owned(), packed]
        .into_iter()
        .find(is_file)
        .ok_or_else(missing)?;
    let path = join_inside(dir, &file).ok_or_else(missing)?;
    let open = || -> io::Result<Box<dyn Read>> {
        let mut source = BufReader::with_capacity(1 << 16, File::open(path)?);
        // The bytes decide, not the name: some tools drop or keep the `.gz` at will.
        let is_gzip = source.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        Ok(if is_gzip {
            Box::new(MultiGzDecoder::new(source))
        } else {
            Box::new(source)
        })
    };
    match open() {
        Ok(source) => Ok((file, source)),
        Err(error) => Err(explain_io(&file, &error)),
    }
}

fn explain_io(file: &str, error: &io::Error) -> DataError {
    let file = file.to_owned();
    if let Some(reached) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<LimitReached>())
    {
        return DataError::TooLarge {
            what: file,
            limit: reached.0,
        };
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof => DataError::Truncated { file },
        io::ErrorKind::NotFound => DataError::MissingFile { file },
        io::ErrorKind::InvalidInput => DataError::Unreadable {
            file,
            problem: io::ErrorKind::InvalidData,
        },
        problem => DataError::Unreadable { file, problem },
    }
}

/// Stops a reader that unpacks to more than a file or a row may hold.
struct Limited<R> {
    inner: R,
    file_left: u64,
    row_left: u64,
}

impl<R> Limited<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            file_left: MAX_FILE_BYTES,
            row_left: MAX_ROW_BYTES,
        }
    }

    fn start_row(&mut self) {
        self.row_left = MAX_ROW_BYTES;
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        for (left, limit) in [
            (self.row_left, MAX_ROW_BYTES),
            (self.file_left, MAX_FILE_BYTES),
        ] {
            if left == 0 {
                return Err(io::Error::other(LimitReached(limit)));
            }
        }
        let count = self.inner.read(buffer)?;
        self.row_left = self.row_left.saturating_sub(count as u64);
        self.file_left = self.file_left.saturating_sub(count as u64);
        Ok(count)
    }
}

#[derive(Debug)]
struct LimitReached(u64);

impl fmt::Display for LimitReached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "more than {} bytes", self.0)
    }
}

impl std::error::Error for LimitReached {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside_the_folder() {
        let dir = Path::new("data");
        assert_eq!(
            join_inside(dir, "a/b.csv"),
            Some(PathBuf::from("data/a/b.csv"))
        );
        for escaping in ["", "../b.csv", "a/../../b.csv", "/etc/hosts"] {
            assert_eq!(join_inside(dir, escaping), None, "{escaping}");
        }
    }

    #[test]
    fn a_file_without_line_breaks_is_cut_off() {
        let mut limited = Limited::new(io::repeat(b'x'));
        let error = io::copy(&mut limited, &mut io::sink()).unwrap_err();
        assert_eq!(
            explain_io("f", &error),
            DataError::TooLarge {
                what: "f".into(),
                limit: MAX_ROW_BYTES
            }
        );
    }
}
