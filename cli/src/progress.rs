//! Progress: bars on a terminal, plain lines elsewhere, on standard error.

use crate::output::{self, Volume};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tiprdc::{shown, shown_line};
use tiprdc_audit::{Event, Stage};
use tiprdc_train::{DataEvent, TrainEvent};

/// Lines of an audit without a bar: one each time that so many attackers of all are done.
const LINES: usize = 4;

/// Shows what is going on.
pub struct Progress {
    bar: Option<ProgressBar>,
    /// Attackers that came to an end.
    attackers: AtomicUsize,
}

impl Progress {
    pub fn new() -> Self {
        let seen = std::io::stderr().is_terminal() && output::is_heard(Volume::Normal);
        let bar = seen.then(|| {
            // Cut, and not only padded: a line that is broken in two cannot be overwritten.
            let style = ProgressStyle::with_template(
                "{prefix:20!} [{bar:16}] {pos}/{len} {eta} {wide_msg}",
            );
            ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
                .with_style(style.expect("the template is valid").progress_chars("=> "))
        });
        Progress {
            bar,
            attackers: AtomicUsize::new(0),
        }
    }

    /// A line that stays.
    pub fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) if !bar.is_hidden() => bar.println(shown_line(text)),
            _ => output::note(text),
        }
    }

    /// The bar, at `done` of `total`.
    pub fn show(&self, prefix: String, done: u64, total: u64, message: String) {
        let Some(bar) = self.bar.as_ref().filter(|_| total > 0) else {
            return;
        };
        let prefix = shown(&prefix);
        if bar.prefix() != prefix {
            bar.reset();
            bar.set_prefix(prefix);
        }
        bar.set_length(total);
        bar.set_position(done);
        bar.set_message(shown_line(&message));
        if bar.is_hidden() {
            // Not before there is something to count.
            bar.set_draw_target(ProgressDrawTarget::stderr());
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
                total,
                seconds,
                value,
                ..
            } if self.bar.is_none() => {
                let done = self.attackers.fetch_add(1, Ordering::Relaxed) + 1;
                let stage = stage_name(*stage);
                if output::is_heard(Volume::Verbose) {
                    self.line(&format!(
                        "audit: {attacker} on {attribute} ({stage}): {value:.3} in {seconds:.1} s"
                    ));
                } else if done * LINES / total > (done - 1) * LINES / total {
                    self.line(&format!("audit: {done} of {total} attackers done"));
                }
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
