//! The file of people that belongs to recordings.

use std::collections::BTreeSet;
use std::path::Path;

use tiprdc_files::CsvFormat;

use super::DataError;
use super::columns::RawTable;
use super::recordings::Recording;
use super::split::choose_test;

const NUMBER: &str = "code";
const GENDER: &str = "gender";

/// People with a number and the columns asked for.
pub(super) struct People {
    raw: RawTable,
    numbers: Vec<u32>,
    /// The rows of people who count: those with recordings.
    rows: Vec<usize>,
}

impl People {
    /// Reads the number of each person and the columns that `wanted` says yes to.
    pub(super) fn read(
        dir: &Path,
        file: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Self, DataError> {
        let raw = RawTable::read(dir, file, &CsvFormat::default(), &[], |name| {
            name == NUMBER || wanted(name)
        })?;
        let rows: Vec<usize> = (0..raw.rows()).collect();
        let numbers = raw
            .view(NUMBER, &rows)?
            .cells()
            .zip(1..)
            .map(|(cell, row)| {
                let number = cell.and_then(|cell| cell.parse::<u32>().ok());
                number.ok_or_else(|| DataError::BadNumber {
                    file: raw.file.clone(),
                    row,
                    column: NUMBER.to_owned(),
                })
            });
        let numbers = numbers.collect::<Result<Vec<u32>, _>>()?;
        if numbers.iter().collect::<BTreeSet<_>>().len() < numbers.len() {
            return Err(DataError::Layout {
                file: raw.file,
                expected: "each person once",
            });
        }
        Ok(Self { raw, numbers, rows })
    }

    /// Keeps the people who have recordings; a recording of somebody else is an error.
    pub(super) fn with_recordings(mut self, recordings: &[Recording]) -> Result<Self, DataError> {
        let recorded: BTreeSet<u32> = recordings
            .iter()
            .map(|recording| recording.person)
            .collect();
        if recorded.iter().any(|person| !self.numbers.contains(person)) {
            return Err(DataError::Layout {
                file: self.raw.file,
                expected: "a row for every person with recordings",
            });
        }
        self.rows
            .retain(|&row| recorded.contains(&self.numbers[row]));
        Ok(self)
    }

    /// The value of each person who counts.
    fn values(&self, column: &str) -> Result<Vec<f64>, DataError> {
        let numbers = self.raw.view(column, &self.rows)?.numbers(|_| false)?;
        let value = |(number, &row): (Option<f64>, &usize)| {
            let (file, row, column) = (self.raw.file.clone(), row as u64 + 1, column.to_owned());
            number.ok_or(DataError::BadNumber { file, row, column })
        };
        numbers.into_iter().zip(&self.rows).map(value).collect()
    }

    /// The people whose value is `threshold` or more.
    pub(super) fn at_least(
        &self,
        column: &str,
        threshold: f64,
    ) -> Result<BTreeSet<u32>, DataError> {
        let values = self.values(column)?.into_iter().zip(&self.rows);
        Ok(values
            .filter(|(value, _)| *value >= threshold)
            .map(|(_, &row)| self.numbers[row])
            .collect())
    }

    /// The men; a gender other than 0 and 1 is an error.
    pub(super) fn males(&self) -> Result<BTreeSet<u32>, DataError> {
        if self
            .values(GENDER)?
            .iter()
            .any(|&gender| gender != 0.0 && gender != 1.0)
        {
            let expected = "0 (female) or 1 (male) in the column `gender`";
            return Err(DataError::Layout {
                file: self.raw.file.clone(),
                expected,
            });
        }
        self.at_least(GENDER, 1.0)
    }

    /// The median over people; with an even number of them, the mean of the middle two.
    pub(super) fn median(&self, column: &str) -> Result<f64, DataError> {
        let mut values = self.values(column)?;
        values.sort_unstable_by(f64::total_cmp);
        let middle = values.len() / 2;
        let pair = [values.len().saturating_sub(1) / 2, middle].map(|at| values.get(at).copied());
        match pair {
            [Some(low), Some(high)] => Ok((low + high) / 2.0),
            _ => Err(DataError::EmptyColumn {
                column: column.to_owned(),
            }),
        }
    }

    /// The people with these numbers, all of whom must have recordings.
    pub(super) fn require(&self, numbers: &[u32]) -> Result<BTreeSet<u32>, DataError> {
        let known: BTreeSet<u32> = self.rows.iter().map(|&row| self.numbers[row]).collect();
        let wanted: BTreeSet<u32> = numbers.iter().copied().collect();
        if wanted.is_subset(&known) {
            return Ok(wanted);
        }
        Err(DataError::Config {
            option: "test_people",
            expected: "numbers of people with recordings".to_owned(),
        })
    }

    /// A `fraction` of the men and of the women.
    pub(super) fn choose(&self, fraction: f64, seed: u64) -> Result<BTreeSet<u32>, DataError> {
        let males = self.males()?;
        let people = self
            .rows
            .iter()
            .map(|&row| self.numbers[row])
            .collect::<BTreeSet<u32>>();
        let females: Vec<u32> = people.difference(&males).copied().collect();
        let males: Vec<u32> = males.into_iter().collect();
        // Another seed for each gender, or the same places in both lists would be chosen.
        let sides = [(females, seed), (males, seed.wrapping_add(1))];
        let chosen = |(people, seed): (Vec<u32>, u64)| {
            let is_test = choose_test(people.len(), fraction, seed);
            people
                .into_iter()
                .zip(is_test)
                .filter(|(_, test)| *test)
                .map(|(person, _)| person)
                .collect::<Vec<_>>()
        };
        Ok(sides.into_iter().flat_map(chosen).collect())
    }
}
