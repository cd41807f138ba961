//! Synthetic rows with known answers.

#![allow(
    clippy::unwrap_used,
    reason = "what a test cannot set up should fail it"
)]
#![allow(dead_code, reason = "not every test file uses all of it")]

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use tiprdc_audit::{Attribute, Audit, FeatureSet, Report, Role};

/// A sum of twelve uniform numbers is close enough to normal here.
pub fn normal(rng: &mut ChaCha8Rng) -> f32 {
    (0..12).map(|_| rng.random::<f32>()).sum::<f32>() - 6.0
}

/// Rows of `width` normal numbers; `leak` writes the secret of the row into them.
pub fn part(
    rows: usize,
    width: usize,
    seed: u64,
    leak: impl Fn(&mut [f32], u32),
) -> (FeatureSet, Vec<u32>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut data, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let label = rng.random_range(0..2);
        let mut row: Vec<f32> = (0..width).map(|_| normal(&mut rng)).collect();
        leak(&mut row, label);
        data.extend(row);
        labels.push(label);
    }
    (FeatureSet::new(rows, vec![width], data).unwrap(), labels)
}

/// An attribute with two classes.
pub fn binary(name: &str, role: Role, train: Vec<u32>, test: Vec<u32>) -> Attribute {
    Attribute {
        name: name.into(),
        role,
        classes: vec!["CANARY-0".into(), "CANARY-1".into()],
        train,
        test,
    }
}

/// An audit of one private attribute, without raw inputs.
#[allow(dead_code, reason = "not every test file audits one attribute")]
pub fn audit(
    train: usize,
    test: usize,
    width: usize,
    leak: impl Fn(&mut [f32], u32) + Copy,
) -> Audit {
    let (train, train_labels) = part(train, width, 1, leak);
    let (test, test_labels) = part(test, width, 2, leak);
    let secret = binary("secret", Role::Private, train_labels, test_labels);
    Audit::new(train, test).attribute(secret).bootstrap(400)
}

/// Runs without an observer.
pub fn run(audit: Audit) -> Report {
    audit.run(&mut |_| {}).unwrap()
}
