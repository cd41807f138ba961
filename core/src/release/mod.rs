//! What happens to features at the last moment on the device.

mod bound;
mod check;
mod exact_draw;
mod finite;
mod noise;
mod quantize;
mod random;
mod stage;
mod substitute;
mod table;

pub(crate) use check::{MOST_SUBSTITUTES, check, check_output};
pub(crate) use finite::check_finite;
pub(crate) use noise::Noise;
pub(crate) use quantize::{to_f16, to_int8};
pub(crate) use random::{Generators, Randomness, Secret, Source};
pub(crate) use stage::{Random, Stage};
pub(crate) use substitute::Substitute;
pub use table::SubstituteTable;

use crate::error::Result;
use serde::{Deserialize, Serialize};

/// The widest range of a substitute release, in nats: 40 ln 2, as its weights are whole numbers from 1 to 2^40.
pub(crate) const WIDEST_RANGE: f64 = 40.0 * std::f64::consts::LN_2;

/// What happens to features at the last moment on the device.
///
/// The random releases come with a bound of local differential privacy: whatever two inputs are compared, no set of
/// outcomes is more than `e^epsilon` times as likely (plus `delta`, for [`Gaussian`](Release::Gaussian)) under one as
/// under the other. The bounds are derived in `docs/guarantees.md`, with their assumptions.
///
/// # Units
/// `epsilon` in nats, of **one** draw. `clip` and `scale` in the features' own units.
///
/// # Privacy
/// Encoding the same input again spends `epsilon` again: draws can be averaged. See
/// [`EncoderBuilder::memo`](crate::EncoderBuilder::memo) for repeated uploads of the very same input. A large epsilon
/// bounds next to nothing; what leaks in practice is what an audit measures.
///
/// # Examples
/// ```
/// use tiprdc::Release;
/// let release = Release::laplace_for_epsilon(1.0, 8.0)?;
/// assert_eq!(release, Release::laplace(1.0, 0.25)?);
/// assert_eq!(release.epsilon(), Some(8.0));
/// # Ok::<(), tiprdc::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Release {
    /// The features leave as the network computed them.
    ///
    /// # Privacy
    /// No guarantee of any kind; what leaks is what an audit measures.
    #[default]
    Exact,
    /// Features are scaled down to an L2 norm of at most `clip`, and discrete Gaussian noise is added to each.
    ///
    /// # Source
    /// Canonne, Kamath, Steinke, *The Discrete Gaussian for Differential Privacy*, NeurIPS 2020.
    Gaussian {
        /// Largest L2 norm of the features of one record.
        clip: f64,
        /// Standard deviation of the noise on each feature.
        scale: f64,
        /// The probability that may escape the bound, between 0 and 1; well below one over the number of people.
        delta: f64,
        /// Local differential privacy of one draw, in nats.
        epsilon: f64,
    },
    /// Features are scaled down to an L1 norm of at most `clip`, and discrete Laplace noise is added to each.
    ///
    /// # Source
    /// Ghosh, Roughgarden, Sundararajan, *Universally Utility-Maximizing Privacy Mechanisms*, STOC 2009.
    Laplace {
        /// Largest L1 norm of the features of one record.
        clip: f64,
        /// Scale of the noise on each feature: its mean absolute value.
        scale: f64,
        /// Local differential privacy of one draw, in nats.
        epsilon: f64,
    },
    /// The network's output is one logit for each of `count` substitutes; one substitute is drawn, and only its index
    /// leaves.
    ///
    /// Logits are divided by `temperature` and shifted so that the largest is 0; what is below `-range` is raised to it.
    ///
    /// # Source
    /// Chen et al., *PASS*, ICML 2025, arXiv 2506.07308: with cosine logits and `range = 2 / temperature` the bound is
    /// theirs.
    Substitute {
        /// Number of substitutes, 2 to 2^20.
        count: usize,
        /// What the logits are divided by.
        temperature: f64,
        /// How much less likely than the likeliest a substitute may be, as the logarithm of the quotient; above 40 ln 2
        /// it has no further effect.
        range: f64,
        /// SHA-256 of the substitute table's file, in hexadecimal.
        table: String,
        /// Local differential privacy of one draw, in nats.
        epsilon: f64,
    },
}

impl Release {
    /// Gaussian noise of standard deviation `scale` on features of L2 norm at most `clip`; computes epsilon, rounded
    /// upwards to 12 digits.
    ///
    /// # Errors
    /// [`ErrorKind::ManifestInvalid`](crate::ErrorKind::ManifestInvalid) if a number is not positive or out of range.
    pub fn gaussian(clip: f64, scale: f64, delta: f64) -> Result<Self> {
        check::noise(clip, scale)?;
        check::delta(delta)?;
        Ok(Release::Gaussian {
            clip,
            scale,
            delta,
            epsilon: bound::stated(bound::gaussian(clip, scale, delta)),
        })
    }

    /// The least Gaussian noise with this bound.
    ///
    /// # Errors
    /// As [`gaussian`](Release::gaussian).
    pub fn gaussian_for_epsilon(clip: f64, epsilon: f64, delta: f64) -> Result<Self> {
        check::positive("release.clip", clip)?;
        check::positive("release.epsilon", epsilon)?;
        check::delta(delta)?;
        let release = Self::gaussian(clip, bound::gaussian_scale(clip, epsilon, delta), delta)?;
        Ok(release.stating(epsilon))
    }

