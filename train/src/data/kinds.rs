//! What kind of thing a column holds: numbers, categories, or something that only its owner can decide.

use std::collections::BTreeMap;

use tiprdc_files::is_missing;

use super::DataError;
use super::dataset::MISSING_CODE;

/// Fewer different texts than this may all be different without being an identifier.
const FEW: usize = 20;

/// What a column is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Numbers,
    Categories,
}

/// How one cell reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Look {
    Number,
    /// `1,5`
    Comma,
    /// `1,500` or `1 500`
    Thousands,
    /// `15%`, `$15`
    Sign,
    Text,
}

/// What a column holds by the look of its cells; each distinct text comes with how often it occurs.
///
/// # Errors
///
/// [`DataError::Question`] for a column that is numbers but for some cells, and for one whose texts identify rows: made into
/// categories, they would stand in the encoder file for all to read.
pub(super) fn kind_of(column: &str, counted: &[(&str, usize)]) -> Result<Kind, DataError> {
    let rows: usize = counted.iter().map(|(_, count)| count).sum();
    let mut looks: BTreeMap<Look, usize> = BTreeMap::new();
    let mut markers: BTreeMap<&str, usize> = BTreeMap::new();
    for &(text, count) in counted {
        // `nan` and `inf` read as numbers, and are markers here.
        if is_missing(text) {
            *markers.entry(text).or_default() += count;
        } else {
            *looks.entry(look(text)).or_default() += count;
        }
    }
    let of = |look: Look| looks.get(&look).copied().unwrap_or(0);
    let numbers = rows - of(Look::Text) - markers.values().sum::<usize>();
    if of(Look::Number) == rows {
        return Ok(Kind::Numbers);
    }
    let question = |found: String, answer: &'static str| {
        Err(DataError::Question {
            column: column.to_owned(),
            found,
            answer,
        })
    };
    if numbers > 0 && 2 * numbers >= rows {
        return question(found(rows, numbers, &of, &markers), answer(&of, &markers));
    }
    let distinct = counted.len();
    if distinct > FEW && 2 * distinct > rows {
        return question(
            format!("{distinct} different texts in {rows} rows, so that they tell rows apart"),
            "name it in `drop`; as categories, they would stand in the encoder file",
        );
    }
    Ok(Kind::Categories)
}

/// Looks at a column of categories that no reader looked at.
///
/// # Errors
///
/// Those of [`kind_of`]. A column of texts that are all numbers is one as well.
pub(crate) fn check_column(
    column: &str,
    categories: &[String],
    codes: &[u32],
) -> Result<(), DataError> {
    let mut counts = vec![0; categories.len()];
    for &code in codes.iter().filter(|&&code| code != MISSING_CODE) {
        counts[code as usize] += 1;
    }
    let counted = categories.iter().map(String::as_str).zip(counts);
    let counted: Vec<(&str, usize)> = counted.filter(|(_, count)| *count > 0).collect();
    match kind_of(column, &counted)? {
        Kind::Numbers if counted.len() > FEW => Err(DataError::Question {
            column: column.to_owned(),
            found: format!("{} different numbers that are given as text", counted.len()),
            answer: "give numbers as numbers, or name the column in `categorical`",
        }),
        _ => Ok(()),
    }
}

/// Says what there is, in counts. A marker of missing values is one of a known list, and no cell of a person's.
fn found(
    rows: usize,
    numbers: usize,
    of: &dyn Fn(Look) -> usize,
    markers: &BTreeMap<&str, usize>,
) -> String {
    let mut parts = vec![format!("numbers in {numbers} of {rows} rows")];
    for (look, says) in [
        (Look::Comma, "with a decimal comma"),
        (
            Look::Thousands,
            "with separators of thousands (or a decimal comma)",
        ),
        (Look::Sign, "with a sign of percent or of money"),
        (Look::Text, "that hold text"),
    ] {
        if of(look) > 0 {
            parts.push(format!("{} {says}", of(look)));
        }
    }
    let markers = markers
        .iter()
        .map(|(marker, count)| format!("{count} that hold `{marker}`"));
    parts.extend(markers);
    parts.join(", ")
}

fn answer(of: &dyn Fn(Look) -> usize, markers: &BTreeMap<&str, usize>) -> &'static str {
    let written = [Look::Comma, Look::Thousands, Look::Sign];
    if written.iter().any(|&look| of(look) > 0) {
        return "write numbers as 1234.5, or name the column in `categorical`";
    }
    match (of(Look::Text), markers.is_empty()) {
        (0, _) => "name the marker in `missing`, or the column in `categorical`",
        (_, true) => {
            "name what means a missing value in `missing`, or the column in `categorical` or `drop`"
        }
        (_, false) => {
            "name all that means a missing value in `missing`, or the column in `categorical` or `drop`"
        }
    }
}

