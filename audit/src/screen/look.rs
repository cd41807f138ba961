//! Ways to look at a number.

use std::sync::Arc;

/// About as many looks as one column takes.
pub(super) const MOST: usize = 64;
/// Levels of a look at most.
const LEVELS: usize = 64;
/// Whole numbers from here on are no longer told apart by f64.
const LARGEST: f64 = 9.0e18;

/// Numbers that are whole after `(value - start) * times / over`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Grid {
    pub start: f64,
    pub times: f64,
    pub over: f64,
}

impl Grid {
    fn place(self, value: f64) -> f64 {
        (value - self.start) / self.over * self.times
    }

    /// Whether a value lies on the grid, but for the rounding of the last bits.
    pub(super) fn holds(self, value: f64) -> bool {
        let place = self.place(value);
        place.abs() < LARGEST && (place - place.round()).abs() <= 4.0 * f64::EPSILON * place.abs()
    }

    /// The whole number of a value; values beyond what 64 bits hold are cut.
    pub(super) fn number(self, value: f64) -> i64 {
        self.place(value).round() as i64
    }
}

/// One way to look at the numbers of a column.
#[derive(Debug, Clone)]
pub(crate) enum Look {
    /// The value itself, by its rank among the training rows.
    Rank {
        cuts: Arc<[f64]>,
        sorted: Arc<[f64]>,
    },
    /// One bit of a whole number.
    Bit { grid: Grid, bit: u32 },
    /// One decimal digit of a whole number.
    Digit { grid: Grid, power: u64 },
    /// What is left of a whole number after division.
    Remainder { grid: Grid, modulus: u64 },
    /// What is left of a number after division, as a share of the divisor.
    Fraction { period: f64 },
    /// One bit of the fraction of a floating-point number, of 32 bits or 64.
    Mantissa { bit: u32, single: bool },
    /// How many of its lowest bits are zero.
    Zeros { single: bool },
}

impl Look {
    /// A level for each value where there are few, else as many rows on each level.
    pub(super) fn rank(distinct: &[f64], sorted: &Arc<[f64]>) -> Self {
        let mut cuts: Vec<f64> = match distinct.len() {
            0..=LEVELS => distinct[1..].to_vec(),
            _ => (1..LEVELS)
                .map(|cut| sorted[cut * sorted.len() / LEVELS])
                .collect(),
        };
        cuts.dedup();
        Look::Rank {
            cuts: cuts.into(),
            sorted: Arc::clone(sorted),
        }
    }

    /// How many levels [`Look::code`] may give.
    pub(super) fn levels(&self) -> usize {
        match self {
            Look::Rank { cuts, .. } => cuts.len() + 1,
            Look::Bit { .. } | Look::Mantissa { .. } => 2,
            Look::Digit { .. } => 10,
            Look::Remainder { modulus, .. } => LEVELS.min(*modulus as usize),
            Look::Fraction { .. } => 32,
            Look::Zeros { .. } => 53,
        }
    }

    /// The level of a value.
    pub(super) fn code(&self, value: f64) -> u8 {
        let code = match self {
            Look::Rank { cuts, .. } => cuts.partition_point(|&cut| cut <= value),
            Look::Remainder { modulus, .. } if *modulus > LEVELS as u64 => {
                (self.value(value) * LEVELS as f64 / *modulus as f64) as usize
            }
            Look::Fraction { .. } => (self.value(value) * 32.0) as usize,
            _ => self.value(value) as usize,
        };
        code.min(self.levels() - 1) as u8
    }

    /// What attackers see.
    pub(super) fn value(&self, value: f64) -> f64 {
        match self {
            Look::Rank { sorted, .. } => {
                let above = sorted.partition_point(|&other| other < value);
                let part = match (above.checked_sub(1), sorted.get(above)) {
                    // Between two training values as far as it lies, so that a threshold in a gap is in its middle.
                    (Some(below), Some(&next)) => {
                        let low = sorted[below] / 2.0;
                        (value / 2.0 - low) / (next / 2.0 - low) - 1.0
                    }
                    _ => 0.0,
                };
                (above as f64 + part) / sorted.len() as f64
            }
            Look::Bit { grid, bit } => (grid.number(value) >> bit & 1) as f64,
            Look::Digit { grid, power } => (grid.number(value).unsigned_abs() / power % 10) as f64,
            Look::Remainder { grid, modulus } => {
                i128::from(grid.number(value)).rem_euclid(i128::from(*modulus)) as f64
            }
            Look::Fraction { period } => {
                let periods = value / period;
                periods - periods.floor()
            }
            Look::Mantissa { bit, single } => (fraction(value, *single) >> bit & 1) as f64,
            Look::Zeros { single } => f64::from(fraction(value, *single).trailing_zeros()),
        }
    }
}

/// The bits behind the point of a floating-point number, and the one before it.
fn fraction(value: f64, single: bool) -> u64 {
    match single {
        true => u64::from((value as f32).to_bits() | 1 << 23),
        false => value.to_bits() | 1 << 52,
    }
}
