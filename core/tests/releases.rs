//! Random releases: what leaves, and from which randomness.

mod support;

use support::*;
use tiprdc::{Dtype, Encoder, EncoderBuilder, Features, Input, OutputSpec, Release};

/// One of each, on vectors of 6.
fn random() -> [Vec<u8>; 3] {
    [
        released(laplace(), plain_output(&[6])),
        released(gaussian(), plain_output(&[2, 3])),
        released(substitute(6), plain_output(&[1])),
    ]
}

fn load(builder: EncoderBuilder, file: &[u8]) -> Encoder {
    builder.from_bytes(file).expect("the encoder is good")
}

fn width(encoder: &Encoder) -> usize {
    encoder.manifest().input.shape().iter().product()
}

fn inputs<'a>(encoder: &Encoder, data: &'a [f32]) -> Vec<Input<'a>> {
    let shape = encoder.manifest().input.shape();
    data.chunks(width(encoder))
        .map(|row| Input::tensor(row, &shape).expect("rows fit"))
        .collect()
}

#[test]
fn every_call_draws_anew() {
    for file in random() {
        let encoder = load(Encoder::builder(), &file);
        let data = numbers(1, 6);
        let input = &inputs(&encoder, &data)[0];
        let draws: Vec<Vec<f32>> = (0..40)
            .map(|_| encoder.encode(input).expect("a good input").data().to_vec())
            .collect();
        assert!(
            draws.iter().any(|draw| draw != &draws[0]),
            "40 draws of one input are the same"
        );
        let same = vec![data.as_slice(); 40].concat();
        let batch = encoder
            .encode_batch(&inputs(&encoder, &same))
            .expect("good inputs");
        assert!(
            (1..40).any(|row| batch.row(row) != batch.row(0)),
            "40 records of a batch share a draw"
        );
    }
}

#[test]
fn two_encoders_never_draw_the_same() {
    let file = released(gaussian(), plain_output(&[16]));
    let draw = || {
        let encoder = load(Encoder::builder(), &file);
        let data = [0.0; 16];
        encoder
            .encode(&inputs(&encoder, &data)[0])
            .expect("a good input")
    };
    assert_ne!(draw().data(), draw().data());
}

#[test]
fn a_test_seed_repeats_all_draws_however_the_work_is_shared() {
    for file in random() {
        let data = numbers(2, 6 * 300);
        let alone = load(Encoder::builder().insecure_test_seed(5), &file);
        let inputs = inputs(&alone, &data);
        let one_by_one: Vec<f32> = inputs
            .iter()
            .flat_map(|input| alone.encode(input).expect("a good input").data().to_vec())
            .collect();
        for threads in [1, 2, 7] {
            let encoder = load(
                Encoder::builder().insecure_test_seed(5).threads(threads),
                &file,
            );
            let batch = encoder.encode_batch(&inputs).expect("good inputs");
            assert_eq!(batch.data(), one_by_one, "{threads} threads");
            let next = encoder.encode_batch(&inputs).expect("good inputs");
            assert_ne!(
                next.data(),
                one_by_one,
                "a second batch has draws of its own"
            );
        }
        let other = load(Encoder::builder().insecure_test_seed(6), &file);
        let other = other.encode_batch(&inputs).expect("good inputs");
        assert_ne!(other.data(), one_by_one, "another seed, other draws");
    }
}

#[test]
fn a_memo_gives_the_same_input_the_same_draw() {
    let memo = |byte| Encoder::builder().memo([byte; 32]);
    for file in random() {
        let encoder = load(memo(1), &file);
        let data = numbers(3, 6 * 200);
        let inputs = inputs(&encoder, &data);
        let batch = encoder.encode_batch(&inputs).expect("good inputs");
        let reopened = load(memo(1).threads(1), &file);
        for (index, input) in inputs.iter().enumerate().rev() {
            let again = reopened.encode(input).expect("a good input");
            assert_eq!(
                again.data(),
                batch.row(index),
                "another order, alone, and after a restart"
            );
        }
        let other = load(memo(2), &file)
            .encode_batch(&inputs)
            .expect("good inputs");
        assert_ne!(other.data(), batch.data(), "another secret, other draws");
        let same = vec![&data[..6]; 100].concat();
        let same = encoder
            .encode_batch(&self::inputs(&encoder, &same))
            .expect("good inputs");
        assert!((1..100).all(|row| same.row(row) == same.row(0)));
    }
}

/// In a batch, matrix products may round otherwise; with a memo that must not show.
#[test]
fn a_memo_does_not_depend_on_who_else_is_in_the_batch() {
    let model = dense_graph().bytes(&[3]);
    let mut manifest = manifest(tensor_input(&[4]), &[3]);
    manifest.release = Release::laplace(100.0, 1e-3).expect("good settings");
    let file = tiprdc::embed_manifest(&model, &manifest).expect("the manifest is valid");
    let encoder = load(Encoder::builder().memo([7; 32]), &file);
    let data = numbers(4, 4 * 130);
    let inputs = inputs(&encoder, &data);
    let batch = encoder.encode_batch(&inputs).expect("good inputs");
    for (index, input) in inputs.iter().enumerate() {
        let alone = encoder.encode(input).expect("a good input");
        assert_eq!(alone.data(), batch.row(index), "record {index}");
    }
}

