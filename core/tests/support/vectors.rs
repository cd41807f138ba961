//! What `testdata/` holds: see testdata/README.md.

use super::cases::{Case, cases, list};
use super::hostile;
use super::tiny::{self, Files, MEMO};
use safetensors::{Dtype as Tensor, tensor::TensorView};
use serde_json::{Map, Value as Json, json};
use std::collections::HashMap;
use tiprdc::{Encoder, ErrorKind, Features, Input, SubstituteTable};

/// Largest difference of a feature between processors.
const TOLERANCE: f64 = 1e-5;

/// Everything below `testdata/` that is written by a command.
pub fn files() -> Files {
    let mut files = Files::new();
    files.insert("example/encoder.onnx".into(), tiny::example());
    files.insert("example/recording.csv".into(), tiny::recording());
    files.insert(
        "tables/small.safetensors".into(),
        tiny::table().to_bytes().to_vec(),
    );
    errors(&mut files);
    for (name, bytes) in tiny::encoders() {
        encode(&mut files, name, &bytes);
        files.insert(format!("encoders/{name}.onnx"), bytes);
    }
    load(&mut files);
    features(&mut files);
    resolve(&mut files);
    windows(&mut files);
    files
}

/// One case to a line.
fn write(files: &mut Files, name: &str, head: Json, list: &str, cases: &[Json]) {
    let head = head.as_object().expect("an object");
    let mut text = String::from("{\n");
    for (key, value) in head {
        text += &format!("  \"{key}\": {value},\n");
    }
    let cases: Vec<String> = cases.iter().map(|case| format!("    {case}")).collect();
    text += &format!("  \"{list}\": [\n{}\n  ]\n}}\n", cases.join(",\n"));
    files.insert(format!("vectors/{name}.json"), text.into_bytes());
}

fn errors(files: &mut Files) {
    let kind = |kind: &ErrorKind| json!({ "code": kind.code(), "name": kind.name(), "meaning": kind.meaning() });
    let kinds: Vec<Json> = ErrorKind::ALL.iter().map(kind).collect();
    write(
        files,
        "errors",
        json!({ "format": 1, "kind": "errors" }),
        "kinds",
        &kinds,
    );
}

fn encode(files: &mut Files, name: &str, bytes: &[u8]) {
    let plain = Encoder::from_bytes(bytes).expect("a good encoder");
    let manifest = plain.manifest();
    let random = manifest.release.name() != "exact";
    let encoder = if random {
        Encoder::builder()
            .memo(MEMO)
            .from_bytes(bytes)
            .expect("a good encoder")
    } else {
        plain.clone()
    };
    let memo: Option<String> =
        random.then(|| MEMO.iter().map(|byte| format!("{byte:02x}")).collect());
    let cases: Vec<Json> = cases(name)
        .into_iter()
        .map(|case| encode_case(&encoder, case))
        .collect();
    let head = json!({
        "format": 1, "kind": "encode", "encoder": format!("encoders/{name}.onnx"), "digest": plain.digest(),
        "name": manifest.name, "version": manifest.version,
        "input": { "kind": manifest.input.kind(), "shape": manifest.input.shape() },
        "output_shape": plain.output_shape(), "release": manifest.release.name(), "dtype": manifest.output.dtype,
        "epsilon": manifest.release.epsilon(), "delta": manifest.release.delta(),
        "memo": memo, "tolerance": TOLERANCE,
    });
    write(files, &format!("encode-{name}"), head, "cases", &cases);
}

fn encode_case(encoder: &Encoder, (name, inputs, threads, expected): Case) -> Json {
    let found = super::replay::encode(encoder, &inputs, threads);
    let mut case = Map::from_iter([("name".to_string(), json!(name))]);
    match threads {
        None => case.insert("input".into(), inputs[0].clone()),
        Some(threads) => {
            case.insert("threads".into(), json!(threads));
            case.insert("batch".into(), Json::Array(inputs))
        }
    };
    match (found, expected) {
        (Ok(features), None) => case.insert("features".into(), contents(&features)),
        (Err(error), Some(kind)) if error.kind() == kind => {
            case.insert("error".into(), json!(kind.code()))
        }
        (found, expected) => panic!(
            "{name}: {:?} instead of {expected:?}",
            found.map(|f| f.shape().to_vec())
        ),
    };
    Json::Object(case)
}

