//! Errors: stable numbers, every kind reachable, and no word of the user's data in any of them.

mod support;

use prost::Message;
use std::collections::HashSet;
use std::error::Error as _;
use std::fmt::Write;
use support::*;
use tiprdc::{
    Encoder, Error, ErrorKind, Features, Fit, Input, InputSpec, SubstituteTable, Value,
    read_manifest,
};

const KINDS: [(ErrorKind, i32); 20] = [
    (ErrorKind::FileUnreadable, 100),
    (ErrorKind::ModelTooLarge, 101),
    (ErrorKind::ModelMalformed, 102),
    (ErrorKind::OperatorNotAllowed, 103),
    (ErrorKind::ManifestMissing, 110),
    (ErrorKind::ManifestInvalid, 111),
    (ErrorKind::ManifestUnsupported, 112),
    (ErrorKind::ManifestMismatch, 113),
    (ErrorKind::InputKind, 200),
    (ErrorKind::InputShape, 201),
    (ErrorKind::InputNotFinite, 202),
    (ErrorKind::InputField, 203),
    (ErrorKind::OutputSize, 204),
    (ErrorKind::Argument, 205),
    (ErrorKind::FeaturesMalformed, 300),
    (ErrorKind::FeaturesNotFinite, 301),
    (ErrorKind::TableMalformed, 302),
    (ErrorKind::TableMismatch, 303),
    (ErrorKind::Internal, 900),
    (ErrorKind::RandomnessUnavailable, 901),
];

#[test]
fn numbers_of_kinds_never_change() {
    for (kind, code) in KINDS {
        assert_eq!(
            kind.code(),
            code,
            "{kind:?} has another number; every language's bindings rely on it"
        );
        assert_eq!(kind.name(), format!("{kind:?}"));
        assert!(
            kind.meaning().ends_with('.'),
            "{kind:?}: {}",
            kind.meaning()
        );
    }
    assert_eq!(
        KINDS.map(|(kind, _)| kind).as_slice(),
        ErrorKind::ALL,
        "a new kind has no line in the table above"
    );
    let codes: HashSet<_> = KINDS.iter().map(|(_, code)| code).collect();
    assert_eq!(codes.len(), KINDS.len(), "two kinds share a number");
}

fn small() -> Encoder {
    dense_graph().load(&[4], &[3]).expect("the model is good")
}

fn of_kind(kind: ErrorKind, result: Result<impl Sized, Error>) -> Error {
    let error = result
        .err()
        .unwrap_or_else(|| panic!("{kind:?} was expected, but nothing failed"));
    assert_eq!(error.kind(), kind, "{error}");
    assert!(
        error.to_string().len() > 20,
        "a message says what was expected and what came: {error}"
    );
    error
}

