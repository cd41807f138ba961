//! What a run costs, counted before it.

use super::refusal::too_large;
use crate::error::Result;

/// Multiplications that the engine could do in the time that one node costs it for each node before it: it prepares a
/// graph in a time that grows with the square of their number.
const PER_PAIR: u64 = 1 << 15;

/// Intermediate numbers that are allowed for a given work: 2^24 of them, 64 MiB, for the default.
const WORK_PER_NUMBER: u64 = 1 << 8;

/// Counts work and memory against their limits.
#[derive(Debug)]
pub(super) struct Cost {
    max_work: u64,
    work: u64,
    nodes: u64,
    /// Numbers that exist at this moment of the run.
    live: u64,
    /// All numbers that the run makes.
    made: u64,
}

impl Cost {
    pub(super) fn new(max_work: u64) -> Self {
        Cost {
            max_work,
            work: 0,
            nodes: 0,
            live: 0,
            made: 0,
        }
    }

    /// All intermediate numbers of the run.
    pub(super) fn made(&self) -> u64 {
        self.made
    }

    /// Multiplications, or what takes as long as that many.
    pub(super) fn work(&mut self, work: u64) -> Result<()> {
        self.work = self.work.saturating_add(work);
        if self.work > self.max_work {
            return Err(too_large(format!(
                "one run of the model needs more than {} multiplications, which is the limit; `max_work` of the builder raises it",
                self.max_work
            )));
        }
        Ok(())
    }

    /// The work of one more node.
    pub(super) fn node(&mut self) -> Result<()> {
        self.nodes += 1;
        self.work(self.nodes * PER_PAIR)
    }

    /// Numbers that exist from now on.
    pub(super) fn make(&mut self, numbers: usize) -> Result<()> {
        self.live = self.live.saturating_add(numbers as u64);
        self.made = self.made.saturating_add(numbers as u64);
        self.check(0)
    }

    /// Numbers that exist during one node only: padding around an input, tables of windows.
    pub(super) fn scratch(&mut self, numbers: usize) -> Result<()> {
        self.check(numbers as u64)
    }

    /// Numbers that no later node uses.
    pub(super) fn free(&mut self, numbers: usize) {
        self.live = self.live.saturating_sub(numbers as u64);
    }

    fn check(&self, more: u64) -> Result<()> {
        let limit = self.max_work / WORK_PER_NUMBER;
        if self.live.saturating_add(more) > limit {
            return Err(too_large(format!(
                "one run of the model needs more than {limit} intermediate numbers at once, which is the limit; `max_work` of the builder raises it"
            )));
        }
        Ok(())
    }
}