fn contents(features: &Features) -> Json {
    let mut json = json!({ "shape": features.shape(), "data": list(features.data()) });
    if let (Some(indices), Some(table)) = (features.indices(), features.table()) {
        json["indices"] = json!(indices);
        json["table"] = json!(table);
    }
    json
}

fn load(files: &mut Files) {
    let case = |name: &str, file: &str, limits: [Option<u64>; 2], kind: ErrorKind| {
        let [bytes, work] = limits;
        json!({ "name": name, "file": file, "max_bytes": bytes, "max_work": work, "error": kind.code() })
    };
    let good = "encoders/tensor.onnx";
    let mut cases = vec![
        case(
            "no file",
            "encoders/absent.onnx",
            [None; 2],
            ErrorKind::FileUnreadable,
        ),
        case(
            "too large",
            good,
            [Some(100), None],
            ErrorKind::ModelTooLarge,
        ),
        case(
            "too much work",
            good,
            [None, Some(10)],
            ErrorKind::ModelTooLarge,
        ),
    ];
    let broken = tiny::broken()
        .into_iter()
        .map(|file| ("encoders/broken-", file));
    let hostile = hostile::files().into_iter().map(|file| ("hostile/", file));
    for (folder, (name, bytes, kind)) in broken.chain(hostile) {
        let file = format!("{folder}{name}.onnx");
        let error = Encoder::from_bytes(&bytes).expect_err(name);
        assert_eq!(error.kind(), kind, "{name}: {error}");
        cases.push(case(name, &file, [None; 2], kind));
        files.insert(file, bytes);
    }
    write(
        files,
        "load",
        json!({ "format": 1, "kind": "load" }),
        "cases",
        &cases,
    );
}

/// Features that an encoder gives for numbers of its own.
fn some_features(name: &str, rows: u64) -> Vec<u8> {
    let encoders = tiny::encoders();
    let (_, bytes) = encoders
        .iter()
        .find(|(other, _)| *other == name)
        .expect("an encoder of this name");
    let encoder = Encoder::builder()
        .memo(MEMO)
        .from_bytes(bytes)
        .expect("a good encoder");
    let width = encoder.manifest().input.shape()[0];
    let data: Vec<Vec<f32>> = (0..rows)
        .map(|row| super::numbers(row + 60, width))
        .collect();
    let inputs: Vec<Input> = data
        .iter()
        .map(|row| Input::tensor(row, &[width]).expect("a row"))
        .collect();
    encoder
        .encode_batch(&inputs)
        .expect("good inputs")
        .to_bytes()
}

/// As another tool would write it.
fn foreign(
    tensor: &str,
    dtype: Tensor,
    shape: &[usize],
    bytes: &[u8],
    metadata: &[(&str, &str)],
) -> Vec<u8> {
    let view = TensorView::new(dtype, shape.to_vec(), bytes).expect("shape and bytes agree");
    let metadata: HashMap<String, String> = metadata
        .iter()
        .map(|(k, v)| (k.to_string(), v.to_string()))
        .collect();
    safetensors::serialize([(tensor, view)], Some(metadata)).expect("one tensor")
}

fn features(files: &mut Files) {
    let whole = some_features("tensor", 3);
    let floats: Vec<u8> = super::numbers(70, 6)
        .iter()
        .flat_map(|x| x.to_le_bytes())
        .collect();
    let good = [
        ("exact", whole.clone()),
        ("f16", some_features("tensor-f16", 3)),
        ("int8", some_features("tensor-int8", 3)),
        ("laplace", some_features("laplace", 2)),
        ("drawn", some_features("substitute", 5)),
        (
            "foreign",
            foreign("features", Tensor::F32, &[2, 3], &floats, &[]),
        ),
    ];
    let bad = [
        ("empty", Vec::new()),
        (
            "text",
            b"these are no features, but it is long enough".to_vec(),
        ),
        ("truncated", whole[..whole.len() - 4].to_vec()),
        (
            "no-tensor",
            foreign("other", Tensor::F32, &[2, 3], &floats, &[]),
        ),
        (
            "doubles",
            foreign("features", Tensor::F64, &[3], &floats, &[]),
        ),
        (
            "no-scale",
            foreign("features", Tensor::I8, &[4, 6], &floats, &[]),
        ),
    ];
    let mut cases = Vec::new();
    for (name, bytes) in good {
        let file = format!("features/{name}.safetensors");
        let read = Features::from_bytes(&bytes).expect(name);
        let mut case = contents(&read);
        case["name"] = json!(name);
        case["file"] = json!(file);
        case["encoder"] = json!(read.encoder());
        case["release"] = json!(read.release());
        case["dtype"] = json!(read.dtype());
        case["indices"] = json!(read.indices());
        case["table"] = json!(read.table());
        cases.push(case);
        files.insert(file, bytes);
    }
    for (name, bytes) in bad {
        let file = format!("features/broken-{name}.safetensors");
        let kind = Features::from_bytes(&bytes).expect_err(name).kind();
        assert_eq!(kind, ErrorKind::FeaturesMalformed, "{name}");
        cases.push(json!({ "name": name, "file": file, "error": kind.code() }));
        files.insert(file, bytes);
    }
    write(
        files,
        "features",
        json!({ "format": 1, "kind": "features" }),
        "cases",
        &cases,
    );
}

