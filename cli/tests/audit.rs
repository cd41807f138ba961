//! The audit's gate as scripts see it: exit code 1 for features that leak, 0 for features that do not.

mod support;

use support::*;
use tiprdc::Features;

const TRAIN: usize = 500;
const TEST: usize = 400;

/// `noise.*` knows nothing of `gender`, `leak.*` knows it, and so do the raw inputs.
fn place() -> Place {
    let place = Place::new();
    for (part, rows, seed) in [("train", TRAIN, 1u64), ("test", TEST, 2)] {
        let gender: Vec<bool> = numbers(seed).take(rows).map(|x| x < 0.5).collect();
        let noise: Vec<f32> = numbers(seed + 10)
            .take(rows * 4)
            .map(|x| x as f32)
            .collect();
        let mut leak = noise.clone();
        for (row, &gender) in leak.chunks_mut(4).zip(&gender) {
            row[1] += if gender { 1.0 } else { -1.0 };
        }
        let write = |name: &str, data| {
            let features = Features::new(data, &[rows, 4]).expect("rows x 4");
            place.write(&format!("{name}-{part}.safetensors"), features.to_bytes());
        };
        write("noise", noise);
        write("leak", leak);
        let lines = gender.iter().enumerate().map(|(index, &gender)| {
            let task = if index % 3 == 0 { "a" } else { "b" };
            format!("{},{task}\n", if gender { "m" } else { "f" })
        });
        place.write(
            &format!("{part}.csv"),
            format!("gender,task\n{}", lines.collect::<String>()),
        );
    }
    place
}

fn audit(place: &Place, features: &str, rest: &[&str]) -> Ran {
    let file = |part: &str| format!("{features}-{part}.safetensors");
    let arguments = [
        "audit",
        "--train-features",
        &file("train"),
        "--train-labels",
        "train.csv",
        "--test-features",
        &file("test"),
        "--test-labels",
        "test.csv",
    ];
    place.run(&[&arguments[..], rest].concat())
}

const RAW: [&str; 4] = [
    "--raw-train-features",
    "leak-train.safetensors",
    "--raw-test-features",
    "leak-test.safetensors",
];

#[test]
fn leaking_features_fail_the_gate() {
    let place = place();
    let gate = [
        "--private",
        "gender",
        "--max-leakage",
        "0.5",
        "--json",
        "--out",
        "report",
    ];
    let ran = audit(&place, "leak", &[&gate[..], &RAW].concat()).expect(1);
    assert!(
        ran.err.contains("gender") && ran.err.contains("0.5"),
        "the failure names attribute and limit: {}",
        ran.err
    );
    let report = ran.json();
    assert_eq!(report["format"], 1);
    assert_eq!(
        report["rows"],
        serde_json::json!({ "train": TRAIN, "test": TEST })
    );
    let attribute = &report["attributes"][0];
    assert_eq!(
        (&attribute["name"], &attribute["role"]),
        (&"gender".into(), &"private".into())
    );
    assert!(
        attribute["strongest"]["value"].as_f64().expect("a number") > 0.95,
        "{attribute}"
    );
    assert!(
        attribute["nag"].as_f64().expect("a number") > 0.9,
        "{attribute}"
    );
    let written: serde_json::Value =
        serde_json::from_slice(&place.read("report/audit.json")).expect("JSON");
    assert_eq!(
        written, report,
        "the file and standard output are the same report"
    );
}

#[test]
fn features_of_noise_pass_the_gate() {
    let place = place();
    let ran = audit(
        &place,
        "noise",
        &[
            &["--private", "gender", "--max-leakage", "0.5", "--json"][..],
            &RAW,
        ]
        .concat(),
    );
    let report = ran.expect(0).json();
    let attribute = &report["attributes"][0];
    let interval = &attribute["strongest"]["interval"];
    let (low, high) = (
        interval[0].as_f64().expect("a number"),
        interval[1].as_f64().expect("a number"),
    );
    assert!(
        low < 0.56 && high < 0.65,
        "noise says nothing, yet an attacker seems to know: {attribute}"
    );
    assert!((attribute["chance"].as_f64().expect("a number") - 0.5).abs() < 1e-9);
}

#[test]
fn what_was_not_measured_does_not_pass() {
    let ran = audit(
        &place(),
        "noise",
        &["--private", "gender", "--max-leakage", "0.5"],
    )
    .expect(1);
    assert!(ran.err.contains("gender"), "{}", ran.err);
}

#[test]
fn a_table_for_people_and_tasks_beside_the_private_attribute() {
    let ran = audit(
        &place(),
        "noise",
        &["--private", "gender", "--task", "task", "--seed", "4"],
    )
    .expect(0);
    for word in ["gender", "task"] {
        assert!(
            ran.out.contains(word),
            "the table does not name `{word}`: {}",
            ran.out
        );
    }
}

#[test]
fn labels_that_do_not_fit_are_named_and_not_quoted() {
    let place = place();
    audit(&place, "noise", &["--private", "species"]).complains(&["species"]);
    audit(
        &place,
        "noise",
        &["--private", "gender", "--task", "species"],
    )
    .complains(&["species"]);
    audit(
        &place,
        "noise",
        &["--private", "gender", "--groups", "person"],
    )
    .complains(&["person"]);
    audit(&place, "gone", &["--private", "gender"]).complains(&["gone-train.safetensors"]);

    let good = String::from_utf8(place.read("test.csv")).expect("UTF-8");
    place.write("test.csv", good.replacen("m,", &format!("{CANARY},"), 1));
    // A class that no attacker could have learnt is a note, and the note does not say which.
    assert_no_canary(&audit(&place, "noise", &["--private", "gender"]).expect(0));
    place.write("test.csv", format!("{good}m,{CANARY}\n"));
    assert_no_canary(&audit(&place, "noise", &["--private", "gender"]).complains(&["400", "401"]));
    place.write("test.csv", "");
    audit(&place, "noise", &["--private", "gender"]).complains(&["gender"]);
    place.write("test.csv", good);

    let other = Features::new(vec![0.5; TEST * 3], &[TEST, 3]).expect("rows x 3");
    place.write("noise-test.safetensors", other.to_bytes());
    audit(&place, "noise", &["--private", "gender"]).complains(&["3", "4"]);
    let holes = Features::new(vec![f32::NAN; TEST * 4], &[TEST, 4]).expect("rows x 4");
    place.write("noise-test.safetensors", holes.to_bytes());
    audit(&place, "noise", &["--private", "gender"]).expect(2);
}
