//! Records of named fields: census rows, forms, log entries.

use crate::error::{Error, ErrorKind, Result};
use crate::manifest::{check_shape, invalid};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A record of named fields, turned into a vector: numbers standardised, categories one-hot, in the manifest's order.
///
/// # Privacy
/// Category names and moments come from the training data and stand in the encoder file, for all to read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordSpec {
    /// The fields, in the order of the network's input.
    pub fields: Vec<Field>,
}

/// One field of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it holds.
    #[serde(flatten)]
    pub kind: FieldKind,
}

/// What a field holds, and how it enters the network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum FieldKind {
    /// A number, entering as `(x - mean) / std`, computed in f64 and rounded to f32; a missing one enters as 0, the mean.
    Numeric {
        /// Mean in training.
        mean: f64,
        /// Standard deviation in training.
        std: f64,
    },
    /// One of a list, entering one-hot; a missing or unknown category enters as all zeros.
    ///
    /// Where the list is `True` and `False`, in any case, `true`, `TRUE`, `1` and the number 1 are `True`, and so on.
    Categorical {
        /// The categories seen in training.
        categories: Vec<String>,
    },
}

/// The value of one field.
#[derive(Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// A number. Large ones, such as times in milliseconds, keep their last digits until the mean is subtracted.
    Number(f64),
    /// A category.
    Text(&'a str),
    /// True or false: 1 or 0 where the encoder takes a number, and the category of that name where it takes categories.
    Boolean(bool),
    /// Not known.
    Missing,
}

impl From<f32> for Value<'_> {
    fn from(number: f32) -> Self {
        Value::Number(number.into())
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Value::Number(number)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(text)
    }
}

impl From<bool> for Value<'_> {
    fn from(boolean: bool) -> Self {
        Value::Boolean(boolean)
    }
}

impl FieldKind {
    fn width(&self) -> usize {
        match self {
            FieldKind::Numeric { .. } => 1,
            FieldKind::Categorical { categories } => categories.len(),
        }
    }

    fn validate(&self, name: &str) -> Result<()> {
        match self {
            FieldKind::Numeric { mean, std } => {
                if !mean.is_finite() || !std.is_finite() || *std < f64::MIN_POSITIVE {
                    return Err(invalid(name, "must have a finite mean and a positive std"));
                }
            }
            FieldKind::Categorical { categories } => {
                let unique: HashSet<_> = categories.iter().collect();
                if categories.is_empty() || unique.len() != categories.len() {
                    return Err(invalid(name, "must list its categories, each once"));
                }
            }
        }
        Ok(())
    }

    fn write(&self, name: &str, value: Value<'_>, out: &mut [f32]) -> Result<()> {
        out.fill(0.0);
        match (self, value) {
            (_, Value::Missing) => {}
            (FieldKind::Numeric { mean, std }, Value::Number(number)) => {
                if !number.is_finite() {
                    return Err(Error::new(
                        ErrorKind::InputNotFinite,
                        format!(
                            "field `{name}` is NaN or infinite; pass it as missing if it is not known"
                        ),
                    ));
                }
                out[0] = ((number - mean) / std) as f32;
                if !out[0].is_finite() {
                    return Err(Error::new(
                        ErrorKind::InputNotFinite,
                        format!("field `{name}` lies too far from its mean in training"),
                    ));
                }
            }
            (FieldKind::Numeric { mean, std }, Value::Boolean(value)) => {
                out[0] = ((f64::from(u8::from(value)) - mean) / std) as f32;
            }
            (FieldKind::Categorical { categories }, Value::Text(text)) => {
                let exact = categories.iter().position(|category| category == text);
                if let Some(index) = exact.or_else(|| of_truth(categories, truth(text)?)) {
                    out[index] = 1.0;
                }
            }
            (FieldKind::Categorical { categories }, Value::Number(number))
                if is_boolean(categories) =>
            {
                let truth = [(0.0, false), (1.0, true)];
                let truth = truth.iter().find(|(value, _)| *value == number);
                if let Some(index) = truth.and_then(|(_, truth)| of_truth(categories, *truth)) {
                    out[index] = 1.0;
                }
            }
            (FieldKind::Categorical { categories }, Value::Boolean(value)) => {
                if !is_boolean(categories) {
                    return Err(wrong_type(name, "text", "a boolean"));
                }
                if let Some(index) = of_truth(categories, value) {
                    out[index] = 1.0;
                }
            }
            (FieldKind::Numeric { .. }, Value::Text(_)) => {
                return Err(wrong_type(name, "a number", "text"));
            }
            (FieldKind::Categorical { .. }, Value::Number(_)) => {
                return Err(wrong_type(name, "text", "a number"));
            }
        }
        Ok(())
    }
}