fn resolve(files: &mut Files) {
    let table = tiny::table();
    let other = SubstituteTable::new(&super::numbers(22, 12), &[6, 2]).expect("a good table");
    let mut hole = table.to_bytes().to_vec();
    let end = hole.len();
    hole[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    let far = [9u8, 0];
    let marks = [
        ("tiprdc.table", table.digest()),
        ("tiprdc.release", "substitute"),
    ];
    files.insert("tables/other.safetensors".into(), other.to_bytes().to_vec());
    files.insert("tables/broken-hole.safetensors".into(), hole);
    files.insert(
        "tables/broken-truncated.safetensors".into(),
        table.to_bytes()[..40].to_vec(),
    );
    // One entry of metadata less than a real file has: with two, the library writes them in any order.
    let far = foreign("features", Tensor::U16, &[1, 1], &far, &marks[..1]);
    files.insert("features/far.safetensors".into(), far);
    let case = |name: &str, features: &str, table: &str| {
        let (features, table) = (
            format!("features/{features}.safetensors"),
            format!("tables/{table}.safetensors"),
        );
        let mut case = json!({ "name": name, "features": features, "table": table });
        let read = Features::from_bytes(&files[&features]).expect("good features");
        let resolved = SubstituteTable::from_bytes(files[&table].clone())
            .and_then(|table| table.resolve(&read));
        match resolved {
            Ok(resolved) => case["resolved"] = contents(&resolved),
            Err(error) => case["error"] = json!(error.kind().code()),
        }
        case
    };
    let cases = [
        case("indices", "drawn", "small"),
        case("another table", "drawn", "other"),
        case("no indices", "exact", "small"),
        case("an index beyond the table", "far", "small"),
        case("not a number in the table", "drawn", "broken-hole"),
        case("a truncated table", "drawn", "broken-truncated"),
    ];
    let codes: Vec<&Json> = cases.iter().map(|case| &case["error"]).collect();
    assert_eq!(
        codes,
        [
            &json!(null),
            &json!(303),
            &json!(303),
            &json!(303),
            &json!(302),
            &json!(302)
        ]
    );
    write(
        files,
        "resolve",
        json!({ "format": 1, "kind": "resolve" }),
        "cases",
        &cases,
    );
}

/// Sensor events, as windows of the encoder of series: 3 channels of 8 steps.
fn windows(files: &mut Files) {
    let encoder = Encoder::from_bytes(&files["encoders/series.onnx"]).expect("a good encoder");
    let series = encoder.manifest().input.series().expect("it takes series");
    let cases = super::sensors::cases().into_iter().map(|case| {
        let (name, sensors, stride, expected) = case;
        let found = super::sensors::windows(series, &sensors, stride);
        let mut json = json!({ "name": name, "sensors": sensors, "stride": stride });
        match (found, expected) {
            (Ok(data), None) => {
                let count = data.len() / (series.channels * series.steps);
                json["windows"] = json!({
                    "shape": [count, series.channels, series.steps], "data": list(&data)
                });
            }
            (Err(error), Some(kind)) if error.kind() == kind => json["error"] = json!(kind.code()),
            (found, expected) => panic!("{name}: {found:?} instead of {expected:?}"),
        }
        json
    });
    let cases: Vec<Json> = cases.collect();
    let head = json!({
        "format": 1, "kind": "windows", "encoder": "encoders/series.onnx",
        "rate_hz": series.rate_hz, "tolerance": TOLERANCE,
    });
    write(files, "windows", head, "cases", &cases);
}
