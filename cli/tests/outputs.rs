//! Files that the command writes: formats, modes, links, devices, standard output, and one run at a time.
#![cfg(unix)]

mod support;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Stdio;
use support::*;

const ENCODE: [&str; 4] = ["encode", "out/encoder.onnx", "people.csv", "--out"];

fn floats(bytes: &[u8]) -> Vec<f32> {
    let number = |four: &[u8]| f32::from_le_bytes(four.try_into().expect("four bytes"));
    bytes.chunks_exact(4).map(number).collect()
}

#[test]
fn the_name_says_what_is_written() {
    let place = Place::new().with_encoder();
    for end in ["safetensors", "npy", "csv", "parquet"] {
        place
            .run(&[&ENCODE[..], &[&format!("f.{end}")]].concat())
            .expect(0);
    }
    let safe = place.read("f.safetensors");
    place.run(&[&ENCODE[..], &["f.st"]].concat()).expect(0);
    assert_eq!(place.read("f.st"), safe);
    let features = tiprdc::Features::from_bytes(&safe).expect("features");
    let npy = place.read("f.npy");
    let begin = 10 + usize::from(u16::from_le_bytes([npy[8], npy[9]]));
    assert!(npy.starts_with(b"\x93NUMPY\x01\x00") && begin % 64 == 0);
    let header = String::from_utf8_lossy(&npy[10..begin]).into_owned();
    assert!(
        header.contains("'<f4'") && header.contains("(400, 64,)"),
        "{header}"
    );
    assert_eq!(floats(&npy[begin..]), features.data());
    let csv = String::from_utf8(place.read("f.csv")).expect("UTF-8");
    let cells = csv.lines().skip(1).flat_map(|line| line.split(','));
    let cells: Vec<f32> = cells.map(|cell| cell.parse().expect("a number")).collect();
    assert_eq!(cells, features.data(), "no digit is lost");
    let parquet = tiprdc_files::Array::open(&place.path("f.parquet")).expect("readable");
    let wide: Vec<f64> = features
        .data()
        .iter()
        .map(|value| f64::from(*value))
        .collect();
    assert_eq!(parquet.data, wide);
    for name in ["f.txt", "f", "f.onnx"] {
        place
            .run(&[&ENCODE[..], &[name]].concat())
            .complains(&[name, ".npy"]);
        assert!(!place.has(name));
    }
}

#[test]
fn a_dash_is_standard_output() {
    let place = Place::new().with_encoder();
    place
        .run(&[&ENCODE[..], &["f.safetensors"]].concat())
        .expect(0);
    for name in ["-", "/dev/stdout"] {
        let output = place
            .command(&[&ENCODE[..], &[name]].concat())
            .output()
            .expect("it starts");
        assert_eq!(output.status.code(), Some(0));
        assert!(output.stdout == place.read("f.safetensors"), "{name}");
    }
    assert!(!place.has("-"));
    place
        .run(&[&ENCODE[..], &["-", "--json"]].concat())
        .complains(&["--json"]);
    place.run(&[&ENCODE[..], &["/dev/null"]].concat()).expect(0);
    assert!(!std::fs::metadata("/dev/null").expect("there").is_file());
}

#[test]
fn a_reader_that_went_away_is_no_panic() {
    let place = Place::new().with_encoder();
    for arguments in [
        &["inspect", "out/encoder.onnx"][..],
        &["--help"],
        &[&ENCODE[..], &["-"]].concat(),
    ] {
        let mut child = place
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        drop(child.stdout.take());
        let ended = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn modes_and_links_are_kept() {
    let place = Place::new().with_encoder();
    let mode = |name: &str| {
        std::fs::metadata(place.path(name))
            .expect("there")
            .permissions()
            .mode()
            & 0o777
    };
    place.write("plain", "");
    assert_eq!(
        mode("out/encoder.onnx"),
        mode("plain"),
        "the mode of new files"
    );
    std::fs::create_dir(place.path("far")).expect("made");
    place.write("far/f.csv", "old");
    std::fs::set_permissions(
        place.path("far/f.csv"),
        std::fs::Permissions::from_mode(0o604),
    )
    .expect("set");
    symlink("far/f.csv", place.path("link.csv")).expect("made");
    place.run(&[&ENCODE[..], &["link.csv"]].concat()).expect(0);
    assert!(place.path("link.csv").is_symlink());
    assert!(place.read("far/f.csv").starts_with(b"f0,f1"));
    assert_eq!(mode("far/f.csv"), 0o604);
    place
        .run(&[&ENCODE[..], &["gone/f.csv"]].concat())
        .complains(&["cannot write gone/f.csv"]);
}

#[test]
fn names_that_are_odd_are_names() {
    let place = Place::new().with_encoder();
    let odd = OsStr::from_bytes(b"f-\xff\x1b.csv");
    let long = format!("{}.csv", "n".repeat(251));
    for name in [odd, OsStr::new(&long)] {
        let output = place
            .command(&ENCODE)
            .arg(name)
            .output()
            .expect("it starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(!output.stdout.contains(&0x1b));
        let written = std::fs::read(place.path("x").with_file_name(name)).expect("written");
        assert!(written.starts_with(b"f0,f1"));
    }
    let too_long = format!("{}.csv", "n".repeat(300));
    place
        .run(&[&ENCODE[..], &[&too_long]].concat())
        .complains(&["cannot write"]);
}

#[test]
fn a_folder_has_one_run_at_a_time() {
    let place = Place::new().with_people();
    let train = ["train", "run.toml", "--data", ".", "--out", "out"];
    let long = ["--set", "training.epochs=100000"];
    let mut second = None;
    let mut command = place.command(&[&train[..], &long].concat());
    let mut first = command.stderr(Stdio::piped()).spawn().expect("it starts");
    let mut lines = std::io::BufReader::new(first.stderr.take().expect("piped"));
    let mut line = String::new();
    while !line.contains("train epoch 1/") {
        line.clear();
        assert!(std::io::BufRead::read_line(&mut lines, &mut line).expect("UTF-8") > 0);
    }
    second.replace(place.run(&train));
    first.kill().expect("killed");
    first.wait().expect("it ends");
    second
        .expect("it ran")
        .complains(&["another run is at work in out"]);
    place.write("out/.tiprdc-dead.tmp", "half");
    place.run(&train).expect(0);
    assert!(
        !place.has("out/.tiprdc-dead.tmp"),
        "what a dead run left is removed"
    );
}
