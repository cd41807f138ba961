//! The report: gains, gate, JSON, text, and the same bytes for the same seed.

#![allow(
    clippy::unwrap_used,
    reason = "what a test cannot set up should fail it"
)]

mod common;

use common::{binary, part, run};
use tiprdc_audit::{Attribute, Audit, AuditErrorKind, Event, Report, Role, Stage};

fn shift(by: f32) -> impl Fn(&mut [f32], u32) + Copy {
    move |row, s| row[0] += by * s as f32
}

/// Private attribute and task are the same labels: a protected first column, an open second one.
fn both(features: f32, raw: f32) -> Audit {
    let (train, a) = part(600, 6, 1, shift(features));
    let (test, b) = part(600, 6, 2, shift(features));
    let (raw_train, raw_a) = part(600, 6, 1, shift(raw));
    let (raw_test, raw_b) = part(600, 6, 2, shift(raw));
    assert_eq!((&a, &b), (&raw_a, &raw_b));
    let task: Vec<u32> = (0..600).map(|row| row % 2).collect();
    Audit::new(train, test)
        .raw(raw_train, raw_test)
        .attribute(binary("secret", Role::Private, a.clone(), b.clone()))
        .attribute(binary("kept", Role::Task, a, b))
        .attribute(binary("unrelated", Role::Task, task.clone(), task))
        .bootstrap(200)
        .encoder("abc")
}

#[test]
fn gains_compare_features_with_raw_inputs() {
    let report = run(both(0.0, 3.0));
    let secret = &report.attributes[0];
    assert!(secret.nag.unwrap() < 0.15, "{secret:?}");
    assert!(secret.unprotected.unwrap() > 0.9, "{secret:?}");
    let [low, high] = secret.nag_interval.unwrap();
    assert!(low <= secret.nag.unwrap() && secret.nag.unwrap() <= high);
    // One task is the secret itself: knowing it gives the secret away.
    assert_eq!(secret.label_only, Some(1.0));
    assert_eq!(report.attributes[1].label_only, None);
    // Nothing can be found of the second task, even on the raw inputs: no gain, no mean, and both are named.
    assert_eq!(report.attributes[2].nag, None);
    assert_eq!(report.mnag, None);
    let named = |what: &str| report.not_tested.iter().any(|n| n.what == what);
    assert!(named("normalised gain of unrelated") && named("mnag"));
    assert!(named("membership") && named("conv on the features"));
}

#[test]
fn the_gate_fails_on_leaks_and_on_what_was_not_measured() {
    let leaking = run(both(3.0, 3.0));
    let gate = leaking.gate(0.05);
    assert!(!gate.passed && gate.failures[0].contains("secret"));
    assert!(leaking.gate(1.5).passed);
    assert!(!leaking.gate(f64::NAN).passed);

    let mut report = leaking.clone();
    report.attributes[0].nag_interval = Some([0.0, 0.04]);
    assert!(report.gate(0.05).passed);
    report.attributes[0].nag_interval = None;
    assert!(!report.gate(10.0).passed, "no number is not a pass");
    report.attributes.clear();
    assert!(
        !report.gate(10.0).passed,
        "no private attribute is not a pass"
    );

    let without_raw = run(common::audit(200, 200, 4, |_, _| {}));
    assert!(
        !without_raw.gate(10.0).passed,
        "no raw inputs is not a pass"
    );
    assert_eq!(without_raw.attributes[0].unprotected, None);
}

