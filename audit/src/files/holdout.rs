//! One set of rows becomes a training and a test part.

use std::collections::BTreeMap;

use rand::seq::SliceRandom;

use crate::error::{AuditError, AuditErrorKind};
use crate::features::FeatureSet;
use crate::rng::stream;

use super::{LabelColumns, LabelTable};

/// Which rows of one file attackers learn from, and which they are scored on.
///
/// # Examples
///
/// ```
/// use tiprdc_audit::{FeatureSet, Holdout, LabelColumns, LabelTable, Labels};
///
/// let column = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
/// let table = LabelTable::new(vec![
///     ("sex".into(), column(["f", "f", "m", "m"])),
///     ("person".into(), column(["ann", "cat", "bob", "dan"])),
/// ])?;
/// let columns = LabelColumns {
///     private: vec!["sex".into()],
///     groups: Some("person".into()),
///     ..LabelColumns::default()
/// };
/// let holdout = Holdout::new(&table, &columns, 0.5, 0)?;
/// let features = FeatureSet::new(4, vec![1], vec![0.0, 1.0, 2.0, 3.0])?;
/// let (train, test) = holdout.features(&features)?;
/// let labels = Labels::from_tables(
///     &table.select(&holdout.train), &table.select(&holdout.test), None, &columns)?;
/// assert_eq!((train.rows(), test.rows()), (2, 2));
/// # Ok::<(), tiprdc_audit::AuditError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdout {
    /// Rows that attackers learn from, ascending.
    pub train: Vec<usize>,
    /// Rows that they are scored on, ascending.
    pub test: Vec<usize>,
}

impl Holdout {
    /// Draws about `share` of the rows for the test part; the same seed draws the same.
    ///
    /// Rows that share a cell of the column of groups stay together, so that the people of the test part are strangers
    /// to the attackers; without such a column, rows that are draws of the same record do. Every class of a categorical
    /// attribute is on both sides when it has two people (or records, or rows) and room can be made for it; a class of
    /// one is among the training rows. Rows without a label are of no class.
    ///
    /// # Errors
    ///
    /// [`AuditErrorKind::Options`] when `share` is not between 0 and 1; [`AuditErrorKind::TooFewRows`] when there are
    /// fewer than two people, records or rows; [`AuditErrorKind::Column`] when a column is missing.
    pub fn new(
        table: &LabelTable,
        columns: &LabelColumns,
        share: f64,
        seed: u64,
    ) -> Result<Self, AuditError> {
        if !(share > 0.0 && share < 1.0) {
            return Err(AuditError::new(
                AuditErrorKind::Options,
                "the share of test rows must lie between 0 and 1",
            ));
        }
        let units = units(table, columns)?;
        let count = units.iter().max().map_or(0, |last| last + 1);
        if count < 2 {
            let what = match (&columns.groups, &columns.records) {
                (Some(_), _) => "groups",
                (None, Some(_)) => "records",
                (None, None) => "rows",
            };
            return Err(AuditError::new(
                AuditErrorKind::TooFewRows,
                format!("a test part of its own needs at least 2 {what}, got {count}"),
            ));
        }
        let mut side = draw(&units, count, share, seed);
        let classes = columns
            .classes()
            .map(|name| Ok(classes(table.column(name)?, &units)))
            .collect::<Result<Vec<_>, AuditError>>()?;
        Sides::new(&mut side, classes.into_iter().flatten().collect()).spread();
        let (test, train) = (0..units.len()).partition(|&row| side[units[row]]);
        Ok(Self { train, test })
    }

    /// Cuts features of the same rows into the training and the test part.
    ///
    /// # Errors
    ///
    /// [`AuditErrorKind::Shape`] when there are more or fewer rows of features than of labels.
    pub fn features(&self, all: &FeatureSet) -> Result<(FeatureSet, FeatureSet), AuditError> {
        let rows = self.train.len() + self.test.len();
        if all.rows() != rows {
            return Err(AuditError::new(
                AuditErrorKind::Shape,
                format!(
                    "expected {rows} rows, as many as there are labels, got {}",
                    all.rows()
                ),
            ));
        }
        Ok((all.select(&self.train), all.select(&self.test)))
    }
}

