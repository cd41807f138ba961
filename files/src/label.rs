//! What makes two labels the same, and a label missing.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// What R, pandas, NumPy, SQL and UCI write where nothing is known; an empty cell is missing, too.
const MARKERS: [&str; 16] = [
    "?", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NAN", "-nan", "NULL", "Null", "null",
    "None", "NaT", "#NA",
];

/// Whether a label says that nothing is known: empty, or a marker such as `NA`, `nan`, `null`, `None` or `?`.
///
/// # Examples
///
/// ```
/// assert!(tiprdc_files::is_missing(" NaN "));
/// assert!(!tiprdc_files::is_missing("none of these"));
/// ```
pub fn is_missing(label: &str) -> bool {
    let label = label.trim();
    label.is_empty() || MARKERS.contains(&label)
}

/// The one spelling of a label: two labels are the same if this is.
///
/// Blanks around it go. `True`, `TRUE` and `true` are `True`, as Python writes it. `1`, `1.0`, `+1` and `1e0` are `1`;
/// `007` stays, as zeros in front mean something. Letters with accents are composed (Unicode NFC).
///
/// # Examples
///
/// ```
/// use tiprdc_files::label_value;
///
/// assert_eq!(label_value("1.0"), label_value(" 1 "));
/// assert_eq!(label_value("TRUE"), label_value("true"));
/// assert_eq!(label_value("e\u{301}t\u{e9}"), "\u{e9}t\u{e9}");
/// assert_ne!(label_value("01"), label_value("1"));
/// ```
pub fn label_value(label: &str) -> Cow<'_, str> {
    let label = label.trim();
    if label.eq_ignore_ascii_case("true") {
        return Cow::Borrowed("True");
    }
    if label.eq_ignore_ascii_case("false") {
        return Cow::Borrowed("False");
    }
    if let Some(number) = number(label) {
        return number;
    }
    if label.is_ascii() {
        return Cow::Borrowed(label);
    }
    Cow::Owned(label.nfc().collect())
}

/// The shortest spelling of a number, if the label is one.
fn number(label: &str) -> Option<Cow<'_, str>> {
    let digits = label.strip_prefix(['+', '-']).unwrap_or(label);
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    let zeros = digits.len() > 1 && digits.starts_with('0');
    if zeros && !digits[1..].starts_with(['.', 'e', 'E']) {
        return None;
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        // A whole number of any length is its digits; there is one zero.
        let plain = label.strip_prefix('+').unwrap_or(label);
        return Some(Cow::Borrowed(if digits == "0" { "0" } else { plain }));
    }
    let number = label.parse::<f64>().ok().filter(|x| x.is_finite())?;
    if number == 0.0 {
        return Some(Cow::Borrowed("0"));
    }
    // Display writes all digits and no exponent, and gives the same number back.
    Some(Cow::Owned(number.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_by_value_and_codes_are_not() {
        for one in ["1", "1.0", "1.", "+1", "1e0", "10e-1", "1.000"] {
            assert_eq!(label_value(one), "1", "{one}");
        }
        for zero in ["0", "-0", "0.0", "-0.0", "0e3", ".0", "+0"] {
            assert_eq!(label_value(zero), "0", "{zero}");
        }
        assert_eq!(label_value("-2.50"), "-2.5");
        assert_eq!(label_value("1e3"), "1000");
        for code in ["007", "00", "1-2", "1 2", "0x10", "inf", "e5", "1_000", "."] {
            assert_eq!(label_value(code), code);
        }
        // Beyond 2^53 neighbours stay apart.
        let (a, b) = ("9007199254740993", "9007199254740992");
        assert_ne!(label_value(a), label_value(b));
    }

    #[test]
    fn words_of_one_spelling_are_one_label() {
        assert_eq!(label_value("  tRue\t"), "True");
        assert_eq!(label_value("FALSE"), "False");
        assert_eq!(label_value("cafe\u{301}"), label_value("caf\u{e9}"));
        assert_ne!(label_value("Female"), label_value("female"));
        assert!(is_missing("") && is_missing("  ") && is_missing("null") && is_missing("N/A"));
        assert!(!is_missing("0") && !is_missing("none") && !is_missing("no"));
    }
}
