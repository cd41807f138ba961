//! How much the levels of a look tell of an attribute.

/// Levels that are told apart at most.
const LEVELS: usize = 32;
/// Rows for each cell of a table, so that chance does not fill it.
const ROWS: usize = 4;

/// An attribute of some training rows.
pub(crate) enum Target {
    /// Class of each row, and number of classes.
    Classes(Vec<u32>, usize),
    /// Value of each row.
    Values(Vec<f64>),
}

impl Target {
    /// The same attribute of some of the rows; values are standardised.
    pub(super) fn of(&self, rows: &[usize]) -> Self {
        match self {
            Target::Classes(labels, classes) => {
                Target::Classes(rows.iter().map(|&row| labels[row]).collect(), *classes)
            }
            Target::Values(values) => {
                let values: Vec<f64> = rows.iter().map(|&row| values[row]).collect();
                let count = values.len() as f64;
                let mean = values.iter().sum::<f64>() / count;
                let squares = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
                let deviation = (squares / count).sqrt().max(f64::MIN_POSITIVE);
                Target::Values(values.iter().map(|x| (x - mean) / deviation).collect())
            }
        }
    }

    /// How far the dependence lies above what chance gives, in its deviations: comparable between looks.
    ///
    /// # Source
    ///
    /// The likelihood-ratio statistic of a contingency table (twice the rows times the mutual information), and for
    /// values rows times the correlation ratio of a one-way analysis of variance: both follow a chi-square distribution
    /// where nothing depends.
    pub(super) fn score(&self, codes: &[u8], levels: usize) -> f64 {
        let cells = match self {
            Target::Classes(_, classes) => codes.len() / (ROWS * classes),
            Target::Values(_) => codes.len() / (2 * ROWS),
        };
        let kept = levels.min(cells.clamp(2, LEVELS));
        let merged: Vec<u8> = (0..levels)
            .map(|level| (level * kept / levels) as u8)
            .collect();
        let level = |code: u8| usize::from(merged[usize::from(code)]);
        let (statistic, freedom) = match self {
            Target::Classes(labels, classes) => {
                let mut table = vec![0u32; kept * classes];
                for (&code, &label) in codes.iter().zip(labels) {
                    table[level(code) * classes + label as usize] += 1;
                }
                likelihood_ratio(&table, *classes)
            }
            Target::Values(values) => {
                let mut sums = vec![(0u32, 0.0); kept];
                for (&code, value) in codes.iter().zip(values) {
                    let sum = &mut sums[level(code)];
                    *sum = (sum.0 + 1, sum.1 + value);
                }
                let filled = sums.iter().filter(|sum| sum.0 > 0);
                let between = filled.clone().map(|sum| sum.1 * sum.1 / f64::from(sum.0));
                (between.sum(), filled.count().saturating_sub(1))
            }
        };
        match freedom {
            0 => f64::NEG_INFINITY,
            freedom => (statistic - freedom as f64) / (2.0 * freedom as f64).sqrt(),
        }
    }
}

/// The statistic of a table with one line for each level, and its degrees of freedom.
fn likelihood_ratio(table: &[u32], classes: usize) -> (f64, usize) {
    let log = |count: u32| match count {
        0 => 0.0,
        count => f64::from(count) * f64::from(count).ln(),
    };
    let (mut columns, mut sum, mut lines) = (vec![0u32; classes], 0.0, 0usize);
    for line in table.chunks_exact(classes) {
        let total: u32 = line.iter().sum();
        lines += usize::from(total > 0);
        sum += line.iter().map(|&count| log(count)).sum::<f64>() - log(total);
        columns.iter_mut().zip(line).for_each(|(all, n)| *all += n);
    }
    let filled = columns.iter().filter(|&&count| count > 0).count();
    sum += log(columns.iter().sum()) - columns.iter().map(|&count| log(count)).sum::<f64>();
    (
        2.0 * sum,
        lines.saturating_sub(1) * filled.saturating_sub(1),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statistic_has_its_closed_form() {
        // A perfect table of two classes: twice the rows times the logarithm of two.
        let (value, freedom) = likelihood_ratio(&[20, 0, 0, 20], 2);
        assert!((value - 80.0 * 2f64.ln()).abs() < 1e-9);
        assert_eq!(freedom, 1);
        let (value, _) = likelihood_ratio(&[10, 10, 10, 10], 2);
        assert!(value.abs() < 1e-9);
        // scipy.stats.chi2_contingency([[10, 20], [30, 5]], lambda_="log-likelihood", correction=False)
        let (value, _) = likelihood_ratio(&[10, 20, 30, 5], 2);
        assert!((value - G).abs() < 1e-6, "{value}");
    }

    /// From SciPy.
    const G: f64 = 19.717_205_136;

    #[test]
    fn values_score_by_the_correlation_ratio() {
        let rows: Vec<usize> = (0..80).collect();
        let values = (0..80).map(|row| f64::from(row % 2)).collect();
        let target = Target::Values(values).of(&rows);
        let codes: Vec<u8> = (0..80).map(|row| row % 2).collect();
        // All of the variance is between the levels: rows times one, minus one, over the root of two.
        let wanted = 79.0 / 2f64.sqrt();
        assert!((target.score(&codes, 2) - wanted).abs() < 1e-9);
        assert!(target.score(&[0; 80], 2).is_infinite());
    }
}
