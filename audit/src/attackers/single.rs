//! The best single column: a histogram, or a few thresholds.

use super::{Attacker, Bins, QuantityTask, Regressor, Task};

/// Levels of a histogram at most, and rows for each cell of it.
const LEVELS: usize = 32;
const ROWS: usize = 4;

/// Counts of classes on the levels of one column, or between up to seven thresholds on it.
///
/// Each of the screened columns is fitted; the one that does best on the rows kept aside is used. Finds one leaking
/// column, or one leaking digit of a column, however many columns there are and however few rows; blind to what only
/// several columns tell together.
pub(super) struct SingleColumn;

const NAME: &str = "single-column";

/// Which levels the bins of a column fall on.
struct Levels<'a> {
    column: usize,
    of: Vec<u8>,
    count: usize,
    bins: &'a Bins,
}

impl<'a> Levels<'a> {
    /// At most so many levels with about as many bins each.
    fn even(bins: &'a Bins, column: usize, most: usize) -> Self {
        let codes = bins.train(column).iter().chain(bins.test(column));
        let last = codes.copied().max().map_or(0, usize::from) + 1;
        let count = last.min(most);
        Self {
            column,
            of: (0..last).map(|bin| (bin * count / last) as u8).collect(),
            count,
            bins,
        }
    }

    /// The levels between cuts; each is the first bin of a level.
    fn cut(&self, cuts: &[usize]) -> Self {
        let level = |bin: usize| cuts.iter().filter(|&&cut| cut <= bin).count() as u8;
        Self {
            of: (0..self.of.len()).map(level).collect(),
            count: cuts.len() + 1,
            ..*self
        }
    }

    fn train(&self, row: usize) -> usize {
        usize::from(self.of[usize::from(self.bins.train(self.column)[row])])
    }

    fn test(&self) -> impl Iterator<Item = usize> {
        let codes = self.bins.test(self.column).iter();
        codes.map(|&code| usize::from(self.of[usize::from(code)]))
    }
}

/// Cuts of a column at most.
const CUTS: usize = 7;

/// For each column one cut, two, and so on, as `cuts` finds them; and a histogram.
fn choices<'a>(
    bins: &'a Bins,
    most: usize,
    cuts: impl Fn(&Levels) -> Vec<usize>,
) -> impl Iterator<Item = Levels<'a>> {
    (0..bins.columns()).flat_map(move |column| {
        let even = Levels::even(bins, column, most);
        let cuts = cuts(&even);
        let mut all: Vec<Levels> = (1..=cuts.len())
            .map(|count| even.cut(&cuts[..count]))
            .collect();
        all.push(even);
        all
    })
}

/// The choice with the highest score; of equals the first, which the screening found more telling.
fn best<'a>(
    choices: impl Iterator<Item = Levels<'a>>,
    score: impl Fn(&Levels) -> f64,
) -> Option<Levels<'a>> {
    let scored = choices.map(|levels| (score(&levels), levels));
    scored
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, levels)| levels)
}

impl Attacker for SingleColumn {
    fn name(&self) -> &'static str {
        NAME
    }

    fn of_screened(&self) -> bool {
        true
    }

    fn cost(&self) -> u32 {
        0
    }

    fn attack(&self, task: &Task) -> Vec<f32> {
        let (bins, split) = (task.view.bins(), task.view.split);
        let most = (split.fit.len() / (ROWS * task.classes())).clamp(2, LEVELS);
        let judged = match split.held.as_slice() {
            [] => &split.fit,
            held => held,
        };
        let likelihood = |levels: &Levels| -> f64 {
            let table = Table::new(levels, task, &split.fit);
            let of = |&row: &usize| {
                let class = task.labels[row] as usize;
                table.score(levels.train(row), class, task) / task.priors[class].max(1e-12)
            };
            judged.iter().map(of).sum()
        };
        let cut = |levels: &Levels| cuts(levels, task, &split.fit);
        let rows = task.view.test.dims()[0];
        let Some(levels) = best(choices(bins, most, cut), likelihood) else {
            let prior = |_| task.priors.iter().map(|p| p.max(1e-12).ln() as f32);
            return (0..rows).flat_map(prior).collect();
        };
        let all: Vec<usize> = (0..task.labels.len()).collect();
        let table = Table::new(&levels, task, &all);
        let of = |level| (0..task.classes()).map(move |class| (level, class));
        let cells = levels.test().flat_map(of);
        cells
            .map(|(level, class)| table.score(level, class, task) as f32)
            .collect()
    }
}