/// What stays together, as a number per row: people, else records, else each row by itself.
fn units(table: &LabelTable, columns: &LabelColumns) -> Result<Vec<usize>, AuditError> {
    let Some(name) = columns.groups.as_ref().or(columns.records.as_ref()) else {
        return Ok((0..table.rows()).collect());
    };
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let number = |cell| {
        let next = numbers.len();
        *numbers.entry(cell).or_insert(next)
    };
    Ok(table
        .units(name)?
        .iter()
        .map(String::as_str)
        .map(number)
        .collect())
}

/// Units of the test part, drawn until it has its share of the rows; at least one stays for training.
fn draw(units: &[usize], count: usize, share: f64, seed: u64) -> Vec<bool> {
    let mut sizes = vec![0usize; count];
    units.iter().for_each(|&unit| sizes[unit] += 1);
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut stream(seed, &["holdout"]));
    let (mut side, mut rows) = (vec![false; count], 0usize);
    let wanted = (share * units.len() as f64).round() as usize;
    for &unit in &order[..count - 1] {
        if rows > 0 && rows >= wanted {
            break;
        }
        side[unit] = true;
        rows += sizes[unit];
    }
    side
}

/// The units of each class of one attribute, ascending.
fn classes(cells: &[String], units: &[usize]) -> Vec<Vec<usize>> {
    let mut classes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let labelled = cells.iter().zip(units).filter(|(cell, _)| !cell.is_empty());
    for (cell, &unit) in labelled {
        classes.entry(cell).or_default().push(unit);
    }
    let mut classes: Vec<Vec<usize>> = classes.into_values().collect();
    for class in &mut classes {
        class.sort_unstable();
        class.dedup();
    }
    classes
}

/// Which side every unit is on, and how many units of every class are on each.
struct Sides<'a> {
    /// Whether a unit is in the test part.
    side: &'a mut [bool],
    /// Units of each class of all attributes.
    classes: Vec<Vec<usize>>,
    /// Classes of each unit.
    of: Vec<Vec<usize>>,
    /// Units of each class in training and in the test part.
    counts: Vec<[usize; 2]>,
}

impl<'a> Sides<'a> {
    fn new(side: &'a mut [bool], classes: Vec<Vec<usize>>) -> Self {
        let mut of = vec![Vec::new(); side.len()];
        let mut counts = vec![[0; 2]; classes.len()];
        for (class, units) in classes.iter().enumerate() {
            for &unit in units {
                of[unit].push(class);
                counts[class][usize::from(side[unit])] += 1;
            }
        }
        Self {
            side,
            classes,
            of,
            counts,
        }
    }

