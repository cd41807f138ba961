//! Scores of predictions. Every function is checked against a closed form in the tests.

/// Mean over the classes that occur in `truth` of the share of their rows predicted right.
///
/// Chance is one divided by the number of those classes, however skewed they are, which plain accuracy is not.
pub(crate) fn balanced_accuracy(truth: &[u32], predicted: &[u32], classes: usize) -> f64 {
    let mut cells = vec![(0u64, 0u64); classes];
    for (&truth, &predicted) in truth.iter().zip(predicted) {
        let cell = &mut cells[truth as usize];
        cell.0 += 1;
        cell.1 += u64::from(truth == predicted);
    }
    mean_recall(&cells)
}

/// Mean recall of (rows, hits) cells, over the classes that have rows.
fn mean_recall(cells: &[(u64, u64)]) -> f64 {
    let (mut sum, mut present) = (0.0, 0u32);
    for &(rows, hits) in cells.iter().filter(|cell| cell.0 > 0) {
        sum += hits as f64 / rows as f64;
        present += 1;
    }
    sum / f64::from(present.max(1))
}

/// Share of rows predicted right; on skewed classes it flatters.
pub(crate) fn accuracy(truth: &[u32], predicted: &[u32]) -> f64 {
    let hits = truth.iter().zip(predicted).filter(|(t, p)| t == p).count();
    hits as f64 / truth.len().max(1) as f64
}

/// Area under the ROC curve, each class against the rest, averaged over the classes that have rows and do not have
/// them all. 0.5 is chance, for any number of classes and any skew. `None` when no class can be scored.
///
/// Two classes have one curve, not two: the second is its mirror image.
pub(crate) fn macro_auc(scores: &[f32], truth: &[u32], classes: usize) -> Option<f64> {
    let (mut sum, mut scored) = (0.0, 0u32);
    for class in 0..classes {
        let column: Vec<f32> = scores
            .iter()
            .skip(class)
            .step_by(classes)
            .copied()
            .collect();
        if let Some(auc) = binary_auc(&column, truth, class as u32) {
            sum += auc;
            scored += 1;
        }
    }
    (scored > 0).then(|| sum / f64::from(scored))
}

/// Chance that a row of `class` scores above a row of another class, ties counting half: the Mann-Whitney statistic
/// on mid-ranks.
fn binary_auc(scores: &[f32], truth: &[u32], class: u32) -> Option<f64> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let (mut rank_sum, mut positives, mut below) = (0.0, 0.0, 0.0);
    for tied in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
        let hits = tied.iter().filter(|&&row| truth[row] == class).count() as f64;
        // All rows of a run of ties share the rank in its middle.
        rank_sum += hits * (below + (tied.len() as f64 + 1.0) / 2.0);
        positives += hits;
        below += tied.len() as f64;
    }
    let negatives = scores.len() as f64 - positives;
    let pairs = positives * negatives;
    (pairs > 0.0).then(|| (rank_sum - positives * (positives + 1.0) / 2.0) / pairs)
}

/// Coefficient of determination: one minus the squared error divided by that of naming the mean of `truth`. 0 is no
/// better than the mean, 1 is perfect, and it can be below 0. `truth` must vary.
pub(crate) fn r2(truth: &[f64], predicted: &[f32]) -> f64 {
    let mean = truth.iter().sum::<f64>() / truth.len() as f64;
    let spread: f64 = truth.iter().map(|y| (y - mean).powi(2)).sum();
    let pairs = truth.iter().zip(predicted);
    let error: f64 = pairs.map(|(y, p)| (y - f64::from(*p)).powi(2)).sum();
    1.0 - error / spread
}

/// Spearman's rank correlation, ties sharing the rank in their middle. `None` when one side does not vary.
pub(crate) fn rank_correlation(truth: &[f64], predicted: &[f32]) -> Option<f64> {
    let predicted: Vec<f64> = predicted.iter().copied().map(f64::from).collect();
    let (a, b) = (ranks(truth), ranks(&predicted));
    let middle = (truth.len() as f64 + 1.0) / 2.0;
    let product = |a: &[f64], b: &[f64]| -> f64 {
        let pairs = a.iter().zip(b);
        pairs.map(|(a, b)| (a - middle) * (b - middle)).sum()
    };
    let spread = (product(&a, &a) * product(&b, &b)).sqrt();
    (spread > 0.0).then(|| product(&a, &b) / spread)
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut below = 0.0;
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = below + (tied.len() as f64 + 1.0) / 2.0;
        tied.iter().for_each(|&row| ranks[row] = rank);
        below += tied.len() as f64;
    }
    ranks
}

/// Normalised accuracy gain: 0 is guessing, 1 is as good as from the raw inputs; more than 1 is possible.
///
/// The caller makes sure that `raw` is above `chance`.
///
/// # Source
///
/// PASS (arXiv 2506.07308).
pub(crate) fn nag(value: f64, raw: f64, chance: f64) -> f64 {
    ((value - chance) / (raw - chance)).max(0.0)
}

