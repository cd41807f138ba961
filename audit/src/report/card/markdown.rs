//! Text from elsewhere on its way into Markdown.

use crate::report::words::turns_direction;

/// Makes text harmless in a paragraph, a list item and a table cell: one line, no markup, no HTML, no links.
///
/// Every sign that Markdown knows gets a backslash. `<` and `&` become entities, as some renderers pass HTML through.
pub(super) fn text(raw: &str) -> String {
    let mut escaped = String::with_capacity(raw.len());
    for character in raw.chars() {
        match character {
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '&' => escaped += "&amp;",
            // GitHub makes links of bare addresses after it has read entities; a word joiner stops it and is not seen.
            ':' => escaped += "&#58;&#8288;",
            '@' => escaped += "&#8288;&#64;",
            '.' if escaped.to_ascii_lowercase().ends_with("www") => escaped += "&#8288;.",
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '~' | '#' | '!' | '$' => {
                escaped.push('\\');
                escaped.push(character);
            }
            c if turns_direction(c) => escaped.push('\u{fffd}'),
            c if c.is_control() || c == '\u{2028}' || c == '\u{2029}' => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped.trim().to_owned()
}

/// A table; cells are Markdown already, see [`text`].
pub(super) fn table<const N: usize>(heads: [&str; N], rows: &[[String; N]]) -> String {
    let mut table = format!("| {} |\n|{}\n", heads.join(" | "), " --- |".repeat(N));
    for row in rows {
        table += &format!("| {} |\n", row.join(" | "));
    }
    table + "\n"
}

/// A block of code whose fence is longer than any run of backticks in it.
pub(super) fn fence(language: &str, code: &str) -> String {
    let (mut longest, mut run) = (0, 0);
    for character in code.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}{language}\n{}\n{fence}\n", code.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stay_one_cell_and_hold_no_markup() {
        let cell = text("a|b\n**c** <img> `d` [e](f) \\| http://x");
        assert!(!cell.contains('\n') && !cell.contains('<') && !cell.contains("://"));
        let bytes = cell.as_bytes();
        for (at, _) in cell.match_indices(['|', '*', '`', '[']) {
            let backslashes = bytes[..at]
                .iter()
                .rev()
                .take_while(|b| **b == b'\\')
                .count();
            assert!(backslashes % 2 == 1, "{cell}");
        }
    }

    #[test]
    fn addresses_are_no_links_and_directions_no_turns() {
        let cell = text("http://a.b me@c.d WWW.e.f \u{202e}x\u{200f}");
        let joiner = |entities: &str| entities.replace("&#8288;", "\u{2060}");
        assert_eq!(
            joiner(&cell).replace("&#58;", ":").replace("&#64;", "@"),
            "http:\u{2060}//a.b me\u{2060}@c.d WWW\u{2060}.e.f \u{fffd}x\u{fffd}"
        );
    }

    #[test]
    fn fences_survive_backticks() {
        assert_eq!(fence("toml", "a = 1\n"), "```toml\na = 1\n```\n");
        let block = fence("toml", "a = \"````\"");
        assert!(block.starts_with("`````toml\n") && block.ends_with("\n`````\n"));
    }
}