#[test]
fn debug_output_of_a_builder_does_not_show_the_secret() {
    let shown = format!("{:?}", Encoder::builder().memo([0xab; 32]));
    assert!(
        !shown.contains("171") && !shown.contains("ab,"),
        "the secret is in: {shown}"
    );
}

#[test]
fn noise_is_added_to_clipped_features() {
    // Features of norm 5, clipped to 2, with next to no noise.
    for (release, expected) in [
        (
            Release::gaussian(2.0, 1e-6, 1e-6).expect("good"),
            [1.2, -1.6],
        ),
        (
            Release::laplace(2.0, 1e-6).expect("good"),
            [6.0 / 7.0, -8.0 / 7.0],
        ),
    ] {
        let encoder = load(Encoder::builder(), &released(release, plain_output(&[2])));
        let features = encoder
            .encode(&inputs(&encoder, &[3.0, -4.0])[0])
            .expect("a good input");
        assert_close(features.data(), &expected, 1e-4);
        let short = encoder
            .encode(&inputs(&encoder, &[0.5, -0.25])[0])
            .expect("a good input");
        assert_close(short.data(), &[0.5, -0.25], 1e-4);
    }
}

#[test]
fn released_numbers_lie_on_a_grid_that_knows_nothing_of_the_input() {
    let file = released(
        Release::laplace(1.0, 1024.0).expect("good"),
        plain_output(&[64]),
    );
    let encoder = load(Encoder::builder(), &file);
    let data: Vec<f32> = numbers(1, 64).iter().map(|x| x * 0.1).collect();
    let features = encoder
        .encode(&inputs(&encoder, &data)[0])
        .expect("a good input");
    // 2^-16: 26 binary digits below the scale.
    assert!(
        features
            .data()
            .iter()
            .all(|x| (f64::from(*x) * 65536.0).fract() == 0.0),
        "a digit below the grid is the input's own"
    );
}

#[test]
fn rounding_is_the_last_step() {
    let data = [0.1f32, -2.7391, 1e6, -1e6, 0.0, 0.26];
    let expected = [
        (
            Dtype::F16,
            None,
            [0.1f32, -2.7391, 65504.0, -65504.0, 0.0, 0.26],
            2e-3,
        ),
        (
            Dtype::Int8,
            Some(0.25),
            [0.0, -2.75, 31.75, -32.0, 0.0, 0.25],
            0.0,
        ),
    ];
    for (dtype, scale, expected, tolerance) in expected {
        let output = OutputSpec {
            shape: vec![6],
            dtype,
            scale,
        };
        let encoder = load(
            Encoder::builder(),
            &released(Release::Exact, output.clone()),
        );
        let features = encoder
            .encode(&inputs(&encoder, &data)[0])
            .expect("a good input");
        assert_close(features.data(), &expected.map(f64::from), tolerance);
        assert_eq!(features.dtype(), dtype);
        let again = Features::from_bytes(&features.to_bytes()).expect("its own bytes");
        assert_eq!(
            again, features,
            "{dtype:?}: the file holds all that is left"
        );
        let noisy = load(Encoder::builder(), &released(laplace(), output));
        let noisy = noisy
            .encode(&inputs(&noisy, &data)[0])
            .expect("a good input");
        let again = Features::from_bytes(&noisy.to_bytes()).expect("its own bytes");
        assert_eq!(again, noisy, "{dtype:?}, after noise");
    }
}

#[test]
fn smaller_numbers_make_smaller_files() {
    let size = |dtype, scale| {
        let output = OutputSpec {
            shape: vec![1024],
            dtype,
            scale,
        };
        let encoder = load(Encoder::builder(), &released(Release::Exact, output));
        let features = encoder.encode(&inputs(&encoder, &[0.5; 1024])[0]);
        features.expect("a good input").to_bytes().len()
    };
    let header = size(Dtype::F32, None) - 4096;
    assert!(header < 320, "{header}");
    assert!(size(Dtype::F16, None).abs_diff(2048 + header) < 64);
    assert!(size(Dtype::Int8, Some(0.1)).abs_diff(1024 + header) < 64);
}

#[test]
fn exact_features_are_those_of_the_network() {
    let encoder = load(
        Encoder::builder().memo([1; 32]),
        &released(Release::Exact, plain_output(&[6])),
    );
    let data = numbers(8, 6);
    let features = encoder
        .encode(&inputs(&encoder, &data)[0])
        .expect("a good input");
    assert_eq!(features.data(), data);
    assert_eq!(features.release(), "exact");
}
