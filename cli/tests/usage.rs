//! Help, exit codes and messages: what a person or a script sees when something is wrong.

mod support;

use support::*;

const COMMANDS: [&str; 10] = [
    "demo",
    "init",
    "train",
    "sweep",
    "audit",
    "encode",
    "inspect",
    "pack",
    "resolve",
    "completions",
];

#[test]
fn every_command_has_an_example_in_its_help() {
    let place = Place::new();
    for command in COMMANDS {
        let ran = place.run(&[command, "--help"]).expect(0);
        assert!(
            ran.out.contains("Example:"),
            "{command} --help shows no example"
        );
        assert!(
            ran.out.contains(&format!("tiprdc {command}")),
            "{command} --help shows another command's example"
        );
    }
    let ran = place.run(&["--help"]).expect(0);
    for command in COMMANDS {
        assert!(ran.out.contains(command), "--help does not list {command}");
    }
    assert!(ran.out.contains("Exit codes"));
    assert!(
        place
            .run(&["--version"])
            .expect(0)
            .out
            .starts_with("tiprdc ")
    );
}

#[test]
fn bad_usage_ends_with_2() {
    let place = Place::new();
    for arguments in [
        &[][..],
        &["dance"],
        &["inspect"],
        &["inspect", "a.onnx", "--loudly"],
        &["encode", "a.onnx"],
        &["encode", "a.onnx", "b.csv"],
        &["encode", "a.onnx", "b.csv", "--data", ".", "--out", "c"],
        &[
            "encode", "a.onnx", "--data", ".", "--split", "middle", "--out", "c",
        ],
        &[
            "encode",
            "a.onnx",
            "b.csv",
            "--labels-out",
            "l.csv",
            "--out",
            "c",
        ],
        &["train"],
        &["sweep"],
        &["sweep", "sweep.toml", "--jobs", "0"],
        &["demo", "--method", "magic"],
        &["demo", "--seed", "-1"],
        &["audit", "--private", "a"],
        &["pack", "m.onnx"],
    ] {
        place.run(arguments).expect(2);
    }
    let audit = [
        "audit",
        "--train-features",
        "a",
        "--train-labels",
        "b",
        "--test-features",
        "c",
        "--test-labels",
        "d",
    ];
    for rest in [
        &[][..],
        &["--private", "x", "--max-leakage", "1.5"],
        &["--private", "x", "--raw-train-features", "e"],
    ] {
        place.run(&[&audit[..], rest].concat()).expect(2);
    }
}

#[test]
fn files_that_are_not_there_are_named() {
    let place = Place::new().with_people();
    place.write("manifest.toml", "format = 1");
    place
        .run(&["inspect", "gone.onnx"])
        .complains(&["gone.onnx"]);
    place
        .run(&["encode", "gone.onnx", "people.csv", "--out", "z.csv"])
        .complains(&["gone.onnx"]);
    place
        .run(&["train", "gone.toml", "--data", "."])
        .complains(&["gone.toml"]);
    place
        .run(&["sweep", "gone.toml", "--data", "."])
        .complains(&["gone.toml"]);
    place
        .run(&["train", "run.toml", "--data", "gone", "--out", "out"])
        .complains(&["people.csv"]);
    place
        .run(&[
            "pack",
            "gone.onnx",
            "--manifest",
            "manifest.toml",
            "--out",
            "z",
        ])
        .complains(&["gone.onnx"]);
    place
        .run(&["demo", "--data", "gone", "--out", "out"])
        .complains(&["gone"]);
    let audit = [
        "audit",
        "--train-labels",
        "a",
        "--test-features",
        "b",
        "--test-labels",
        "c",
        "--private",
        "x",
    ];
    place
        .run(&[&audit[..], &["--train-features", "gone.safetensors"]].concat())
        .complains(&["gone.safetensors"]);
}

#[test]
fn files_that_are_something_else_are_named() {
    let place = Place::new().with_people();
    place
        .run(&["inspect", "people.csv"])
        .complains(&["not an ONNX model"]);
    place.write("empty.onnx", "");
    place
        .run(&["inspect", "empty.onnx"])
        .complains(&["manifest"]);
    place.write("people.txt", place.read("people.csv"));
    place.write("people.safetensors", place.read("people.csv"));
    for (features, words) in [
        ("people.txt", ["people.txt", ".safetensors"]),
        ("people.safetensors", ["people.safetensors", "not readable"]),
        ("people.csv", ["people.csv", "`work`"]),
    ] {
        let audit = [
            "audit",
            "--features",
            features,
            "--labels",
            "people.csv",
            "--private",
            "gender",
        ];
        place.run(&audit).complains(&words);
    }
}

