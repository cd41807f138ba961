//! Series: recordings of people in the MotionSense layout, cut into windows.

use std::collections::BTreeSet;
use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::attribute::{bin_names, encode};
use super::config::join_folder;
use super::people::People;
use super::recordings::{self, Recording, Windows};
use super::split::check_fraction;
use super::{Attribute, DataError, DataEvent, Dataset, Records, Series, Split};

/// Recordings read between two reports of progress; bounds what is held twice.
const CHUNK: usize = 32;

/// Recordings of people in the MotionSense layout.
///
/// ```text
/// <recordings>/<activity>_<trial>/sub_<person>.csv.gz     one row per sample, one column per channel
/// <people>                                                code,weight,height,age,gender (0 female, 1 male)
/// ```
///
/// Windows lie inside one recording: the first begins with its first sample, the next `stride` later, and the
/// rest that fills no window is left out. Records are in the order of activity, trial, person and time.
/// [`Split::groups`] holds the person's number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SeriesConfig {
    /// The data set's name in reports; `series` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A folder below the data folder that everything is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// The folder of recordings.
    pub recordings: String,
    /// The file of people.
    pub people: String,
    /// The columns that become channels, in this order.
    pub channels: Vec<String>,
    /// Samples per window.
    pub window: usize,
    /// Samples between the beginnings of two windows.
    pub stride: usize,
    /// Samples per second of the recordings, in hertz; they are not resampled.
    pub rate_hz: f32,
    /// What keeps train and test apart.
    pub split: SeriesSplit,
    /// With `split = "trial"`: trials from this number on are the test set.
    pub first_test_trial: u32,
    /// With `split = "person"`: the numbers of the people to test on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_people: Option<Vec<u32>>,
    /// With `split = "person"` and no `test_people`: the share of people to test on, rounded within each
    /// gender, at least one and not all of each.
    pub test_fraction: f64,
    /// Chooses the people of `test_fraction`.
    pub seed: u64,
    /// The labels; by default all that the split allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Vec<SeriesAttribute>>,
    /// The most bytes of windows to hold in memory.
    pub max_bytes: u64,
}

impl Default for SeriesConfig {
    fn default() -> Self {
        let axes = |sensor: &str| ["x", "y", "z"].map(|axis| format!("{sensor}.{axis}"));
        Self {
            name: None,
            folder: None,
            recordings: "A_DeviceMotion_data".to_owned(),
            people: "data_subjects_info.csv".to_owned(),
            channels: [axes("rotationRate"), axes("userAcceleration")].concat(),
            window: 128,
            stride: 64,
            rate_hz: 50.0,
            split: SeriesSplit::Trial,
            first_test_trial: 10,
            test_people: None,
            test_fraction: 0.25,
            seed: 0,
            attributes: None,
            max_bytes: 8 << 30,
        }
    }
}

/// What keeps training and test recordings apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeriesSplit {
    /// Different trials of the same people; people's attributes can be guessed by recognising the person.
    Trial,
    /// Different people.
    Person,
}

/// A label of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeriesAttribute {
    /// The person's gender: female, male.
    Gender,
    /// What the person does, from the folder's name.
    Activity,
    /// The person's number; not with `split = "person"`, where no test person is known from training.
    Subject,
    /// Height in centimetres, in two classes: below the median of all people who have recordings, and the
    /// median or more. With an even number of people the median is the mean of the middle two.
    ///
    /// In MotionSense this is nearly a twin of gender: no woman reaches the median and two men do not, so for
    /// 22 of 24 people the two labels say the same, and hiding one costs the other.
    Height,
    /// Age in years, in two classes as for height.
    Age,
    /// Weight in kilograms, in two classes as for height.
    Weight,
}

impl SeriesAttribute {
    const ALL: [Self; 6] = [
        Self::Gender,
        Self::Activity,
        Self::Subject,
        Self::Height,
        Self::Age,
        Self::Weight,
    ];

    /// The attribute's name, which is also the name of its column in the file of people where it has one.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gender => "gender",
            Self::Activity => "activity",
            Self::Subject => "subject",
            Self::Height => "height",
            Self::Age => "age",
            Self::Weight => "weight",
        }
    }
}

/// The recordings of one side, with the number of windows of each.
#[derive(Default)]
struct Side<'a> {
    recordings: Vec<(&'a Recording, usize)>,
    data: Vec<f32>,
}

