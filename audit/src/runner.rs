//! Fits the attackers, several at once, and tells the observer.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Instant;

use crate::attackers::{ALL, Attacker, Task};
use crate::audit::{Audit, Pair};
use crate::event::{Event, Stage};
use crate::labels::Attribute;
use crate::report::NotTested;
use crate::split::Split;
use crate::stats::{accuracy, balanced_accuracy, decide, macro_auc, shares};
use crate::view::View;

/// What one attacker found of one attribute.
pub(crate) struct Guess {
    pub attacker: &'static str,
    pub predicted: Vec<u32>,
    pub value: f64,
    pub accuracy: f64,
    pub auc: Option<f64>,
    pub seconds: f64,
}

/// The guess with the highest balanced accuracy; of equals, the first.
pub(crate) fn strongest(guesses: &[Guess]) -> &Guess {
    let mut guesses = guesses.iter();
    let first = guesses.next().expect("some attackers fit every shape");
    guesses.fold(first, |best, guess| {
        if guess.value > best.value {
            guess
        } else {
            best
        }
    })
}

/// Runs the attackers, tells the observer, and collects what could not be done.
pub(crate) struct Runner<'a> {
    audit: &'a Audit,
    split: &'a Split,
    observer: &'a mut dyn FnMut(Event),
    index: usize,
    total: usize,
    /// What could not be done, and why.
    pub not_tested: Vec<NotTested>,
    /// What is odd about the data.
    pub notes: Vec<String>,
}

impl<'a> Runner<'a> {
    pub(crate) fn new(
        audit: &'a Audit,
        split: &'a Split,
        observer: &'a mut dyn FnMut(Event),
    ) -> Self {
        let fits = |pair: &Pair| {
            let fit = ALL.iter().filter(|a| a.unfit(pair.train.shape()).is_none());
            fit.count() * audit.attributes.len()
        };
        let mut runner = Self {
            audit,
            split,
            observer,
            index: 0,
            total: fits(&audit.features) + audit.raw.as_ref().map_or(0, fits),
            not_tested: Vec::new(),
            notes: Vec::new(),
        };
        runner.note_labels();
        runner
    }

    /// Says what is odd about the labels, without naming a class.
    fn note_labels(&mut self) {
        for attribute in &self.audit.attributes {
            let classes = attribute.classes.len();
            let train = shares(&attribute.train, classes);
            let test = shares(&attribute.test, classes);
            let pairs = || train.iter().zip(&test);
            let unseen = pairs().filter(|(a, b)| **a == 0.0 && **b > 0.0).count();
            let untested = pairs().filter(|(a, b)| **a > 0.0 && **b == 0.0).count();
            if unseen > 0 {
                self.notes.push(format!(
                    "{}: {unseen} of {classes} classes occur in the test rows only; nobody can guess them",
                    attribute.name
                ));
            }
            if untested > 0 {
                self.notes.push(format!(
                    "{}: {untested} of {classes} classes have no test rows and are not scored",
                    attribute.name
                ));
            }
        }
        if let (Some(train), Some(test)) = (&self.audit.train_groups, &self.audit.test_groups) {
            let known: BTreeSet<&u32> = train.iter().collect();
            let seen = test.iter().filter(|group| known.contains(group)).count();
            if seen > 0 {
                self.notes.push(format!(
                    "{seen} of {} test rows come from groups that are in the training rows too; recognising the group \
                     may stand in for knowing the attribute",
                    test.len()
                ));
            }
        }
    }

