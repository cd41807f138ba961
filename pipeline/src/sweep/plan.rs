//! Everything that a sweep will do, checked before it does anything.

use super::file::{Setting, SweepFile, twice};
use crate::error::{PipelineError, Result};
use crate::judge;
use std::collections::BTreeMap;
use tiprdc_audit::Attribute;
use tiprdc_train::{Dataset, DatasetConfig, MethodConfig, Run, TrainError};
use toml::{Table, Value};

/// All that a sweep will do: points, and what their audits ask for.
#[derive(Debug)]
pub struct Plan {
    /// Name of the sweep.
    pub name: String,
    /// The data set of all points.
    pub dataset: DatasetConfig,
    /// Attributes to be hidden.
    pub private: Vec<String>,
    /// All other attributes if none are named.
    tasks: Option<Vec<String>>,
    pub(crate) points: Vec<Planned>,
}

/// A method with its settings.
#[derive(Debug)]
pub(crate) struct Planned {
    pub name: String,
    pub series: String,
    pub method: String,
    pub settings: BTreeMap<String, serde_json::Value>,
    /// One for each seed.
    pub runs: Vec<Run>,
}

impl Plan {
    /// Reads a sweep file (docs/sweep-format.md), with `overrides` of the form `section.key=value` on top.
    ///
    /// # Errors
    /// [`PipelineError::Input`], naming the key.
    pub fn parse(text: &str, overrides: &[String]) -> Result<Self> {
        let file = SweepFile::parse(text, overrides)?;
        let mut points = Vec::new();
        for entry in &file.sweep.methods {
            let table = entry.apply(&file.run);
            for settings in entry.combinations()? {
                points.push(planned(&file, &table, entry.name.as_deref(), &settings)?);
            }
        }
        let names: Vec<&String> = points.iter().map(|point| &point.name).collect();
        if let Some(name) = twice(&names) {
            return Err(PipelineError::input(format!(
                "sweep.methods: two points are called `{name}`; give one of the entries another `name`"
            )));
        }
        let first = points.first().and_then(|point| point.runs.first());
        let first = first.ok_or_else(|| PipelineError::input("sweep.methods must not be empty"))?;
        Ok(Self {
            name: first.name.clone(),
            dataset: first.dataset.clone(),
            private: private(&file, &points)?,
            tasks: file.sweep.tasks.clone(),
            points,
        })
    }

    /// What audits attack, and what they ask for; an attribute that is not there is named here, before any training.
    pub(crate) fn attributes(&self, dataset: &Dataset) -> Result<Vec<Attribute>> {
        for run in self.points.iter().flat_map(|point| &point.runs) {
            let known = run.method.private().iter().chain(run.method.tasks());
            judge::attributes(dataset, &known.collect::<Vec<_>>(), &[])?;
        }
        let tasks = self.tasks(dataset);
        let named: Vec<&String> = self.private.iter().chain(&tasks).collect();
        if let Some(name) = twice(&named) {
            return Err(PipelineError::input(format!(
                "[sweep] names the attribute `{name}` twice; it is either private or a task"
            )));
        }
        if tasks.is_empty() {
            return Err(PipelineError::input(
                "the data set has no attribute besides the private ones; a sweep needs a task to tell what is kept",
            ));
        }
        judge::attributes(dataset, &self.private, &tasks)
    }

    /// Attributes to be kept.
    pub(crate) fn tasks(&self, dataset: &Dataset) -> Vec<String> {
        let all = dataset
            .train
            .attributes
            .iter()
            .map(|attribute| &attribute.name);
        let others = || {
            all.filter(|name| !self.private.contains(name))
                .cloned()
                .collect()
        };
        self.tasks.clone().unwrap_or_else(others)
    }
}

/// One point, with a run for each seed.
fn planned(
    file: &SweepFile,
    table: &Table,
    name: Option<&str>,
    settings: &[Setting],
) -> Result<Planned> {
    let mut table = table.clone();
    for (key, value) in settings {
        tiprdc_train::set_key(&mut table, &format!("{key}={value}"))?;
    }
    let run = read(table)?;
    let method = run.method.name().to_owned();
    let series = name.map_or_else(|| method.clone(), str::to_owned);
    let seeds = file.sweep.seeds.clone().unwrap_or_else(|| vec![run.seed]);
    let json =
        |value: &Value| serde_json::to_value(value).unwrap_or_else(|_| value.to_string().into());
    Ok(Planned {
        name: settings.iter().fold(series.clone(), |name, (key, value)| {
            let key = key.rsplit('.').next().unwrap_or(key);
            format!("{name}, {key} {}", plain(value))
        }),
        series,
        method,
        settings: settings
            .iter()
            .map(|(key, value)| (key.clone(), json(value)))
            .collect(),
        runs: seeds
            .into_iter()
            .map(|seed| Run {
                seed,
                ..run.clone()
            })
            .collect(),
    })
}

