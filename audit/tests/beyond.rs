//! Beyond single guesses of classes: quantities, draws of one record, decoders, members; answers are known.

#![allow(
    clippy::unwrap_used,
    reason = "what a test cannot set up should fail it"
)]

mod common;

use common::{binary, normal, run};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use tiprdc_audit::{Audit, FeatureSet, Quantity, Role};

/// Rows of `width` normal numbers.
fn noise(rows: usize, width: usize, seed: u64) -> Vec<f32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..rows * width).map(|_| normal(&mut rng)).collect()
}

fn set(width: usize, data: Vec<f32>) -> FeatureSet {
    FeatureSet::new(data.len() / width, vec![width], data).unwrap()
}

#[test]
fn a_quantity_is_explained_as_far_as_noise_allows() {
    // The secret is the first column plus noise of half its deviation: R2 of the best guess is 1 / 1.25 = 0.8.
    let part = |rows: usize, seed: u64| {
        let data = noise(rows, 8, seed);
        let extra = noise(rows, 1, seed + 10);
        let secret = |(row, extra): (&[f32], &f32)| 50.0 + 10.0 * f64::from(row[0] + 0.5 * extra);
        let values: Vec<f64> = data.chunks_exact(8).zip(&extra).map(secret).collect();
        (set(8, data), values)
    };
    let ((train, a), (test, b)) = (part(3000, 1), part(3000, 2));
    let weight = Quantity {
        name: "weight".into(),
        role: Role::Private,
        train: a,
        test: b,
    };
    let audit = Audit::new(train.clone(), test.clone()).raw(train, test);
    let report = run(audit.quantity(weight).bootstrap(200));
    let weight = &report.attributes[0];
    assert_eq!(
        (weight.kind.as_str(), weight.metric.as_str()),
        ("continuous", "r2")
    );
    assert!(
        (weight.strongest.value - 0.8).abs() < 0.02,
        "{:?}",
        weight.strongest
    );
    // Spearman of two normals that correlate by r is 6 / pi asin(r / 2).
    let expected = 6.0 / std::f64::consts::PI * (0.8f64.sqrt() / 2.0).asin();
    assert!((weight.strongest.rank_correlation.unwrap() - expected).abs() < 0.02);
    assert!((weight.nag.unwrap() - 1.0).abs() < 0.01);
    assert!(weight.p_value.unwrap() < 0.01);
    let [low, high] = weight.strongest.interval;
    assert!(low < 0.8 && 0.8 < high);
}

#[test]
fn averaged_draws_give_more_away_than_one() {
    // Every record has a sign; each of its nine draws adds noise with twice the deviation. One draw is guessed right
    // with probability Phi(1 / 2) = 0.691, the mean of nine with Phi(3 / 2) = 0.933.
    let part = |records: usize, seed: u64| {
        let mut data = noise(records * 9, 1, seed);
        let labels: Vec<u32> = (0..records * 9).map(|row| (row / 9 % 2) as u32).collect();
        for (x, &label) in data.iter_mut().zip(&labels) {
            *x = 2.0 * *x + if label == 1 { 1.0 } else { -1.0 };
        }
        let numbers: Vec<u32> = (0..records * 9).map(|row| (row / 9) as u32).collect();
        (set(1, data), labels, numbers)
    };
    let ((train, a, train_records), (test, b, test_records)) = (part(600, 1), part(600, 2));
    let audit = Audit::new(train, test)
        .attribute(binary("sign", Role::Private, a, b))
        .records(train_records, test_records);
    let report = run(audit.bootstrap(200));
    let sign = &report.attributes[0];
    assert!(
        (sign.strongest.value - 0.691).abs() < 0.03,
        "{:?}",
        sign.strongest
    );
    let repeated = sign.repeated.as_ref().unwrap();
    assert_eq!(repeated.draws, 9.0);
    assert!((repeated.value - 0.933).abs() < 0.03, "{repeated:?}");
    assert_eq!(
        (report.drawn.unit.as_str(), report.drawn.count),
        ("records", 600)
    );
}

#[test]
fn decoders_rebuild_what_is_there_and_nothing_else() {
    // Four of eight inputs are released, each with noise of the same size: half of their variance can be rebuilt, a
    // quarter of all.
    let part = |rows: usize, seed: u64| {
        let raw = noise(rows, 8, seed);
        let extra = noise(rows, 4, seed + 10);
        let rows = raw.chunks_exact(8).zip(extra.chunks_exact(4));
        let released = rows.flat_map(|(raw, extra)| (0..4).map(move |at| raw[at] + extra[at]));
        let released: Vec<f32> = released.collect();
        (set(4, released), set(8, raw))
    };
    let ((train, raw_train), (test, raw_test)) = (part(3000, 1), part(2000, 2));
    let labels = |rows: usize| (0..rows as u32).map(|row| row % 2).collect::<Vec<_>>();
    let audit = Audit::new(train, test)
        .raw(raw_train, raw_test)
        .attribute(binary("any", Role::Private, labels(3000), labels(2000)));
    let found = run(audit.bootstrap(200)).reconstruction.unwrap();
    assert!((found.normalised_mse - 0.75).abs() < 0.02, "{found:?}");
    let [low, high] = found.interval;
    assert!(low < 0.75 && 0.75 < high, "{found:?}");
    assert!(
        found.psnr.is_none() && found.ms_ssim.is_none(),
        "these are no images"
    );
}

#[test]
fn members_are_recognised_when_their_rows_differ_and_only_then() {
    let labels: Vec<u32> = (0..1200).map(|row| row % 2).collect();
    let audit = |shift: f32| {
        let mut members = noise(1200, 6, 1);
        members.iter_mut().step_by(6).for_each(|x| *x += shift);
        let secret = binary("any", Role::Private, labels.clone(), labels.clone());
        let audit = Audit::new(set(6, members), set(6, noise(1200, 6, 2)));
        let audit = audit.attribute(secret).bootstrap(40);
        run(audit.outsiders(set(6, noise(1200, 6, 3)), None))
            .membership
            .unwrap()
    };
    let same = audit(0.0);
    assert!(
        same.tpr_at_1_fpr < 0.05 && (same.auc - 0.5).abs() < 0.06,
        "{same:?}"
    );
    // Members lie 4 deviations apart: at one false alarm in a hundred, Phi(4 - 2.33) = 0.95 are recognised.
    let apart = audit(4.0);
    assert!(apart.tpr_at_1_fpr > 0.85 && apart.auc > 0.98, "{apart:?}");
}
