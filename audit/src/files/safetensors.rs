//! Features from safetensors: the tensor `features`, and the digest of its encoder.

use std::fs::File;
use std::io::Read;

use safetensors::{Dtype, SafeTensors};

use crate::error::AuditError;
use crate::features::FeatureSet;

use super::numbers::Number;
use super::{broken, unreadable};

const TENSOR: &str = "features";
/// Where `tiprdc encode` puts the SHA-256 of the encoder.
const ENCODER: &str = "tiprdc.encoder";
/// Where it puts the size of a step of whole numbers, and the digest of the table that indices point into.
const SCALE: &str = "tiprdc.scale";
const TABLE: &str = "tiprdc.table";

pub(crate) fn features(mut file: File, length: u64) -> Result<FeatureSet, AuditError> {
    let mut bytes = Vec::new();
    // The length is the file's own, not a header's.
    bytes
        .try_reserve_exact(usize::try_from(length).unwrap_or(usize::MAX))
        .map_err(|_| broken(format!("{length} bytes do not fit into memory")))?;
    file.read_to_end(&mut bytes)
        .map_err(|error| unreadable("the file", &error))?;
    read(&bytes)
}

fn read(bytes: &[u8]) -> Result<FeatureSet, AuditError> {
    let damaged = |_| broken("is not readable as safetensors: cut off, damaged, or another format");
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
    let tensors = SafeTensors::deserialize(bytes).map_err(damaged)?;
    let view = tensors.tensor(TENSOR).map_err(|_| {
        broken(format!(
            "has no tensor `{TENSOR}` among its {}",
            tensors.len()
        ))
    })?;
    let number = number(view.dtype()).ok_or_else(|| {
        broken(format!(
            "the tensor `{TENSOR}` has numbers of type {:?}, which an audit cannot use",
            view.dtype()
        ))
    })?;
    let mut data = Vec::with_capacity(view.data().len() / number.size());
    number.append(view.data(), false, &mut data);
    let about = |key| header.metadata().as_ref().and_then(|about| about.get(key));
    if about(TABLE).is_some() {
        return Err(broken(
            "holds indices of substitutes, whose order means nothing; resolve them first: `tiprdc resolve`, or --table",
        ));
    }
    if let Some(scale) = about(SCALE) {
        let scale: f32 = scale
            .parse()
            .map_err(|_| broken(format!("has metadata `{SCALE}` that is no number")))?;
        data.iter_mut().for_each(|x| *x *= scale);
    }
    let features = super::npy::rows(view.shape(), data)?;
    Ok(match about(ENCODER) {
        Some(digest) => features.made_by(digest),
        None => features,
    })
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
