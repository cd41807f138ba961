//! Leaks whose size is known: the strongest attacker must find them, and nothing where there is nothing.

#![allow(
    clippy::unwrap_used,
    reason = "what a test cannot set up should fail it"
)]

mod common;

use common::{audit, run};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use tiprdc_audit::{FeatureSet, Report};

fn value(report: &Report, attacker: &str) -> f64 {
    let all = &report.attributes[0].attackers;
    all.iter().find(|a| a.attacker == attacker).unwrap().value
}

#[test]
fn independent_features_give_chance() {
    let report = run(audit(2000, 2000, 16, |_, _| {}));
    let strongest = &report.attributes[0].strongest;
    // The best of twenty is a little above one half; the permutation test knows that there were twenty.
    assert!((strongest.value - 0.5).abs() < 0.03, "{strongest:?}");
    assert!(report.attributes[0].p_value.unwrap() > 0.05, "{report:?}");
    assert!((strongest.auc.unwrap() - 0.5).abs() < 0.04, "{strongest:?}");
}

#[test]
fn a_linear_leak_reaches_the_best_possible_score() {
    // Two unit normals whose means are 2 apart: the best guess is right with probability Phi(1) = 0.841.
    let report = run(audit(2000, 4000, 16, |row, s| row[3] += 2.0 * s as f32));
    let strongest = &report.attributes[0].strongest;
    assert!((strongest.value - 0.841).abs() < 0.02, "{strongest:?}");
    assert!((value(&report, "logistic") - 0.841).abs() < 0.02);
    // The area under the curve of the same problem is Phi(sqrt 2) = 0.921.
    assert!(
        (strongest.auc.unwrap() - 0.921).abs() < 0.02,
        "{strongest:?}"
    );
}

#[test]
fn a_leak_in_the_product_of_two_columns_is_found() {
    let report = run(audit(3000, 2000, 8, |row, s| {
        let sign = if s == 1 { 1.0 } else { -1.0 };
        row[1] = row[1].abs() * row[0].signum() * sign;
    }));
    assert!(
        value(&report, "logistic") < 0.55,
        "a straight line cannot see it"
    );
    let strongest = &report.attributes[0].strongest;
    assert!(strongest.value > 0.9, "{strongest:?}");
}

#[test]
fn a_leak_in_the_length_of_a_row_is_found() {
    let report = run(audit(3000, 2000, 16, |row, s| {
        let stretch = if s == 1 { 1.6 } else { 1.0 };
        row.iter_mut().for_each(|x| *x *= stretch);
    }));
    assert!(
        value(&report, "logistic") < 0.55,
        "a straight line cannot see it"
    );
    // Squared lengths are 1 and 2.56 times a chi-square of 16; the best guess is right with probability 0.90.
    let strongest = &report.attributes[0].strongest;
    assert!(strongest.value > 0.85, "{strongest:?}");
}

#[test]
fn a_leak_in_one_of_five_hundred_columns_is_found() {
    let report = run(audit(3000, 2000, 500, |row, s| row[317] += 3.0 * s as f32));
    // The best guess is right with probability Phi(1.5) = 0.933; 500 weights fitted on 3000 rows cannot reach it.
    let strongest = &report.attributes[0].strongest;
    assert!(strongest.value > 0.86, "{strongest:?}");
}

#[test]
fn a_pattern_that_moves_along_an_axis_is_found_by_the_convolution() {
    use common::{binary, part};
    use tiprdc_audit::{Audit, Role};
    // A rising or a falling edge at a random place: no single column tells the classes apart.
    let leak = |row: &mut [f32], s: u32| {
        let place = ((row[0].abs() * 1000.0) as usize) % 26;
        for (step, value) in [-3.0, -3.0, 3.0, 3.0].into_iter().enumerate() {
            row[place + step] += if s == 1 { value } else { -value };
        }
    };
    let series = |rows: usize, seed: u64| {
        let (set, labels) = part(rows, 32, seed, leak);
        let set = FeatureSet::new(rows, vec![1, 32], set.data().to_vec()).unwrap();
        (set, labels)
    };
    let ((train, a), (test, b)) = (series(3000, 1), series(1000, 2));
    let audit = Audit::new(train, test).attribute(binary("edge", Role::Private, a, b));
    let report = run(audit.bootstrap(100));
    assert!(
        value(&report, "conv") > 0.95,
        "{:?}",
        report.attributes[0].attackers
    );
    assert!(value(&report, "logistic") < 0.7);
}