#[test]
fn perfect_scores_are_reported_and_do_not_crash() {
    let report = run(both(100.0, 100.0));
    let secret = &report.attributes[0];
    assert_eq!(secret.strongest.value, 1.0);
    assert_eq!(secret.strongest.interval, [1.0, 1.0]);
    assert_eq!(secret.nag_interval, Some([1.0, 1.0]));
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_seconds_are_the_only_exception() {
    let (first, second) = (run(both(0.5, 1.0)), run(both(0.5, 1.0)));
    assert_eq!(first.to_json(), second.to_json());
    assert!(!first.to_json().contains("seconds"));
    let mut timed = run(both(0.5, 1.0).seconds(true));
    assert!(timed.to_json().contains("seconds"));
    for attribute in &mut timed.attributes {
        let raw = attribute.raw_attackers.iter_mut();
        attribute
            .attackers
            .iter_mut()
            .chain(raw)
            .for_each(|a| a.seconds = None);
    }
    assert_eq!(first, timed);
    assert_ne!(first.to_json(), run(both(0.5, 1.0).seed(1)).to_json());
}

#[test]
fn another_attribute_does_not_change_the_numbers_of_the_first() {
    let alone = {
        let mut audit = common::audit(300, 300, 5, shift(1.0));
        audit = audit.seed(3);
        run(audit)
    };
    let other: Vec<u32> = (0..300).map(|row| row % 2).collect();
    let beside = common::audit(300, 300, 5, shift(1.0))
        .attribute(binary("other", Role::Private, other.clone(), other))
        .seed(3);
    assert_eq!(alone.attributes[0], run(beside).attributes[0]);
}

#[test]
fn json_reads_back_and_holds_the_agreed_names_and_no_class_names() {
    let report = run(both(0.5, 2.0));
    let json = report.to_json();
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
    assert!(!json.contains("CANARY") && !report.to_text().contains("CANARY"));
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    for name in [
        "format",
        "encoder",
        "seed",
        "rows",
        "attributes",
        "mnag",
        "not_tested",
    ] {
        assert!(value.get(name).is_some(), "{name}");
    }
    let attribute = &value["attributes"][0];
    for name in [
        "name",
        "role",
        "kind",
        "classes",
        "metric",
        "chance",
        "unprotected",
        "label_only",
        "nag",
        "nag_interval",
        "strongest",
        "attackers",
    ] {
        assert!(attribute.get(name).is_some(), "{name}");
    }
    for name in ["attacker", "value", "interval", "auc"] {
        assert!(attribute["strongest"].get(name).is_some(), "{name}");
    }
    assert_eq!(value["encoder"], "abc");
    assert_eq!(attribute["role"], "private");
}

#[test]
fn the_text_fits_a_terminal_and_says_it_in_words() {
    let text = run(both(0.0, 3.0)).to_text();
    assert!(
        text.lines().all(|line| line.chars().count() <= 100),
        "{text}"
    );
    assert!(
        text.contains("An attacker who has the features guesses secret right 5"),
        "{text}"
    );
    assert!(text.contains("guessing does 50"), "{text}");
    assert!(text.contains("Not tested"), "{text}");
}

/// Four families and two perceptrons with three starts, on all columns and on principal components; three on screened
/// columns; three attributes; features and raw inputs.
const FITS: usize = ((4 + 2 * 3) * 2 + 3) * 3 * 2;

#[test]
fn events_count_every_fit() {
    let (mut started, mut finished, mut raw) = (Vec::new(), Vec::new(), 0);
    both(0.0, 1.0)
        .run(&mut |event| match event {
            Event::AttackerStarted {
                index,
                total,
                stage,
                ..
            } => {
                started.push(index);
                raw += usize::from(stage == Stage::Raw);
                assert_eq!(total, FITS);
            }
            Event::AttackerFinished { index, seconds, .. } => {
                finished.push(index);
                assert!(seconds >= 0.0);
            }
        })
        .unwrap();
    started.sort_unstable();
    finished.sort_unstable();
    assert_eq!(started, (0..FITS).collect::<Vec<_>>());
    assert_eq!(started, finished);
    assert_eq!(raw, FITS / 2);
}

#[test]
fn groups_widen_intervals_and_known_groups_are_noted() {
    let base = || common::audit(400, 400, 4, shift(1.0));
    let people: Vec<u32> = (0..400).map(|row| row / 40).collect();
    let rows = run(base());
    let grouped = run(base().train_groups(people.clone()).test_groups(people));
    assert!(rows.notes.is_empty());
    assert!(
        grouped
            .notes
            .iter()
            .any(|note| note.contains("400 of 400 test rows"))
    );
}

#[test]
fn classes_that_only_one_part_has_are_noted_and_do_not_crash() {
    let (train, _) = part(200, 4, 1, |_, _| {});
    let (test, _) = part(100, 4, 2, |_, _| {});
    let labels = |count: usize, classes: &[&'static str]| -> Vec<&'static str> {
        (0..count).map(|row| classes[row % classes.len()]).collect()
    };
    let a = labels(200, &["a", "b", "c"]);
    let b = labels(100, &["b", "c", "d"]);
    let attribute = Attribute::from_values("odd", Role::Private, &a, &b);
    let report = run(Audit::new(train, test).attribute(attribute));
    assert_eq!(report.attributes[0].classes, Some(4));
    // Rows of "d" cannot be guessed and are left out; "a" is not scored.
    assert_eq!(report.rows.test, 67);
    assert!((report.attributes[0].chance - 0.5).abs() < 1e-12);
    assert_eq!(report.notes.len(), 2, "{:?}", report.notes);
    assert!(report.notes[0].contains("33 of 100 test rows"));
}

#[test]
fn a_private_attribute_with_a_failed_attacker_does_not_pass() {
    let mut report = run(both(0.0, 3.0));
    assert!(report.gate(1.0).passed);
    report.attributes[0].failed.push("conv".to_owned());
    let gate = report.gate(1.0);
    assert!(!gate.passed);
    assert!(gate.failures[0].contains("conv"), "{gate:?}");
}

#[test]
fn labels_of_other_classes_in_the_test_part_are_refused() {
    let (train, _) = part(200, 4, 1, |_, _| {});
    let (test, _) = part(100, 4, 2, |_, _| {});
    let labels = |count: usize, classes: [&'static str; 2]| -> Vec<&'static str> {
        (0..count).map(|row| classes[row % 2]).collect()
    };
    let (a, b) = (labels(200, ["m", "f"]), labels(100, ["1", "2"]));
    let attribute = Attribute::from_values("sex", Role::Private, &a, &b);
    let error = Audit::new(train, test)
        .attribute(attribute)
        .run(&mut |_| {})
        .unwrap_err();
    assert_eq!(error.kind(), AuditErrorKind::Labels);
    let message = error.to_string();
    assert!(message.contains("2 classes"), "{message}");
    assert!(message.contains("2 others"), "{message}");
}

#[test]
fn rows_without_a_label_are_left_out_and_counted() {
    let (train, secret) = part(400, 2, 1, |row, s| row[0] += 9.0 * s as f32);
    let (test, truth) = part(200, 2, 2, |row, s| row[0] += 9.0 * s as f32);
    let labels = |classes: &[u32], every: usize| -> Vec<&'static str> {
        let name = |(row, &class): (usize, &u32)| match (row % every, class) {
            (0, _) => "NA",
            (_, 0) => "f",
            _ => "m",
        };
        classes.iter().enumerate().map(name).collect()
    };
    let attribute = Attribute::from_values(
        "sex",
        Role::Private,
        &labels(&secret, 10),
        &labels(&truth, 4),
    );
    let audit = Audit::new(train.clone(), test.clone())
        .raw(train, test)
        .attribute(attribute)
        .bootstrap(200);
    let kept = audit.unprotected(&mut |_| {}).unwrap();
    let report = run(audit.clone());
    assert_eq!((report.rows.train, report.rows.test), (360, 150));
    assert_eq!(report.attributes[0].chance, 0.5);
    assert!(report.attributes[0].strongest.value > 0.99);
    assert!(report.notes[0].contains("40 of 400"), "{:?}", report.notes);
    assert!(report.notes[0].contains("50 of 200"), "{:?}", report.notes);
    let again = run(audit.with_unprotected(&kept));
    assert_eq!(again.to_json(), report.to_json());
}

#[test]
fn training_rows_among_the_test_rows_are_noted() {
    let (train, secret) = part(200, 4, 1, |_, _| {});
    let attribute = binary("secret", Role::Private, secret.clone(), secret);
    let report = run(Audit::new(train.clone(), train).attribute(attribute));
    let noted = |note: &&String| note.contains("200 of 200 test rows are, number for number");
    assert_eq!(report.notes.iter().filter(noted).count(), 1);
}

#[test]
fn an_attribute_of_many_numbers_is_asked_about() {
    let (train, _) = part(620, 4, 1, |_, _| {});
    let ages: Vec<String> = (0..620).map(|row| (18 + row % 62).to_string()).collect();
    let attribute = Attribute::from_values("age", Role::Private, &ages, &ages);
    let (test, _) = part(620, 4, 2, |_, _| {});
    let report = run(Audit::new(train, test).attribute(attribute).bootstrap(40));
    let asked = report.notes.iter().find(|note| note.contains("62 classes"));
    let asked = asked.unwrap();
    assert!(asked.contains("--continuous age"), "{asked}");
}
