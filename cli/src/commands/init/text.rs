//! The run file that a survey gives.

use super::Survey;
use super::column::{Column, Kind, Part};
use crate::args::InitArgs;
use std::collections::BTreeSet;
use tiprdc::shown;
use toml::Value;

/// The share of the rows, or of the people, that is set aside to test on.
const TEST_FRACTION: f64 = 0.25;
/// Classes of a label that is numbers; with more, it is cut in two.
const MAX_CLASSES: usize = 20;
/// The class of rows whose label is missing.
const UNKNOWN: &str = "unknown";
/// Records of a batch, and substitutes, where there are enough records.
const BATCH: usize = 512;

pub fn run_file(args: &InitArgs, survey: &Survey) -> String {
    let train_rows = ((1.0 - TEST_FRACTION) * survey.rows as f64) as usize;
    // A tenth of the records, so that an epoch has batches and a substitute stands for several people.
    let batch = (train_rows / 10).clamp(2, BATCH);
    let name = format!("{}-{}", stem(&survey.file), args.private.join("-"));
    let mut lines = vec![
        format!("# A run for the table `{}`, which lies beside this file.", shown(&survey.file)),
        "# Written by `tiprdc init`. Change what is wrong, then: tiprdc train THIS-FILE".to_owned(),
        format!("name = {}", quoted(&name)),
        "seed = 0".to_owned(),
        String::new(),
        "[dataset]".to_owned(),
        "kind = \"table\"".to_owned(),
        format!("train = {}", quoted(&survey.file)),
        "# The share of the rows to test on; with `group`, of the people. Or name a file: test = \"test.csv\".".to_owned(),
        format!("test_fraction = {TEST_FRACTION}"),
    ];
    if survey.delimiter != ',' {
        lines.push(format!(
            "delimiter = {}",
            quoted(&survey.delimiter.to_string())
        ));
    }
    lines.extend(missing(survey));
    lines.push("# Each column, and what it is:".to_owned());
    lines.extend(
        survey
            .columns
            .iter()
            .map(|column| format!("#   {}", about(column))),
    );
    for (key, wanted) in [
        ("numeric", Wanted::Numeric),
        ("categorical", Wanted::Categorical),
        ("drop", Wanted::Dropped),
    ] {
        let names: Vec<String> = survey
            .columns
            .iter()
            .filter(|c| wanted.is(c))
            .map(|c| quoted(&c.name))
            .collect();
        lines.push(format!("{key} = [{}]", names.join(", ")));
    }
    if let Some(group) = &args.group {
        lines
            .push("# Whose row it is: a person is trained on or tested on, never both.".to_owned());
        lines.push(format!("group = {}", quoted(group)));
    }
    lines.push("# Labels leave the input. What spells a label out (a twin, a title) belongs into `drop`, too.".to_owned());
    lines.push(format!("attributes = [\n{}]", attributes(survey)));
    lines.push(rest(args, batch));
    lines.join("\n")
}

fn rest(args: &InitArgs, batch: usize) -> String {
    let list = |names: &[String]| {
        names
            .iter()
            .map(|name| quoted(name))
            .collect::<Vec<_>>()
            .join(", ")
    };
    format!(
        "\n[encoder]\narchitecture = \"mlp\"\n\n\
         # Each record is replaced by a neighbour, which is drawn on the device. `beta` hides more where it is larger.\n\
         # Other methods: docs/methods.md, or `kind = \"tiprdc\"`, which keeps more and hides less.\n\
         [method]\nkind = \"neighbour_substitution\"\nprivate = [{}]\n{}count = {batch}\nbeta = 12.0\n\n\
         [training]\npretrain_epochs = 20\nepochs = 15\n# At most as many as there are records to train on.\nbatch = {batch}\n",
        list(&args.private),
        if args.task.is_empty() {
            "# Tasks to keep, if they are known: tasks = [\"...\"]\n".to_owned()
        } else {
            format!("tasks = [{}]\n", list(&args.task))
        },
    )
}

/// Which list of the run file a column stands in.
enum Wanted {
    Numeric,
    Categorical,
    Dropped,
}

impl Wanted {
    fn is(&self, column: &Column) -> bool {
        let input = column.part == Part::Input;
        match (self, &column.kind) {
            (Wanted::Numeric, Kind::Numbers { .. })
            | (Wanted::Categorical, Kind::Categories(_)) => input,
            (Wanted::Dropped, Kind::Dropped(_)) => true,
            _ => false,
        }
    }
}

/// Markers of missing values that occur.
fn missing(survey: &Survey) -> Vec<String> {
    let found: BTreeSet<&str> = survey
        .columns
        .iter()
        .flat_map(|c| c.markers.keys().map(String::as_str))
        .collect();
    let found: Vec<String> = found.into_iter().map(quoted).collect();
    vec![
        "# Cells that mean that nothing is known; an empty cell always does.".to_owned(),
        format!("missing = [{}]", found.join(", ")),
    ]
}

fn about(column: &Column) -> String {
    let kind = match &column.kind {
        Kind::Numbers { distinct, .. } => format!("numbers, {distinct} different"),
        Kind::Categories(count) => format!("{count} categories"),
        Kind::Dropped(why) => format!("left out: {why}"),
    };
    let part = match column.part {
        Part::Input => "",
        Part::Private => "private; ",
        Part::Task => "task; ",
        Part::Group => "whose row it is; ",
    };
    let missing = match column.missing() {
        0 => String::new(),
        rows => format!("; missing in {rows} rows"),
    };
    format!("{}: {part}{kind}{missing}", shown(&column.name))
}

/// A line for each label.
fn attributes(survey: &Survey) -> String {
    let labels = survey
        .columns
        .iter()
        .filter(|c| matches!(c.part, Part::Private | Part::Task));
    labels.map(attribute).collect()
}

fn attribute(column: &Column) -> String {
    let name = quoted(&column.name);
    let mut keys = Vec::new();
    let mut comment = "";
    if let Kind::Numbers { median, distinct } = column.kind
        && distinct > MAX_CLASSES
    {
        comment = "    # Numbers, cut into two classes at the median: what is hidden is a class.\n";
        keys.push(format!("thresholds = [{median:?}]"));
    }
    if column.missing() > 0 {
        keys.push(format!("missing = {}", quoted(UNKNOWN)));
    }
    if keys.is_empty() {
        return format!("    {name},\n");
    }
    format!("{comment}    {{ name = {name}, {} }},\n", keys.join(", "))
}

fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

/// A file's name up to the first dot.
fn stem(file: &str) -> &str {
    file.split('.')
        .next()
        .filter(|stem| !stem.is_empty())
        .unwrap_or("table")
}
