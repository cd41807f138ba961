//! Recordings in the MotionSense layout: `<activity>_<trial>/sub_<person>.csv.gz`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tiprdc_files::{CsvFile, CsvFormat, FileError, TextTable, is_parquet};

use super::DataError;
use super::paths::{find_file, join_option, of_file};

/// One recording, not read yet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Recording {
    pub(super) activity: String,
    pub(super) trial: u32,
    pub(super) person: u32,
    /// The path below the data folder, `/` between its parts.
    file: String,
}

/// How recordings are cut into windows.
pub(super) struct Windows<'a> {
    pub(super) channels: &'a [String],
    pub(super) steps: usize,
    pub(super) stride: usize,
    pub(super) max_bytes: u64,
}

/// All recordings below `folder`, by activity, trial and person.
pub(super) fn list(dir: &Path, folder: &str) -> Result<Vec<Recording>, DataError> {
    let mut recordings = Vec::new();
    for entry in visible_entries(&join_option(dir, "recordings", folder)?, folder)? {
        let subfolder = format!("{folder}/{}", entry.name);
        if !entry.is_folder {
            continue;
        }
        let (activity, trial) = parse_trial(&entry.name).ok_or_else(|| DataError::Layout {
            file: subfolder.clone(),
            expected: "a folder name of the form <activity>_<trial number>",
        })?;
        for entry in visible_entries(&dir.join(&subfolder), &subfolder)? {
            let file = format!("{subfolder}/{}", entry.name);
            let person = parse_person(&entry.name).ok_or_else(|| DataError::Layout {
                file: file.clone(),
                expected: "a file name of the form sub_<person number>.csv or sub_<person number>.csv.gz",
            })?;
            recordings.push(Recording {
                activity: activity.to_owned(),
                trial,
                person,
                file,
            });
        }
    }
    recordings.sort();
    reject_twins(&recordings)?;
    Ok(recordings)
}

struct Entry {
    name: String,
    is_folder: bool,
}

fn visible_entries(path: &Path, shown: &str) -> Result<Vec<Entry>, DataError> {
    let explain = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => DataError::MissingFile {
            file: shown.to_owned(),
        },
        problem => DataError::Unreadable {
            file: shown.to_owned(),
            problem,
        },
    };
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(explain)? {
        let path = entry.map_err(explain)?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if !name.starts_with('.') {
            entries.push(Entry {
                name,
                is_folder: path.is_dir(),
            });
        }
    }
    Ok(entries)
}

fn parse_trial(name: &str) -> Option<(&str, u32)> {
    let (activity, trial) = name.rsplit_once('_')?;
    (!activity.is_empty()).then_some((activity, trial.parse().ok()?))
}

fn parse_person(name: &str) -> Option<u32> {
    let stem = name
        .strip_suffix(".gz")
        .unwrap_or(name)
        .strip_suffix(".csv")?;
    stem.strip_prefix("sub_")?.parse().ok()
}

/// The same recording twice (packed and unpacked, or `sub_1` and `sub_01`) would put equal windows in twice.
fn reject_twins(recordings: &[Recording]) -> Result<(), DataError> {
    let mut seen = BTreeSet::new();
    let key = |recording: &Recording| {
        (
            recording.activity.clone(),
            recording.trial,
            recording.person,
        )
    };
    match recordings
        .iter()
        .find(|recording| !seen.insert(key(recording)))
    {
        Some(twin) => Err(DataError::Layout {
            file: twin.file.clone(),
            expected: "one recording per activity, trial and person",
        }),
        None => Ok(()),
    }
}

impl Recording {
    /// The recording's windows, row-major `[windows, channels, steps]`; none when it is shorter than a window.
    pub(super) fn windows(&self, dir: &Path, windows: &Windows<'_>) -> Result<Vec<f32>, DataError> {
        let samples = self.samples(dir, windows.channels)?;
        let channels = windows.channels.len();
        let length = samples.len() / channels;
        let Some(room) = length.checked_sub(windows.steps) else {
            return Ok(Vec::new());
        };
        let count = room / windows.stride + 1;
        let bytes = [channels, windows.steps, size_of::<f32>()]
            .iter()
            .try_fold(count as u64, |bytes, &factor| {
                bytes.checked_mul(factor as u64)
            });
        if bytes.is_none_or(|bytes| bytes > windows.max_bytes) {
            return Err(DataError::TooLarge {
                what: "windows".to_owned(),
                limit: windows.max_bytes,
            });
        }
        Ok(cut(&samples, channels, windows.steps, windows.stride))
    }

    /// All samples, row-major `[steps, channels]`.
    fn samples(&self, dir: &Path, channels: &[String]) -> Result<Vec<f32>, DataError> {
        let (file, path) = find_file(dir, &self.file)?;
        read_samples(&path, &file, channels)
    }
}

