//! What encoders compute, against arithmetic done here: wrong preprocessing, a transposed weight or a wrong padding
//! fails these tests.

mod support;

use support::*;
use tiprdc::{Encoder, Input, Value};

#[test]
fn a_dense_network_computes_what_its_weights_say() {
    let encoder = dense_graph().load(&[4], &[3]).expect("the model is good");
    for seed in 10..20 {
        let x = numbers(seed, 4);
        let features = encoder
            .encode(&Input::tensor(&x, &[4]).expect("4 numbers"))
            .expect("a good input");
        assert_eq!(features.shape(), [1, 3]);
        assert_close(features.data(), &dense_by_hand(&x), 1e-5);
    }
}

#[test]
fn a_record_is_standardised_and_one_hot_before_the_network() {
    let bytes = pack(&dense_graph().bytes(&[3]), record_input(), &[3]);
    let encoder = Encoder::from_bytes(&bytes).expect("the model is good");
    let cases: [(Value, Value, [f32; 4]); 5] = [
        (
            Value::from(55.0),
            Value::from("state"),
            [1.5, 0.0, 1.0, 0.0],
        ),
        (
            Value::from(30.0),
            Value::from("private"),
            [-1.0, 1.0, 0.0, 0.0],
        ),
        (Value::Missing, Value::from("none"), [0.0, 0.0, 0.0, 1.0]),
        (Value::from(40.0), Value::Missing, [0.0; 4]),
        (
            Value::from(40.0),
            Value::from("a category never seen"),
            [0.0; 4],
        ),
    ];
    for (age, work, vector) in cases {
        let in_order = Input::record([("age", age), ("work", work)]);
        let turned = Input::record([("work", work), ("age", age)]);
        for record in [in_order, turned] {
            let features = encoder.encode(&record).expect("a good record");
            assert_close(features.data(), &dense_by_hand(&vector), 1e-5);
        }
    }
}

#[test]
fn a_convolution_over_a_series_pads_strides_and_standardises() {
    let (channels, steps, out, kernel) = (2, 10, 3, 3);
    let weight = numbers(5, out * channels * kernel);
    let bias = numbers(6, out);
    let (mean, std) = ([0.5, -1.0], [2.0, 0.25]);
    let model = Graph::new(&[channels, steps])
        .weight("w", &[out, channels, kernel], &weight)
        .weight("b", &[out], &bias)
        .node(
            "Conv",
            &["x", "w", "b"],
            "h",
            vec![
                ints("kernel_shape", &[3]),
                ints("pads", &[1, 1]),
                ints("strides", &[2]),
            ],
        )
        .node("Relu", &["h"], "y", vec![])
        .bytes(&[out, 5]);
    let input = series_input(channels, steps, &mean, &std);
    let encoder = Encoder::from_bytes(&pack(&model, input, &[out, 5])).expect("the model is good");

    let window: Vec<f32> = numbers(7, channels * steps)
        .iter()
        .map(|x| x * 3.0)
        .collect();
    let at = |channel: usize, step: i64| -> f64 {
        // Padding is zero after standardisation, not before.
        usize::try_from(step)
            .ok()
            .filter(|&step| step < steps)
            .map_or(0.0, |step| {
                (f64::from(window[channel * steps + step]) - f64::from(mean[channel]))
                    / f64::from(std[channel])
            })
    };
    let mut expected = Vec::new();
    for o in 0..out {
        for position in 0..5i64 {
            let mut sum = f64::from(bias[o]);
            for channel in 0..channels {
                for k in 0..kernel {
                    let w = weight[(o * channels + channel) * kernel + k];
                    sum += f64::from(w) * at(channel, position * 2 + k as i64 - 1);
                }
            }
            expected.push(sum.max(0.0));
        }
    }
    let features = encoder
        .encode(&Input::series(&window, channels, steps).expect("20 numbers"))
        .expect("a good window");
    assert_eq!(features.shape(), [1, 3, 5]);
    assert_close(features.data(), &expected, 1e-4);
}

#[test]
fn a_manifest_without_moments_leaves_a_series_as_it_is() {
    let encoder = identity(series_input(2, 3, &[], &[]));
    let window = numbers(8, 6);
    let features = encoder
        .encode(&Input::series(&window, 2, 3).expect("6 numbers"))
        .expect("a good window");
    assert_eq!(features.data(), window);
}

