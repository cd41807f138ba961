//! Runs the built command in a folder of its own, on small made-up data.

#![allow(dead_code, reason = "every test file uses its own part")]

pub mod releases;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
#[cfg(unix)]
use std::{
    io::{BufRead, BufReader, Read},
    process::Stdio,
};

/// A folder with data, gone when dropped.
pub struct Place {
    folder: tempfile::TempDir,
}

/// What a command said and how it ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("no JSON on standard output: {error}\n{self:?}"))
    }

    pub fn expect(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "another exit code than expected\n{}\n{}",
            self.out, self.err
        );
        self
    }

    /// Failed as bad usage or input does, with a message that holds every one of `words`.
    pub fn complains(self, words: &[&str]) -> Self {
        let ran = self.expect(2);
        for word in words {
            assert!(
                ran.err.contains(word),
                "the message does not say `{word}`: {}",
                ran.err
            );
        }
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
        ran
    }
}

impl Place {
    pub fn new() -> Self {
        Place {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        let folder = path.parent().expect("a file is in a folder");
        std::fs::create_dir_all(folder).expect("made");
        std::fs::write(path, content).expect("written");
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tiprdc"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("TIPRDC_DATA");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        ran(self
            .command(arguments)
            .output()
            .expect("the command starts"))
    }

    /// `people.csv`, 400 rows: `age` and `work` know something of `gender` and `income`.
    pub fn with_people(self) -> Self {
        self.write("people.csv", people(400));
        self.write("run.toml", RUN);
        self
    }

    /// An encoder, `out/encoder.onnx`, trained on the people.
    pub fn with_encoder(self) -> Self {
        let place = self.with_people();
        place
            .run(&["train", "run.toml", "--data", ".", "--out", "out"])
            .expect(0);
        place
    }
}

/// Starts the command, sends SIGINT once standard error has a line with `sign`, and waits for its end.
#[cfg(unix)]
pub fn interrupted(place: &Place, arguments: &[&str], sign: &str) -> Ran {
    let mut command = place.command(arguments);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut lines = BufReader::new(child.stderr.take().expect("piped"));
    let mut err = String::new();
    while !err.contains(sign) {
        assert!(
            lines.read_line(&mut err).expect("UTF-8") > 0,
            "it ended before `{sign}`: {err}"
        );
    }
    interrupt(child.id());
    lines.read_to_string(&mut err).expect("UTF-8");
    let mut ran = ran(child.wait_with_output().expect("it ends"));
    ran.err = err;
    ran
}

/// Sends SIGINT, as Ctrl-C does.
#[cfg(unix)]
pub fn interrupt(process: u32) {
    let sent = Command::new("kill")
        .args(["-INT", &process.to_string()])
        .status()
        .expect("kill is there");
    assert!(sent.success());
}

pub fn ran(output: Output) -> Ran {
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ran {
        code: output.status.code().expect("not killed"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

pub const RUN: &str = r#"
name = "people-gender"
seed = 3
[dataset]
kind = "table"
train = "people.csv"
test_fraction = 0.25
attributes = ["gender", "income"]
[encoder]
architecture = "mlp"
[method]
kind = "tiprdc"
private = ["gender"]
lambda = 0.66
[training]
pretrain_epochs = 1
epochs = 1
batch = 32
"#;

/// Numbers that look random and are the same on every machine, in 0..1.
pub fn numbers(seed: u64) -> impl Iterator<Item = f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    })
}

pub fn people(rows: usize) -> String {
    let mut random = numbers(1);
    let mut next = || random.next().expect("without end");
    let mut text = String::from("age,hours,work,gender,income\n");
    for _ in 0..rows {
        let (gender, income) = (next() < 0.5, next() < 0.4);
        let age = 20.0 + 40.0 * next() + if income { 15.0 } else { 0.0 };
        let hours = 30.0 + 10.0 * next() + if gender { 8.0 } else { 0.0 };
        let work = ["private", "state", "?"][(next() * 3.0) as usize];
        let gender = if gender { "m" } else { "f" };
        let income = if income { "high" } else { "low" };
        writeln!(text, "{age:.1},{hours:.1},{work},{gender},{income}")
            .expect("writing to a string");
    }
    text
}

/// Whether `text` holds what nobody but the user may see.
pub const CANARY: &str = "canary-Zaphod-987654";

pub fn assert_no_canary(ran: &Ran) {
    for part in ["canary", "Zaphod", "987654"] {
        assert!(
            !ran.out.contains(part) && !ran.err.contains(part),
            "`{part}` was printed: {ran:?}"
        );
    }
}

pub fn text(path: &Path) -> &str {
    path.to_str().expect("temporary folders have plain names")
}
