//! Numbers of any size become f32.

use std::io::Read;

use half::{bf16, f16};

use crate::error::AuditError;

use super::{broken, unreadable};

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
    pub(crate) fn append(self, bytes: &[u8], big_endian: bool, out: &mut Vec<f32>) {
        match self {
            Number::Bool => out.extend(bytes.iter().map(|&byte| f32::from(u8::from(byte != 0)))),
            Number::U8 => out.extend(bytes.iter().map(|&byte| f32::from(byte))),
            Number::I8 => extend(bytes, big_endian, out, |b| i8::from_le_bytes(b).into()),
            Number::U16 => extend(bytes, big_endian, out, |b| u16::from_le_bytes(b).into()),
            Number::I16 => extend(bytes, big_endian, out, |b| i16::from_le_bytes(b).into()),
            Number::U32 => extend(bytes, big_endian, out, |b| u32::from_le_bytes(b) as f32),
            Number::I32 => extend(bytes, big_endian, out, |b| i32::from_le_bytes(b) as f32),
            Number::U64 => extend(bytes, big_endian, out, |b| u64::from_le_bytes(b) as f32),
            Number::I64 => extend(bytes, big_endian, out, |b| i64::from_le_bytes(b) as f32),
            Number::F16 => extend(bytes, big_endian, out, |b| f16::from_le_bytes(b).into()),
            Number::Bf16 => extend(bytes, big_endian, out, |b| bf16::from_le_bytes(b).into()),
            Number::F32 => extend(bytes, big_endian, out, f32::from_le_bytes),
            Number::F64 => extend(bytes, big_endian, out, |b| f64::from_le_bytes(b) as f32),
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
    ) -> Result<Vec<f32>, AuditError> {
        let mut out = Vec::new();
        out.try_reserve_exact(reserve.min(count))
            .map_err(|_| broken(format!("{count} numbers do not fit into memory")))?;
        let mut block = vec![0u8; BLOCK.min(count.saturating_mul(self.size()))];
        while out.len() < count {
            let bytes = BLOCK.min((count - out.len()).saturating_mul(self.size()));
            reader
                .read_exact(&mut block[..bytes])
                .map_err(|error| unreadable("its numbers", &error))?;
            self.append(&block[..bytes], big_endian, &mut out);
        }
        Ok(out)
    }
}

fn extend<const N: usize>(
    bytes: &[u8],
    big_endian: bool,
    out: &mut Vec<f32>,
    number: impl Fn([u8; N]) -> f32,
) {
    out.extend(bytes.as_chunks::<N>().0.iter().map(|chunk| {
        let mut chunk = *chunk;
        if big_endian {
            chunk.reverse();
        }
        number(chunk)
    }));
}
