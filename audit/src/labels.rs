//! What is known of each row: private attributes, tasks, and who it came from.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;

use tiprdc_files::{is_missing, label_value};

use crate::error::{AuditError, AuditErrorKind};
use crate::files::{LabelColumns, LabelTable};

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
    /// Class of each training row, an index into `classes` or [`Attribute::MISSING`].
    pub train: Vec<u32>,
    /// Class of each test row, an index into `classes` or [`Attribute::MISSING`].
    pub test: Vec<u32>,
}

impl Attribute {
    /// The class of a row that has no label: the audit leaves such rows out, with a note.
    pub const MISSING: u32 = u32::MAX;

    /// Builds the list of classes, sorted, from the values of both parts.
    ///
    /// Labels are compared by value and may be missing, as [`LabelTable::new`] says.
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
        let (classes, [train, test]) = encode([train, test]);
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
    /// Value of each training row; NaN where there is none: the audit leaves such rows out, with a note.
    pub train: Vec<f64>,
    /// Value of each test row, or NaN.
    pub test: Vec<f64>,
}

/// Attributes, people and records, read from labels.
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
    /// Group of each row of the outsiders, in the same numbering, when there are any.
    pub outsider_groups: Option<Vec<u32>>,
    /// Which record each training row is a draw of, when a column of records was named.
    pub train_records: Option<Vec<u32>>,
    /// Which record each test row is a draw of.
    pub test_records: Option<Vec<u32>>,
}

/// More classes than this, all of them numbers, are a quantity that someone forgot to call one.
const MOST_NUMBERS: usize = 200;

impl Labels {
    /// Reads a training and a test labels file: CSV with a header, or Parquet; one row per record, in the order of the
    /// features.
    ///
    /// # Errors
    ///
    /// Those of [`LabelTable::open`] and [`Labels::from_tables`].
    ///
    /// # Examples
    ///
    /// ```
    /// use tiprdc_audit::{LabelColumns, Labels};
    ///
    /// let folder = tempfile::tempdir()?;
    /// let (train, test) = (folder.path().join("train.csv"), folder.path().join("test.csv"));
    /// std::fs::write(&train, "person,sex,income\nann,f,high\nbob,m,low\n")?;
    /// std::fs::write(&test, "person,sex,income\ncat,f,low\n")?;
    /// let columns = LabelColumns {
    ///     private: vec!["sex".into()],
    ///     tasks: vec!["income".into()],
    ///     groups: Some("person".into()),
    ///     ..LabelColumns::default()
    /// };
    /// let labels = Labels::open(&train, &test, &columns)?;
    /// assert_eq!(labels.attributes.len(), 2);
    /// assert_eq!(labels.test_groups, Some(vec![2]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open(
        train: impl AsRef<Path>,
        test: impl AsRef<Path>,
        columns: &LabelColumns,
    ) -> Result<Self, AuditError> {
        let train = LabelTable::open(train, columns)?;
        Self::from_tables(&train, &LabelTable::open(test, columns)?, None, columns)
    }

    /// Makes attributes of columns; of the outsiders only the column of groups is looked at.
    ///
    /// # Errors
    ///
    /// [`AuditErrorKind::Options`] when a continuous column is neither a private attribute nor a task;
    /// [`AuditErrorKind::Column`] when a column is missing, when a continuous one holds cells that are no finite
    /// numbers, when one that should be classes holds more than 200 different numbers, and when people among the
    /// outsiders are also among the training rows.
    pub fn from_tables(
        train: &LabelTable,
        test: &LabelTable,
        outsiders: Option<&LabelTable>,
        columns: &LabelColumns,
    ) -> Result<Self, AuditError> {
        columns.check()?;
        let mut labels = Self::default();
        let private = columns.private.iter().map(|name| (name, Role::Private));
        let tasks = columns.tasks.iter().map(|name| (name, Role::Task));
        for (name, role) in private.chain(tasks) {
            let (train, test) = (train.column(name)?, test.column(name)?);
            if columns.continuous.contains(name) {
                labels.quantities.push(quantity(name, role, train, test)?);
            } else {
                let attribute = Attribute::from_values(name, role, train, test);
                refuse_numbers(&attribute)?;
                labels.attributes.push(attribute);
            }
        }
        if let Some(name) = &columns.groups {
            labels.read_groups(name, train, test, outsiders)?;
        }
        if let Some(name) = &columns.records {
            let [train, test, _] = encode([train.units(name)?, test.units(name)?, &[]]).1;
            (labels.train_records, labels.test_records) = (Some(train), Some(test));
        }
        Ok(labels)
    }

    fn read_groups(
        &mut self,
        name: &str,
        train: &LabelTable,
        test: &LabelTable,
        outsiders: Option<&LabelTable>,
    ) -> Result<(), AuditError> {
        let strangers = outsiders.map(|table| table.units(name)).transpose()?;
        let cells = [
            train.units(name)?,
            test.units(name)?,
            strangers.unwrap_or_default(),
        ];
        let [train, test, others] = encode(cells).1;
        let known: HashSet<u32> = train.iter().copied().collect();
        let met: HashSet<&u32> = others
            .iter()
            .filter(|other| known.contains(other))
            .collect();
        if !met.is_empty() {
            return Err(AuditError::new(
                AuditErrorKind::Column,
                format!(
                    "column `{name}`: {} groups of the outsiders are also groups of training rows; outsiders must be \
                     people whom the encoder never saw",
                    met.len()
                ),
            ));
        }
        (self.train_groups, self.test_groups) = (Some(train), Some(test));
        self.outsider_groups = strangers.map(|_| others);
        Ok(())
    }
}

