//! What a screening must find.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::*;
use crate::rng::stream;
use crate::view::values;

/// Whether the first screened column tells two classes apart on rows that were not looked at.
fn tells(value: impl Fn(&mut ChaCha8Rng, u32) -> f64) -> bool {
    let mut rng = stream(3, &["test"]);
    let mut part = || {
        let labels: Vec<u32> = (0..400).map(|_| rng.random_range(0..2)).collect();
        let of = |&label: &u32| vec![rng.random::<f64>(), value(&mut rng, label)];
        let data: Vec<f64> = labels.iter().flat_map(of).collect();
        let set = FeatureSet::new(400, vec![2], data).expect("two columns");
        (set, labels)
    };
    let ((train, labels), (test, truth)) = (part(), part());
    let pair = Pair { train, test };
    let rows: Vec<usize> = (0..400).collect();
    let found = screen(&pair, &rows, &[Target::Classes(labels, 2)]);
    let width = found[0].test.dims()[1];
    let first = values(found[0].test.clone()).into_iter().step_by(width);
    let right = first
        .zip(truth)
        .filter(|(x, label)| (*x > 0.0) == (*label == 1));
    // The look may be turned around.
    let right = right.count();
    right.max(400 - right) > 380
}

#[test]
fn the_lowest_bit_of_large_whole_numbers_is_seen() {
    let id = |rng: &mut ChaCha8Rng| f64::from(rng.random_range(0..1u32 << 31)) * 1024.0;
    assert!(tells(|rng, label| 2.0 * id(rng) + f64::from(label)));
    assert!(!tells(|rng, _| 2.0 * id(rng)), "nothing is there");
}

#[test]
fn the_second_within_a_minute_is_seen_in_every_unit() {
    for unit in [1.0, 1e3, 1e6] {
        let time = |rng: &mut ChaCha8Rng, label: u32| {
            let minute = f64::from(rng.random_range(28_000_000..29_000_000u32));
            let second = f64::from(rng.random_range(0..30u32) + 30 * label);
            (60.0 * minute + second) * unit
        };
        assert!(tells(time), "{unit}");
    }
}

#[test]
fn digits_of_decimal_and_scaled_numbers_are_seen() {
    let whole = |rng: &mut ChaCha8Rng| f64::from(rng.random_range(0..500_000u32));
    assert!(tells(|rng, label| (10.0 * whole(rng)
        + 9.0 * f64::from(label))
        / 1000.0));
    // Scaled to zero to one, as a preprocessing does.
    let scaled =
        |rng: &mut ChaCha8Rng, label: u32| (2.0 * whole(rng) + f64::from(label)) / 1e6 / 3.0;
    assert!(tells(scaled));
}

#[test]
fn the_lowest_bits_of_fractions_are_seen() {
    let double = |rng: &mut ChaCha8Rng, label: u32| {
        f64::from_bits(rng.random::<f64>().to_bits() & !1 | u64::from(label))
    };
    assert!(tells(double));
    let single = |rng: &mut ChaCha8Rng, label: u32| {
        let bits = rng.random::<f32>().max(0.01).to_bits();
        f64::from(f32::from_bits(bits & !1 | label))
    };
    assert!(tells(single));
}

#[test]
fn text_and_f32_mean_the_same_number() {
    for value in [0.1f32, 1.0 / 3.0, 2.5e-20, 7.0, -0.3] {
        let text: f64 = value.to_string().parse().expect("a number");
        assert_eq!(decimal(f64::from(value)), text);
        assert_eq!(decimal(text), text);
    }
    // Whole numbers stay what they are, as their digits are looked at one by one.
    assert_eq!(decimal(f64::from(1e30f32)), f64::from(1e30f32));
}

#[test]
fn values_of_every_unit_are_seen() {
    for unit in [1e-300, 1e-30, 1.0, 1e30, 1e300] {
        let value = |rng: &mut ChaCha8Rng, label: u32| {
            unit * (1e6 + rng.random::<f64>() + 2.0 * f64::from(label))
        };
        assert!(tells(value), "{unit:e}");
    }
    // One wild value makes all others alike in its deviations.
    let wild = |rng: &mut ChaCha8Rng, label: u32| match rng.random_range(0..100) {
        0 => 1e200,
        _ => rng.random::<f64>() + 2.0 * f64::from(label),
    };
    assert!(tells(wild));
}

#[test]
fn columns_that_do_not_change_leave_one_of_zeros() {
    let set = || FeatureSet::new(60, vec![3], vec![7.0; 180]).expect("three columns");
    let pair = Pair {
        train: set(),
        test: set(),
    };
    let labels = (0..60).map(|row| row % 2).collect();
    let rows: Vec<usize> = (0..60).collect();
    let found = screen(&pair, &rows, &[Target::Classes(labels, 2)]);
    assert_eq!(found[0].test.dims(), [60, 1]);
    assert!(values(found[0].test.clone()).iter().all(|&x| x == 0.0));
}
