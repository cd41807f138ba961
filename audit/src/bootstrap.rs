//! Intervals by resampling rows, or people when rows of one person hang together.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use crate::units::{draws, members};

/// What was predicted of the test rows, ready to be drawn again.
pub(crate) struct Outcomes<'a> {
    /// Class of each test row.
    pub truth: &'a [u32],
    /// Whether the strongest attacker on the features was right.
    pub features: &'a [u32],
    /// The same on the raw inputs, where there are any.
    pub raw: Option<&'a [u32]>,
    /// Number of classes.
    pub classes: usize,
    /// Rows that are drawn together.
    pub groups: Option<&'a [u32]>,
}

/// Balanced accuracies in every draw; the two lists come from the same draws.
pub(crate) struct Draws {
    /// On the features.
    pub features: Vec<f64>,
    /// On the raw inputs; empty without them.
    pub raw: Vec<f64>,
}

/// Rows and hits of one class within one unit of drawing.
#[derive(Clone, Copy)]
struct Cell {
    class: u32,
    rows: u32,
    features: u32,
    raw: u32,
}

impl Outcomes<'_> {
    /// Draws the units (rows or groups) with replacement, `count` times.
    ///
    /// A class that only one unit has counts as often as that unit is drawn: where each person is a class, as when people
    /// are to be recognised, the mean is over the people drawn and not over the classes that were met, which vary less.
    ///
    /// Both attackers are scored on the same draw, so that the interval of their ratio is joint.
    pub(crate) fn draw(&self, count: usize, rng: &mut ChaCha8Rng) -> Draws {
        let (cells, units) = self.units();
        let mut draws = Draws {
            features: Vec::with_capacity(count),
            raw: Vec::with_capacity(count),
        };
        let mut features = vec![(0u64, 0u64); self.classes];
        let mut raw = features.clone();
        let alone = alone(self.classes, &cells, &units);
        for _ in 0..count {
            features.fill((0, 0));
            raw.fill((0, 0));
            for _ in 0..units.len() {
                let (start, end) = units[rng.random_range(0..units.len() as u32) as usize];
                for cell in &cells[start..end] {
                    let class = cell.class as usize;
                    features[class].0 += u64::from(cell.rows);
                    features[class].1 += u64::from(cell.features);
                    raw[class].1 += u64::from(cell.raw);
                }
            }
            draws.features.push(mean_over_drawn(&features, &alone));
            if self.raw.is_some() {
                for (raw, features) in raw.iter_mut().zip(&features) {
                    raw.0 = features.0;
                }
                draws.raw.push(mean_over_drawn(&raw, &alone));
            }
        }
        draws
    }

    /// Cells, and the run of cells that belongs to each unit.
    fn units(&self) -> (Vec<Cell>, Vec<(usize, usize)>) {
        let mut order: Vec<usize> = (0..self.truth.len()).collect();
        let key = |row: usize| match self.groups {
            Some(groups) => (groups[row] as usize, self.truth[row]),
            None => (row, self.truth[row]),
        };
        order.sort_by_key(|&row| key(row));
        let (mut cells, mut units) = (Vec::new(), Vec::new());
        for unit in order.chunk_by(|&a, &b| key(a).0 == key(b).0) {
            let start = cells.len();
            for rows in unit.chunk_by(|&a, &b| self.truth[a] == self.truth[b]) {
                let hits = |predicted: &[u32]| {
                    let hit = |row: &&usize| predicted[**row] == self.truth[**row];
                    rows.iter().filter(hit).count() as u32
                };
                cells.push(Cell {
                    class: self.truth[rows[0]],
                    rows: rows.len() as u32,
                    features: hits(self.features),
                    raw: self.raw.map_or(0, hits),
                });
            }
            units.push((start, cells.len()));
        }
        (cells, units)
    }
}

/// Rows of each class that is all in one unit.
fn alone(classes: usize, cells: &[Cell], units: &[(usize, usize)]) -> Vec<Option<u64>> {
    let mut found: Vec<(u32, u64)> = vec![(0, 0); classes];
    for &(start, end) in units {
        for cell in &cells[start..end] {
            let (units, rows) = &mut found[cell.class as usize];
            (*units, *rows) = (*units + 1, u64::from(cell.rows));
        }
    }
    let rows = |(units, rows): (u32, u64)| (units == 1).then_some(rows);
    found.into_iter().map(rows).collect()
}

