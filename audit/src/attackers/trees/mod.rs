//! Gradient-boosted trees on histograms.
//!
//! Written here and not taken from a crate: an audit needs many classes at once, a choice of columns for each tree when
//! there are thousands, the same trees for the same seed, and rows that are binned once for all attributes. The crates
//! at hand grow one tree for each class and round, or are bindings to a C++ library that every user would have to build.
//! `benches/attackers.py` compares it with scikit-learn's.

mod bins;
mod boost;
mod grow;

pub(crate) use bins::Bins;

use super::{Attacker, QuantityTask, Regressor, Task};
use crate::rng::stream;
use crate::view::View;
use boost::{Boost, Classes, Squares};

/// At most 31 leaves a tree, at least 20 rows a leaf, a step of 0.1, and as many trees (at most 200) as lower the loss
/// on the rows kept aside: scikit-learn's settings with early stopping. Up to 2,000 rows, as many trees are then fitted to
/// all of them. From 256 columns on, each tree sees 256 of them,
/// chosen at random.
///
/// Finds leaks in a few columns and their combinations, whatever the scale of the columns; weak where every column
/// holds a little.
pub(super) struct Trees;

pub(super) const NAME: &str = "boosted-trees";

impl Attacker for Trees {
    fn name(&self) -> &'static str {
        NAME
    }

    fn prepare(&self, view: &View) {
        view.bins();
    }

    fn cost(&self) -> u32 {
        3
    }

    fn attack(&self, task: &Task) -> Vec<f32> {
        let bins = task.view.bins();
        let mut rng = task.rng(NAME);
        let boost = Boost {
            bins,
            split: task.view.split,
        };
        match task.classes() {
            // More classes than a histogram has lanes are grown on sums of their gradients.
            2 => boost.fit::<4>(&Classes::new(task.labels, 2), &mut rng),
            classes => boost.fit::<8>(&Classes::new(task.labels, classes), &mut rng),
        }
    }
}

impl Regressor for Trees {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cost(&self) -> u32 {
        3
    }

    fn attack(&self, task: &QuantityTask) -> Vec<f32> {
        let boost = Boost {
            bins: task.view.bins(),
            split: task.view.split,
        };
        let mut rng = stream(task.seed, &["attacker", NAME, task.quantity]);
        boost.fit::<4>(&Squares::new(task.values), &mut rng)
    }
}
