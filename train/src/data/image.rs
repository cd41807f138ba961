//! Image folders: pictures and a `labels.csv`.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use tiprdc_files::{CsvFormat, Image, decode_image, read_bytes};

use super::attribute::{AttributeConfig, check_attributes};
use super::columns::RawTable;
use super::config::join_folder;
use super::paths::join_inside;
use super::split::{check_fraction, split_rows};
use super::table::group_ids;
use super::{DataError, DataEvent, Dataset, Records, Split};

/// Pictures read between two reports of progress.
const CHUNK: usize = 64;
/// The most bytes of one picture's file.
const MAX_FILE_BYTES: u64 = 256 << 20;

/// Pictures, and a CSV file with one row of labels per picture.
///
/// A picture is looked for at the path in the file column, then at that path below the folder named as the row's
/// split. Pictures are turned upright as their EXIF says, and kept at their own size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImagesConfig {
    /// The data set's name in reports; `images` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A folder below the data folder that everything is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// The file of labels.
    #[serde(default = "labels_csv")]
    pub labels: String,
    /// The column that names the picture's file.
    #[serde(default = "file_column")]
    pub file_column: String,
    /// The column that says which split a picture is in.
    #[serde(default = "split_column")]
    pub split_column: String,
    /// What stands in the split column for training pictures.
    #[serde(default = "train_split")]
    pub train_split: String,
    /// What stands in the split column for test pictures. Pictures of any other split are left out.
    #[serde(default = "test_split")]
    pub test_split: String,
    /// In place of a split column: the share of pictures to test on, between 0 and 1; with `group`, the share of
    /// the groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_fraction: Option<f64>,
    /// Chooses the pictures of `test_fraction`.
    #[serde(default)]
    pub seed: u64,
    /// The column that says which person a picture shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The most pictures of each split, taken evenly over the file's rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// The most pixels of one picture.
    #[serde(default = "max_pixels")]
    pub max_pixels: u64,
    /// The most bytes of decoded pixels to hold in memory.
    #[serde(default = "max_bytes")]
    pub max_bytes: u64,
    /// The labels.
    pub attributes: Vec<AttributeConfig>,
}

fn labels_csv() -> String {
    "labels.csv".to_owned()
}

fn file_column() -> String {
    "file".to_owned()
}

fn split_column() -> String {
    "split".to_owned()
}

fn train_split() -> String {
    "train".to_owned()
}

fn test_split() -> String {
    "val".to_owned()
}

fn max_pixels() -> u64 {
    64 << 20
}

fn max_bytes() -> u64 {
    8 << 30
}

impl ImagesConfig {
    /// The configuration of the usual layout with these labels.
    pub fn new(attributes: Vec<AttributeConfig>) -> Self {
        Self {
            name: None,
            folder: None,
            labels: labels_csv(),
            file_column: file_column(),
            split_column: split_column(),
            train_split: train_split(),
            test_split: test_split(),
            test_fraction: None,
            seed: 0,
            group: None,
            limit: None,
            max_pixels: max_pixels(),
            max_bytes: max_bytes(),
            attributes,
        }
    }

    /// Reads labels and pictures; pictures are decoded in parallel.
    ///
    /// Labels are checked, and every file is looked for, before the first picture is decoded.
    ///
    /// # Errors
    ///
    /// Any [`DataError`].
    pub fn load(
        &self,
        dir: &Path,
        observer: &mut dyn FnMut(DataEvent),
    ) -> Result<Dataset, DataError> {
        self.check()?;
        let dir = &join_folder(dir, self.folder.as_deref())?;
        let raw = RawTable::read(dir, &self.labels, &CsvFormat::default(), &[], |name| {
            self.is_wanted(name)
        })?;
        let sides = self.choose_rows(&raw, observer)?;
        let labels = self.labels(&raw, &sides)?;
        let mut groups = self.groups(&raw, &sides)?.into_iter();
        let rows: Vec<usize> = sides.concat();
        let files = self.find(dir, &raw, &rows)?;
        let mut images = self.decode_all(&raw.file, &rows, &files, observer)?;
        let test_images = images.split_off(sides[0].len());
        let [train_labels, test_labels] = labels;
        let mut split = |images, attributes| Split {
            records: Records::Images(images),
            attributes,
            groups: groups.next(),
        };
        let train = split(images, train_labels);
        let test = split(test_images, test_labels);
        Ok(Dataset {
            name: self.name.clone().unwrap_or_else(|| "images".to_owned()),
            train,
            test,
        })
    }

    fn check(&self) -> Result<(), DataError> {
        check_attributes(&self.attributes)?;
        self.test_fraction.map_or(Ok(()), check_fraction)?;
        if self.limit == Some(0) {
            return Err(DataError::Config {
                option: "limit",
                expected: "one picture or more".to_owned(),
            });
        }
        Ok(())
    }

    fn is_wanted(&self, column: &str) -> bool {
        let is_label = self
            .attributes
            .iter()
            .any(|attribute| attribute.source() == column);
        is_label
            || column == self.file_column
            || column == self.split_column
            || self.group.as_deref() == Some(column)
    }

