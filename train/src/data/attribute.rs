//! Labels: how a column becomes the classes of an attribute.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::{Serialize, Serializer};
use tiprdc_files::{is_missing, label_value};

use super::columns::{MAX_CATEGORIES, View};
use super::{Attribute, DataError};

/// One attribute of a table or an image folder: a column, and how its values become classes.
///
/// In TOML it is a column's name, or a table of these keys:
///
/// ```toml
/// attributes = [
///     "gender",
///     { name = "age_over_40", column = "age", thresholds = [40], classes = ["no", "yes"] },
///     { name = "child", column = "age_group", map = { "0-2" = "yes", "3-9" = "yes" }, other = "no" },
/// ]
/// ```
///
/// Labels are compared by value: `1` and `1.0` are one class, and so are `True` and `TRUE`. An empty cell is missing, and so is
/// a marker such as `NA`, `nan`, `null` or `?`, unless `map` names it.
///
/// Without `classes`, the classes are the values (after `map`) of the training rows, sorted, the class of missing
/// labels last. Every class needs a training row, and both sets need two classes or more.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct AttributeConfig {
    /// The attribute's name.
    pub name: String,
    /// The column it is read from; the attribute's name by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Cuts a numeric column into classes: `k` rising thresholds make `k + 1` classes. A value equal to a
    /// threshold belongs to the class above it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<f64>,
    /// Class names in the order wanted; with `thresholds`, the names of the bins from low to high.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// Renames or merges values: value in the file to class. A value not listed is its own class.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub map: BTreeMap<String, String>,
    /// The class of all values that `map` does not list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// The class of rows whose cell is missing; without it, such rows are an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
}

impl<'de> Deserialize<'de> for AttributeConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrFields;
        impl<'de> Visitor<'de> for NameOrFields {
            type Value = AttributeConfig;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a column's name or a table with `name`")
            }
            fn visit_str<E>(self, name: &str) -> Result<AttributeConfig, E> {
                Ok(AttributeConfig::named(name))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<AttributeConfig, A::Error> {
                AttributeConfig::deserialize(MapAccessDeserializer::new(map))
            }
        }
        deserializer.deserialize_any(NameOrFields)
    }
}

impl Serialize for AttributeConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if *self == Self::named(&self.name) {
            return serializer.serialize_str(&self.name);
        }
        Self::serialize(self, serializer)
    }
}

impl AttributeConfig {
    /// The attribute of a column whose values are the classes.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// The column that the labels are read from.
    pub fn source(&self) -> &str {
        self.column.as_deref().unwrap_or(&self.name)
    }

    fn check(&self) -> Result<(), DataError> {
        let wrong = |expected: &str| {
            Err(DataError::Config {
                option: "attributes",
                expected: format!("{expected} (attribute `{}`)", self.name),
            })
        };
        let rising = self.thresholds.is_sorted_by(|a, b| a < b);
        if self
            .thresholds
            .iter()
            .any(|threshold| !threshold.is_finite())
            || !rising
        {
            return wrong("finite thresholds that rise");
        }
        if !self.thresholds.is_empty() && (!self.map.is_empty() || self.other.is_some()) {
            return wrong("`thresholds` or `map`, not both");
        }
        if self.map.is_empty() && self.other.is_some() {
            return wrong("a `map` beside `other`");
        }
        let distinct: BTreeSet<&String> = self.classes.iter().collect();
        if distinct.len() != self.classes.len() {
            return wrong("each class once");
        }
        let bins = self.thresholds.len() + 1;
        if bins > 1 && !self.classes.is_empty() && self.classes.len() != bins {
            return wrong("one class more than thresholds");
        }
        Ok(())
    }

    /// The labels of the training and the test rows.
    pub(super) fn build(
        &self,
        train: View<'_>,
        test: View<'_>,
    ) -> Result<[Attribute; 2], DataError> {
        let train = self.labels(train, "train")?;
        let test = self.labels(test, "test")?;
        let classes = self.class_list(&train)?;
        let encode = |labels: &[String], split| {
            encode(
                &self.name,
                &classes,
                split,
                labels.iter().map(String::as_str),
            )
        };
        Ok([encode(&train, "train")?, encode(&test, "test")?])
    }

    fn class_list(&self, train: &[String]) -> Result<Vec<String>, DataError> {
        let bins = bin_names(&self.thresholds);
        let mut listed = if self.classes.is_empty() && bins.len() > 1 {
            bins
        } else {
            self.classes.clone()
        };
        let found: BTreeSet<&String> = train.iter().collect();
        if listed.is_empty() {
            if found.len() > MAX_CATEGORIES {
                let column = self.name.clone();
                return Err(DataError::TooManyCategories {
                    column,
                    found: found.len(),
                    limit: MAX_CATEGORIES,
                });
            }
            let is_class_of_missing = |name: &&String| Some(*name) == self.missing.as_ref();
            listed = found
                .iter()
                .copied()
                .filter(|name| !is_class_of_missing(name))
                .cloned()
                .collect();
        }
        if let Some(missing) = self.missing.as_ref().filter(|name| found.contains(name))
            && !listed.contains(missing)
        {
            listed.push(missing.clone());
        }
        Ok(listed)
    }

