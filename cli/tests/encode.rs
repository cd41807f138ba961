//! From a table to an encoder, its features, and another manifest.

mod support;

use support::*;
use tiprdc::{Encoder, Features, Input, Value};

fn features(place: &Place, name: &str) -> Features {
    Features::from_bytes(&place.read(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn train_inspect_and_encode() {
    let place = Place::new().with_people();
    let trained = place
        .run(&["train", "run.toml", "--data", ".", "--out", "out", "--json"])
        .expect(0)
        .json();
    assert!(
        !place.has("out/checkpoint.safetensors"),
        "a finished run leaves no checkpoint"
    );

    let told = place
        .run(&["inspect", "out/encoder.onnx", "--json"])
        .expect(0)
        .json();
    assert_eq!(
        told["sha256"], trained["sha256"],
        "train and inspect speak of the same file"
    );
    let manifest = &told["manifest"];
    assert_eq!(manifest["name"], "people-gender");
    assert_eq!(manifest["method"]["private"][0], "gender");
    assert_eq!(manifest["training"]["rows"], 300);
    assert_eq!(manifest["training"]["seed"], 3);
    let run = manifest["training"]["run"]
        .as_str()
        .expect("the run is kept");
    assert!(
        run.contains("people.csv") && !run.contains("/"),
        "the run holds no path of this machine: {run}"
    );
    let text = place.run(&["inspect", "out/encoder.onnx"]).expect(0).out;
    for word in [
        "people-gender",
        "gender",
        "tiprdc",
        "record",
        "none in this file",
        told["sha256"].as_str().expect("text"),
    ] {
        assert!(text.contains(word), "inspect does not say `{word}`: {text}");
    }

    let encode = ["encode", "out/encoder.onnx"];
    let said = place
        .run(
            &[
                &encode[..],
                &["people.csv", "--out", "all.safetensors", "--json"],
            ]
            .concat(),
        )
        .expect(0)
        .json();
    assert_eq!(said["shape"], serde_json::json!([400, 64]));
    let all = features(&place, "all.safetensors");
    assert_eq!(all.encoder(), told["sha256"].as_str().expect("text"));

    let own = [
        "--data",
        ".",
        "--split",
        "test",
        "--out",
        "test.safetensors",
        "--labels-out",
        "test.csv",
    ];
    place.run(&[&encode[..], &own].concat()).expect(0);
    let test = features(&place, "test.safetensors");
    assert_eq!(test.shape(), [100, 64]);
    let labels = String::from_utf8(place.read("test.csv")).expect("UTF-8");
    assert_eq!(
        labels.lines().count(),
        101,
        "a header, and a row for each record"
    );
    let header: Vec<_> = labels
        .lines()
        .next()
        .expect("a header")
        .split(',')
        .collect();
    assert!(
        header.contains(&"gender") && header.contains(&"income"),
        "{header:?}"
    );

    let raw = [
        "--data",
        ".",
        "--split",
        "train",
        "--out",
        "raw.safetensors",
        "--raw",
    ];
    place.run(&[&encode[..], &raw].concat()).expect(0);
    let raw = features(&place, "raw.safetensors");
    assert_eq!(
        (raw.rows(), raw.encoder()),
        (300, ""),
        "raw inputs come from no encoder"
    );

    // The library gives the same for the same person, whatever the threads.
    let encoder = Encoder::open(place.path("out/encoder.onnx")).expect("the file is an encoder");
    let people = people(400);
    let cells: Vec<_> = people
        .lines()
        .nth(1)
        .expect("a person")
        .split(',')
        .collect();
    let number = |cell: &str| Value::Number(cell.parse().expect("a number"));
    let work = if cells[2] == "?" {
        Value::Missing
    } else {
        Value::Text(cells[2])
    };
    let person = Input::record([
        ("age", number(cells[0])),
        ("hours", number(cells[1])),
        ("work", work),
    ]);
    let alone = encoder.encode(&person).expect("a good record");
    for (one, many) in alone.data().iter().zip(all.row(0)) {
        assert!(
            (one - many).abs() < 1e-5,
            "the command and the library differ"
        );
    }
    for threads in ["1", "2", "7"] {
        let out = format!("{threads}.safetensors");
        place
            .run(
                &[
                    &encode[..],
                    &["people.csv", "--threads", threads, "--out", &out],
                ]
                .concat(),
            )
            .expect(0);
        assert_eq!(features(&place, &out), all, "{threads} threads");
    }
}

#[test]
fn tables_to_encode_are_checked_and_not_quoted() {
    let place = Place::new().with_encoder();
    let run =
        |name: &str| place.run(&["encode", "out/encoder.onnx", name, "--out", "z.safetensors"]);
    place.write("missing.csv", "age,work\n30,private\n");
    run("missing.csv").complains(&["missing.csv", "hours"]);
    place.write(
        "word.csv",
        format!("age,hours,work\n30,40,state\n{CANARY},40,state\n"),
    );
    assert_no_canary(&run("word.csv").complains(&["word.csv", "row 2", "age"]));
    place.write("nan.csv", "age,hours,work\nnan,40,state\n");
    run("nan.csv").complains(&["age", "finite"]);
    place.write(
        "ragged.csv",
        format!("age,hours,work\n30,40,state,{CANARY}\n"),
    );
    assert_no_canary(&run("ragged.csv").complains(&["ragged.csv"]));
    place.write("bytes.csv", b"age,hours,work\n30,40,\xff\xfe\n");
    run("bytes.csv").complains(&["bytes.csv"]);
    assert!(
        !place.has("z.safetensors"),
        "a failed command wrote its result"
    );
    run("gone.csv").complains(&["gone.csv"]);

    // Columns in another order, columns it does not know, missing cells and new categories are no error.
    place.write(
        "good.csv",
        format!("work,note,hours,age\n{CANARY},{CANARY},40,30\n?,,,\n"),
    );
    assert_no_canary(&run("good.csv").expect(0));
    assert_eq!(features(&place, "z.safetensors").shape(), [2, 64]);
}

#[test]
fn pack_puts_another_manifest_into_a_model() {
    let place = Place::new().with_encoder();
    let told = place
        .run(&["inspect", "out/encoder.onnx", "--json"])
        .expect(0)
        .json();
    let width = told["manifest"]["input"]["fields"]
        .as_array()
        .expect("fields")
        .len()
        - 1;
    let categories = told["manifest"]["input"]["fields"][width]["categories"]
        .as_array()
        .expect("categories")
        .len();
    let manifest = |output: usize| {
        format!(
            "format = 1\nname = \"packed\"\nversion = \"2.0.0\"\n[input]\nkind = \"tensor\"\nshape = [{}]\n\
             [output]\nshape = [{output}]\n[method]\nkind = \"external\"\nprivate = [\"gender\"]\n",
            width + categories
        )
    };
    place.write("m.toml", manifest(64));
    let pack = [
        "pack",
        "out/encoder.onnx",
        "--manifest",
        "m.toml",
        "--out",
        "packed.onnx",
    ];
    let packed = place
        .run(&[&pack[..], &["--json"]].concat())
        .expect(0)
        .json();
    assert_eq!(packed["manifest"]["name"], "packed");
    let text = place.run(&["inspect", "packed.onnx"]).expect(0).out;
    assert!(
        text.contains("packed 2.0.0") && text.contains("tensor"),
        "{text}"
    );
    place
        .run(&["encode", "packed.onnx", "people.csv", "--out", "z"])
        .complains(&["tensors", "library"]);
    place
        .run(&["encode", "packed.onnx", "--data", ".", "--out", "z"])
        .complains(&["data set"]);

    std::fs::remove_file(place.path("packed.onnx")).expect("it was there");
    place.write("m.toml", manifest(63));
    place.run(&pack).complains(&["63", "64"]);
    place.write("m.toml", manifest(64).replace("name =", "nom ="));
    place.run(&pack).complains(&["m.toml", "nom"]);
    place.write("m.toml", manifest(64).replace("format = 1", "format = 9"));
    place.run(&pack).complains(&["format 9"]);
    assert!(
        !place.has("packed.onnx"),
        "a failed command wrote its result"
    );
}
