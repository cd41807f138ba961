//! What a run says about the release, and what is fitted to the training features for it.

use crate::error::{Result, TrainError};
use crate::methods::Chosen;
use serde::{Deserialize, Serialize};
use tiprdc::{Dtype, Release, SubstituteTable};

/// The release of a run's encoder: the `[release]` table. Without one, features leave as they are.
///
/// # Privacy
/// A clip that is not set is fitted to the training features, and stands in the encoder: it says something of the
/// collector's records, and nothing of a user's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseConfig {
    /// Which release.
    #[serde(default)]
    pub kind: ReleaseKind,
    /// Largest norm of the features of one record (L2 for `gaussian`, L1 for `laplace`); the median norm of the training
    /// features if not set, as Abadi et al. recommend ("Deep Learning with Differential Privacy", CCS 2016, section 5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clip: Option<f64>,
    /// Scale of the noise on each feature; either this or `epsilon`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<f64>,
    /// The bound that one draw is to have, in nats; either this or `scale`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epsilon: Option<f64>,
    /// `gaussian`: the probability that may escape the bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delta: Option<f64>,
    /// Element type of the features.
    #[serde(default)]
    pub dtype: Dtype,
}

/// The releases that a run can ask for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReleaseKind {
    /// Features leave as they are.
    #[default]
    Exact,
    /// Features are clipped in L2, and Gaussian noise is added.
    Gaussian,
    /// Features are clipped in L1, and Laplace noise is added.
    Laplace,
    /// The number of a substitute leaves; for methods that substitute, which need not say so.
    Substitute,
}

/// How strong noise is.
#[derive(Clone, Copy)]
enum Strength {
    Scale(f64),
    Epsilon(f64),
}

impl ReleaseConfig {
    /// Whether features get noise.
    pub(crate) fn is_noise(&self) -> bool {
        matches!(self.kind, ReleaseKind::Gaussian | ReleaseKind::Laplace)
    }

    /// Whether it goes with a method whose encoder gives the number of a substitute, or with one that gives features.
    pub(crate) fn check_for(&self, substitutes: bool) -> Result<()> {
        let fits = match self.kind {
            ReleaseKind::Exact => true,
            ReleaseKind::Substitute => substitutes,
            ReleaseKind::Gaussian | ReleaseKind::Laplace => !substitutes,
        };
        if !fits {
            return Err(self.unfit(if substitutes {
                "does not go with a method that substitutes"
            } else {
                "needs a method that substitutes"
            }));
        }
        if let (true, Some(epsilon)) = (substitutes, self.epsilon)
            && !(epsilon.is_finite() && epsilon > 0.0)
        {
            return Err(TrainError::config(format!(
                "release.epsilon must be a number above 0, found {epsilon}"
            )));
        }
        if substitutes && self.dtype != Dtype::F32 {
            return Err(TrainError::config(
                "release.dtype is for features; what leaves for a substitute is a whole number",
            ));
        }
        Ok(())
    }

    /// Looks at the settings, before any data is read.
    pub(crate) fn check(&self) -> Result<()> {
        let settings = [
            ("clip", self.clip, self.is_noise()),
            ("scale", self.scale, self.is_noise()),
            ("epsilon", self.epsilon, self.kind != ReleaseKind::Exact),
            ("delta", self.delta, self.kind == ReleaseKind::Gaussian),
        ];
        for (key, value, belongs) in settings {
            if value.is_some() && !belongs {
                return Err(self.unfit(&format!("has no {key}")));
            }
        }
        // What the core says about the numbers, it says for any clip.
        self.release(self.clip.unwrap_or(1.0)).map(|_| ())
    }

    /// The release for these training features, row-major with `width` numbers a record.
    ///
    /// # Errors
    /// If the clip is to be fitted and most features are zero.
    pub(crate) fn fit(&self, features: &[f32], width: usize) -> Result<Release> {
        match (self.clip, self.is_noise()) {
            (Some(clip), _) => self.release(clip),
            (None, false) => Ok(Release::Exact),
            (None, true) => {
                let norms = features.chunks_exact(width).map(|row| self.norm(row));
                let clip = quantile(norms.collect(), 0.5);
                if clip <= 0.0 {
                    return Err(TrainError::config(
                        "release.clip cannot be fitted: most training features are all zero",
                    ));
                }
                self.release(clip)
            }
        }
    }

    /// The release of an encoder that chooses among substitutes, with the bound that its logits have, or a narrower one if
    /// `epsilon` is set.
    pub(crate) fn substitute(&self, chosen: &Chosen, table: &SubstituteTable) -> Result<Release> {
        let release = Release::substitute(
            table.count(),
            chosen.temperature,
            chosen.range,
            table.digest(),
        )?;
        Ok(match self.epsilon {
            Some(epsilon) => release.with_epsilon(epsilon)?,
            None => release,
        })
    }

    /// The step of int8 features, so that what is beyond its range is one number in a thousand, or noise that is rare.
    pub(crate) fn step(&self, features: &[f32], release: &Release) -> Option<f64> {
        let noise = match release {
            Release::Gaussian { scale, .. } | Release::Laplace { scale, .. } => *scale,
            _ => 0.0,
        };
        let sizes = features.iter().map(|value| f64::from(value.abs()));
        (self.dtype == Dtype::Int8).then(|| {
            let largest = quantile(sizes.collect(), 0.999) + 4.0 * noise;
            // Features that are all zero stay zero by any step.
            if largest > 0.0 { largest / 127.0 } else { 1.0 }
        })
    }

