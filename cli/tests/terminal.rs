//! What files say reaches neither the terminal's controls nor, where it is somebody's data, its screen.

mod support;

use std::process::Output;
use support::*;

/// A name that would colour a terminal, set its title, go back on its line, turn its text and hide in it.
const HOSTILE: &str = "bad\u{1b}[31m\u{1b}]0;t\u{7}\r\u{202e}\u{200b}\u{9b}2Jname";

fn assert_plain(output: &Output) {
    for bytes in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(bytes);
        let steers = |c: char| c.is_control() && c != '\n' || "\u{202e}\u{200b}".contains(c);
        assert!(!text.contains(steers), "{text:?}");
        assert!(!text.contains("panicked"), "{text}");
        let longest = text.lines().map(str::len).max().unwrap_or(0);
        assert!(longest < 6_000, "a line of {longest} bytes");
    }
}

/// The hostile name as a cell, and the hostile name, very long, as a header.
fn hostile_table(rows: usize) -> String {
    let mut lines = people(rows)
        .replacen("work", &format!("\"{HOSTILE}{}\"", "x".repeat(100_000)), 1)
        .replacen("hours", &format!("\"{HOSTILE}\""), 1);
    lines.push_str(&format!("30,\"{HOSTILE}\",state,m,high\n"));
    lines
}

#[test]
fn no_command_lets_a_file_steer_the_terminal() {
    let place = Place::new().with_encoder();
    place.write("hostile.csv", hostile_table(400));
    place.write(
        "hostile.toml",
        format!("name = \"{HOSTILE}\"\n{HOSTILE} = 1\n"),
    );
    let manifest = |name: &str| {
        format!(
            "format = 1\nname = {}\nversion = \"1\"\n[input]\nkind = \"tensor\"\nshape = [3]\n[output]\nshape = [8]\n\
             [method]\nkind = {}\nprivate = [{}]\n",
            toml::Value::String(name.into()),
            toml::Value::String(name.into()),
            toml::Value::String(name.into())
        )
    };
    place.write("m.toml", manifest(HOSTILE));
    place.write("long.toml", manifest(&HOSTILE.repeat(1_000)));
    let table = "dataset.train=\"hostile.csv\"";
    let train = [
        "train", "run.toml", "--data", ".", "--out", "h", "--set", table,
    ];
    let numeric = format!("dataset.numeric=[{}]", toml::Value::String(HOSTILE.into()));
    let commands: &[&[&str]] = &[
        &["inspect", "hostile.csv"],
        &["inspect", HOSTILE],
        &[
            "pack",
            "out/encoder.onnx",
            "--manifest",
            "m.toml",
            "--out",
            "p.onnx",
        ],
        &[
            "pack",
            "out/encoder.onnx",
            "--manifest",
            "long.toml",
            "--out",
            "q.onnx",
        ],
        &[
            "pack",
            "out/encoder.onnx",
            "--manifest",
            "hostile.toml",
            "--out",
            "r.onnx",
        ],
        &["inspect", "p.onnx"],
        &["inspect", "p.onnx", "--json"],
        &["inspect", "q.onnx"],
        &["train", "hostile.toml", "--data", "."],
        &train,
        &[&train[..], &["--set", &numeric]].concat(),
        &["sweep", "hostile.toml"],
        &["init", "hostile.csv", "--private", "gender", "--force"],
        &["init", "hostile.csv", "--private", HOSTILE, "--force"],
        &[
            "encode",
            "out/encoder.onnx",
            "hostile.csv",
            "--out",
            "f.safetensors",
        ],
        &[
            "audit",
            "--features",
            "hostile.csv",
            "--labels",
            "hostile.csv",
            "--private",
            "gender",
        ],
        &[
            "resolve",
            "hostile.csv",
            "--table",
            "hostile.csv",
            "--out",
            "z.safetensors",
        ],
        &["demo", "--data", HOSTILE, "--out", "demo"],
    ];
    for arguments in commands {
        let output = place.command(arguments).output().expect("it starts");
        assert_plain(&output);
    }
}

#[test]
fn hostile_names_in_labels_stay_harmless_in_reports() {
    let place = Place::new();
    let mut labels = format!("\"{HOSTILE}\nwrote all\",b\n");
    let mut features = String::from("x,y\n");
    for (row, number) in numbers(5).take(240).enumerate() {
        labels += if row % 3 == 0 { "u,v\n" } else { "w,z\n" };
        features += &format!("{number},{}\n", row % 7);
    }
    place.write("labels.csv", labels);
    place.write("features.csv", features);
    let private = format!("{HOSTILE}\nwrote all");
    let audit = [
        "audit",
        "--features",
        "features.csv",
        "--labels",
        "labels.csv",
        "--private",
        &private,
    ];
    for rest in [&[][..], &["--json"], &["--verbose", "--out", "r"]] {
        let output = place
            .command(&[&audit[..], rest].concat())
            .output()
            .expect("it starts");
        assert_eq!(
            output.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_plain(&output);
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(
            !text.lines().any(|line| line.starts_with("wrote all")),
            "{text}"
        );
    }
}

#[test]
fn quiet_says_nothing_and_verbose_names_attackers() {
    let place = Place::new().with_people();
    let train = ["train", "run.toml", "--data", ".", "--out", "out"];
    let quiet = place.run(&[&train[..], &["--quiet"]].concat()).expect(0);
    assert_eq!(quiet.err, "");
    let encode = |out| {
        [
            "encode",
            "out/encoder.onnx",
            "--data",
            ".",
            "--labels-out",
            "l.csv",
            "--out",
            out,
        ]
    };
    place.run(&encode("f.safetensors")).expect(0);
    let audit = [
        "audit",
        "--features",
        "f.safetensors",
        "--labels",
        "l.csv",
        "--private",
        "gender",
        "--out",
        "r",
    ];
    let normal = place.run(&audit).expect(0);
    assert!(normal.err.lines().count() <= 6, "{}", normal.err);
    assert!(
        normal.err.contains("audit.html"),
        "it says where the page is: {}",
        normal.err
    );
    let verbose = place.run(&[&audit[..], &["-v"]].concat()).expect(0);
    assert!(
        verbose.err.contains("audit: logistic on gender"),
        "{}",
        verbose.err
    );
    let failed = place.run(&["inspect", "gone.onnx", "-q"]).expect(2);
    assert!(
        failed.err.contains("gone.onnx"),
        "a failure is told all the same"
    );
}
