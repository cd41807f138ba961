//! SHA-256 of a data set: checkpoints and sweeps tell by it whether they see the same records again.

use super::{Attribute, ColumnValues, Dataset, Records, Split};
use sha2::{Digest, Sha256};

impl Dataset {
    /// SHA-256 of all records and labels, in hexadecimal.
    pub fn digest(&self) -> String {
        let mut digest = Sha256::new();
        for split in [&self.train, &self.test] {
            records(&mut digest, &split.records);
            labels(&mut digest, split);
        }
        crate::hexadecimal(digest)
    }
}
fn records(digest: &mut Sha256, records: &Records) {
    match records {
        Records::Table(table) => {
            for column in &table.columns {
                text(digest, &column.name);
                match &column.values {
                    ColumnValues::Numeric(values) => floats(digest, values),
                    ColumnValues::Categorical { categories, codes } => {
                        text(digest, &categories.join("\n"));
                        integers(digest, codes);
                    }
                }
            }
        }
        Records::Series(series) => {
            integers(digest, &[series.channels as u32, series.steps as u32]);
            floats(digest, &[series.rate_hz]);
            floats(digest, &series.data);
        }
        Records::Images(images) => {
            for image in images {
                integers(digest, &[image.width, image.height]);
                digest.update(&image.rgb);
            }
        }
    }
}

fn labels(digest: &mut Sha256, split: &Split) {
    for Attribute {
        name,
        classes,
        codes,
    } in &split.attributes
    {
        text(digest, name);
        text(digest, &classes.join("\n"));
        integers(digest, codes);
    }
    integers(digest, split.groups.as_deref().unwrap_or_default());
}

/// Lengths come first, so that the end of one part is never taken for the beginning of the next.
fn text(digest: &mut Sha256, text: &str) {
    digest.update((text.len() as u64).to_le_bytes());
    digest.update(text);
}

fn floats<T: Copy + Into<f64>>(digest: &mut Sha256, values: &[T]) {
    digest.update((values.len() as u64).to_le_bytes());
    for &value in values {
        digest.update(value.into().to_le_bytes());
    }
}

fn integers(digest: &mut Sha256, values: &[u32]) {
    digest.update((values.len() as u64).to_le_bytes());
    values
        .iter()
        .for_each(|value| digest.update(value.to_le_bytes()));
}