/// Mean of recalls over the classes that were drawn, and over those of one unit as often as they were.
fn mean_over_drawn(drawn: &[(u64, u64)], alone: &[Option<u64>]) -> f64 {
    let (mut sum, mut times) = (0.0, 0.0);
    let present = drawn.iter().zip(alone).filter(|(cell, _)| cell.0 > 0);
    for (&(rows, hits), own) in present {
        let weight = own.map_or(1.0, |own| rows as f64 / own as f64);
        sum += weight * hits as f64 / rows as f64;
        times += weight;
    }
    sum / f64::max(times, 1.0)
}

/// Rows times classes that the interval of an area under the curve may cost.
const AUC_COST: usize = 400_000_000;

/// 95 % interval of the area under the curve; `None` where there is no curve, or where draws would take too long.
pub(crate) fn auc_interval(
    scores: &[f32],
    outcomes: &Outcomes,
    count: usize,
    rng: &mut ChaCha8Rng,
) -> Option<[f64; 2]> {
    let (truth, classes) = (outcomes.truth, outcomes.classes);
    let count = count.min(AUC_COST / scores.len().max(1));
    if count < 40 {
        return None;
    }
    let members = members(truth.len(), outcomes.groups);
    let (cells, units) = outcomes.units();
    let alone = alone(classes, &cells, &units);
    let orders: Vec<Vec<u32>> = (0..classes)
        .map(|class| {
            let mut order: Vec<u32> = (0..truth.len() as u32).collect();
            let score = |row: u32| scores[row as usize * classes + class];
            order.sort_by(|&a, &b| score(a).total_cmp(&score(b)));
            order
        })
        .collect();
    let mut weights = vec![0u32; truth.len()];
    let mut draws = Vec::with_capacity(count);
    for _ in 0..count {
        weights.fill(0);
        for _ in 0..members.len() {
            let unit = &members[rng.random_range(0..members.len() as u32) as usize];
            unit.iter().for_each(|&row| weights[row] += 1);
        }
        let of = |(class, order): (usize, &Vec<u32>)| {
            let is = |row: usize| truth[row] as usize == class;
            let area = weighted_auc(order, &weights, |row| scores[row * classes + class], is)?;
            let times = |own: u64| {
                let drawn = (0..truth.len()).filter(|&row| is(row));
                drawn.map(|row| f64::from(weights[row])).sum::<f64>() / own as f64
            };
            Some((alone[class].map_or(1.0, times), area))
        };
        let areas: Vec<(f64, f64)> = orders.iter().enumerate().filter_map(of).collect();
        if !areas.is_empty() {
            let times: f64 = areas.iter().map(|(times, _)| times).sum();
            draws.push(areas.iter().map(|(times, area)| times * area).sum::<f64>() / times);
        }
    }
    (draws.len() >= 40).then(|| interval(&draws))
}

/// Area under the curve where rows count as often as their weight says; `order` is ascending by score.
fn weighted_auc(
    order: &[u32],
    weights: &[u32],
    score: impl Fn(usize) -> f32,
    positive: impl Fn(usize) -> bool,
) -> Option<f64> {
    let (mut wins, mut negatives, mut positives) = (0.0, 0.0, 0.0);
    for tied in order.chunk_by(|&a, &b| score(a as usize) == score(b as usize)) {
        let (mut tied_positives, mut tied_negatives) = (0.0, 0.0);
        for &row in tied {
            let weight = f64::from(weights[row as usize]);
            if positive(row as usize) {
                tied_positives += weight;
            } else {
                tied_negatives += weight;
            }
        }
        wins += tied_positives * (negatives + tied_negatives / 2.0);
        positives += tied_positives;
        negatives += tied_negatives;
    }
    (positives * negatives > 0.0).then(|| wins / (positives * negatives))
}

