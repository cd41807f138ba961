//! The bars of all attributes as one picture, for those who show a report elsewhere than on its page.

use super::bars::drawing;
use super::escape::escape;
use super::marks::role_class;
use super::page::STYLE;
use crate::report::verdict::verdict;
use crate::report::words::{number, range};
use crate::report::{AttributeReport, Report};

/// Sizes in pixels.
const WIDTH: u32 = 720;
const MARGIN: u32 = 24;
const ROW: u32 = 128;
const FOOT: u32 = 40;

impl Report {
    /// The bars of the page as a picture: SVG with its own style, nothing fetched.
    ///
    /// Each attribute has the range from 0 to 1, guessing (dashed), raw inputs (diamond) and what the strongest attacker
    /// finds in the features (disc, with its 95 % interval). All names are escaped.
    pub fn to_svg(&self) -> String {
        let height = ROW * self.attributes.len() as u32 + FOOT;
        let rows: String = self.attributes.iter().zip(0..).map(row).collect();
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} \
             {height}\" role=\"img\" font-family=\"system-ui, sans-serif\">\n<style>\n{STYLE}</style>\n<rect \
             width=\"100%\" height=\"100%\" style=\"fill: var(--paper)\"/>\n{rows}<text x=\"{MARGIN}\" y=\"{}\">disc: \
             features, with a 95 % interval; diamond: raw inputs; dashed: guessing; triangle: tasks\u{2019} labels \
             alone</text>\n</svg>\n",
            height - FOOT / 2
        )
    }
}

fn row((attribute, place): (&AttributeReport, u32)) -> String {
    let top = place * ROW;
    let strongest = &attribute.strongest;
    format!(
        "<text x=\"{MARGIN}\" y=\"{}\" style=\"fill: var(--ink); font-size: 15px; font-weight: 650\">{} ({}): {} {}, \
         {}</text>\n<svg x=\"{MARGIN}\" y=\"{}\" width=\"{}\" height=\"76\" class=\"attribute {}\" \
         style=\"overflow: visible\">\n{}</svg>\n",
        top + 30,
        escape(&attribute.name),
        escape(&attribute.direction),
        number(strongest.value),
        range(strongest.interval),
        escape(verdict(attribute).word),
        top + 42,
        WIDTH - 2 * MARGIN,
        role_class(attribute.role),
        drawing(attribute),
    )
}
