//! Releases from the outside: packed, inspected, drawn and resolved.

mod support;

use support::releases::*;
use support::*;
use tiprdc::{Encoder, SubstituteTable};

#[test]
fn a_release_is_packed_by_scale_and_by_epsilon_and_inspect_says_both() {
    let place = Place::new().with_encoder();
    let laplace = ["--release", "laplace", "--clip", "2", "--scale", "0.5"];
    let packed = pack(&place, "a.onnx", &laplace);
    assert_eq!(packed["manifest"]["release"]["epsilon"], 8.0);
    let text = place.run(&["inspect", "a.onnx"]).expect(0).out;
    assert!(text.contains("epsilon 8 nats, one draw"), "{text}");

    let gaussian = [
        "--release",
        "gaussian",
        "--clip",
        "4",
        "--epsilon",
        "8",
        "--delta",
        "1e-6",
    ];
    pack(&place, "b.onnx", &gaussian);
    let shown = place.run(&["inspect", "b.onnx", "--json"]).expect(0).json();
    let release = &shown["manifest"]["release"];
    assert_eq!(release["kind"], "gaussian");
    assert_eq!(release["epsilon"], 8.0);
    let scale = release["scale"].as_f64().expect("a number");
    assert!((3.0..7.0).contains(&scale), "{release}");
    let text = place.run(&["inspect", "b.onnx"]).expect(0).out;
    assert!(
        text.contains("epsilon 8 nats, one draw, delta 1e-6"),
        "{text}"
    );

    // So much noise that delta alone covers it.
    let covered = [
        "--release",
        "gaussian",
        "--clip",
        "1",
        "--scale",
        "1000",
        "--delta",
        "0.01",
    ];
    pack(&place, "e.onnx", &covered);
    let text = place.run(&["inspect", "e.onnx"]).expect(0).out;
    assert!(text.contains("epsilon 0 nats"), "{text}");

    // Epsilon alone: more noise in an encoder that has some.
    let half = [
        "pack",
        "a.onnx",
        "--epsilon",
        "4",
        "--out",
        "c.onnx",
        "--json",
    ];
    let half = place.run(&half).expect(0).json();
    assert_eq!(half["manifest"]["release"]["scale"], 1.0);
    // And back.
    let back = ["pack", "c.onnx", "--release", "exact", "--out", "d.onnx"];
    place.run(&back).expect(0);
    let text = place.run(&["inspect", "d.onnx"]).expect(0).out;
    assert!(text.contains("no bound is proven"), "{text}");
}

#[test]
fn a_bound_is_never_shown_smaller_than_it_is() {
    let place = Place::new().with_encoder();
    // 2 * 2 / 1.2 is 3.3333...
    let laplace = ["--release", "laplace", "--clip", "2", "--scale", "1.2"];
    pack(&place, "a.onnx", &laplace);
    let text = place.run(&["inspect", "a.onnx"]).expect(0).out;
    assert!(text.contains("epsilon 3.33334 nats"), "{text}");
}

#[test]
fn arguments_that_do_not_go_together_are_refused() {
    let place = Place::new().with_encoder();
    table(&place);
    let bad = |arguments: &[&str], words: &[&str]| {
        let fixed = ["pack", "out/encoder.onnx", "--out", "bad.onnx"];
        place
            .run(&[&fixed[..], arguments].concat())
            .complains(words);
        assert!(!place.has("bad.onnx"));
    };
    bad(&["--epsilon", "4"], &["exact"]);
    bad(&["--clip", "4"], &["--release"]);
    bad(
        &["--release", "laplace", "--clip", "2"],
        &["--scale or --epsilon"],
    );
    bad(&["--release", "laplace", "--scale", "2"], &["--clip"]);
    bad(
        &[
            "--release",
            "laplace",
            "--clip",
            "2",
            "--scale",
            "1",
            "--epsilon",
            "1",
        ],
        &["--epsilon"],
    );
    bad(
        &[
            "--release",
            "laplace",
            "--clip",
            "2",
            "--scale",
            "1",
            "--delta",
            "1e-6",
        ],
        &["--delta"],
    );
    bad(
        &["--release", "gaussian", "--clip", "2", "--scale", "1"],
        &["--delta"],
    );
    bad(&["--release", "exact", "--clip", "2"], &["--clip"]);
    bad(
        &["--release", "laplace", "--clip", "0", "--scale", "1"],
        &["release.clip"],
    );
    bad(
        &[
            "--release",
            "substitute",
            "--temperature",
            "1",
            "--range",
            "1",
        ],
        &["--table"],
    );
    bad(&SUBSTITUTE, &["--range or --epsilon"]);
    bad(&["--dtype", "int8"], &["--step"]);
    bad(&["--dtype", "f16", "--step", "0.1"], &["output.scale"]);
    let small = SubstituteTable::new(&[0.0, 1.0], &[2]).expect("two substitutes");
    place.write("small.safetensors", small.to_bytes());
    let mut other = SUBSTITUTE;
    other[3] = "small.safetensors";
    bad(
        &[&other[..], &["--range", "1"]].concat(),
        &["small.safetensors", "2 substitutes"],
    );
    other[3] = "people.csv";
    bad(&[&other[..], &["--range", "1"]].concat(), &["people.csv"]);
}

