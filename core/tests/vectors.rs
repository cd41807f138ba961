//! The cases that all languages share, in Rust; and that they are what the command writes.

mod support;

use serde_json::Value as Json;
use std::path::{Path, PathBuf};
use support::{replay, sensors, vectors};
use tiprdc::{Encoder, Error, Features, SubstituteTable};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata")
}

fn read(path: &str) -> Vec<u8> {
    std::fs::read(folder().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn json(bytes: &[u8]) -> Json {
    serde_json::from_slice(bytes).expect("vectors are JSON")
}

/// Numbers may differ as processors do; nothing else may.
fn same(found: &Json, expected: &Json) -> bool {
    match (found, expected) {
        (Json::Number(found), Json::Number(expected)) => {
            let (found, expected) = (found.as_f64(), expected.as_f64());
            let (found, expected) = (found.expect("finite"), expected.expect("finite"));
            (found - expected).abs() <= 1e-5 * expected.abs().max(1.0)
        }
        (Json::Array(found), Json::Array(expected)) => {
            found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| same(a, b))
        }
        (Json::Object(found), Json::Object(expected)) => {
            found.len() == expected.len()
                && found
                    .iter()
                    .all(|(key, value)| expected.get(key).is_some_and(|other| same(value, other)))
        }
        _ => found == expected,
    }
}

#[test]
fn the_files_are_what_the_command_writes() {
    let files = vectors::files();
    for (path, bytes) in &files {
        let found = read(path);
        let fresh = if path.ends_with(".json") {
            same(&json(&found), &json(bytes))
        } else {
            // Numbers of features files are the processor's; what they hold is compared through vectors/features.json.
            path.starts_with("features/") || found == *bytes
        };
        assert!(fresh, "testdata/{path} is out of date: run `just vectors`");
    }
    for part in ["encoders", "example", "features", "tables", "vectors"] {
        for entry in std::fs::read_dir(folder().join(part)).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            let path = format!("{part}/{}", name.to_string_lossy());
            assert!(
                files.contains_key(&path),
                "no command writes testdata/{path}"
            );
        }
    }
}

#[test]
fn all_cases_hold() {
    let mut ran = 0;
    for entry in std::fs::read_dir(folder().join("vectors")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let file = json(&std::fs::read(&path).expect("readable"));
        assert_eq!(file["format"], 1, "{}", path.display());
        ran += match file["kind"].as_str().expect("a kind") {
            "errors" => errors(&file),
            "encode" => encode(&file),
            "load" => each(&file, load),
            "features" => each(&file, features),
            "resolve" => each(&file, resolve),
            "windows" => windows(&file),
            other => panic!("{}: unknown kind {other}", path.display()),
        };
    }
    assert!(ran > 100, "only {ran} cases were found");
}

fn each(file: &Json, check: fn(&str, &Json)) -> usize {
    let cases = file["cases"].as_array().expect("a list of cases");
    for case in cases {
        check(case["name"].as_str().expect("a name"), case);
    }
    cases.len()
}

fn errors(file: &Json) -> usize {
    let kinds = file["kinds"].as_array().expect("a list of kinds");
    let known: Vec<Json> = tiprdc::ErrorKind::ALL
        .iter()
        .map(|kind| serde_json::json!({ "code": kind.code(), "name": kind.name(), "meaning": kind.meaning() }))
        .collect();
    assert_eq!(*kinds, known);
    kinds.len()
}

fn expect(name: &str, case: &Json, key: &str, found: Result<Features, Error>, tolerance: f64) {
    match (found, case["error"].as_i64()) {
        (Ok(found), None) => holds(name, &found, &case[key], tolerance),
        (Err(error), Some(code)) => {
            assert_eq!(i64::from(error.kind().code()), code, "{name}: {error}")
        }
        (Ok(_), Some(code)) => panic!("{name}: no error, but {code} was expected"),
        (Err(error), None) => panic!("{name}: {error}"),
    }
}

fn holds(name: &str, found: &Features, expected: &Json, tolerance: f64) {
    assert_eq!(
        serde_json::json!(found.shape()),
        expected["shape"],
        "{name}"
    );
    let numbers = replay::floats(&expected["data"]);
    assert_eq!(found.data().len(), numbers.len(), "{name}");
    for (found, expected) in found.data().iter().zip(numbers) {
        assert!(
            f64::from((found - expected).abs()) <= tolerance,
            "{name}: {found} instead of {expected}"
        );
    }
    if let Some(indices) = expected.get("indices") {
        assert_eq!(serde_json::json!(found.indices()), *indices, "{name}");
        assert_eq!(
            serde_json::json!(found.table()),
            expected["table"],
            "{name}"
        );
    }
}

