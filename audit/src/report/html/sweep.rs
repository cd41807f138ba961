//! A sweep as one page: what each method gives away and keeps, and which points nobody should choose.

mod plot;
mod shapes;
mod table;

use super::escape::{escape, fact, name};
use super::page::{LIMITS, document};
use crate::frontier::{Sweep, SweepPoint};
use crate::report::words::{count, list, number};

/// What this page needs beyond the common style.
const STYLE: &str = include_str!("sweep.css");

impl Sweep {
    /// The sweep as one self-contained HTML page: inline style and pictures, no scripts, nothing fetched.
    ///
    /// It follows the reader's light or dark setting, fits a telephone, and prints with every table open. The same
    /// sweep gives the same bytes. All names are escaped, whatever they hold.
    pub fn to_html(&self) -> String {
        let ranked = self.ranked();
        let body = header(self)
            + &frontier(self, &ranked)
            + &table::points(self, &ranked)
            + &table::attributes(&ranked)
            + &table::failures(self)
            + &how_to_read()
            + LIMITS;
        document("Sweep: privacy against usefulness", STYLE, &body)
    }
}

fn header(sweep: &Sweep) -> String {
    let names = |names: &[String]| escape(&list(names));
    let facts = fact("Sweep", &name(&sweep.name))
        + &fact("Data set", &name(&sweep.dataset))
        + &fact("Points", &count(sweep.points.len(), "point"))
        + &fact("Each trained with", &count(sweep.most_runs(), "seed"))
        + &fact("To be hidden", &names(&sweep.private))
        + &fact("To be kept", &names(&sweep.tasks));
    format!(
        "<header class=\"top\">\n<p class=\"eyebrow\">tiprdc sweep</p>\n<h1>What privacy costs</h1>\n<p class=\"lead\">\
         Encoders of several methods and settings, each attacked by the same fresh attackers: how much of what the raw \
         inputs give away is left, and how much of their use is kept.</p>\n<dl class=\"facts\">\n{facts}</dl>\n</header>\n"
    )
}

/// The picture, and what it says in words.
fn frontier(sweep: &Sweep, ranked: &[&SweepPoint]) -> String {
    format!(
        "<section aria-labelledby=\"frontier\">\n<h2 id=\"frontier\">The frontier</h2>\n{}{}</section>\n",
        summary(sweep, ranked),
        plot::plot(sweep, ranked)
    )
}

fn summary(sweep: &Sweep, ranked: &[&SweepPoint]) -> String {
    let placed = sweep
        .points
        .iter()
        .filter(|point| point.dominated.is_some())
        .count();
    let open = sweep
        .points
        .iter()
        .filter(|point| point.dominated == Some(false))
        .count();
    let best = ranked.first().and_then(|point| {
        let (leakage, utility) = (point.leakage.as_ref()?, point.utility.as_ref()?);
        Some(format!(
            "The highest mNAG, {}, has <b>{}</b>: leakage {}, usefulness {}.",
            number(point.mnag?),
            name(&point.name),
            number(leakage.nag),
            number(utility.nag)
        ))
    });
    match best {
        None => "<p>No point has a gain (NAG) of every private attribute and of every task, so that there is nothing to \
                 compare.</p>\n"
            .to_owned(),
        Some(best) => format!(
            "<p>{open} of {} on the frontier: to leak less than one of these, something useful has to be given up. The \
             others are dominated, as another point leaks no more and keeps no less. {best}</p>\n",
            match placed {
                1 => "1 point is".to_owned(),
                _ => count(placed, "point") + " are",
            }
        ),
    }
}

fn how_to_read() -> String {
    let terms = [
        (
            "NAG",
            "Normalised gain over guessing: 0 is guessing, 1 is as much as the raw inputs give.",
        ),
        (
            "Leakage and usefulness",
            "Means of NAG over the private attributes and over the tasks, and over seeds. Leakage is better low, \
             usefulness high.",
        ),
        (
            "mNAG",
            "Usefulness minus leakage: 1 keeps all and hides all, 0 is what raw inputs reach.",
        ),
        (
            "Interval",
            "From the mean lower end of the audits\u{2019} 95 % intervals to the mean upper end, and at least as wide \
             as the seeds lie apart. Dominance goes by means alone: where intervals overlap, another sweep may decide \
             otherwise.",
        ),
        (
            "Choosing",
            "The best of many points on the same test rows looks better than it is. Choose here, then measure the \
             chosen encoder on rows that no audit of the sweep has seen.",
        ),
    ];
    let terms: String = terms
        .iter()
        .map(|(term, text)| fact(term, &escape(text)))
        .collect();
    format!(
        "<section aria-labelledby=\"read\">\n<h2 id=\"read\">How to read this</h2>\n<dl class=\"terms\">\n{terms}</dl>\n\
         </section>\n"
    )
}
