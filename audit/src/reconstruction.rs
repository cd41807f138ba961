//! Decoders that try to rebuild the raw inputs from the features.

mod decoder;

use burn::tensor::Tensor;

use crate::audit::{Audit, Findings, Pair};
use crate::features::FeatureSet;
use crate::likeness::{Plane, ms_ssim, psnr};
use crate::report::{ImageQuality, NotTested, Reconstruction};
use crate::rng::stream;
use crate::split::Split;
use crate::view::{View, values};
use crate::{bootstrap, units};

/// Test images that are compared.
const IMAGES: usize = 500;

/// Trains decoders on the training rows and scores them on the test rows.
pub(crate) fn measure(
    audit: &Audit,
    split: &Split,
    findings: &mut Findings,
) -> Option<Reconstruction> {
    let Some(raw) = &audit.raw else {
        findings.not_tested.push(NotTested {
            what: "reconstruction".to_owned(),
            why: "no raw inputs given".to_owned(),
        });
        return None;
    };
    let features = View::new(&audit.features, split);
    let inputs = View::new(raw, split);
    if inputs.constant == inputs.width() {
        findings.not_tested.push(NotTested {
            what: "reconstruction".to_owned(),
            why: "the raw inputs do not vary in training".to_owned(),
        });
        return None;
    }
    let mut rng = stream(audit.seed, &["reconstruction"]);
    let linear = decoder::linear(&features, &inputs);
    let mlp = decoder::mlp(&features, &inputs, &mut rng);
    let attempts = [("linear", linear), ("mlp", mlp)].map(|(name, rebuilt)| {
        let errors = squared_errors(&inputs.test, &rebuilt);
        (name, rebuilt, errors)
    });
    let sum = |errors: &[f64]| errors.iter().sum::<f64>();
    let [linear, mlp] = attempts;
    let (name, rebuilt, errors) = if sum(&mlp.2) < sum(&linear.2) {
        mlp
    } else {
        linear
    };
    let spread = squared_errors(&inputs.test, &inputs.test.zeros_like());
    let draws = ratios(&errors, &spread, audit);
    let quality = |rows: &Tensor<2>| image_quality(raw, &inputs, rows);
    let found = quality(&rebuilt);
    let value = sum(&errors) / sum(&spread).max(1e-30);
    Some(Reconstruction {
        decoder: name.to_owned(),
        normalised_mse: value,
        interval: bootstrap::interval(&draws),
        psnr: found.map(|quality| quality.psnr),
        ms_ssim: found.map(|quality| quality.ms_ssim),
        baseline: found.and_then(|_| quality(&inputs.test.zeros_like())),
        sentence: format!(
            "A decoder trained on features and inputs of others rebuilds {:.0} % of how the inputs vary; naming the \
             mean input rebuilds 0 %.",
            (1.0 - value).max(0.0) * 100.0
        ),
    })
}

/// Squared error of each row, over the standardised columns.
fn squared_errors(truth: &Tensor<2>, rebuilt: &Tensor<2>) -> Vec<f64> {
    let difference = truth.clone() - rebuilt.clone();
    let sums = (difference.clone() * difference).sum_dim(1);
    values(sums).into_iter().map(f64::from).collect()
}

/// Error divided by spread, in every draw of units.
fn ratios(errors: &[f64], spread: &[f64], audit: &Audit) -> Vec<f64> {
    let members = units::members(errors.len(), audit.units());
    let sums: Vec<[f64; 2]> = members
        .iter()
        .map(|rows| {
            let sum = |values: &[f64]| rows.iter().map(|&row| values[row]).sum();
            [sum(errors), sum(spread)]
        })
        .collect();
    let mut rng = stream(audit.seed, &["bootstrap", "reconstruction"]);
    units::draws(&sums, audit.bootstrap, &mut rng)
        .into_iter()
        .map(|[error, spread]| error / spread.max(1e-30))
        .collect()
}

/// Likeness of rebuilt images, in the units of the raw inputs; `None` for anything but images.
fn image_quality(raw: &Pair, inputs: &View, rebuilt: &Tensor<2>) -> Option<ImageQuality> {
    let [channels, height, width] = raw.train.shape()[..] else {
        return None;
    };
    let count = raw.test.rows().min(IMAGES);
    let rebuilt = inputs.unscaled(values(rebuilt.clone().narrow(0, 0, count)));
    let peak = range(&raw.train);
    let pixels = height * width;
    let plane = |data: Vec<f64>| Plane {
        height,
        width,
        data,
    };
    let (mut error, mut alike) = (0.0, 0.0);
    let planes = raw.test.data()[..count * channels * pixels].chunks_exact(pixels);
    for (truth, rebuilt) in planes.zip(rebuilt.chunks_exact(pixels)) {
        let (truth, rebuilt) = (plane(truth.to_vec()), plane(rebuilt.to_vec()));
        alike += ms_ssim(&truth, &rebuilt, peak)?;
        let pairs = truth.data.iter().zip(&rebuilt.data);
        error += pairs.map(|(a, b)| (a - b).powi(2)).sum::<f64>();
    }
    let planes = (count * channels) as f64;
    Some(ImageQuality {
        psnr: psnr(error / (planes * pixels as f64), peak),
        ms_ssim: alike / planes,
    })
}

fn range(set: &FeatureSet) -> f64 {
    let ends = set
        .data()
        .iter()
        .fold((f64::MAX, f64::MIN), |(low, high), &x| {
            (low.min(x), high.max(x))
        });
    ends.1 - ends.0
}
