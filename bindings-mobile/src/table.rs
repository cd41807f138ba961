//! The substitute table as it crosses.

use crate::failure::{Failure, guard};
use crate::features::{Delivered, FILE_OVERHEAD, deliver};
use crate::info::{file_row, sizes};
use tiprdc::{Features, SubstituteTable};

/// A loaded substitute table. Any number of threads may use one at once.
#[derive(uniffi::Object)]
pub struct RawTable(SubstituteTable);

/// What a substitute table says of itself.
#[derive(uniffi::Record)]
pub struct TableInfo {
    /// SHA-256 of the file, in hexadecimal.
    pub digest: String,
    /// `[count, ...]`.
    pub shape: Vec<i64>,
    /// The most bytes that the resolved features file of one record adds to `file_overhead`.
    pub file_row: i64,
    /// The most bytes of a features file without records.
    pub file_overhead: i64,
}

#[uniffi::export]
impl RawTable {
    /// Reads a table from the bytes of its file.
    ///
    /// # Errors
    /// `TableMalformed`.
    #[uniffi::constructor]
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Failure> {
        guard(|| Ok(RawTable(SubstituteTable::from_bytes(bytes)?)))
    }

    /// What the table says of itself.
    ///
    /// # Errors
    /// None; a `Result` for the sake of a panic (see the crate's documentation).
    pub fn info(&self) -> Result<TableInfo, Failure> {
        guard(|| {
            let shape = self.0.shape();
            Ok(TableInfo {
                digest: self.0.digest().to_string(),
                shape: sizes(shape),
                file_row: file_row(&shape[1..]),
                file_overhead: FILE_OVERHEAD as i64,
            })
        })
    }

    /// Puts the substitutes in the place of the indices of a features file, into the caller's memory.
    ///
    /// # Errors
    /// `FeaturesMalformed`, `TableMismatch`.
    pub fn resolve(&self, file: &[u8], address: u64, capacity: u64) -> Result<Delivered, Failure> {
        guard(|| {
            let features = Features::from_bytes(file)?;
            deliver(&self.0.resolve(&features)?, address, capacity)
        })
    }
}