/// What a text says that stands for true or false.
fn truth(text: &str) -> Option<bool> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    match text {
        _ if is("true") || text == "1" => Some(true),
        _ if is("false") || text == "0" => Some(false),
        _ => None,
    }
}

/// Whether a list of categories is that of a column of booleans.
fn is_boolean(categories: &[String]) -> bool {
    let word = |category: &String| category.len() > 1 && truth(category).is_some();
    categories.iter().all(word)
}

/// The category of a list of booleans that means this.
fn of_truth(categories: &[String], wanted: bool) -> Option<usize> {
    let mut places = categories.iter().map(|category| truth(category));
    is_boolean(categories)
        .then(|| places.position(|found| found == Some(wanted)))
        .flatten()
}

impl RecordSpec {
    /// Length of the vector that a record becomes.
    pub(super) fn width(&self) -> usize {
        self.fields.iter().map(|field| field.kind.width()).sum()
    }

    pub(super) fn validate(&self) -> Result<()> {
        check_shape("input.fields", &[self.width()])?;
        let mut names = HashSet::new();
        for field in &self.fields {
            if field.name.is_empty() || !names.insert(&field.name) {
                return Err(invalid(
                    "input.fields",
                    format!("must have unique names, `{}` is not", field.name),
                ));
            }
            field.kind.validate(&field.name)?;
        }
        Ok(())
    }

    pub(super) fn write(&self, record: &[(&str, Value<'_>)], out: &mut [f32]) -> Result<()> {
        self.check_names(record)?;
        let mut rest = out;
        for (index, field) in self.fields.iter().enumerate() {
            let (slot, tail) = rest.split_at_mut(field.kind.width());
            rest = tail;
            field
                .kind
                .write(&field.name, find(record, &field.name, index)?, slot)?;
        }
        Ok(())
    }

    /// Every field once, and no other.
    fn check_names(&self, record: &[(&str, Value<'_>)]) -> Result<()> {
        if record.len() == self.fields.len() {
            // As many as expected, and `find` makes sure that each expected one is there.
            return Ok(());
        }
        let known = record
            .iter()
            .filter(|(name, _)| self.fields.iter().any(|field| field.name == *name))
            .count();
        let missing: Vec<_> = self
            .fields
            .iter()
            .map(|field| field.name.as_str())
            .filter(|name| !has(record, name))
            .collect();
        Err(Error::new(
            ErrorKind::InputField,
            format!(
                "this encoder takes records of {} fields, found {} (of which {} it does not know); missing: [{}]",
                self.fields.len(),
                record.len(),
                record.len() - known,
                missing.join(", ")
            ),
        ))
    }
}

fn has(record: &[(&str, Value<'_>)], name: &str) -> bool {
    record.iter().any(|(other, _)| *other == name)
}

/// The value of `name`; looks where the manifest has it first, as most callers keep that order.
fn find<'a>(record: &[(&str, Value<'a>)], name: &str, hint: usize) -> Result<Value<'a>> {
    if let Some((at_hint, value)) = record.get(hint)
        && *at_hint == name
    {
        return Ok(*value);
    }
    let found = record
        .iter()
        .find(|(other, _)| *other == name)
        .map(|(_, value)| *value);
    found.ok_or_else(|| {
        Error::new(
            ErrorKind::InputField,
            format!("field `{name}` is missing; pass Value::Missing if it is not known"),
        )
    })
}

fn wrong_type(name: &str, expected: &str, found: &str) -> Error {
    Error::new(
        ErrorKind::InputField,
        format!("field `{name}` takes {expected}, found {found}"),
    )
}
