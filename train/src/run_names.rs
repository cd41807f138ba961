//! Names in run files: spellings that mean the same, what must be there, and what may have been meant.

use crate::error::{Result, TrainError};
use toml::{Table, Value};

/// Keys whose value is a name of ours.
const NAMED: [&str; 2] = ["kind", "architecture"];
/// How alike a name must be to be suggested, from 0 to 1 (Damerau-Levenshtein, normalised).
const ALIKE: f64 = 0.6;

/// A name of ours as run files spell it: `neighbour-substitution` is `neighbour_substitution`.
pub(crate) fn unified(name: &str) -> String {
    name.trim().to_ascii_lowercase().replace('-', "_")
}

/// Unifies the names of kinds in all tables; true if one was spelt in another way.
pub(crate) fn unify(table: &mut Table) -> bool {
    let mut changed = false;
    for (key, value) in table.iter_mut() {
        match value {
            Value::String(name) if NAMED.contains(&key.as_str()) && unified(name) != *name => {
                *name = unified(name);
                changed = true;
            }
            Value::Table(inner) => changed |= unify(inner),
            _ => {}
        }
    }
    changed
}

/// Refuses a run that lacks keys, and names all of them at once.
pub(crate) fn check_required(run: &Table) -> Result<()> {
    let has = |table: &str, key: &str| {
        let table = run.get(table).and_then(Value::as_table);
        table.is_some_and(|table| table.contains_key(key))
    };
    let mut lacking: Vec<String> = Vec::new();
    if !run.contains_key("name") {
        lacking.push("`name`".into());
    }
    let table = run.get("dataset").and_then(|dataset| dataset.get("kind"));
    let of_table: &[&str] = match table.and_then(Value::as_str) {
        Some("table") => &["train", "attributes"],
        _ => &[],
    };
    let always = [
        ("dataset", "kind"),
        ("encoder", "architecture"),
        ("method", "kind"),
    ];
    let keys = of_table.iter().map(|key| ("dataset", *key));
    for (table, key) in always.into_iter().chain(keys) {
        if !has(table, key) {
            lacking.push(format!("`{key}` in [{table}]"));
        }
    }
    if !of_table.is_empty() && !has("dataset", "test") && !has("dataset", "test_fraction") {
        lacking.push("`test` or `test_fraction` in [dataset]".into());
    }
    if lacking.is_empty() {
        return Ok(());
    }
    Err(TrainError::config(format!(
        "the run file lacks {}; `tiprdc init` writes a run file for a table, and cli/runs has others",
        lacking.join(", ")
    )))
}

/// Adds what may have been meant to serde's message of an unknown name, which lists what is known.
pub(crate) fn with_nearest(message: &str) -> String {
    // Parts with odd numbers stand between backticks: the name that came, then those that were expected.
    let mut quoted = message.split('`').skip(1).step_by(2);
    let unknown = message.starts_with("unknown ");
    let (true, Some(given)) = (unknown, quoted.next()) else {
        return message.to_owned();
    };
    let given = unified(given);
    let likeness = |name: &str| strsim::normalized_damerau_levenshtein(&given, name);
    match quoted.max_by(|a, b| likeness(a).total_cmp(&likeness(b))) {
        Some(near) if likeness(near) >= ALIKE => format!("{message}; did you mean `{near}`?"),
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::Run;

    fn run(text: &str, overrides: &[&str]) -> Result<Run, String> {
        Run::from_toml(text, overrides).map_err(|error| error.to_string())
    }

    const GOOD: &str = "name = \"n\"\n[dataset]\nkind = \"adult\"\n[encoder]\narchitecture = \"MLP\"\n[method]\n\
                        kind = \"neighbour-substitution\"\nprivate = [\"sex\"]\n";

    #[test]
    fn hyphens_and_underscores_mean_the_same() {
        let hyphens = run(GOOD, &[]).expect("good");
        let underscores = run(&GOOD.replace("neighbour-", "neighbour_"), &[]).expect("good");
        assert_eq!(hyphens, underscores);
        let set = "method={kind=\"erasure\",private=[\"sex\"],after={kind=\"pca-noise\"}}";
        let refused = run(GOOD, &[set]);
        assert!(
            !refused.is_err_and(|message| message.contains("unknown variant")),
            "the name in `after` is one of ours"
        );
    }

    #[test]
    fn all_that_is_missing_is_said_at_once() {
        let message = run("[dataset]\nkind = \"table\"\n", &[]).expect_err("lacks much");
        for part in [
            "`name`",
            "`train`",
            "`attributes`",
            "test_fraction",
            "[encoder]",
            "[method]",
        ] {
            assert!(message.contains(part), "{part}: {message}");
        }
    }

    #[test]
    fn the_nearest_name_is_suggested() {
        let near = |text: &str, name: &str| {
            let message = run(text, &[]).expect_err(name);
            assert!(
                message.contains(&format!("did you mean `{name}`?")),
                "{message}"
            );
        };
        near(
            &GOOD.replace("neighbour-", "neighbor-"),
            "neighbour_substitution",
        );
        near(&format!("{GOOD}[training]\nepocks = 3\n"), "epochs");
        let message =
            run(&GOOD.replace("neighbour-substitution", "magic"), &[]).expect_err("magic");
        assert!(!message.contains("did you mean"), "{message}");
    }

    #[test]
    fn a_data_file_in_the_place_of_a_run_is_not_quoted() {
        for secret in [
            "age,sex\n39,zaphod\n",
            "zaphod 39\n",
            "a = zaphod\n",
            "\"zaphod\"\n",
        ] {
            let message = run(secret, &[]).expect_err("no run");
            assert!(
                !message.contains("zaphod") && message.contains("line 1"),
                "{message}"
            );
        }
    }
}
