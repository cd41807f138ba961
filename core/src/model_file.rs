//! The manifest inside an ONNX file.
//!
//! A model is one protobuf message, and protobuf lets a repeated field stand anywhere at its top level. So the
//! manifest is put in and taken out without decoding the model: everything else stays as it was, to the byte,
//! including fields that are newer than this library.

use crate::error::{Error, ErrorKind, Result};
use crate::manifest::Manifest;
use std::ops::Range;

/// The key of the manifest among the model's `metadata_props`.
pub const MANIFEST_KEY: &str = "tiprdc.manifest";

/// The most bytes of a manifest: far more than one with thousands of categories has, and read within milliseconds.
const MAX_MANIFEST: usize = 2 << 20;

/// `ModelProto.metadata_props`, a repeated `StringStringEntryProto { key = 1, value = 2 }` (onnx.proto3).
const METADATA_PROPS: u64 = 14;

/// Puts a manifest into an ONNX model; one that is there already is replaced.
///
/// The model itself is not touched. Load the result with [`Encoder`](crate::Encoder) to check that the two agree.
///
/// # Errors
/// [`ErrorKind::ModelMalformed`] if `model` is not a protobuf message, [`ErrorKind::ManifestInvalid`] or
/// [`ErrorKind::ManifestUnsupported`] if the manifest is not valid in itself.
pub fn embed_manifest(model: &[u8], manifest: &Manifest) -> Result<Vec<u8>> {
    manifest.validate()?;
    let mut out = Vec::with_capacity(model.len() + 1024);
    let mut kept_until = 0;
    for entry in manifest_entries(model)? {
        out.extend_from_slice(&model[kept_until..entry.whole.start]);
        kept_until = entry.whole.end;
    }
    out.extend_from_slice(&model[kept_until..]);

    let mut entry = Vec::new();
    put_bytes(&mut entry, 1, MANIFEST_KEY.as_bytes());
    put_bytes(&mut entry, 2, manifest.to_json().as_bytes());
    put_bytes(&mut out, METADATA_PROPS, &entry);
    Ok(out)
}

/// Reads the manifest of an ONNX model.
///
/// # Errors
/// [`ErrorKind::ModelMalformed`], [`ErrorKind::ManifestMissing`], [`ErrorKind::ManifestUnsupported`],
/// [`ErrorKind::ManifestInvalid`].
pub fn read_manifest(model: &[u8]) -> Result<Manifest> {
    let entries = manifest_entries(model)?;
    let value = match entries.as_slice() {
        [] => {
            return Err(Error::new(
                ErrorKind::ManifestMissing,
                format!(
                    "the model has no `{MANIFEST_KEY}` among its metadata; put one in with `tiprdc pack`"
                ),
            ));
        }
        [entry] => &model[entry.value.clone()],
        several => {
            return Err(Error::new(
                ErrorKind::ManifestInvalid,
                format!("the model has {} manifests, expected one", several.len()),
            ));
        }
    };
    if value.len() > MAX_MANIFEST {
        return Err(Error::new(
            ErrorKind::ManifestInvalid,
            format!(
                "the manifest has {} bytes; at most {MAX_MANIFEST} are allowed",
                value.len()
            ),
        ));
    }
    let json = std::str::from_utf8(value).map_err(|error| {
        Error::new(
            ErrorKind::ManifestInvalid,
            "the manifest is not valid UTF-8",
        )
        .with_source(error)
    })?;
    Manifest::from_json(json)
}

struct ManifestEntry {
    /// The field with its tag and length.
    whole: Range<usize>,
    /// The JSON.
    value: Range<usize>,
}

fn manifest_entries(model: &[u8]) -> Result<Vec<ManifestEntry>> {
    let mut entries = Vec::new();
    for field in Fields::new(model, 0..model.len()) {
        let field = field?;
        if field.number != METADATA_PROPS {
            continue;
        }
        let (mut key, mut value) = (0..0, 0..0);
        for part in Fields::new(model, field.payload) {
            let part = part?;
            match part.number {
                1 => key = part.payload,
                2 => value = part.payload,
                _ => {}
            }
        }
        if &model[key] == MANIFEST_KEY.as_bytes() {
            entries.push(ManifestEntry {
                whole: field.whole,
                value,
            });
        }
    }
    Ok(entries)
}

pub(crate) struct Field {
    pub(crate) number: u64,
    whole: Range<usize>,
    pub(crate) payload: Range<usize>,
}

/// Walks the fields of one protobuf message (wire format: protobuf.dev/programming-guides/encoding).
pub(crate) struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(bytes: &'a [u8], range: Range<usize>) -> Self {
        Fields {
            bytes,
            at: range.start,
            end: range.end,
        }
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = *self.bytes[..self.end].get(self.at)?;
            self.at += 1;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn skip(&mut self, length: u64) -> Option<Range<usize>> {
        let start = self.at;
        let end = start.checked_add(usize::try_from(length).ok()?)?;
        if end > self.end {
            return None;
        }
        self.at = end;
        Some(start..end)
    }

    fn field(&mut self) -> Option<Field> {
        let start = self.at;
        let tag = self.varint()?;
        let payload = match tag & 7 {
            0 => {
                let from = self.at;
                self.varint()?;
                from..self.at
            }
            1 => self.skip(8)?,
            2 => {
                let length = self.varint()?;
                self.skip(length)?
            }
            5 => self.skip(4)?,
            _ => return None,
        };
        (tag >> 3 != 0).then_some(Field {
            number: tag >> 3,
            whole: start..self.at,
            payload,
        })
    }
}

impl Iterator for Fields<'_> {
    type Item = Result<Field>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let start = self.at;
        let field = self.field();
        if field.is_none() {
            self.at = self.end;
        }
        Some(field.ok_or_else(|| {
            Error::new(
                ErrorKind::ModelMalformed,
                format!(
                    "not an ONNX model: no readable protobuf field at byte {start} of {}",
                    self.bytes.len()
                ),
            )
        }))
    }
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn put_bytes(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    put_varint(out, field << 3 | 2);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}
