//! What commands print, and the files they read and write.

use crate::failure::{Failure, Result};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use tiprdc::Encoder;
use tiprdc_train::write_atomically;

/// Prints to standard output; a reader that went away (`| head`) is no error.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out
        .write_all(text.as_bytes())
        .and_then(|()| out.write_all(b"\n"))
        .and_then(|()| out.flush());
}

/// Prints JSON to standard output.
pub fn print_json(value: &Value) {
    print(&serde_json::to_string_pretty(value).expect("a JSON value is JSON"));
}

/// Prints a note to standard error.
pub fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Prints a failure to standard error.
pub fn error(failure: &Failure) {
    let word = match failure {
        Failure::Gate(_) => "audit failed",
        Failure::Stopped(_) => "stopped",
        Failure::Input(_) | Failure::Internal(_) => "error",
    };
    note(&format!("{word}: {failure}"));
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

pub fn write(path: &Path, bytes: &[u8]) -> Result {
    Ok(write_atomically(path, bytes)?)
}

/// What `train`, `pack` and `inspect` say of an encoder.
pub fn describe(path: &Path, encoder: &Encoder) -> Value {
    let manifest: Value =
        serde_json::from_str(&encoder.manifest().to_json()).expect("a manifest's JSON is valid");
    json!({ "file": path.display().to_string(), "sha256": encoder.digest(), "manifest": manifest })
}