#[test]
fn perceptrons_see_the_components_of_rows_that_are_too_wide_for_them() {
    // Two directions outweigh the rest; the secret is whether their signs agree, which nothing linear finds.
    let leak = |row: &mut [f32], label: u32| {
        let (first, second) = (row[0], row[1]);
        let agree = (first > 0.0) == (second > 0.0);
        let second = if agree == (label == 1) {
            second
        } else {
            -second
        };
        for (at, value) in row.iter_mut().enumerate() {
            *value += 3.0 * if at % 2 == 0 { first } else { second };
        }
    };
    let report = run(audit(1500, 500, 4200, leak));
    assert!(
        value(&report, "pca/mlp-small") > 0.9 && value(&report, "pca/mlp-large") > 0.9,
        "{:?}",
        report.attributes[0].attackers
    );
    assert!(value(&report, "pca/logistic") < 0.6);
    let said = |missing: &tiprdc_audit::NotTested| missing.what == "mlp-large on the features";
    assert!(report.not_tested.iter().any(said));
}

#[test]
fn skewed_classes_do_not_hide_a_leak() {
    // 5 % of the rows are of class 1; guessing class 0 always is right 95 times in 100 and worth nothing.
    let build = |rows: usize, seed: u64| {
        let (set, _) = common::part(rows, 8, seed, |_, _| {});
        let labels: Vec<u32> = (0..rows).map(|row| u32::from(row % 20 == 7)).collect();
        let mut data = set.data().to_vec();
        for (row, &label) in data.chunks_exact_mut(8).zip(&labels) {
            row[0] += 2.0 * label as f64;
        }
        (
            tiprdc_audit::FeatureSet::new(rows, vec![8], data).unwrap(),
            labels,
        )
    };
    let ((train, a), (test, b)) = (build(4000, 1), build(4000, 2));
    let secret = common::binary("rare", tiprdc_audit::Role::Private, a, b);
    let report = run(tiprdc_audit::Audit::new(train, test)
        .attribute(secret)
        .bootstrap(100));
    // Balanced accuracy of the best guess is Phi(1) = 0.841, whatever the skew.
    assert!((value(&report, "logistic") - 0.841).abs() < 0.04);
    assert!(value(&report, "mlp-large") > 0.75);
    assert!(value(&report, "knn") > 0.7);
}

/// Rows of two random numbers out of a table of 40: as a substitute release gives them, resolved.
fn substitutes(rows: usize, seed: u64) -> (tiprdc_audit::FeatureSet, Vec<u32>, Vec<f64>) {
    use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
    let mut table = ChaCha8Rng::seed_from_u64(9);
    let table: Vec<[f32; 2]> = (0..40)
        .map(|_| [common::normal(&mut table), common::normal(&mut table)])
        .collect();
    // How likely the first class is, given a substitute: 0.1 or 0.9, in no order that their places would tell.
    let shares: Vec<f64> = (0..40).map(|at| [0.1, 0.9][(at * 7 / 3) % 2]).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut data, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let drawn = rng.random_range(0..40);
        data.extend(table[drawn]);
        labels.push(u32::from(rng.random::<f64>() < shares[drawn]));
    }
    let set = tiprdc_audit::FeatureSet::new(rows, vec![2], data).unwrap();
    (set, labels, shares)
}

#[test]
fn rows_that_come_again_are_counted() {
    let ((train, a, _), (test, b, _)) = (substitutes(4000, 1), substitutes(4000, 2));
    let secret = common::binary("secret", tiprdc_audit::Role::Private, a, b);
    let report = run(tiprdc_audit::Audit::new(train, test)
        .attribute(secret)
        .bootstrap(100));
    // The best guess is right 9 times in 10, and counting makes it.
    assert!((value(&report, "lookup") - 0.9).abs() < 0.015);
    assert!(value(&report, "logistic") < 0.7, "places tell little");
    let strongest = &report.attributes[0].strongest;
    assert!(strongest.value >= value(&report, "lookup"));
    let auc = report.attributes[0]
        .attackers
        .iter()
        .find(|a| a.attacker == "lookup");
    assert!((auc.unwrap().auc.unwrap() - 0.9).abs() < 0.03);
}

#[test]
fn rows_that_do_not_come_again_are_not_counted() {
    let report = run(audit(500, 300, 4, |_, _| {}));
    let all = &report.attributes[0].attackers;
    assert!(all.iter().all(|a| a.attacker != "lookup"), "{all:?}");
}

#[test]
fn counting_is_not_fooled_by_skew() {
    // One row in 20 is of class 1, and substitutes know nothing of it.
    let (train, _, _) = substitutes(4000, 1);
    let (test, _, _) = substitutes(4000, 2);
    let labels = |seed: usize| (0..4000).map(|row| u32::from(row % 20 == seed)).collect();
    let rare = common::binary("rare", tiprdc_audit::Role::Private, labels(3), labels(7));
    let report = run(tiprdc_audit::Audit::new(train, test)
        .attribute(rare)
        .bootstrap(100));
    assert!((value(&report, "lookup") - 0.5).abs() < 0.06);
    assert!(report.attributes[0].p_value.unwrap() > 0.01, "{report:?}");
}

