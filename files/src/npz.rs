//! Features from NumPy's `.npz`: a zip of `.npy` files.

use std::io::{BufReader, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::array::Array;
use crate::error::FileError;
use crate::npy;
use crate::source::Source;

const ARRAY: &str = "features.npy";
/// Deflate makes nothing smaller than by this factor, so that a header that claims more lies.
const MOST_DEFLATED: u64 = 1032;

pub(crate) fn array(source: Source) -> Result<Array, FileError> {
    let (mut budget, length) = (source.budget(), source.length);
    let mut archive =
        ZipArchive::new(BufReader::new(source.file)).map_err(|error| damaged(&error))?;
    let name = name(&archive)?;
    let mut entry = archive.by_name(&name).map_err(|error| damaged(&error))?;
    let size = entry.size();
    let held = entry.compressed_size().min(length);
    if size > held.saturating_mul(MOST_DEFLATED).saturating_add(1024) {
        return Err(FileError::broken(format!(
            "an array claims {size} bytes, more than its {held} bytes in the file can hold"
        )));
    }
    // Memory is taken for what is stored, and grows for what is decompressed.
    let array = npy::read(&mut entry, size, held as usize, Some(&mut budget))?;
    // The checksum is looked at when the end is reached.
    let after = entry
        .read(&mut [0u8; 1])
        .map_err(|error| FileError::unreadable("an array", &error))?;
    match after {
        0 => Ok(array),
        _ => Err(FileError::broken("an array is longer than it claims")),
    }
}

/// The name of the only array, or of the one named `features`.
fn name<R: Read + std::io::Seek>(archive: &ZipArchive<R>) -> Result<String, FileError> {
    let names = archive.file_names().collect::<Result<Vec<_>, _>>();
    match names.map_err(|error| damaged(&error))?.as_slice() {
        [only] => Ok(only.to_string()),
        several if several.iter().any(|name| name == ARRAY) => Ok(ARRAY.to_owned()),
        several => Err(FileError::broken(format!(
            "has {} arrays, and none is named `features`; expected that name, or a single array",
            several.len()
        ))),
    }
}

fn damaged(error: &ZipError) -> FileError {
    match error {
        ZipError::Io(error) => FileError::unreadable("the zip archive", error),
        error => FileError::broken(format!("is not readable as a zip archive: {error}")),
    }
}
