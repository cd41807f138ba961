//! The manifest in the model file: what goes in comes out, and nothing else in the file changes.

mod support;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use prost::Message;
use support::*;
use tiprdc::{
    AuditSummary, Encoder, ErrorKind, MANIFEST_KEY, Manifest, Method, TaskSummary, Training,
    embed_manifest, read_manifest,
};
use tract_onnx::pb::{ModelProto, StringStringEntryProto};

/// 0 to 1 in thousandths.
fn share() -> impl Strategy<Value = f64> {
    (0u32..=1000).prop_map(|thousandths| f64::from(thousandths) / 1000.0)
}

fn manifests() -> impl Strategy<Value = Manifest> {
    let names = prop::collection::vec(any::<String>(), 0..4);
    let training = prop::option::of((any::<String>(), any::<u32>(), any::<u64>(), any::<String>()));
    let audit = prop::option::of((any::<String>(), share(), share()));
    let input = prop_oneof![
        (1usize..9, 1usize..9).prop_map(|(a, b)| tensor_input(&[a, b])),
        (1usize..4, 1usize..9, -5.0..5.0f32).prop_map(|(channels, steps, mean)| {
            series_input(channels, steps, &vec![mean; channels], &vec![0.5; channels])
        }),
        Just(record_input()),
    ];
    (
        ".+",
        any::<String>(),
        input,
        names,
        prop::option::of(share()),
        training,
        audit,
    )
        .prop_map(|(name, version, input, private, lambda, training, audit)| {
            let mut made = manifest(input, &[3, 2]);
            made.name = name;
            made.version = version;
            made.method = Method {
                kind: "tiprdc".into(),
                lambda,
                private: private.clone(),
                tasks: private,
            };
            made.training = training.map(|(dataset, rows, seed, run)| Training {
                dataset,
                rows: rows as usize,
                seed,
                tiprdc: "0.1.0".into(),
                run,
            });
            made.audit = audit.map(|(attribute, low, high)| AuditSummary {
                attribute: attribute.clone(),
                strongest_attacker: "mlp".into(),
                balanced_accuracy: low,
                interval: [low, high],
                chance: 0.5,
                tasks: vec![TaskSummary {
                    attribute,
                    balanced_accuracy: high,
                    chance: low,
                }],
                ..AuditSummary::default()
            });
            made
        })
}

fn config() -> Config {
    Config {
        cases: 256,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_embedded_is_read(manifest in manifests()) {
        let model = dense_graph().bytes(&[3]);
        let packed = embed_manifest(&model, &manifest).expect("the manifest is good");
        prop_assert_eq!(read_manifest(&packed).expect("it is in there"), manifest.clone());
        prop_assert_eq!(Manifest::from_json(&manifest.to_json()).expect("its own JSON"), manifest);
    }

    #[test]
    fn embedding_again_replaces_and_leaves_the_rest_as_it_was(first in manifests(), second in manifests()) {
        let model = dense_graph().bytes(&[3]);
        let once = embed_manifest(&model, &first).expect("the manifest is good");
        prop_assert!(once.starts_with(&model), "the model's own bytes come first, unchanged");
        let twice = embed_manifest(&once, &second).expect("the manifest is good");
        prop_assert_eq!(read_manifest(&twice).expect("one manifest"), second.clone());
        prop_assert_eq!(&twice, &embed_manifest(&model, &second).expect("the manifest is good"));
        prop_assert_eq!(embed_manifest(&twice, &second).expect("the same again"), twice);
    }
}

fn entry(key: &str, value: &str) -> StringStringEntryProto {
    StringStringEntryProto {
        key: key.into(),
        value: value.into(),
    }
}

#[test]
fn other_metadata_and_unknown_fields_survive() {
    let mut model = dense_graph().model(&[3]);
    model.metadata_props = vec![
        entry("author", "someone"),
        entry(MANIFEST_KEY, "old and broken"),
        entry("x", "y"),
    ];
    let mut bytes = model.encode_to_vec();
    // Field 1000 is in no version of ONNX; a newer one may have it.
    let unknown = [0xc2, 0x3e, 0x03, b'n', b'e', b'w'];
    bytes.extend(unknown);
    let manifest = manifest(tensor_input(&[4]), &[3]);
    let packed =
        embed_manifest(&bytes, &manifest).expect("a manifest that cannot be read is replaced too");
    let read = ModelProto::decode(packed.as_slice()).expect("still a model");
    let keys: Vec<_> = read
        .metadata_props
        .iter()
        .map(|entry| entry.key.as_str())
        .collect();
    assert_eq!(keys, ["author", "x", MANIFEST_KEY]);
    assert_eq!(read.graph, model.graph);
    assert!(
        packed
            .windows(unknown.len())
            .any(|window| window == unknown),
        "an unknown field was dropped"
    );
    Encoder::from_bytes(&packed).expect("it is an encoder");
}

#[test]
fn two_manifests_are_refused() {
    let json = manifest(tensor_input(&[4]), &[3]).to_json();
    let mut model = dense_graph().model(&[3]);
    model.metadata_props = vec![entry(MANIFEST_KEY, &json), entry(MANIFEST_KEY, &json)];
    let error = Encoder::from_bytes(&model.encode_to_vec()).expect_err("which of the two counts?");
    assert_eq!(error.kind(), ErrorKind::ManifestInvalid);
    let repaired = embed_manifest(&model.encode_to_vec(), &manifest(tensor_input(&[4]), &[3]))
        .expect("both replaced");
    Encoder::from_bytes(&repaired).expect("one manifest is left");
}

#[test]
fn a_manifest_need_not_be_text() {
    let mut bytes = dense_graph().bytes(&[3]);
    let key = MANIFEST_KEY.as_bytes();
    let mut entry = vec![0x0a, key.len() as u8];
    entry.extend(key);
    entry.extend([0x12, 2, 0xff, 0xfe]);
    bytes.extend([0x72, entry.len() as u8]);
    bytes.extend(entry);
    let error = read_manifest(&bytes).expect_err("this is not UTF-8");
    assert_eq!(error.kind(), ErrorKind::ManifestInvalid);
}

#[test]
fn what_is_not_protobuf_cannot_be_packed() {
    let manifest = manifest(tensor_input(&[4]), &[3]);
    for bytes in [
        &b"\xff"[..],
        b"text",
        b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        b"\x72\x05abc",
    ] {
        let error = embed_manifest(bytes, &manifest).expect_err("no model");
        assert_eq!(error.kind(), ErrorKind::ModelMalformed);
    }
}
