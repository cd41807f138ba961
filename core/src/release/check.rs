//! Whether a release's settings make sense, and prove what they state.

use super::{Release, bound};
use crate::error::Result;
use crate::manifest::{Dtype, OutputSpec, invalid};

/// Norms and scales between these leave room for every sum of grid steps in 64 bits.
const LEAST: f64 = 1.0 / (1u64 << 40) as f64;
const MOST: f64 = (1u64 << 40) as f64;

/// How often a norm may hold the scale, and a scale the norm: beyond it the noise is nothing, or everything.
const MOST_SCALES: f64 = (1u64 << 24) as f64;
const MOST_CLIPS: f64 = (1u64 << 16) as f64;

/// Indices up to here are exact in f32, with room to spare.
pub(crate) const MOST_SUBSTITUTES: usize = 1 << 20;

/// Checks every field, and that epsilon is not stated smaller than it is.
pub(crate) fn check(release: &Release) -> Result<()> {
    match release {
        Release::Exact => return Ok(()),
        Release::Gaussian {
            clip, scale, delta, ..
        } => {
            noise(*clip, *scale)?;
            self::delta(*delta)?;
        }
        Release::Laplace { clip, scale, .. } => noise(*clip, *scale)?,
        Release::Substitute {
            count,
            temperature,
            range,
            table,
            ..
        } => substitute(*count, *temperature, *range, table)?,
    }
    let (Some(stated), Some(computed)) = (release.epsilon(), release.computed_epsilon()) else {
        return Ok(());
    };
    if !(0.0..=f64::MAX).contains(&stated) {
        return Err(invalid(
            "release.epsilon",
            format!("must be a finite number of nats, 0 or more, found {stated}"),
        ));
    }
    if stated < computed {
        let least = bound::stated(computed);
        return Err(invalid(
            "release.epsilon",
            format!(
                "states {stated}, but the release's settings only prove {computed}; state {least} or more"
            ),
        ));
    }
    Ok(())
}

/// Checks that what leaves has the shape and the type that the release gives it.
pub(crate) fn check_output(release: &Release, output: &OutputSpec) -> Result<()> {
    if let Release::Substitute { .. } = release {
        if output.shape != [1] {
            return Err(invalid(
                "output.shape",
                format!(
                    "must be [1] for a `substitute` release, of which an index leaves, found {:?}",
                    output.shape
                ),
            ));
        }
        if output.dtype != Dtype::F32 {
            return Err(invalid(
                "output.dtype",
                "must be left out for a `substitute` release: an index is not rounded",
            ));
        }
    }
    match (output.dtype, output.scale) {
        (Dtype::Int8, None) => Err(invalid(
            "output.scale",
            "is missing; dtype `int8` needs the size of a step",
        )),
        (Dtype::Int8, Some(scale)) if !(1e-30..=1e30).contains(&scale) => Err(invalid(
            "output.scale",
            format!("must be between 1e-30 and 1e30, found {scale}"),
        )),
        (Dtype::F32 | Dtype::F16, Some(_)) => {
            Err(invalid("output.scale", "belongs to dtype `int8` only"))
        }
        _ => Ok(()),
    }
}

pub(crate) fn positive(field: &str, value: f64) -> Result<()> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(invalid(
        field,
        format!("must be a finite number above 0, found {value}"),
    ))
}

pub(crate) fn noise(clip: f64, scale: f64) -> Result<()> {
    for (field, value) in [("release.clip", clip), ("release.scale", scale)] {
        if !(LEAST..=MOST).contains(&value) {
            return Err(invalid(
                field,
                format!("must be between 2^-40 and 2^40, found {value}"),
            ));
        }
    }
    if clip / scale > MOST_SCALES || scale / clip > MOST_CLIPS {
        return Err(invalid(
            "release.scale",
            format!(
                "must be between clip / 2^24 and clip * 2^16, found {scale} for a clip of {clip}"
            ),
        ));
    }
    Ok(())
}

pub(crate) fn delta(delta: f64) -> Result<()> {
    if (f64::MIN_POSITIVE..1.0).contains(&delta) {
        return Ok(());
    }
    Err(invalid(
        "release.delta",
        format!("must be a probability above 0 and below 1, found {delta}"),
    ))
}

pub(crate) fn substitute(count: usize, temperature: f64, range: f64, table: &str) -> Result<()> {
    if !(2..=MOST_SUBSTITUTES).contains(&count) {
        return Err(invalid(
            "release.count",
            format!("must be between 2 and {MOST_SUBSTITUTES}, found {count}"),
        ));
    }
    if !(1e-12..=1e12).contains(&temperature) {
        return Err(invalid(
            "release.temperature",
            format!("must be between 1e-12 and 1e12, found {temperature}"),
        ));
    }
    positive("release.range", range)?;
    let hexadecimal = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if table.len() != 64 || !table.as_bytes().iter().all(hexadecimal) {
        return Err(invalid(
            "release.table",
            format!(
                "must be the SHA-256 of the substitute table in 64 small hexadecimal digits, found {} bytes",
                table.len()
            ),
        ));
    }
    Ok(())
}
