//! Features files: read as written, and never more than an error on bytes from elsewhere.

mod support;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use safetensors::{Dtype, tensor::TensorView};
use support::*;
use tiprdc::{ErrorKind, Features, Input};

fn config() -> Config {
    Config {
        cases: 512,
        rng_seed: RngSeed::Fixed(11),
        failure_persistence: None,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn bytes_bring_back_every_bit(rows in 0usize..5, width in 0usize..7, bits in prop::collection::vec(any::<u32>(), 30)) {
        let data: Vec<f32> = bits.iter().map(|&bits| f32::from_bits(bits)).take(rows * width).collect();
        prop_assume!(data.len() == rows * width);
        let features = Features::new(data, &[rows, width]).expect("rows x width");
        let again = Features::from_bytes(&features.to_bytes()).expect("its own bytes");
        prop_assert_eq!(again.shape(), features.shape());
        let bits = |features: &Features| features.data().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        prop_assert_eq!(bits(&again), bits(&features), "NaN payloads and signs of zero included");
    }

    #[test]
    fn random_bytes_are_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let error = Features::from_bytes(&bytes).expect_err("no features file looks like this");
        prop_assert_eq!(error.kind(), ErrorKind::FeaturesMalformed);
    }

    #[test]
    fn a_changed_byte_is_an_error_or_other_features(at in any::<prop::sample::Index>(), with in any::<u8>()) {
        let mut bytes = Features::new(numbers(1, 12), &[4, 3]).expect("4 x 3").to_bytes();
        let at = at.index(bytes.len());
        bytes[at] = with;
        if let Ok(features) = Features::from_bytes(&bytes) {
            let expected: usize = features.shape().iter().product();
            prop_assert_eq!(features.data().len(), expected);
        }
    }
}

#[test]
fn features_of_an_encoder_keep_its_digest_and_release() {
    let encoder = dense_graph().load(&[4], &[3]).expect("the model is good");
    let features = encoder
        .encode(&Input::tensor(&[1.0; 4], &[4]).expect("4 numbers"))
        .expect("a good input");
    let again = Features::from_bytes(&features.to_bytes()).expect("its own bytes");
    assert_eq!(again, features);
    assert_eq!(again.encoder(), encoder.digest());
    assert_eq!(again.release(), "exact");
}

fn malformed(bytes: &[u8]) {
    let error = Features::from_bytes(bytes).expect_err("this must not be read as features");
    assert_eq!(error.kind(), ErrorKind::FeaturesMalformed);
}

fn with_header(header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn hostile_files_are_refused() {
    let good = Features::new(numbers(1, 12), &[4, 3])
        .expect("4 x 3")
        .to_bytes();
    for length in 0..good.len() {
        malformed(&good[..length]);
    }
    malformed(&[good.as_slice(), &[0]].concat());
    for header_length in [u64::MAX, 1 << 60, 1 << 32, 1 << 27, good.len() as u64] {
        let mut bytes = good.clone();
        bytes[..8].copy_from_slice(&header_length.to_le_bytes());
        malformed(&bytes);
    }
    for header in [
        r#"{"features":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#,
        r#"{"features":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
        r#"{"features":{"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551615]}}"#,
        r#"{"features":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#,
        r#"{"features":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
        r#"{"features":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#,
        r#"{"features":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}"#,
        r#"{"features":{"dtype":"I8","shape":[8],"data_offsets":[0,8]}}"#,
        r#"{"__metadata__":{"tiprdc.scale":"0"},"features":{"dtype":"I8","shape":[8],"data_offsets":[0,8]}}"#,
        r#"{"__metadata__":{"tiprdc.scale":"NaN"},"features":{"dtype":"I8","shape":[8],"data_offsets":[0,8]}}"#,
        r#"{"features":{"dtype":"U16","shape":[4,1],"data_offsets":[0,8]}}"#,
        r#"{"__metadata__":{"tiprdc.table":"t"},"features":{"dtype":"U16","shape":[2,2],"data_offsets":[0,8]}}"#,
        r#"{"other":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        r#"{"__metadata__":{"tiprdc.encoder":5},"features":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        "{}",
        "[]",
        "",
    ] {
        malformed(&with_header(header, &[0; 8]));
    }
    // An index beyond all tables, which f32 could not hold.
    malformed(&with_header(
        r#"{"__metadata__":{"tiprdc.table":"t"},"features":{"dtype":"U32","shape":[2,1],"data_offsets":[0,8]}}"#,
        &[0, 0, 0, 0, 0, 0, 16, 0],
    ));
    // A single number has no axis for records.
    malformed(&with_header(
        r#"{"features":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#,
        &[0; 4],
    ));
    // No rows, but rows of a width that no machine can count.
    malformed(&with_header(
        r#"{"features":{"dtype":"F32","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}"#,
        &[],
    ));
}

#[test]
fn files_of_other_tools_are_read() {
    let bytes: Vec<u8> = [1.0f32, 2.0, 3.0]
        .iter()
        .flat_map(|x| x.to_le_bytes())
        .collect();
    let view = TensorView::new(Dtype::F32, vec![3, 1], &bytes).expect("3 x 1");
    let file = safetensors::serialize([("features", view)], None).expect("serialises");
    let features = Features::from_bytes(&file).expect("metadata is not needed");
    assert_eq!(features.shape(), [3, 1]);
    assert_eq!(features.row(2), [3.0]);
    assert_eq!((features.encoder(), features.release()), ("", ""));
}

#[test]
fn shape_and_data_agree() {
    assert_eq!(
        Features::new(vec![], &[]).expect_err("no axis").kind(),
        ErrorKind::FeaturesMalformed
    );
    assert_eq!(
        Features::new(vec![0.0; 6], &[2, 4])
            .expect_err("6 are not 8")
            .kind(),
        ErrorKind::FeaturesMalformed
    );
    let overflow =
        Features::new(vec![], &[0, usize::MAX, 2]).expect_err("the width of a row overflows");
    assert_eq!(overflow.kind(), ErrorKind::FeaturesMalformed);
    assert_eq!(
        Features::new(vec![0.0; 6], &[6])
            .expect("one number each")
            .row(3),
        [0.0]
    );
}