/// A column of numbers.
fn quantity(
    name: &str,
    role: Role,
    train: &[String],
    test: &[String],
) -> Result<Quantity, AuditError> {
    let part = |part: &str, cells: &[String]| {
        // A row without a value has none, and is left out.
        let value = |cell: &String| match cell.as_str() {
            "" => Some(f64::NAN),
            cell => cell.parse::<f64>().ok().filter(|value| value.is_finite()),
        };
        let values: Vec<f64> = cells.iter().filter_map(value).collect();
        if values.len() == cells.len() {
            return Ok(values);
        }
        Err(AuditError::new(
            AuditErrorKind::Column,
            format!(
                "continuous column `{name}` holds no finite number in {} of {} {part} rows",
                cells.len() - values.len(),
                cells.len()
            ),
        ))
    };
    Ok(Quantity {
        name: name.to_owned(),
        role,
        train: part("training", train)?,
        test: part("test", test)?,
    })
}

/// Refuses an attribute that is a quantity by the look of it: hundreds of classes with a handful of rows each would
/// make every attacker look weak.
fn refuse_numbers(attribute: &Attribute) -> Result<(), AuditError> {
    let classes = &attribute.classes;
    let numbers = || classes.iter().all(|class| class.parse::<f64>().is_ok());
    if classes.len() <= MOST_NUMBERS || !numbers() {
        return Ok(());
    }
    Err(AuditError::new(
        AuditErrorKind::Column,
        format!(
            "column `{}` holds {} different numbers; name it among the continuous columns (--continuous {}), or give its \
             classes names that are no numbers",
            attribute.name,
            classes.len(),
            attribute.name
        ),
    ))
}

