//! What the judge is handed: features and labels, and nothing else.

use crate::error::{PipelineError, Result};
use tiprdc::Features;
use tiprdc_audit::{Attribute, FeatureSet, Role};
use tiprdc_train::Dataset;

/// Features as the judge takes them.
///
/// # Errors
/// [`PipelineError::Input`] for features without rows or with numbers that are not finite.
pub fn feature_set(features: &Features) -> Result<FeatureSet> {
    let set = FeatureSet::new(
        features.rows(),
        features.shape()[1..].to_vec(),
        features.data().to_vec(),
    )?;
    Ok(set.made_by(features.encoder()))
}

/// Attributes of a data set, with what the audit is to make of them.
///
/// # Errors
/// [`PipelineError::Input`], naming an attribute that the data set does not have.
pub fn attributes<S: AsRef<str>>(
    dataset: &Dataset,
    private: &[S],
    tasks: &[S],
) -> Result<Vec<Attribute>> {
    let private = private.iter().map(|name| (name.as_ref(), Role::Private));
    let tasks = tasks.iter().map(|name| (name.as_ref(), Role::Task));
    private
        .chain(tasks)
        .map(|(name, role)| {
            let missing = || {
                let known = dataset.train.attributes.iter();
                let known: Vec<&str> = known.map(|attribute| attribute.name.as_str()).collect();
                PipelineError::input(format!(
                    "the data set has no attribute `{name}`; it has {}",
                    known.join(", ")
                ))
            };
            let train = dataset.train.attribute(name).ok_or_else(missing)?;
            let test = dataset.test.attribute(name).ok_or_else(missing)?;
            Ok(Attribute {
                name: name.to_string(),
                role,
                classes: train.classes.clone(),
                train: train.codes.clone(),
                test: test.codes.clone(),
            })
        })
        .collect()
}
