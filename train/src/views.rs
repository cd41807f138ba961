//! Another view of a record, made without any label: what a contrastive loss calls a positive pair.

use crate::data::Records;
use crate::prepare::TrainingSet;
use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use tiprdc::{Field, FieldKind, InputSpec};

/// Share of a record's fields that are replaced (Bahri et al. use 0.6 on wider tables).
const CORRUPTED: f64 = 0.4;

/// Furthest that a photo is moved, as a part of its side.
const SHIFT: usize = 8;

/// Brightness and contrast of a photo change by at most this.
const JITTER: f32 = 0.4;

/// How another view of a record is made; depends on what the records are.
///
/// # Source
/// - series: another window of the same recording (Hyvarinen & Morioka, "Unsupervised Feature Extraction by
///   Time-Contrastive Learning and Nonlinear ICA", NIPS 2016; Franceschi et al., NeurIPS 2019); a window without a
///   recording is scaled and shifted in time
/// - records: fields replaced by those of other records (SCARF: Bahri et al., ICLR 2022)
/// - images: shifted, mirrored, brightness and contrast changed (SimCLR: Chen et al., ICML 2020)
pub(crate) enum Views {
    /// For each window its recording's windows, first and one past the last.
    Recording(Vec<(usize, usize)>),
    /// Width of each field in the preprocessed record.
    Fields(Vec<usize>),
    /// Photos.
    Photos,
    /// Windows of unknown origin.
    Windows,
}

impl Views {
    pub(crate) fn new(records: &Records, spec: &InputSpec) -> Self {
        match records {
            Records::Table(_) => Views::Fields(widths(spec)),
            Records::Images(_) => Views::Photos,
            Records::Series(series) => match &series.recordings {
                Some(recordings) => Views::Recording(runs(recordings)),
                None => Views::Windows,
            },
        }
    }

    /// Appends another view of record `row` to `out`, in the layout of the set.
    pub(crate) fn another(
        &self,
        set: &TrainingSet,
        row: usize,
        rng: &mut ChaCha8Rng,
        out: &mut Vec<f32>,
    ) {
        match self {
            Views::Recording(runs) => {
                let (first, end) = runs[row];
                out.extend_from_slice(set.row(rng.random_range(first..end)));
            }
            Views::Fields(widths) => corrupt(set, row, widths, rng, out),
            Views::Photos => photo(set, row, rng, out),
            Views::Windows => window(set, row, rng, out),
        }
    }
}

/// Width of each field as the encoder has it: rare categories of the records are none of its.
fn widths(spec: &InputSpec) -> Vec<usize> {
    let InputSpec::Record(record) = spec else {
        return Vec::new();
    };
    let width = |field: &Field| match &field.kind {
        FieldKind::Numeric { .. } => 1,
        FieldKind::Categorical { categories } => categories.len(),
    };
    record.fields.iter().map(width).collect()
}

/// For each place the run of equal values around it.
fn runs(values: &[u32]) -> Vec<(usize, usize)> {
    let mut runs = Vec::with_capacity(values.len());
    for run in values.chunk_by(|a, b| a == b) {
        let first = runs.len();
        runs.extend(std::iter::repeat_n((first, first + run.len()), run.len()));
    }
    runs
}

fn corrupt(
    set: &TrainingSet,
    row: usize,
    widths: &[usize],
    rng: &mut ChaCha8Rng,
    out: &mut Vec<f32>,
) {
    let mut at = 0;
    for &width in widths {
        let source = if rng.random_bool(CORRUPTED) {
            rng.random_range(0..set.rows)
        } else {
            row
        };
        out.extend_from_slice(&set.row(source)[at..at + width]);
        at += width;
    }
}

