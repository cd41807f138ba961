//! Columns in units of their own: centred and divided in f64, and only then rounded.

use rayon::prelude::*;

/// Standardised values beyond this many deviations are cut: one wild value must not decide a fit.
const FARTHEST: f64 = 100.0;

/// How one column is standardised.
///
/// The range comes first, so that neither sums nor squares leave what f64 holds, whatever the unit of the column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    /// Smallest training value, and the distance to the largest; both halved where the distance would overflow.
    low: f64,
    range: f64,
    halved: bool,
    /// Mean and deviation of the training values as shares of the range.
    mean: f64,
    deviation: f64,
}

impl Scale {
    /// The scale of one column.
    pub(crate) fn of(values: &[f64]) -> Self {
        scales(1, values)[0]
    }

    /// Whether the column never changes in training; it is zero then.
    pub(crate) fn constant(&self) -> bool {
        self.range == 0.0
    }

    /// A value in deviations from the mean.
    pub(crate) fn standardised(&self, value: f64) -> f32 {
        self.deviations(value).clamp(-FARTHEST, FARTHEST) as f32
    }

    /// The same, neither cut nor rounded.
    pub(crate) fn deviations(&self, value: f64) -> f64 {
        if self.constant() {
            return 0.0;
        }
        (self.share(value) - self.mean) / self.deviation
    }

    /// The inverse of [`Scale::standardised`], in the unit that the value came in.
    pub(crate) fn restored(&self, value: f32) -> f64 {
        let share = f64::from(value) * self.deviation + self.mean;
        let value = self.low + share * self.range;
        if self.halved { 2.0 * value } else { value }
    }

    fn share(&self, value: f64) -> f64 {
        let value = if self.halved { value / 2.0 } else { value };
        (value - self.low) / self.range
    }
}

/// The scale of each column of rows with so many values.
pub(crate) fn scales(width: usize, data: &[f64]) -> Vec<Scale> {
    let mut ends = vec![(f64::INFINITY, f64::NEG_INFINITY); width];
    for row in data.chunks_exact(width) {
        for (ends, &value) in ends.iter_mut().zip(row) {
            *ends = (ends.0.min(value), ends.1.max(value));
        }
    }
    let start = |&(low, high): &(f64, f64)| {
        let halved = !(high - low).is_finite();
        let by = if halved { 0.5 } else { 1.0 };
        Scale {
            low: low * by,
            range: high * by - low * by,
            halved,
            mean: 0.0,
            deviation: 1.0,
        }
    };
    let mut scales: Vec<Scale> = ends.iter().map(start).collect();
    let rows = (data.len() / width) as f64;
    let changing = |scale: &Scale| !scale.constant();
    let means = sums(width, data, &|column, value| match scales[column] {
        scale if changing(&scale) => scale.share(value),
        _ => 0.0,
    });
    for (scale, sum) in scales.iter_mut().zip(means) {
        scale.mean = sum / rows;
    }
    let squares = sums(width, data, &|column, value| match scales[column] {
        scale if changing(&scale) => (scale.share(value) - scale.mean).powi(2),
        _ => 0.0,
    });
    for (scale, sum) in scales.iter_mut().zip(squares) {
        if changing(scale) {
            scale.deviation = (sum / rows).sqrt();
        }
    }
    scales
}

/// Sums of each column, in fixed blocks and in order: the same however many threads there are.
fn sums(width: usize, data: &[f64], value: &(dyn Fn(usize, f64) -> f64 + Sync)) -> Vec<f64> {
    let blocks: Vec<Vec<f64>> = data
        .par_chunks(width * 512)
        .map(|block| {
            let mut sums = vec![0.0; width];
            for row in block.chunks_exact(width) {
                for (column, (sum, &x)) in sums.iter_mut().zip(row).enumerate() {
                    *sum += value(column, x);
                }
            }
            sums
        })
        .collect();
    let mut total = vec![0.0; width];
    for block in blocks {
        total.iter_mut().zip(block).for_each(|(t, x)| *t += x);
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: &[f64]) -> Vec<f32> {
        let scale = Scale::of(values);
        values.iter().map(|&x| scale.standardised(x)).collect()
    }

    #[test]
    fn units_change_nothing_from_1e_300_to_1e308() {
        let wanted = [-1.0, 1.0, -1.0, 1.0];
        for unit in [1e-300, 1e-30, 1.0, 1e30, 1e300, 1.7e308] {
            assert_eq!(column(&[-unit, unit, -unit, unit]), wanted, "{unit:e}");
        }
        assert_eq!(column(&[5e-324, 0.0, 5e-324, 0.0]), [1.0, -1.0, 1.0, -1.0]);
    }

    #[test]
    fn a_change_beyond_what_f32_holds_is_a_change() {
        let time = 1_700_000_000.0;
        assert_eq!(column(&[time, time + 1.0]), [-1.0, 1.0]);
        assert_eq!(column(&[1.0, 1.0 + f64::EPSILON]), [-1.0, 1.0]);
        assert_eq!(column(&[time, time]), [0.0, 0.0]);
    }

    #[test]
    fn what_is_restored_is_what_came() {
        let values = [3.0, -1.0, 7.5, 1e3];
        let scale = Scale::of(&values);
        for value in values {
            assert!((scale.restored(scale.standardised(value)) - value).abs() < 1e-3);
        }
    }
}
