//! `tiprdc inspect`.

use crate::args::InspectArgs;
use crate::failure::Result;
use crate::output;
use tiprdc::{AuditSummary, Encoder};

pub fn run(args: &InspectArgs) -> Result {
    let encoder = Encoder::open(&args.encoder)?;
    if args.json {
        output::print_json(&output::describe(&args.encoder, &encoder));
    } else {
        output::print(&text(&encoder));
    }
    Ok(())
}

fn text(encoder: &Encoder) -> String {
    let manifest = encoder.manifest();
    let names = |names: &[String]| {
        if names.is_empty() {
            "none".to_string()
        } else {
            names.join(", ")
        }
    };
    let mut lines = vec![
        format!("{} {}", manifest.name, manifest.version),
        format!(
            "  input     {} {:?}",
            manifest.input.kind(),
            manifest.input.shape()
        ),
        format!(
            "  features  {:?} f32, released as they are ({})",
            manifest.output.shape,
            manifest.release.name()
        ),
        format!("  method    {}", manifest.method.kind),
        format!("  hides     {}", names(&manifest.method.private)),
        format!("  knew      {}", names(&manifest.method.tasks)),
    ];
    if let Some(training) = &manifest.training {
        lines.push(format!(
            "  trained   on {} ({} records), seed {}",
            training.dataset, training.rows, training.seed
        ));
    }
    match &manifest.audit {
        Some(audit) => lines.extend(measured(audit)),
        None => lines.push("  audit     none in this file: what leaks is not known".into()),
    }
    lines.push(format!("  sha256    {}", encoder.digest()));
    lines.join("\n")
}

/// What the collector says was measured.
fn measured(audit: &AuditSummary) -> Vec<String> {
    let share = match audit.nag {
        Some(nag) => format!("; {nag:.3} of what the raw inputs leak"),
        None => String::new(),
    };
    let mut lines = vec![format!(
        "  audit     {}: {} reaches {:.3} [{:.3}, {:.3}], guessing {:.3} (balanced accuracy){share}",
        audit.attribute,
        audit.strongest_attacker,
        audit.balanced_accuracy,
        audit.interval[0],
        audit.interval[1],
        audit.chance
    )];
    lines.extend(audit.tasks.iter().map(|task| {
        format!(
            "  keeps     {}: {:.3}, guessing {:.3} (balanced accuracy)",
            task.attribute, task.balanced_accuracy, task.chance
        )
    }));
    lines
}
