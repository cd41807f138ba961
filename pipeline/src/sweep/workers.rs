//! Jobs on several threads, and what becomes of them when one fails or somebody asks to stop.

use super::event::{Step, SweepEvent};
use super::job::{End, Job, stopped};
use super::shared::Shared;
use crate::error::{PipelineError, Result};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

/// How often somebody may ask to stop when nothing else happens.
const TICK: Duration = Duration::from_millis(100);

/// What a worker sends: which job, and what of it.
enum Message {
    Step(usize, Step<'static>),
    // Boxed: a report is larger than all steps.
    Ended(usize, Box<End>),
}

/// Does all jobs, so many at once; the ends come in the order of the jobs.
///
/// Threads are not joined: a process that was told to stop need not wait for attackers, who cannot be stopped halfway
/// and leave nothing behind.
pub fn run(
    jobs: &Arc<Vec<Job>>,
    shared: &Arc<Shared>,
    at_once: usize,
    say: &mut dyn FnMut(SweepEvent<'_>),
) -> Result<Vec<End>> {
    let (sender, receiver) = mpsc::channel();
    let next = Arc::new(AtomicUsize::new(0));
    for _ in 0..at_once.min(jobs.len()) {
        let (jobs, shared) = (Arc::clone(jobs), Arc::clone(shared));
        let (next, sender) = (Arc::clone(&next), sender.clone());
        std::thread::spawn(move || worker(&jobs, &shared, &next, &sender));
    }
    drop(sender);
    let mut active = Active::default();
    let mut ends: Vec<Option<End>> = jobs.iter().map(|_| None).collect();
    loop {
        match receiver.recv_timeout(TICK) {
            Ok(Message::Step(job, step)) => {
                active.note(job, &step);
                say(told(jobs, job, step));
            }
            Ok(Message::Ended(job, end)) => {
                let kept = active.end(job);
                match &*end {
                    Ok(_) if kept => {}
                    Ok(report) => say(told(jobs, job, Step::Audited(report))),
                    Err(PipelineError::Stopped(_)) => {}
                    Err(error) => say(told(jobs, job, Step::Failed(error))),
                }
                ends[job] = Some(*end);
            }
            Err(RecvTimeoutError::Timeout) => say(SweepEvent::Waiting),
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if shared.stopping() && active.nothing_to_lose() {
            break;
        }
    }
    let ends: Option<Vec<End>> = ends.into_iter().collect();
    let complete = |ends: &Vec<End>| {
        let stopped = |end: &End| matches!(end, Err(PipelineError::Stopped(_)));
        !ends.iter().any(stopped)
    };
    ends.filter(complete).ok_or_else(stopped)
}

fn told<'a>(jobs: &'a [Job], index: usize, step: Step<'a>) -> SweepEvent<'a> {
    SweepEvent::Encoder {
        index,
        total: jobs.len(),
        label: &jobs[index].label,
        step,
    }
}

/// Jobs at work, and how far they are.
#[derive(Default)]
struct Active(BTreeMap<usize, At>);

#[derive(Clone, Copy, PartialEq)]
enum At {
    Work,
    Audit,
    Kept,
}

impl Active {
    fn note(&mut self, job: usize, step: &Step<'_>) {
        let at = match step {
            Step::Auditing { .. } => At::Audit,
            Step::Kept => At::Kept,
            _ => At::Work,
        };
        self.0.insert(job, at);
    }

    /// Whether the job had been done before.
    fn end(&mut self, job: usize) -> bool {
        self.0.remove(&job) == Some(At::Kept)
    }

    /// Whether the process may end: what is still at work is attackers, whose findings are not written yet.
    fn nothing_to_lose(&self) -> bool {
        self.0.values().all(|at| *at == At::Audit)
    }
}

fn worker(jobs: &[Job], shared: &Shared, next: &AtomicUsize, sender: &Sender<Message>) {
    while !shared.stopping() {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(job) = jobs.get(index) else {
            return;
        };
        // The receiver goes away only when the process is about to end.
        let say = |step| {
            let _ = sender.send(Message::Step(index, step));
        };
        say(Step::Started);
        // The other points go on even if our own code is at fault in this one.
        let end = tiprdc::catch_quietly(|| job.work(shared, &say));
        let end = end.unwrap_or_else(|place| {
            Err(PipelineError::Internal(format!("it panicked at {place}")))
        });
        shared.done(job.run.seed);
        let _ = sender.send(Message::Ended(index, Box::new(end)));
    }
}
