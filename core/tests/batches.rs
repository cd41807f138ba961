//! Batches, threads and buffers: many records at once give what each gives alone, whoever asks and how.

mod support;

use std::thread;
use support::*;
use tiprdc::{Encoder, ErrorKind, Input};

/// Small enough for the batch plan.
fn small() -> Encoder {
    dense_graph().load(&[4], &[3]).expect("the model is good")
}

/// Intermediate tensors so large that records are run one by one.
fn large() -> Encoder {
    Graph::new(&[2, 4096])
        .weight("w", &[4, 2, 3], &numbers(1, 24))
        .node("Conv", &["x", "w"], "h", vec![ints("pads", &[1, 1])])
        .node("Relu", &["h"], "r", vec![])
        .node(
            "MaxPool",
            &["r"],
            "y",
            vec![ints("kernel_shape", &[4]), ints("strides", &[4])],
        )
        .load(&[2, 4096], &[4, 1024])
        .expect("the model is good")
}

fn inputs<'a>(data: &'a [f32], shape: &[usize]) -> Vec<Input<'a>> {
    let width = shape.iter().product();
    data.chunks(width)
        .map(|row| Input::tensor(row, shape).expect("rows fit"))
        .collect()
}

fn assert_same(found: &[f32], expected: &[f32], what: &str) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= 1e-6,
            "{what}: {found} instead of {expected}"
        );
    }
}

#[test]
fn a_batch_is_its_records_one_by_one() {
    for (encoder, shape, counts) in [
        (
            small(),
            vec![4],
            vec![1, 31, 32, 33, 100, 127, 128, 129, 161, 300],
        ),
        (large(), vec![2, 4096], vec![1, 5]),
    ] {
        for rows in counts {
            let data = numbers(rows as u64, rows * shape.iter().product::<usize>());
            let inputs = inputs(&data, &shape);
            for threads in [1, 2, 5, 1000] {
                let batch = encoder
                    .with_threads(threads)
                    .encode_batch(&inputs)
                    .expect("good inputs");
                assert_eq!(batch.rows(), rows);
                for (index, input) in inputs.iter().enumerate() {
                    let alone = encoder.encode(input).expect("a good input");
                    assert_same(
                        batch.row(index),
                        alone.data(),
                        &format!("row {index} of {rows}, {threads} threads"),
                    );
                }
            }
        }
    }
}

#[test]
fn a_record_does_not_depend_on_who_else_is_in_the_batch() {
    // Subtracts the mean over the batch axis: alone, that leaves 0.
    let encoder = Graph::new(&[4])
        .node(
            "ReduceMean",
            &["x"],
            "m",
            vec![ints("axes", &[0]), int("keepdims", 1)],
        )
        .node("Sub", &["x", "m"], "y", vec![])
        .load(&[4], &[4])
        .expect("each operator is allowed");
    let data = numbers(3, 64 * 4);
    let batch = encoder
        .encode_batch(&inputs(&data, &[4]))
        .expect("good inputs");
    assert!(
        batch.data().iter().all(|&x| x == 0.0),
        "features of one person hold those of others"
    );
}

#[test]
fn encode_into_writes_what_encode_returns() {
    let encoder = small();
    let data = numbers(5, 40 * 4);
    let inputs = inputs(&data, &[4]);
    let mut one = [0.0; 3];
    encoder
        .encode_into(&inputs[7], &mut one)
        .expect("a good input");
    assert_eq!(
        one.as_slice(),
        encoder.encode(&inputs[7]).expect("a good input").data()
    );
    let mut many = vec![0.0; 40 * 3];
    encoder
        .encode_batch_into(&inputs, &mut many)
        .expect("good inputs");
    assert_eq!(
        many,
        encoder.encode_batch(&inputs).expect("good inputs").data()
    );
}

#[test]
fn an_empty_batch_is_no_error() {
    let features = small().encode_batch(&[]).expect("nothing to do");
    assert_eq!(features.shape(), [0, 3]);
    assert!(features.data().is_empty());
    let again = tiprdc::Features::from_bytes(&features.to_bytes()).expect("no rows are rows too");
    assert_eq!(again, features);
}

