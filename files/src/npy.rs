//! Features from NumPy's `.npy`.
//!
//! The header is read here and not by a crate: it is one line of three entries, frozen since 2017, and the crates that
//! read it bring a grammar of Python's literals along.
//!
//! Source: NumPy enhancement proposal 1 and `numpy.lib.format`, versions 1 to 3.

use std::io::{BufReader, Read};

use crate::array::Array;
use crate::error::FileError;
use crate::numbers::Number;
use crate::source::{Budget, Source};

const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// NumPy itself refuses to read headers above 10,000 bytes unless told otherwise.
const LONGEST_HEADER: usize = 64 * 1024;

/// What the header says.
#[derive(Debug, PartialEq, Eq)]
struct Header {
    number: Number,
    big_endian: bool,
    /// Columns first: the first axis runs fastest.
    fortran: bool,
    shape: Vec<usize>,
    /// Bytes of the file before the numbers.
    bytes: u64,
}

pub(crate) fn array(source: Source) -> Result<Array, FileError> {
    let length = source.length;
    read(&mut BufReader::new(source.file), length, usize::MAX, None)
}

/// Reads an array from a file of `length` bytes, of which `trusted` surely exist; `budget` limits what it unpacks to.
pub(crate) fn read(
    reader: &mut impl Read,
    length: u64,
    trusted: usize,
    budget: Option<&mut Budget>,
) -> Result<Array, FileError> {
    let header = Header::read(reader)?;
    let count = header.count(length)?;
    if let Some(budget) = budget {
        budget.take(count as u64, size_of::<f64>() as u64)?;
    }
    let trusted = trusted / header.number.size();
    let mut data = header
        .number
        .read(reader, header.big_endian, count, trusted)?;
    if header.fortran {
        data = rows_first(&header.shape, &data);
    }
    Array::of_tensor(&header.shape, data)
}

impl Header {
    fn read(reader: &mut impl Read) -> Result<Self, FileError> {
        let mut take = |bytes: &mut [u8]| {
            reader
                .read_exact(bytes)
                .map_err(|error| FileError::unreadable("the header of an .npy file", &error))
        };
        let mut start = [0u8; 8];
        take(&mut start)?;
        if &start[..6] != MAGIC {
            return Err(FileError::broken(
                "is no .npy file: it does not start as one",
            ));
        }
        let (length, before) = if start[6] == 1 {
            let mut length = [0u8; 2];
            take(&mut length)?;
            (usize::from(u16::from_le_bytes(length)), 10)
        } else {
            let mut length = [0u8; 4];
            take(&mut length)?;
            (u32::from_le_bytes(length) as usize, 12)
        };
        if !(1..=3).contains(&start[6]) || length > LONGEST_HEADER {
            return Err(FileError::broken(format!(
                "has an .npy header of version {} and {length} bytes; this reads versions 1 to 3 of up to {LONGEST_HEADER}",
                start[6]
            )));
        }
        let mut text = vec![0u8; length];
        take(&mut text)?;
        Self::parse(&String::from_utf8_lossy(&text), (before + length) as u64)
    }

    /// `{'descr': '<f4', 'fortran_order': False, 'shape': (300, 64), }`
    fn parse(text: &str, bytes: u64) -> Result<Self, FileError> {
        let fault =
            |what: &str| FileError::broken(format!("the .npy header has no valid `{what}`"));
        let order = entry(text, "fortran_order").ok_or_else(|| fault("fortran_order"))?;
        let fortran = match (order.starts_with("True"), order.starts_with("False")) {
            (true, _) => true,
            (_, true) => false,
            _ => return Err(fault("fortran_order")),
        };
        let shape = entry(text, "shape").and_then(|text| text.strip_prefix('('));
        let shape = shape
            .and_then(|text| text.split_once(')'))
            .and_then(|(axes, _)| {
                let axes = axes
                    .split(',')
                    .map(str::trim)
                    .filter(|axis| !axis.is_empty());
                // Python 2 writes `120L`.
                let axis = |axis: &str| axis.strip_suffix('L').unwrap_or(axis).parse().ok();
                axes.map(axis).collect::<Option<_>>()
            });
        let kind = entry(text, "descr").ok_or_else(|| fault("descr"))?;
        let kind = kind
            .strip_prefix('\'')
            .and_then(|text| text.split_once('\''));
        let Some((number, big_endian)) = kind.and_then(|(kind, _)| number(kind)) else {
            return Err(FileError::broken(
                "holds no plain numbers; expected an array of floats, integers or booleans",
            ));
        };
        Ok(Header {
            number,
            big_endian,
            fortran,
            shape: shape.ok_or_else(|| fault("shape"))?,
            bytes,
        })
    }

