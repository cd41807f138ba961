//! Constants of a file: their bytes in one form, and whole numbers among them as numbers.

use super::refusal::{malformed, not_allowed};
use super::value::product;
use crate::engine::pb::{TensorProto, tensor_proto::DataType};
use crate::error::Result;
use std::rc::Rc;

/// The most axes of a value: the engine's time grows with the cube of their number.
pub(super) const MAX_RANK: usize = 8;

/// The most whole numbers of one constant that are read: shapes, axes, and indices into a table.
pub(super) const MAX_INTS: usize = 1 << 16;

/// A constant with its name replaced, and its data as raw bytes whose length fits its shape.
#[derive(Debug)]
pub(super) struct Constant {
    pub(super) proto: TensorProto,
    pub(super) shape: Vec<usize>,
    pub(super) kind: DataType,
}

impl Constant {
    /// # Errors
    /// [`ErrorKind::ModelMalformed`](crate::ErrorKind) where type, shape and data do not fit together.
    pub(super) fn new(mut proto: TensorProto) -> Result<Self> {
        if proto.data_location.is_some_and(|location| location != 0)
            || !proto.external_data.is_empty()
        {
            return Err(not_allowed("tensors stored in other files"));
        }
        let kind = DataType::try_from(proto.data_type).unwrap_or(DataType::Undefined);
        let bytes = size(kind).ok_or_else(|| {
            malformed(format!(
                "a constant has the data type {}; expected numbers",
                proto.data_type
            ))
        })?;
        let axes: Option<Vec<usize>> = proto
            .dims
            .iter()
            .map(|&axis| usize::try_from(axis).ok())
            .collect();
        let shape = axes
            .filter(|shape| shape.len() <= MAX_RANK)
            .ok_or_else(|| {
                malformed(format!(
                    "a constant must have up to {MAX_RANK} axes of 0 or more"
                ))
            })?;
        flatten(&mut proto, kind)?;
        if product(&shape).checked_mul(bytes) != Some(proto.raw_data.len()) {
            return Err(malformed(format!(
                "a constant of shape {shape:?} and type {} needs {bytes} bytes a number; it has {} bytes",
                kind.as_str_name(),
                proto.raw_data.len()
            )));
        }
        let proto = TensorProto {
            dims: proto.dims,
            data_type: proto.data_type,
            raw_data: proto.raw_data,
            ..Default::default()
        };
        Ok(Constant { proto, shape, kind })
    }

    /// The whole numbers of this constant, if it holds some and not too many.
    pub(super) fn ints(&self) -> Option<Rc<[i64]>> {
        if product(&self.shape) > MAX_INTS {
            return None;
        }
        let bytes = &self.proto.raw_data;
        Some(match self.kind {
            DataType::Int64 => {
                let chunks = bytes.as_chunks::<8>().0;
                chunks
                    .iter()
                    .map(|&chunk| i64::from_le_bytes(chunk))
                    .collect()
            }
            DataType::Int32 => {
                let chunks = bytes.as_chunks::<4>().0;
                chunks
                    .iter()
                    .map(|&chunk| i32::from_le_bytes(chunk).into())
                    .collect()
            }
            DataType::Bool => bytes.iter().map(|&byte| i64::from(byte != 0)).collect(),
            _ => return None,
        })
    }
}

/// Bytes of a number.
fn size(kind: DataType) -> Option<usize> {
    Some(match kind {
        DataType::Bool | DataType::Int8 | DataType::Uint8 => 1,
        DataType::Int16 | DataType::Uint16 | DataType::Float16 | DataType::Bfloat16 => 2,
        DataType::Float | DataType::Int32 | DataType::Uint32 => 4,
        DataType::Double | DataType::Int64 | DataType::Uint64 => 8,
        _ => return None,
    })
}

/// Moves typed data into raw bytes; a constant must have one of the two.
fn flatten(proto: &mut TensorProto, kind: DataType) -> Result<()> {
    let lists = [
        proto.float_data.len(),
        proto.double_data.len(),
        proto.int32_data.len(),
        proto.int64_data.len(),
        proto.uint64_data.len(),
        proto.string_data.len(),
    ];
    let filled = lists.iter().filter(|&&length| length > 0).count();
    if filled == 0 {
        return Ok(());
    }
    if filled > 1 || !proto.raw_data.is_empty() {
        return Err(malformed("a constant holds its data twice"));
    }
    let width = size(kind).unwrap_or(0);
    let whole = |value: i64| value.to_le_bytes()[..width.min(8)].to_vec();
    proto.raw_data = match kind {
        DataType::Float => bytes(&proto.float_data, |value| value.to_le_bytes()),
        DataType::Double => bytes(&proto.double_data, |value| value.to_le_bytes()),
        DataType::Int64 => bytes(&proto.int64_data, |value| value.to_le_bytes()),
        DataType::Uint64 | DataType::Uint32 => {
            let values = proto.uint64_data.iter();
            values.flat_map(|&value| whole(value as i64)).collect()
        }
        _ => {
            let values = proto.int32_data.iter();
            values.flat_map(|&value| whole(value.into())).collect()
        }
    };
    Ok(())
}

fn bytes<T: Copy, const N: usize>(values: &[T], bytes: impl Fn(T) -> [u8; N]) -> Vec<u8> {
    values.iter().flat_map(|&value| bytes(value)).collect()
}
