//! The numbers of features as bytes.

use super::malformed;
use crate::error::Result;
use crate::manifest::{Dtype, OutputSpec};
use crate::release::{MOST_SUBSTITUTES, Release, to_f16, to_int8};
use half::f16;
use safetensors::Dtype as Tensor;
use std::collections::HashMap;

const SCALE: &str = "tiprdc.scale";
const TABLE: &str = "tiprdc.table";

/// How numbers stand in a features file. In memory they are f32, and already rounded to what the file holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Encoding {
    #[default]
    F32,
    F16,
    Int8 {
        scale: f32,
    },
    Index {
        /// Whether indices need 32 bits.
        wide: bool,
        table: String,
    },
}

impl Encoding {
    /// For a manifest that was checked.
    pub(crate) fn new(release: &Release, output: &OutputSpec) -> Self {
        match (release, output.dtype, output.scale) {
            (Release::Substitute { count, table, .. }, ..) => Encoding::Index {
                wide: *count > 1 << 16,
                table: table.clone(),
            },
            (_, Dtype::F16, _) => Encoding::F16,
            (_, Dtype::Int8, Some(scale)) => Encoding::Int8 {
                scale: scale as f32,
            },
            (_, Dtype::F32 | Dtype::Int8, _) => Encoding::F32,
        }
    }

    /// What a file's tensor type and metadata say.
    pub(super) fn read_kind(tensor: Tensor, metadata: &HashMap<String, String>) -> Result<Self> {
        match tensor {
            Tensor::F32 => Ok(Encoding::F32),
            Tensor::F16 => Ok(Encoding::F16),
            Tensor::I8 => Ok(Encoding::Int8 {
                scale: scale(metadata)?,
            }),
            Tensor::U16 | Tensor::U32 => Ok(Encoding::Index {
                wide: tensor == Tensor::U32,
                table: table(metadata)?,
            }),
            other => Err(malformed(format!(
                "the tensor `features` must be F32, F16, I8, U16 or U32, found {other:?}"
            ))),
        }
    }

    /// A record has one index.
    pub(super) fn check_shape(&self, shape: &[usize]) -> Result<()> {
        match self {
            Encoding::Index { .. } if !matches!(shape, [_, 1]) => Err(malformed(format!(
                "indices of substitutes must have shape [records, 1], found {shape:?}"
            ))),
            _ => Ok(()),
        }
    }

    pub(super) fn tensor(&self) -> Tensor {
        match self {
            Encoding::F32 => Tensor::F32,
            Encoding::F16 => Tensor::F16,
            Encoding::Int8 { .. } => Tensor::I8,
            Encoding::Index { wide: false, .. } => Tensor::U16,
            Encoding::Index { wide: true, .. } => Tensor::U32,
        }
    }

    pub(super) fn metadata(&self) -> Option<(String, String)> {
        match self {
            Encoding::F32 | Encoding::F16 => None,
            Encoding::Int8 { scale } => Some((SCALE.into(), scale.to_string())),
            Encoding::Index { table, .. } => Some((TABLE.into(), table.clone())),
        }
    }

    pub(super) fn write(&self, data: &[f32]) -> Vec<u8> {
        let values = data.iter();
        match *self {
            Encoding::F32 => values.flat_map(|x| x.to_le_bytes()).collect(),
            Encoding::F16 => values.flat_map(|&x| to_f16(x).to_le_bytes()).collect(),
            Encoding::Int8 { scale } => values
                .flat_map(|&x| to_int8(x, scale).to_le_bytes())
                .collect(),
            Encoding::Index { wide: false, .. } => {
                values.flat_map(|&x| (x as u16).to_le_bytes()).collect()
            }
            Encoding::Index { wide: true, .. } => {
                values.flat_map(|&x| (x as u32).to_le_bytes()).collect()
            }
        }
    }

    /// Numbers from bytes of a whole tensor of this type.
    pub(super) fn read(&self, bytes: &[u8]) -> Result<Vec<f32>> {
        Ok(match *self {
            Encoding::F32 => fours(bytes).map(f32::from_le_bytes).collect(),
            Encoding::F16 => twos(bytes)
                .map(|two| f16::from_le_bytes(two).to_f32())
                .collect(),
            Encoding::Int8 { scale } => bytes
                .iter()
                .map(|&byte| f32::from(byte as i8) * scale)
                .collect(),
            Encoding::Index { wide: false, .. } => twos(bytes)
                .map(|two| f32::from(u16::from_le_bytes(two)))
                .collect(),
            Encoding::Index { wide: true, .. } => fours(bytes)
                .map(|four| index(u32::from_le_bytes(four)))
                .collect::<Result<_>>()?,
        })
    }
}

fn twos(bytes: &[u8]) -> impl Iterator<Item = [u8; 2]> {
    bytes.as_chunks::<2>().0.iter().copied()
}

fn fours(bytes: &[u8]) -> impl Iterator<Item = [u8; 4]> {
    bytes.as_chunks::<4>().0.iter().copied()
}

/// An index that f32 holds exactly.
fn index(index: u32) -> Result<f32> {
    if (index as usize) < MOST_SUBSTITUTES {
        return Ok(index as f32);
    }
    Err(malformed(format!(
        "an index of a substitute must be below {MOST_SUBSTITUTES}, found a larger one"
    )))
}

fn scale(metadata: &HashMap<String, String>) -> Result<f32> {
    let scale = metadata.get(SCALE).and_then(|text| text.parse().ok());
    scale
        .filter(|scale| (1e-30..=1e30).contains(scale))
        .ok_or_else(|| {
            malformed(format!(
                "features of type I8 need the size of a step, 1e-30 to 1e30, as metadata `{SCALE}`"
            ))
        })
}

fn table(metadata: &HashMap<String, String>) -> Result<String> {
    let table = metadata.get(TABLE).filter(|table| !table.is_empty());
    table.cloned().ok_or_else(|| {
        malformed(format!(
            "indices need the digest of their substitute table as metadata `{TABLE}`"
        ))
    })
}
