//! Encoders that are made to tell more than their epsilon, by other ways than the numbers that leave.

mod support;

use support::*;
use tiprdc::{Dtype, Encoder, EncoderBuilder, ErrorKind, Input, OutputSpec, Release, Result};

/// `x -> y`, of one number for each person, above 0 for those with the secret.
fn told_by(node: &str, release: Release) -> Vec<u8> {
    let graph = Graph::new(&[2]);
    let graph = match node {
        // NaN, and numbers for everyone else.
        "Sqrt" => graph
            .node("Neg", &["x"], "n", vec![])
            .node("Sqrt", &["n"], "y", vec![]),
        "Log" => graph
            .node("Neg", &["x"], "n", vec![])
            .node("Log", &["n"], "y", vec![]),
        // Infinite.
        "Exp" => graph
            .weight("w", &[1], &[200.0])
            .node("Mul", &["x", "w"], "n", vec![])
            .node("Exp", &["n"], "y", vec![]),
        _ => unreachable!("one of these"),
    };
    let mut manifest = manifest(tensor_input(&[2]), &[2]);
    if release.name() == "substitute" {
        manifest.output.shape = vec![1];
    }
    manifest.release = release;
    tiprdc::embed_manifest(&graph.bytes(&[2]), &manifest).expect("the manifest is valid")
}

fn releases() -> [Release; 3] {
    [
        Release::laplace_for_epsilon(1.0, 0.1).expect("good settings"),
        Release::gaussian_for_epsilon(1.0, 0.1, 1e-6).expect("good settings"),
        Release::substitute(2, 1.0, 0.1, TABLE).expect("good settings"),
    ]
}

fn load(builder: EncoderBuilder, file: &[u8]) -> Encoder {
    builder.from_bytes(file).expect("the encoder is good")
}

/// So many people, every second one with the secret.
fn people(count: usize) -> Vec<[f32; 2]> {
    let secret = |person: usize| if person.is_multiple_of(2) { 1.0 } else { -1.0 };
    (0..count).map(|person| [secret(person), -0.25]).collect()
}

fn inputs(people: &[[f32; 2]]) -> Vec<Input<'_>> {
    let input = |person| Input::tensor(person, &[2]);
    people
        .iter()
        .map(|person| input(person).expect("two numbers"))
        .collect()
}

/// No failure, and no threshold on the first number, tells more than the bound allows.
#[test]
fn failures_of_a_network_tell_nothing() {
    let people = people(40_000);
    let inputs = inputs(&people);
    for node in ["Sqrt", "Log", "Exp"] {
        for release in releases() {
            let encoder = load(Encoder::builder(), &told_by(node, release.clone()));
            let features = encoder.encode_batch(&inputs).expect("nothing fails");
            let first = |person: usize| features.row(person)[0];
            let share = |from: usize, threshold: f32| {
                let group = (from..people.len()).step_by(2);
                let above = group.clone().filter(|&person| first(person) > threshold);
                above.count() as f64 / group.count() as f64
            };
            let epsilon = release.epsilon().expect("random");
            for threshold in [-30.0, -10.0, -1.0, 0.0, 0.5, 1.0, 10.0, 30.0] {
                let (with, without) = (share(0, threshold), share(1, threshold));
                for (one, other) in [(with, without), (without, with)] {
                    // Five standard deviations of a share of 20,000, twice.
                    let most = epsilon.exp() * other + 1e-6 + 10.0 * (0.25 / 20_000.0f64).sqrt();
                    assert!(
                        one <= most,
                        "{node} {release:?}: {one} and {other} above {threshold}"
                    );
                }
            }
        }
    }
}