#[test]
fn a_graph_with_a_fixed_batch_of_one_encodes_batches_all_the_same() {
    let encoder = dense_graph()
        .fixed_batch(1, &[4])
        .load(&[4], &[3])
        .expect("PyTorch exports such models unless told otherwise");
    let data = numbers(9, 40 * 4);
    let inputs: Vec<_> = data
        .chunks(4)
        .map(|row| Input::tensor(row, &[4]).expect("4 numbers"))
        .collect();
    let features = encoder.encode_batch(&inputs).expect("good inputs");
    for (index, row) in data.chunks(4).enumerate() {
        assert_close(features.row(index), &dense_by_hand(row), 1e-5);
    }
}

#[test]
fn operators_on_constants_are_computed_when_they_are_small() {
    // As exporters write them: a weight transposed by a node, a shape put together from constants.
    let transposed: Vec<f32> = {
        let w = numbers(1, 20);
        (0..20).map(|i| w[(i % 4) * 5 + i / 4]).collect()
    };
    let encoder = Graph::new(&[4])
        .weight("w1t", &[5, 4], &transposed)
        .weight("b1", &[5], &numbers(2, 5))
        .weight("w2", &[5, 3], &numbers(3, 15))
        .weight("b2", &[3], &numbers(4, 3))
        .indices("minus", &[-1])
        .indices("five", &[5])
        .node("Transpose", &["w1t"], "w1", vec![ints("perm", &[1, 0])])
        .node("MatMul", &["x", "w1"], "m", vec![])
        .node("Add", &["m", "b1"], "h", vec![])
        .node("Concat", &["minus", "five"], "shape", vec![int("axis", 0)])
        .node("Reshape", &["h", "shape"], "flat", vec![])
        .node("Relu", &["flat"], "r", vec![])
        .node("Gemm", &["r", "w2", "b2"], "y", vec![])
        .load(&[4], &[3])
        .expect("nothing in it is large");
    let x = numbers(11, 4);
    let features = encoder
        .encode(&Input::tensor(&x, &[4]).expect("4 numbers"))
        .expect("a good input");
    assert_close(features.data(), &dense_by_hand(&x), 1e-5);
}

#[test]
fn the_encoder_says_what_its_file_says() {
    let file = dense_graph().file(&[4], &[3]);
    let encoder = Encoder::from_bytes(&file).expect("the model is good");
    assert_eq!(encoder.output_shape(), [3]);
    assert_eq!(encoder.manifest().name, "test");
    assert_eq!(encoder.digest().len(), 64);
    let features = encoder
        .encode(&Input::tensor(&[0.0; 4], &[4]).expect("4 numbers"))
        .expect("a good input");
    assert_eq!(
        features.encoder(),
        encoder.digest(),
        "features say which encoder made them"
    );
    assert_eq!(features.release(), "exact");

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("encoder.onnx");
    std::fs::write(&path, &file).expect("written");
    let opened = Encoder::open(&path).expect("the same file");
    assert_eq!(
        opened.digest(),
        encoder.digest(),
        "a file and its bytes are one encoder"
    );
}

#[test]
fn numbers_keep_their_digits_and_booleans_their_meaning() {
    let field = |name: &str, kind| tiprdc::Field {
        name: name.into(),
        kind,
    };
    let categories = vec!["False".to_string(), "True".to_string()];
    let (mean, std) = (1_700_000_000_000.0, 10.0);
    let spec = tiprdc::InputSpec::Record(tiprdc::RecordSpec {
        fields: vec![
            field("ms", tiprdc::FieldKind::Numeric { mean, std }),
            field("old", tiprdc::FieldKind::Categorical { categories }),
        ],
    });
    let preprocessed = |ms: f64, old: Value<'_>| {
        let mut out = [0.0; 3];
        let record = Input::record([("ms", Value::from(ms)), ("old", old)]);
        spec.preprocess(&record, &mut out).map(|()| out)
    };
    let with = |old| preprocessed(mean + 7.0, old).expect("a good record");
    for truth in [
        Value::from("True"),
        Value::from("true"),
        Value::from("TRUE"),
        Value::from("1"),
        Value::from(1.0),
        Value::from(true),
    ] {
        assert_eq!(with(truth), [0.7, 0.0, 1.0]);
    }
    for falsehood in [Value::from("false"), Value::from(0.0), Value::from(false)] {
        assert_eq!(with(falsehood), [0.7, 1.0, 0.0]);
    }
    for unknown in [Value::from("yes"), Value::from(0.5), Value::Missing] {
        assert_eq!(with(unknown), [0.7, 0.0, 0.0]);
    }
    let error = preprocessed(1e300, Value::Missing).expect_err("f32 does not hold it");
    assert_eq!(error.kind(), tiprdc::ErrorKind::InputNotFinite);
}
