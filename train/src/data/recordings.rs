//! Recordings in the MotionSense layout: `<activity>_<trial>/sub_<person>.csv.gz`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::DataError;
use super::csv_file::{CsvFile, CsvFormat, join_option};

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
        let mut data = Vec::with_capacity(count * channels * windows.steps);
        for start in (0..count).map(|window| window * windows.stride) {
            for channel in 0..channels {
                let steps = start..start + windows.steps;
                data.extend(steps.map(|step| samples[step * channels + channel]));
            }
        }
        Ok(data)
    }

    /// All samples, row-major `[steps, channels]`.
    fn samples(&self, dir: &Path, channels: &[String]) -> Result<Vec<f32>, DataError> {
        let mut csv = CsvFile::open(dir, &self.file, &CsvFormat::default())?;
        let positions = channels
            .iter()
            .map(|name| csv.column(name))
            .collect::<Result<Vec<usize>, _>>()?;
        let mut samples = Vec::new();
        while let Some((row, record)) = csv.next_row()? {
            for (&at, column) in positions.iter().zip(channels) {
                let sample = record.get(at).and_then(|cell| cell.parse::<f32>().ok());
                match sample.filter(|sample| sample.is_finite()) {
                    Some(sample) => samples.push(sample),
                    None => {
                        let (file, column) = (self.file.clone(), column.clone());
                        return Err(DataError::BadNumber { file, row, column });
                    }
                }
            }
        }
        Ok(samples)
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
