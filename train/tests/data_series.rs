//! Recordings in the MotionSense layout.

mod data_support;

use data_support::*;
use tiprdc_train::{DataError, DataEvent, DatasetConfig, Records, Series, SeriesConfig};

const PEOPLE: &str = "\u{feff}code,weight,height,age,gender\n1,60,160,20,0\n2,70,170,30,1\n3,80,180,40,0\n4,90,190,50,1";
const SMALL: &str = "kind = 'series'\nchannels = ['b', 'a']\nwindow = 4\nstride = 2\n";
const HEADER: &str = "a,b,c\n";

fn recording(start: usize, length: usize) -> String {
    let rows = (start..start + length).map(|step| format!("{step},-{step},0.5\n"));
    std::iter::once(HEADER.to_owned()).chain(rows).collect()
}

/// Four people, two activities, trials 1 and 11; recordings of 9 samples, three windows each.
fn motion() -> tempfile::TempDir {
    let dir = folder(&[("data_subjects_info.csv", PEOPLE.as_bytes())]);
    for (at, folder) in ["sit_1", "sit_11", "wlk_1", "wlk_11"]
        .into_iter()
        .enumerate()
    {
        for person in 1..=4 {
            let bytes = gzip(recording(1000 * at + 100 * person, 9).as_bytes());
            put(
                dir.path(),
                &format!("A_DeviceMotion_data/{folder}/sub_{person}.csv.gz"),
                &bytes,
            );
        }
    }
    put(dir.path(), "A_DeviceMotion_data/.DS_Store", b"\0");
    dir
}

fn series(records: &Records) -> &Series {
    match records {
        Records::Series(series) => series,
        _ => panic!("not a series"),
    }
}

#[test]
fn windows_lie_in_one_recording_channel_by_channel() {
    let (dataset, events) = load_with_events(motion().path(), SMALL);
    let dataset = dataset.unwrap();
    check_invariants(&dataset);
    assert_eq!((dataset.train.len(), dataset.test.len()), (24, 24));
    let train = series(&dataset.train.records);
    assert_eq!((train.channels, train.steps, train.rate_hz), (2, 4, 50.0));
    let third = [-104.0, -105.0, -106.0, -107.0, 104.0, 105.0, 106.0, 107.0];
    assert_eq!(
        train.window(2).unwrap(),
        third,
        "channels in the order asked for, then time"
    );
    assert_eq!(
        train.window(3).unwrap()[0],
        -200.0,
        "the next window begins the next recording"
    );
    assert_eq!(train.window(24), None);
    assert_eq!(
        events,
        [DataEvent::Progress {
            unit: "recordings",
            done: 16,
            total: 16
        }]
    );
    assert_eq!(dataset.train.groups.as_ref().unwrap()[..4], [1, 1, 1, 2]);
}

#[test]
fn people_and_folders_become_labels() {
    let dataset = load(motion().path(), SMALL).unwrap();
    assert_eq!(classes(&dataset, "gender"), ["female", "male"]);
    assert_eq!(classes(&dataset, "activity"), ["sit", "wlk"]);
    assert_eq!(classes(&dataset, "subject"), ["1", "2", "3", "4"]);
    assert_eq!(classes(&dataset, "height"), ["<175", ">=175"]);
    let first_of_each: Vec<u32> = dataset
        .train
        .attribute("age")
        .unwrap()
        .codes
        .iter()
        .step_by(3)
        .copied()
        .collect();
    assert_eq!(first_of_each, [0, 0, 1, 1, 0, 0, 1, 1]);
    assert_eq!(counts(&dataset, "gender"), [vec![12, 12], vec![12, 12]]);
}

#[test]
fn a_person_split_keeps_people_apart_in_both_genders() {
    let dir = motion();
    let toml = format!(
        "{SMALL}split = 'person'\ntest_fraction = 0.5\nattributes = ['gender', 'activity']"
    );
    let dataset = load(dir.path(), &toml).unwrap();
    check_invariants(&dataset);
    assert_eq!(counts(&dataset, "gender"), [vec![12, 12], vec![12, 12]]);
    let [train, test] = [&dataset.train, &dataset.test].map(|split| split.groups.clone().unwrap());
    assert!(train.iter().all(|person| !test.contains(person)));
    assert_eq!(
        dataset,
        load(dir.path(), &toml).unwrap(),
        "the seed alone decides"
    );
    let listed = load(
        dir.path(),
        &format!("{SMALL}split = 'person'\ntest_people = [2, 3]\n"),
    )
    .unwrap();
    assert!(
        listed
            .test
            .groups
            .unwrap()
            .iter()
            .all(|person| [2, 3].contains(person))
    );
    assert!(
        listed
            .test
            .attributes
            .iter()
            .all(|attribute| attribute.name != "subject"),
        "nobody can be recognised"
    );
}

#[test]
fn short_recordings_are_left_out_and_counted() {
    let dir = motion();
    put(
        dir.path(),
        "A_DeviceMotion_data/sit_2/sub_1.csv",
        recording(0, 3).as_bytes(),
    );
    let (dataset, events) = load_with_events(dir.path(), SMALL);
    assert_eq!(dataset.unwrap().train.len(), 24);
    assert!(events.contains(&DataEvent::Skipped {
        what: "recordings shorter than one window",
        count: 1
    }));
}

