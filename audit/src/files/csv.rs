//! Features and labels from CSV with a header.

use std::fs::File;
use std::io::Read;

use csv::{Reader, ReaderBuilder, StringRecord, Trim};

use crate::error::{AuditError, AuditErrorKind};
use crate::features::FeatureSet;

use super::{bad_column, broken, refuse_bad_cells};

/// Every column as numbers; a row is a vector.
pub(crate) fn features(file: File) -> Result<FeatureSet, AuditError> {
    let (mut reader, header) = start(file)?;
    let names = feature_names(&header)?;
    let width = names.len();
    let (mut data, mut rows) = (Vec::new(), 0usize);
    let (mut empty, mut words, mut not_finite) = (vec![0; width], vec![0; width], vec![0; width]);
    let mut record = StringRecord::new();
    while next(&mut reader, &mut record)? {
        for (column, cell) in record.iter().enumerate() {
            let value = cell.parse::<f32>().unwrap_or_else(|_| {
                let counts = if cell.is_empty() {
                    &mut empty
                } else {
                    &mut words
                };
                counts[column] += 1;
                0.0
            });
            not_finite[column] += usize::from(!value.is_finite());
            data.push(value);
        }
        rows += 1;
    }
    if let Some(column) = words.iter().position(|&count| count > 0) {
        return Err(bad_column(format!(
            "column `{}` holds no number in {} of {rows} rows; every column of a features file is a feature",
            names[column], words[column]
        )));
    }
    refuse_bad_cells(&names, &empty, &not_finite, rows)?;
    FeatureSet::new(rows, vec![width], data)
}

/// The named columns as text, in the order of the names.
pub(crate) fn columns(input: impl Read, names: &[&str]) -> Result<Vec<Vec<String>>, AuditError> {
    let (mut reader, header) = start(input)?;
    let places = names
        .iter()
        .map(|name| {
            let mut found = (0..header.len()).filter(|&place| &header[place] == *name);
            match (found.next(), found.next()) {
                (Some(place), None) => Ok(place),
                (Some(_), Some(_)) => Err(bad_column(format!("has two columns `{name}`"))),
                (None, _) => Err(bad_column(format!(
                    "no column `{name}` among the {} columns of the header",
                    header.len()
                ))),
            }
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut columns = vec![Vec::new(); names.len()];
    let mut empty = vec![0usize; names.len()];
    let (mut record, mut rows) = (StringRecord::new(), 0usize);
    while next(&mut reader, &mut record)? {
        for (column, &place) in places.iter().enumerate() {
            empty[column] += usize::from(record[place].is_empty());
            columns[column].push(record[place].to_owned());
        }
        rows += 1;
    }
    refuse_bad_cells(names, &empty, &[], rows)?;
    Ok(columns)
}

fn start<R: Read>(input: R) -> Result<(Reader<R>, StringRecord), AuditError> {
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(input);
    let header = reader.headers().map_err(|error| problem(&error))?.clone();
    Ok((reader, header))
}

fn next<R: Read>(reader: &mut Reader<R>, record: &mut StringRecord) -> Result<bool, AuditError> {
    reader.read_record(record).map_err(|error| problem(&error))
}

/// The names of feature columns, if the first line is a header and not the first row.
fn feature_names(header: &StringRecord) -> Result<Vec<&str>, AuditError> {
    if header.is_empty() || header.iter().all(str::is_empty) {
        return Err(broken("has no header; expected a line of column names"));
    }
    if let Some(place) = header.iter().position(str::is_empty) {
        return Err(bad_column(format!(
            "column {} has no name; if it is an index that pandas wrote, write with index=False",
            place + 1
        )));
    }
    // pandas calls the columns of a bare array 0, 1, 2...
    let counts = |from: usize| {
        let mut numbered = header.iter().zip(from..);
        numbered.all(|(name, number)| name.parse() == Ok(number))
    };
    if header.iter().all(|name| name.parse::<f64>().is_ok()) && !counts(0) && !counts(1) {
        return Err(broken(
            "the first line is numbers; expected a header with the names of the columns",
        ));
    }
    Ok(header.iter().collect())
}

/// What is wrong with a file, without its content.
fn problem(error: &csv::Error) -> AuditError {
    let line = |position: &Option<csv::Position>| match position {
        Some(position) => format!(" at line {}", position.line()),
        None => String::new(),
    };
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => AuditError::new(
            AuditErrorKind::Shape,
            format!(
                "expected {expected_len} fields as in the header, got {len}{}",
                line(pos)
            ),
        ),
        csv::ErrorKind::Utf8 { pos, .. } => broken(format!("not UTF-8{}", line(pos))),
        csv::ErrorKind::Io(error) => broken(format!("cannot be read: {}", error.kind())),
        _ => broken("is not a CSV file with a header"),
    }
}
