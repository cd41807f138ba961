//! Progress of all jobs in one line; without a terminal, a line for each step that is finished.

use super::job::{End, Job, Step};
use crate::failure::Failure;
use crate::progress::Progress;
use std::collections::BTreeMap;

pub struct Display<'a> {
    jobs: &'a [Job],
    progress: &'a Progress,
    /// Jobs at work, with what they are at.
    active: BTreeMap<usize, Step>,
    ended: usize,
}

impl<'a> Display<'a> {
    pub fn new(jobs: &'a [Job], progress: &'a Progress) -> Self {
        Self {
            jobs,
            progress,
            active: BTreeMap::new(),
            ended: 0,
        }
    }

    pub fn started(&mut self, job: usize) {
        let step = Step::Training {
            stage: "start",
            epoch: 0,
            epochs: 0,
        };
        self.active.insert(job, step);
        self.show();
    }

    pub fn step(&mut self, job: usize, step: Step) {
        let label = &self.jobs[job].label;
        match &step {
            Step::Trained(time) => self
                .progress
                .line(&format!("{label}: trained in {:.1} s", time.as_secs_f64())),
            Step::Resumed => self
                .progress
                .line(&format!("{label}: resuming from its checkpoint")),
            Step::Kept => self.progress.line(&format!("{label}: done before")),
            Step::Training { .. } | Step::Auditing { .. } => {}
        }
        self.active.insert(job, step);
        self.show();
    }

    pub fn ended(&mut self, job: usize, end: &End) {
        let last = self.active.remove(&job);
        self.ended += 1;
        let label = &self.jobs[job].label;
        match end {
            Ok(_) if matches!(last, Some(Step::Kept)) => {}
            Ok(report) => {
                let mnag = report
                    .mnag
                    .map_or("not computed".to_owned(), |mnag| format!("{mnag:.3}"));
                self.progress.line(&format!(
                    "{label}: audited, mNAG {mnag} ({} of {} done)",
                    self.ended,
                    self.jobs.len()
                ));
            }
            Err(Failure::Stopped(_)) => {}
            Err(failure) => self.progress.line(&format!("{label}: failed: {failure}")),
        }
        self.show();
    }

    /// Whether the process may end: what is still at work is attackers, whose findings are not written yet.
    pub fn nothing_to_lose(&self) -> bool {
        self.active
            .values()
            .all(|step| matches!(step, Step::Auditing { .. }))
    }

    fn show(&self) {
        let at = |(job, step): (&usize, &Step)| {
            let label = &self.jobs[*job].label;
            match step {
                Step::Training { epochs: 0, .. } => label.clone(),
                Step::Training {
                    stage,
                    epoch,
                    epochs,
                } => format!("{label}: {stage} {epoch}/{epochs}"),
                Step::Auditing { done, total } => format!("{label}: audit {done}/{total}"),
                Step::Trained(_) | Step::Resumed | Step::Kept => label.clone(),
            }
        };
        let active: Vec<String> = self.active.iter().map(at).collect();
        self.progress.show(
            "sweep".into(),
            self.ended as u64,
            self.jobs.len() as u64,
            active.join(" | "),
        );
    }
}