#[test]
fn a_buffer_of_another_size_is_refused() {
    let encoder = small();
    let data = numbers(5, 2 * 4);
    let inputs = inputs(&data, &[4]);
    for size in [0, 2, 4] {
        let error = encoder
            .encode_into(&inputs[0], &mut vec![0.0; size])
            .expect_err("the size is wrong");
        assert_eq!(error.kind(), ErrorKind::OutputSize);
        assert!(
            error.to_string().contains('3'),
            "says how many numbers are needed: {error}"
        );
    }
    let error = encoder
        .encode_batch_into(&inputs, &mut [0.0; 5])
        .expect_err("the size is wrong");
    assert_eq!(error.kind(), ErrorKind::OutputSize);
    let error = encoder
        .encode_batch_into(&[], &mut [0.0; 1])
        .expect_err("nothing needs no room");
    assert_eq!(error.kind(), ErrorKind::OutputSize);
}

#[test]
fn an_error_names_the_first_record_that_has_it() {
    for encoder in [small(), small().with_threads(1), small().with_threads(7)] {
        let mut data = numbers(5, 200 * 4);
        data[77 * 4] = f32::NAN;
        data[150 * 4] = f32::NAN;
        let error = encoder
            .encode_batch(&inputs(&data, &[4]))
            .expect_err("two records are bad");
        assert_eq!(error.kind(), ErrorKind::InputNotFinite);
        assert!(error.to_string().starts_with("record 77:"), "{error}");
    }
}

#[test]
fn many_threads_share_one_encoder() {
    let encoder = small();
    let data = numbers(6, 64 * 4);
    let inputs = inputs(&data, &[4]);
    let expected = encoder.encode_batch(&inputs).expect("good inputs");
    thread::scope(|scope| {
        for worker in 0..8 {
            let (encoder, inputs, expected) = (encoder.clone(), &inputs, &expected);
            scope.spawn(move || {
                for round in 0..50 {
                    let index = (worker * 7 + round) % inputs.len();
                    let features = encoder.encode(&inputs[index]).expect("a good input");
                    assert_same(features.data(), expected.row(index), "a thread");
                    if round % 10 == 0 {
                        let batch = encoder
                            .with_threads(2)
                            .encode_batch(inputs)
                            .expect("good inputs");
                        assert_same(batch.data(), expected.data(), "a batch in a thread");
                    }
                }
            });
        }
    });
}

#[test]
fn an_encoder_can_be_sent_shared_and_cloned() {
    fn check<T: Send + Sync + Clone + 'static>() {}
    check::<Encoder>();
    check::<tiprdc::Features>();
    fn send_sync<T: Send + Sync>() {}
    send_sync::<Input<'_>>();
    send_sync::<tiprdc::Error>();
}

/// `[batch, min(batch, 3), ...]`: rows stay apart, and a record of a batch would be cut into three.
#[test]
fn shapes_of_the_batch_do_not_cut_records_differently() {
    let encoder = Graph::new(&[12])
        .indices("first", &[0])
        .indices("three", &[3])
        .indices("rest", &[-1])
        .indices("last", &[2])
        .node("Shape", &["x"], "shape", vec![])
        .node("Gather", &["shape", "first"], "rows", vec![])
        .node("Min", &["rows", "three"], "parts", vec![])
        .node(
            "Concat",
            &["rows", "parts", "rest"],
            "target",
            vec![int("axis", 0)],
        )
        .node("Reshape", &["x", "target"], "cut", vec![])
        .node(
            "ReduceSum",
            &["cut", "last"],
            "sums",
            vec![int("keepdims", 0)],
        )
        .node("ReduceMax", &["sums"], "y", vec![ints("axes", &[1])])
        .load(&[12], &[1])
        .expect("every operator is allowed");
    let record = [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0];
    let inputs: Vec<_> = (0..128)
        .map(|_| Input::tensor(&record, &[12]).expect("a good shape"))
        .collect();
    let together = encoder.encode_batch(&inputs).expect("it runs");
    // Alone, a record is one part whose sum is 12; a third of it would give 8.
    assert_eq!(together.data(), [12.0; 128]);
}
