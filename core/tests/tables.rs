//! Features of substitutes, and the table that resolves them.

mod support;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use safetensors::{Dtype, tensor::TensorView};
use support::*;
use tiprdc::{Encoder, ErrorKind, Features, Input, Release, SubstituteTable};

fn table(count: usize) -> SubstituteTable {
    SubstituteTable::new(&numbers(9, count * 6), &[count, 2, 3]).expect("count x 2 x 3")
}

/// Features of logits that leave no choice: record `i` draws `wanted[i]`, but for one time in 10^12.
fn features(count: usize, table: &str, wanted: &[usize]) -> Features {
    let release = Release::substitute(count, 0.001, 27.0, table).expect("good settings");
    let encoder =
        Encoder::from_bytes(&released(release, plain_output(&[1]))).expect("the encoder is good");
    let logits: Vec<f32> = wanted
        .iter()
        .flat_map(|&wanted| (0..count).map(move |index| f32::from(u8::from(index == wanted))))
        .collect();
    let inputs: Vec<Input> = logits
        .chunks(count)
        .map(|row| Input::tensor(row, &[count]).expect("rows fit"))
        .collect();
    encoder.encode_batch(&inputs).expect("good inputs")
}

#[test]
fn an_index_leaves_and_the_table_makes_it_a_record_again() {
    let table = table(5);
    let features = features(5, table.digest(), &[3, 0, 4, 4]);
    assert_eq!(features.shape(), [4, 1]);
    assert_eq!(features.release(), "substitute");
    assert_eq!(features.indices(), Some(vec![3, 0, 4, 4]));
    assert_eq!(features.table(), Some(table.digest()));
    let again = Features::from_bytes(&features.to_bytes()).expect("its own bytes");
    assert_eq!(again, features);
    let records = table.resolve(&again).expect("they belong together");
    assert_eq!(records.shape(), [4, 2, 3]);
    for (row, index) in [3, 0, 4, 4].into_iter().enumerate() {
        assert_eq!(records.row(row), table.row(index));
    }
    assert_eq!(records.encoder(), features.encoder());
    assert_eq!(records.release(), "substitute");
    assert_eq!(records.indices(), None, "they are records now");
}

#[test]
fn an_upload_is_a_few_bytes_more_for_each_record() {
    let size = |rows: usize| features(300, TABLE, &vec![7; rows]).to_bytes().len();
    assert!(size(1) < 400, "header included: {}", size(1));
    assert_eq!(size(1025) - size(1025 - 8), 16, "2 bytes a record");
    let wide = |rows: usize| features((1 << 16) + 1, TABLE, &vec![1 << 16; rows]);
    assert_eq!(wide(1).indices(), Some(vec![1 << 16]));
    let again = Features::from_bytes(&wide(2).to_bytes()).expect("its own bytes");
    assert_eq!(again.indices(), Some(vec![1 << 16; 2]));
}

#[test]
fn what_does_not_belong_together_is_not_resolved() {
    let (right, wrong) = (table(5), table(6));
    let mismatch = |table: &SubstituteTable, features: &Features, word: &str| {
        let error = table.resolve(features).expect_err("this must be refused");
        assert_eq!(error.kind(), ErrorKind::TableMismatch);
        assert!(error.to_string().contains(word), "{error}");
    };
    mismatch(&wrong, &features(5, right.digest(), &[3]), "SHA-256");
    mismatch(&right, &features(6, right.digest(), &[5]), "not below 5");
    let plain = Features::new(vec![1.0], &[1, 1]).expect("one number");
    mismatch(&right, &plain, "hold no indices");
    let resolved = right.resolve(&features(5, right.digest(), &[3]));
    let resolved = resolved.expect("it is their table");
    mismatch(&right, &resolved, "resolved already");
}

#[test]
fn a_table_is_its_file() {
    let made = table(5);
    assert_eq!(made.to_bytes(), table(5).to_bytes(), "the same every time");
    let read = SubstituteTable::from_bytes(made.to_bytes()).expect("its own bytes");
    assert_eq!(read, made);
    assert_eq!((read.count(), read.shape()), (5, &[5, 2, 3][..]));
    // As another tool may write it: other tensors, no metadata. The digest is that of this very file.
    let bytes: Vec<u8> = [1.0f32, 2.0, 3.0, 4.0]
        .iter()
        .flat_map(|x| x.to_le_bytes())
        .collect();
    let view = |shape| TensorView::new(Dtype::F32, shape, &bytes).expect("4 numbers");
    let file = safetensors::serialize(
        [
            ("another", view(vec![4])),
            ("substitutes", view(vec![2, 2])),
        ],
        None,
    )
    .expect("serialises");
    let foreign = SubstituteTable::from_bytes(file.clone()).expect("a good table");
    assert_eq!(foreign.to_bytes(), file);
    assert_eq!(foreign.row(1), [3.0, 4.0]);
}

#[test]
fn tables_of_impossible_sizes_are_refused() {
    let refused = |data: &[f32], shape: &[usize]| {
        let error = SubstituteTable::new(data, shape).expect_err("no such table");
        assert_eq!(error.kind(), ErrorKind::TableMalformed);
    };
    refused(&[], &[]);
    refused(&[1.0], &[1]);
    refused(&[], &[2, 0]);
    refused(&[1.0; 3], &[2, 2]);
    refused(&[], &[4, usize::MAX]);
    refused(&[1.0, f32::NAN], &[2]);
    refused(&vec![0.0; (1 << 20) + 1], &[(1 << 20) + 1]);
}

#[test]
fn debug_output_shows_no_record() {
    let shown = format!("{:?}", SubstituteTable::new(&[987.25; 4], &[2, 2]));
    assert!(!shown.contains("987"), "{shown}");
}

proptest! {
    #![proptest_config(Config { cases: 256, rng_seed: RngSeed::Fixed(12), failure_persistence: None, ..Config::default() })]

    #[test]
    fn a_changed_or_cut_table_is_an_error_or_another_table(at in any::<prop::sample::Index>(), with in any::<u8>()) {
        let good = table(4);
        let mut bytes = good.to_bytes().to_vec();
        let at = at.index(bytes.len());
        let error = SubstituteTable::from_bytes(&bytes[..at]).expect_err("it is cut off");
        prop_assert_eq!(error.kind(), ErrorKind::TableMalformed);
        bytes[at] = with;
        match SubstituteTable::from_bytes(bytes.clone()) {
            Ok(table) => {
                prop_assert_eq!(table.digest() == good.digest(), bytes == good.to_bytes());
                let last = table.row(table.count() - 1);
                prop_assert_eq!(last.len() * table.count(), table.shape().iter().product::<usize>());
            }
            Err(error) => prop_assert_eq!(error.kind(), ErrorKind::TableMalformed),
        }
    }
}
