//! Text from a report on its way into HTML.

use crate::report::words::turns_direction;

/// Makes text harmless in elements and in quoted attributes.
///
/// The slash goes too, so that a name that looks like an address stays plain text for every tool that looks for links.
/// The replacement character stands for control characters, which HTML forbids, and for marks that would turn the
/// direction of our own words.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    // A number and its percent sign stay on one line.
    for character in text.replace(" %", "\u{a0}%").chars() {
        match character {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            '/' => escaped += "&#47;",
            '(' => escaped += "&#40;",
            '\n' | '\t' => escaped.push(' '),
            c if c.is_control() || turns_direction(c) => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A name among our words: `bdi` keeps right-to-left names from turning the line around.
pub(super) fn name(text: &str) -> String {
    format!("<bdi>{}</bdi>", escape(text))
}

/// One term of a description list.
pub(super) fn fact(term: &str, value: &str) -> String {
    format!("<div><dt>{term}</dt><dd>{value}</dd></div>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_addresses_and_control_characters_become_text() {
        let hostile = "<script>alert(\"1\")</script> http://x 'y' &amp; \u{0}";
        let text = escape(hostile);
        for forbidden in ["<", ">", "\"", "'", "://", "\u{0}", "(\"", "&amp; "] {
            let allowed = forbidden == "&amp; ";
            assert!(allowed || !text.contains(forbidden), "{forbidden}: {text}");
        }
        assert!(text.contains("&amp;amp;"), "{text}");
        assert_eq!(escape("a\u{202e}b"), "a\u{fffd}b");
        assert_eq!(escape("größe 体重"), "größe 体重");
    }
}
