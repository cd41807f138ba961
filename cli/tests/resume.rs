//! Ctrl-C and going on: a run that was stopped ends in the very file that an unbroken run writes.
#![cfg(unix)]

mod support;

use support::*;

#[test]
fn a_run_that_was_stopped_ends_like_an_unbroken_one() {
    let place = Place::new().with_people();
    let train = |out: &'static str| {
        [
            "train",
            "run.toml",
            "--data",
            ".",
            "--set",
            "training.pretrain_epochs=3",
            "--set",
            "training.epochs=40",
            "--out",
            out,
        ]
    };
    place.run(&train("whole")).expect(0);

    for (round, sign) in ["pretrain epoch 1/3", "train epoch 5/40"]
        .iter()
        .enumerate()
    {
        let rest: &[&str] = if round == 0 { &[] } else { &["--resume"] };
        let stopped = interrupted(&place, &[&train("parts")[..], rest].concat(), sign).expect(130);
        assert!(
            stopped.err.contains("--resume"),
            "it says how to go on: {}",
            stopped.err
        );
        assert!(place.has("parts/checkpoint.safetensors"));
        assert!(!place.has("parts/encoder.onnx"), "half a run is no encoder");
    }
    let resumed = place
        .run(&[&train("parts")[..], &["--resume"]].concat())
        .expect(0);
    assert!(resumed.err.contains("resuming"), "{}", resumed.err);
    assert!(
        place.read("parts/encoder.onnx") == place.read("whole/encoder.onnx"),
        "the stops left a trace"
    );

    place.run(&train("again")).expect(0);
    assert!(
        place.read("again/encoder.onnx") == place.read("whole/encoder.onnx"),
        "the same seed gave another encoder"
    );
    let other = place.run(&[&train("other")[..], &["--set", "seed=4"]].concat());
    other.expect(0);
    assert!(
        place.read("other/encoder.onnx") != place.read("whole/encoder.onnx"),
        "the seed changes nothing"
    );
}

#[test]
fn a_checkpoint_of_another_run_or_a_damaged_one_is_refused() {
    let place = Place::new().with_people();
    let train = ["train", "run.toml", "--data", ".", "--out", "out"];
    let long = ["--set", "training.epochs=1000"];
    interrupted(&place, &[&train[..], &long].concat(), "train epoch 1/1000").expect(130);
    place
        .run(&[&train[..], &["--resume", "--set", "training.epochs=7"]].concat())
        .complains(&["other settings"]);
    let good = place.read("out/checkpoint.safetensors");
    for damaged in [&good[..good.len() / 2], &[], b"nothing of the kind"] {
        place.write("out/checkpoint.safetensors", damaged);
        place
            .run(&[&train[..], &long, &["--resume"]].concat())
            .complains(&["checkpoint"]);
    }
    for at in (0..good.len()).step_by(good.len() / 12) {
        let mut flipped = good.clone();
        flipped[at] ^= 16;
        place.write("out/checkpoint.safetensors", flipped);
        place
            .run(&[&train[..], &long, &["--resume"]].concat())
            .complains(&["checkpoint", "without --resume"]);
    }
    place.write("out/checkpoint.safetensors", good);
    place.write("people.csv", people(399));
    place
        .run(&[&train[..], &long, &["--resume"]].concat())
        .complains(&["other data"]);
    assert!(!place.has("out/encoder.onnx"));
}