    /// All attackers on all attributes, on one kind of rows.
    pub(crate) fn attack(&mut self, stage: Stage, pair: &Pair) -> Vec<Vec<Guess>> {
        let view = View::new(pair, self.split);
        let what = match stage {
            Stage::Features => "features",
            Stage::Raw => "raw inputs",
        };
        if view.constant > 0 {
            self.notes.push(format!(
                "{} of {} columns of the {what} do not change in the training rows",
                view.constant,
                view.width()
            ));
        }
        let mut attackers = Vec::new();
        for attacker in ALL {
            match attacker.unfit(&view.shape) {
                None => attackers.push(attacker),
                Some(why) => self.not_tested.push(NotTested {
                    what: format!("{} on the {what}", attacker.name()),
                    why,
                }),
            }
        }
        attackers
            .iter()
            .for_each(|attacker| attacker.prepare(&view));
        let fits: Vec<Fit> = self
            .audit
            .attributes
            .iter()
            .flat_map(|attribute| {
                let fit = |attacker: &&'static dyn Attacker| Fit {
                    attacker: *attacker,
                    attribute,
                };
                attackers.iter().map(fit).collect::<Vec<_>>()
            })
            .collect();
        let mut guesses = self.run(stage, &view, &fits).into_iter();
        let attributes = self.audit.attributes.iter();
        attributes
            .map(|_| guesses.by_ref().take(attackers.len()).collect())
            .collect()
    }

    /// Fits on as many threads as there are cores; the guesses come back in the order of `fits`.
    ///
    /// A single fit leaves most cores idle, because the steps between its matrix products are short. Every fit has its
    /// own generator, so that the order in which they run changes nothing.
    fn run(&mut self, stage: Stage, view: &View, fits: &[Fit]) -> Vec<Guess> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // The longest fits first, so that no core waits for a late one.
        let mut order: Vec<usize> = (0..fits.len()).collect();
        order.sort_by_key(|&fit| std::cmp::Reverse(fits[fit].attacker.cost()));
        let (order, next) = (&order, AtomicUsize::new(0));
        let (first, total, seed) = (self.index, self.total, self.audit.seed);
        let (sender, receiver) = mpsc::channel();
        let mut guesses: Vec<Option<Guess>> = fits.iter().map(|_| None).collect();
        std::thread::scope(|scope| {
            for _ in 0..cores.min(fits.len()) {
                let (sender, next) = (sender.clone(), &next);
                scope.spawn(move || {
                    while let Some(&index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                        // The receiver lives until all senders are gone, so that sending cannot fail.
                        let _ = sender.send((index, None));
                        let _ = sender.send((index, Some(fits[index].guess(view, seed))));
                    }
                });
            }
            drop(sender);
            for (index, guess) in receiver {
                (self.observer)(fits[index].event(stage, (first + index, total), guess.as_ref()));
                guesses[index] = guess;
            }
        });
        self.index += fits.len();
        let guesses: Option<Vec<Guess>> = guesses.into_iter().collect();
        guesses.expect("a thread that panics ends the scope with the same panic")
    }
}

/// One attacker and the attribute it is to guess.
struct Fit<'a> {
    attacker: &'static dyn Attacker,
    attribute: &'a Attribute,
}

impl Fit<'_> {
    fn guess(&self, view: &View, seed: u64) -> Guess {
        let started = Instant::now();
        let (train, test) = (&self.attribute.train, &self.attribute.test);
        let classes = self.attribute.classes.len();
        let priors = shares(train, classes);
        let scores = self.attacker.attack(&Task {
            view,
            attribute: &self.attribute.name,
            labels: train,
            priors: &priors,
            seed,
        });
        let predicted = decide(&scores, &priors);
        Guess {
            attacker: self.attacker.name(),
            value: balanced_accuracy(test, &predicted, classes),
            accuracy: accuracy(test, &predicted),
            auc: macro_auc(&scores, test, classes),
            predicted,
            seconds: started.elapsed().as_secs_f64(),
        }
    }

    fn event(&self, stage: Stage, (index, total): (usize, usize), guess: Option<&Guess>) -> Event {
        let attribute = self.attribute.name.clone();
        let attacker = self.attacker.name().to_owned();
        match guess {
            None => Event::AttackerStarted {
                attribute,
                attacker,
                stage,
                index,
                total,
            },
            Some(guess) => Event::AttackerFinished {
                attribute,
                attacker,
                stage,
                index,
                total,
                seconds: guess.seconds,
                value: guess.value,
            },
        }
    }
}
