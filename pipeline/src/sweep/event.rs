//! What a sweep reports while it goes on.

use crate::error::PipelineError;
use std::time::Duration;
use tiprdc_audit::Report;

/// What a sweep reports while it goes on.
#[derive(Debug)]
pub enum SweepEvent<'a> {
    /// Nothing happened for a moment; for callers that have other things to look at.
    Waiting,
    /// One encoder went a step further.
    Encoder {
        /// Which one, from 0.
        index: usize,
        /// How many there are.
        total: usize,
        /// Its point and seed.
        label: &'a str,
        /// What it did.
        step: Step<'a>,
    },
}

/// What an encoder of a sweep is at.
#[derive(Debug)]
pub enum Step<'a> {
    /// Work on it begins.
    Started,
    /// A batch of its training is done.
    Training {
        /// Stage of the method.
        stage: &'static str,
        /// Epoch within the stage, from 1.
        epoch: usize,
        /// Epochs of the stage.
        epochs: usize,
    },
    /// Its training goes on from a checkpoint.
    Resumed,
    /// It is trained and written, after so long.
    Trained(Duration),
    /// Attackers are at it. Until they are through, stopping loses nothing but their time.
    Auditing {
        /// Attackers that came to an end.
        done: usize,
        /// Attackers in all.
        total: usize,
    },
    /// It had been done before.
    Kept,
    /// Its audit is written.
    Audited(&'a Report),
    /// It could not be trained or audited.
    Failed(&'a PipelineError),
}
