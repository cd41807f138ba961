//! Files of raw data, as the encoder's kind of input has them.

use crate::failure::{Failure, Result};
use crate::output;
use std::path::{Path, PathBuf};
use tiprdc::{Encoder, FieldKind, InputSpec, RecordSpec, SeriesSpec};
use tiprdc_train::{ColumnValues, MISSING_CODE, Records, Series, Table, TableColumn, decode_image};

/// Largest picture that is decoded, in pixels.
const MAX_PIXELS: u64 = 64 << 20;

/// Reads all files into records of the encoder's kind.
pub fn read(encoder: &Encoder, paths: &[PathBuf], stride: Option<usize>) -> Result<Records> {
    match &encoder.manifest().input {
        InputSpec::Image(_) => {
            let images = paths.iter().map(|path| {
                decode_image(&output::read(path)?, MAX_PIXELS)
                    .map_err(|problem| Failure::input(format!("{}: {problem}", path.display())))
            });
            Ok(Records::Images(images.collect::<Result<_>>()?))
        }
        InputSpec::Series(spec) => read_series(spec, paths, stride.unwrap_or(spec.steps)),
        InputSpec::Record(spec) => read_table(spec, paths),
        InputSpec::Tensor(_) => Err(Failure::input(
            "this encoder takes tensors that the caller preprocesses; use the library to encode",
        )),
    }
}

fn read_series(spec: &SeriesSpec, paths: &[PathBuf], stride: usize) -> Result<Records> {
    if stride == 0 {
        return Err(Failure::input("--stride must be at least 1"));
    }
    let mut data = Vec::new();
    for path in paths {
        let samples = read_samples(spec, path)?;
        let rows = samples.len() / spec.channels;
        if rows < spec.steps {
            return Err(Failure::input(format!(
                "{}: a window is {} samples long, the file has {rows}",
                path.display(),
                spec.steps
            )));
        }
        for start in (0..=rows - spec.steps).step_by(stride) {
            for channel in 0..spec.channels {
                data.extend(
                    (start..start + spec.steps).map(|row| samples[row * spec.channels + channel]),
                );
            }
        }
    }
    Ok(Records::Series(Series {
        channels: spec.channels,
        steps: spec.steps,
        rate_hz: spec.rate_hz,
        data,
        recordings: None,
    }))
}

/// `[samples, channels]`, row-major.
fn read_samples(spec: &SeriesSpec, path: &Path) -> Result<Vec<f32>> {
    let (header, rows) = read_csv(path)?;
    if header.len() != spec.channels {
        return Err(Failure::input(format!(
            "{}: this encoder takes {} channels, the file has {} columns",
            path.display(),
            spec.channels,
            header.len()
        )));
    }
    let mut samples = Vec::with_capacity(rows.len() * spec.channels);
    for (index, row) in rows.iter().enumerate() {
        for (name, cell) in header.iter().zip(row) {
            samples.push(number(path, index, name, cell)?);
        }
    }
    Ok(samples)
}

fn read_table(spec: &RecordSpec, paths: &[PathBuf]) -> Result<Records> {
    let mut columns: Vec<TableColumn> = spec
        .fields
        .iter()
        .map(|field| empty_column(&field.name, &field.kind))
        .collect();
    for path in paths {
        let (header, rows) = read_csv(path)?;
        for (field, column) in spec.fields.iter().zip(&mut columns) {
            let position = header
                .iter()
                .position(|name| *name == field.name)
                .ok_or_else(|| {
                    Failure::input(format!(
                        "{}: the column `{}` is missing",
                        path.display(),
                        field.name
                    ))
                })?;
            for (index, row) in rows.iter().enumerate() {
                append(column, path, index, row.get(position).unwrap_or_default())?;
            }
        }
    }
    Ok(Records::Table(Table { columns }))
}

fn empty_column(name: &str, kind: &FieldKind) -> TableColumn {
    let values = match kind {
        FieldKind::Numeric { .. } => ColumnValues::Numeric(Vec::new()),
        FieldKind::Categorical { categories } => ColumnValues::Categorical {
            categories: categories.clone(),
            codes: Vec::new(),
        },
    };
    TableColumn {
        name: name.to_string(),
        values,
    }
}

/// An empty cell, and `?`, is a missing value.
fn append(column: &mut TableColumn, path: &Path, row: usize, cell: &str) -> Result {
    let missing = cell.is_empty() || cell == "?";
    match &mut column.values {
        ColumnValues::Numeric(values) if missing => values.push(f32::NAN),
        ColumnValues::Numeric(values) => values.push(number(path, row, &column.name, cell)?),
        ColumnValues::Categorical { categories, codes } => {
            let code = categories.iter().position(|category| category == cell);
            codes.push(code.map_or(MISSING_CODE, |code| code as u32));
        }
    }
    Ok(())
}

/// A finite number; the message says where it should have been, never what was there.
fn number(path: &Path, row: usize, column: &str, cell: &str) -> Result<f32> {
    cell.parse::<f32>()
        .ok()
        .filter(|value| value.is_finite())
        .ok_or_else(|| {
            Failure::input(format!(
                "{}: row {}, column `{column}`: expected a finite number",
                path.display(),
                row + 1
            ))
        })
}

fn read_csv(path: &Path) -> Result<(csv::StringRecord, Vec<csv::StringRecord>)> {
    let bytes = output::read(path)?;
    // csv's own messages quote no cells, only positions and lengths.
    let failed = |error: csv::Error| Failure::input(format!("{}: {error}", path.display()));
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(bytes.as_slice());
    let header = reader.headers().map_err(failed)?.clone();
    let rows = reader
        .records()
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    Ok((header, rows))
}
