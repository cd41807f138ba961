//! Rows that are drawn together: people, records, or single rows.

use std::collections::BTreeMap;

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

/// Rows of each unit: a group, or a single row.
pub(crate) fn members(rows: usize, groups: Option<&[u32]>) -> Vec<Vec<usize>> {
    let Some(groups) = groups else {
        return (0..rows).map(|row| vec![row]).collect();
    };
    let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (row, &group) in groups.iter().enumerate() {
        members.entry(group).or_default().push(row);
    }
    members.into_values().collect()
}

/// Sums over as many units as there are, drawn with replacement, `count` times.
pub(crate) fn draws<const N: usize>(
    units: &[[f64; N]],
    count: usize,
    rng: &mut ChaCha8Rng,
) -> Vec<[f64; N]> {
    let mut draw = |_| {
        let mut total = [0.0; N];
        for _ in 0..units.len() {
            let unit = &units[rng.random_range(0..units.len() as u32) as usize];
            total
                .iter_mut()
                .zip(unit)
                .for_each(|(total, unit)| *total += unit);
        }
        total
    };
    (0..count).map(&mut draw).collect()
}
