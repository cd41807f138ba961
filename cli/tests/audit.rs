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
    audit(&place, "noise", &["--private", "gender"]).complains(&["test.csv", "header"]);
    place.write("test.csv", good);

    let other = Features::new(vec![0.5; TEST * 3], &[TEST, 3]).expect("rows x 3");
    place.write("noise-test.safetensors", other.to_bytes());
    audit(&place, "noise", &["--private", "gender"]).complains(&["3", "4"]);
    let holes = Features::new(vec![f32::NAN; TEST * 4], &[TEST, 4]).expect("rows x 4");
    place.write("noise-test.safetensors", holes.to_bytes());
    audit(&place, "noise", &["--private", "gender"]).expect(2);
}

/// The rows of `leak` in one file per format, `all.csv` with a person for every four rows, and raw inputs.
fn one_file() -> Place {
    let place = Place::new();
    let rows = 400;
    let mut random = numbers(7);
    let gender: Vec<bool> = (0..rows).map(|row| row / 4 % 2 == 0).collect();
    let data: Vec<f32> = (0..rows * 2)
        .map(|at| {
            let secret = f64::from(u8::from(at % 2 == 0 && gender[at / 2]));
            (secret + random.next().expect("without end")) as f32
        })
        .collect();
    let features = Features::new(data.clone(), &[rows, 2]).expect("rows x 2");
    place.write("all.safetensors", features.to_bytes());
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, 2), }}\n");
    let mut npy = b"\x93NUMPY\x01\x00".to_vec();
    npy.extend((header.len() as u16).to_le_bytes());
    npy.extend(header.bytes());
    npy.extend(data.iter().flat_map(|value| value.to_le_bytes()));
    place.write("all.npy", npy);
    // In f64: the shortest text of an f32 is another number to whoever reads more digits.
    let wide: Vec<f64> = data.iter().copied().map(f64::from).collect();
    let lines = wide.chunks(2).map(|row| format!("{},{}\n", row[0], row[1]));
    place.write("all.csv", format!("a,b\n{}", lines.collect::<String>()));
    let lines = gender.iter().enumerate().map(|(row, &gender)| {
        let gender = if gender { "m" } else { "f" };
        format!("{gender},{},{},p{}\n", row % 3, row as f64 / 8.0, row / 4)
    });
    let lines: String = lines.collect();
    place.write("labels.csv", format!("gender,task,age,person\n{lines}"));
    place
}

fn audit_one(place: &Place, features: &str, rest: &[&str]) -> Ran {
    let arguments = ["audit", "--features", features, "--labels", "labels.csv"];
    place.run(&[&arguments[..], rest].concat())
}

#[test]
fn one_file_of_any_format_is_cut_in_two_and_gives_the_same_report() {
    let place = one_file();
    let rest = ["--private", "gender", "--raw", "all.npy", "--json"];
    let first = audit_one(&place, "all.safetensors", &rest).expect(0).json();
    assert_eq!(
        first["rows"],
        serde_json::json!({ "train": 280, "test": 120 })
    );
    let attribute = &first["attributes"][0];
    assert_eq!(
        attribute["nag"], 1.0,
        "raw inputs that are the features leak as much: {attribute}"
    );
    for features in ["all.npy", "all.csv"] {
        let report = audit_one(&place, features, &rest).expect(0).json();
        assert_eq!(report, first, "{features}");
    }
    let other = [&rest[..], &["--seed", "1"]].concat();
    assert_ne!(audit_one(&place, "all.npy", &other).expect(0).json(), first);
}

#[test]
fn whole_people_are_set_aside() {
    let place = one_file();
    let rest = ["--private", "gender", "--groups", "person", "--json"];
    let share = ["--test-share", "0.5"];
    let report = audit_one(&place, "all.npy", &[&rest[..], &share].concat());
    let report = report.expect(0).json();
    assert_eq!(
        report["rows"],
        serde_json::json!({ "train": 200, "test": 200 })
    );
    assert_eq!(
        report["drawn"],
        serde_json::json!({ "unit": "groups", "count": 50 }),
        "a person was torn apart"
    );
}

#[test]
fn labels_of_the_wrong_kind_or_number_are_refused() {
    let place = one_file();
    audit_one(
        &place,
        "all.npy",
        &["--private", "gender", "--continuous", "gender"],
    )
    .complains(&["`gender`", "no finite number"]);
    audit_one(
        &place,
        "all.npy",
        &["--private", "gender", "--continuous", "age"],
    )
    .complains(&["`age`", "neither"]);
    audit_one(&place, "all.npy", &["--private", "age"]).complains(&["`age`", "--continuous age"]);
    audit_one(
        &place,
        "all.npy",
        &["--private", "gender", "--records", "draw"],
    )
    .complains(&["labels.csv", "`draw`"]);
    let outsiders = [
        "--private",
        "gender",
        "--groups",
        "person",
        "--outsiders",
        "all.npy",
        "--outsider-labels",
        "labels.csv",
    ];
    audit_one(&place, "all.npy", &outsiders).complains(&["`person`", "outsiders"]);

    let labels = String::from_utf8(place.read("labels.csv")).expect("UTF-8");
    place.write("labels.csv", format!("{labels}{CANARY},1,2,p1\n"));
    let ran = audit_one(&place, "all.npy", &["--private", "gender"]);
    assert_no_canary(&ran.complains(&["all.npy", "400", "401"]));
    place.write("all.npy", &place.read("all.npy")[..1000]);
    audit_one(&place, "all.npy", &["--private", "gender"]).complains(&["all.npy", "cut off"]);
}

