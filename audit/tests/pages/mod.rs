//! What holds for every page that the judge writes.

#![allow(
    clippy::unwrap_used,
    reason = "what a test cannot set up should fail it"
)]

/// What no page may hold, whatever the report says.
const FORBIDDEN: [&str; 9] = [
    "http://",
    "https://",
    "<script",
    "url(",
    "NaN",
    ">inf",
    "\"inf",
    "javascript:",
    "@import",
];

/// Nothing forbidden, the same bytes twice, and plain numbers only.
pub fn check_page(write: &dyn Fn() -> String) -> String {
    let html = write();
    for forbidden in FORBIDDEN {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    assert_eq!(html, write(), "the same findings give the same bytes");
    check_numbers(&html);
    html
}

/// Every coordinate and size in the pictures is a plain number or percentage.
fn check_numbers(html: &str) {
    for name in [
        "x", "y", "x1", "x2", "y1", "y2", "width", "height", "r", "cx", "cy",
    ] {
        for (at, start) in html.match_indices(&format!(" {name}=\"")) {
            let value = html[at + start.len()..].split('"').next().unwrap();
            let number: f64 = value.trim_end_matches('%').parse().unwrap();
            assert!(number.is_finite(), "{name}={value}");
        }
    }
    for (at, start) in html.match_indices(" d=\"") {
        let path = html[at + start.len()..].split('"').next().unwrap();
        let known = |c: char| "MLHVAZvhz0123456789.- ".contains(c);
        assert!(path.chars().all(known), "{path}");
    }
}