/// A run without its `[method]` is told what it lacks.
fn read(table: Table) -> Result<Run> {
    if !table.contains_key("method") {
        return Err(PipelineError::input(
            "an entry of sweep.methods has no `method`, and the file has no [method] to fall back on",
        ));
    }
    let run = Run::from_toml(&table.to_string(), &[] as &[&str]);
    run.map_err(|error| match error {
        TrainError::Config(message) => {
            PipelineError::input(format!("a run of the sweep cannot be started: {message}"))
        }
        error => error.into(),
    })
}

/// A value as it reads in a name.
fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// What `[sweep]` names, or what the run's method hides, or what the first method hides that hides anything.
fn private(file: &SweepFile, points: &[Planned]) -> Result<Vec<String>> {
    let own = file.run.get("method").cloned();
    let own = own.and_then(|method| method.try_into::<MethodConfig>().ok());
    let own = own.map(|method| method.private().to_vec());
    let runs = points.iter().filter_map(|point| point.runs.first());
    let hidden = runs.map(|run| run.method.private().to_vec());
    file.sweep
        .private
        .iter()
        .cloned()
        .chain(own)
        .chain(hidden)
        .find(|names| !names.is_empty())
        .ok_or_else(|| {
            PipelineError::input(
                "no method hides an attribute; name what is private as sweep.private = [\"...\"]",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str =
        "name = \"s\"\n[dataset]\nkind = \"adult\"\n[encoder]\narchitecture = \"mlp\"\n";

    fn plan(sweep: &str, overrides: &[&str]) -> Result<Plan> {
        let overrides: Vec<String> = overrides.iter().map(|o| (*o).to_owned()).collect();
        Plan::parse(&format!("{BASE}{sweep}"), &overrides)
    }

    #[test]
    fn the_example_is_a_good_sweep() {
        let plan =
            Plan::parse(include_str!("../../../cli/runs/sweep-adult.toml"), &[]).expect("good");
        let names: Vec<&str> = plan
            .points
            .iter()
            .map(|point| point.name.as_str())
            .collect();
        let expected = [
            "tiprdc, lambda 0.3",
            "tiprdc, lambda 0.66",
            "tiprdc, lambda 0.9",
            "income only",
        ];
        assert_eq!(names, expected);
        assert_eq!(plan.private, ["sex"]);
    }

    #[test]
    fn settings_reach_the_runs_and_seeds_multiply_them() {
        let sweep = "[method]\nkind = \"tiprdc\"\nprivate = [\"sex\"]\n[sweep]\nseeds = [4, 5]\n[[sweep.methods]]\n\
                     vary.method.lambda = [0.25]\nvary.encoder.features = [8]\n";
        let plan = plan(sweep, &["training.epochs=7"]).expect("good");
        let [point] = &plan.points[..] else {
            panic!("one point")
        };
        assert_eq!(point.name, "tiprdc, features 8, lambda 0.25");
        let seeds: Vec<u64> = point.runs.iter().map(|run| run.seed).collect();
        assert_eq!(seeds, [4, 5]);
        assert_eq!(point.runs[0].training.epochs, 7);
        assert_eq!(point.runs[0].encoder.features, Some(8));
        assert_eq!(point.runs[0].method.lambda(), Some(0.25));
        assert_eq!(point.settings["method.lambda"], 0.25);
        assert_eq!(plan.private, ["sex"], "what the method hides is audited");
    }

    #[test]
    fn what_is_missing_or_said_twice_is_named() {
        let raw = "[[sweep.methods]]\nmethod = { kind = \"raw\" }\n";
        for (sweep, word) in [
            ("", "[sweep]"),
            ("[sweep]\n", "sweep.methods"),
            ("[[sweep.methods]]\n", "[method]"),
            (raw, "sweep.private"),
            (
                &format!("[sweep]\nprivate = [\"sex\"]\n{raw}{raw}"),
                "`raw`",
            ),
            (&format!("[sweep]\nprivate = []\n{raw}"), "sweep.private"),
            (&format!("[sweep]\nseeds = [1, 1]\n{raw}"), "twice"),
            (&format!("[sweep]\nprivat = [\"sex\"]\n{raw}"), "privat"),
            (
                "[[sweep.methods]]\nmethod = { kind = \"raw\", lambda = 1 }\n",
                "lambda",
            ),
            (&format!("{raw}vary.training.epocks = [1]\n"), "epocks"),
        ] {
            let message = plan(sweep, &[]).expect_err(sweep).to_string();
            assert!(message.contains(word), "{sweep}: {message}");
        }
    }
}
