//! Random releases before the judge: draws, substitutes, and runs that make them.

mod support;

use serde_json::Value;
use support::releases::*;
use support::*;
use tiprdc::{Encoder, SubstituteTable};

/// Half of what is asked of an audit: which numbers, and from how many rows.
fn audit(place: &Place, arguments: &[&str]) -> Value {
    let own = [
        "audit",
        "--encoder",
        "random.onnx",
        "--data",
        ".",
        "--task",
        "income",
        "--json",
    ];
    place.run(&[&own[..], arguments].concat()).expect(0).json()
}

#[test]
fn draws_of_noise_are_audited_one_by_one_and_together() {
    let place = Place::new().with_encoder();
    pack(
        &place,
        "random.onnx",
        &["--release", "laplace", "--clip", "2", "--scale", "0.5"],
    );
    let report = audit(&place, &["--draws", "3"]);
    assert_eq!(
        report["rows"],
        serde_json::json!({ "train": 900, "test": 300 })
    );
    assert_eq!(report["drawn"]["unit"], "records");
    assert_eq!(report["drawn"]["count"], 100);
    let gender = &report["attributes"][0];
    assert_eq!(gender["repeated"]["draws"], 3.0);
    assert!(gender["repeated"]["value"].is_f64());
    assert!(gender["unprotected"].is_f64());
    assert_eq!(
        audit(&place, &["--draws", "3"]),
        report,
        "the seed repeats the draws"
    );
    assert_ne!(
        audit(&place, &["--draws", "3", "--seed", "1"])["attributes"],
        report["attributes"]
    );
}

#[test]
fn substitutes_are_audited_as_what_they_stand_for() {
    let place = Place::new().with_encoder();
    table(&place);
    pack(
        &place,
        "random.onnx",
        &[&SUBSTITUTE[..], &["--range", "6"]].concat(),
    );
    place
        .run(&["audit", "--encoder", "random.onnx", "--data", "."])
        .complains(&["--table"]);
    place
        .run(&[
            "audit",
            "--encoder",
            "out/encoder.onnx",
            "--data",
            ".",
            "--table",
            "table.safetensors",
        ])
        .complains(&["--table", "exact"]);
    let report = audit(&place, &["--table", "table.safetensors", "--draws", "2"]);
    assert_eq!(
        report["shape"],
        serde_json::json!([2]),
        "records of the table, and not indices"
    );
    assert_eq!(report["rows"]["train"], 600);
    let attackers = report["attributes"][0]["attackers"]
        .as_array()
        .expect("a list");
    assert!(
        attackers
            .iter()
            .any(|attacker| attacker["attacker"] == "lookup"),
        "rows come again, and are counted: {attackers:?}"
    );

    // The same from files.
    place
        .run(&[
            "encode",
            "random.onnx",
            "people.csv",
            "--out",
            "f.safetensors",
        ])
        .expect(0);
    let files = [
        "audit",
        "--features",
        "f.safetensors",
        "--labels",
        "people.csv",
        "--private",
        "gender",
    ];
    let report = place
        .run(&[&files[..], &["--table", "table.safetensors", "--json"]].concat())
        .expect(0)
        .json();
    assert_eq!(report["shape"], serde_json::json!([2]));
    let digest = Encoder::open(place.path("random.onnx")).expect("an encoder");
    assert_eq!(report["encoder"], digest.digest());
}

#[test]
fn another_release_is_not_what_an_audit_was_of() {
    let place = Place::new().with_encoder();
    let stamp = [
        "audit",
        "--encoder",
        "out/encoder.onnx",
        "--data",
        ".",
        "--stamp",
    ];
    place.run(&stamp).expect(0);
    let kept = pack(&place, "same.onnx", &[]);
    assert!(kept["manifest"]["audit"].is_object(), "nothing has changed");
    let changed = pack(
        &place,
        "noisy.onnx",
        &["--release", "laplace", "--clip", "2", "--scale", "0.5"],
    );
    assert!(changed["manifest"]["audit"].is_null());
}

#[test]
fn nothing_that_is_printed_holds_a_record_of_the_table() {
    let place = Place::new().with_encoder();
    let encoder = Encoder::open(place.path("out/encoder.onnx")).expect("an encoder");
    let count: usize = encoder.output_shape().iter().product();
    let secret = SubstituteTable::new(&vec![987_654.0; count], &[count]).expect("a table");
    place.write("table.safetensors", secret.to_bytes());
    pack(
        &place,
        "pass.onnx",
        &[&SUBSTITUTE[..], &["--range", "1"]].concat(),
    );
    for arguments in [
        &["inspect", "pass.onnx"][..],
        &[
            "encode",
            "pass.onnx",
            "people.csv",
            "--out",
            "f.safetensors",
        ],
        &[
            "resolve",
            "f.safetensors",
            "--table",
            "table.safetensors",
            "--out",
            "r.safetensors",
            "--json",
        ],
        &[
            "resolve",
            "r.safetensors",
            "--table",
            "table.safetensors",
            "--out",
            "r.safetensors",
        ],
    ] {
        assert_no_canary(&place.run(arguments));
    }
}

#[test]
fn a_run_that_substitutes_writes_its_table_and_a_sweep_judges_what_it_resolves_to() {
    let place = Place::new().with_people();
    let method = r#"method={kind="neighbour_substitution",private=["gender"],count=20}"#;
    let train = [
        "train", "run.toml", "--data", ".", "--out", "drawn", "--set",
    ];
    place.run(&[&train[..], &[method]].concat()).expect(0);
    let table = SubstituteTable::from_bytes(place.read("drawn/substitutes.safetensors"));
    let table = table.expect("a table");
    assert_eq!(table.count(), 20);

    let encode = "encode drawn/encoder.onnx --data . --split test --out drawn.safetensors";
    place.run(&encode.split(' ').collect::<Vec<_>>()).expect(0);
    let drawn = features(&place, "drawn.safetensors");
    assert_eq!(drawn.table(), Some(table.digest()));
    let resolve = "resolve drawn.safetensors --table drawn/substitutes.safetensors --out resolved.safetensors";
    place.run(&resolve.split(' ').collect::<Vec<_>>()).expect(0);
    let resolved = features(&place, "resolved.safetensors");
    let index = drawn.indices().expect("indices")[3] as usize;
    assert_eq!(resolved.row(3), table.row(index));

    let sweep = r#"
[sweep]
private = ["gender"]
tasks = ["income"]
[[sweep.methods]]
method = { kind = "neighbour_substitution", private = ["gender"], count = 20 }
set.training.epochs = 3
vary.method.beta = [0.0, 4.0]
"#;
    place.write("sweep.toml", format!("{RUN}{sweep}"));
    let reports = ["one", "two"].map(|out| {
        let sweep = ["sweep", "sweep.toml", "--data", ".", "--out", out];
        place.run(&sweep).expect(0);
        place.read(&format!("{out}/sweep.json"))
    });
    let report: Value = serde_json::from_slice(&reports[0]).expect("JSON");
    let points = report["points"].as_array().expect("a list");
    assert_eq!(points.len(), 2);
    for point in points {
        assert_eq!(point["method"], "neighbour_substitution");
        assert!(point["leakage"]["nag"].is_number(), "{point}");
    }
    assert!(
        reports[0] == reports[1],
        "draws of a judge are repeated by the seed"
    );
}