/// Guesses of a continuous attribute, ready to be drawn again.
pub(crate) struct Errors<'a> {
    /// Value of each test row.
    pub truth: &'a [f64],
    /// Guesses of the strongest attacker on the features.
    pub features: &'a [f32],
    /// The same on the raw inputs, where there are any.
    pub raw: Option<&'a [f32]>,
    /// Rows that are drawn together.
    pub groups: Option<&'a [u32]>,
}

impl Errors<'_> {
    /// R2 in every draw of units with replacement, features and raw inputs on the same draws.
    ///
    /// A draw in which the attribute does not vary is left out.
    pub(crate) fn draw(&self, count: usize, rng: &mut ChaCha8Rng) -> Draws {
        let members = members(self.truth.len(), self.groups);
        // Rows, sum and sum of squares of the truth, squared errors on features and raw inputs.
        let sums: Vec<[f64; 5]> = members
            .iter()
            .map(|rows| {
                let mut sums = [0.0; 5];
                for &row in rows {
                    let truth = self.truth[row];
                    let error = |guesses: &[f32]| (truth - f64::from(guesses[row])).powi(2);
                    let raw = self.raw.map_or(0.0, error);
                    let more = [1.0, truth, truth * truth, error(self.features), raw];
                    sums.iter_mut()
                        .zip(more)
                        .for_each(|(sum, more)| *sum += more);
                }
                sums
            })
            .collect();
        let mut drawn = Draws {
            features: Vec::with_capacity(count),
            raw: Vec::with_capacity(count),
        };
        for [rows, sum, squares, features, raw] in draws(&sums, count, rng) {
            let spread = squares - sum * sum / rows;
            if spread > 1e-9 * squares {
                drawn.features.push(1.0 - features / spread);
                drawn.raw.push(1.0 - raw / spread);
            }
        }
        if drawn.features.is_empty() {
            // Every draw was of units that are all alike; the interval then says nothing.
            drawn = Draws {
                features: vec![f64::MIN, 1.0],
                raw: vec![f64::MIN, 1.0],
            };
        }
        drawn
    }
}

