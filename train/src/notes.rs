//! What a run should know of its data before the first epoch: refusals, and things worth a word.

use crate::data::check_column;
use crate::data::{
    Attribute, ColumnValues, DataError, Dataset, DatasetConfig, MISSING_CODE, Records, Table,
    TableColumn,
};
use crate::error::Result;
use crate::prepare::left_out;
use crate::run::Run;
use std::collections::HashMap;
use tiprdc::{FieldKind, InputSpec};

/// Different values above which a column is no copy of a label: chance alone could make it one.
const MOST_VALUES: usize = 64;

/// Refuses records in memory that no reader looked at: labels among the inputs, and columns whose kind is a question.
pub(crate) fn check_memory(run: &Run, dataset: &Dataset) -> Result<()> {
    let DatasetConfig::Memory(memory) = &run.dataset else {
        return Ok(());
    };
    let Records::Table(table) = &dataset.train.records else {
        return Ok(());
    };
    for column in &table.columns {
        if dataset.train.attribute(&column.name).is_some() {
            return Err(DataError::Question {
                column: column.name.clone(),
                found: "it is an attribute and an input, so that its label would only have to be copied".to_owned(),
                answer: "take it out of the records",
            }
            .into());
        }
        if let ColumnValues::Categorical { categories, codes } = &column.values
            && !memory.categorical.contains(&column.name)
        {
            check_column(&column.name, categories, codes).map_err(in_memory)?;
        }
    }
    Ok(())
}

/// What to do about a column that no file has.
fn in_memory(error: DataError) -> DataError {
    match error {
        DataError::Question { column, found, .. } => DataError::Question {
            column,
            found,
            answer: "give numbers as numbers and unknown ones as missing, make its type categorical, or leave it out",
        },
        other => other,
    }
}

/// What is worth a word before training.
pub(crate) fn notes(run: &Run, dataset: &Dataset, spec: &InputSpec, stages: bool) -> Vec<String> {
    let train = &dataset.train;
    let mut notes: Vec<String> = left_out(&train.records, spec)
        .into_iter()
        .map(|(column, count)| {
            format!("column `{column}`: categories that fewer than 5 people have are left out, and enter as unknown: {count}")
        })
        .collect();
    if let Records::Table(table) = &train.records {
        notes.extend(constant(table));
        notes.extend(copies(table, &train.attributes));
    }
    if let InputSpec::Record(record) = spec
        && record.fields.iter().any(|field| matches!(&field.kind, FieldKind::Categorical { categories } if categories.len() > 200))
    {
        notes.push("the names of more than 200 categories of one column will stand in the encoder file, for all to read".to_owned());
    }
    let (rows, batch) = (train.len(), run.training.batch);
    if stages && !rows.is_multiple_of(batch) {
        notes.push(format!(
            "each epoch leaves out {} of {rows} records, drawn anew, as batches are of {batch} (training.batch)",
            rows % batch
        ));
    }
    notes
}

/// Columns that do not change tell nothing.
fn constant(table: &Table) -> Vec<String> {
    let same = |column: &&TableColumn| match &column.values {
        ColumnValues::Numeric(numbers) => {
            let mut known = numbers.iter().filter(|number| !number.is_nan());
            let first = known.next();
            known.all(|number| Some(number) == first)
        }
        ColumnValues::Categorical { codes, .. } => {
            let mut known = codes.iter().filter(|&&code| code != MISSING_CODE);
            let first = known.next();
            known.all(|code| Some(code) == first)
        }
    };
    let columns = table.columns.iter().filter(same);
    columns
        .map(|column| {
            format!(
                "column `{}` has one value in all training records, and tells nothing",
                column.name
            )
        })
        .collect()
}

/// Columns that give a label away: each of their values comes with one class only.
fn copies(table: &Table, attributes: &[Attribute]) -> Vec<String> {
    let mut notes = Vec::new();
    for column in &table.columns {
        let values: Vec<u64> = match &column.values {
            ColumnValues::Numeric(numbers) => numbers.iter().map(|x| x.to_bits()).collect(),
            ColumnValues::Categorical { codes, .. } => {
                codes.iter().map(|&code| code.into()).collect()
            }
        };
        for attribute in attributes
            .iter()
            .filter(|attribute| is_copy(&values, &attribute.codes))
        {
            notes.push(format!(
                "column `{}` gives `{}` away: each of its values comes with one class; name it in `drop` if devices do not \
                 have to hold it",
                column.name, attribute.name
            ));
        }
    }
    notes
}

fn is_copy(values: &[u64], classes: &[u32]) -> bool {
    let mut known: HashMap<u64, u32> = HashMap::new();
    for (&value, &class) in values.iter().zip(classes) {
        if *known.entry(value).or_insert(class) != class || known.len() > MOST_VALUES {
            return false;
        }
    }
    // With few records for each value, one class for each is chance.
    known.len() > 1 && values.len() >= 20 * known.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_spells_a_label_out_is_named() {
        let column = |name: &str, values: Vec<f64>| TableColumn {
            name: name.to_owned(),
            values: ColumnValues::Numeric(values),
        };
        let rows = 0..200u32;
        let table = Table {
            columns: vec![
                column("twin", rows.clone().map(|row| f64::from(row % 4)).collect()),
                column("age", rows.clone().map(|row| f64::from(row % 7)).collect()),
                column("row", rows.clone().map(f64::from).collect()),
                column("one", vec![3.0; 200]),
            ],
        };
        let sex = Attribute {
            name: "sex".to_owned(),
            classes: vec!["f".to_owned(), "m".to_owned()],
            codes: rows.map(|row| row % 2).collect(),
        };
        let notes = copies(&table, &[sex]);
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].contains("`twin` gives `sex` away"), "{notes:?}");
        let notes = constant(&table);
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].contains("`one`"), "{notes:?}");
    }
}