#[test]
fn noise_is_fresh_and_numbers_are_rounded() {
    let place = Place::new().with_encoder();
    let laplace = [
        "--release",
        "laplace",
        "--clip",
        "2",
        "--scale",
        "0.5",
        "--dtype",
        "int8",
        "--step",
        "0.25",
    ];
    pack(&place, "noisy.onnx", &laplace);
    for out in ["1.safetensors", "2.safetensors"] {
        let ran = place.run(&["encode", "noisy.onnx", "people.csv", "--out", out, "--json"]);
        assert_eq!(ran.expect(0).json()["release"], "laplace");
    }
    let (one, two) = (
        features(&place, "1.safetensors"),
        features(&place, "2.safetensors"),
    );
    assert_ne!(one, two, "two runs drew the same noise");
    assert!(
        one.data()
            .iter()
            .all(|x| (x / 0.25).fract() == 0.0 && x.abs() <= 32.0)
    );
    let ran = place.run(&["inspect", "noisy.onnx"]).expect(0);
    assert!(ran.out.contains("int8, in steps of 0.25"), "{}", ran.out);
    // One byte a number, after the header.
    let numbers: usize = one.shape().iter().product();
    assert!(place.read("1.safetensors").len() < numbers + 400);
}

#[test]
fn substitutes_are_drawn_and_resolved() {
    let place = Place::new().with_encoder();
    let digest = table(&place);
    let packed = pack(
        &place,
        "pass.onnx",
        &[&SUBSTITUTE[..], &["--epsilon", "2"]].concat(),
    );
    let manifest = &packed["manifest"];
    assert_eq!(manifest["release"]["table"], digest.as_str());
    assert_eq!(manifest["output"]["shape"], serde_json::json!([1]));
    let stated = manifest["release"]["epsilon"].as_f64().expect("a number");
    assert!((stated - 2.0).abs() < 1e-6, "{stated}");
    let ran = place.run(&["inspect", "pass.onnx"]).expect(0);
    for words in [
        "the index of one of",
        "epsilon 2 nats, one draw",
        &digest[..12],
    ] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }

    place
        .run(&[
            "encode",
            "pass.onnx",
            "people.csv",
            "--out",
            "f.safetensors",
        ])
        .expect(0);
    let resolve = [
        "resolve",
        "f.safetensors",
        "--table",
        "table.safetensors",
        "--out",
        "r.safetensors",
    ];
    let ran = place
        .run(&[&resolve[..], &["--json"]].concat())
        .expect(0)
        .json();
    assert_eq!(ran["table"], digest.as_str());
    assert_eq!(ran["shape"], serde_json::json!([400, 2]));
    let records = features(&place, "r.safetensors");
    let indices = features(&place, "f.safetensors")
        .indices()
        .expect("indices");
    for (row, index) in indices.into_iter().enumerate() {
        assert_eq!(records.row(row), [index as f32, 2.0 * index as f32]);
    }
    assert_eq!(
        records.encoder(),
        packed["sha256"].as_str().expect("a digest")
    );

    // What does not belong together, and what is damaged: exit code 2, and no file.
    let refused = |features: &str, table: &str, words: &[&str]| {
        place
            .run(&[
                "resolve",
                features,
                "--table",
                table,
                "--out",
                "no.safetensors",
            ])
            .complains(words);
        assert!(!place.has("no.safetensors"));
    };
    let other = SubstituteTable::new(&[0.0, 1.0], &[2]).expect("two substitutes");
    place.write("other.safetensors", other.to_bytes());
    refused(
        "f.safetensors",
        "other.safetensors",
        &["f.safetensors", "SHA-256"],
    );
    refused(
        "r.safetensors",
        "table.safetensors",
        &["r.safetensors", "resolved already"],
    );
    refused("f.safetensors", "people.csv", &["people.csv"]);
    refused("people.csv", "table.safetensors", &["people.csv"]);
    refused("gone", "table.safetensors", &["gone"]);
    // An audit of indices would be of numbers without a meaning.
    place
        .run(&[
            "audit",
            "--features",
            "f.safetensors",
            "--labels",
            "people.csv",
            "--private",
            "gender",
        ])
        .complains(&["indices", "--table"]);

    // The network's logits are there again when the release is exact.
    place
        .run(&[
            "pack",
            "pass.onnx",
            "--release",
            "exact",
            "--out",
            "exact.onnx",
        ])
        .expect(0);
    let exact = Encoder::open(place.path("exact.onnx")).expect("an encoder");
    let before = Encoder::open(place.path("out/encoder.onnx")).expect("an encoder");
    assert_eq!(exact.manifest(), before.manifest());
}