fn photo(set: &TrainingSet, row: usize, rng: &mut ChaCha8Rng, out: &mut Vec<f32>) {
    let (height, width, channels) = (set.shape.height, set.shape.width, set.shape.channels);
    let mut shift = |side: usize| {
        let most = (side / SHIFT) as i32;
        rng.random_range(-most..=most)
    };
    let (down, right) = (shift(height), shift(width));
    let mirrored = rng.random_bool(0.5);
    let contrast = 1.0 + rng.random_range(-JITTER..=JITTER);
    let brightness = rng.random_range(-JITTER..=JITTER);
    let source = set.row(row);
    for y in 0..height {
        let y = inside(y, down, height);
        for x in 0..width {
            let x = inside(x, right, width);
            let x = if mirrored { width - 1 - x } else { x };
            let pixel = &source[(y * width + x) * channels..][..channels];
            out.extend(pixel.iter().map(|value| value * contrast + brightness));
        }
    }
}

/// A window without neighbours: scaled, and moved in time with its border repeated.
fn window(set: &TrainingSet, row: usize, rng: &mut ChaCha8Rng, out: &mut Vec<f32>) {
    let (steps, channels) = (set.shape.width, set.shape.channels);
    let most = (steps / SHIFT) as i32;
    let shift = rng.random_range(-most..=most);
    let scale = 1.0 + rng.random_range(-JITTER..=JITTER);
    let source = set.row(row);
    for step in 0..steps {
        let sample = &source[inside(step, shift, steps) * channels..][..channels];
        out.extend(sample.iter().map(|value| value * scale));
    }
}

/// The place `shift` further, or the border.
fn inside(at: usize, shift: i32, size: usize) -> usize {
    at.saturating_add_signed(shift as isize).min(size - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::Shape;
    use rand::SeedableRng;

    fn set(rows: usize, shape: [usize; 3]) -> TrainingSet {
        let [channels, height, width] = shape;
        let shape = Shape {
            channels,
            height,
            width,
        };
        TrainingSet {
            data: (0..rows * shape.elements()).map(|at| at as f32).collect(),
            shape,
            rows,
            groups: None,
            views: Views::Windows,
        }
    }

    fn views(views: &Views, set: &TrainingSet, row: usize) -> Vec<Vec<f32>> {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let mut view = || {
            let mut out = Vec::new();
            views.another(set, row, &mut rng, &mut out);
            out
        };
        (0..200).map(|_| view()).collect()
    }

    #[test]
    fn another_view_of_a_window_is_a_window_of_its_recording_and_of_no_other() {
        let set = set(6, [2, 1, 3]);
        let all = views(&Views::Recording(runs(&[7, 7, 3, 3, 3, 9])), &set, 3);
        for row in 0..6 {
            let found = all.iter().any(|view| view == set.row(row));
            assert_eq!(found, (2..5).contains(&row), "row {row}");
        }
    }

    #[test]
    fn a_corrupted_record_has_whole_fields_of_its_own_or_of_others() {
        let set = set(5, [4, 1, 1]);
        let own = set.row(2);
        let all = views(&Views::Fields(vec![1, 3]), &set, 2);
        let kept = all.iter().filter(|view| view[1..] == own[1..]).count();
        assert!((90..160).contains(&kept), "{kept}");
        for view in &all {
            assert!((0..5).any(|row| view[1..] == set.row(row)[1..]));
        }
    }

    #[test]
    fn another_view_of_a_photo_has_its_size_and_is_seldom_the_photo() {
        let set = set(2, [3, 16, 24]);
        let all = views(&Views::Photos, &set, 1);
        assert!(all.iter().all(|view| view.len() == set.row(1).len()));
        assert!(all.iter().filter(|view| *view == set.row(1)).count() < 3);
    }

    #[test]
    fn a_window_without_a_recording_is_scaled_and_moved() {
        let set = set(2, [1, 1, 16]);
        let all = views(&Views::Windows, &set, 1);
        assert!(all.iter().all(|view| view.len() == 16));
        // Samples rise by one each step, so a moved and scaled window rises by its scale.
        for view in &all {
            let slope = view[8] - view[7];
            assert!((0.59..=1.41).contains(&slope), "{slope}");
        }
    }
}
