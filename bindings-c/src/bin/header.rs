//! Prints include/tiprdc.h; scripts/c_header.sh writes it, or compares it with what is there.

// The library is none that Rust can link, so its functions are compiled once more, with their descriptions.
#[path = "../encode.rs"]
mod encode;
#[path = "../encoder.rs"]
mod encoder;
#[path = "../features.rs"]
mod features;
#[path = "../handle.rs"]
mod handle;
#[path = "../info.rs"]
mod info;
#[path = "../input.rs"]
mod input;
#[path = "../last_error.rs"]
mod last_error;
#[path = "../memory.rs"]
mod memory;
#[path = "../options.rs"]
mod options;
#[path = "../status.rs"]
mod status;
#[path = "../table.rs"]
mod table;
#[path = "../text.rs"]
mod text;
#[path = "../version.rs"]
mod version;
#[path = "../windows.rs"]
mod windows;

use std::io;
use tiprdc::ErrorKind;

const BANNER: &str = "\
/*! \\file tiprdc.h
 * Encode private data on the device: one encoder file, raw input in, features out.
 *
 * Generated from bindings-c; do not edit. Conventions (status, ownership, threads) are in include/README.md.
 */";

fn main() -> io::Result<()> {
    print!("{}", header()?);
    Ok(())
}

/// The text of include/tiprdc.h.
fn header() -> io::Result<String> {
    let mut text = Vec::new();
    safer_ffi::headers::builder()
        .with_banner(BANNER)
        .with_guard("TIPRDC_H")
        .with_text_after_guard(&prelude())
        .to_writer(&mut text)
        .generate()?;
    let text = String::from_utf8(text).map_err(io::Error::other)?;
    let mut lines: Vec<_> = text.lines().map(line).collect();
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    Ok(lines.join("\n") + "\n")
}

/// A line as it should be: a result that stands on a line of its own as `int32_t` is a status, whose name Rust's
/// transparent types lose on the way.
fn line(line: &str) -> &str {
    match line.trim_end() {
        "int32_t" => "tiprdc_status_t",
        line => line,
    }
}

/// Versions and statuses, which come from the package and the core.
fn prelude() -> String {
    let mut text = format!(
        "\n
#include <stdint.h>

/** Version of the library that this header belongs to. */
#define TIPRDC_VERSION \"{}\"
#define TIPRDC_VERSION_MAJOR {}
#define TIPRDC_VERSION_MINOR {}
#define TIPRDC_VERSION_PATCH {}

/** What a call says. Numbers are the same in every language, and never reused: 100..199 concern the encoder file,
 *  200..299 what the caller passed in, 300..399 features, 900..999 the library. */
enum tiprdc_status {{
    /** It worked. */
    TIPRDC_OK = 0,
",
        env!("CARGO_PKG_VERSION"),
        env!("CARGO_PKG_VERSION_MAJOR"),
        env!("CARGO_PKG_VERSION_MINOR"),
        env!("CARGO_PKG_VERSION_PATCH"),
    );
    let last = ErrorKind::ALL.len() - 1;
    for (index, kind) in ErrorKind::ALL.iter().enumerate() {
        let comma = if index == last { "" } else { "," };
        let name = screaming(kind.name());
        let meaning = kind.meaning();
        text += &format!(
            "    /** {meaning} */\n    TIPRDC_ERROR_{name} = {}{comma}\n",
            kind.code()
        );
    }
    text + "};\n\n/** A value of enum tiprdc_status. */\ntypedef int32_t tiprdc_status_t;\n"
}

/// `InputShape` as `INPUT_SHAPE`.
fn screaming(name: &str) -> String {
    let mut text = String::new();
    for (index, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && index > 0 {
            text.push('_');
        }
        text.extend(letter.to_uppercase());
    }
    text
}