#[test]
fn arguments_that_do_not_go_together_are_named() {
    let place = one_file();
    let bad = |arguments: &[&str], words: &[&str]| {
        place
            .run(&[&["audit"], arguments].concat())
            .complains(words);
    };
    let pair = ["--features", "all.npy", "--labels", "labels.csv"];
    let with = |more: &[&'static str]| [&pair[..], &["--private", "gender"], more].concat();
    bad(&["--private", "gender"], &["--features", "--encoder"]);
    bad(&["--features", "all.npy", "--private", "g"], &["--labels"]);
    bad(&pair, &["--private"]);
    bad(&with(&["--train-features", "x"]), &["--train-features"]);
    bad(&with(&["--encoder", "e.onnx"]), &["--encoder"]);
    bad(&with(&["--data", "."]), &["--data"]);
    bad(&with(&["--draws", "2"]), &["--draws"]);
    bad(&with(&["--test-labels", "l.csv"]), &["--test-labels"]);
    bad(&with(&["--raw-train-features", "l.csv"]), &["--raw-"]);
    let own = ["--encoder", "e.onnx", "--data", "."];
    bad(&[&own[..], &["--raw", "r.npy"]].concat(), &["--raw"]);
    bad(&[&own[..], &["--groups", "g"]].concat(), &["--groups"]);
    bad(&with(&["--test-share", "1"]), &["between 0 and 1"]);
    bad(&with(&["--outsider-labels", "l.csv"]), &["--outsiders"]);
    bad(&with(&["--stamp"]), &["--stamp ENCODER.onnx"]);
    bad(&with(&["--stamp", "gone.onnx"]), &["gone.onnx"]);
    bad(&["--encoder", "gone.onnx", "--data", "."], &["gone.onnx"]);
}

#[test]
fn an_encoder_is_audited_on_its_own_data_and_stamped() {
    let place = Place::new().with_encoder();
    let inspect = || {
        let ran = place.run(&["inspect", "out/encoder.onnx", "--json"]);
        ran.expect(0).json()
    };
    for (split, features, labels) in [
        ("train", "train.safetensors", "train.csv"),
        ("test", "test.safetensors", "test.csv"),
    ] {
        let arguments = ["encode", "out/encoder.onnx", "--data", ".", "--split"];
        let rest = [split, "--out", features, "--labels-out", labels];
        place.run(&[&arguments[..], &rest].concat()).expect(0);
    }
    let before = inspect();
    let own = ["audit", "--encoder", "out/encoder.onnx", "--data", "."];
    place
        .run(&[&own[..], &["--draws", "3"]].concat())
        .complains(&["--draws 3", "exact"]);
    let ran = place.run(&[&own[..], &["--task", "income", "--stamp", "--json"]].concat());
    let report = ran.expect(0).json();
    assert_eq!(report["encoder"], before["sha256"]);
    assert_eq!(
        report["rows"],
        serde_json::json!({ "train": 300, "test": 100 })
    );
    let gender = &report["attributes"][0];
    assert_eq!(
        gender["name"], "gender",
        "what the training hid is what is attacked"
    );
    assert!(
        gender["unprotected"].is_f64(),
        "raw inputs come with the data"
    );

    let after = inspect();
    let summary = &after["manifest"]["audit"];
    assert_ne!(after["sha256"], before["sha256"]);
    assert_eq!(summary["encoder"], before["sha256"]);
    assert_eq!(summary["attribute"], "gender");
    assert_eq!(summary["balanced_accuracy"], gender["strongest"]["value"]);
    assert_eq!(summary["interval"], gender["strongest"]["interval"]);
    assert_eq!(summary["tasks"][0]["attribute"], "income");
    let text = place.run(&["inspect", "out/encoder.onnx"]).expect(0).out;
    assert!(text.contains("audit     gender"), "{text}");

    // Features from before the stamp may stamp again: nothing but the stamp has changed.
    let files = [
        "audit",
        "--train-features",
        "train.safetensors",
        "--train-labels",
        "train.csv",
        "--test-features",
        "test.safetensors",
        "--test-labels",
        "test.csv",
        "--private",
        "gender",
        "--stamp",
        "out/encoder.onnx",
    ];
    place.run(&files).expect(0);
    assert_eq!(inspect()["manifest"]["audit"]["encoder"], before["sha256"]);

    // Another encoder keeps the manifest that it has.
    let seed = ["--set", "seed=4", "--out", "out"];
    let train = ["train", "run.toml", "--data", "."];
    place.run(&[&train[..], &seed].concat()).expect(0);
    let other = place.read("out/encoder.onnx");
    place.run(&files).complains(&["another encoder"]);
    assert_eq!(place.read("out/encoder.onnx"), other);
}
