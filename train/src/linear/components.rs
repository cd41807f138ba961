//! Principal components by randomised subspace iteration: Halko, Martinsson & Tropp, "Finding structure with
//! randomness", SIAM Review 2011 (algorithms 4.4 and 5.1).

use super::Rows;
use nalgebra::DMatrix;
use rand::{Rng, RngExt};

/// Directions that are sought beyond those that are kept.
const SPARE: usize = 16;
/// Rounds of the search; each multiplies what is in the wrong direction by the squared ratio of singular values.
const ROUNDS: usize = 6;
/// Directions with less variance than this part of the largest are rounding errors.
const LEAST: f64 = 1e-10;

/// The directions in which rows vary most.
pub(crate) struct Components {
    /// Orthonormal columns, in order of variance: `[width, kept]`.
    pub(crate) directions: DMatrix<f64>,
    /// Variance of the rows along each.
    pub(crate) variances: Vec<f64>,
}

impl Components {
    /// At most `kept` components; fewer where the rows have fewer.
    pub(crate) fn of(rows: &Rows, kept: usize, rng: &mut impl Rng) -> Self {
        let most = rows.width().min(rows.count());
        let sought = (kept + SPARE).min(most);
        let mut basis = DMatrix::from_fn(rows.width(), sought, |_, _| rng.random_range(-1.0..1.0));
        for _ in 0..ROUNDS {
            basis = rows.transposed_times(&rows.times(&basis.qr().q()));
        }
        let basis = basis.qr().q();
        let projected = rows.times(&basis);
        let covariance = projected.transpose() * &projected / rows.count().max(1) as f64;
        let eigen = covariance.symmetric_eigen();
        let mut order: Vec<usize> = (0..basis.ncols()).collect();
        order.sort_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]));
        let largest = order.first().map_or(0.0, |&first| eigen.eigenvalues[first]);
        order.retain(|&index| eigen.eigenvalues[index] > LEAST * largest);
        order.truncate(kept);
        let mut directions = basis * eigen.eigenvectors.select_columns(&order);
        fix_signs(&mut directions);
        let variances = order
            .iter()
            .map(|&index| eigen.eigenvalues[index])
            .collect();
        Components {
            directions,
            variances,
        }
    }
}

/// A direction and its opposite are the same component; of the two, the one whose largest number is positive.
fn fix_signs(directions: &mut DMatrix<f64>) {
    for mut column in directions.column_iter_mut() {
        let largest = column
            .iter()
            .copied()
            .max_by(|a, b| a.abs().total_cmp(&b.abs()));
        if largest.is_some_and(|largest| largest < 0.0) {
            column.neg_mut();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    #[test]
    fn components_are_those_of_an_exact_decomposition() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let (count, width, kept) = (300, 40, 5);
        // Column c varies by 1 / (c + 1), and each column has some of the one before.
        let mut data = vec![0.0f32; count * width];
        for row in data.chunks_exact_mut(width) {
            for column in 0..width {
                let before = if column == 0 { 0.0 } else { row[column - 1] };
                let size = 1.0 / (column as f32 + 1.0);
                row[column] = 3.0 + 0.3 * before + rng.random_range(-size..size);
            }
        }
        let exact = DMatrix::from_row_iterator(count, width, data.iter().map(|&v| f64::from(v)));
        let mean = exact.row_mean();
        let centred = DMatrix::from_fn(count, width, |r, c| exact[(r, c)] - mean[c]);
        let exact = (centred.transpose() * &centred / count as f64).symmetric_eigen();
        let mut order: Vec<usize> = (0..width).collect();
        order.sort_by(|&a, &b| exact.eigenvalues[b].total_cmp(&exact.eigenvalues[a]));

        let found = Components::of(&Rows::new(data, width), kept, &mut rng);
        assert_eq!(found.directions.shape(), (width, kept));
        for (at, &index) in order.iter().take(kept).enumerate() {
            let along = found
                .directions
                .column(at)
                .dot(&exact.eigenvectors.column(index));
            assert!(along.abs() > 0.9999, "component {at}: {along}");
            let ratio = found.variances[at] / exact.eigenvalues[index];
            assert!((ratio - 1.0).abs() < 1e-4, "variance {at}: {ratio}");
        }
    }

    #[test]
    fn directions_without_variance_are_left_out() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let data: Vec<f32> = (0..50)
            .flat_map(|row| {
                let (a, b) = (row as f32, (row * row % 7) as f32);
                [a, b, a + b, a - b, 1.0]
            })
            .collect();
        let found = Components::of(&Rows::new(data, 5), 64, &mut rng);
        assert_eq!(found.directions.ncols(), 2);
    }
}