/// The 2.5 % and 97.5 % points of the draws, interpolated.
///
/// # Source
///
/// Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13 (percentile interval).
pub(crate) fn interval(draws: &[f64]) -> [f64; 2] {
    let mut sorted = draws.to_vec();
    sorted.sort_by(f64::total_cmp);
    let point = |share: f64| {
        let position = share * (sorted.len() - 1) as f64;
        let below = sorted[position.floor() as usize];
        let above = sorted[position.ceil() as usize];
        below + (above - below) * position.fract()
    };
    [point(0.025), point(0.975)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::stream;

    fn outcomes<'a>(truth: &'a [u32], features: &'a [u32]) -> Outcomes<'a> {
        Outcomes {
            truth,
            features,
            raw: None,
            classes: 2,
            groups: None,
        }
    }

    #[test]
    fn width_matches_the_binomial_closed_form() {
        // 400 rows of each of two classes, recalls 0.6 and 0.8: the variance of their mean is known.
        let truth: Vec<u32> = (0..800).map(|row| row / 400).collect();
        let predicted: Vec<u32> = (0..800)
            .map(|row| {
                if row < 400 {
                    u32::from(row >= 240)
                } else {
                    u32::from(row < 720)
                }
            })
            .collect();
        let draws = outcomes(&truth, &predicted).draw(4000, &mut stream(1, &["test"]));
        let [low, high] = interval(&draws.features);
        let deviation = ((0.6 * 0.4 / 400.0 + 0.8 * 0.2 / 400.0) / 4.0f64).sqrt();
        assert!((low - (0.7 - 1.96 * deviation)).abs() < 0.1 * deviation + 1e-3);
        assert!((high - (0.7 + 1.96 * deviation)).abs() < 0.1 * deviation + 1e-3);
    }

    #[test]
    fn interval_covers_the_truth_about_95_times_in_100() {
        let mut rng = stream(2, &["coverage"]);
        let truth: Vec<u32> = (0..400).map(|row| row % 2).collect();
        let mut covered = 0;
        for _ in 0..400 {
            let flip = |&class: &u32| {
                if rng.random_bool(0.7) {
                    class
                } else {
                    1 - class
                }
            };
            let predicted: Vec<u32> = truth.iter().map(flip).collect();
            let draws = outcomes(&truth, &predicted).draw(400, &mut rng);
            let [low, high] = interval(&draws.features);
            covered += u32::from(low <= 0.7 && 0.7 <= high);
        }
        // 380 expected, binomial deviation 4.4.
        assert!((364..=396).contains(&covered), "{covered} of 400");
    }

    #[test]
    fn groups_widen_the_interval() {
        // 10 people with 50 rows each; each person is either always or never recognised.
        let truth: Vec<u32> = (0..500).map(|row| row % 2).collect();
        let groups: Vec<u32> = (0..500).map(|row| row / 50).collect();
        let predicted: Vec<u32> = (0..500)
            .map(|row: u32| {
                if (row / 50).is_multiple_of(2) {
                    row % 2
                } else {
                    1 - row % 2
                }
            })
            .collect();
        let width = |groups: Option<&[u32]>| {
            let mut outcomes = outcomes(&truth, &predicted);
            outcomes.groups = groups;
            let [low, high] = interval(&outcomes.draw(1000, &mut stream(3, &[])).features);
            high - low
        };
        assert!(width(Some(&groups)) > 4.0 * width(None));
    }

    #[test]
    fn where_each_person_is_a_class_the_interval_is_that_of_a_mean_over_people() {
        // Person k of 24 is recognised in k of 23 windows.
        let truth: Vec<u32> = (0..24 * 23).map(|row| row / 23).collect();
        let hit = |row: u32| row % 23 < row / 23;
        let predicted: Vec<u32> = (0..24 * 23)
            .map(|row: u32| (row / 23 + u32::from(!hit(row))) % 24)
            .collect();
        let mut outcomes = outcomes(&truth, &predicted);
        (outcomes.classes, outcomes.groups) = (24, Some(truth.as_slice()));
        let [low, high] = interval(&outcomes.draw(4000, &mut stream(6, &[])).features);
        // The population's variance of k / 23 is (24^2 - 1) / 12 / 23^2.
        let deviation = (575.0 / 12.0 / 529.0 / 24.0f64).sqrt();
        let expected = 2.0 * 1.96 * deviation;
        assert!(((high - low) / expected - 1.0).abs() < 0.06, "{low} {high}");
    }

    #[test]
    fn the_area_of_weighted_rows_is_that_of_repeated_rows() {
        let scores = [0.1f32, 0.5, 0.5, 0.9];
        let order = [0u32, 1, 2, 3];
        let area = |weights: &[u32]| {
            weighted_auc(
                &order,
                weights,
                |row| scores[row],
                |row| [2, 3].contains(&row),
            )
        };
        assert_eq!(area(&[1, 1, 1, 1]), Some(0.875));
        // Row 1 twice, row 3 left out: pairs of row 2 with 0, 1, 1: 1 + 1/2 + 1/2 of 3.
        assert!((area(&[1, 2, 1, 0]).expect("both are there") - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(area(&[1, 1, 0, 0]), None);
    }

    #[test]
    fn the_interval_of_r2_holds_it() {
        let mut rng = stream(5, &["r2"]);
        let truth: Vec<f64> = (0..2000).map(|_| rng.random_range(-1.0..1.0)).collect();
        let noisy: Vec<f32> = truth
            .iter()
            .map(|y| (*y + rng.random_range(-0.5..0.5)) as f32)
            .collect();
        let errors = Errors {
            truth: &truth,
            features: &noisy,
            raw: None,
            groups: None,
        };
        let [low, high] = interval(&errors.draw(500, &mut rng).features);
        // Errors have a quarter of the variance of the truth.
        let found = crate::stats::r2(&truth, &noisy);
        assert!((found - 0.75).abs() < 0.03, "{found}");
        assert!(
            low < found && found < high && high - low < 0.05,
            "{low} {high}"
        );
    }

    #[test]
    fn perfect_predictions_have_a_point_interval() {
        let truth = [0, 1, 0, 1];
        let draws = outcomes(&truth, &truth).draw(50, &mut stream(4, &[]));
        assert_eq!(interval(&draws.features), [1.0, 1.0]);
    }
}
