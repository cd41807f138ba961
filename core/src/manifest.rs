//! What an encoder says of itself.

use crate::error::{Error, ErrorKind, Result};
use crate::input::InputSpec;
use crate::release::{self, Release};
use serde::{Deserialize, Serialize};

/// The manifest format this version reads and writes.
pub const MANIFEST_FORMAT: u32 = 1;

/// What an encoder says of itself: what it takes, what it gives, how it was trained and what was measured.
///
/// Stored as JSON in the ONNX file, under the `metadata_props` key `tiprdc.manifest`.
///
/// # Privacy
/// `audit` repeats what the collector measured and chose to publish; it is a statement, not a proof.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Format number; see [`MANIFEST_FORMAT`].
    pub format: u32,
    /// Short name, for people.
    pub name: String,
    /// Version of the encoder, chosen by the collector.
    pub version: String,
    /// What the encoder takes, and how it is preprocessed.
    pub input: InputSpec,
    /// What the encoder gives.
    pub output: OutputSpec,
    /// What happens to the features at the last moment on the device.
    #[serde(default)]
    pub release: Release,
    /// How the encoder was trained.
    pub method: Method,
    /// On what it was trained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<Training>,
    /// What an audit measured, in short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit: Option<AuditSummary>,
}

/// What leaves the device for one record.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputSpec {
    /// Shape of the features of one record, row-major, without the batch axis; `[1]` for a `substitute` release.
    pub shape: Vec<usize>,
    /// Element type that features are rounded to, as the last step of the release.
    #[serde(default)]
    pub dtype: Dtype,
    /// Size of a step, for [`Dtype::Int8`] only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<f64>,
}

/// Element type of features: what their file holds. In memory they are f32, already rounded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dtype {
    /// 32-bit IEEE 754 floating point.
    #[default]
    F32,
    /// 16-bit IEEE 754 floating point: half the upload, 3 digits; beyond 65504 a number stays at it.
    F16,
    /// Whole steps from -128 to 127 of the manifest's `output.scale`: a quarter of the upload; what is beyond stays at
    /// the last step.
    Int8,
}

/// How an encoder was trained.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// Name of the method: `tiprdc`, `plain`, `untrained`, `external`...
    pub kind: String,
    /// Weight of the privacy term (TIPRDC's lambda, 0 to 1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lambda: Option<f64>,
    /// Private attributes that the training hid.
    #[serde(default)]
    pub private: Vec<String>,
    /// Tasks that the training knew.
    #[serde(default)]
    pub tasks: Vec<String>,
}

/// On what an encoder was trained, and how to do it again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Name of the data set.
    pub dataset: String,
    /// Number of training records.
    pub rows: usize,
    /// Seed of the run.
    pub seed: u64,
    /// Version of tiprdc that trained it.
    pub tiprdc: String,
    /// The whole run, as the TOML that repeats it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub run: String,
}

/// What an audit measured, in short.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditSummary {
    /// SHA-256 of the encoder's file when it was audited, where the features told it: this summary itself changed the
    /// file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoder: Option<String>,
    /// The private attribute; of several, the one that attackers got furthest with.
    pub attribute: String,
    /// The attacker that got most out of the features.
    pub strongest_attacker: String,
    /// Its balanced accuracy, 0 to 1; nearer to `chance` is better.
    pub balanced_accuracy: f64,
    /// 95 % interval of that number.
    pub interval: [f64; 2],
    /// What guessing gives.
    pub chance: f64,
    /// The part of what the raw inputs leak that is left: 0 is guessing, 1 is as much as the raw inputs give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nag: Option<f64>,
    /// What the features keep of tasks.
    #[serde(default)]
    pub tasks: Vec<TaskSummary>,
}

/// What features keep of one task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskSummary {
    /// The task attribute.
    pub attribute: String,
    /// Balanced accuracy of the best model on the features, 0 to 1; higher is better.
    pub balanced_accuracy: f64,
    /// What guessing gives.
    pub chance: f64,
}

/// The most elements an input or output tensor of one record may have.
const MAX_ELEMENTS: usize = 1 << 26;

impl Manifest {
    /// Reads a manifest from JSON and [checks](Manifest::validate) it.
    ///
    /// # Errors
    /// [`ErrorKind::ManifestUnsupported`] for another format number, [`ErrorKind::ManifestInvalid`] for anything else.
    pub fn from_json(json: &str) -> Result<Self> {
        check_format(json)?;
        let manifest: Manifest = serde_json::from_str(json).map_err(invalid_json)?;
        manifest.validate()?;
        Ok(manifest)
    }

    /// The manifest as JSON, as it stands in the file.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a manifest holds nothing that JSON cannot")
    }

    /// Checks every value that stands on its own: sizes, lengths, finite numbers, unique names.
    ///
    /// # Errors
    /// [`ErrorKind::ManifestUnsupported`] or [`ErrorKind::ManifestInvalid`], naming the field.
    pub fn validate(&self) -> Result<()> {
        if self.format != MANIFEST_FORMAT {
            return Err(unsupported_format(u64::from(self.format)));
        }
        if self.name.is_empty() {
            return Err(invalid("name", "must not be empty"));
        }
        self.input.validate()?;
        check_shape("output.shape", &self.output.shape)?;
        release::check(&self.release)?;
        release::check_output(&self.release, &self.output)
    }
}

/// Looks at the format number first, so that a file from the future is called that and not "invalid".
fn check_format(json: &str) -> Result<()> {
    #[derive(Deserialize)]
    struct Head {
        format: u64,
    }
    let head: Head = serde_json::from_str(json).map_err(invalid_json)?;
    if head.format != u64::from(MANIFEST_FORMAT) {
        return Err(unsupported_format(head.format));
    }
    Ok(())
}

fn unsupported_format(found: u64) -> Error {
    Error::new(
        ErrorKind::ManifestUnsupported,
        format!(
            "manifest format {found} is not supported; this version reads format {MANIFEST_FORMAT}"
        ),
    )
}

fn invalid_json(error: serde_json::Error) -> Error {
    // serde_json's messages quote names and positions, which are the manifest's own and not user data.
    Error::new(
        ErrorKind::ManifestInvalid,
        format!("the manifest is not valid: {error}"),
    )
    .with_source(error)
}

pub(crate) fn invalid(field: &str, expectation: impl AsRef<str>) -> Error {
    Error::new(
        ErrorKind::ManifestInvalid,
        format!("manifest field `{field}` {}", expectation.as_ref()),
    )
}

pub(crate) fn check_shape(field: &str, shape: &[usize]) -> Result<()> {
    if shape.is_empty() || shape.len() > 4 {
        return Err(invalid(
            field,
            format!("must have 1 to 4 axes, found {}", shape.len()),
        ));
    }
    let elements = shape
        .iter()
        .try_fold(1usize, |product, &axis| product.checked_mul(axis));
    match elements {
        Some(elements) if (1..=MAX_ELEMENTS).contains(&elements) => Ok(()),
        _ => Err(invalid(
            field,
            format!("must have 1 to {MAX_ELEMENTS} elements, found shape {shape:?}"),
        )),
    }
}
