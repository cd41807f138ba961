//! Numbers of any size become f64.

use std::io::Read;

use half::{bf16, f16};

use crate::error::FileError;

/// How one number stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Number {
    Bool,
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F16,
    Bf16,
    F32,
    F64,
}

/// Bytes that are read and converted at a time; a multiple of every size.
const BLOCK: usize = 1 << 20;

impl Number {
    /// Bytes of one number.
    pub(crate) fn size(self) -> usize {
        match self {
            Number::Bool | Number::U8 | Number::I8 => 1,
            Number::U16 | Number::I16 | Number::F16 | Number::Bf16 => 2,
            Number::U32 | Number::I32 | Number::F32 => 4,
            Number::U64 | Number::I64 | Number::F64 => 8,
        }
    }

    /// Appends the numbers that stand in `bytes`.
    ///
    /// # Errors
    ///
    /// For whole numbers that f64 does not hold.
    pub(crate) fn append(
        self,
        bytes: &[u8],
        big_endian: bool,
        out: &mut Vec<f64>,
    ) -> Result<(), FileError> {
        let start = out.len();
        match self {
            Number::Bool => out.extend(bytes.iter().map(|&byte| f64::from(u8::from(byte != 0)))),
            Number::U8 => out.extend(bytes.iter().map(|&byte| f64::from(byte))),
            Number::I8 => extend(bytes, big_endian, out, |b| i8::from_le_bytes(b).into()),
            Number::U16 => extend(bytes, big_endian, out, |b| u16::from_le_bytes(b).into()),
            Number::I16 => extend(bytes, big_endian, out, |b| i16::from_le_bytes(b).into()),
            Number::U32 => extend(bytes, big_endian, out, |b| u32::from_le_bytes(b).into()),
            Number::I32 => extend(bytes, big_endian, out, |b| i32::from_le_bytes(b).into()),
            Number::U64 => extend(bytes, big_endian, out, |b| {
                unsigned(u64::from_le_bytes(b)).unwrap_or(f64::NAN)
            }),
            Number::I64 => extend(bytes, big_endian, out, |b| {
                signed(i64::from_le_bytes(b)).unwrap_or(f64::NAN)
            }),
            Number::F16 => extend(bytes, big_endian, out, |b| f16::from_le_bytes(b).into()),
            Number::Bf16 => extend(bytes, big_endian, out, |b| bf16::from_le_bytes(b).into()),
            Number::F32 => extend(bytes, big_endian, out, |b| f32::from_le_bytes(b).into()),
            Number::F64 => extend(bytes, big_endian, out, f64::from_le_bytes),
        }
        let whole = matches!(self, Number::U64 | Number::I64);
        match out[start..].iter().filter(|x| whole && x.is_nan()).count() {
            0 => Ok(()),
            count => Err(too_large(count)),
        }
    }

    /// Reads `count` numbers block by block, so that memory grows with what has really been read; `reserve` of them
    /// are known to be there.
    pub(crate) fn read(
        self,
        reader: &mut impl Read,
        big_endian: bool,
        count: usize,
        reserve: usize,
    ) -> Result<Vec<f64>, FileError> {
        let mut out = Vec::new();
        let no_memory = |_| FileError::no_memory(format!("{count} numbers"));
        out.try_reserve_exact(reserve.min(count))
            .map_err(no_memory)?;
        let mut block = vec![0u8; BLOCK.min(count.saturating_mul(self.size()))];
        while out.len() < count {
            let bytes = BLOCK.min((count - out.len()).saturating_mul(self.size()));
            reader
                .read_exact(&mut block[..bytes])
                .map_err(|error| FileError::unreadable("its numbers", &error))?;
            out.try_reserve(bytes / self.size()).map_err(no_memory)?;
            self.append(&block[..bytes], big_endian, &mut out)?;
        }
        Ok(out)
    }
}

/// A whole number, if f64 holds it.
pub(crate) fn signed(number: i64) -> Option<f64> {
    let float = number as f64;
    // The largest i64 rounds up to a number that is none; the cast back saturates.
    (float as i128 == i128::from(number)).then_some(float)
}

/// A whole number, if f64 holds it.
pub(crate) fn unsigned(number: u64) -> Option<f64> {
    let float = number as f64;
    (float as u128 == u128::from(number)).then_some(float)
}

/// A number as text, if it is a number. A whole number must be one that f64 holds.
pub(crate) fn parse(cell: &str) -> Result<f64, Unread> {
    let number = cell.parse::<f64>().map_err(|_| Unread::NoNumber)?;
    let digits = cell.trim_start_matches(['+', '-']);
    if digits.len() > 15 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let exact = digits.parse::<u128>().ok();
        let held = exact.is_some_and(|exact| number.abs() as u128 == exact);
        return held.then_some(number).ok_or(Unread::TooLong);
    }
    Ok(number)
}

/// Why a cell gives no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    NoNumber,
    TooLong,
}

fn too_large(count: usize) -> FileError {
    FileError::column(format!(
        "holds {count} whole numbers that 64-bit floating point does not hold exactly (beyond 2^53), so that two of \
         them may become one; split them into two columns, such as the upper and lower 32 bits"
    ))
}

fn extend<const N: usize>(
    bytes: &[u8],
    big_endian: bool,
    out: &mut Vec<f64>,
    number: impl Fn([u8; N]) -> f64,
) {
    out.extend(bytes.as_chunks::<N>().0.iter().map(|chunk| {
        let mut chunk = *chunk;
        if big_endian {
            chunk.reverse();
        }
        number(chunk)
    }));
}
