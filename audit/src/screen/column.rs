//! What kind of numbers a column holds, and the looks that are worth taking at it.

use std::sync::Arc;

use super::look::{Grid, Look};
use crate::features::shortest;

/// Decimal places up to which numbers are taken for decimal.
const PLACES: i32 = 9;
/// Steps of a grid at most: beyond them the step cannot be told from rounding.
const STEPS: f64 = (1u64 << 40) as f64;
/// Remainders worth a look: weekdays, months, hours, blocks of bytes.
const MODULI: [u64; 19] = [
    3, 5, 6, 7, 9, 11, 12, 13, 24, 28, 30, 60, 100, 128, 256, 360, 365, 1000, 1024,
];
/// Minute, hour, day, week and year, in seconds; and the units that clocks count in.
const PERIODS: [u64; 5] = [60, 3600, 86_400, 604_800, 31_556_952];
const UNITS: [u64; 4] = [1, 1000, 1_000_000, 1_000_000_000];
/// Lowest bits of a fraction that are looked at, where numbers are of 32 and of 64 bits.
const BITS: (u32, u32) = (12, 30);

/// A number as text files hold it: what is an f32 becomes the shortest decimal number that reads back as it, so that a
/// column means the same in every format.
pub(super) fn decimal(value: f64) -> f64 {
    let single = value as f32;
    if f64::from(single) != value || value.trunc() == value {
        return value;
    }
    shortest(single)
}

/// One column of the training rows.
pub(super) struct Column {
    /// Distinct values, ascending.
    distinct: Vec<f64>,
    /// All values, ascending.
    sorted: Arc<[f64]>,
}

impl Column {
    /// `None` for a column that does not change.
    pub(super) fn new(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        // No number is -0: it is the same as 0.
        sorted.iter_mut().for_each(|value| *value += 0.0);
        sorted.sort_unstable_by(f64::total_cmp);
        let mut distinct = sorted.clone();
        distinct.dedup();
        (distinct.len() > 1).then(|| Self {
            distinct,
            sorted: sorted.into(),
        })
    }

    /// Its value, by rank; and its digits where there are more than two values.
    pub(super) fn looks(&self) -> Vec<Look> {
        let mut looks = vec![Look::rank(&self.distinct, &self.sorted)];
        if self.distinct.len() > 2 {
            match self.grid() {
                Some(grid) => self.whole(grid, &mut looks),
                None => self.fractions(&mut looks),
            }
            // Floating-point numbers of few digits lie on a decimal grid, too.
            if self.distinct.iter().any(|value| value.fract() != 0.0) {
                self.lowest_bits(&mut looks);
            }
        }
        looks
    }

    fn ends(&self) -> (f64, f64) {
        (self.distinct[0], self.distinct[self.distinct.len() - 1])
    }

    /// The grid that all values lie on: whole numbers, decimal ones, or equal steps.
    fn grid(&self) -> Option<Grid> {
        let decimal = (0..=PLACES).map(|places| Grid {
            start: 0.0,
            times: 10f64.powi(places),
            over: 1.0,
        });
        let fits = |grid: &Grid| self.distinct.iter().all(|&value| grid.holds(value));
        decimal.into_iter().find(fits).or_else(|| self.steps())
    }

    /// Equal steps from the lowest value on, such as whole numbers that were scaled.
    fn steps(&self) -> Option<Grid> {
        let (low, high) = self.ends();
        let gaps = self.distinct.windows(2).map(|pair| pair[1] - pair[0]);
        let steps = ((high - low) / gaps.fold(f64::INFINITY, f64::min)).round();
        let grid = Grid {
            start: low,
            times: steps,
            over: high - low,
        };
        let near = |&value: &f64| {
            let at = (value - low) / (high - low) * steps;
            (at - at.round()).abs() < 0.01
        };
        (steps <= STEPS && self.distinct.iter().all(near)).then_some(grid)
    }

    /// Bits, decimal digits and remainders of numbers on a grid.
    fn whole(&self, grid: Grid, looks: &mut Vec<Look>) {
        let (low, high) = self.ends();
        let range = grid.number(high).abs_diff(grid.number(low));
        let below = |power: u64| power <= range;
        let bits = (0..63).take_while(|&bit| below(1 << bit));
        looks.extend(bits.map(|bit| Look::Bit { grid, bit }));
        let powers = (0..19).map(|digit| 10u64.pow(digit));
        let powers = powers.take_while(|&power| below(power));
        looks.extend(powers.map(|power| Look::Digit { grid, power }));
        let clocks = UNITS
            .iter()
            .flat_map(|unit| PERIODS.map(|period| unit * period));
        let moduli = MODULI.into_iter().chain(clocks).filter(|&m| below(m));
        looks.extend(moduli.map(|modulus| Look::Remainder { grid, modulus }));
    }

    /// What is left after division by periods, of numbers on no grid.
    fn fractions(&self, looks: &mut Vec<Look>) {
        let (low, high) = self.ends();
        let range = high - low;
        let finest = 4.0 * f64::EPSILON * low.abs().max(high.abs());
        let decimal = (1..=12).map(|places| 10f64.powi(-places));
        let binary = (1..=20).map(|places| 2f64.powi(-places));
        let periods = [1.0 / 1440.0, 1.0 / 24.0, 1.0, 7.0, 60.0, 3600.0, 86_400.0];
        let all = periods.into_iter().chain(decimal).chain(binary);
        let fits = |period: &f64| *period <= range && *period > finest;
        looks.extend(all.filter(fits).map(|period| Look::Fraction { period }));
    }

    fn lowest_bits(&self, looks: &mut Vec<Look>) {
        let single = self.distinct.iter().all(|&x| shortest(x as f32) == x);
        let bits = if single { BITS.0 } else { BITS.1 };
        looks.extend((0..bits).map(|bit| Look::Mantissa { bit, single }));
        looks.push(Look::Zeros { single });
    }
}