impl<'a> Side<'a> {
    /// What `label` says of each window's recording.
    fn per_window<T: Clone + 'a>(
        &self,
        label: impl Fn(&'a Recording) -> T,
    ) -> impl Iterator<Item = T> {
        self.recordings
            .iter()
            .flat_map(move |&(recording, count)| std::iter::repeat_n(label(recording), count))
    }

    /// For each window the number of its recording on this side.
    fn recording_numbers(&self) -> Vec<u32> {
        let counts = self.recordings.iter().map(|&(_, count)| count);
        (0..)
            .zip(counts)
            .flat_map(|(number, count)| std::iter::repeat_n(number, count))
            .collect()
    }
}

impl SeriesConfig {
    /// Reads the recordings, in parallel.
    ///
    /// # Errors
    ///
    /// Any [`DataError`] but those of pictures; a sample that is missing or not finite is one.
    pub fn load(
        &self,
        dir: &Path,
        observer: &mut dyn FnMut(DataEvent),
    ) -> Result<Dataset, DataError> {
        self.check()?;
        let dir = &join_folder(dir, self.folder.as_deref())?;
        let recordings = recordings::list(dir, &self.recordings)?;
        let attributes = self.chosen();
        let by_gender = self.split == SeriesSplit::Person && self.test_people.is_none();
        let wants = |name: &str| attributes.iter().any(|attribute| attribute.name() == name);
        let people = People::read(dir, &self.people, |name| {
            wants(name) || (by_gender && name == "gender")
        })?;
        let people = people.with_recordings(&recordings)?;
        let is_test = self.choose_test(&recordings, &people)?;
        let [train, test] = self.read(dir, &recordings, &is_test, observer)?;
        let mut labels = [Vec::new(), Vec::new()];
        for attribute in attributes {
            for (list, built) in labels
                .iter_mut()
                .zip(build(attribute, &people, &train, &test)?)
            {
                list.push(built);
            }
        }
        let [train_labels, test_labels] = labels;
        Ok(Dataset {
            name: self.name.clone().unwrap_or_else(|| "series".to_owned()),
            train: self.finish(train, train_labels),
            test: self.finish(test, test_labels),
        })
    }

    fn check(&self) -> Result<(), DataError> {
        let wrong = |option, expected: &str| {
            Err(DataError::Config {
                option,
                expected: expected.to_owned(),
            })
        };
        if self.channels.is_empty() {
            return wrong("channels", "one column or more");
        }
        if self.window == 0 || self.stride == 0 {
            return wrong("window", "a window and a stride of one sample or more");
        }
        if !(self.rate_hz.is_finite() && self.rate_hz > 0.0) {
            return wrong("rate_hz", "samples per second, above 0");
        }
        if self.test_people.is_some() && self.split != SeriesSplit::Person {
            return wrong("test_people", "`split = \"person\"` beside it");
        }
        check_fraction(self.test_fraction)?;
        let mut chosen = self.chosen();
        if chosen.is_empty() {
            return wrong("attributes", "one attribute or more");
        }
        if self.split == SeriesSplit::Person && chosen.contains(&SeriesAttribute::Subject) {
            return wrong(
                "attributes",
                "no `subject` under `split = \"person\"`: no test person is in training",
            );
        }
        chosen.sort_unstable();
        match chosen.is_sorted_by(|a, b| a < b) {
            true => Ok(()),
            false => wrong("attributes", "each attribute once"),
        }
    }

    fn chosen(&self) -> Vec<SeriesAttribute> {
        let allowed = |attribute: &SeriesAttribute| {
            self.split == SeriesSplit::Trial || *attribute != SeriesAttribute::Subject
        };
        let all = || SeriesAttribute::ALL.into_iter().filter(allowed).collect();
        self.attributes.clone().unwrap_or_else(all)
    }

    fn choose_test(
        &self,
        recordings: &[Recording],
        people: &People,
    ) -> Result<Vec<bool>, DataError> {
        if self.split == SeriesSplit::Trial {
            return Ok(recordings
                .iter()
                .map(|recording| recording.trial >= self.first_test_trial)
                .collect());
        }
        let chosen = match &self.test_people {
            Some(numbers) => people.require(numbers)?,
            None => people.choose(self.test_fraction, self.seed)?,
        };
        Ok(recordings
            .iter()
            .map(|recording| chosen.contains(&recording.person))
            .collect())
    }

