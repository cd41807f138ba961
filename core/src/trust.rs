//! Size limit and digest of an encoder file.

use crate::error::{Error, ErrorKind, Result};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Largest encoder file that is loaded unless the builder says otherwise: 256 MiB.
pub(crate) const DEFAULT_MAX_BYTES: u64 = 256 << 20;

/// The most multiplications of one record unless the builder says otherwise: the first two blocks of VGG16 on photos of
/// 218 by 178 pixels, as in the TIPRDC paper, need 3.6e9.
pub(crate) const DEFAULT_MAX_WORK: u64 = 1 << 32;

/// Reads a file, never more of it than the limit.
pub(crate) fn read_limited(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let unreadable = |error: std::io::Error| {
        Error::new(
            ErrorKind::FileUnreadable,
            format!("cannot read the encoder file {}: {error}", path.display()),
        )
        .with_source(error)
    };
    // Opening a pipe waits for its other end, and a device has none.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        let kind = std::io::ErrorKind::InvalidInput;
        return Err(unreadable(std::io::Error::new(kind, "not a regular file")));
    }
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    check_size(&bytes, limit)?;
    Ok(bytes)
}

pub(crate) fn check_size(bytes: &[u8], limit: u64) -> Result<()> {
    if bytes.len() as u64 > limit {
        return Err(Error::new(
            ErrorKind::ModelTooLarge,
            format!("the encoder file has more than {limit} bytes, the limit set when loading"),
        ));
    }
    Ok(())
}

/// SHA-256 in hexadecimal.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