    /// Moves units of classes that are on one side only, where no other class loses its last unit by it.
    fn spread(&mut self) {
        for class in 0..self.classes.len() {
            let from = match self.counts[class] {
                [several, 0] if several > 1 => 0,
                [0, several] if several > 0 => 1,
                _ => continue,
            };
            let harmless = |unit: &usize| self.of[*unit].iter().all(|&c| self.counts[c][from] > 1);
            let units = &self.classes[class];
            // No attacker can guess a class that no training row has; a class without test rows is only not scored.
            let needed = units.first().copied().filter(|_| from == 1);
            if let Some(unit) = units.iter().copied().find(harmless).or(needed) {
                self.side[unit] = from == 0;
                for &class in &self.of[unit] {
                    self.counts[class][from] -= 1;
                    self.counts[class][1 - from] += 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn table(columns: &[(&str, Vec<String>)]) -> LabelTable {
        let columns = columns
            .iter()
            .map(|(n, cells)| ((*n).to_owned(), cells.clone()));
        LabelTable::new(columns.collect()).unwrap()
    }

    fn columns(groups: Option<&str>, records: Option<&str>) -> LabelColumns {
        LabelColumns {
            private: vec!["secret".to_owned()],
            tasks: vec!["task".to_owned()],
            groups: groups.map(str::to_owned),
            records: records.map(str::to_owned),
            ..LabelColumns::default()
        }
    }

    fn column(rows: usize, cell: impl Fn(usize) -> usize) -> Vec<String> {
        (0..rows).map(|row| cell(row).to_string()).collect()
    }

    #[test]
    fn every_class_with_two_rows_is_on_both_sides_and_the_share_is_kept() {
        // Fifty rare classes of two rows each among a thousand rows, and one class of a single row.
        let rare = |row: usize| {
            if row < 100 {
                1 + row / 2
            } else if row == 100 {
                99
            } else {
                0
            }
        };
        let table = table(&[
            ("secret", column(1000, rare)),
            ("task", column(1000, |row| row % 7)),
        ]);
        for seed in 0..5 {
            let holdout = Holdout::new(&table, &columns(None, None), 0.3, seed).unwrap();
            assert!(
                (250..=350).contains(&holdout.test.len()),
                "{}",
                holdout.test.len()
            );
            let met = |rows: &[usize]| rows.iter().map(|&row| rare(row)).collect::<BTreeSet<_>>();
            let (train, test) = (met(&holdout.train), met(&holdout.test));
            assert!((0..=50).all(|class| train.contains(&class) && test.contains(&class)));
            assert!(train.contains(&99), "a class of one row is to learn from");
            let all: BTreeSet<usize> = holdout.train.iter().chain(&holdout.test).copied().collect();
            assert_eq!(
                (all.len(), holdout.train.len() + holdout.test.len()),
                (1000, 1000)
            );
            let again = Holdout::new(&table, &columns(None, None), 0.3, seed).unwrap();
            assert_eq!(holdout, again, "the seed decides");
        }
    }

    #[test]
    fn people_and_draws_of_one_record_stay_together() {
        let table = table(&[
            ("secret", column(600, |row| row % 20 % 2)),
            ("task", column(600, |row| row % 3)),
            ("unit", column(600, |row| row % 20)),
        ]);
        for columns in [columns(Some("unit"), None), columns(None, Some("unit"))] {
            let holdout = Holdout::new(&table, &columns, 0.25, 3).unwrap();
            let who = |rows: &[usize]| rows.iter().map(|row| row % 20).collect::<BTreeSet<_>>();
            let (train, test) = (who(&holdout.train), who(&holdout.test));
            assert!(train.is_disjoint(&test), "a person is on both sides");
            assert_eq!(test.len(), 5);
            assert!((0..2).all(|class| test.iter().any(|unit| unit % 2 == class)));
        }
    }

    #[test]
    fn what_cannot_be_cut_is_refused() {
        let kind = |rows: usize, share: f64, groups: Option<&str>| {
            let same = || column(rows, |_| 0);
            let table = table(&[("secret", same()), ("task", same()), ("unit", same())]);
            Holdout::new(&table, &columns(groups, None), share, 0)
                .unwrap_err()
                .kind()
        };
        for share in [0.0, 1.0, -0.5, f64::NAN] {
            assert_eq!(kind(10, share, None), AuditErrorKind::Options);
        }
        assert_eq!(kind(1, 0.3, None), AuditErrorKind::TooFewRows);
        assert_eq!(kind(0, 0.3, None), AuditErrorKind::TooFewRows);
        assert_eq!(kind(10, 0.3, Some("unit")), AuditErrorKind::TooFewRows);
        let table = table(&[("secret", column(3, |_| 0)), ("task", column(3, |_| 0))]);
        let holdout = Holdout::new(&table, &columns(None, None), 0.999, 0).unwrap();
        assert_eq!(holdout.train.len(), 1, "one row stays to learn from");
        let two = FeatureSet::new(2, vec![1], vec![0.0; 2]).unwrap();
        let error = holdout.features(&two).unwrap_err();
        assert_eq!(error.kind(), AuditErrorKind::Shape);
    }
}
