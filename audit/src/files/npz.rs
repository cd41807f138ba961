//! Features from NumPy's `.npz`: a zip of `.npy` files.

use std::fs::File;
use std::io::{BufReader, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::AuditError;
use crate::features::FeatureSet;

use super::{broken, npy, unreadable};

const ARRAY: &str = "features.npy";
/// Deflate makes nothing smaller than by this factor, so that a header that claims more lies.
const MOST_DEFLATED: u64 = 1032;

pub(crate) fn features(file: File, length: u64) -> Result<FeatureSet, AuditError> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(&error))?;
    let name = array(&archive)?;
    let mut entry = archive.by_name(&name).map_err(|error| damaged(&error))?;
    let size = entry.size();
    let held = entry.compressed_size().min(length);
    if size > held.saturating_mul(MOST_DEFLATED).saturating_add(1024) {
        return Err(broken(format!(
            "an array claims {size} bytes, more than its {held} bytes in the file can hold"
        )));
    }
    // Memory is taken for what is stored, and grows for what is decompressed.
    let features = npy::read(&mut entry, size, held as usize)?;
    // The checksum is looked at when the end is reached.
    let after = entry
        .read(&mut [0u8; 1])
        .map_err(|error| unreadable("an array", &error))?;
    match after {
        0 => Ok(features),
        _ => Err(broken("an array is longer than it claims")),
    }
}

/// The name of the only array, or of the one named `features`.
fn array<R: Read + std::io::Seek>(archive: &ZipArchive<R>) -> Result<String, AuditError> {
    let names = archive.file_names().collect::<Result<Vec<_>, _>>();
    match names.map_err(|error| damaged(&error))?.as_slice() {
        [only] => Ok(only.to_string()),
        several if several.iter().any(|name| name == ARRAY) => Ok(ARRAY.to_owned()),
        several => Err(broken(format!(
            "has {} arrays, and none is named `features`; expected that name, or a single array",
            several.len()
        ))),
    }
}

fn damaged(error: &ZipError) -> AuditError {
    match error {
        ZipError::Io(error) => unreadable("the zip archive", error),
        error => broken(format!("is not readable as a zip archive: {error}")),
    }
}
