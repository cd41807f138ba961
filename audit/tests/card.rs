//! The model card: complete, honest about what is missing, and Markdown whatever the names hold.

#![allow(
    clippy::unwrap_used,
    reason = "what a test cannot set up should fail it"
)]

mod samples;

use samples::{attribute, report, whole};
use tiprdc::{Manifest, Training};
use tiprdc_audit::{Role, model_card};

fn manifest() -> Manifest {
    let mut manifest = Manifest::from_json(
        r#"{"format": 1, "name": "motion", "version": "1.2.3", "input": {"kind": "tensor", "shape": [6, 128]},
            "output": {"shape": [16, 25]},
            "method": {"kind": "tiprdc", "lambda": 0.66, "private": ["gender"], "tasks": ["activity"]}}"#,
    )
    .unwrap();
    manifest.training = Some(Training {
        dataset: "motionsense".to_owned(),
        rows: 12_345,
        seed: 3,
        tiprdc: "0.1.0".to_owned(),
        run: "name = \"motion\"\n".to_owned(),
    });
    manifest
}

#[test]
fn the_card_says_what_the_encoder_is_and_what_was_measured() {
    let card = model_card(&manifest(), "46ec90d3", Some(&whole()));
    for text in [
        "# Model card: motion",
        "1.2.3",
        "46ec90d3",
        "tiprdc",
        "0.66",
        "gender",
        "activity",
        "tensor",
        "6 x 128",
        "16 x 25",
        "f32",
        "exact",
        "motionsense",
        "12,345",
        "0.580 (0.550 to 0.610)",
        "Partly hidden",
        "-0.210",
        "Lower is better",
        "Higher is better",
        "members are recognised",
        "no time or space axis",
        "a note",
        "```toml\nname = \"motion\"\n```",
        "no guarantee",
    ] {
        assert!(card.contains(text), "{text}\n{card}");
    }
    assert!(!card.contains("another encoder"));
    assert_eq!(card, model_card(&manifest(), "46ec90d3", Some(&whole())));
}

#[test]
fn without_an_audit_of_this_encoder_nothing_is_claimed() {
    let card = model_card(&manifest(), "46ec90d3", None);
    assert!(
        card.contains("No audit was given") && !card.contains("NAG"),
        "{card}"
    );
    let foreign = model_card(&manifest(), "other", Some(&whole()));
    assert!(foreign.contains("audit is of another encoder"));
    let mut anonymous = whole();
    anonymous.encoder = None;
    assert!(model_card(&manifest(), "x", Some(&anonymous)).contains("does not name the encoder"));
    let mut bare = manifest();
    (bare.training, bare.method) = (None, tiprdc::Method::default());
    let card = model_card(&bare, "x", Some(&report(Vec::new())));
    assert!(
        card.contains("does not say on what") && card.contains("cannot be trained again"),
        "{card}"
    );
    assert!(card.contains("not trained to hide any attribute"), "{card}");
}

#[test]
fn hostile_names_and_runs_stay_where_they_are() {
    let hostile = "a|b\n# c <img src=x> `d` [e](javascript:f)";
    let mut manifest = manifest();
    manifest.name = hostile.to_owned();
    manifest.method.private = vec![hostile.to_owned()];
    manifest.training.as_mut().unwrap().run =
        "a = '''\n```\n# Not a heading\n````\n'''\n".to_owned();
    let card = model_card(
        &manifest,
        hostile,
        Some(&report(vec![attribute(hostile, Role::Private, 0.7)])),
    );
    assert!(
        !card.contains("<img") && !card.contains("](javascript:"),
        "{card}"
    );
    assert!(
        card.contains("`````toml\n") && card.ends_with("`````\n"),
        "{card}"
    );
    let row = card
        .lines()
        .find(|line| line.contains("balanced accuracy"))
        .unwrap();
    assert_eq!(row.replace("\\|", "").matches('|').count(), 9, "{row}");
}

#[test]
fn a_random_release_comes_with_its_bound() {
    let mut manifest = manifest();
    assert!(model_card(&manifest, "46ec90d3", None).contains("exact (no bound is proven)"));
    manifest.release = tiprdc::Release::laplace(1.0, 0.5).unwrap();
    let card = model_card(&manifest, "46ec90d3", None);
    assert!(
        card.contains("laplace, epsilon 4 nats for one draw"),
        "{card}"
    );
    manifest.release = tiprdc::Release::gaussian_for_epsilon(1.0, 8.0, 1e-6).unwrap();
    let card = model_card(&manifest, "46ec90d3", None);
    assert!(
        card.contains("epsilon 8 nats for one draw, delta 1e-6"),
        "{card}"
    );
}