/// `Internal` is left out: it stands for faults of the library, and no input is known that leads to one. So is
/// `RandomnessUnavailable`, which takes an operating system without randomness, and `Argument`, which is for what Rust's
/// types rule out: bindings give it for a null pointer or a closed handle.
#[test]
fn every_kind_is_given_for_what_it_says() {
    use ErrorKind::*;
    let file = dense_graph().file(&[4], &[3]);
    let model = dense_graph().bytes(&[3]);
    let (data, window) = (vec![0.0f32; 4], vec![0.0f32; 12]);
    let mut manifest = manifest(tensor_input(&[4]), &[3]);

    of_kind(FileUnreadable, Encoder::open("no/such/encoder.onnx"));
    of_kind(
        ModelTooLarge,
        Encoder::builder()
            .max_bytes(file.len() as u64 - 1)
            .from_bytes(&file),
    );
    of_kind(ModelMalformed, Encoder::from_bytes(b"this is no model"));
    of_kind(
        OperatorNotAllowed,
        Graph::new(&[4])
            .node("Loop", &["x"], "y", vec![])
            .load(&[4], &[4]),
    );
    of_kind(ManifestMissing, Encoder::from_bytes(&model));
    manifest.name.clear();
    of_kind(ManifestInvalid, tiprdc::embed_manifest(&model, &manifest));
    manifest.name = "test".into();
    manifest.format = 2;
    of_kind(
        ManifestUnsupported,
        tiprdc::embed_manifest(&model, &manifest),
    );
    of_kind(
        ManifestMismatch,
        Encoder::from_bytes(&pack(&model, tensor_input(&[4]), &[2])),
    );
    of_kind(
        InputKind,
        small().encode(&Input::series(&window, 3, 4).expect("12 numbers")),
    );
    of_kind(
        InputShape,
        small().encode(&Input::tensor(&data, &[2, 2]).expect("4 numbers")),
    );
    of_kind(InputShape, Input::tensor(&data, &[5]));
    of_kind(
        InputNotFinite,
        small().encode(&Input::tensor(&[0.0, f32::INFINITY, 0.0, 0.0], &[4]).expect("4 numbers")),
    );
    of_kind(
        InputField,
        identity(record_input()).encode(&Input::record([("age", Value::from(1.0))])),
    );
    of_kind(
        OutputSize,
        small().encode_into(&Input::tensor(&data, &[4]).expect("4 numbers"), &mut []),
    );
    of_kind(
        FeaturesMalformed,
        Features::from_bytes(b"these are no features"),
    );
    of_kind(
        FeaturesNotFinite,
        overflowing().encode(&Input::tensor(&[2.0; 4], &[4]).expect("4 numbers")),
    );
    of_kind(
        TableMalformed,
        SubstituteTable::from_bytes(&b"this is no table"[..]),
    );
    let table = SubstituteTable::new(&[0.0, 1.0], &[2]).expect("two substitutes");
    let features = Features::new(data, &[4, 1]).expect("4 numbers");
    of_kind(TableMismatch, table.resolve(&features));
}

/// A network that makes infinite features of numbers above 1.
fn overflowing() -> Encoder {
    let model = Graph::new(&[4])
        .weight("w", &[1], &[f32::MAX])
        .node("Mul", &["x", "w"], "y", vec![])
        .bytes(&[4]);
    Encoder::from_bytes(&pack(&model, tensor_input(&[4]), &[4])).expect("the model is good")
}

#[test]
fn what_could_not_be_released_is_in_no_buffer() {
    let mut out = [7.0; 8];
    let inputs = [[0.5f32, 0.25, 0.125, 0.0], [0.5, 2.0, 0.125, 0.0]];
    let inputs = inputs
        .each_ref()
        .map(|x| Input::tensor(x, &[4]).expect("4 numbers"));
    let encoder = overflowing().with_threads(1);
    let error = encoder
        .encode_batch_into(&inputs, &mut out)
        .expect_err("one is infinite");
    assert_eq!(error.kind(), ErrorKind::FeaturesNotFinite);
    assert!(error.to_string().starts_with("record 1:"), "{error}");
    assert_eq!(out, [0.0; 8], "features of the failed batch are left");
}

/// An error's every face: what is printed, what is logged, and all causes.
fn faces(error: &Error) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}");
    let mut source = error.source();
    while let Some(cause) = source {
        write!(text, "\n{cause}\n{cause:?}").expect("writing to a string");
        source = cause.source();
    }
    text
}

const CANARY_TEXT: &str = "canary-Zaphod-Beeblebrox";
const CANARY_NUMBER: f32 = 987_654.3;
const CANARY_BYTE: u8 = 213;

fn assert_no_canary(text: &str) {
    for canary in ["canary", "Zaphod", "987654", "9.87654", "213"] {
        assert!(
            !text.contains(canary),
            "`{canary}` is the user's data and must not be in: {text}"
        );
    }
}

