//! One column of a table: what it is read as, or why it is left out.

use std::collections::{BTreeMap, HashMap};
use tiprdc_files::{TextColumn, is_missing};

/// Fewer different texts than this may all be different without telling rows apart, as in training.
const FEW: usize = 20;
/// The most categories of a column, as in training.
const MAX_CATEGORIES: usize = 4096;

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part {
    Input,
    Private,
    Task,
    Group,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Numbers, with the one in the middle.
    Numbers {
        median: f64,
        distinct: usize,
    },
    Categories(usize),
    /// Left out, and why.
    Dropped(String),
}

/// One column of a table.
pub struct Column {
    pub name: String,
    pub part: Part,
    pub kind: Kind,
    /// Rows without a value.
    pub empty: usize,
    /// Known markers of missing values, with how often each occurs.
    pub markers: BTreeMap<String, usize>,
}

impl Column {
    pub fn look(column: &TextColumn, part: Part, is_index: bool) -> Self {
        let (mut counts, mut markers, mut empty) = (HashMap::new(), BTreeMap::new(), 0);
        for cell in column.cells() {
            match cell {
                None => empty += 1,
                Some(cell) if is_missing(cell) => {
                    *markers.entry(cell.to_owned()).or_insert(0) += 1;
                }
                Some(cell) => *counts.entry(cell).or_insert(0) += 1,
            }
        }
        let kind = match part {
            Part::Input if column.name.is_empty() || is_index => {
                Kind::Dropped("an index: it says where a row stands".into())
            }
            part => kind(&counts, part),
        };
        Self {
            name: column.name.clone(),
            part,
            kind,
            empty,
            markers,
        }
    }

    pub fn is_dropped(&self) -> bool {
        matches!(self.kind, Kind::Dropped(_))
    }

    /// Rows without a value, however that is written.
    pub fn missing(&self) -> usize {
        self.empty + self.markers.values().sum::<usize>()
    }
}

fn kind(counts: &HashMap<&str, usize>, part: Part) -> Kind {
    let rows: usize = counts.values().sum();
    let distinct = counts.len();
    let parsed = |cell: &str| cell.parse::<f64>().ok().filter(|number| number.is_finite());
    let mut numbers: Vec<(f64, usize)> = counts
        .iter()
        .filter_map(|(cell, count)| Some((parsed(cell)?, *count)))
        .collect();
    let of_numbers: usize = numbers.iter().map(|(_, count)| count).sum();
    let dropped = |why: String| match part {
        Part::Input => Kind::Dropped(why),
        _ => Kind::Categories(distinct),
    };
    if distinct == 0 {
        return dropped("no value in any row".into());
    }
    if distinct == 1 {
        return dropped("the same value in all rows".into());
    }
    if of_numbers == rows {
        numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
        if counts_rows(&numbers) {
            return dropped("it counts the rows".into());
        }
        let median = middle(&numbers, rows);
        return Kind::Numbers { median, distinct };
    }
    if 2 * of_numbers >= rows {
        return dropped(format!(
            "numbers in {of_numbers} of {rows} rows and text in the others; name what means a missing value in \
             `missing`, or write all numbers as 1234.5"
        ));
    }
    if distinct > FEW && 2 * distinct > rows {
        return dropped(format!(
            "{distinct} different texts in {rows} rows tell people apart, and would stand in the encoder file"
        ));
    }
    if distinct > MAX_CATEGORIES {
        return dropped(format!("{distinct} categories are too many"));
    }
    Kind::Categories(distinct)
}

/// Whole numbers, one after the other, each once.
fn counts_rows(sorted: &[(f64, usize)]) -> bool {
    let step = |pair: &[(f64, usize)]| pair[1].0 - pair[0].0 == 1.0;
    sorted.len() > FEW
        && sorted
            .iter()
            .all(|(number, count)| number.fract() == 0.0 && *count == 1)
        && sorted.windows(2).all(step)
}

/// The number of the middle row.
fn middle(sorted: &[(f64, usize)], rows: usize) -> f64 {
    let mut seen = 0;
    let reached = |&(_, count): &(f64, usize)| {
        seen += count;
        2 * seen > rows
    };
    let mut sorted_numbers = sorted.iter().copied();
    let mut reached = reached;
    sorted_numbers
        .find(|entry| reached(entry))
        .map_or(0.0, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[&str]) -> Kind {
        let mut counts = HashMap::new();
        for cell in cells {
            *counts.entry(*cell).or_insert(0) += 1;
        }
        kind(&counts, Part::Input)
    }

    #[test]
    fn columns_are_what_they_look_like() {
        let numbers = Kind::Numbers {
            median: 2.0,
            distinct: 3,
        };
        assert_eq!(of(&["1", "2.0", "2.0", "7"]), numbers);
        assert_eq!(of(&["a", "b", "a"]), Kind::Categories(2));
        assert!(matches!(of(&["a", "a"]), Kind::Dropped(_)));
        assert!(
            matches!(of(&["1", "2", "x"]), Kind::Dropped(why) if !why.contains('x') || why.contains("text"))
        );
        let rows: Vec<String> = (5..60).map(|row| row.to_string()).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        assert_eq!(of(&rows), Kind::Dropped("it counts the rows".into()));
        let mails: Vec<String> = (0..60).map(|row| format!("canary{row}@x")).collect();
        let mails: Vec<&str> = mails.iter().map(String::as_str).collect();
        assert!(matches!(of(&mails), Kind::Dropped(why) if !why.contains("canary")));
    }
}
