//! Bad input is refused with a message that says what was expected and what came.

#![allow(
    clippy::unwrap_used,
    reason = "what a test cannot set up should fail it"
)]

mod common;

use common::{audit, binary, part};
use tiprdc_audit::{Audit, AuditErrorKind as Kind, FeatureSet, Role};

fn refused(audit: Audit, kind: Kind, words: &[&str]) {
    let error = audit.run(&mut |_| panic!("nothing may run")).unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    let message = error.to_string();
    for word in words {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
    assert!(!message.contains("CANARY"), "{message}");
}

fn good() -> Audit {
    audit(100, 60, 3, |_, _| {})
}

fn labels(rows: usize) -> Vec<u32> {
    (0..rows as u32).map(|row| row % 2).collect()
}

#[test]
fn counts_must_match() {
    let short = binary("short", Role::Task, labels(99), labels(60));
    refused(
        good().attribute(short),
        Kind::Shape,
        &["`short`", "100", "99"],
    );
    let short = binary("short", Role::Task, labels(100), labels(61));
    refused(good().attribute(short), Kind::Shape, &["test", "60", "61"]);
    refused(
        good().train_groups(vec![0; 7]),
        Kind::Shape,
        &["groups", "100", "7"],
    );
    let (raw, _) = part(90, 3, 1, |_, _| {});
    let (raw_test, _) = part(60, 3, 1, |_, _| {});
    refused(
        good().raw(raw, raw_test),
        Kind::Shape,
        &["raw", "100", "90"],
    );
    assert_eq!(
        FeatureSet::new(2, vec![3], vec![0.0; 5])
            .unwrap_err()
            .kind(),
        Kind::Shape
    );
    assert!(FeatureSet::new(2, vec![0], Vec::<f64>::new()).is_err());
}

#[test]
fn shapes_of_train_and_test_must_match() {
    let (train, _) = part(100, 3, 1, |_, _| {});
    let (test, _) = part(60, 4, 1, |_, _| {});
    let secret = binary("s", Role::Private, labels(100), labels(60));
    refused(
        Audit::new(train, test).attribute(secret),
        Kind::Shape,
        &["[3]", "[4]"],
    );
}

#[test]
fn values_must_be_finite() {
    for bad in [f32::NAN, f32::INFINITY] {
        let mut data = vec![0.5; 300];
        (data[4], data[5], data[100]) = (bad, bad, bad);
        let train = FeatureSet::new(100, vec![3], data).unwrap();
        let (test, _) = part(60, 3, 1, |_, _| {});
        let secret = binary("s", Role::Private, labels(100), labels(60));
        let audit = Audit::new(train, test).attribute(secret);
        refused(
            audit,
            Kind::NotFinite,
            &["2 of 100 rows", "training features"],
        );
    }
}

#[test]
fn attributes_need_two_classes_in_both_parts() {
    let one = binary("one", Role::Private, vec![1; 100], labels(60));
    refused(good().attribute(one), Kind::Labels, &["`one`", "training"]);
    let one = binary("one", Role::Private, labels(100), vec![0; 60]);
    refused(good().attribute(one), Kind::Labels, &["`one`", "test"]);
    let outside = binary("out", Role::Private, vec![2; 100], labels(60));
    refused(
        good().attribute(outside),
        Kind::Labels,
        &["`out`", "2 classes"],
    );
    let mut lonely = vec![0; 100];
    lonely[3] = 1;
    let lonely = binary("lonely", Role::Private, lonely, labels(60));
    refused(
        good().attribute(lonely),
        Kind::TooFewRows,
        &["`lonely`", "2 training rows"],
    );
}

#[test]
fn there_must_be_something_to_audit() {
    refused(audit(49, 60, 3, |_, _| {}), Kind::TooFewRows, &["50", "49"]);
    let empty = || FeatureSet::new(0, vec![3], Vec::<f64>::new()).unwrap();
    refused(Audit::new(empty(), empty()), Kind::TooFewRows, &["no rows"]);
    let (train, _) = part(100, 3, 1, |_, _| {});
    refused(
        Audit::new(train.clone(), train),
        Kind::Options,
        &["no attribute"],
    );
    let twice = binary("secret", Role::Task, labels(100), labels(60));
    refused(
        good().attribute(twice),
        Kind::Options,
        &["`secret`", "twice"],
    );
    refused(good().bootstrap(3), Kind::Options, &["40", "3"]);
}

#[test]
fn constant_features_give_chance_and_a_note() {
    let train = FeatureSet::new(100, vec![3], vec![0.25; 300]).unwrap();
    let test = FeatureSet::new(60, vec![3], vec![0.25; 180]).unwrap();
    let secret = binary("s", Role::Private, labels(100), labels(60));
    let report = Audit::new(train, test)
        .attribute(secret)
        .run(&mut |_| {})
        .unwrap();
    assert_eq!(report.attributes[0].strongest.value, 0.5);
    assert!(
        report.notes[0].contains("3 of 3 columns"),
        "{:?}",
        report.notes
    );
}