#[test]
fn no_message_holds_what_the_user_put_in() {
    let numbers = [CANARY_NUMBER; 12];
    let mut bad = numbers;
    bad[5] = f32::NAN;
    let bytes = [CANARY_BYTE; 12];
    let number = Value::from(CANARY_NUMBER);
    let text = Value::from(CANARY_TEXT);
    let series = identity(series_input(3, 4, &[], &[]));
    let record = identity(record_input());
    let image = identity(InputSpec::Image(image_input(2, 2, 3, Fit::Crop)));
    let tensor = identity(tensor_input(&[3, 4]));
    let inputs = [
        Input::series(&numbers, 4, 3),
        Input::series(&bad, 3, 4),
        Input::series(&numbers, 5, 5),
        Input::tensor(&numbers, &[12]),
        Input::tensor(&bad, &[3, 4]),
        Input::tensor(&numbers, &[usize::MAX, 2]),
        Input::image_rgb8(&bytes, 2, 2),
        Input::image_rgb8(&bytes, 3, 3),
        Input::image_gray8(&bytes, 0, 12),
        Ok(Input::record([("age", text), ("work", text)])),
        Ok(Input::record([("age", number), ("work", number)])),
        Ok(Input::record([
            ("age", Value::from(f32::NAN)),
            ("work", text),
        ])),
        Ok(Input::record([(CANARY_TEXT, number), ("work", text)])),
        Ok(Input::record([(CANARY_TEXT, number)])),
        Ok(Input::record([("age", number), ("age", number)])),
        Ok(Input::record([
            ("age", number),
            ("work", text),
            (CANARY_TEXT, text),
        ])),
    ];
    let mut seen = HashSet::new();
    for input in &inputs {
        let input = match input {
            Err(error) => {
                assert_no_canary(&faces(error));
                seen.insert(error.kind());
                continue;
            }
            Ok(input) => input,
        };
        assert_no_canary(&format!("{input:?} {input:#?}"));
        for encoder in [&series, &record, &image, &tensor] {
            for result in [
                encoder.encode(input),
                encoder.encode_batch(std::slice::from_ref(input)),
            ] {
                match result {
                    Ok(features) => assert_no_canary(&format!("{features:?} {features:#?}")),
                    Err(error) => {
                        assert_no_canary(&faces(&error));
                        seen.insert(error.kind());
                    }
                }
            }
            assert_no_canary(&format!("{encoder:?} {encoder:#?}"));
        }
    }
    for kind in [
        ErrorKind::InputKind,
        ErrorKind::InputShape,
        ErrorKind::InputNotFinite,
        ErrorKind::InputField,
    ] {
        assert!(seen.contains(&kind), "the inputs above provoke {kind:?}");
    }
}

#[test]
fn no_message_holds_features() {
    let features = Features::new(vec![CANARY_NUMBER; 6], &[2, 3]).expect("2 x 3");
    assert_no_canary(&format!("{features:?} {features:#?}"));
    let error = Features::new(vec![CANARY_NUMBER; 6], &[7]).expect_err("6 are not 7");
    assert_no_canary(&faces(&error));
    let good = features.to_bytes();
    for length in 0..good.len() {
        let error = Features::from_bytes(&good[..length]).expect_err("a part of a file");
        assert_no_canary(&faces(&error));
    }
}

#[test]
fn values_of_the_input_cannot_be_indices() {
    // The zeros of the trial run are in the table, the user's value is not, and the engine's panic would name it on
    // standard error. So such a model is refused before it sees a value.
    let model = Graph::new(&[1])
        .weight("table", &[2, 1], &[0.5, 1.5])
        .node("Cast", &["x"], "index", vec![int("to", 7)])
        .node("Gather", &["table", "index"], "rows", vec![int("axis", 0)])
        .node("Flatten", &["rows"], "y", vec![int("axis", 1)]);
    of_kind(ErrorKind::OperatorNotAllowed, model.load(&[1], &[1]));
    let constant = Graph::new(&[3])
        .indices("last", &[2])
        .node("Gather", &["x", "last"], "y", vec![int("axis", 1)])
        .load(&[3], &[1])
        .expect("a constant index is in the table or it is not");
    let features = constant
        .encode(&Input::tensor(&[1.0, 2.0, 3.0], &[3]).expect("3 numbers"))
        .expect("a good input");
    assert_eq!(features.data(), [3.0]);
}

