//! Records of a data set through an encoder.

use crate::error::Result;
use tiprdc::{Encoder, Features};
use tiprdc_train::{Records, input_of, preprocess};

/// Encodes records as a device would, one by one through the core.
///
/// # Errors
/// [`PipelineError::Input`](crate::PipelineError::Input) if the records are not what the encoder takes.
pub fn encode_records(encoder: &Encoder, records: &Records) -> Result<Features> {
    let inputs = (0..records.len())
        .map(|index| input_of(records, index))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(encoder.encode_batch(&inputs)?)
}

/// The preprocessed inputs themselves: what features are compared with.
///
/// # Shape
/// `[records, ...]` with the axes of the network's input.
///
/// # Errors
/// Those of [`encode_records`].
pub fn raw_features(encoder: &Encoder, records: &Records) -> Result<Features> {
    let spec = &encoder.manifest().input;
    let shape: Vec<usize> = std::iter::once(records.len()).chain(spec.shape()).collect();
    Ok(Features::new(preprocess(records, spec)?, &shape)?)
}
