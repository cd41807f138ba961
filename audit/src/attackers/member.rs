//! Attacks on membership: rows of two kinds are shown, others are scored.

use burn::tensor::Tensor;

use super::knn::nearest_distances;
use super::{ALL, Task};
use crate::audit::Pair;
use crate::split::Split;
use crate::stats::shares;
use crate::view::{View, pick};

/// Scores of every test row, higher for members, by attack; `labels` are 1 for the members among the training rows.
///
/// `distance`: a row is scored by how much nearer the nearest member shown is than the nearest outsider shown.
/// `classifier`: boosted trees that tell members from outsiders.
pub(crate) fn member_scores(
    pair: &Pair,
    labels: &[u32],
    seed: u64,
) -> Vec<(&'static str, Vec<f64>)> {
    let every = |seventh: bool| {
        (0..labels.len())
            .filter(move |row| (row % 7 == 3) == seventh)
            .collect()
    };
    let split = Split {
        fit: every(false),
        held: every(true),
    };
    let view = View::new(pair, &split);
    let of = |class: u32| -> Tensor<2> {
        let rows: Vec<usize> = (0..labels.len())
            .filter(|&row| labels[row] == class)
            .collect();
        pick(&view.train, &rows)
    };
    let (members, outsiders) = (
        nearest_distances(&view.test, &of(1)),
        nearest_distances(&view.test, &of(0)),
    );
    let nearer = members.iter().zip(&outsiders);
    let distance = nearer
        .map(|(inside, outside)| f64::from(outside - inside))
        .collect();
    let priors = shares(labels, 2);
    let trees = ALL
        .iter()
        .find(|attacker| attacker.name() == super::trees::NAME);
    let scores = trees.expect("trees are among all attackers").attack(&Task {
        view: &view,
        attribute: "membership",
        labels,
        priors: &priors,
        seed,
        start: 0,
    });
    let classifier = scores
        .chunks_exact(2)
        .map(|row| f64::from(row[1]))
        .collect();
    vec![("distance", distance), ("classifier", classifier)]
}