    /// How many numbers there are, if the file is long enough to hold them and no longer.
    fn count(&self, length: u64) -> Result<usize, FileError> {
        let count = self
            .shape
            .iter()
            .try_fold(1usize, |product, &axis| product.checked_mul(axis));
        let wanted = count.and_then(|count| count.checked_mul(self.number.size()));
        let there = length.saturating_sub(self.bytes);
        match (count, wanted) {
            (Some(count), Some(wanted)) if wanted as u64 == there => Ok(count),
            _ => Err(FileError::broken(format!(
                "an array of shape {:?} with numbers of {} bytes does not fit the {there} bytes after the header: \
                 cut off, or not one array",
                self.shape,
                self.number.size()
            ))),
        }
    }
}

/// What stands behind a key.
fn entry<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("'{key}'"))?;
    Some(rest.trim_start().strip_prefix(':')?.trim_start())
}

/// The numbers of a type such as `<f4`, and whether they are big-endian.
fn number(kind: &str) -> Option<(Number, bool)> {
    let order = kind.chars().next()?;
    let number = match kind.get(1..)? {
        "b1" => Number::Bool,
        "u1" => Number::U8,
        "i1" => Number::I8,
        "u2" => Number::U16,
        "i2" => Number::I16,
        "u4" => Number::U32,
        "i4" => Number::I32,
        "u8" => Number::U64,
        "i8" => Number::I64,
        "f2" => Number::F16,
        "f4" => Number::F32,
        "f8" => Number::F64,
        _ => return None,
    };
    matches!(order, '<' | '>' | '|').then_some((number, order == '>'))
}

/// Turns an array whose first axis runs fastest into one whose last does.
fn rows_first(shape: &[usize], data: &[f64]) -> Vec<f64> {
    let (rows, row) = match shape {
        [rows, row @ ..] if !data.is_empty() => (*rows, row),
        _ => return data.to_vec(),
    };
    // Where each number of a row stands, counted in steps of `rows`.
    let mut places = vec![0usize];
    let mut step = 1;
    for &axis in row {
        let before = std::mem::take(&mut places);
        for place in before {
            places.extend((0..axis).map(|index| place + index * step));
        }
        step *= axis;
    }
    let mut turned = Vec::with_capacity(data.len());
    for row in 0..rows {
        turned.extend(places.iter().map(|place| data[place * rows + row]));
    }
    turned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_first_becomes_rows_first() {
        // numpy.arange(24).reshape(2, 3, 4) in Fortran order, as numpy.save writes it.
        let at = |i: usize, j: usize, k: usize| (i * 12 + j * 4 + k) as f64;
        let mut stored = Vec::new();
        for k in 0..4 {
            for j in 0..3 {
                stored.extend((0..2).map(|i| at(i, j, k)));
            }
        }
        let wanted: Vec<f64> = (0..24u8).map(f64::from).collect();
        assert_eq!(rows_first(&[2, 3, 4], &stored), wanted);
        assert_eq!(rows_first(&[24], &wanted), wanted);
    }

    #[test]
    fn headers_of_numpy_are_read_and_others_refused() {
        let parse = |text: &str| Header::parse(text, 128);
        let good = parse("{'descr': '>f8', 'fortran_order': True, 'shape': (3,), }   \n").unwrap();
        assert_eq!((good.number, good.big_endian), (Number::F64, true));
        assert_eq!((good.fortran, good.shape), (true, vec![3]));
        let old = parse("{'descr': '<f8', 'fortran_order': False, 'shape': (120L, 2L), }").unwrap();
        assert_eq!(old.shape, [120, 2]);
        for bad in [
            "",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (3, -1), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4",
            "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (3,), }",
            "{'descr': '<U8', 'fortran_order': False, 'shape': (3,), }",
            "{'descr': 'é4', 'fortran_order': False, 'shape': (3,), }",
            "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }",
        ] {
            parse(bad).unwrap_err();
        }
    }

    #[test]
    fn a_shape_that_the_file_cannot_hold_is_refused() {
        let huge = "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }";
        let huge = Header::parse(huge, 128).unwrap();
        huge.count(1000).unwrap_err();
        let four = "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 2), }";
        let four = Header::parse(four, 128).unwrap();
        assert_eq!(four.count(160).unwrap(), 8);
        four.count(159).unwrap_err();
        four.count(161).unwrap_err();
    }
}
