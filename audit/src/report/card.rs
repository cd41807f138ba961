//! A model card: what an encoder is, what it hides, and what it does not, in Markdown.

mod markdown;
mod measured;

use tiprdc::Manifest;

use crate::report::Report;
use crate::report::words::thousands;
use markdown::{fence, table, text};
use measured::measured;

/// The model card of an encoder, as Markdown: a file `model-card.md` to publish beside it.
///
/// `digest` is the SHA-256 of the encoder's file; `report` is an audit of its features. Without one, or with the audit
/// of another encoder, the card says so and claims nothing.
///
/// # Privacy
///
/// It repeats the manifest, run included, and the report. Both name attributes and the data set; neither holds records.
///
/// # Source
///
/// Mitchell et al., *Model Cards for Model Reporting*, FAT* 2019, arXiv 1810.03993.
///
/// # Examples
///
/// ```
/// use tiprdc::Manifest;
///
/// let manifest = Manifest::from_json(
///     r#"{"format": 1, "name": "motion", "version": "1.0.0", "input": {"kind": "tensor", "shape": [6]},
///         "output": {"shape": [8]}, "method": {"kind": "tiprdc", "lambda": 0.5, "private": ["gender"]}}"#,
/// )?;
/// let card = tiprdc_audit::model_card(&manifest, "46ec90d3", None);
/// assert!(card.starts_with("# Model card: motion"));
/// assert!(card.contains("No audit"));
/// # Ok::<(), tiprdc::Error>(())
/// ```
pub fn model_card(manifest: &Manifest, digest: &str, report: Option<&Report>) -> String {
    let mut card = format!("# Model card: {}\n\n", text(&manifest.name));
    card += "An encoder for private data: raw input stays on the device, features leave it.\n\n";
    card += &details(manifest, digest);
    card += INTENDED_USE;
    card += &input_and_output(manifest);
    card += &training(manifest);
    // A stamp changes the file, and keeps the digest that was audited.
    let audited = manifest
        .audit
        .as_ref()
        .and_then(|audit| audit.encoder.as_deref());
    card += &measured(&[Some(digest), audited], report);
    card += &limits(manifest);
    card + &reproduce(manifest)
}

const INTENDED_USE: &str = "\
## Intended use

To make features of a record on the user's own device, so that the features are sent instead of the record, and models
for the tasks are fitted on features. For people who collect data and want to hold less of it.

Not for: anonymisation in the sense of a law, hiding attributes that are not named here, or records unlike those it
was trained on.

";

fn details(manifest: &Manifest, digest: &str) -> String {
    let method = &manifest.method;
    let kind = match method.kind.as_str() {
        "" => "not given".to_owned(),
        kind => text(kind),
    };
    let lambda = method
        .lambda
        .map_or_else(|| "none".to_owned(), |lambda| lambda.to_string());
    let rows = [
        ["Name".to_owned(), text(&manifest.name)],
        ["Version".to_owned(), text(&manifest.version)],
        ["SHA-256 of the file".to_owned(), text(digest)],
        ["Method".to_owned(), kind],
        ["Weight of privacy (lambda)".to_owned(), lambda],
        [
            "Private attributes, hidden in training".to_owned(),
            names(&method.private),
        ],
        ["Tasks known in training".to_owned(), names(&method.tasks)],
    ];
    format!("## Details\n\n{}", table(["", ""], &rows))
}

fn names(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        names => names
            .iter()
            .map(|name| text(name))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn input_and_output(manifest: &Manifest) -> String {
    let input = &manifest.input;
    let rows = [
        [
            "Input".to_owned(),
            input.kind().to_owned(),
            shape(&input.shape()),
            "f32, after preprocessing on the device".to_owned(),
        ],
        [
            "Output".to_owned(),
            "features".to_owned(),
            shape(&manifest.output.shape),
            format!(
                "{}, release: {}",
                format!("{:?}", manifest.output.dtype).to_lowercase(),
                release(manifest)
            ),
        ],
    ];
    let heads = ["", "kind", "shape of a record", "numbers"];
    format!("## Input and output\n\n{}", table(heads, &rows))
}

/// The release, and the bound that the manifest states for it.
fn release(manifest: &Manifest) -> String {
    let (name, delta) = (manifest.release.name(), manifest.release.delta());
    match (
        manifest.release.epsilon(),
        delta.filter(|&delta| delta > 0.0),
    ) {
        (None, _) => format!("{name} (no bound is proven)"),
        (Some(epsilon), None) => format!("{name}, epsilon {epsilon} nats for one draw"),
        (Some(epsilon), Some(delta)) => {
            format!("{name}, epsilon {epsilon} nats for one draw, delta {delta:e}")
        }
    }
}

fn shape(shape: &[usize]) -> String {
    let axes: Vec<String> = shape.iter().map(ToString::to_string).collect();
    axes.join(" x ")
}

fn training(manifest: &Manifest) -> String {
    let Some(training) = &manifest.training else {
        return "## Training data\n\nThe manifest does not say on what this encoder was trained.\n\n".to_owned();
    };
    let rows = [
        ["Data set".to_owned(), text(&training.dataset)],
        ["Training records".to_owned(), thousands(training.rows)],
        ["Seed".to_owned(), training.seed.to_string()],
        ["Trained with tiprdc".to_owned(), text(&training.tiprdc)],
    ];
    format!("## Training data\n\n{}", table(["", ""], &rows))
}

fn limits(manifest: &Manifest) -> String {
    let private = match manifest.method.private.as_slice() {
        [] => "This encoder was not trained to hide any attribute.".to_owned(),
        private => format!(
            "Only {} was to be hidden. Everything else is meant to stay.",
            names(private)
        ),
    };
    format!(
        "## Limits: what is not protected\n\n\
         - {private}\n\
         - An audit bounds leakage from below. A stronger attacker, or one with more data, may find more. It is no \
         guarantee.\n\
         - If the tasks tell the attribute, no encoder that keeps the tasks in full can hide it.\n\
         - Time, size, sender and number of uploads are not touched; they often give away more than the content.\n\
         - The encoder's file is public: it holds moments and category names of the training data, and whatever a \
         network remembers.\n\
         - People unlike those of the audit may be protected less well. Audit again on your own.\n\n"
    )
}

fn reproduce(manifest: &Manifest) -> String {
    let run = manifest
        .training
        .as_ref()
        .map(|training| training.run.as_str());
    let Some(run) = run.filter(|run| !run.is_empty()) else {
        return "## How to reproduce\n\nThe manifest holds no run, so that this encoder cannot be trained again from \
                it.\n"
            .to_owned();
    };
    format!(
        "## How to reproduce\n\nSave this as `run.toml`, then `tiprdc train run.toml --data DATA --out encoder`:\n\n{}",
        fence("toml", run)
    )
}
