//! The encoders, tables and damaged files of `testdata/`.

use super::*;
use std::collections::BTreeMap;
use tiprdc::{MANIFEST_KEY, SubstituteTable};

/// Files by their path below `testdata/`.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The device secret that makes draws of random releases repeatable.
pub const MEMO: [u8; 32] = [7; 32];

/// Six substitutes of two numbers.
pub fn table() -> SubstituteTable {
    SubstituteTable::new(&numbers(21, 12), &[6, 2]).expect("a good table")
}

/// All encoders that load, by name.
pub fn encoders() -> Vec<(&'static str, Vec<u8>)> {
    let dense = |manifest: Manifest| {
        let model = dense_graph().bytes(&[3]);
        embed_manifest(&model, &manifest).expect("a good manifest")
    };
    let rounded = |name, dtype, scale| {
        let mut manifest = named(name, tensor_input(&[4]), &[3]);
        manifest.output.dtype = dtype;
        manifest.output.scale = scale;
        dense(manifest)
    };
    let noisy = |name, release: Result<Release>| {
        let mut manifest = named(name, tensor_input(&[4]), &[3]);
        manifest.release = release.expect("good settings");
        dense(manifest)
    };
    let loud = |name, dtype, scale| {
        let mut manifest = named(name, tensor_input(&[2]), &[2]);
        manifest.output.dtype = dtype;
        manifest.output.scale = scale;
        manifest
    };
    let mut loud_laplace = loud("loud", Dtype::F32, None);
    loud_laplace.release = Release::laplace_for_epsilon(1.0, 2.0).expect("good settings");
    let shout = |manifest: Manifest| embed_manifest(&shouting(), &manifest).expect("it is good");
    vec![
        ("record", dense(named("record", record_input(), &[3]))),
        ("booleans", dense(named("booleans", boolean_input(), &[3]))),
        ("tensor", dense(named("tensor", tensor_input(&[4]), &[3]))),
        ("tensor-f16", rounded("tensor-f16", Dtype::F16, None)),
        (
            "tensor-int8",
            rounded("tensor-int8", Dtype::Int8, Some(0.02)),
        ),
        ("series", series()),
        ("image", image()),
        ("image-gray", gray()),
        (
            "laplace",
            noisy("laplace", Release::laplace_for_epsilon(1.0, 4.0)),
        ),
        (
            "gaussian",
            noisy("gaussian", Release::gaussian_for_epsilon(1.0, 4.0, 1e-6)),
        ),
        ("substitute", substitute()),
        ("loud", shout(loud_laplace)),
        ("loud-exact", shout(loud("loud-exact", Dtype::F32, None))),
        ("loud-f16", shout(loud("loud-f16", Dtype::F16, None))),
        (
            "loud-int8",
            shout(loud("loud-int8", Dtype::Int8, Some(1e30))),
        ),
    ]
}

/// A boolean that training made categories of, one that it made a number of, and a number.
fn boolean_input() -> InputSpec {
    let numeric = |name: &str, mean, std| Field {
        name: name.into(),
        kind: FieldKind::Numeric { mean, std },
    };
    let categories = ["False", "True"].map(String::from).to_vec();
    InputSpec::Record(RecordSpec {
        fields: vec![
            Field {
                name: "member".into(),
                kind: FieldKind::Categorical { categories },
            },
            numeric("active", 0.25, 0.5),
            numeric("age", 40.0, 10.0),
        ],
    })
}

fn named(name: &str, input: InputSpec, output: &[usize]) -> Manifest {
    Manifest {
        name: name.into(),
        ..manifest(input, output)
    }
}

/// `2e38 x0` and `1e38 (x0 + x1)`: infinite features of large numbers, NaN of large ones with two signs.
fn shouting() -> Vec<u8> {
    Graph::new(&[2])
        .weight("w", &[1], &[1e38])
        .indices("first", &[0])
        .node("Mul", &["x", "w"], "large", vec![])
        .node("Gather", &["large", "first"], "one", vec![int("axis", 1)])
        .node("Add", &["large", "one"], "y", vec![])
        .bytes(&[2])
}

/// Convolution and pooling over time.
fn series() -> Vec<u8> {
    let spec = series_input(3, 8, &[0.1, 0.0, -0.2], &[0.5, 1.0, 2.0]);
    let model = Graph::new(&[3, 8])
        .weight("w", &[2, 3, 3], &numbers(5, 18))
        .weight("b", &[2], &numbers(6, 2))
        .node("Conv", &["x", "w", "b"], "c", vec![ints("pads", &[1, 1])])
        .node("Relu", &["c"], "r", vec![])
        .node(
            "MaxPool",
            &["r"],
            "y",
            vec![ints("kernel_shape", &[2]), ints("strides", &[2])],
        )
        .bytes(&[2, 4]);
    embed_manifest(&model, &named("series", spec, &[2, 4])).expect("a good manifest")
}

