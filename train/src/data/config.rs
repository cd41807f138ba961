//! The `[dataset]` table of a run.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::paths::join_option;
use super::{
    AdultConfig, DataError, DataEvent, Dataset, ImagesConfig, MemoryConfig, SeriesConfig,
    TableConfig,
};

/// Which data set a run reads, and how. Unknown keys are errors.
///
/// ```toml
/// [dataset]
/// kind = "series"           # table, adult, series, images or memory
/// folder = "motionsense"    # below the data folder
/// split = "trial"
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum DatasetConfig {
    /// CSV files.
    Table(TableConfig),
    /// UCI Adult.
    Adult(AdultConfig),
    /// Recordings in the MotionSense layout.
    Series(SeriesConfig),
    /// Pictures and a file of labels.
    Images(ImagesConfig),
    /// Records that a program hands over.
    Memory(MemoryConfig),
}

impl DatasetConfig {
    /// Reads the data set below `dir`, reporting progress to `observer`.
    ///
    /// The same files and configuration give the same records in the same order, on any machine.
    ///
    /// # Errors
    ///
    /// A [`DataError`] that says what was expected and what came.
    pub fn load(
        &self,
        dir: &Path,
        observer: &mut dyn FnMut(DataEvent),
    ) -> Result<Dataset, DataError> {
        match self {
            Self::Table(config) => config.load(dir, observer),
            Self::Adult(config) => config.load(dir, observer),
            Self::Series(config) => config.load(dir, observer),
            Self::Images(config) => config.load(dir, observer),
            Self::Memory(config) => config.load(),
        }
    }
}

/// The folder that a data set's files are in.
pub(super) fn join_folder(dir: &Path, folder: Option<&str>) -> Result<PathBuf, DataError> {
    let Some(folder) = folder else {
        return Ok(dir.to_owned());
    };
    let path = join_option(dir, "folder", folder)?;
    if path.is_dir() {
        Ok(path)
    } else {
        Err(DataError::MissingFile {
            file: folder.to_owned(),
        })
    }
}
