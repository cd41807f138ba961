//! Features from safetensors: the tensor `features`, and the digest of its encoder.

use safetensors::{Dtype, SafeTensors};

use crate::array::Array;
use crate::error::FileError;
use crate::numbers::Number;
use crate::source::Source;

const TENSOR: &str = "features";
/// Where `tiprdc encode` puts the SHA-256 of the encoder.
const ENCODER: &str = "tiprdc.encoder";
/// Where it puts the size of a step of whole numbers, and the digest of the table that indices point into.
const SCALE: &str = "tiprdc.scale";
const TABLE: &str = "tiprdc.table";

pub(crate) fn array(source: Source) -> Result<Array, FileError> {
    read(&source.bytes()?)
}

fn read(bytes: &[u8]) -> Result<Array, FileError> {
    let damaged = |_| {
        FileError::broken("is not readable as safetensors: cut off, damaged, or another format")
    };
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
    let tensors = SafeTensors::deserialize(bytes).map_err(damaged)?;
    let view = tensors.tensor(TENSOR).map_err(|_| {
        FileError::broken(format!(
            "has no tensor `{TENSOR}` among its {}",
            tensors.len()
        ))
    })?;
    let number = number(view.dtype()).ok_or_else(|| {
        FileError::broken(format!(
            "the tensor `{TENSOR}` has numbers of type {:?}, which an audit cannot use",
            view.dtype()
        ))
    })?;
    let mut data = Vec::new();
    let count = view.data().len() / number.size();
    data.try_reserve_exact(count)
        .map_err(|_| FileError::no_memory(format!("{count} numbers")))?;
    number.append(view.data(), false, &mut data)?;
    let about = |key| header.metadata().as_ref().and_then(|about| about.get(key));
    if about(TABLE).is_some() {
        return Err(FileError::broken(
            "holds indices of substitutes, whose order means nothing; resolve them first: `tiprdc resolve`, or --table",
        ));
    }
    if let Some(scale) = about(SCALE) {
        let scale: f32 = scale
            .parse()
            .map_err(|_| FileError::broken(format!("has metadata `{SCALE}` that is no number")))?;
        // As the core does it, so that what the judge sees is what a collector sees.
        data.iter_mut()
            .for_each(|x| *x = f64::from(*x as f32 * scale));
    }
    let encoder = about(ENCODER).cloned();
    let array = Array::of_tensor(view.shape(), data)?;
    Ok(Array { encoder, ..array })
}

fn number(dtype: Dtype) -> Option<Number> {
    Some(match dtype {
        Dtype::BOOL => Number::Bool,
        Dtype::U8 => Number::U8,
        Dtype::I8 => Number::I8,
        Dtype::U16 => Number::U16,
        Dtype::I16 => Number::I16,
        Dtype::U32 => Number::U32,
        Dtype::I32 => Number::I32,
        Dtype::U64 => Number::U64,
        Dtype::I64 => Number::I64,
        Dtype::F16 => Number::F16,
        Dtype::BF16 => Number::Bf16,
        Dtype::F32 => Number::F32,
        Dtype::F64 => Number::F64,
        _ => return None,
    })
}