/// With one draw, NaN leaves as 0 and an infinite number as the largest: on every way out.
#[test]
fn what_is_not_finite_leaves_as_its_finite_number() {
    let seeded = || Encoder::builder().insecure_test_seed(3);
    for release in [laplace(), gaussian()] {
        for (dtype, scale) in [
            (Dtype::F32, None),
            (Dtype::F16, None),
            (Dtype::Int8, Some(0.1)),
        ] {
            let output = OutputSpec {
                shape: vec![2],
                dtype,
                scale,
            };
            let plain = load(seeded(), &released(release.clone(), output.clone()));
            let mut manifest = plain.manifest().clone();
            manifest.release = release.clone();
            let nan = Graph::new(&[2])
                .node("Sqrt", &["x"], "y", vec![])
                .bytes(&[2]);
            let nan = tiprdc::embed_manifest(&nan, &manifest).expect("the manifest is valid");
            let (nan, rows) = (load(seeded(), &nan), [[-1.0, 4.0], [9.0, -2.0]]);
            let roots = [[0.0, 2.0], [3.0, 0.0]];
            let found = nan.encode_batch(&inputs(&rows)).expect("nothing fails");
            let expected = plain.encode_batch(&inputs(&roots)).expect("good inputs");
            assert_eq!(found.data(), expected.data(), "{dtype:?}");
            let found = nan.encode(&inputs(&rows)[0]).expect("nothing fails");
            let expected = plain.encode(&inputs(&roots)[0]).expect("good inputs");
            assert_eq!(found.data(), expected.data(), "{dtype:?}");
        }
    }
}

/// The attack on an exact release is no attack: it promises nothing. But no NaN leaves, in any type.
#[test]
fn an_exact_release_refuses_what_is_not_finite() {
    for (dtype, scale) in [
        (Dtype::F32, None),
        (Dtype::F16, None),
        (Dtype::Int8, Some(0.1)),
    ] {
        let mut manifest = manifest(tensor_input(&[2]), &[2]);
        manifest.output = OutputSpec {
            shape: vec![2],
            dtype,
            scale,
        };
        let bad = Graph::new(&[2])
            .node("Log", &["x"], "y", vec![])
            .bytes(&[2]);
        let file = tiprdc::embed_manifest(&bad, &manifest).expect("the manifest is valid");
        let encoder = load(Encoder::builder(), &file);
        for bad in [-1.0, 0.0] {
            let rows = [[1.0, 2.0], [3.0, bad]];
            let inputs = inputs(&rows);
            let mut out = [5.0; 2];
            let refusals: [Result<()>; 3] = [
                encoder.encode(&inputs[1]).map(drop),
                encoder.encode_into(&inputs[1], &mut out),
                encoder.encode_batch(&inputs).map(drop),
            ];
            for refusal in refusals {
                let error = refusal.expect_err("not finite");
                assert_eq!(error.kind(), ErrorKind::FeaturesNotFinite, "{dtype:?}");
            }
            assert_eq!(out, [0.0; 2], "nothing of it stays behind");
        }
    }
}

/// Batch axes that carry one person's secret into everybody's row: by numbers that only a secret holds, and by an axis
/// that is counted among others.
fn spreading() -> [Vec<u8>; 2] {
    let most = Graph::new(&[2])
        .weight("ten", &[1], &[10.0])
        .node("Sub", &["x", "ten"], "s", vec![])
        .node("Relu", &["s"], "r", vec![])
        .node(
            "ReduceMax",
            &["r"],
            "m",
            vec![ints("axes", &[0]), int("keepdims", 1)],
        )
        .node("Add", &["x", "m"], "y", vec![]);
    let all = Graph::new(&[2])
        .opset(11)
        .node("Softmax", &["x"], "y", vec![int("axis", 0)]);
    [most.bytes(&[2]), all.bytes(&[2])]
}

#[test]
fn one_persons_secret_is_in_nobody_elses_row() {
    for release in releases().into_iter().chain([Release::Exact]) {
        let mut manifest = manifest(tensor_input(&[2]), &[2]);
        if release.name() == "substitute" {
            manifest.output.shape = vec![1];
        }
        manifest.release = release;
        for (model, size) in spreading()
            .iter()
            .flat_map(|model| [32, 128, 300].map(|size| (model, size)))
        {
            let file = tiprdc::embed_manifest(model, &manifest).expect("it is valid");
            let released = |secret: f32| {
                let mut people = people(size);
                people[size / 2] = [secret, secret];
                let encoder = load(Encoder::builder().insecure_test_seed(1), &file);
                let features = encoder.encode_batch(&inputs(&people)).expect("good inputs");
                let mut rows: Vec<_> = (0..size).map(|row| features.row(row).to_vec()).collect();
                rows.remove(size / 2);
                rows
            };
            assert_eq!(released(0.0), released(1000.0), "a batch of {size}");
        }
    }
}