#[test]
fn causes_are_kept_for_those_who_ask() {
    let error = of_kind(
        ErrorKind::FileUnreadable,
        Encoder::open("no/such/encoder.onnx"),
    );
    let cause = error.source().expect("the system's error is the cause");
    assert!(cause.downcast_ref::<std::io::Error>().is_some());
}

#[test]
fn manifests_that_say_nonsense_are_called_invalid() {
    let model = dense_graph().model(&[3]);
    let load = |json: &str| {
        let mut model = model.clone();
        model
            .metadata_props
            .push(tract_onnx::pb::StringStringEntryProto {
                key: tiprdc::MANIFEST_KEY.into(),
                value: json.into(),
            });
        read_manifest(&model.encode_to_vec())
    };
    let good = manifest(tensor_input(&[4]), &[3]).to_json();
    load(&good).expect("the manifest is good");
    let head = r#"{"format":1,"name":"n","version":"1","method":{"kind":"external"},"#;
    let invalid = [
        "",
        "null",
        "[]",
        "{}",
        "{\"format\":1}",
        &good.replace("\"name\":\"test\",", ""),
        &good.replace("\"name\":\"test\"", "\"name\":\"\""),
        &good.replace("\"name\"", "\"nickname\""),
        &good.replace("\"shape\":[4]", "\"shape\":[]"),
        &good.replace("\"shape\":[4]", "\"shape\":[0]"),
        &good.replace("\"shape\":[4]", "\"shape\":[-1]"),
        &good.replace("\"shape\":[4]", "\"shape\":[4294967296,4294967296]"),
        &good.replace("\"shape\":[4]", "\"shape\":[1,1,1,1,1]"),
        &good.replace("\"kind\":\"tensor\"", "\"kind\":\"smell\""),
        &good.replace("\"dtype\":\"f32\"", "\"dtype\":\"f64\""),
        &good.replace("\"kind\":\"exact\"", "\"kind\":\"hidden\""),
        &format!(
            r#"{head}"input":{{"kind":"series","channels":1,"steps":2,"rate_hz":0}},"output":{{"shape":[1]}}}}"#
        ),
        &format!(
            r#"{head}"input":{{"kind":"series","channels":2,"steps":2,"rate_hz":1,"mean":[1]}},"output":{{"shape":[1]}}}}"#
        ),
        &format!(
            r#"{head}"input":{{"kind":"series","channels":1,"steps":2,"rate_hz":1,"std":[0]}},"output":{{"shape":[1]}}}}"#
        ),
        &format!(
            r#"{head}"input":{{"kind":"image","width":2,"height":2,"channels":2}},"output":{{"shape":[1]}}}}"#
        ),
        &format!(r#"{head}"input":{{"kind":"record","fields":[]}},"output":{{"shape":[1]}}}}"#),
        &format!(
            r#"{head}"input":{{"kind":"record","fields":[{{"name":"a","type":"numeric","mean":0,"std":0}}]}},"output":{{"shape":[1]}}}}"#
        ),
        &format!(
            r#"{head}"input":{{"kind":"record","fields":[{{"name":"a","type":"categorical","categories":["b","b"]}}]}},"output":{{"shape":[1]}}}}"#
        ),
        &format!(
            r#"{head}"input":{{"kind":"record","fields":[{{"name":"a","type":"numeric","mean":0,"std":1}},{{"name":"a","type":"numeric","mean":0,"std":1}}]}},"output":{{"shape":[1]}}}}"#
        ),
    ];
    for json in invalid {
        of_kind(ErrorKind::ManifestInvalid, load(json));
    }
    for format in ["0", "2", "18446744073709551615"] {
        of_kind(
            ErrorKind::ManifestUnsupported,
            load(&good.replace("\"format\":1", &format!("\"format\":{format}"))),
        );
    }
}