/// Rows of each class on each level.
struct Table(Vec<f64>);

impl Table {
    fn new(levels: &Levels, task: &Task, rows: &[usize]) -> Self {
        let mut counts = vec![0.0; levels.count * task.classes()];
        for &row in rows {
            counts[levels.train(row) * task.classes() + task.labels[row] as usize] += 1.0;
        }
        Self(counts)
    }

    /// Log-probability of a class on a level, with one row of the usual mixture added.
    fn score(&self, level: usize, class: usize, task: &Task) -> f64 {
        let counts = &self.0[level * task.classes()..][..task.classes()];
        let prior = task.priors[class].max(1e-12);
        ((counts[class] + prior) / (counts.iter().sum::<f64>() + 1.0)).ln()
    }
}

/// The cuts that tell most of the classes, the most telling first: a tree of one column.
fn cuts(levels: &Levels, task: &Task, rows: &[usize]) -> Vec<usize> {
    let (bins, classes) = (levels.of.len(), task.classes());
    let codes = levels.bins.train(levels.column);
    // Sums of weights below each bin. Classes weigh the same, as they do in the score.
    let mut below = vec![0.0; (bins + 1) * classes];
    for &row in rows {
        let class = task.labels[row] as usize;
        let weight = 1.0 / task.priors[class].max(1e-12);
        below[(usize::from(codes[row]) + 1) * classes + class] += weight;
    }
    for at in classes..below.len() {
        below[at] += below[at - classes];
    }
    let log = |x: f64| if x > 0.0 { x * x.ln() } else { 0.0 };
    let side = |from: usize, to: usize| {
        let weight = |class: usize| below[to * classes + class] - below[from * classes + class];
        let total: f64 = (0..classes).map(weight).sum();
        (0..classes).map(|class| log(weight(class))).sum::<f64>() - log(total)
    };
    let mut found: Vec<usize> = Vec::new();
    while found.len() < CUTS {
        let mut ends = [&[0, bins], &found[..]].concat();
        ends.sort_unstable();
        let gain = |from: usize, cut: usize, to: usize| {
            (side(from, cut) + side(cut, to) - side(from, to), cut)
        };
        let gains = ends.windows(2).flat_map(|pair| {
            let (from, to) = (pair[0], pair[1]);
            (from + 1..to).map(move |cut| gain(from, cut, to))
        });
        let best = gains.reduce(|best, next| if next.0 > best.0 { next } else { best });
        match best {
            Some((gain, cut)) if gain > 1e-9 => found.push(cut),
            _ => break,
        }
    }
    found
}

impl Regressor for SingleColumn {
    fn name(&self) -> &'static str {
        NAME
    }

    fn of_screened(&self) -> bool {
        true
    }

    fn cost(&self) -> u32 {
        0
    }

    fn attack(&self, task: &QuantityTask) -> Vec<f32> {
        let (bins, split) = (task.view.bins(), task.view.split);
        let most = (split.fit.len() / (2 * ROWS)).clamp(2, LEVELS);
        let judged = match split.held.as_slice() {
            [] => &split.fit,
            held => held,
        };
        let error = |levels: &Levels| -> f64 {
            let means = means(levels, task.values, &split.fit);
            let of =
                |&row: &usize| (means[levels.train(row)] - f64::from(task.values[row])).powi(2);
            -judged.iter().map(of).sum::<f64>()
        };
        let even = (0..bins.columns()).map(|column| Levels::even(bins, column, most));
        let Some(levels) = best(even, error) else {
            return vec![0.0; task.view.test.dims()[0]];
        };
        let all: Vec<usize> = (0..task.values.len()).collect();
        let means = means(&levels, task.values, &all);
        levels.test().map(|level| means[level] as f32).collect()
    }
}

/// Mean of the values on each level, with one row of the overall mean, zero, added.
fn means(levels: &Levels, values: &[f32], rows: &[usize]) -> Vec<f64> {
    let mut sums = vec![(0.0, 1.0); levels.count];
    for &row in rows {
        let sum = &mut sums[levels.train(row)];
        *sum = (sum.0 + f64::from(values[row]), sum.1 + 1.0);
    }
    sums.into_iter().map(|(sum, rows)| sum / rows).collect()
}