/// Colours, 6 x 4, cut to the aspect ratio.
fn image() -> Vec<u8> {
    let mut spec = image_input(6, 4, 3, Fit::Crop);
    spec.mean = vec![0.5, 0.4, 0.3];
    spec.std = vec![0.25, 0.2, 0.3];
    let model = Graph::new(&[3, 4, 6])
        .weight("w", &[2, 3, 2, 2], &numbers(7, 24))
        .weight("b", &[2], &numbers(8, 2))
        .node(
            "Conv",
            &["x", "w", "b"],
            "c",
            vec![ints("strides", &[2, 2])],
        )
        .node("Relu", &["c"], "y", vec![])
        .bytes(&[2, 2, 3]);
    let manifest = named("image", InputSpec::Image(spec), &[2, 2, 3]);
    embed_manifest(&model, &manifest).expect("a good manifest")
}

/// Luma, 3 x 3, stretched, given back as it is.
fn gray() -> Vec<u8> {
    let spec = InputSpec::Image(image_input(3, 3, 1, Fit::Stretch));
    let model = Graph::new(&[1, 3, 3])
        .node("Identity", &["x"], "y", vec![])
        .bytes(&[1, 3, 3]);
    embed_manifest(&model, &named("image-gray", spec, &[1, 3, 3])).expect("a good manifest")
}

/// The input is the logits of six substitutes.
fn substitute() -> Vec<u8> {
    let model = Graph::new(&[6])
        .node("Identity", &["x"], "y", vec![])
        .bytes(&[6]);
    let mut manifest = named("substitute", tensor_input(&[6]), &[1]);
    manifest.release = Release::substitute(6, 0.5, 4.0, table().digest()).expect("good settings");
    embed_manifest(&model, &manifest).expect("a good manifest")
}

/// Six channels of 128 steps, for tests: not trained, hides nothing.
pub fn example() -> Vec<u8> {
    let spec = series_input(6, 128, &[], &[]);
    let model = Graph::new(&[6, 128])
        .weight("w", &[8, 6, 9], &numbers(9, 432))
        .weight("b", &[8], &numbers(10, 8))
        .node(
            "Conv",
            &["x", "w", "b"],
            "c",
            vec![ints("pads", &[4, 4]), ints("strides", &[4])],
        )
        .node("Relu", &["c"], "y", vec![])
        .bytes(&[8, 32]);
    let mut manifest = named("example-motion", spec, &[8, 32]);
    manifest.method = Method {
        kind: "untrained".into(),
        ..Method::default()
    };
    embed_manifest(&model, &manifest).expect("a good manifest")
}

/// Eight seconds of a made-up walk at 50 Hz: rotation (rad/s) and acceleration without gravity (g), three axes each, as
/// `examples/motion-gender.onnx` takes them.
pub fn recording() -> Vec<u8> {
    let mut text = String::from(
        "rotation_x,rotation_y,rotation_z,acceleration_x,acceleration_y,acceleration_z\n",
    );
    let noise = numbers(11, 400 * 6);
    for row in 0..400 {
        let phase = row as f32 / 50.0 * 1.9 * std::f32::consts::TAU;
        let values = (0..6).map(|axis| {
            let step = (phase + axis as f32).sin() + 0.4 * (2.0 * phase + axis as f32).sin();
            let value = step * [0.9, 0.6, 0.5, 0.2, 0.4, 0.3][axis] + 0.05 * noise[row * 6 + axis];
            format!("{value:.4}")
        });
        text += &values.collect::<Vec<_>>().join(",");
        text.push('\n');
    }
    text.into_bytes()
}

/// Files that are no encoders, each with its kind.
pub fn broken() -> Vec<(&'static str, Vec<u8>, tiprdc::ErrorKind)> {
    use tiprdc::ErrorKind::*;
    let good = dense_graph().file(&[4], &[3]);
    let bare = dense_graph().bytes(&[3]);
    let says = |json: &str| with_metadata(dense_graph().model(&[3]), json);
    let json = manifest(tensor_input(&[4]), &[3]).to_json();
    let looping = Graph::new(&[4])
        .node("Loop", &["x"], "y", vec![])
        .file(&[4], &[4]);
    vec![
        ("empty", Vec::new(), ManifestMissing),
        ("text", b"this is no model".to_vec(), ModelMalformed),
        ("truncated", good[..good.len() / 2].to_vec(), ModelMalformed),
        ("loop", looping, OperatorNotAllowed),
        ("no-manifest", bare.clone(), ManifestMissing),
        ("bad-json", says("{\"format\": 1,"), ManifestInvalid),
        (
            "unknown-field",
            says(&json.replacen('{', "{\"surprise\":1,", 1)),
            ManifestInvalid,
        ),
        (
            "from-the-future",
            says(&json.replacen("\"format\":1", "\"format\":9", 1)),
            ManifestUnsupported,
        ),
        (
            "another-shape",
            pack(&bare, tensor_input(&[4]), &[2]),
            ManifestMismatch,
        ),
    ]
}

/// A manifest that was not checked.
fn with_metadata(mut model: ModelProto, json: &str) -> Vec<u8> {
    model.metadata_props.push(pb::StringStringEntryProto {
        key: MANIFEST_KEY.into(),
        value: json.into(),
    });
    model.encode_to_vec()
}
