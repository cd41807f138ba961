//! UCI Adult's layout, label files, and the configuration of a run's data set.

mod data_support;

use data_support::*;
use tiprdc_train::{
    AdultConfig, AttributeConfig, DataError, DatasetConfig, Records, Table, TableConfig,
    export_labels_csv,
};

const TRAIN: &str = "age,job,sex,person\n30,cook,f,p1\n?,smith,m,p2\n41.5,?,f,p1\n22,cook,m,p3\n";
const TEST: &str = "sex,age,person,job\nm,50,p9,cook\nf,,p1,pilot\n";
const TWO_FILES: &str =
    "kind = 'table'\ntrain = 'train.csv'\ntest = 'test.csv'\nattributes = ['sex']\n";

fn table(records: &Records) -> &Table {
    match records {
        Records::Table(table) => table,
        _ => panic!("not a table"),
    }
}

fn with(train: &str, test: &str) -> tempfile::TempDir {
    folder(&[
        ("train.csv", train.as_bytes()),
        ("test.csv", test.as_bytes()),
    ])
}

const ADULT_ROWS: [&str; 4] = [
    "39, State-gov, 77516, Bachelors, 13, Never-married, Adm-clerical, Not-in-family, White, Male, 2174, 0, 40, United-States, <=50K",
    "28, Private, 338409, HS-grad, 9, Married-civ-spouse, Prof-specialty, Wife, Black, Female, 0, 0, 40, Cuba, >50K",
    "37, ?, 284582, Doctorate, 16, Divorced, ?, Unmarried, White, Female, 0, 0, 40, ?, <=50K",
    "52, Private, 209642, 11th, 7, Widowed, Sales, Husband, White, Male, 0, 0, 45, United-States, >50K",
];

fn adult() -> tempfile::TempDir {
    let mut rows: Vec<String> = ADULT_ROWS.map(str::to_owned).into();
    rows.push(ADULT_ROWS[0].replace("Bachelors, 13", "Some-college, 10"));
    let test = rows
        .iter()
        .map(|row| format!("{row}.\n"))
        .collect::<String>();
    let train = rows
        .iter()
        .map(|row| format!("{row}\n"))
        .collect::<String>()
        + "\n";
    folder(&[
        ("adult.data.gz", &gzip(train.as_bytes())),
        (
            "adult.test",
            format!("|1x3 Cross validator\n{test}\n").as_bytes(),
        ),
    ])
}

#[test]
fn adult_hides_labels_and_their_twins_from_the_input() {
    let dataset = load(adult().path(), "kind = 'adult'").unwrap();
    check_invariants(&dataset);
    assert_eq!(
        (
            dataset.name.as_str(),
            dataset.train.len(),
            dataset.test.len()
        ),
        ("adult", 5, 5)
    );
    let inputs: Vec<_> = table(&dataset.test.records)
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    let expected = [
        "age",
        "workclass",
        "marital-status",
        "capital-gain",
        "capital-loss",
        "hours-per-week",
        "native-country",
    ];
    assert_eq!(inputs, expected);
    assert_eq!(
        classes(&dataset, "income"),
        ["<=50K", ">50K"],
        "the full stop of adult.test is no class of its own"
    );
    assert_eq!(
        classes(&dataset, "occupation").last().map(String::as_str),
        Some("unknown")
    );
    let levels = [
        "below high school",
        "high school",
        "some college or associate",
        "bachelor",
        "advanced",
    ];
    assert_eq!(classes(&dataset, "education"), levels);
    assert_eq!(
        dataset.test.attribute("education").unwrap().codes,
        [3, 1, 4, 0, 2]
    );
}

#[test]
fn adult_lets_one_choose() {
    let toml = "kind = 'adult'\nkeep = ['sex', 'relationship']\ndrop = ['income']
        attributes = ['sex', { name = 'age', thresholds = [38] }, { name = 'degree', column = 'education', map = { Bachelors = 'yes', Doctorate = 'yes' }, other = 'no' }]";
    let dataset = load(adult().path(), toml).unwrap();
    let inputs: Vec<_> = table(&dataset.train.records)
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert!(inputs.contains(&"sex") && inputs.contains(&"relationship"));
    assert!(
        !inputs
            .iter()
            .any(|name| ["age", "education", "education-num", "income", "fnlwgt"].contains(name)),
        "{inputs:?}"
    );
    assert_eq!(
        dataset.train.attribute("degree").unwrap().codes,
        [1, 0, 1, 0, 0]
    );
}

#[test]
fn labels_are_written_by_class_name() {
    let dataset = load(
        with(TRAIN, TEST).path(),
        &format!("{TWO_FILES}group = 'person'"),
    )
    .unwrap();
    let mut csv = Vec::new();
    export_labels_csv(&dataset.train, &mut csv).unwrap();
    assert_eq!(
        String::from_utf8(csv).unwrap(),
        "sex,group\nf,0\nm,1\nf,0\nm,2\n"
    );
    let mut broken = dataset.test;
    broken.attributes[0].codes[0] = 9;
    assert!(export_labels_csv(&broken, Vec::new()).is_err());
}

#[test]
fn configurations_round_trip_and_unknown_keys_are_errors() {
    let adult = DatasetConfig::Adult(AdultConfig::default());
    let table = DatasetConfig::Table(TableConfig::new(
        "a.csv",
        "b.csv",
        vec![AttributeConfig::named("sex")],
    ));
    for config in [adult, table] {
        let text = toml::to_string(&config).unwrap();
        assert_eq!(
            toml::from_str::<DatasetConfig>(&text).unwrap(),
            config,
            "{text}"
        );
    }
    for wrong in [
        "kind = 'adult'\ncolour = 1",
        "kind = 'audio'",
        "kind = 'series'\nwindows = 3",
        "kind = 'images'\nattributes = [{ name = 'a', treshold = [1] }]",
        "kind = 'images'\nattributes = [3]",
        "attributes = ['a']",
    ] {
        assert!(toml::from_str::<DatasetConfig>(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let dir = with(TRAIN, TEST);
    for (more, option) in [
        ("test_fraction = 0.5", "test"),
        ("drop = ['sex']\nkeep = ['sex']", "keep"),
        ("numeric = ['age']\ncategorical = ['age']", "numeric"),
        ("delimiter = 'é'", "delimiter"),
        ("folder = '../elsewhere'", "folder"),
    ] {
        let found = error(dir.path(), &format!("{TWO_FILES}{more}"));
        assert!(
            matches!(found, DataError::Config { option: named, .. } if named == option),
            "{more}: {found}"
        );
    }
    for attributes in [
        "[]",
        "['sex', 'sex']",
        "['group']",
        "[{ name = 'age', thresholds = [2, 1] }]",
        "[{ name = 'age', thresholds = [nan] }]",
        "[{ name = 'age', thresholds = [1], map = { a = 'b' } }]",
        "[{ name = 'age', thresholds = [1], classes = ['a'] }]",
        "[{ name = 'sex', other = 'x' }]",
    ] {
        let toml = format!(
            "kind = 'table'\ntrain = 'train.csv'\ntest = 'test.csv'\nattributes = {attributes}"
        );
        let found = error(dir.path(), &toml);
        assert!(
            matches!(
                found,
                DataError::Config {
                    option: "attributes",
                    ..
                }
            ),
            "{attributes}: {found}"
        );
    }
}
