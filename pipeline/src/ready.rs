//! A trained encoder with what belongs to it.

use crate::encode::encode_records;
use crate::error::{PipelineError, Result};
use std::path::Path;
use tiprdc::{Encoder, Features, Release, SubstituteTable};
use tiprdc_train::{Records, Trained, write_atomically};

/// Name of the encoder in a run's folder.
pub const ENCODER: &str = "encoder.onnx";
/// Name of the substitute table in a run's folder.
pub const TABLE: &str = "substitutes.safetensors";

/// An encoder, and the table that its features are resolved with, if they are numbers of substitutes.
///
/// # Privacy
/// Its draws are repeated by the run's seed, so that audits are the same every time. Nobody relies on them to hide
/// anything: these are the collector's own records. Never encode with it what must be hidden.
#[derive(Debug)]
pub struct Ready {
    /// The encoder, with repeatable draws.
    pub encoder: Encoder,
    /// What its draws stand for, if it substitutes.
    pub table: Option<SubstituteTable>,
}

impl Ready {
    /// Writes what a run gave. The table comes first: an encoder in the folder says that all is there.
    ///
    /// # Errors
    /// [`PipelineError::Input`] if the folder cannot be written to.
    pub fn write(trained: Trained, folder: &Path, seed: u64) -> Result<Self> {
        if let Some(table) = &trained.table {
            write_atomically(&folder.join(TABLE), table.to_bytes())?;
        }
        write_atomically(&folder.join(ENCODER), &trained.encoder)?;
        Ok(Ready {
            encoder: Encoder::builder()
                .insecure_test_seed(seed)
                .from_bytes(&trained.encoder)?,
            table: trained.table,
        })
    }

    /// What [`write`](Self::write) left in a folder.
    ///
    /// # Errors
    /// [`PipelineError::Input`] for files that are not there or damaged.
    pub fn open(folder: &Path, seed: u64) -> Result<Self> {
        let encoder = Encoder::builder()
            .insecure_test_seed(seed)
            .open(folder.join(ENCODER))?;
        let table = match &encoder.manifest().release {
            Release::Substitute { .. } => {
                let path = folder.join(TABLE);
                let bytes = std::fs::read(&path).map_err(|error| {
                    PipelineError::input(format!("cannot read {}: {error}", path.display()))
                })?;
                Some(SubstituteTable::from_bytes(bytes)?)
            }
            _ => None,
        };
        Ok(Ready { encoder, table })
    }

    /// What the collector makes of features: substitutes in the place of their numbers.
    ///
    /// # Errors
    /// [`PipelineError::Input`] if the features are of another encoder's table.
    pub fn resolved(&self, features: Features) -> Result<Features> {
        match &self.table {
            Some(table) => Ok(table.resolve(&features)?),
            None => Ok(features),
        }
    }

    /// What the collector has of records that devices encode.
    ///
    /// # Errors
    /// [`PipelineError::Input`] if the records are not what the encoder takes.
    pub fn collected(&self, records: &Records) -> Result<Features> {
        self.resolved(encode_records(&self.encoder, records)?)
    }
}
