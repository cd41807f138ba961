//! Numbers as people read them, the same on the page, in advice and in model cards.

use crate::report::AttributeReport;

/// Three decimals; never a minus before zero, never a word of IEEE 754.
pub(crate) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "not available".to_owned();
    }
    let text = format!("{value:.3}");
    match text.strip_prefix('-') {
        Some(zero) if zero.chars().all(|c| matches!(c, '0' | '.')) => zero.to_owned(),
        _ => text,
    }
}

/// "to" rather than a dash, which reads as a minus before R2 scores.
pub(crate) fn range([low, high]: [f64; 2]) -> String {
    format!("{} to {}", number(low), number(high))
}

/// A share of one as whole percent.
pub(crate) fn percent(share: f64) -> String {
    if share.is_finite() {
        // Adding zero takes the minus from a rounded zero.
        format!("{} %", (share * 100.0).round() + 0.0)
    } else {
        "not available".to_owned()
    }
}

/// `1 row`, `2 rows`.
pub(crate) fn count(number: usize, unit: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {unit}{plural}", thousands(number))
}

/// A comma between groups of three digits.
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

/// Marks that turn the direction of everything behind them, beyond the name they came in.
pub(crate) fn turns_direction(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Decibels need no more than one decimal.
pub(crate) fn decibels(value: f64) -> String {
    if value.is_finite() {
        format!("{value:.1} dB")
    } else {
        "not available".to_owned()
    }
}

/// The score in the field's words.
pub(crate) fn metric(attribute: &AttributeReport) -> &str {
    match attribute.metric.as_str() {
        "balanced_accuracy" => "balanced accuracy",
        "r2" => "R\u{b2}",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_never_show_a_negative_zero_or_ieee_words() {
        assert_eq!(number(-0.0001), "0.000");
        assert_eq!(number(-0.25), "-0.250");
        assert_eq!(number(f64::NAN), "not available");
        assert_eq!(number(f64::NEG_INFINITY), "not available");
        assert_eq!(percent(-0.001), "0 %");
        assert_eq!(percent(0.965), "97 %");
    }

    #[test]
    fn counts_are_grouped_and_agree_in_number() {
        assert_eq!(count(1, "row"), "1 row");
        assert_eq!(count(0, "row"), "0 rows");
        assert_eq!(count(1_234_567, "row"), "1,234,567 rows");
    }

    #[test]
    fn lists_read_as_a_sentence() {
        let items: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
        assert_eq!(list(&items), "a, b and c");
        assert_eq!(list(&items[..2]), "a and b");
        assert_eq!(list(&[]), "");
    }
}
