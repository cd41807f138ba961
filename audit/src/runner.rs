//! Runs fits, several at once, and tells the observer.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Instant;

use crate::error::AuditError;
use crate::event::{Event, Stage};
use crate::report::NotTested;

/// One attacker on one attribute: what to call it, and what to do.
pub(crate) struct Fit<'a, T> {
    pub attribute: &'a str,
    pub attacker: String,
    pub cost: u32,
    /// The result, and its score for the observer; or why there is none.
    pub work: Box<dyn Fn() -> Result<(T, f64), String> + Sync + 'a>,
}

/// A result, with the attacker that it came from.
#[derive(Debug)]
pub(crate) struct Fitted<T> {
    pub attacker: String,
    pub result: T,
    pub seconds: f64,
}

/// A result, or the attacker that has none, and why.
pub(crate) type Outcome<T> = Result<Fitted<T>, NotTested>;

/// Counts fits over a whole audit.
pub(crate) struct Runner<'a> {
    observer: &'a mut dyn FnMut(Event),
    index: usize,
    total: usize,
}

impl<'a> Runner<'a> {
    /// `total` is the number of fits of the whole audit.
    pub(crate) fn new(total: usize, observer: &'a mut dyn FnMut(Event)) -> Self {
        Self {
            observer,
            index: 0,
            total,
        }
    }

    /// Fits on as many threads as there are cores; the results come back in the order of `fits`.
    ///
    /// A single fit leaves most cores idle, because the steps between its matrix products are short. Every fit has its
    /// own generator, so that the order in which they run changes nothing. Once `stop` is set no fit begins. A fit that
    /// fails, or panics, is an outcome like others: it ends neither the other fits nor the report.
    pub(crate) fn run<T: Send>(
        &mut self,
        stage: Stage,
        fits: &[Fit<T>],
        stop: &AtomicBool,
    ) -> Result<Vec<Outcome<T>>, AuditError> {
        // As many as its own pool has: RAYON_NUM_THREADS says otherwise where programs share a machine.
        let cores = rayon::current_num_threads();
        // The longest fits first, so that no core waits for a late one.
        let mut order: Vec<usize> = (0..fits.len()).collect();
        order.sort_by_key(|&fit| std::cmp::Reverse(fits[fit].cost));
        let (order, next) = (&order, AtomicUsize::new(0));
        let (sender, receiver) = mpsc::channel();
        let mut results: Vec<Option<Outcome<T>>> = fits.iter().map(|_| None).collect();
        std::thread::scope(|scope| {
            for _ in 0..cores.min(fits.len()) {
                let (sender, next) = (sender.clone(), &next);
                scope.spawn(move || {
                    while let Some(&index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if stop.load(Ordering::Relaxed) {
                            return;
                        }
                        // The receiver lives until all senders are gone, so that sending cannot fail.
                        let _ = sender.send((index, None));
                        let started = Instant::now();
                        let done = attempted(&fits[index]);
                        let _ = sender.send((index, Some((done, started.elapsed().as_secs_f64()))));
                    }
                });
            }
            drop(sender);
            for (index, done) in receiver {
                let (attribute, attacker) = (fits[index].attribute, fits[index].attacker.clone());
                let number = (self.index + index, self.total);
                let value = |outcome: &Result<(T, f64), String>| match outcome {
                    Ok((_, value)) => *value,
                    Err(_) => f64::NAN,
                };
                let finished = done
                    .as_ref()
                    .map(|(outcome, seconds)| (value(outcome), *seconds));
                (self.observer)(event(attribute, &attacker, stage, number, finished));
                results[index] = done.map(|(outcome, seconds)| match outcome {
                    Ok((result, _)) => Ok(Fitted {
                        attacker,
                        result,
                        seconds,
                    }),
                    Err(why) => Err(NotTested {
                        what: attacker,
                        why,
                    }),
                });
            }
        });
        self.index += fits.len();
        let results: Option<Vec<Outcome<T>>> = results.into_iter().collect();
        results.ok_or_else(AuditError::stopped)
    }
}

/// Does the work of a fit; a panic is a reason like others, and prints nothing.
fn attempted<T>(fit: &Fit<T>) -> Result<(T, f64), String> {
    tiprdc::catch_quietly(|| (fit.work)()).unwrap_or_else(|place| {
        Err(format!(
            "it failed at {place}, which is a fault of this program: please report it"
        ))
    })
}

fn event(
    attribute: &str,
    attacker: &str,
    stage: Stage,
    (index, total): (usize, usize),
    finished: Option<(f64, f64)>,
) -> Event {
    let (attribute, attacker) = (attribute.to_owned(), attacker.to_owned());
    match finished {
        None => Event::AttackerStarted {
            attribute,
            attacker,
            stage,
            index,
            total,
        },
        Some((value, seconds)) => Event::AttackerFinished {
            attribute,
            attacker,
            stage,
            index,
            total,
            seconds,
            value,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attacker_that_panics_ends_no_other() {
        let fit = |attacker: &str, fails: bool| Fit {
            attribute: "sex",
            attacker: attacker.to_owned(),
            cost: 1,
            work: Box::new(move || {
                assert!(!fails, "as a matrix product of two shapes does");
                Ok((7u32, 0.5))
            }),
        };
        let fits = [fit("conv", true), fit("knn", false)];
        let mut finished = 0;
        let mut count = |event: Event| {
            finished += usize::from(matches!(event, Event::AttackerFinished { .. }));
        };
        let mut runner = Runner::new(2, &mut count);
        let stop = AtomicBool::new(false);
        let outcomes = runner
            .run(Stage::Features, &fits, &stop)
            .expect("nothing stopped it");
        let failed = outcomes[0].as_ref().expect_err("it panicked");
        assert_eq!(failed.what, "conv");
        assert!(failed.why.contains("please report"), "{failed:?}");
        assert_eq!(outcomes[1].as_ref().map(|fit| fit.result), Ok(7));
        assert_eq!(finished, 2);
    }
}