    fn choose_rows(
        &self,
        raw: &RawTable,
        observer: &mut dyn FnMut(DataEvent),
    ) -> Result<[Vec<usize>; 2], DataError> {
        let all: Vec<usize> = (0..raw.rows()).collect();
        let mut sides = match self.test_fraction {
            Some(fraction) => {
                let groups = self.groups(raw, &[all])?.into_iter().next();
                let (train, test) = split_rows(raw.rows(), groups.as_deref(), fraction, self.seed);
                [train, test]
            }
            None => self.named_rows(raw, &all, observer)?,
        };
        for (rows, split) in sides.iter_mut().zip(["train", "test"]) {
            if rows.is_empty() {
                return Err(DataError::EmptySet { split });
            }
            if let Some(limit) = self.limit.filter(|&limit| limit < rows.len()) {
                *rows = (0..limit).map(|at| rows[at * rows.len() / limit]).collect();
            }
        }
        Ok(sides)
    }

    fn named_rows(
        &self,
        raw: &RawTable,
        all: &[usize],
        observer: &mut dyn FnMut(DataEvent),
    ) -> Result<[Vec<usize>; 2], DataError> {
        let cells: Vec<Option<&str>> = raw.view(&self.split_column, all)?.cells().collect();
        let named = |name: &str| -> Vec<usize> {
            cells
                .iter()
                .enumerate()
                .filter(|(_, cell)| **cell == Some(name))
                .map(|(row, _)| row)
                .collect()
        };
        let sides = [named(&self.train_split), named(&self.test_split)];
        let count = raw.rows().saturating_sub(sides[0].len() + sides[1].len());
        if count > 0 {
            observer(DataEvent::Skipped {
                what: "pictures of another split",
                count,
            });
        }
        Ok(sides)
    }

    fn labels(
        &self,
        raw: &RawTable,
        [train, test]: &[Vec<usize>; 2],
    ) -> Result<[Vec<super::Attribute>; 2], DataError> {
        let mut labels = [Vec::new(), Vec::new()];
        for attribute in &self.attributes {
            let source = attribute.source();
            let built = attribute.build(raw.view(source, train)?, raw.view(source, test)?)?;
            for (list, attribute) in labels.iter_mut().zip(built) {
                list.push(attribute);
            }
        }
        Ok(labels)
    }

    fn groups(&self, raw: &RawTable, sides: &[Vec<usize>]) -> Result<Vec<Vec<u32>>, DataError> {
        let Some(column) = &self.group else {
            return Ok(Vec::new());
        };
        let views = sides
            .iter()
            .map(|rows| raw.view(column, rows))
            .collect::<Result<Vec<_>, _>>()?;
        group_ids(&views)
    }

    fn find(&self, dir: &Path, raw: &RawTable, rows: &[usize]) -> Result<Vec<PathBuf>, DataError> {
        let files = raw.view(&self.file_column, rows)?.cells();
        let splits: Vec<Option<&str>> = match self.test_fraction {
            Some(_) => vec![None; rows.len()],
            None => raw.view(&self.split_column, rows)?.cells().collect(),
        };
        let find = |((file, split), &row): ((Option<&str>, Option<&str>), &usize)| {
            let beside = file.and_then(|file| join_inside(dir, file));
            let below = split
                .and_then(|split| join_inside(dir, split))
                .and_then(|dir| join_inside(&dir, file?));
            let missing = || DataError::MissingImage {
                labels: raw.file.clone(),
                row: row as u64 + 1,
            };
            [beside, below]
                .into_iter()
                .flatten()
                .find(|path| path.is_file())
                .ok_or_else(missing)
        };
        files.zip(splits).zip(rows).map(find).collect()
    }

    fn decode_all(
        &self,
        labels: &str,
        rows: &[usize],
        files: &[PathBuf],
        observer: &mut dyn FnMut(DataEvent),
    ) -> Result<Vec<Image>, DataError> {
        let total = files.len();
        let mut images = Vec::with_capacity(total);
        let mut bytes = 0;
        for (rows, files) in rows.chunks(CHUNK).zip(files.chunks(CHUNK)) {
            let decoded: Vec<Result<Image, DataError>> = files
                .par_iter()
                .zip(rows)
                .map(|(file, &row)| read_image(file, self.max_pixels, labels, row))
                .collect();
            for image in decoded {
                let image = image?;
                bytes += image.rgb.len() as u64;
                images.push(image);
            }
            if bytes > self.max_bytes {
                return Err(DataError::TooLarge {
                    what: "decoded pictures".to_owned(),
                    limit: self.max_bytes,
                });
            }
            observer(DataEvent::Progress {
                unit: "images",
                done: images.len(),
                total,
            });
        }
        Ok(images)
    }
}

fn read_image(file: &Path, max_pixels: u64, labels: &str, row: usize) -> Result<Image, DataError> {
    let row = row as u64 + 1;
    let bytes = read_bytes(file, MAX_FILE_BYTES).map_err(|error| {
        let shown = format!("picture of row {row} in {labels}");
        DataError::File(error.in_file(Path::new(&shown)))
    })?;
    decode_image(&bytes, max_pixels).map_err(|problem| DataError::Image {
        labels: labels.to_owned(),
        row,
        problem,
    })
}
