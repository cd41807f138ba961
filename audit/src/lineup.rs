//! Which attackers meet rows of a shape.

use crate::attackers::{ALL, Attacker, REGRESSORS, Regressor};
use crate::audit::Pair;
use crate::identical::mostly_repeated;
use crate::pca::{NARROWEST, components};
use crate::report::NotTested;
use crate::view::View;

/// All columns, and their principal components.
pub(crate) struct Views<'a> {
    pub all: View<'a>,
    pub principal: Option<View<'a>>,
}

impl<'a> Views<'a> {
    pub(crate) fn new(all: View<'a>) -> Self {
        let principal = (all.width() >= NARROWEST).then(|| all.principal());
        Self { all, principal }
    }

    fn of(&self, principal: bool) -> &View<'a> {
        match &self.principal {
            Some(view) if principal => view,
            _ => &self.all,
        }
    }
}

/// One fit to be made for every attribute.
pub(crate) struct Entry<A: ?Sized + 'static> {
    pub attacker: &'static A,
    principal: bool,
    pub start: usize,
}

impl<A: ?Sized> Entry<A> {
    pub(crate) fn view<'v, 'a>(&self, views: &'v Views<'a>) -> &'v View<'a> {
        views.of(self.principal)
    }

    /// `pca/` for principal components, `#2` for the second start.
    fn label(&self, name: &str) -> String {
        let pca = if self.principal { "pca/" } else { "" };
        match self.start {
            0 => format!("{pca}{name}"),
            start => format!("{pca}{name}#{}", start + 1),
        }
    }
}

impl Entry<dyn Attacker> {
    pub(crate) fn name(&self) -> String {
        self.label(self.attacker.name())
    }
}

impl Entry<dyn Regressor> {
    pub(crate) fn name(&self) -> String {
        self.label(self.attacker.name())
    }
}

/// The attackers for categorical attributes, and those that these rows are not for.
pub(crate) fn attackers(pair: &Pair, what: &str) -> (Vec<Entry<dyn Attacker>>, Vec<NotTested>) {
    let (mut entries, mut missing) = (Vec::new(), Vec::new());
    let shape = pair.train.shape();
    let repeated = mostly_repeated(pair);
    for (principal, shape) in kinds(shape) {
        for attacker in ALL {
            // Where rows do not come again there is nothing to count; and their components are the same as often.
            if attacker.counts_rows() && (principal || !repeated) {
                continue;
            }
            match attacker.unfit(&shape) {
                None => entries.extend((0..attacker.starts()).map(|start| Entry {
                    attacker,
                    principal,
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
    missing.extend(too_narrow(shape, what));
    (entries, missing)
}

/// The attackers for continuous attributes.
pub(crate) fn regressors(shape: &[usize]) -> Vec<Entry<dyn Regressor>> {
    let of = |(principal, _)| {
        REGRESSORS.map(|attacker| Entry {
            attacker,
            principal,
            start: 0,
        })
    };
    kinds(shape).into_iter().flat_map(of).collect()
}

/// All columns, then principal components where there are enough columns.
fn kinds(shape: &[usize]) -> Vec<(bool, Vec<usize>)> {
    let width: usize = shape.iter().product();
    let mut kinds = vec![(false, shape.to_vec())];
    if width >= NARROWEST {
        kinds.push((true, vec![components(width)]));
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
