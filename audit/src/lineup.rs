//! Which attackers meet rows of a shape.

use std::sync::OnceLock;

use crate::attackers::{ALL, Attacker, REGRESSORS, Regressor, SCREENED, SCREENED_REGRESSORS};
use crate::audit::Pair;
use crate::identical::mostly_repeated;
use crate::pca::{NARROWEST, components};
use crate::report::NotTested;
use crate::screen::{Target, screen};
use crate::view::View;

/// All columns, their principal components, and the screened columns of each attribute; made when first asked for.
pub(crate) struct Views<'a> {
    all: View<'a>,
    principal: OnceLock<View<'a>>,
    screened: OnceLock<Vec<View<'a>>>,
    pair: &'a Pair,
    targets: Vec<Target>,
}

/// Which columns an attacker sees.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    All,
    Principal,
    Screened,
}

impl<'a> Views<'a> {
    /// The views of some rows; `targets` are the categorical attributes, then the continuous ones.
    pub(crate) fn new(all: View<'a>, pair: &'a Pair, targets: Vec<Target>) -> Self {
        Self {
            all,
            principal: OnceLock::new(),
            screened: OnceLock::new(),
            pair,
            targets,
        }
    }

    fn of(&self, seen: Seen, target: usize) -> &View<'a> {
        match seen {
            Seen::All => &self.all,
            Seen::Principal => self.principal.get_or_init(|| self.all.principal()),
            Seen::Screened => &self.screened.get_or_init(|| self.screen())[target],
        }
    }

    fn screen(&self) -> Vec<View<'a>> {
        let found = screen(self.pair, &self.all.split.fit, &self.targets);
        let view = |columns| self.all.screened(columns);
        found.into_iter().map(view).collect()
    }
}

/// One fit to be made for every attribute.
pub(crate) struct Entry<A: ?Sized + 'static> {
    pub attacker: &'static A,
    seen: Seen,
    pub start: usize,
}

impl<A: ?Sized> Entry<A> {
    /// What it sees; `target` counts the attributes, categorical ones first.
    pub(crate) fn view<'v, 'a>(&self, views: &'v Views<'a>, target: usize) -> &'v View<'a> {
        views.of(self.seen, target)
    }

    /// Whether all attributes share what it sees.
    pub(crate) fn shared(&self) -> bool {
        self.seen != Seen::Screened
    }

    /// `pca/` for principal components, `top/` for screened columns, `#2` for the second start.
    fn label(&self, name: &str, of_screened: bool) -> String {
        let seen = match self.seen {
            Seen::Principal => "pca/",
            Seen::Screened if !of_screened => "top/",
            _ => "",
        };
        match self.start {
            0 => format!("{seen}{name}"),
            start => format!("{seen}{name}#{}", start + 1),
        }
    }
}

impl Entry<dyn Attacker> {
    pub(crate) fn name(&self) -> String {
        self.label(self.attacker.name(), self.attacker.of_screened())
    }
}

impl Entry<dyn Regressor> {
    pub(crate) fn name(&self) -> String {
        self.label(self.attacker.name(), self.attacker.of_screened())
    }
}

/// The attackers for categorical attributes, and those that these rows are not for.
pub(crate) fn attackers(pair: &Pair, what: &str) -> (Vec<Entry<dyn Attacker>>, Vec<NotTested>) {
    let (mut entries, mut missing) = (Vec::new(), Vec::new());
    let shape = pair.train.shape();
    let repeated = mostly_repeated(pair);
    for (seen, shape) in kinds(shape) {
        let principal = seen == Seen::Principal;
        for attacker in ALL {
            // Where rows do not come again there is nothing to count; and their components are the same as often.
            if attacker.counts_rows() && (principal || !repeated) {
                continue;
            }
            match attacker.unfit(&shape) {
                None => entries.extend((0..attacker.starts()).map(|start| Entry {
                    attacker,
                    seen,
                    start,
                })),
                // Components have no order in time or space: nobody expects a convolution there.
                Some(_) if principal => {}
                Some(why) => missing.push(NotTested {
                    what: format!("{} on the {what}", attacker.name()),
                    why,
                }),
            }
        }
    }
    entries.extend(SCREENED.map(screened));
    missing.extend(too_narrow(shape, what));
    (entries, missing)
}

/// The attackers for continuous attributes.
pub(crate) fn regressors(shape: &[usize]) -> Vec<Entry<dyn Regressor>> {
    let of = |(seen, _)| {
        REGRESSORS.map(|attacker| Entry {
            attacker,
            seen,
            start: 0,
        })
    };
    let whole = kinds(shape).into_iter().flat_map(of);
    whole.chain(SCREENED_REGRESSORS.map(screened)).collect()
}

fn screened<A: ?Sized>(attacker: &'static A) -> Entry<A> {
    Entry {
        attacker,
        seen: Seen::Screened,
        start: 0,
    }
}

/// All columns, then principal components where there are enough columns.
fn kinds(shape: &[usize]) -> Vec<(Seen, Vec<usize>)> {
    let width: usize = shape.iter().product();
    let mut kinds = vec![(Seen::All, shape.to_vec())];
    if width >= NARROWEST {
        kinds.push((Seen::Principal, vec![components(width)]));
    }
    kinds
}

fn too_narrow(shape: &[usize], what: &str) -> Option<NotTested> {
    let width: usize = shape.iter().product();
    (width < NARROWEST).then(|| NotTested {
        what: format!("principal components of the {what}"),
        why: format!("rows have {width} columns; at least {NARROWEST} are needed"),
    })
}
