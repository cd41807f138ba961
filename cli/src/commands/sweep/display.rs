//! Progress of all jobs in one line; without a terminal, a line for each step that is finished.

use crate::progress::Progress;
use std::collections::BTreeMap;
use tiprdc_pipeline::{Step, SweepEvent};

pub struct Display<'a> {
    progress: &'a Progress,
    /// Jobs at work, with what they are at.
    active: BTreeMap<usize, String>,
    ended: usize,
}

impl<'a> Display<'a> {
    pub fn new(progress: &'a Progress) -> Self {
        Self {
            progress,
            active: BTreeMap::new(),
            ended: 0,
        }
    }

    pub fn event(&mut self, event: &SweepEvent<'_>) {
        let SweepEvent::Encoder {
            index,
            total,
            label,
            step,
        } = event
        else {
            return;
        };
        if matches!(step, Step::Kept | Step::Audited(_) | Step::Failed(_)) {
            self.ended += 1;
            self.active.remove(index);
        } else {
            self.active.insert(*index, at(label, step));
        }
        if let Some(line) = self.line(*total, label, step) {
            self.progress.line(&line);
        }
        let active: Vec<&str> = self.active.values().map(String::as_str).collect();
        self.progress.show(
            "sweep".into(),
            self.ended as u64,
            *total as u64,
            active.join(" | "),
        );
    }

    /// What stays to be read.
    fn line(&self, total: usize, label: &str, step: &Step<'_>) -> Option<String> {
        match step {
            Step::Trained(time) => Some(format!("{label}: trained in {:.1} s", time.as_secs_f64())),
            Step::Resumed => Some(format!("{label}: resuming from its checkpoint")),
            Step::Kept => Some(format!("{label}: done before")),
            Step::Audited(report) => {
                let mnag = report
                    .mnag
                    .map_or("not computed".to_owned(), |mnag| format!("{mnag:.3}"));
                let done = self.ended;
                Some(format!(
                    "{label}: audited, mNAG {mnag} ({done} of {total} done)"
                ))
            }
            Step::Failed(error) => Some(format!("{label}: failed: {error}")),
            Step::Started | Step::Training { .. } | Step::Auditing { .. } => None,
        }
    }
}

/// What a job at work is shown as.
fn at(label: &str, step: &Step<'_>) -> String {
    match step {
        Step::Training {
            stage,
            epoch,
            epochs,
        } => format!("{label}: {stage} {epoch}/{epochs}"),
        Step::Auditing { done, total } => format!("{label}: audit {done}/{total}"),
        _ => label.to_owned(),
    }
}