/// The class of each row that a guesser who knows the scores names when classes weigh the same.
///
/// `scores` are log-probabilities as the training rows have them; dividing by the training share of each class makes
/// the guess the best one for balanced accuracy. A class without training rows is never named.
pub(crate) fn decide(scores: &[f32], priors: &[f64]) -> Vec<u32> {
    let shift: Vec<Option<f32>> = priors
        .iter()
        .map(|&prior| (prior > 0.0).then(|| prior.ln() as f32))
        .collect();
    scores
        .chunks_exact(priors.len())
        .map(|row| {
            let mut best = (0u32, f32::NEG_INFINITY);
            for (class, (&score, shift)) in row.iter().zip(&shift).enumerate() {
                if let Some(shift) = shift
                    && score - shift > best.1
                {
                    best = (class as u32, score - shift);
                }
            }
            best.0
        })
        .collect()
}

/// Share of each class.
pub(crate) fn shares(labels: &[u32], classes: usize) -> Vec<f64> {
    let mut shares = vec![0.0; classes];
    for &label in labels {
        shares[label as usize] += 1.0 / labels.len() as f64;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balanced_accuracy_weighs_classes_the_same() {
        // 3 of 4 right in class 0, 0 of 1 in class 1, class 2 absent: (0.75 + 0) / 2.
        let value = balanced_accuracy(&[0, 0, 0, 0, 1], &[0, 0, 0, 1, 0], 3);
        assert!((value - 0.375).abs() < 1e-12);
        assert_eq!(balanced_accuracy(&[0, 1, 2], &[0, 1, 2], 3), 1.0);
        assert_eq!(balanced_accuracy(&[0, 1], &[1, 0], 2), 0.0);
        assert_eq!(accuracy(&[0, 0, 0, 0, 1], &[0, 0, 0, 1, 0]), 0.6);
    }

    #[test]
    fn auc_counts_pairs_and_half_of_ties() {
        // Scores of class 1: positives 0.9, 0.5; negatives 0.5, 0.1: pairs won 1 + 1 + 0.5 + 1 of 4.
        let truth = [1, 1, 0, 0];
        let column = [0.9f32, 0.5, 0.5, 0.1];
        assert_eq!(binary_auc(&column, &truth, 1), Some(0.875));
        let both: Vec<f32> = column.iter().flat_map(|&p| [1.0 - p, p]).collect();
        assert_eq!(macro_auc(&both, &truth, 2), Some(0.875));
        assert_eq!(binary_auc(&[0.3; 4], &truth, 1), Some(0.5));
        assert_eq!(binary_auc(&column, &[1; 4], 1), None);
        assert_eq!(macro_auc(&both, &[0; 4], 2), None);
    }

    #[test]
    fn macro_auc_averages_classes_that_occur() {
        // Class 0 separated perfectly, class 1 and 2 at chance by ties between their rows.
        let truth = [0, 1, 2];
        #[rustfmt::skip]
        let scores = [
            0.0f32, -9.0, -9.0,
            -9.0, -1.0, -1.0,
            -9.0, -1.0, -1.0,
        ];
        // Class 1 against the rest: above row 0, tied with row 2: 0.75; the same for class 2.
        let value = macro_auc(&scores, &truth, 3).expect("both classes are there");
        assert!((value - (1.0 + 0.75 + 0.75) / 3.0).abs() < 1e-12);
    }

    #[test]
    fn r2_and_rank_correlation_have_their_closed_forms() {
        let truth = [1.0, 2.0, 3.0, 4.0];
        // Squared errors 0, 0, 0, 1 over a spread of 5.
        assert!((r2(&truth, &[1.0, 2.0, 3.0, 5.0]) - 0.8).abs() < 1e-9);
        assert_eq!(r2(&truth, &[2.5; 4]), 0.0);
        // 1 - 6 * sum d^2 / (n (n^2 - 1)): differences 0, 1, 1, 0.
        let value = rank_correlation(&truth, &[0.1, 9.0, 8.0, 10.0]);
        assert!((value.expect("both vary") - 0.8).abs() < 1e-9);
        assert_eq!(rank_correlation(&truth, &[3.0; 4]), None);
        // Ties share ranks: 1, 2.5, 2.5, 4.
        assert_eq!(ranks(&[0.0, 5.0, 5.0, 9.0]), [1.0, 2.5, 2.5, 4.0]);
    }

    #[test]
    fn nag_is_zero_at_chance_and_one_at_raw() {
        assert_eq!(nag(0.5, 0.8, 0.5), 0.0);
        assert_eq!(nag(0.4, 0.8, 0.5), 0.0);
        assert_eq!(nag(0.8, 0.8, 0.5), 1.0);
        assert!((nag(0.9, 0.7, 0.5) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn decisions_undo_the_skew_and_skip_absent_classes() {
        let scores = [0.8f32.ln(), 0.2f32.ln(), 0.0];
        // 0.8 / 0.9 is less than 0.2 / 0.1; class 2 has no training rows.
        assert_eq!(decide(&scores, &[0.9, 0.1, 0.0]), [1]);
        assert_eq!(decide(&scores, &[0.5, 0.5, 0.0]), [0]);
    }
}
