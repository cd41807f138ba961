//! The sweep file: a run file with a table `[sweep]`.

use crate::error::{PipelineError, Result};
use serde::Deserialize;
use tiprdc_train::toml_problem;
use toml::{Table, Value};

/// A sweep file, read.
pub struct SweepFile {
    /// The run file that is left without `[sweep]`.
    pub run: Table,
    pub sweep: SweepTable,
}

/// The table `[sweep]`. Unknown keys are errors.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SweepTable {
    /// Attributes to be hidden.
    pub private: Option<Vec<String>>,
    /// Attributes to be kept.
    pub tasks: Option<Vec<String>>,
    pub seeds: Option<Vec<u64>>,
    #[serde(default)]
    pub methods: Vec<MethodTable>,
}

/// One entry of `[[sweep.methods]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MethodTable {
    /// What its points are called.
    pub name: Option<String>,
    /// Takes the place of the run's `[method]`.
    method: Option<Table>,
    /// Takes the place of the run's keys.
    #[serde(default)]
    set: Table,
    /// Keys of the run, each with a list of values.
    #[serde(default)]
    vary: Table,
}

impl SweepFile {
    /// Reads a sweep, with `overrides` of the form `section.key=value` on top.
    pub fn parse(text: &str, overrides: &[String]) -> Result<Self> {
        let mut run: Table = text
            .parse()
            .map_err(|error| PipelineError::input(toml_problem(text, &error)))?;
        for assignment in overrides {
            tiprdc_train::set_key(&mut run, assignment)?;
        }
        let sweep = run.remove("sweep").ok_or_else(|| {
            PipelineError::input("the file has no table [sweep]; `tiprdc sweep --help` shows one")
        })?;
        let in_sweep =
            |error| PipelineError::input(format!("[sweep]: {}", toml_problem("", &error)));
        let sweep: SweepTable = sweep.try_into().map_err(in_sweep)?;
        sweep.check()?;
        Ok(Self { run, sweep })
    }
}

impl SweepTable {
    fn check(&self) -> Result {
        let lists = [
            ("private", self.private.as_ref().map(Vec::len)),
            ("tasks", self.tasks.as_ref().map(Vec::len)),
            ("seeds", self.seeds.as_ref().map(Vec::len)),
            ("methods", Some(self.methods.len())),
        ];
        if let Some((key, _)) = lists.iter().find(|(_, length)| *length == Some(0)) {
            return Err(PipelineError::input(format!(
                "sweep.{key} must not be empty"
            )));
        }
        let seeds = self.seeds.as_deref().unwrap_or_default();
        match twice(seeds) {
            Some(seed) => Err(PipelineError::input(format!(
                "sweep.seeds names {seed} twice"
            ))),
            None => Ok(()),
        }
    }
}

/// The first that comes a second time.
pub fn twice<T: PartialEq>(items: &[T]) -> Option<&T> {
    let known = |(index, item): &(usize, &T)| items[..*index].contains(item);
    items.iter().enumerate().find(known).map(|(_, item)| item)
}

/// A key of the run with one of its values.
pub type Setting = (String, Value);

impl MethodTable {
    /// The run of this entry, before anything varies.
    pub fn apply(&self, run: &Table) -> Table {
        let mut run = run.clone();
        if let Some(method) = &self.method {
            run.insert("method".into(), Value::Table(method.clone()));
        }
        overlay(&mut run, &self.set);
        run
    }

    /// Every combination of the values in `vary`; the last key changes fastest.
    pub fn combinations(&self) -> Result<Vec<Vec<Setting>>> {
        let mut dials = Vec::new();
        flatten("", &self.vary, &mut dials)?;
        let mut combinations = vec![Vec::new()];
        for (key, values) in dials {
            let with = |settings: &Vec<Setting>| {
                let with_value = |value: &Value| {
                    let setting = (key.clone(), value.clone());
                    settings.iter().cloned().chain([setting]).collect()
                };
                values.iter().map(with_value).collect::<Vec<_>>()
            };
            combinations = combinations.iter().flat_map(with).collect();
        }
        Ok(combinations)
    }
}

/// Puts the values of `over` in the place of those in `table`, key by key.
fn overlay(table: &mut Table, over: &Table) {
    for (key, value) in over {
        match (table.get_mut(key), value) {
            (Some(Value::Table(inner)), Value::Table(over)) => overlay(inner, over),
            _ => {
                table.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Keys with their lists: `vary.method.lambda = [...]` and `vary = { "method.lambda" = [...] }` say the same.
fn flatten(path: &str, table: &Table, dials: &mut Vec<(String, Vec<Value>)>) -> Result {
    for (key, value) in table {
        let path = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        match value {
            Value::Table(table) => flatten(&path, table, dials)?,
            Value::Array(values) => {
                allowed(&path, values)?;
                dials.push((path, values.clone()));
            }
            _ => {
                return Err(PipelineError::input(format!(
                    "sweep.methods: vary.{path} must be a list of values, as in [0.3, 0.6]"
                )));
            }
        }
    }
    Ok(())
}

fn allowed(path: &str, values: &[Value]) -> Result {
    let fail = |message: &str| {
        Err(PipelineError::input(format!(
            "sweep.methods: vary.{path} {message}"
        )))
    };
    if values.is_empty() {
        return fail("is an empty list; name one value or more");
    }
    if twice(values).is_some() {
        return fail("names a value twice");
    }
    match path.split('.').next() {
        Some("seed") => fail("is not for `vary`: seeds belong into sweep.seeds"),
        Some("dataset") => {
            fail("is not for `vary`: a sweep has one data set, so that its points can be compared")
        }
        Some("sweep") => fail("is no key of a run"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn methods(text: &str) -> Result<Vec<Vec<Setting>>> {
        let file = SweepFile::parse(&format!("[[sweep.methods]]\n{text}"), &[])?;
        file.sweep.methods[0].combinations()
    }

    #[test]
    fn lists_are_crossed_however_they_are_spelt() {
        let dotted = "vary.method.lambda = [1, 2]\nvary.training.epochs = [3, 4, 5]";
        let quoted = "vary = { \"method.lambda\" = [1, 2], \"training.epochs\" = [3, 4, 5] }";
        let crossed = methods(dotted).expect("a good file");
        assert_eq!(crossed, methods(quoted).expect("a good file"));
        assert_eq!(crossed.len(), 6);
        assert_eq!(crossed[1][0], ("method.lambda".into(), Value::Integer(1)));
        assert_eq!(crossed[1][1], ("training.epochs".into(), Value::Integer(4)));
        assert_eq!(methods("").expect("no dial, one point").len(), 1);
    }

    #[test]
    fn what_cannot_be_varied_is_named() {
        for (text, word) in [
            ("vary.method.lambda = []", "vary.method.lambda"),
            ("vary.method.lambda = 3", "must be a list"),
            ("vary.method.lambda = [1, 1]", "twice"),
            ("vary.seed = [1]", "sweep.seeds"),
            ("vary.dataset.split = [\"trial\"]", "one data set"),
            ("strenght = 1", "strenght"),
        ] {
            let message = methods(text).expect_err(text).to_string();
            assert!(message.contains(word), "{text}: {message}");
        }
    }
}