    fn release(&self, clip: f64) -> Result<Release> {
        Ok(match self.kind {
            ReleaseKind::Exact | ReleaseKind::Substitute => Release::Exact,
            ReleaseKind::Laplace => match self.strength()? {
                Strength::Scale(scale) => Release::laplace(clip, scale)?,
                Strength::Epsilon(epsilon) => Release::laplace_for_epsilon(clip, epsilon)?,
            },
            ReleaseKind::Gaussian => {
                let delta = self.delta.ok_or_else(|| {
                    self.unfit("needs delta, well below one over the number of people")
                })?;
                match self.strength()? {
                    Strength::Scale(scale) => Release::gaussian(clip, scale, delta)?,
                    Strength::Epsilon(epsilon) => {
                        Release::gaussian_for_epsilon(clip, epsilon, delta)?
                    }
                }
            }
        })
    }

    fn strength(&self) -> Result<Strength> {
        match (self.scale, self.epsilon) {
            (Some(scale), None) => Ok(Strength::Scale(scale)),
            (None, Some(epsilon)) => Ok(Strength::Epsilon(epsilon)),
            (None, None) => Err(self.unfit("needs scale or epsilon")),
            (Some(_), Some(_)) => Err(self.unfit("takes scale or epsilon, not both")),
        }
    }

    fn norm(&self, row: &[f32]) -> f64 {
        let values = row.iter().map(|&value| f64::from(value));
        match self.kind {
            ReleaseKind::Laplace => values.map(f64::abs).sum(),
            _ => values.map(|value| value * value).sum::<f64>().sqrt(),
        }
    }

    fn unfit(&self, what: &str) -> TrainError {
        let kind = match self.kind {
            ReleaseKind::Exact => "exact",
            ReleaseKind::Gaussian => "gaussian",
            ReleaseKind::Laplace => "laplace",
            ReleaseKind::Substitute => "substitute",
        };
        TrainError::config(format!("release.kind = \"{kind}\" {what}"))
    }
}

/// The value below which a part of `values` lies; 0 of none.
fn quantile(mut values: Vec<f64>, part: f64) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let at = ((values.len() - 1) as f64 * part).round() as usize;
    *values.select_nth_unstable_by(at, f64::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(toml: &str) -> ReleaseConfig {
        toml::from_str(toml).expect("the table is valid")
    }

    #[test]
    fn a_clip_that_is_not_set_is_the_median_norm_of_the_release() {
        // L2 norms 5, 13, 0; L1 norms 7, 17, 0.
        let features = [3.0, 4.0, -5.0, 12.0, 0.0, 0.0];
        let laplace = config("kind = \"laplace\"\nscale = 0.5").fit(&features, 2);
        assert_eq!(
            laplace.expect("it fits"),
            Release::laplace(7.0, 0.5).expect("valid")
        );
        let gaussian = config("kind = \"gaussian\"\nepsilon = 2.0\ndelta = 1e-5").fit(&features, 2);
        let expected = Release::gaussian_for_epsilon(5.0, 2.0, 1e-5).expect("valid");
        assert_eq!(gaussian.expect("it fits"), expected);
        let set = config("kind = \"laplace\"\nscale = 0.5\nclip = 2.0").fit(&features, 2);
        assert_eq!(
            set.expect("it fits"),
            Release::laplace(2.0, 0.5).expect("valid")
        );
        assert!(
            config("kind = \"laplace\"\nscale = 0.5")
                .fit(&[0.0; 6], 2)
                .is_err()
        );
    }

    #[test]
    fn settings_that_do_not_go_together_are_named() {
        for (toml, named) in [
            ("kind = \"exact\"\nclip = 1.0", "clip"),
            ("epsilon = 1.0", "epsilon"),
            ("kind = \"laplace\"\nscale = 1.0\ndelta = 1e-5", "delta"),
            ("kind = \"laplace\"", "scale or epsilon"),
            ("kind = \"laplace\"\nscale = 1.0\nepsilon = 1.0", "not both"),
            ("kind = \"gaussian\"\nscale = 1.0", "delta"),
            ("kind = \"laplace\"\nscale = -1.0", "scale"),
            ("kind = \"laplace\"\nepsilon = 1.0\nclip = 0.0", "clip"),
        ] {
            let error = config(toml).check().expect_err(toml);
            assert!(error.to_string().contains(named), "{toml}: {error}");
        }
    }

    #[test]
    fn a_step_of_int8_covers_the_features_and_the_noise() {
        let features: Vec<f32> = (0..=1000).map(|value| value as f32 / 1000.0).collect();
        let exact = config("dtype = \"int8\"");
        let step = exact
            .step(&features, &Release::Exact)
            .expect("int8 has a step");
        assert!((step - 0.999 / 127.0).abs() < 1e-6, "{step}");
        let noisy = Release::laplace(1.0, 0.5).expect("valid");
        let step = exact.step(&features, &noisy).expect("int8 has a step");
        assert!((step - 2.999 / 127.0).abs() < 1e-6, "{step}");
        assert_eq!(
            config("dtype = \"f16\"").step(&features, &Release::Exact),
            None
        );
    }
}
