//! Advice: what the numbers ask for, once, and the most important first.

#![allow(
    clippy::unwrap_used,
    reason = "what a test cannot set up should fail it"
)]

mod common;
mod samples;

use samples::{attribute, report, whole};
use tiprdc_audit::{Membership, NotTested, Report, Role};

fn advised(report: &Report, words: &str) -> bool {
    report.advice().iter().any(|line| line.contains(words))
}

#[test]
fn advice_follows_from_the_numbers() {
    let clean = || {
        let mut clean = report(vec![
            attribute("secret", Role::Private, 0.5),
            attribute("kept", Role::Task, 0.9),
        ]);
        clean.attributes[0].nag_interval = Some([-0.02, 0.02]);
        clean.attributes[0].p_value = None;
        (clean.drawn.count, clean.not_tested) = (200, Vec::new());
        clean
    };
    assert!(
        advised(&clean(), "speaks against the release"),
        "{:?}",
        clean().advice()
    );
    let changed = |change: fn(&mut Report), words: &str| {
        let mut report = clean();
        change(&mut report);
        assert!(advised(&report, words), "{words}: {:?}", report.advice());
        assert!(!advised(&report, "speaks against"), "{:?}", report.advice());
    };
    changed(
        |r| r.attributes[0] = attribute("secret", Role::Private, 0.8),
        "Hide more of secret",
    );
    changed(
        |r| r.attributes[0] = attribute("secret", Role::Private, 0.58),
        "The tasks themselves give away secret",
    );
    // Labels that tell more than the features hold excuse nothing.
    changed(
        |r| {
            r.attributes[0] = attribute("secret", Role::Private, 0.8);
            r.attributes[0].label_only = Some(1.0);
        },
        "Hide more of secret",
    );
    changed(
        |r| r.attributes[0].nag_interval = Some([0.01, 0.08]),
        "Little is left of secret",
    );
    changed(
        |r| r.attributes[0].nag_interval = Some([-0.1, 0.3]),
        "More test data would decide about secret",
    );
    changed(
        |r| r.attributes[0].p_value = Some(0.4),
        "no better than guessing",
    );
    changed(
        |r| r.attributes[1] = attribute("kept", Role::Task, 0.55),
        "Keep more of kept",
    );
    changed(|r| r.drawn.count = 9, "Collect more people");
    changed(|r| r.rows.test = 50, "more rows: 50 rows");
    changed(|r| r.attributes.truncate(1), "Name tasks too");
    changed(
        |r| {
            r.not_tested = vec![NotTested {
                what: "membership".into(),
                why: "no outsiders".into(),
            }]
        },
        "membership",
    );
    changed(
        |r| drop(r.attributes.remove(0)),
        "Name the attributes to be hidden",
    );
    changed(
        |r| r.attributes.iter_mut().for_each(|a| a.unprotected = None),
        "Give the raw inputs",
    );
    changed(
        |r| {
            r.membership = Some(Membership {
                interval: [0.02, 0.08],
                ..whole().membership.unwrap()
            })
        },
        "recognised",
    );
    changed(|r| r.reconstruction = whole().reconstruction, "drawn again");
    changed(
        |r| r.attributes[0].repeated = whole().attributes[0].repeated.clone(),
        "Send each record once",
    );
}

#[test]
fn people_in_both_parts_are_found_in_a_real_report() {
    let people: Vec<u32> = (0..200).map(|row| row / 4).collect();
    let audit = common::audit(200, 200, 3, |row, s| row[0] += 2.0 * s as f32);
    let report = common::run(audit.train_groups(people.clone()).test_groups(people));
    assert!(advised(&report, "split by person"), "{:?}", report.advice());
    assert!(
        advised(&report, "Give the raw inputs"),
        "{:?}",
        report.advice()
    );
}

#[test]
fn advice_is_short_and_never_says_a_thing_twice() {
    let many = (0..24)
        .map(|i| attribute(&format!("a{i}"), Role::Private, 0.9))
        .collect();
    let advice = report(many).advice();
    assert!(advice.len() <= 8, "{advice:?}");
    assert!(advice.iter().all(|line| line.len() < 400), "{advice:?}");
    assert!(advice[0].contains("18 more"), "{advice:?}");
    let mut unique = advice.clone();
    unique.dedup();
    assert_eq!(unique, advice);
}