#[test]
fn a_run_file_with_an_unknown_key_names_it() {
    let place = Place::new().with_people();
    for (section, key) in [
        ("[training]", "epocks"),
        ("[dataset]", "tests"),
        ("[method]", "lamda"),
        ("[encoder]", "depth"),
    ] {
        place.write(
            "bad.toml",
            RUN.replace(section, &format!("{section}\n{key} = 1")),
        );
        place
            .run(&["train", "bad.toml", "--data", ".", "--out", "out"])
            .complains(&[key]);
        assert!(!place.has("out/encoder.onnx"));
    }
    place
        .run(&[
            "train",
            "run.toml",
            "--data",
            ".",
            "--set",
            "training.epocks=1",
        ])
        .complains(&["epocks"]);
    place
        .run(&["train", "run.toml", "--data", ".", "--set", "nonsense"])
        .complains(&["nonsense"]);
    place.write("bad.toml", "name = ");
    place
        .run(&["train", "bad.toml", "--data", "."])
        .complains(&["line 1"]);
    place.write("bad.toml", [0xff, 0xfe]);
    place
        .run(&["train", "bad.toml", "--data", "."])
        .complains(&["UTF-8"]);
}

#[test]
fn an_attribute_that_is_not_there_is_named_before_training() {
    let place = Place::new().with_people();
    let train = ["train", "run.toml", "--data", ".", "--out", "out"];
    place
        .run(&[&train[..], &["--set", "method.private=[\"species\"]"]].concat())
        .complains(&["species"]);
    place
        .run(
            &[
                &train[..],
                &["--set", "dataset.attributes=[\"gender\", \"species\"]"],
            ]
            .concat(),
        )
        .complains(&["species"]);
    place
        .run(
            &[
                &train[..],
                &["--set", "method={kind=\"plain\",tasks=[\"species\"]}"],
            ]
            .concat(),
        )
        .complains(&["species"]);
    place
        .run(&[&train[..], &["--set", "training.batch=100000"]].concat())
        .complains(&["100000", "300"]);
    assert!(
        !place.has("out/checkpoint.safetensors"),
        "something was trained"
    );
}

#[test]
fn training_data_that_cannot_be_read_is_not_quoted() {
    let place = Place::new().with_people();
    let train = ["train", "run.toml", "--data", ".", "--out", "out"];
    place.write(
        "people.csv",
        people(400).replacen("private", &format!("private,{CANARY}"), 1),
    );
    assert_no_canary(&place.run(&train).complains(&["people.csv"]));
    place.write(
        "people.csv",
        format!("{}{CANARY},{CANARY},x,m,high\n", people(400)),
    );
    assert_no_canary(
        &place
            .run(&[&train[..], &["--set", "dataset.numeric=[\"age\"]"]].concat())
            .complains(&["age"]),
    );
    // One person of a class that is in the test rows only, or once in all.
    place.write(
        "people.csv",
        format!("{}30,40,state,{CANARY},high\n", people(400)),
    );
    let one = place.run(&train);
    assert_no_canary(&one);
}

#[test]
fn a_data_file_in_the_place_of_a_toml_is_not_quoted() {
    let place = Place::new().with_encoder();
    let data = format!("{CANARY},39\n{CANARY},40\n");
    for data in [
        data.clone(),
        format!("{CANARY} = {CANARY}\n"),
        format!("\"{CANARY}\n"),
    ] {
        place.write("data.toml", data);
        let pack = [
            "pack",
            "out/encoder.onnx",
            "--manifest",
            "data.toml",
            "--out",
            "p.onnx",
        ];
        for arguments in [&["train", "data.toml"][..], &["sweep", "data.toml"], &pack] {
            assert_no_canary(&place.run(arguments).complains(&["line 1"]));
        }
    }
}

#[test]
fn names_of_methods_take_hyphens_and_the_nearest_is_suggested() {
    let place = Place::new().with_people();
    let train = ["train", "run.toml", "--out", "out"];
    let method = |kind: &str| format!("method={{kind=\"{kind}\",private=[\"gender\"],count=16}}");
    let set = |kind| {
        [&train[..], &["--set", &method(kind)]]
            .concat()
            .iter()
            .map(|s| (*s).to_owned())
            .collect::<Vec<_>>()
    };
    let run = |kind| {
        let arguments = set(kind);
        place.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    run("neighbour-substitution").expect(0);
    run("neighbor_substitution").complains(&["did you mean `neighbour_substitution`?"]);
    for name in ["neighbour_substitution", "neighbour-substitution"] {
        place
            .run(&["demo", "--method", name, "--data", "gone"])
            .complains(&["gone"]);
    }
    place.write("bad.toml", "[dataset]\nkind = \"table\"\n");
    place.run(&["train", "bad.toml"]).complains(&[
        "`name`",
        "`train`",
        "`attributes`",
        "[method]",
        "tiprdc init",
    ]);
}

#[test]
fn shells_get_their_completions() {
    let place = Place::new();
    for (shell, sign) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef tiprdc"),
        ("fish", "complete -c tiprdc"),
    ] {
        let ran = place.run(&["completions", shell]).expect(0);
        assert!(
            ran.out.contains(sign) && ran.out.contains("neighbour_substitution"),
            "{shell}"
        );
    }
    place.run(&["completions", "tcl"]).expect(2);
}
