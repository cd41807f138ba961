//! A sweep from end to end: all points, the same bytes for the same seed, going on, and failures.

mod support;

use std::path::PathBuf;
use support::*;

/// Two methods with two settings each.
const METHODS: &str = r#"
[sweep]
private = ["gender"]
tasks = ["income"]
[[sweep.methods]]
vary.method.lambda = [0.3, 0.9]
[[sweep.methods]]
name = "known task"
method = { kind = "plain", tasks = ["income"] }
vary.encoder.features = [4, 8]
"#;

const NAMES: [&str; 4] = [
    "tiprdc, lambda 0.3",
    "tiprdc, lambda 0.9",
    "known task, features 4",
    "known task, features 8",
];

fn place(sweep: &str) -> Place {
    let place = Place::new().with_people();
    place.write("sweep.toml", format!("{RUN}{sweep}"));
    place
}

fn sweep<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let sweep = ["sweep", "sweep.toml", "--data", ".", "--out", out];
    [&sweep[..], more].concat()
}

/// Folders of the points, sorted.
fn folders(place: &Place, out: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(place.path(out).join("points")).expect("a folder of points");
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.expect("readable").path())
        .collect();
    folders.sort();
    folders
}

fn read(place: &Place, name: &str) -> serde_json::Value {
    serde_json::from_slice(&place.read(name)).expect("JSON")
}