    /// Laplace noise of scale `scale` on features of L1 norm at most `clip`; computes epsilon, rounded upwards.
    ///
    /// # Errors
    /// [`ErrorKind::ManifestInvalid`](crate::ErrorKind::ManifestInvalid) if a number is not positive or out of range.
    pub fn laplace(clip: f64, scale: f64) -> Result<Self> {
        check::noise(clip, scale)?;
        Ok(Release::Laplace {
            clip,
            scale,
            epsilon: bound::laplace(clip, scale),
        })
    }

    /// The least Laplace noise with this bound.
    ///
    /// # Errors
    /// As [`laplace`](Release::laplace).
    pub fn laplace_for_epsilon(clip: f64, epsilon: f64) -> Result<Self> {
        check::positive("release.clip", clip)?;
        check::positive("release.epsilon", epsilon)?;
        let release = Self::laplace(clip, bound::laplace_scale(clip, epsilon))?;
        Ok(release.stating(epsilon))
    }

    /// One of `count` substitutes, from the table with this SHA-256; computes epsilon, rounded upwards to 12 digits.
    ///
    /// # Errors
    /// [`ErrorKind::ManifestInvalid`](crate::ErrorKind::ManifestInvalid) if a number is not positive or out of range,
    /// or `table` is no SHA-256 in hexadecimal.
    pub fn substitute(
        count: usize,
        temperature: f64,
        range: f64,
        table: impl Into<String>,
    ) -> Result<Self> {
        let table = table.into();
        check::substitute(count, temperature, range, &table)?;
        let range = range.min(WIDEST_RANGE);
        Ok(Release::Substitute {
            count,
            temperature,
            range,
            table,
            epsilon: bound::stated(bound::substitute(count, range)),
        })
    }

    /// The same release with another bound: more or less noise, or a wider or narrower range.
    ///
    /// For a substitute release `range` is what changes, and not the temperature. Logits of a network have no bound of
    /// their own, so that no temperature proves anything; and a narrower range leaves the weights of likely substitutes
    /// as they were trained, and only makes unlikely ones less unlikely. A range cannot be wider than 40 ln 2: where
    /// `epsilon` asks for that, the bound that is stated is the better one of this range.
    ///
    /// # Errors
    /// [`ErrorKind::ManifestInvalid`](crate::ErrorKind::ManifestInvalid) if the release is exact, which has no bound,
    /// or a number is not positive or out of range.
    pub fn with_epsilon(&self, epsilon: f64) -> Result<Self> {
        check::positive("release.epsilon", epsilon)?;
        match self {
            Release::Exact => Err(crate::manifest::invalid(
                "release.epsilon",
                "belongs to a random release; `exact` has no bound",
            )),
            Release::Gaussian { clip, delta, .. } => {
                Self::gaussian_for_epsilon(*clip, epsilon, *delta)
            }
            Release::Laplace { clip, .. } => Self::laplace_for_epsilon(*clip, epsilon),
            Release::Substitute {
                count,
                temperature,
                table,
                ..
            } => {
                check::substitute(*count, *temperature, 1.0, table)?;
                let range = bound::substitute_range(*count, epsilon, WIDEST_RANGE);
                Self::substitute(*count, *temperature, range, table.as_str())
            }
        }
    }

    /// The name of the release, as it stands in manifests and features files.
    pub fn name(&self) -> &'static str {
        match self {
            Release::Exact => "exact",
            Release::Gaussian { .. } => "gaussian",
            Release::Laplace { .. } => "laplace",
            Release::Substitute { .. } => "substitute",
        }
    }

    /// Local differential privacy of one draw, in nats; nothing for an exact release, which has none.
    pub fn epsilon(&self) -> Option<f64> {
        match self {
            Release::Exact => None,
            Release::Gaussian { epsilon, .. }
            | Release::Laplace { epsilon, .. }
            | Release::Substitute { epsilon, .. } => Some(*epsilon),
        }
    }

    /// The probability that may escape the bound: 0 unless the noise is Gaussian, nothing for an exact release.
    pub fn delta(&self) -> Option<f64> {
        match self {
            Release::Exact => None,
            Release::Gaussian { delta, .. } => Some(*delta),
            Release::Laplace { .. } | Release::Substitute { .. } => Some(0.0),
        }
    }

    /// What the settings prove, whatever is stated: rounded upwards.
    fn computed_epsilon(&self) -> Option<f64> {
        match self {
            Release::Exact => None,
            Release::Gaussian {
                clip, scale, delta, ..
            } => Some(bound::gaussian(*clip, *scale, *delta)),
            Release::Laplace { clip, scale, .. } => Some(bound::laplace(*clip, *scale)),
            Release::Substitute { count, range, .. } => {
                Some(bound::substitute(*count, range.min(WIDEST_RANGE)))
            }
        }
    }

    /// States the bound that was asked for instead of the computed one, which is smaller in the last digits.
    fn stating(mut self, asked: f64) -> Self {
        if let Release::Gaussian { epsilon, .. } | Release::Laplace { epsilon, .. } = &mut self {
            *epsilon = asked;
        }
        self
    }
}
