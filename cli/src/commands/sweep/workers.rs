//! Jobs on several threads, and what becomes of them when one fails or somebody presses Ctrl-C.

use super::display::Display;
use super::job::{End, Job, Step, stopped};
use super::shared::Shared;
use crate::failure::{Failure, Result};
use crate::progress::Progress;
use crate::stop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

/// How often Ctrl-C is looked for when nothing else happens.
const TICK: Duration = Duration::from_millis(100);

/// What a worker sends: which job, and what of it.
enum Message {
    Started(usize),
    Step(usize, Step),
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
    progress: &Progress,
) -> Result<Vec<End>> {
    let (sender, receiver) = mpsc::channel();
    let next = Arc::new(AtomicUsize::new(0));
    for _ in 0..at_once.min(jobs.len()) {
        let (jobs, shared) = (Arc::clone(jobs), Arc::clone(shared));
        let (next, sender) = (Arc::clone(&next), sender.clone());
        std::thread::spawn(move || worker(&jobs, &shared, &next, &sender));
    }
    drop(sender);
    let mut display = Display::new(jobs, progress);
    let mut ends: Vec<Option<End>> = jobs.iter().map(|_| None).collect();
    loop {
        match receiver.recv_timeout(TICK) {
            Ok(Message::Started(job)) => display.started(job),
            Ok(Message::Step(job, step)) => display.step(job, step),
            Ok(Message::Ended(job, end)) => {
                display.ended(job, &end);
                ends[job] = Some(*end);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if stop::asked() && display.nothing_to_lose() {
            break;
        }
    }
    progress.finish();
    let ends: Option<Vec<End>> = ends.into_iter().collect();
    let complete = |ends: &Vec<End>| {
        !ends
            .iter()
            .any(|end| matches!(end, Err(Failure::Stopped(_))))
    };
    ends.filter(complete).ok_or_else(stopped)
}

fn worker(jobs: &[Job], shared: &Shared, next: &AtomicUsize, sender: &Sender<Message>) {
    while !stop::asked() {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(job) = jobs.get(index) else {
            return;
        };
        // The receiver goes away only when the process is about to end.
        let _ = sender.send(Message::Started(index));
        let say = |step| {
            let _ = sender.send(Message::Step(index, step));
        };
        // The other points go on even if our own code is at fault in this one.
        let end = catch_unwind(AssertUnwindSafe(|| job.work(shared, &say)));
        let end = end.unwrap_or_else(|_| Err(Failure::Internal("it panicked".into())));
        shared.done(job.run.seed);
        let _ = sender.send(Message::Ended(index, Box::new(end)));
    }
}
