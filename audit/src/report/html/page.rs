//! The page as a whole.

use super::attribute::section;
use super::glance::{at_a_glance, header};
use super::rest::{how_to_read, missing, next, other_attacks};
use crate::labels::Role;
use crate::report::Report;

/// The style, a file of its own so that editors know what it is.
pub(super) const STYLE: &str = include_str!("style.css");

/// Nothing but the page's own style is ever loaded, even if a mistake put an address into it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// All of it.
pub(super) fn page(report: &Report) -> String {
    let body = header(report)
        + &at_a_glance(report)
        + &next(report)
        + &attributes(report, Role::Private, "Private attributes")
        + &attributes(report, Role::Task, "Tasks")
        + &other_attacks(report)
        + &how_to_read(report)
        + &missing(report)
        + LIMITS;
    document("Audit: what the features give away", "", &body)
}

/// A whole document around what is to be read; `style` comes after the common style.
pub(super) fn document(title: &str, style: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta \
         http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light \
         dark\">\n<title>{title}</title>\n<style>\n{STYLE}{style}</style>\n</head>\n<body>\n<main>\n\
         {body}</main>\n</body>\n</html>\n"
    )
}

/// The paragraph that nobody may overlook.
pub(super) const LIMITS: &str = "<section aria-labelledby=\"limits\" class=\"limits\">\n<h2 id=\"limits\">A lower bound, no \
                      guarantee</h2>\n<p>An audit bounds leakage from below: these attackers found at least this \
                      much on these people. A stronger attacker, more data, or something known from elsewhere may \
                      find more. Attributes that are not listed were not looked at, and neither were time, size and \
                      sender of an upload.</p>\n</section>\n";

fn attributes(report: &Report, role: Role, title: &str) -> String {
    let sections: String = report
        .attributes
        .iter()
        .enumerate()
        .filter(|(_, attribute)| attribute.role == role)
        .map(|(index, attribute)| section(index, attribute))
        .collect();
    if sections.is_empty() {
        return String::new();
    }
    let id = super::marks::role_class(role);
    format!(
        "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n{sections}</section>\n"
    )
}