/// Windows of samples `[steps, channels]`, row-major `[windows, channels, steps]`.
pub(super) fn cut(samples: &[f32], channels: usize, steps: usize, stride: usize) -> Vec<f32> {
    let Some(room) = (samples.len() / channels).checked_sub(steps) else {
        return Vec::new();
    };
    let count = room / stride + 1;
    let mut data = Vec::with_capacity(count * channels * steps);
    for start in (0..count).map(|window| window * stride) {
        for channel in 0..channels {
            let steps = start..start + steps;
            data.extend(steps.map(|step| samples[step * channels + channel]));
        }
    }
    data
}

/// Reads the samples of channels by their names, row-major `[steps, channels]`, in f32 as apps have them; `shown` is the
/// file's name in messages.
///
/// # Errors
///
/// A [`DataError`] for a file that is no table, lacks a channel, holds a cell that is no finite number, or has a channel
/// that f32 cannot hold: numbers as large as times in milliseconds fall together.
pub(super) fn read_samples(
    path: &Path,
    shown: &str,
    channels: &[String],
) -> Result<Vec<f32>, DataError> {
    let mut samples = Samples::new(shown, channels);
    if is_parquet(path) {
        let wanted = |name: &str| channels.iter().any(|channel| channel == name);
        let table = TextTable::open(path, &CsvFormat::default(), &[], &wanted);
        let table = table.map_err(of_file(shown))?;
        let columns = channels.iter().map(|name| Ok(table.column(name)?.cells()));
        let columns = columns.collect::<Result<Vec<_>, FileError>>();
        let mut columns = columns.map_err(of_file(shown))?;
        for row in 1..=table.rows as u64 {
            for (channel, cells) in columns.iter_mut().enumerate() {
                samples.add(row, channel, cells.next().flatten())?;
            }
        }
        return samples.finish();
    }
    let mut csv = CsvFile::open(path, &CsvFormat::default()).map_err(of_file(shown))?;
    let places = channels.iter().map(|name| csv.column(name));
    let places = places
        .collect::<Result<Vec<usize>, _>>()
        .map_err(of_file(shown))?;
    while let Some((row, record)) = csv.next_row().map_err(of_file(shown))? {
        for (channel, &at) in places.iter().enumerate() {
            samples.add(row, channel, record.get(at))?;
        }
    }
    samples.finish()
}

/// Samples as they come, row by row and channel by channel.
struct Samples<'a> {
    shown: &'a str,
    channels: &'a [String],
    samples: Vec<f32>,
    rounding: Vec<Rounding>,
}

impl<'a> Samples<'a> {
    fn new(shown: &'a str, channels: &'a [String]) -> Self {
        Self {
            shown,
            channels,
            samples: Vec::new(),
            rounding: vec![Rounding::default(); channels.len()],
        }
    }

    fn add(&mut self, row: u64, channel: usize, cell: Option<&str>) -> Result<(), DataError> {
        let sample = cell.and_then(|cell| cell.parse::<f64>().ok());
        let Some(sample) = sample.filter(|sample| (*sample as f32).is_finite()) else {
            return Err(DataError::BadNumber {
                file: self.shown.to_owned(),
                row,
                column: self.channels[channel].clone(),
            });
        };
        self.rounding[channel].add(sample);
        self.samples.push(sample as f32);
        Ok(())
    }

    fn finish(self) -> Result<Vec<f32>, DataError> {
        match self
            .rounding
            .iter()
            .position(|rounding| rounding.is_coarse())
        {
            Some(channel) => Err(DataError::Coarse {
                file: self.shown.to_owned(),
                column: self.channels[channel].clone(),
            }),
            None => Ok(self.samples),
        }
    }
}

/// How much of a channel is lost when it is rounded to f32.
#[derive(Clone, Copy)]
struct Rounding {
    low: f64,
    high: f64,
    worst: f64,
}

impl Default for Rounding {
    fn default() -> Self {
        let (low, high, worst) = (f64::INFINITY, f64::NEG_INFINITY, 0.0);
        Self { low, high, worst }
    }
}

impl Rounding {
    fn add(&mut self, sample: f64) {
        self.low = self.low.min(sample);
        self.high = self.high.max(sample);
        self.worst = self.worst.max((sample - f64::from(sample as f32)).abs());
    }

    /// Whether rounding moves samples by more than a thousandth of the channel's range.
    fn is_coarse(self) -> bool {
        self.high > self.low && self.worst > 1e-3 * (self.high - self.low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_layout_are_understood_and_others_are_not() {
        assert_eq!(parse_trial("dws_11"), Some(("dws", 11)));
        assert_eq!(parse_trial("walk_up_3"), Some(("walk_up", 3)));
        for wrong in ["dws", "_3", "dws_", "dws_x", "dws_-1", "dws_99999999999"] {
            assert_eq!(parse_trial(wrong), None, "{wrong}");
        }
        assert_eq!(parse_person("sub_7.csv.gz"), Some(7));
        assert_eq!(parse_person("sub_7.csv"), Some(7));
        for wrong in ["sub_7", "sub_.csv", "7.csv", "sub_7.gz", "sub_7.csv.zip"] {
            assert_eq!(parse_person(wrong), None, "{wrong}");
        }
    }
}
