//! Progress: bars on a terminal, plain lines elsewhere, on standard error.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;
use tiprdc_audit::{Event, Stage};
use tiprdc_train::{DataEvent, TrainEvent};

/// Shows what is going on.
pub struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    pub fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template(
                "{prefix:24} [{bar:24}] {pos}/{len} {elapsed}<{eta} {wide_msg}",
            );
            ProgressBar::new(0)
                .with_style(style.expect("the template is valid").progress_chars("=> "))
        });
        Progress { bar }
    }

    /// A line that stays.
    pub fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            None => crate::output::note(text),
        }
    }

    /// The bar, at `done` of `total`.
    pub fn show(&self, prefix: String, done: u64, total: u64, message: String) {
        if let Some(bar) = &self.bar {
            if bar.prefix() != prefix {
                bar.reset();
                bar.set_prefix(prefix);
            }
            bar.set_length(total);
            bar.set_position(done);
            bar.set_message(message);
        }
    }

    pub fn data(&self, event: &DataEvent) {
        match event {
            DataEvent::Progress { unit, done, total } => {
                self.show(
                    format!("reading {unit}"),
                    *done as u64,
                    *total as u64,
                    String::new(),
                );
            }
            DataEvent::Skipped { what, count } => self.line(&format!("skipped {count} {what}")),
            _ => {}
        }
    }

    pub fn train(&self, event: &TrainEvent) {
        match event {
            TrainEvent::Batch {
                stage,
                epoch,
                epochs,
                batch,
                batches,
                metrics,
            } => {
                let metrics: Vec<_> = metrics
                    .iter()
                    .map(|(name, value)| (*name, f64::from(*value)))
                    .collect();
                let prefix = format!("{stage} {epoch}/{epochs}");
                self.show(
                    prefix,
                    *batch as u64,
                    *batches as u64,
                    list(metrics.into_iter()),
                );
            }
            TrainEvent::Epoch {
                stage,
                epoch,
                epochs,
                metrics,
                elapsed,
                remaining,
            } => self.line(&format!(
                "{stage} epoch {epoch}/{epochs}: {} ({}, about {} left)",
                list(metrics.iter().map(|(name, value)| (name.as_str(), *value))),
                short(*elapsed),
                short(*remaining)
            )),
            TrainEvent::Note { text } => self.line(&format!("note: {text}")),
            TrainEvent::Resumed {
                stage,
                epoch,
                batch,
            } => {
                self.line(&format!(
                    "resuming in stage `{stage}` after epoch {epoch}, batch {batch}"
                ));
            }
            _ => {}
        }
    }

    pub fn audit(&self, event: &Event) {
        match event {
            Event::AttackerStarted {
                attribute,
                attacker,
                stage,
                index,
                total,
            } => {
                let message = format!("{attacker} on {attribute} ({})", stage_name(*stage));
                self.show("audit".into(), *index as u64, *total as u64, message);
            }
            Event::AttackerFinished {
                attribute,
                attacker,
                stage,
                seconds,
                value,
                ..
            } if self.bar.is_none() => {
                let stage = stage_name(*stage);
                self.line(&format!(
                    "audit: {attacker} on {attribute} ({stage}): {value:.3} in {seconds:.1} s"
                ));
            }
            Event::AttackerFinished { .. } => {}
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Features => "features",
        Stage::Raw => "raw inputs",
    }
}

fn list<'a>(metrics: impl Iterator<Item = (&'a str, f64)>) -> String {
    metrics
        .map(|(name, value)| format!("{name} {value:.3}"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn short(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 90.0 {
        format!("{seconds:.2} s")
    } else {
        format!("{:.1} min", seconds / 60.0)
    }
}
