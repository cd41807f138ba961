//! Checks of settings that several methods have.

use crate::error::{Result, TrainError};

/// The most adversaries that an encoder can face.
const MAX_ADVERSARIES: usize = 16;

pub(super) fn private(names: &[String]) -> Result<()> {
    named("method.private", names)
}

pub(super) fn tasks(names: &[String]) -> Result<()> {
    named("method.tasks", names)
}

fn named(key: &str, names: &[String]) -> Result<()> {
    if names.is_empty() {
        return Err(TrainError::config(format!(
            "{key} must name at least one attribute"
        )));
    }
    Ok(())
}

/// An attribute cannot be hidden and learned.
pub(super) fn apart(private: &[String], tasks: &[String]) -> Result<()> {
    match tasks.iter().find(|task| private.contains(task)) {
        Some(both) => Err(TrainError::config(format!(
            "`{both}` stands in method.private and in method.tasks"
        ))),
        None => Ok(()),
    }
}

pub(super) fn weight(weight: f64) -> Result<()> {
    if !weight.is_finite() || weight <= 0.0 {
        return Err(TrainError::config(format!(
            "method.weight must be a number above 0, found {weight}"
        )));
    }
    Ok(())
}

pub(super) fn not_negative(key: &str, value: f64) -> Result<()> {
    if !value.is_finite() || value < 0.0 {
        return Err(TrainError::config(format!(
            "{key} must be a number not below 0, found {value}"
        )));
    }
    Ok(())
}

/// How many numbers a vector of the method has.
pub(super) fn numbers(key: &str, numbers: usize) -> Result<()> {
    if !(2..=4096).contains(&numbers) {
        return Err(TrainError::config(format!(
            "{key} must be from 2 to 4096, found {numbers}"
        )));
    }
    Ok(())
}

pub(super) fn adversaries(count: usize) -> Result<()> {
    if !(1..=MAX_ADVERSARIES).contains(&count) {
        return Err(TrainError::config(format!(
            "method.adversaries must be from 1 to {MAX_ADVERSARIES}, found {count}"
        )));
    }
    Ok(())
}
