//! Features in the format that the name of their file says.

use crate::failure::{Failure, Result};
use crate::output;
use parquet::data_type::FloatType;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::path::Path;
use std::sync::Arc;
use tiprdc::Features;

/// How features are written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Format {
    Safetensors,
    Npy,
    Csv,
    Parquet,
}

impl Format {
    /// The format that a name asks for: standard output, devices and pipes get safetensors.
    pub fn of(path: &Path) -> Result<Self> {
        let special =
            std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir());
        if output::is_stdout(path) || special {
            return Ok(Format::Safetensors);
        }
        let end = path
            .extension()
            .map(|end| end.to_string_lossy().to_lowercase());
        match end.as_deref() {
            Some("safetensors" | "st") => Ok(Format::Safetensors),
            Some("npy") => Ok(Format::Npy),
            Some("csv") => Ok(Format::Csv),
            Some("parquet") => Ok(Format::Parquet),
            _ => Err(Failure::input(format!(
                "--out {}: expected a name that ends in .safetensors (or .st), .npy, .csv or .parquet, or - for standard output",
                path.display()
            ))),
        }
    }

    /// The features as a file of this format; but for safetensors it does not name the encoder.
    pub fn bytes(self, features: &Features) -> Result<Vec<u8>> {
        match self {
            Format::Safetensors => Ok(features.to_bytes()),
            Format::Npy => Ok(npy(features)),
            Format::Csv => Ok(csv(features).into_bytes()),
            Format::Parquet => parquet(features).map_err(|error| {
                Failure::Internal(format!("features cannot be written as Parquet: {error}"))
            }),
        }
    }
}

/// The form that `numpy.save` gives: magic, version 1.0, a header in Python, little-endian f32 in row-major order.
fn npy(features: &Features) -> Vec<u8> {
    let axes: Vec<String> = features
        .shape()
        .iter()
        .map(|axis| format!("{axis},"))
        .collect();
    let mut header = format!(
        "{{'descr': '<f4', 'fortran_order': False, 'shape': ({}), }}",
        axes.join(" ")
    );
    // Data begin at a multiple of 64; the header ends in a line break.
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(features.data().iter().flat_map(|value| value.to_le_bytes()));
    bytes
}

/// Numbers of one record.
fn width(features: &Features) -> usize {
    features.shape()[1..].iter().product()
}

fn csv(features: &Features) -> String {
    let width = width(features);
    let names: Vec<String> = (0..width).map(name).collect();
    let mut text = names.join(",") + "\n";
    for row in features.data().chunks(width) {
        // As many digits as it takes to read the same f32 again.
        let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
        text += &cells.join(",");
        text.push('\n');
    }
    text
}

fn name(column: usize) -> String {
    format!("f{column}")
}

/// One column for each number.
fn parquet(features: &Features) -> parquet::errors::Result<Vec<u8>> {
    let width = width(features);
    let fields = (0..width).map(|column| {
        let name = name(column);
        let field = Type::primitive_type_builder(&name, parquet::basic::Type::FLOAT);
        let field = field.with_repetition(parquet::basic::Repetition::REQUIRED);
        field.build().map(Arc::new)
    });
    let fields = fields.collect::<parquet::errors::Result<Vec<_>>>()?;
    let schema = Type::group_type_builder("features")
        .with_fields(fields)
        .build()?;
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(Vec::new(), Arc::new(schema), properties)?;
    let mut group = writer.next_row_group()?;
    let mut columns = 0..width;
    while let (Some(at), Some(mut column)) = (columns.next(), group.next_column()?) {
        let values: Vec<f32> = features
            .data()
            .iter()
            .skip(at)
            .step_by(width)
            .copied()
            .collect();
        column
            .typed::<FloatType>()
            .write_batch(&values, None, None)?;
        column.close()?;
    }
    group.close()?;
    writer.into_inner()
}
