//! `tiprdc init`: a run file for a table, which trains as it was written.

mod support;

use std::fmt::Write;
use support::*;

/// People with an index, e-mail addresses, a column of one value, markers, and numbers with some text among them.
fn table(rows: usize, separator: &str) -> String {
    let head = [
        "", "mail", "planet", "age", "height", "odd", "work", "sex", "income",
    ];
    let mut text = head.join(separator) + "\n";
    let mut random = numbers(9);
    let mut next = || random.next().expect("without end");
    for row in 0..rows {
        let sex = if next() < 0.5 { "m" } else { "f" };
        let age = if next() < 0.1 {
            "NA".to_owned()
        } else {
            format!("{:.0}", 20.0 + 50.0 * next())
        };
        let height = format!(
            "{:.1}",
            160.0 + 30.0 * next() + if sex == "m" { 12.0 } else { 0.0 }
        );
        let odd = if row % 9 == 0 {
            CANARY.to_owned()
        } else {
            format!("{row}.5")
        };
        let work = ["private", "state", ""][(next() * 3.0) as usize];
        let income = if next() < 0.4 { "high" } else { "low" };
        let cells = [
            row.to_string(),
            format!("{CANARY}{row}@example.org"),
            "earth".into(),
            age,
            height,
            odd,
            work.into(),
            sex.into(),
            income.into(),
        ];
        writeln!(text, "{}", cells.join(separator)).expect("a string");
    }
    text
}

#[test]
fn it_trains_as_written_and_says_why_columns_are_left_out() {
    for (name, separator) in [("people.csv", ","), ("german.csv", ";")] {
        let place = Place::new();
        place.write(name, table(400, separator));
        let ran = place.run(&[
            "init",
            name,
            "--private",
            "sex",
            "--task",
            "income",
            "--out",
            "run.toml",
        ]);
        assert_no_canary(&ran.expect(0));
        let run = String::from_utf8(place.read("run.toml")).expect("UTF-8");
        assert!(!run.contains("canary"), "{run}");
        for part in [
            "drop = [\"\", \"mail\", \"planet\", \"odd\"]",
            "numeric = [\"age\", \"height\"]",
            "categorical = [\"work\"]",
            "missing = [\"NA\"]",
            "#   mail: left out: 400 different texts in 400 rows",
            "#   planet: left out: the same value in all rows",
            "#   sex: private; 2 categories",
            "private = [\"sex\"]",
        ] {
            assert!(run.contains(part), "{part}: {run}");
        }
        let train = [
            "train",
            "run.toml",
            "--set",
            "training.epochs=1",
            "--set",
            "training.pretrain_epochs=1",
        ];
        place
            .run(&[&train[..], &["--out", "out"]].concat())
            .expect(0);
        let inspect = place.run(&["inspect", "out/encoder.onnx"]).expect(0);
        assert!(
            inspect.out.contains("field     age: a number"),
            "{}",
            inspect.out
        );
        assert!(
            inspect
                .out
                .contains("field     work: one of private, state"),
            "{}",
            inspect.out
        );
    }
}

#[test]
fn labels_that_are_numbers_or_missing_become_classes() {
    let place = Place::new();
    place.write("people.csv", table(400, ","));
    place
        .run(&["init", "people.csv", "--private", "age", "--group", "mail"])
        .expect(0);
    let run = String::from_utf8(place.read("people.toml")).expect("UTF-8");
    assert!(run.contains("{ name = \"age\", thresholds = ["), "{run}");
    assert!(run.contains("missing = \"unknown\" }"), "{run}");
    assert!(run.contains("group = \"mail\""), "{run}");
}

#[test]
fn what_cannot_be_written_is_refused() {
    let place = Place::new();
    place.write("people.csv", table(400, ","));
    let init = ["init", "people.csv", "--private"];
    let gone = place
        .run(&[&init[..], &["gender"]].concat())
        .complains(&["`gender`", "people.csv"]);
    assert!(
        !gone.err.contains("planet"),
        "a first row may stand where a header should: {}",
        gone.err
    );
    place
        .run(&[&init[..], &["sex", "--task", "sex"]].concat())
        .complains(&["twice"]);
    place
        .run(&["init", "gone.csv", "--private", "sex"])
        .complains(&["gone.csv"]);
    place.run(&[&init[..], &["sex"]].concat()).expect(0);
    place
        .run(&[&init[..], &["sex"]].concat())
        .complains(&["people.toml", "--force"]);
    place
        .run(&[&init[..], &["sex", "--force"]].concat())
        .expect(0);
}
