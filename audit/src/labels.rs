//! What is known of each row: private attributes, tasks, and who it came from.

use std::collections::{BTreeSet, HashMap};
use std::io::Read;

use crate::error::{AuditError, AuditErrorKind};

/// Whether an attribute should be hidden or kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// To be hidden: what attackers find of it is leakage, and lower is better.
    Private,
    /// To be kept: what models find of it is utility, and higher is better.
    Task,
}

/// A categorical attribute of every training and test row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Name, as it appears in the report.
    pub name: String,
    /// To be hidden or to be kept.
    pub role: Role,
    /// Names of the classes; only their number enters the report.
    pub classes: Vec<String>,
    /// Class of each training row, an index into `classes`.
    pub train: Vec<u32>,
    /// Class of each test row, an index into `classes`.
    pub test: Vec<u32>,
}

impl Attribute {
    /// Builds the list of classes, sorted, from the values of both parts.
    ///
    /// # Examples
    ///
    /// ```
    /// use tiprdc_audit::{Attribute, Role};
    ///
    /// let smoker = Attribute::from_values("smoker", Role::Private, &["no", "yes", "no"], &["yes"]);
    /// assert_eq!(smoker.train, [0, 1, 0]);
    /// ```
    pub fn from_values<S: AsRef<str>>(name: &str, role: Role, train: &[S], test: &[S]) -> Self {
        let (classes, train, test) = encode(train, test);
        Self {
            name: name.to_owned(),
            role,
            classes,
            train,
            test,
        }
    }
}

/// A continuous attribute of every training and test row, such as an age in years or a weight in kilograms.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// Name, as it appears in the report.
    pub name: String,
    /// To be hidden or to be kept.
    pub role: Role,
    /// Value of each training row.
    pub train: Vec<f64>,
    /// Value of each test row.
    pub test: Vec<f64>,
}

/// Attributes and people, read from two labels files.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Labels {
    /// Private attributes first, then tasks, in the order they were asked for.
    pub attributes: Vec<Attribute>,
    /// Continuous attributes, in the same order.
    pub quantities: Vec<Quantity>,
    /// Group (usually a person) of each training row, when a group column was named.
    pub train_groups: Option<Vec<u32>>,
    /// Group of each test row; the same number is the same person as in `train_groups`.
    pub test_groups: Option<Vec<u32>>,
}

impl Labels {
    /// Reads a training and a test labels file: CSV with a header, one row per record, in the order of the features.
    ///
    /// # Errors
    ///
    /// [`AuditErrorKind::Csv`] when a file is not CSV, lacks a named column, or has empty cells in one; the message
    /// names the column and counts rows, and never repeats a value.
    ///
    /// # Examples
    ///
    /// ```
    /// use tiprdc_audit::Labels;
    ///
    /// let train = "person,sex,income\nann,f,high\nbob,m,low\n";
    /// let test = "person,sex,income\ncat,f,low\n";
    /// let labels = Labels::from_csv(
    ///     train.as_bytes(), test.as_bytes(), &["sex"], &["income"], Some("person"))?;
    /// assert_eq!(labels.attributes.len(), 2);
    /// assert_eq!(labels.test_groups, Some(vec![2]));
    /// # Ok::<(), tiprdc_audit::AuditError>(())
    /// ```
    pub fn from_csv<S: AsRef<str>>(
        train: impl Read,
        test: impl Read,
        private: &[S],
        tasks: &[S],
        groups: Option<&str>,
    ) -> Result<Self, AuditError> {
        let names: Vec<&str> = private
            .iter()
            .chain(tasks)
            .map(AsRef::as_ref)
            .chain(groups)
            .collect();
        let mut train = read_columns("training", train, &names)?;
        let mut test = read_columns("test", test, &names)?;
        let mut labels = Self::default();
        if groups.is_some()
            && let (Some(train), Some(test)) = (train.pop(), test.pop())
        {
            let (_, train, test) = encode(&train, &test);
            (labels.train_groups, labels.test_groups) = (Some(train), Some(test));
        }
        for (index, (train, test)) in train.iter().zip(&test).enumerate() {
            let role = if index < private.len() {
                Role::Private
            } else {
                Role::Task
            };
            let attribute = Attribute::from_values(names[index], role, train, test);
            labels.attributes.push(attribute);
        }
        Ok(labels)
    }
}

