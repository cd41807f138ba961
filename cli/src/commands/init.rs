//! `tiprdc init`: a run file for a table of one's own, with what was found in each column.

mod column;
mod text;

use crate::args::InitArgs;
use crate::failure::{Failure, Result};
use crate::output;
use column::{Column, Part};
use std::path::{Path, PathBuf};
use tiprdc_files::{CsvFile, CsvFormat, TextTable, is_parquet};
use tiprdc_train::{DatasetConfig, Run};

/// What may stand between cells.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// A table, looked at.
pub struct Survey {
    /// The table's file, as the run file names it.
    pub file: String,
    pub delimiter: char,
    pub rows: usize,
    pub columns: Vec<Column>,
}

pub fn run(args: &InitArgs) -> Result {
    output::check_out(&args.out(), false)?;
    let survey = survey(args)?;
    let run = text::run_file(args, &survey);
    let loaded = check(&args.table, &run)?;
    let out = args.out();
    if !output::is_stdout(&out) && out.exists() && !args.force {
        return Err(Failure::input(format!(
            "{} is there already; name another with --out, or replace it with --force",
            out.display()
        )));
    }
    output::write(&out, run.as_bytes())?;
    let dropped = survey.columns.iter().filter(|column| column.is_dropped());
    output::note(&format!(
        "{} rows to train on, {} to test; {} of {} columns left out: the file says why",
        loaded.0,
        loaded.1,
        dropped.count(),
        survey.columns.len()
    ));
    output::wrote(&out, &format!("(next: tiprdc train {})", out.display()));
    Ok(())
}

fn survey(args: &InitArgs) -> Result<Survey> {
    let wrong = |error: tiprdc_files::FileError| Failure::input(error);
    let delimiter = delimiter(&args.table)?;
    let format = CsvFormat {
        delimiter,
        ..CsvFormat::default()
    };
    let table = TextTable::open(&args.table, &format, &[], &|_| true).map_err(wrong)?;
    table.check_names().map_err(wrong)?;
    let part = |name: &str| {
        let is = |names: &[String]| names.iter().any(|other| other == name);
        match () {
            () if is(&args.private) => Part::Private,
            () if is(&args.task) => Part::Task,
            () if args.group.as_deref() == Some(name) => Part::Group,
            () => Part::Input,
        }
    };
    let named = args.private.iter().chain(&args.task).chain(&args.group);
    if let Some(name) = named.clone().find(|name| !table.header.contains(name)) {
        return Err(Failure::input(format!(
            "{}: expected a column `{name}` among its {}, found none",
            args.table.display(),
            table.header.len()
        )));
    }
    let names: Vec<&String> = named.collect();
    if names
        .iter()
        .enumerate()
        .any(|(at, name)| names[..at].contains(name))
    {
        return Err(Failure::input(
            "a column is named twice; it is private, a task or the group",
        ));
    }
    let columns = table.columns.iter().map(|column| {
        let index = table.indices.contains(&column.name);
        Column::look(column, part(&column.name), index)
    });
    let file = args.table.file_name().unwrap_or_default();
    Ok(Survey {
        file: file.to_string_lossy().into_owned(),
        delimiter: char::from(delimiter),
        rows: table.rows,
        columns: columns.collect(),
    })
}

/// The first delimiter that gives a header of several cells.
fn delimiter(path: &Path) -> Result<u8> {
    if is_parquet(path) {
        return Ok(b',');
    }
    let cells = |&delimiter: &u8| {
        let format = CsvFormat {
            delimiter,
            ..CsvFormat::default()
        };
        CsvFile::open(path, &format).is_ok_and(|file| file.header.len() > 1)
    };
    Ok(DELIMITERS.into_iter().find(cells).unwrap_or(b','))
}

/// Reads the table as training will; what is refused there is refused here.
fn check(table: &Path, run: &str) -> Result<(usize, usize)> {
    let run = Run::from_toml(run, &[] as &[&str])?;
    let folder = match table.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    };
    let DatasetConfig::Table(config) = &run.dataset else {
        return Err(Failure::Internal("a table's run has another kind".into()));
    };
    let dataset = config.load(&folder, &mut |_| {})?;
    Ok((dataset.train.len(), dataset.test.len()))
}
