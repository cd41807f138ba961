//! `tiprdc inspect`.

use crate::args::InspectArgs;
use crate::failure::Result;
use crate::output;
use tiprdc::{
    AuditSummary, Dtype, Encoder, Field, FieldKind, InputSpec, Manifest, OutputSpec, Release, shown,
};

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
            names
                .iter()
                .map(|name| shown(name))
                .collect::<Vec<_>>()
                .join(", ")
        }
    };
    let mut lines = vec![
        format!("{} {}", shown(&manifest.name), shown(&manifest.version)),
        format!(
            "  input     {} {:?}",
            manifest.input.kind(),
            manifest.input.shape()
        ),
        format!("  features  {}", features(manifest)),
        format!("  release   {}", release(&manifest.release)),
        format!("  method    {}", shown(&manifest.method.kind)),
        format!("  hides     {}", names(&manifest.method.private)),
        format!("  knew      {}", names(&manifest.method.tasks)),
    ];
    if let Some(training) = &manifest.training {
        lines.push(format!(
            "  trained   on {} ({} records), seed {}",
            shown(&training.dataset),
            training.rows,
            training.seed
        ));
    }
    if let InputSpec::Record(record) = &manifest.input {
        lines.extend(record.fields.iter().map(field));
    }
    match &manifest.audit {
        Some(audit) => lines.extend(measured(audit)),
        None => lines.push("  audit     none in this file: what leaks is not known".into()),
    }
    lines.push(format!("  sha256    {}", encoder.digest()));
    lines.join("\n")
}

/// Categories of a field that are listed.
const LISTED: usize = 12;

/// A field of a record, and what it may hold.
fn field(field: &Field) -> String {
    let holds = match &field.kind {
        FieldKind::Numeric { .. } => "a number".to_owned(),
        FieldKind::Categorical { categories } => {
            let listed: Vec<String> = categories.iter().take(LISTED).map(|c| shown(c)).collect();
            let more = match categories.len().saturating_sub(LISTED) {
                0 => String::new(),
                more => format!(" and {more} more (--json lists all)"),
            };
            format!("one of {}{more}", listed.join(", "))
        }
    };
    format!("  field     {}: {holds}", shown(&field.name))
}

/// What leaves for one record.
fn features(manifest: &Manifest) -> String {
    let OutputSpec {
        shape,
        dtype,
        scale,
    } = &manifest.output;
    match (&manifest.release, dtype, scale) {
        (Release::Substitute { count, .. }, ..) => {
            let bytes = if *count > 1 << 16 { 4 } else { 2 };
            format!("the index of one of {count} substitutes ({bytes} bytes)")
        }
        (_, Dtype::Int8, Some(scale)) => format!("{shape:?} int8, in steps of {scale}"),
        (_, Dtype::F16, _) => format!("{shape:?} f16"),
        (_, Dtype::F32 | Dtype::Int8, _) => format!("{shape:?} f32"),
    }
}

/// How it leaves, and what that proves.
fn release(release: &Release) -> String {
    let name = release.name();
    let bound = |epsilon: &f64| format!("epsilon {} nats, one draw", short(*epsilon));
    match release {
        Release::Exact => format!("{name}: as the network computed them; no bound is proven"),
        Release::Gaussian {
            clip,
            scale,
            delta,
            epsilon,
        } => format!(
            "{name}: clipped to an L2 norm of {}, noise of deviation {}; {}, delta {delta:e}",
            short(*clip),
            short(*scale),
            bound(epsilon)
        ),
        Release::Laplace {
            clip,
            scale,
            epsilon,
        } => format!(
            "{name}: clipped to an L1 norm of {}, noise of scale {}; {}",
            short(*clip),
            short(*scale),
            bound(epsilon)
        ),
        Release::Substitute {
            temperature,
            range,
            table,
            epsilon,
            ..
        } => format!(
            "{name}: drawn by logits / {} within {} nats, from table {}; {}",
            short(*temperature),
            short(*range),
            shown(table.get(..12).unwrap_or(table)),
            bound(epsilon)
        ),
    }
}

/// Six digits; a bound is rounded up, as it must not look better than it is.
fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let digits = 5 - value.abs().log10().floor() as i32;
    let unit = 10f64.powi(digits);
    let nearest = (value * unit).round();
    // The nearest number, unless it is below.
    let rounded = [nearest, nearest + 1.0]
        .map(|steps| steps / unit)
        .into_iter()
        .find(|rounded| *rounded >= value)
        .unwrap_or(value);
    if rounded.is_finite() && rounded != 0.0 {
        format!("{rounded}")
    } else {
        format!("{value}")
    }
}

/// What the collector says was measured.
fn measured(audit: &AuditSummary) -> Vec<String> {
    let share = match audit.nag {
        Some(nag) => format!("; {nag:.3} of what the raw inputs leak"),
        None => String::new(),
    };
    let mut lines = vec![format!(
        "  audit     {}: {} reaches {:.3} [{:.3}, {:.3}], guessing {:.3} (balanced accuracy){share}",
        shown(&audit.attribute),
        shown(&audit.strongest_attacker),
        audit.balanced_accuracy,
        audit.interval[0],
        audit.interval[1],
        audit.chance
    )];
    lines.extend(audit.tasks.iter().map(|task| {
        format!(
            "  keeps     {}: {:.3}, guessing {:.3} (balanced accuracy)",
            shown(&task.attribute),
            task.balanced_accuracy,
            task.chance
        )
    }));
    lines
}
