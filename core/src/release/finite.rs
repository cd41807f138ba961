//! What becomes of NaN and of infinite numbers, which a hostile or broken network may give.

use crate::error::{Error, ErrorKind, Result};

/// A finite number for every number: NaN counts as 0, an infinite number as the largest finite one of its sign.
///
/// A random release takes its numbers through here. If it failed instead, the failure would tell of the input, and no
/// bound would hold.
pub(crate) fn finite(value: f32) -> f32 {
    if value.is_nan() {
        return 0.0;
    }
    value.clamp(f32::MIN, f32::MAX)
}

/// Refuses what an exact release may not pass on; `first` is the number of the first record, for messages, if it is
/// one of a batch.
///
/// # Errors
/// [`ErrorKind::FeaturesNotFinite`].
pub(crate) fn check_finite(features: &[f32], width: usize, first: Option<usize>) -> Result<()> {
    let Some(at) = features.iter().position(|feature| !feature.is_finite()) else {
        return Ok(());
    };
    let record = first.map_or(String::new(), |first| {
        format!("record {}: ", first + at / width)
    });
    Err(Error::new(
        ErrorKind::FeaturesNotFinite,
        format!(
            "{record}the network gave NaN or an infinite number, expected finite ones; nothing was released"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_finite_one() {
        for (value, expected) in [
            (f32::NAN, 0.0),
            (-f32::NAN, 0.0),
            (f32::INFINITY, f32::MAX),
            (f32::NEG_INFINITY, f32::MIN),
            (f32::MAX, f32::MAX),
            (-1.5, -1.5),
            (1e-40, 1e-40),
        ] {
            assert_eq!(finite(value), expected);
        }
    }

    #[test]
    fn the_record_that_is_not_finite_is_named() {
        let features = [0.0, 1.0, 2.0, f32::NAN];
        let error = check_finite(&features, 2, Some(40)).expect_err("the second of two records");
        assert_eq!(error.kind(), ErrorKind::FeaturesNotFinite);
        assert!(error.to_string().starts_with("record 41:"), "{error}");
        check_finite(&features[..3], 2, None).expect("these are finite");
    }
}