    fn labels(&self, view: View<'_>, split: &'static str) -> Result<Vec<String>, DataError> {
        let labels: Vec<Option<String>> = if self.thresholds.is_empty() {
            view.cells().map(|cell| self.mapped(cell?)).collect()
        } else {
            let names = if self.classes.is_empty() {
                bin_names(&self.thresholds)
            } else {
                self.classes.clone()
            };
            let bin = |number: f64| {
                self.thresholds
                    .partition_point(|&threshold| threshold <= number)
            };
            let label = |number: Option<f64>| number.map(|number| names[bin(number)].clone());
            view.numbers(is_missing)?.into_iter().map(label).collect()
        };
        let unlabelled = labels.iter().filter(|label| label.is_none()).count();
        match &self.missing {
            None if unlabelled > 0 => Err(DataError::MissingLabels {
                attribute: self.name.clone(),
                split,
                rows: unlabelled,
            }),
            missing => {
                let missing = missing.clone().unwrap_or_default();
                let label = |label: Option<String>| label.unwrap_or_else(|| missing.clone());
                Ok(labels.into_iter().map(label).collect())
            }
        }
    }

    /// The class of a cell; none if it is missing.
    fn mapped(&self, cell: &str) -> Option<String> {
        let value = label_value(cell);
        let same = |(from, _): &(&String, &String)| label_value(from) == value;
        let renamed = self.map.get(cell).or_else(|| {
            let mut pairs = self.map.iter();
            pairs.find(same).map(|(_, to)| to)
        });
        if let Some(class) = renamed {
            return Some(label_value(class).into_owned());
        }
        if is_missing(cell) {
            return None;
        }
        Some(match &self.other {
            Some(other) => other.clone(),
            None => value.into_owned(),
        })
    }
}

/// Rejects attributes that contradict themselves or each other.
pub(super) fn check_attributes(attributes: &[AttributeConfig]) -> Result<(), DataError> {
    let mut seen = BTreeSet::new();
    for attribute in attributes {
        attribute.check()?;
        // `group` is the column of person ids in exported labels.
        if attribute.name.is_empty() || attribute.name == "group" || !seen.insert(&attribute.name) {
            let expected = "distinct names that are neither empty nor `group`".to_owned();
            return Err(DataError::Config {
                option: "attributes",
                expected,
            });
        }
    }
    if attributes.is_empty() {
        return Err(DataError::Config {
            option: "attributes",
            expected: "one attribute or more".into(),
        });
    }
    Ok(())
}

/// The names of the `k + 1` bins of `k` thresholds.
pub(super) fn bin_names(thresholds: &[f64]) -> Vec<String> {
    let (Some(first), Some(last)) = (thresholds.first(), thresholds.last()) else {
        return Vec::new();
    };
    let middle = thresholds
        .windows(2)
        .map(|pair| format!("{}..{}", pair[0], pair[1]));
    std::iter::once(format!("<{first}"))
        .chain(middle)
        .chain([format!(">={last}")])
        .collect()
}

/// Turns class names into codes; names that are not among `classes` are an error that counts them, and so are
/// classes that [`check_classes`] rejects.
pub(super) fn encode<'a>(
    name: &str,
    classes: &[String],
    split: &'static str,
    labels: impl Iterator<Item = &'a str>,
) -> Result<Attribute, DataError> {
    let values = classes.iter().map(|class| label_value(class));
    let index: HashMap<_, u32> = values.zip(0..).collect();
    let mut unknown = 0;
    let mut codes = Vec::with_capacity(labels.size_hint().0);
    for label in labels {
        match index.get(&label_value(label)) {
            Some(&code) => codes.push(code),
            None => unknown += 1,
        }
    }
    if unknown > 0 {
        return Err(DataError::UnknownClass {
            attribute: name.to_owned(),
            split,
            rows: unknown,
        });
    }
    let attribute = Attribute {
        name: name.to_owned(),
        classes: classes.to_vec(),
        codes,
    };
    check_classes(&attribute, split)?;
    Ok(attribute)
}

/// Rejects labels that nothing can be learnt from or measured on: one class, or a class without training rows.
fn check_classes(attribute: &Attribute, split: &'static str) -> Result<(), DataError> {
    let counts = attribute.counts();
    let name = attribute.name.clone();
    if counts.iter().filter(|&&count| count > 0).count() < 2 {
        return Err(DataError::OneClass {
            attribute: name,
            split,
        });
    }
    match counts.iter().position(|&count| count == 0) {
        Some(empty) if split == "train" => Err(DataError::EmptyClass {
            attribute: name,
            class: empty + 1,
            classes: counts.len(),
        }),
        _ => Ok(()),
    }
}
