//! What commands print, and the files they read and write.

use crate::failure::{Failure, Result};
use serde_json::{Value, json};
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};
use tiprdc::{Encoder, shown_line, shown_text};
use tiprdc_train::write_atomically;

/// How much is said on standard error.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
pub enum Volume {
    /// Failures only.
    Quiet,
    Normal,
    /// Every attacker, where there is no progress bar.
    Verbose,
}

static VOLUME: AtomicU8 = AtomicU8::new(Volume::Normal as u8);

pub fn set_volume(volume: Volume) {
    VOLUME.store(volume as u8, Ordering::Relaxed);
}

/// Whether what is said at this volume is heard.
pub fn is_heard(volume: Volume) -> bool {
    volume as u8 <= VOLUME.load(Ordering::Relaxed)
}

/// Prints to standard output; a reader that went away (`| head`) is no error.
pub fn print(text: &str) {
    print_as_is((shown_text(text) + "\n").as_bytes());
}

/// Prints bytes of our own to standard output, as they are.
pub fn print_as_is(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// Prints JSON to standard output.
pub fn print_json(value: &Value) {
    print_json_text(&serde_json::to_string_pretty(value).expect("a JSON value is JSON"));
}

/// Prints JSON, with what a terminal must not see escaped as JSON does.
pub fn print_json_text(json: &str) {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        let mut own = [0; 4];
        // Outside of strings JSON has no such character, and within them `\u` is the same one.
        if c == '\n' || shown_text(c.encode_utf8(&mut own)).len() == c.len_utf8() {
            safe.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                safe += &format!("\\u{unit:04x}");
            }
        }
    }
    print(&safe);
}

/// Prints a note to standard error, unless it is to be quiet there.
pub fn note(text: &str) {
    if is_heard(Volume::Normal) {
        let _ = writeln!(std::io::stderr(), "{}", shown_line(text));
    }
}

/// Prints a failure to standard error.
pub fn error(failure: &Failure) {
    let word = match failure {
        Failure::Gate(_) => "audit failed",
        Failure::Stopped(_) => "stopped",
        Failure::Input(_) | Failure::Internal(_) => "error",
    };
    let _ = writeln!(
        std::io::stderr(),
        "{word}: {}",
        shown_line(&failure.to_string())
    );
}

pub fn make_folder(path: &Path) -> Result {
    std::fs::create_dir_all(path).map_err(|error| {
        Failure::input(format!(
            "cannot make the folder {}: {error}",
            path.display()
        ))
    })
}

pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path)
        .map_err(|error| Failure::input(format!("cannot read {}: {error}", path.display())))
}

pub fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(read(path)?)
        .map_err(|_| Failure::input(format!("{} is not UTF-8 text", path.display())))
}

/// Whether a path names standard output.
pub fn is_stdout(path: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]
        .iter()
        .any(|name| path == Path::new(name))
}

/// Refuses an output that would be mixed with JSON, or shown on a terminal, before any work is done for it.
pub fn check_out(path: &Path, json: bool) -> Result {
    if !is_stdout(path) {
        return Ok(());
    }
    if json {
        return Err(Failure::input(
            "--json and --out - both write to standard output; name a file with --out",
        ));
    }
    if std::io::stdout().is_terminal() {
        return Err(Failure::input(
            "--out - writes bytes to standard output, which is a terminal here; pipe it, or name a file",
        ));
    }
    Ok(())
}

/// Writes a file, whole or not at all; `-` is standard output.
pub fn write(path: &Path, bytes: &[u8]) -> Result {
    if !is_stdout(path) {
        return Ok(write_atomically(path, bytes)?);
    }
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::input(format!(
            "cannot write to standard output: {error}"
        ))),
        _ => Ok(()),
    }
}

/// Says that `path` was written; on standard error if it was standard output.
pub fn wrote(path: &Path, rest: &str) {
    if is_stdout(path) {
        note(&format!("wrote standard output {rest}"));
    } else {
        print(&format!(
            "wrote {} {rest}",
            shown_line(&path.display().to_string())
        ));
    }
}

/// What `train`, `pack` and `inspect` say of an encoder.
pub fn describe(path: &Path, encoder: &Encoder) -> Value {
    let manifest: Value =
        serde_json::from_str(&encoder.manifest().to_json()).expect("a manifest's JSON is valid");
    json!({ "file": path.display().to_string(), "sha256": encoder.digest(), "manifest": manifest })
}
