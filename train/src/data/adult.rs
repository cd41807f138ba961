//! UCI Adult (Becker and Kohavi, 1996), as UCI ships it: a preset of the table reader.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{AttributeConfig, DataError, DataEvent, Dataset, TableConfig};

const COLUMNS: [&str; 15] = [
    "age",
    "workclass",
    "fnlwgt",
    "education",
    "education-num",
    "marital-status",
    "occupation",
    "relationship",
    "race",
    "sex",
    "capital-gain",
    "capital-loss",
    "hours-per-week",
    "native-country",
    "income",
];

/// The 16 values of `education` in the 5 levels that the attribute has, from low to high.
const LEVELS: [(&str, &[&str]); 5] = [
    (
        "below high school",
        &[
            "Preschool",
            "1st-4th",
            "5th-6th",
            "7th-8th",
            "9th",
            "10th",
            "11th",
            "12th",
        ],
    ),
    ("high school", &["HS-grad"]),
    (
        "some college or associate",
        &["Some-college", "Assoc-voc", "Assoc-acdm"],
    ),
    ("bachelor", &["Bachelors"]),
    ("advanced", &["Masters", "Prof-school", "Doctorate"]),
];

/// UCI Adult: `adult.data` for training and `adult.test` for testing, plain or gzipped.
///
/// No row is dropped: `?` is a missing value. By default the attributes are `sex`, `income`, `occupation`,
/// `education` and `race`, and these columns never reach the input:
///
/// - the attributes' own columns, and `education-num`, which is `education` in numbers;
/// - `relationship`, whose Husband and Wife give `sex` away;
/// - `fnlwgt`, a sampling weight, which no person would hold.
///
/// That leaves `age`, `workclass`, `marital-status`, `capital-gain`, `capital-loss`, `hours-per-week` and
/// `native-country`. A column that is no attribute stays in the input unless `drop` names it.
///
/// Rows without an occupation (1,843 of the training rows) get a class `unknown` of their own, the 15th: leaving
/// them out would change the published counts, and most of them lack `workclass` as well, which is an input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdultConfig {
    /// The data set's name in reports; `adult` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A folder below the data folder that the files are in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// The labels. The names `income`, `occupation` and `education` alone bring the preset's classes; an
    /// attribute with keys of its own is taken as it stands (`age` and `hours-per-week` need thresholds).
    #[serde(default = "default_attributes")]
    pub attributes: Vec<AttributeConfig>,
    /// More columns to leave out of the input.
    #[serde(default)]
    pub drop: Vec<String>,
    /// Columns that stay in the input though they are attributes or left out by default.
    #[serde(default)]
    pub keep: Vec<String>,
}

impl Default for AdultConfig {
    fn default() -> Self {
        Self {
            name: None,
            folder: None,
            attributes: default_attributes(),
            drop: Vec::new(),
            keep: Vec::new(),
        }
    }
}

fn default_attributes() -> Vec<AttributeConfig> {
    ["sex", "income", "occupation", "education", "race"]
        .map(AttributeConfig::named)
        .into()
}

impl AdultConfig {
    /// Reads both files.
    ///
    /// # Errors
    ///
    /// Those of [`TableConfig::load`].
    pub fn load(
        &self,
        dir: &Path,
        observer: &mut dyn FnMut(DataEvent),
    ) -> Result<Dataset, DataError> {
        self.table().load(dir, observer)
    }

    /// The table configuration that this preset stands for.
    pub fn table(&self) -> TableConfig {
        let attributes = self.attributes.iter().map(preset).collect();
        TableConfig {
            name: Some(self.name.clone().unwrap_or_else(|| "adult".to_owned())),
            folder: self.folder.clone(),
            // `adult.test` begins with a line that is no record.
            comment: Some('|'),
            header: Some(COLUMNS.map(str::to_owned).into()),
            categorical: vec!["native-country".to_owned(), "workclass".to_owned()],
            drop: self.dropped(),
            keep: self.keep.clone(),
            ..TableConfig::new("adult.data", "adult.test", attributes)
        }
    }

    fn dropped(&self) -> Vec<String> {
        let is_label = |column: &str| {
            self.attributes
                .iter()
                .any(|attribute| attribute.source() == column)
        };
        let mut dropped = vec!["fnlwgt", "relationship"];
        // The two columns say the same, so a label read from one must not stay in the input as the other.
        if is_label("education") || is_label("education-num") {
            dropped.extend(["education", "education-num"]);
        }
        let kept = |column: &&str| !self.keep.iter().any(|kept| kept == column);
        let dropped = dropped.into_iter().filter(kept).map(str::to_owned);
        dropped.chain(self.drop.iter().cloned()).collect()
    }
}

/// The classes of an attribute that is given by name alone.
fn preset(attribute: &AttributeConfig) -> AttributeConfig {
    let name = attribute.name.as_str();
    if *attribute != AttributeConfig::named(name) {
        return attribute.clone();
    }
    let mut preset = attribute.clone();
    match name {
        // The labels of `adult.test` end with a full stop.
        "income" => {
            preset.map = ["<=50K", ">50K"]
                .map(|label| (format!("{label}."), label.to_owned()))
                .into()
        }
        "occupation" => preset.missing = Some("unknown".to_owned()),
        "education" => {
            preset.classes = LEVELS.map(|(level, _)| level.to_owned()).into();
            preset.map = education_levels();
        }
        _ => {}
    }
    preset
}

fn education_levels() -> BTreeMap<String, String> {
    let pairs = |(level, values): (&str, &[&str])| {
        let level = level.to_owned();
        values
            .iter()
            .map(move |value| ((*value).to_owned(), level.clone()))
            .collect::<Vec<_>>()
    };
    LEVELS.into_iter().flat_map(pairs).collect()
}