fn encode(file: &Json) -> usize {
    let bytes = read(file["encoder"].as_str().expect("a path"));
    let mut builder = Encoder::builder();
    if let Some(memo) = file["memo"].as_str() {
        let byte = |at| u8::from_str_radix(&memo[at * 2..at * 2 + 2], 16).expect("hexadecimal");
        builder = builder.memo(std::array::from_fn(byte));
    }
    let encoder = builder.from_bytes(&bytes).expect("a good encoder");
    assert_eq!(file["digest"], encoder.digest());
    assert_eq!(
        file["output_shape"],
        serde_json::json!(encoder.output_shape())
    );
    assert_eq!(file["release"], encoder.manifest().release.name());
    let cases = file["cases"].as_array().expect("a list of cases");
    for case in cases {
        let name = case["name"].as_str().expect("a name");
        let threads = case["threads"].as_u64().map(|threads| threads as usize);
        let inputs = match case["batch"].as_array() {
            Some(batch) => batch.clone(),
            None => vec![case["input"].clone()],
        };
        let found = replay::encode(&encoder, &inputs, threads);
        expect(
            name,
            case,
            "features",
            found,
            file["tolerance"].as_f64().expect("a tolerance"),
        );
    }
    cases.len()
}

fn load(name: &str, case: &Json) {
    let path = case["file"].as_str().expect("a path");
    let builder = || {
        let mut builder = Encoder::builder();
        if let Some(bytes) = case["max_bytes"].as_u64() {
            builder = builder.max_bytes(bytes);
        }
        if let Some(work) = case["max_work"].as_u64() {
            builder = builder.max_work(work);
        }
        builder
    };
    let check = |found: Result<Encoder, Error>| {
        let error = found.expect_err(name);
        assert_eq!(
            i64::from(error.kind().code()),
            case["error"].as_i64().expect("a number"),
            "{name}: {error}"
        );
    };
    check(builder().open(folder().join(path)));
    if folder().join(path).exists() {
        check(builder().from_bytes(&read(path)));
    }
}

fn features(name: &str, case: &Json) {
    let found = Features::from_bytes(&read(case["file"].as_str().expect("a path")));
    if let Ok(features) = &found {
        assert_eq!(case["encoder"], features.encoder(), "{name}");
        assert_eq!(case["release"], features.release(), "{name}");
        assert_eq!(case["dtype"], serde_json::json!(features.dtype()), "{name}");
        let again = Features::from_bytes(&features.to_bytes()).expect("its own bytes");
        assert_eq!(again, *features, "{name}");
        holds(name, features, case, 0.0);
    }
    if case.get("error").is_some() {
        expect(name, case, "", found, 0.0);
    } else {
        found.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

fn resolve(name: &str, case: &Json) {
    let features = Features::from_bytes(&read(case["features"].as_str().expect("a path")))
        .expect("good features");
    let table = SubstituteTable::from_bytes(read(case["table"].as_str().expect("a path")));
    expect(
        name,
        case,
        "resolved",
        table.and_then(|table| table.resolve(&features)),
        0.0,
    );
}

fn windows(file: &Json) -> usize {
    let encoder = Encoder::from_bytes(&read(file["encoder"].as_str().expect("a path")));
    let encoder = encoder.expect("a good encoder");
    let series = encoder.manifest().input.series().expect("it takes series");
    let cases = file["cases"].as_array().expect("a list of cases");
    for case in cases {
        let name = case["name"].as_str().expect("a name");
        let stride = case["stride"].as_u64().expect("a stride") as usize;
        match sensors::windows(series, &case["sensors"], stride) {
            Ok(found) => {
                let expected = replay::floats(&case["windows"]["data"]);
                assert_eq!(found.len(), expected.len(), "{name}");
                let near = |(found, expected): (&f32, &f32)| (found - expected).abs() <= 1e-5;
                assert!(found.iter().zip(&expected).all(near), "{name}");
            }
            Err(error) => assert_eq!(case["error"], error.kind().code(), "{name}: {error}"),
        }
    }
    cases.len()
}
