//! Long work on a thread of its own, while Python's thread passes events on and looks for Ctrl-C.

use crate::guard::panicked;
use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use tiprdc::catch_quietly;

/// How often Ctrl-C is looked for while nothing else happens.
const TICK: Duration = Duration::from_millis(50);

/// What work says and hears: events as JSON, and a flag that asks it to stop.
pub(crate) struct Line {
    sender: Sender<String>,
    pub(crate) stop: Arc<AtomicBool>,
}

impl Line {
    /// Passes an event on; nobody may be listening any more.
    pub(crate) fn say(&self, event: &serde_json::Value) {
        let _ = self.sender.send(event.to_string());
    }
}

/// What becomes of work that was asked to stop.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Stopping {
    /// It ends soon, and leaves things in order: waited for.
    Waits,
    /// It may take a while to end, and leaves nothing behind: not waited for.
    Leaves,
}

/// Does `work`; its events go to `on_event`. What `on_event` raises, or Ctrl-C, stops the work and is raised.
///
/// The work never touches Python: where it is left alone, it may outlive the interpreter.
pub(crate) fn watched<T: Send + 'static>(
    py: Python<'_>,
    on_event: &Bound<'_, PyAny>,
    stopping: Stopping,
    work: impl FnOnce(&Line) -> T + Send + 'static,
) -> PyResult<T> {
    let (sender, receiver) = mpsc::channel();
    let stop = Arc::new(AtomicBool::new(false));
    let line = Line {
        sender,
        stop: Arc::clone(&stop),
    };
    let receiver = Mutex::new(receiver);
    let worker = thread::spawn(move || catch_quietly(|| work(&line)));
    let mut raised = None;
    loop {
        match next(py, &receiver) {
            Err(RecvTimeoutError::Disconnected) => break,
            _ if raised.is_some() => {}
            Ok(event) => raised = on_event.call1((event,)).err(),
            Err(RecvTimeoutError::Timeout) => raised = py.check_signals().err(),
        }
        if raised.is_some() {
            stop.store(true, Ordering::Relaxed);
            if stopping == Stopping::Leaves {
                break;
            }
        }
    }
    match raised {
        Some(error) => Err(error),
        // The line is closed: the work is through, or panicked.
        None => match py.detach(|| worker.join()) {
            Ok(done) => done.map_err(|place| panicked(py, &place)),
            Err(_) => Err(panicked(py, "the end of a thread")),
        },
    }
}

fn next(py: Python<'_>, receiver: &Mutex<Receiver<String>>) -> Result<String, RecvTimeoutError> {
    py.detach(|| match receiver.lock() {
        Ok(receiver) => receiver.recv_timeout(TICK),
        Err(_) => Err(RecvTimeoutError::Disconnected),
    })
}