#[test]
fn wrong_recordings_are_explained() {
    let file = "A_DeviceMotion_data/wlk_1/sub_2.csv.gz";
    let bad_cell = |cell: &str| {
        gzip(
            recording(0, 9)
                .replace("3,-3", &format!("3,{cell}"))
                .as_bytes(),
        )
    };
    let whole = gzip(recording(0, 900).as_bytes());
    let number = format!("`{file}`, row 4, column `b`: expected a finite number");
    let of_file = |says: &str| format!("{file}: {says}");
    let cases = [
        (bad_cell("NaN"), number.clone()),
        (bad_cell("inf"), number.clone()),
        (bad_cell(""), number.clone()),
        (bad_cell(CANARY), number),
        (
            gzip(b"a,c\n1,2\n"),
            of_file("no column `b` among the 2 columns of the header"),
        ),
        (
            gzip(b"a,b,c\n1,2\n"),
            of_file("row 1, at line 2: expected 3 cells as in the header, found 2"),
        ),
        (
            whole[..whole.len() / 2].to_vec(),
            of_file("expected a whole gzip file, found one cut short"),
        ),
        (
            gzip(b"a,b,c\n1,\xff,3\n"),
            of_file("expected UTF-8 text, line 2 is not"),
        ),
        (
            gzip(b"a,b,c\n1700000000001,1,2\n1700000000011,1,2\n1700000000021,1,2\n"),
            format!("`{file}`, column `a`: numbers this large lose their differences in f32"),
        ),
    ];
    for (bytes, expected) in cases {
        let dir = motion();
        put(dir.path(), file, &bytes);
        let found = error(dir.path(), SMALL).to_string();
        assert!(found.starts_with(&expected), "{found}");
    }
}

#[test]
fn wrong_layouts_are_explained() {
    for (extra, part) in [
        (
            "A_DeviceMotion_data/walking/sub_1.csv",
            "<activity>_<trial number>",
        ),
        (
            "A_DeviceMotion_data/sit_1/person1.csv",
            "sub_<person number>",
        ),
        (
            "A_DeviceMotion_data/sit_1/sub_1.csv",
            "one recording per activity, trial and person",
        ),
        (
            "A_DeviceMotion_data/sit_1/sub_77.csv",
            "a row for every person with recordings",
        ),
    ] {
        let dir = motion();
        put(dir.path(), extra, recording(0, 9).as_bytes());
        let found = error(dir.path(), SMALL).to_string();
        assert!(found.contains(part), "{extra}: {found}");
    }
    for (people, part) in [
        (
            PEOPLE.replace("gender", "sex"),
            "expected a column `gender`",
        ),
        (PEOPLE.replace("20,0", "20,5"), "0 (female) or 1 (male)"),
        (PEOPLE.replace("160", CANARY), "row 1, column `height`"),
        (PEOPLE.replace("170", ""), "row 2, column `height`"),
        (PEOPLE.replace("\n2,", "\n1,"), "each person once"),
        (
            PEOPLE.replace(",1\n", ",0\n").replace("50,1", "50,0"),
            "attribute `gender`: expected two classes or more",
        ),
    ] {
        let dir = motion();
        put(dir.path(), "data_subjects_info.csv", people.as_bytes());
        let found = error(dir.path(), SMALL).to_string();
        assert!(found.contains(part), "{part}: {found}");
    }
    assert_eq!(
        error(folder(&[]).path(), SMALL),
        DataError::MissingFile {
            file: "A_DeviceMotion_data".into()
        }
    );
}

#[test]
fn impossible_options_are_refused_before_reading() {
    let dir = motion();
    for more in [
        "test_people = [1]",
        "split = 'person'\ntest_people = [99]",
        "split = 'person'\nattributes = ['subject', 'gender']",
        "attributes = []",
        "attributes = ['age', 'age']",
        "rate_hz = 0",
        "test_fraction = 1.5",
        "recordings = '/etc'",
    ] {
        let found = error(dir.path(), &format!("{SMALL}{more}"));
        assert!(matches!(found, DataError::Config { .. }), "{more}: {found}");
    }
    assert!(matches!(
        error(dir.path(), "kind = 'series'\nwindow = 0"),
        DataError::Config { .. }
    ));
    let found = error(
        dir.path(),
        "kind = 'series'\nchannels = ['a']\nwindow = 400",
    );
    assert_eq!(found, DataError::EmptySet { split: "train" });
    assert_eq!(
        error(dir.path(), &format!("{SMALL}first_test_trial = 50")),
        DataError::EmptySet { split: "test" }
    );
    let found = error(dir.path(), &format!("{SMALL}max_bytes = 100"));
    assert!(
        matches!(found, DataError::TooLarge { limit: 100, .. }),
        "{found}"
    );
}

#[test]
fn the_default_configuration_round_trips() {
    let default = DatasetConfig::Series(SeriesConfig::default());
    assert_eq!(config("kind = 'series'"), default);
    assert_eq!(config(&toml::to_string(&default).unwrap()), default);
}
