//! What was found on the raw inputs once serves many audits, and changes none of them.

#![allow(
    clippy::unwrap_used,
    reason = "what a test cannot set up should fail it"
)]

mod common;

use common::{binary, part};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tiprdc_audit::{Audit, AuditErrorKind, Event, FeatureSet, Quantity, Role, Stage};

type Rows = (FeatureSet, Vec<u32>);

/// Raw inputs that tell the secret, and features that tell it less.
fn parts(features: f32) -> [Rows; 4] {
    let leak = |share: f32| move |row: &mut [f32], label: u32| row[0] += share * label as f32;
    [
        part(240, 6, 1, leak(3.0)),
        part(160, 6, 2, leak(3.0)),
        part(240, 6, 1, leak(features)),
        part(160, 6, 2, leak(features)),
    ]
}

fn without_raw(parts: &[Rows; 4]) -> Audit {
    let [(_, train), (_, test), features @ ..] = parts;
    let kept = |labels: &[u32]| {
        labels
            .iter()
            .enumerate()
            .map(|(row, l)| (l + row as u32) % 2)
            .collect()
    };
    Audit::new(features[0].0.clone(), features[1].0.clone())
        .attribute(binary("secret", Role::Private, train.clone(), test.clone()))
        .attribute(binary("kept", Role::Task, kept(train), kept(test)))
        .bootstrap(100)
        .seed(5)
}

fn with_raw(parts: &[Rows; 4]) -> Audit {
    without_raw(parts).raw(parts[0].0.clone(), parts[1].0.clone())
}

#[test]
fn a_flag_stops_an_audit_before_the_next_attackers() {
    let flag = Arc::new(AtomicBool::new(false));
    let audit = with_raw(&parts(2.0)).stop(Arc::clone(&flag));
    let mut raw = 0;
    let stopped = audit.run(&mut |event| {
        flag.store(true, Ordering::Relaxed);
        let raw_one = matches!(
            event,
            Event::AttackerStarted {
                stage: Stage::Raw,
                ..
            }
        );
        raw += usize::from(raw_one);
    });
    assert_eq!(stopped.unwrap_err().kind(), AuditErrorKind::Stopped);
    // Those on features may all have begun by then, on many cores; those on raw inputs come after them.
    assert_eq!(raw, 0);
}

#[test]
fn a_report_is_the_same_whoever_attacked_the_raw_inputs() {
    let first = parts(2.0);
    let mut raw_only = true;
    let unprotected = with_raw(&first)
        .unprotected(&mut |event| {
            raw_only &= matches!(
                event,
                Event::AttackerStarted {
                    stage: Stage::Raw,
                    ..
                } | Event::AttackerFinished {
                    stage: Stage::Raw,
                    ..
                }
            );
        })
        .unwrap();
    assert!(raw_only, "features were attacked as well");
    for share in [2.0, 0.0] {
        let parts = parts(share);
        let whole = with_raw(&parts).run(&mut |_| {}).unwrap();
        let mut fits = (0, 0);
        let given = without_raw(&parts)
            .with_unprotected(&unprotected)
            .run(&mut |event| {
                if let Event::AttackerFinished { stage, total, .. } = event {
                    assert_eq!(stage, Stage::Features, "raw inputs were attacked again");
                    fits = (fits.0 + 1, total);
                }
            })
            .unwrap();
        assert_eq!(fits.0, fits.1, "the announced number of fits is wrong");
        assert_eq!(given.to_json(), whole.to_json());
        assert!(given.attributes[0].nag.is_some());
    }
}

#[test]
fn what_belongs_to_another_audit_is_refused() {
    let parts = parts(1.0);
    let unprotected = with_raw(&parts).unprotected(&mut |_| {}).unwrap();
    let given = || without_raw(&parts).with_unprotected(&unprotected);
    let more = binary("more", Role::Task, parts[0].1.clone(), parts[1].1.clone());
    for other in [
        given().seed(6),
        given().attribute(more),
        given().train_groups((0..240).map(|row| row / 2).collect()),
    ] {
        let refused = other.run(&mut |_| {}).unwrap_err();
        assert_eq!(refused.kind(), AuditErrorKind::Options, "{refused}");
    }
    let none = without_raw(&parts).unprotected(&mut |_| {}).unwrap_err();
    assert_eq!(none.kind(), AuditErrorKind::Options);
    // Other raw inputs replace what was taken over.
    let fresh = given().seed(6).raw(parts[0].0.clone(), parts[1].0.clone());
    assert!(fresh.run(&mut |_| {}).is_ok());
}

#[test]
fn what_was_found_goes_on_in_another_process() {
    let numbers = |rows: &[u32]| rows.iter().map(|&row| f64::from(row) * 1.5).collect();
    let parts = parts(1.0);
    let amount = |audit: Audit| {
        audit.quantity(Quantity {
            name: "amount".into(),
            role: Role::Task,
            train: numbers(&parts[0].1),
            test: numbers(&parts[1].1),
        })
    };
    let audit = amount(with_raw(&parts));
    let json = audit.unprotected(&mut |_| {}).unwrap().to_json();
    let restored = audit.restore_unprotected(json.as_bytes()).unwrap();
    let given = amount(without_raw(&parts)).with_unprotected(&restored);
    assert_eq!(
        given.run(&mut |_| {}).unwrap().to_json(),
        audit.run(&mut |_| {}).unwrap().to_json()
    );

    // Half a file, another number of attributes, another number of rows, a class that is none.
    let fewer = with_raw(&parts);
    let mut other_class: serde_json::Value = serde_json::from_str(&json).unwrap();
    other_class["classes"][0]["predicted"][7] = 2.into();
    let mut fewer_rows: serde_json::Value = serde_json::from_str(&json).unwrap();
    let rows = &mut fewer_rows["values"][0]["predicted"];
    rows.as_array_mut().unwrap().pop();
    for (audit, json) in [
        (&audit, json[..json.len() / 2].to_owned()),
        (&fewer, json.clone()),
        (&audit, other_class.to_string()),
        (&audit, fewer_rows.to_string()),
    ] {
        let refused = audit.restore_unprotected(json.as_bytes()).unwrap_err();
        assert_eq!(refused.kind(), AuditErrorKind::File, "{refused}");
    }
}
