//! Text from files on its way to a terminal: nothing in it may steer one.

/// Most characters of a name.
const NAME: usize = 64;
/// Most characters of a line.
const LINE: usize = 1_000;

/// A name from a file, fit for a message: escaped and at most 64 characters long.
///
/// Control characters, marks that turn the direction of text, and invisible characters are written as Rust writes them.
///
/// # Examples
/// ```
/// assert_eq!(tiprdc::shown("age\u{1b}[31m"), r"age\u{1b}[31m");
/// ```
pub fn shown(name: &str) -> String {
    cut(name, NAME, escaped)
}

/// A message, fit for one line of a terminal: escaped and at most 1,000 characters long.
///
/// A longer one keeps its beginning and its end.
pub fn shown_line(message: &str) -> String {
    cut(message, LINE, escaped)
}

/// Text of several lines, escaped but for its line breaks, and in full.
pub fn shown_text(text: &str) -> String {
    text.chars().fold(String::new(), |mut all, c| {
        match c {
            '\n' => all.push(c),
            c => escaped(c, &mut all),
        }
        all
    })
}

fn cut(text: &str, most: usize, write: impl Fn(char, &mut String)) -> String {
    let mut all = String::new();
    // Bytes are never fewer than characters: short texts, nearly all, are not counted.
    let length = if text.len() <= most {
        0
    } else {
        text.chars().count()
    };
    let (head, tail) = (most * 3 / 4, most / 4);
    if length <= most {
        text.chars().for_each(|c| write(c, &mut all));
        return all;
    }
    text.chars().take(head).for_each(|c| write(c, &mut all));
    all += "...";
    text.chars()
        .skip(length - tail)
        .for_each(|c| write(c, &mut all));
    all
}

fn escaped(c: char, all: &mut String) {
    match c {
        '\n' | '\r' | '\t' => all.extend(c.escape_default()),
        c if is_unseen(c) => all.extend(c.escape_unicode()),
        c => all.push(c),
    }
}

/// Characters that steer a terminal or a renderer, or that are not seen at all.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
            // Zero width, directional marks, line and paragraph separators, embeddings, isolates.
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_escaped() {
        for (raw, right) in [
            ("\u{1b}]0;x\u{7}", r"\u{1b}]0;x\u{7}"),
            ("a\r\nb\tc", r"a\r\nb\tc"),
            ("\u{9b}2J\u{7f}", r"\u{9b}2J\u{7f}"),
            ("\u{202e}gpj\u{2069}", r"\u{202e}gpj\u{2069}"),
            (
                "\u{200b}\u{200f}\u{61c}\u{2028}\u{feff}",
                r"\u{200b}\u{200f}\u{61c}\u{2028}\u{feff}",
            ),
            ("größe 体重 نام", "größe 体重 نام"),
        ] {
            assert_eq!(shown(raw), right);
            assert_eq!(shown_line(raw), right);
        }
        assert_eq!(shown_text("a\nb\u{1b}"), "a\nb\\u{1b}");
    }

    #[test]
    fn long_names_keep_their_ends() {
        let name = format!("begin{}end", "x".repeat(10_000_000));
        let short = shown(&name);
        assert_eq!(short.chars().count(), 48 + 3 + 16);
        assert!(short.starts_with("beginx") && short.ends_with("xend"));
        assert_eq!(shown(&"ä".repeat(64)), "ä".repeat(64));
        assert_eq!(shown_line(&name).len(), 750 + 3 + 250);
    }
}