#[test]
fn all_points_are_made_once_and_the_same_seed_gives_the_same_bytes() {
    let place = place(METHODS);
    let ran = place.run(&sweep("one", &["--jobs", "2"])).expect(0);
    for name in NAMES {
        assert!(
            ran.out.contains(name),
            "{name} is not in the table: {}",
            ran.out
        );
        let trained = format!("{name}, seed 3: trained");
        assert!(ran.err.contains(&trained), "{}", ran.err);
    }
    let found = read(&place, "one/sweep.json");
    assert_eq!(found["format"], 1);
    assert_eq!(
        (&found["private"][0], &found["tasks"][0]),
        (&"gender".into(), &"income".into())
    );
    let points = found["points"].as_array().expect("points");
    let names: Vec<&str> = points
        .iter()
        .map(|point| point["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, NAMES);
    assert_eq!(points[1]["settings"]["method.lambda"], 0.9);
    assert_eq!(
        (&points[2]["method"], &points[2]["series"]),
        (&"plain".into(), &"known task".into())
    );
    for point in points {
        let run = &point["runs"][0];
        let folder = format!("one/{}", run["folder"].as_str().expect("a folder"));
        let audit = read(&place, &format!("{folder}/audit.json"));
        assert_eq!(run["encoder"], audit["encoder"]);
        let mnag = |of: &serde_json::Value| of["mnag"].as_f64().map(|mnag| (mnag * 1e6).round());
        assert_eq!(mnag(run), mnag(&audit));
        assert_eq!(audit["seed"], 3);
        assert!(place.has(&format!("{folder}/encoder.onnx")));
        assert!(!place.has(&format!("{folder}/checkpoint.safetensors")));
    }
    let page = String::from_utf8(place.read("one/sweep.html")).expect("UTF-8");
    assert!(page.contains("tiprdc, lambda 0.9") && !page.contains("<script"));

    // One at a time, somewhere else, printed.
    let again = place
        .run(&sweep("two", &["--jobs", "1", "--json"]))
        .expect(0);
    assert_eq!(again.json(), found);
    assert!(
        place.read("one/sweep.json") == place.read("two/sweep.json"),
        "other bytes"
    );
    assert!(
        place.read("one/sweep.html") == place.read("two/sweep.html"),
        "another page"
    );

    // A lone audit says the same as one that shares what was found on the raw inputs.
    let folder = folders(&place, "one")[0].clone();
    let audit = [
        "audit",
        "--data",
        ".",
        "--private",
        "gender",
        "--task",
        "income",
        "--seed",
        "3",
        "--json",
    ];
    let encoder = folder.join("encoder.onnx");
    let alone = place
        .run(&[&audit[..], &["--encoder", text(&encoder)]].concat())
        .expect(0);
    let kept = std::fs::read_to_string(folder.join("audit.json")).expect("an audit");
    assert_eq!(alone.out.trim(), kept.trim());

    // What is there is kept; what is gone is made again; what is broken counts as gone.
    let points = folders(&place, "one");
    std::fs::remove_dir_all(&points[0]).expect("removed");
    std::fs::remove_file(points[1].join("audit.json")).expect("removed");
    std::fs::write(points[2].join("encoder.onnx"), "half of it").expect("written");
    let rest = place.run(&sweep("one", &[])).expect(0);
    assert_eq!(rest.err.matches("done before").count(), 1, "{}", rest.err);
    assert_eq!(rest.err.matches("trained in").count(), 2, "{}", rest.err);
    assert_eq!(rest.err.matches("audited").count(), 3, "{}", rest.err);
    assert!(
        place.read("one/sweep.json") == place.read("two/sweep.json"),
        "a trace is left"
    );

    // Raw inputs are not attacked again: what was found on them lies there, and is believed.
    let raw = std::fs::read_dir(place.path("one/raw")).expect("a folder");
    let raw: Vec<PathBuf> = raw.map(|entry| entry.expect("readable").path()).collect();
    assert_eq!(raw.len(), 1, "one seed, one preprocessing");
    let found = std::fs::read_to_string(&raw[0]).expect("JSON");
    let mut changed: serde_json::Value = serde_json::from_str(&found).expect("JSON");
    changed["classes"][0]["value"] = 0.875.into();
    let point = &folders(&place, "one")[0];
    for (kept, unprotected) in [(changed.to_string(), true), ("half of".into(), false)] {
        std::fs::write(&raw[0], kept).expect("written");
        std::fs::remove_file(point.join("audit.json")).expect("removed");
        place.run(&sweep("one", &[])).expect(0);
        let audit = std::fs::read_to_string(point.join("audit.json")).expect("an audit");
        let audit: serde_json::Value = serde_json::from_str(&audit).expect("JSON");
        assert_eq!(audit["attributes"][0]["unprotected"] == 0.875, unprotected);
    }
    assert_eq!(std::fs::read_to_string(&raw[0]).expect("JSON"), found);

    // Another setting, or other data, makes other points.
    let other = place.run(&sweep(
        "one",
        &["--set", "sweep.tasks=[\"income\",\"gender\"]"],
    ));
    other.complains(&["gender", "twice"]);
    place.write("people.csv", people(390));
    let changed = place.run(&sweep(
        "one",
        &["--set", "sweep.methods=[{vary={method={lambda=[0.3]}}}]"],
    ));
    let changed = changed.expect(0);
    assert!(!changed.err.contains("done before"), "{}", changed.err);
}

#[test]
fn a_point_that_fails_is_recorded_and_the_others_go_on() {
    let place = place(
        "[[sweep.methods]]\nmethod = { kind = \"plain\", tasks = [\"income\"] }\n\
         vary.training.learning_rate = [1e30, 1e-3]\n[sweep]\nprivate = [\"gender\"]\n",
    );
    let ran = place
        .run(&sweep("out", &[]))
        .complains(&["1 of 2", "sweep.json"]);
    assert!(ran.err.contains("failed: training diverged"), "{}", ran.err);
    let found = read(&place, "out/sweep.json");
    let (failed, good) = (&found["points"][0], &found["points"][1]);
    let error = failed["runs"][0]["error"].as_str().expect("an error");
    assert!(error.contains("diverged"), "{error}");
    assert!(failed["dominated"].is_null() && failed["mnag"].is_null());
    assert!(good["runs"][0]["error"].is_null());
    assert_eq!(good["seeds"][0], 3);
    assert_eq!(
        found["tasks"],
        serde_json::json!(["income"]),
        "all others are tasks"
    );
    assert!(
        place
            .read("out/sweep.html")
            .windows(8)
            .any(|bytes| bytes == b"diverged")
    );
    // The same command keeps the good one and tries the other again.
    let again = place.run(&sweep("out", &[])).expect(2);
    assert_eq!(again.err.matches("done before").count(), 1, "{}", again.err);
}

#[test]
fn what_is_wrong_in_the_file_is_named_before_anything_is_trained() {
    let raw = "[[sweep.methods]]\nmethod = { kind = \"raw\" }\n";
    for (sweep_table, words) in [
        ("", &["[sweep]", "--help"][..]),
        ("[sweep]\nmetods = []\n", &["metods", "methods"]),
        ("[[sweep.methods]]\nstrenght = 1\n", &["strenght", "vary"]),
        ("[[sweep.methods]]\nvary.method.lamda = [1]\n", &["lamda"]),
        (
            "[[sweep.methods]]\nvary.method.lambda = []\n",
            &["method.lambda", "empty"],
        ),
        (
            "[sweep]\nseeds = []\n[[sweep.methods]]\n",
            &["sweep.seeds", "empty"],
        ),
        ("[sweep]\nmethods = []\n", &["sweep.methods", "empty"]),
        (
            "[sweep]\ntasks = [\"species\"]\n[[sweep.methods]]\n",
            &["species", "income"],
        ),
        (
            "[sweep]\nprivate = [\"species\"]\n[[sweep.methods]]\n",
            &["species", "gender"],
        ),
        (
            "[[sweep.methods]]\nmethod = { kind = \"plain\", tasks = [\"species\"] }\n",
            &["species", "income"],
        ),
        (&format!("{raw}{raw}"), &["`raw`", "name"]),
        (
            "[[sweep.methods]]\nvary.method.lambda = [-1]\n",
            &["lambda"],
        ),
    ] {
        let place = place(sweep_table);
        place.run(&sweep("out", &[])).complains(words);
        assert!(!place.has("out"), "{sweep_table}: something was begun");
    }
    let place = place(METHODS);
    // A table is looked for beside its file; where it is not, the folder has to be named.
    let elsewhere = ["--set", "dataset.train=\"elsewhere.csv\""];
    place
        .run(&[&["sweep", "sweep.toml"][..], &elsewhere].concat())
        .complains(&["--data", "TIPRDC_DATA"]);
    place
        .run(&sweep("out", &["--set", "sweep.sed=1"]))
        .complains(&["sed"]);
}

#[cfg(unix)]
#[test]
fn a_sweep_that_was_stopped_goes_on_where_it_was() {
    use std::process::Stdio;
    use std::time::Duration;

    let place = place(
        "[sweep]\nprivate = [\"gender\"]\n[[sweep.methods]]\nvary.method.lambda = [0.3]\n[[sweep.methods]]\n\
         method = { kind = \"plain\", tasks = [\"income\"] }\n",
    );
    let long = ["--jobs", "1", "--set", "training.epochs=30"];
    place.run(&sweep("whole", &long)).expect(0);

    // In the middle of training: as soon as there is a checkpoint.
    let mut command = place.command(&sweep("parts", &long));
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let written = || {
        let points = std::fs::read_dir(place.path("parts/points"))
            .into_iter()
            .flatten();
        points
            .flatten()
            .any(|point| point.path().join("checkpoint.safetensors").exists())
    };
    for _ in 0..600 {
        if written() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    interrupt(child.id());
    let stopped = ran(child.wait_with_output().expect("it ends")).expect(130);
    assert!(stopped.err.contains("same command"), "{}", stopped.err);
    assert!(!place.has("parts/sweep.json"), "half a sweep is none");

    // Again while attackers are at work, who cannot be stopped halfway.
    let again = interrupted(&place, &sweep("parts", &long), "seed 3: trained").expect(130);
    assert!(again.err.contains("resuming"), "{}", again.err);
    let rest = place.run(&sweep("parts", &long)).expect(0);
    assert!(
        !rest.err.contains("lambda 0.3, seed 3: trained"),
        "{}",
        rest.err
    );
    assert!(
        place.read("parts/sweep.json") == place.read("whole/sweep.json"),
        "the stops left a trace"
    );
}