#[test]
fn one_leaking_column_of_thousands_is_found_in_few_rows() {
    // Means six deviations apart: the best threshold is right with probability Phi(3) = 0.9987.
    for (rows, width) in [(200, 5000), (60, 20_000)] {
        let report = run(audit(rows, 400, width, |row, s| row[7] += 6.0 * s as f32));
        let strongest = &report.attributes[0].strongest;
        assert!(strongest.value > 0.97, "{rows} x {width}: {strongest:?}");
        assert!(value(&report, "single-column") > 0.97, "{report:?}");
    }
}

#[test]
fn screened_columns_of_noise_say_nothing() {
    let noise = |seed: u64| common::part(150, 400, seed, |_, _| {});
    for name in ["single-column", "top/logistic", "top/boosted-trees"] {
        let values = (0..20).map(|seed| {
            let ((train, labels), (test, truth)) = (noise(2 * seed), noise(2 * seed + 1));
            let attribute = common::binary("secret", tiprdc_audit::Role::Private, labels, truth);
            let found = tiprdc_audit::attack_alone(name, train, test, &attribute, seed);
            found.unwrap().value
        });
        // A score of 150 rows has a standard error of 0.041, the mean of twenty 0.009.
        let mean = values.sum::<f64>() / 20.0;
        assert!((mean - 0.5).abs() < 0.03, "{name}: {mean}");
    }
}

/// One column of f64, made from the class.
fn column(rows: usize, seed: u64, value: impl Fn(u64, u32) -> f64) -> (FeatureSet, Vec<u32>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let labels: Vec<u32> = (0..rows).map(|_| rng.random_range(0..2)).collect();
    let of = |&label: &u32| value(rng.random_range(0..1 << 24), label);
    let data: Vec<f64> = labels.iter().map(of).collect();
    (FeatureSet::new(rows, vec![1], data).unwrap(), labels)
}

#[test]
fn what_f32_rounds_away_is_found_and_fails_the_gate() {
    let time = |at: u64, s: u32| 1.6e9 + (60 * at) as f64 + f64::from(30 * s) + (at % 30) as f64;
    let id = |at: u64, s: u32| 9e15 - (2 * at) as f64 + f64::from(s);
    let wild = |at: u64, s: u32| match at % 50 {
        0 => 1e250,
        _ => f64::from(s) + (at % 100) as f64 / 200.0,
    };
    let tiny = |at: u64, s: u32| 1e-40 * (f64::from(s) + (at % 100) as f64 / 200.0);
    let leaks: [&dyn Fn(u64, u32) -> f64; 4] = [&time, &id, &wild, &tiny];
    for (number, leak) in leaks.into_iter().enumerate() {
        let ((train, labels), (test, truth)) = (column(600, 1, leak), column(400, 2, leak));
        let secret = common::binary("secret", tiprdc_audit::Role::Private, labels, truth);
        let report = tiprdc_audit::Audit::new(train.clone(), test.clone())
            .raw(train, test)
            .attribute(secret)
            .bootstrap(100)
            .run(&mut |_| {})
            .unwrap();
        let strongest = &report.attributes[0].strongest;
        assert!(strongest.value > 0.95, "leak {number}: {strongest:?}");
        assert!(!report.gate(0.05).passed, "leak {number}");
        assert!(
            report
                .notes
                .iter()
                .all(|note| !note.contains("do not change"))
        );
    }
}

#[test]
fn a_continuous_attribute_in_low_digits_is_found_in_any_unit() {
    let part = |seed: u64| {
        let (set, _) = column(600, seed, |at, _| 1.6e9 + at as f64);
        let second = |time: &f64| 1e12 + 1e-3 * (time % 60.0);
        let values = set.data().iter().map(second).collect::<Vec<f64>>();
        (set, values)
    };
    let ((train, learnt), (test, truth)) = (part(1), part(2));
    let quantity = tiprdc_audit::Quantity {
        name: "second".into(),
        role: tiprdc_audit::Role::Private,
        train: learnt,
        test: truth,
    };
    let report = tiprdc_audit::Audit::new(train, test)
        .quantity(quantity)
        .bootstrap(100);
    let report = report.run(&mut |_| {}).unwrap();
    let strongest = &report.attributes[0].strongest;
    assert!(strongest.value > 0.95, "{strongest:?}");
}

#[test]
fn maps_that_end_with_a_height_of_one_are_fitted() {
    for shape in [[2, 4, 4], [1, 11, 9], [1, 5, 28]] {
        let width = shape.iter().product();
        let (train, labels) = common::part(300, width, 1, |row, s| {
            row.iter_mut().for_each(|x| *x += s as f32)
        });
        let (test, truth) = common::part(200, width, 2, |row, s| {
            row.iter_mut().for_each(|x| *x += s as f32)
        });
        let map = |set: FeatureSet| {
            FeatureSet::new(set.rows(), shape.to_vec(), set.data().to_vec()).unwrap()
        };
        let secret = common::binary("secret", tiprdc_audit::Role::Private, labels, truth);
        let found = tiprdc_audit::attack_alone("conv", map(train), map(test), &secret, 0).unwrap();
        assert!(found.value > 0.8, "{shape:?}: {found:?}");
    }
}