/// Sorted classes of both parts, and each value as an index into them.
fn encode<S: AsRef<str>>(train: &[S], test: &[S]) -> (Vec<String>, Vec<u32>, Vec<u32>) {
    let classes: BTreeSet<&str> = train.iter().chain(test).map(AsRef::as_ref).collect();
    let codes: HashMap<&str, u32> = classes.iter().copied().zip(0..).collect();
    let code = |values: &[S]| values.iter().map(|value| codes[value.as_ref()]).collect();
    let (train, test) = (code(train), code(test));
    (
        classes.into_iter().map(str::to_owned).collect(),
        train,
        test,
    )
}

/// The named columns of one file, in the order of `names`.
fn read_columns(
    part: &str,
    reader: impl Read,
    names: &[&str],
) -> Result<Vec<Vec<String>>, AuditError> {
    let fail = |message: String| AuditError::new(AuditErrorKind::Csv, message);
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(reader);
    let header = reader
        .headers()
        .map_err(|error| fail(format!("{part} labels: {}", csv_problem(&error))))?
        .clone();
    let mut positions = Vec::with_capacity(names.len());
    for name in names {
        match header.iter().position(|column| column == *name) {
            Some(position) => positions.push(position),
            None => {
                return Err(fail(format!(
                    "{part} labels: no column `{name}` among the {} columns of the header",
                    header.len()
                )));
            }
        }
    }
    let mut columns = vec![Vec::new(); names.len()];
    let mut empty = vec![0usize; names.len()];
    for record in reader.records() {
        let record =
            record.map_err(|error| fail(format!("{part} labels: {}", csv_problem(&error))))?;
        for (column, &position) in positions.iter().enumerate() {
            let value = &record[position];
            empty[column] += usize::from(value.is_empty());
            columns[column].push(value.to_owned());
        }
    }
    match empty.iter().position(|&count| count > 0) {
        Some(column) => Err(fail(format!(
            "{part} labels: column `{}` is empty in {} of {} rows; every row needs a value",
            names[column],
            empty[column],
            columns[column].len()
        ))),
        None => Ok(columns),
    }
}

/// What is wrong with a file, without its content.
fn csv_problem(error: &csv::Error) -> String {
    let row = |position: &Option<csv::Position>| match position {
        Some(position) => format!(" at line {}", position.line()),
        None => String::new(),
    };
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => format!(
            "expected {expected_len} fields as in the header, got {len}{}",
            row(pos)
        ),
        csv::ErrorKind::Utf8 { pos, .. } => format!("not UTF-8{}", row(pos)),
        csv::ErrorKind::Io(error) => format!("cannot be read: {}", error.kind()),
        _ => "not a CSV file with a header".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_column_and_never_a_value() {
        let good = "sex,income\nCANARY,high\nm,low\n";
        let empty = "sex,income\nCANARY,\nm,low\n";
        let ragged = "sex,income\nCANARY\n";
        let read = |train: &str, column: &str| {
            Labels::from_csv(train.as_bytes(), good.as_bytes(), &[column], &[], None)
                .unwrap_err()
                .to_string()
        };
        let missing = read(good, "age");
        assert!(missing.contains("`age`"), "{missing}");
        let empty = read(empty, "income");
        assert!(empty.contains("`income` is empty in 1 of 2"), "{empty}");
        let ragged = read(ragged, "sex");
        assert!(ragged.contains("expected 2 fields"), "{ragged}");
        assert!(ragged.contains("got 1"), "{ragged}");
        for message in [missing, empty, ragged] {
            assert!(!message.contains("CANARY"), "{message}");
        }
    }

    #[test]
    fn classes_are_the_sorted_union_of_both_parts() {
        let attribute = Attribute::from_values("a", Role::Task, &["b", "c"], &["a", "b"]);
        assert_eq!(attribute.classes, ["a", "b", "c"]);
        assert_eq!((attribute.train, attribute.test), (vec![1, 2], vec![0, 1]));
    }
}
