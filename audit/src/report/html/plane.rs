//! Privacy against usefulness, as a picture.

use super::bars::place;
use super::escape::escape;
use super::marks::Mark;
use crate::gain::mean;
use crate::labels::Role;
use crate::report::verdict::gain;
use crate::report::words::number;
use crate::report::{AttributeReport, Report};

/// Side of the square, and where it begins, in units of the picture.
const SIDE: f64 = 280.0;
const LEFT: f64 = 34.0;
const TOP: f64 = 24.0;

/// The picture with its legend, or a sentence that says why there is none.
pub(super) fn plane(report: &Report) -> String {
    let (leakage, utility) = (
        mean(&report.attributes, Role::Private),
        mean(&report.attributes, Role::Task),
    );
    let (Some(leakage), Some(utility)) = (leakage, utility) else {
        return "<p class=\"quiet\">There is no picture of privacy against usefulness: it needs the normalised gain \
                (NAG) of every private attribute and of every task, and so raw inputs to compare with.</p>\n"
            .to_owned();
    };
    let spoken = format!(
        "Privacy against usefulness. Leakage of the private attributes, mean NAG {}; usefulness for the tasks, mean \
         NAG {}. Raw inputs are at 1 and 1, guessing at 0 and 0.",
        number(leakage),
        number(utility)
    );
    let mut svg = format!(
        "<figure class=\"plane\">\n<svg viewBox=\"0 0 330 348\" role=\"img\" aria-label=\"{}\">\n",
        escape(&spoken)
    );
    svg += &frame();
    svg += &rug(report);
    svg += &cross(report, leakage, utility);
    svg += &point(0.0, 0.0, Mark::Guess.shape());
    svg += &point(1.0, 1.0, Mark::Raw.shape());
    svg += &point(
        leakage,
        utility,
        r#"<circle class="halo" r="10"/><circle class="here" r="6"/>"#,
    );
    svg += "</svg>\n<figcaption>\n<ul class=\"legend\">\n";
    svg += &format!(
        "<li><svg class=\"key\" viewBox=\"-7 -7 14 14\" width=\"14\" height=\"14\" aria-hidden=\"true\"><circle \
         class=\"here\" r=\"6\"/></svg> <span>this release <b>{}</b> leakage, <b>{}</b> usefulness</span></li>\n\
         <li>{} <span>raw inputs</span></li>\n<li>{} <span>guessing</span></li>\n</ul>\n",
        number(leakage),
        number(utility),
        Mark::Raw.key(),
        Mark::Guess.key(),
    );
    svg + "<p class=\"quiet\">Means of NAG: 0 is guessing, 1 is what the raw inputs give. Above the dashed line more \
           was hidden than lost. Ticks at the edges are single attributes.</p>\n</figcaption>\n</figure>\n"
}

/// A gain as a place along a side of the square; beyond its ends it is drawn there.
fn along(gain: f64) -> Option<f64> {
    place(gain).map(|percent| percent / 100.0 * SIDE)
}

/// Where a leakage is drawn.
pub(super) fn x(gain: f64) -> Option<f64> {
    along(gain).map(|at| LEFT + at)
}

/// Where a usefulness is drawn.
pub(super) fn y(gain: f64) -> Option<f64> {
    along(gain).map(|at| TOP + SIDE - at)
}

/// A shape at a place; nothing where that is no number.
pub(super) fn point(leakage: f64, utility: f64, shape: &str) -> String {
    let (Some(x), Some(y)) = (x(leakage), y(utility)) else {
        return String::new();
    };
    format!("<g transform=\"translate({x:.1} {y:.1})\">{shape}</g>\n")
}

/// The square, what its corners mean, and its axes.
pub(super) fn frame() -> String {
    let (right, bottom, middle) = (LEFT + SIDE, TOP + SIDE, TOP + SIDE / 2.0);
    let corner = |x: f64, y: f64, anchor: &str, class: &str, text: &str| {
        format!(
            "<text class=\"corner{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>\n"
        )
    };
    let (above, below, last) = (TOP - 10.0, bottom + 18.0, bottom + 36.0);
    format!(
        "<rect class=\"square\" x=\"{LEFT}\" y=\"{TOP}\" width=\"{SIDE}\" height=\"{SIDE}\" rx=\"3\"/>\n\
         <rect class=\"goal\" x=\"{LEFT}\" y=\"{TOP}\" width=\"{0}\" height=\"{0}\" rx=\"3\"/>\n\
         <path class=\"even\" d=\"M{LEFT} {bottom}L{right} {TOP}\"/>\n",
        SIDE / 2.0
    ) + &corner(LEFT, above, "start", " best", "useful and private")
        + &corner(right, above, "end", "", "useful, not private")
        + &corner(LEFT, below, "start", "", "private, not useful")
        + &corner(right, below, "end", "", "neither")
        + &corner(LEFT, last, "start", "", "0")
        + &corner(right, last, "end", "", "1")
        + &corner(
            LEFT + SIDE / 2.0,
            last,
            "middle",
            "",
            "leakage (lower is better)",
        )
        + &corner(LEFT - 10.0, bottom, "end", "", "0")
        + &corner(LEFT - 10.0, TOP + 10.0, "end", "", "1")
        + &format!(
            "<text class=\"corner\" transform=\"translate({} {middle}) rotate(-90)\" text-anchor=\"middle\">usefulness \
             (higher is better)</text>\n",
            LEFT - 18.0
        )
}

/// A tick at the edge for every attribute.
fn rug(report: &Report) -> String {
    let tick = |attribute: &AttributeReport| {
        let bottom = TOP + SIDE;
        let path = match attribute.role {
            Role::Private => format!("M{:.1} {bottom}v-7", x(attribute.nag?)?),
            Role::Task => format!("M{LEFT} {:.1}h7", y(attribute.nag?)?),
        };
        let name = escape(&attribute.name);
        Some(format!(
            "<path class=\"rug\" d=\"{path}\"><title>{name}</title></path>\n"
        ))
    };
    report.attributes.iter().filter_map(tick).collect()
}

/// The intervals of a single private attribute and of a single task; a mean of several has none in the report.
fn cross(report: &Report, leakage: f64, utility: f64) -> String {
    let single = |role: Role| {
        let mut of_role = report.attributes.iter().filter(|a| a.role == role);
        let first = of_role.next()?;
        let alone = of_role.next().is_none();
        alone.then(|| gain(first)).flatten().map(|(_, i)| i)
    };
    let horizontal = || {
        let [low, high] = single(Role::Private)?;
        let path = format!("M{:.1} {:.1}H{:.1}", x(low)?, y(utility)?, x(high)?);
        Some(format!("<path class=\"whisker\" d=\"{path}\"/>\n"))
    };
    let vertical = || {
        let [low, high] = single(Role::Task)?;
        let path = format!("M{:.1} {:.1}V{:.1}", x(leakage)?, y(low)?, y(high)?);
        Some(format!("<path class=\"whisker\" d=\"{path}\"/>\n"))
    };
    horizontal().unwrap_or_default() + &vertical().unwrap_or_default()
}