fn look(text: &str) -> Look {
    if text.parse::<f64>().is_ok() {
        return Look::Number;
    }
    let bare = text
        .trim_matches(['%', '$', '\u{20ac}', '\u{a3}', '\u{a5}'])
        .trim();
    let digits = bare.strip_prefix(['+', '-']).unwrap_or(bare);
    let signed = bare.len() < text.len();
    match (is_plain(digits), grouped(digits), comma(digits)) {
        (true, _, _) if signed => Look::Sign,
        (_, true, _) => Look::Thousands,
        (_, _, true) => Look::Comma,
        _ => Look::Text,
    }
}

/// `12` or `12.5`.
fn is_plain(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit()) && text.parse::<f64>().is_ok()
}

/// `1,234`, `1.234.567`, `1 234,5`, `1'234.5`: groups of three digits behind one to three.
fn grouped(text: &str) -> bool {
    [',', '.', ' ', '\'', '\u{a0}', '\u{202f}']
        .iter()
        .any(|&separator| {
            let mut groups: Vec<&str> = text.split(separator).collect();
            let Some(last) = groups.pop() else {
                return false;
            };
            let (last, rest) = match last.find(|c: char| !c.is_ascii_digit()) {
                Some(at) => last.split_at(at),
                None => (last, ""),
            };
            let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
            let first = groups
                .first()
                .is_some_and(|first| (1..=3).contains(&first.len()));
            let middle = groups.iter().skip(1).all(|group| group.len() == 3);
            let decimals = rest.is_empty()
                || rest.starts_with([',', '.']) && rest.len() > 1 && digits(&rest[1..]);
            first
                && middle
                && groups.iter().all(|group| digits(group))
                && last.len() == 3
                && decimals
        })
}

/// `1,5`.
fn comma(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once(',')
        .is_some_and(|(whole, rest)| digits(whole) && digits(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_look_like_what_they_are() {
        for (text, wanted) in [
            ("1.5", Look::Number),
            ("-1e3", Look::Number),
            ("1,5", Look::Comma),
            ("-186,9", Look::Comma),
            ("61,478", Look::Thousands),
            ("1.234.567,5", Look::Thousands),
            ("1 234", Look::Thousands),
            ("12%", Look::Sign),
            ("$1,200.50", Look::Thousands),
            ("0-2", Look::Text),
            ("12A", Look::Text),
            ("2024-01-01", Look::Text),
            ("1,2,3", Look::Text),
            ("", Look::Text),
        ] {
            assert_eq!(look(text), wanted, "{text}");
        }
    }

    #[test]
    fn numbers_but_for_some_cells_are_a_question() {
        let numbers: Vec<String> = (0..79).map(|number| number.to_string()).collect();
        let column = |more: &[&'static str]| {
            let mut cells: Vec<(&str, usize)> =
                numbers.iter().map(|cell| (cell.as_str(), 1)).collect();
            cells.extend(more.iter().map(|cell| (*cell, 1)));
            kind_of("age", &cells).map_err(|error| error.to_string())
        };
        assert_eq!(column(&[]), Ok(Kind::Numbers));
        let message = column(&["NA"]).unwrap_err();
        assert!(
            message.contains("`age`: numbers in 79 of 80 rows, 1 that hold `NA`"),
            "{message}"
        );
        assert!(message.contains("`missing`"), "{message}");
        let message = column(&["CANARY"]).unwrap_err();
        assert!(
            message.contains("1 that hold text") && !message.contains("CANARY"),
            "{message}"
        );
        let message = column(&["1,5"]).unwrap_err();
        assert!(
            message.contains("numbers in 80 of 80 rows, 1 with a decimal comma"),
            "{message}"
        );
        assert_eq!(
            kind_of("size", &[("M", 30), ("L", 20), ("42", 4)]),
            Ok(Kind::Categories)
        );
    }

    #[test]
    fn texts_that_tell_rows_apart_are_a_question() {
        let mail: Vec<String> = (0..40)
            .map(|row| format!("CANARY{row}@example.org"))
            .collect();
        let cells: Vec<(&str, usize)> = mail.iter().map(|cell| (cell.as_str(), 1)).collect();
        let message = kind_of("mail", &cells).unwrap_err().to_string();
        assert!(
            message.contains("`mail`: 40 different texts in 40 rows"),
            "{message}"
        );
        assert!(!message.contains("CANARY"), "{message}");
        let few: Vec<(&str, usize)> = cells.iter().map(|(cell, _)| (*cell, 10)).collect();
        assert_eq!(kind_of("mail", &few), Ok(Kind::Categories));
    }
}