    fn read<'a>(
        &self,
        dir: &Path,
        recordings: &'a [Recording],
        is_test: &[bool],
        observer: &mut dyn FnMut(DataEvent),
    ) -> Result<[Side<'a>; 2], DataError> {
        let windows = Windows {
            channels: &self.channels,
            steps: self.window,
            stride: self.stride,
            max_bytes: self.max_bytes,
        };
        let size = self.window.saturating_mul(self.channels.len());
        let mut sides = [Side::default(), Side::default()];
        let (mut done, mut short) = (0, 0);
        for (chunk, is_test) in recordings.chunks(CHUNK).zip(is_test.chunks(CHUNK)) {
            let read: Vec<Result<Vec<f32>, DataError>> = chunk
                .par_iter()
                .map(|recording| recording.windows(dir, &windows))
                .collect();
            for ((recording, &is_test), data) in chunk.iter().zip(is_test).zip(read) {
                let data = data?;
                short += usize::from(data.is_empty());
                let side = &mut sides[usize::from(is_test)];
                side.recordings.push((recording, data.len() / size));
                side.data.extend(data);
            }
            let bytes: usize = sides
                .iter()
                .map(|side| side.data.len() * size_of::<f32>())
                .sum();
            if bytes as u64 > self.max_bytes {
                return Err(DataError::TooLarge {
                    what: "windows".to_owned(),
                    limit: self.max_bytes,
                });
            }
            done += chunk.len();
            observer(DataEvent::Progress {
                unit: "recordings",
                done,
                total: recordings.len(),
            });
        }
        if short > 0 {
            observer(DataEvent::Skipped {
                what: "recordings shorter than one window",
                count: short,
            });
        }
        match sides
            .iter()
            .zip(["train", "test"])
            .find(|(side, _)| side.data.is_empty())
        {
            Some((_, split)) => Err(DataError::EmptySet { split }),
            None => Ok(sides),
        }
    }

    fn finish(&self, side: Side<'_>, attributes: Vec<Attribute>) -> Split {
        let groups = side.per_window(|recording| recording.person).collect();
        let recordings = side.recording_numbers();
        let (channels, steps, rate_hz) = (self.channels.len(), self.window, self.rate_hz);
        let records = Records::Series(Series {
            channels,
            steps,
            rate_hz,
            data: side.data,
            recordings: Some(recordings),
        });
        Split {
            records,
            attributes,
            groups: Some(groups),
        }
    }
}

fn build(
    attribute: SeriesAttribute,
    people: &People,
    train: &Side<'_>,
    test: &Side<'_>,
) -> Result<[Attribute; 2], DataError> {
    let name = attribute.name();
    if attribute == SeriesAttribute::Activity {
        let label = |recording: &Recording| recording.activity.clone();
        let found: BTreeSet<String> = train.per_window(label).collect();
        return pair(
            name,
            &found.into_iter().collect::<Vec<_>>(),
            train,
            test,
            label,
        );
    }
    if attribute == SeriesAttribute::Subject {
        let found: BTreeSet<u32> = train.per_window(|recording| recording.person).collect();
        let classes: Vec<String> = found.into_iter().map(|person| person.to_string()).collect();
        return pair(name, &classes, train, test, |recording| {
            recording.person.to_string()
        });
    }
    let (classes, upper) = match attribute {
        SeriesAttribute::Gender => (
            vec!["female".to_owned(), "male".to_owned()],
            people.males()?,
        ),
        _ => {
            let median = people.median(name)?;
            (bin_names(&[median]), people.at_least(name, median)?)
        }
    };
    pair(name, &classes, train, test, |recording| {
        classes[usize::from(upper.contains(&recording.person))].clone()
    })
}

fn pair(
    name: &str,
    classes: &[String],
    train: &Side<'_>,
    test: &Side<'_>,
    label: impl Fn(&Recording) -> String,
) -> Result<[Attribute; 2], DataError> {
    let codes = |side: &Side<'_>, split| {
        let labels: Vec<String> = side.per_window(&label).collect();
        encode(name, classes, split, labels.iter().map(String::as_str))
    };
    Ok([codes(train, "train")?, codes(test, "test")?])
}
