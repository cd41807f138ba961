//! Names of folders: everything that decides an encoder and its audit, in a few characters.

use sha2::{Digest, Sha256};
use std::fmt::Write;
use tiprdc_audit::Attribute as Audited;
use tiprdc_train::Run;

/// Characters of a digest in a folder's name.
const SHOWN: usize = 12;

/// The folder of a run, below the folder of points.
///
/// Whoever changes a setting, the data or the audit gets another folder, and so another encoder; nothing else does.
pub fn folder(name: &str, run: &Run, private: &[String], tasks: &[String], data: &str) -> String {
    let digest = short(&[data, &run.to_toml(), &private.join("\n"), &tasks.join("\n")]);
    format!("{}-seed-{}-{digest}", slug(name), run.seed)
}

/// The file of what was found on raw inputs with this seed and preprocessing.
pub fn raw(seed: u64, spec: &str, audited: &[Audited], data: &str) -> String {
    let names = audited.iter().map(|a| format!("{:?} {}", a.role, a.name));
    let names: Vec<String> = names.collect();
    format!(
        "seed-{seed}-{}.json",
        short(&[data, spec, &names.join("\n")])
    )
}

/// The digest of this version and of texts, as it stands in names.
fn short(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in [env!("CARGO_PKG_VERSION")].iter().chain(parts) {
        text(&mut digest, part);
    }
    hexadecimal(digest)[..SHOWN].to_owned()
}

/// A name that every file system takes.
fn slug(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '.';
    let words = name.split(|c| !plain(c)).map(|word| word.trim_matches('.'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let short: String = words.join("-").chars().take(48).collect();
    if short.is_empty() {
        "point".to_owned()
    } else {
        short
    }
}

/// Lengths come first, so that the end of one part is never taken for the beginning of the next.
fn text(digest: &mut Sha256, text: &str) {
    digest.update((text.len() as u64).to_le_bytes());
    digest.update(text);
}

fn hexadecimal(digest: Sha256) -> String {
    digest
        .finalize()
        .iter()
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_fit_for_folders() {
        assert_eq!(slug("tiprdc, lambda 0.3"), "tiprdc-lambda-0.3");
        assert_eq!(slug("../../etc/passwd"), "etc-passwd".to_owned());
        assert_eq!(slug("体重"), "point");
        assert_eq!(slug(&"x".repeat(300)).len(), 48);
    }
}