/// Sorted classes of all parts, and each value as an index into them.
fn encode<S: AsRef<str>, const N: usize>(parts: [&[S]; N]) -> (Vec<String>, [Vec<u32>; N]) {
    let parts = parts.map(|part| {
        let value = |label: &S| {
            let label = label.as_ref();
            (!is_missing(label)).then(|| label_value(label).into_owned())
        };
        part.iter().map(value).collect::<Vec<Option<String>>>()
    });
    let all = parts.iter().flatten().flatten();
    let classes: BTreeSet<String> = all.cloned().collect();
    let codes: HashMap<&str, u32> = classes.iter().map(String::as_str).zip(0..).collect();
    let code = |value: &Option<String>| match value {
        Some(value) => codes[value.as_str()],
        None => Attribute::MISSING,
    };
    let parts = parts.map(|part| part.iter().map(code).collect());
    (classes.into_iter().collect(), parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(columns: &[(&str, &[&str])]) -> LabelTable {
        let cells = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        let columns = columns
            .iter()
            .map(|(name, column)| ((*name).to_owned(), cells(column)));
        LabelTable::new(columns.collect()).unwrap()
    }

    fn private(name: &str) -> LabelColumns {
        LabelColumns {
            private: vec![name.to_owned()],
            ..LabelColumns::default()
        }
    }

    #[test]
    fn classes_are_the_sorted_union_of_both_parts() {
        let attribute = Attribute::from_values("a", Role::Task, &["b", "c"], &["a", "b"]);
        assert_eq!(attribute.classes, ["a", "b", "c"]);
        assert_eq!((attribute.train, attribute.test), (vec![1, 2], vec![0, 1]));
    }

    #[test]
    fn labels_are_compared_by_value() {
        let train = ["1", "TRUE", "caf\u{e9}", " x"];
        let test = ["1.0", "true", "cafe\u{301}", "x "];
        let attribute = Attribute::from_values("a", Role::Task, &train, &test);
        assert_eq!(attribute.classes.len(), 4);
        assert_eq!(attribute.train, attribute.test);
        let columns = private("a");
        let labels = Labels::from_tables(
            &table(&[("a", &train)]),
            &table(&[("a", &test)]),
            None,
            &columns,
        )
        .unwrap();
        assert_eq!(labels.attributes[0].train, labels.attributes[0].test);
    }

    #[test]
    fn markers_of_missing_labels_are_no_class() {
        let markers = ["a", "NA", "", "nan", "NaN", "None", "N/A", "?", "null", "b"];
        let attribute = Attribute::from_values("a", Role::Task, &markers, &["a"]);
        assert_eq!(attribute.classes, ["a", "b"]);
        let mut wanted = vec![Attribute::MISSING; 10];
        (wanted[0], wanted[9]) = (0, 1);
        assert_eq!(attribute.train, wanted);
        let columns = LabelColumns {
            continuous: vec!["age".to_owned()],
            ..private("age")
        };
        let ages = table(&[("age", &["1", "NA", "3"])]);
        let labels = Labels::from_tables(&ages, &ages, None, &columns).unwrap();
        assert!(labels.quantities[0].train[1].is_nan());
    }

    #[test]
    fn a_row_of_an_unknown_person_is_refused() {
        let people = table(&[("sex", &["f", "m"]), ("who", &["ann", "NA"])]);
        let columns = LabelColumns {
            groups: Some("who".to_owned()),
            ..private("sex")
        };
        let error = Labels::from_tables(&people, &people, None, &columns).unwrap_err();
        assert!(error.to_string().contains("in 1 of 2 rows"), "{error}");
    }

    #[test]
    fn errors_name_the_column_and_never_a_value() {
        let good = table(&[("age", &["1.5", "-2"])]);
        let bad = table(&[("age", &["CANARY", "inf"])]);
        let columns = LabelColumns {
            continuous: vec!["age".to_owned()],
            ..private("age")
        };
        let error = Labels::from_tables(&good, &bad, None, &columns).unwrap_err();
        assert_eq!(error.kind(), AuditErrorKind::Column);
        let message = error.to_string();
        assert!(
            message.contains("`age`") && message.contains("2 of 2 test"),
            "{message}"
        );
        assert!(!message.contains("CANARY"), "{message}");
        let labels = Labels::from_tables(&good, &good, None, &columns).unwrap();
        assert_eq!(labels.quantities[0].train, [1.5, -2.0]);
        assert!(labels.attributes.is_empty());

        let error = Labels::from_tables(&good, &good, None, &private("sex")).unwrap_err();
        assert!(error.to_string().contains("`sex`"), "{error}");
        let stray = LabelColumns {
            continuous: vec!["weight".to_owned()],
            ..private("age")
        };
        let error = Labels::from_tables(&good, &good, None, &stray).unwrap_err();
        assert_eq!(error.kind(), AuditErrorKind::Options);
    }

    #[test]
    fn a_quantity_passed_off_as_classes_is_refused_with_a_hint() {
        let numbers: Vec<String> = (0..201).map(|age| age.to_string()).collect();
        let text: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let full = table(&[("age", &text)]);
        let error = Labels::from_tables(&full, &full, None, &private("age")).unwrap_err();
        assert!(error.to_string().contains("--continuous age"), "{error}");
        let fewer = table(&[("age", &text[..200])]);
        Labels::from_tables(&fewer, &fewer, None, &private("age")).unwrap();
    }

    #[test]
    fn people_are_numbered_together_and_outsiders_must_be_strangers() {
        let people = |names: &[&str]| table(&[("sex", &vec!["f"; names.len()]), ("who", names)]);
        let (train, test) = (people(&["ann", "bob"]), people(&["cat", "ann"]));
        let columns = LabelColumns {
            groups: Some("who".to_owned()),
            records: Some("who".to_owned()),
            ..private("sex")
        };
        let others = people(&["dan", "cat"]);
        let labels = Labels::from_tables(&train, &test, Some(&others), &columns).unwrap();
        assert_eq!(labels.train_groups, Some(vec![0, 1]));
        assert_eq!(labels.test_groups, Some(vec![2, 0]));
        assert_eq!(labels.outsider_groups, Some(vec![3, 2]));
        assert_eq!(labels.test_records, Some(vec![2, 0]));
        let known = people(&["bob", "dan", "bob"]);
        let error = Labels::from_tables(&train, &test, Some(&known), &columns).unwrap_err();
        assert!(
            error.to_string().contains("1 groups of the outsiders"),
            "{error}"
        );
    }
}
