//! Small folders of data, made by the tests that read them.

#![allow(
    clippy::unwrap_used,
    reason = "a fixture that cannot be made should fail its test"
)]
#![allow(dead_code, reason = "each test file uses some of these")]

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;
use tiprdc_train::{DataError, DataEvent, Dataset, DatasetConfig};

/// A value that stands for somebody's data; no message may hold it.
pub const CANARY: &str = "canary-7319";

pub fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        put(dir.path(), name, bytes);
    }
    dir
}

pub fn put(dir: &Path, name: &str, bytes: &[u8]) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn config(toml: &str) -> DatasetConfig {
    toml::from_str(toml).unwrap()
}

pub fn load(dir: &Path, toml: &str) -> Result<Dataset, DataError> {
    load_with_events(dir, toml).0
}

pub fn load_with_events(dir: &Path, toml: &str) -> (Result<Dataset, DataError>, Vec<DataEvent>) {
    let mut events = Vec::new();
    let result = config(toml).load(dir, &mut |event| events.push(event));
    if let Err(error) = &result {
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(CANARY), "a message holds data: {shown}");
        assert!(
            !shown.contains(&dir.display().to_string()),
            "a message holds a machine's path: {shown}"
        );
    }
    (result, events)
}

/// The error, or a panic where reading went well.
pub fn error(dir: &Path, toml: &str) -> DataError {
    load(dir, toml)
        .map(|_| ())
        .expect_err("reading should have failed")
}

pub fn counts(dataset: &Dataset, name: &str) -> [Vec<usize>; 2] {
    [&dataset.train, &dataset.test].map(|split| split.attribute(name).unwrap().counts())
}

pub fn classes<'a>(dataset: &'a Dataset, name: &str) -> &'a [String] {
    let classes =
        [&dataset.train, &dataset.test].map(|split| &split.attribute(name).unwrap().classes);
    assert_eq!(classes[0], classes[1], "train and test share class lists");
    classes[0]
}

/// Every list has one entry per record, every code names a class or category.
pub fn check_invariants(dataset: &Dataset) {
    use tiprdc_train::{ColumnValues, MISSING_CODE, Records};
    for split in [&dataset.train, &dataset.test] {
        let n = split.len();
        assert!(n > 0);
        for attribute in &split.attributes {
            assert_eq!(attribute.codes.len(), n, "{}", attribute.name);
            assert!(
                attribute
                    .codes
                    .iter()
                    .all(|&code| (code as usize) < attribute.classes.len())
            );
        }
        assert!(split.groups.as_ref().is_none_or(|groups| groups.len() == n));
        match &split.records {
            Records::Table(table) => {
                for column in &table.columns {
                    assert_eq!(column.len(), n, "{}", column.name);
                    if let ColumnValues::Categorical { categories, codes } = &column.values {
                        assert!(codes.iter().all(
                            |&code| code == MISSING_CODE || (code as usize) < categories.len()
                        ));
                    }
                }
            }
            Records::Series(series) => {
                assert_eq!(series.data.len(), n * series.channels * series.steps);
                assert!(series.data.iter().all(|sample| sample.is_finite()));
            }
            Records::Images(images) => {
                assert!(images.iter().all(|image| image.rgb.len() as u64
                    == 3 * u64::from(image.width) * u64::from(image.height)));
            }
        }
    }
}
