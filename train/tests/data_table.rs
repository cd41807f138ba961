//! Tables in CSV.

mod data_support;

use data_support::*;
use tiprdc_train::{ColumnValues, DataError, DataEvent, MISSING_CODE, Records, Table};

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

#[test]
fn a_table_is_read_with_shared_categories_and_missing_values() {
    let dir = with(TRAIN, TEST);
    let (dataset, events) = load_with_events(dir.path(), &format!("{TWO_FILES}group = 'person'"));
    let dataset = dataset.unwrap();
    check_invariants(&dataset);
    assert_eq!(
        events.last(),
        Some(&DataEvent::Progress {
            unit: "files",
            done: 2,
            total: 2
        })
    );
    let names = |table: &Table| {
        table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect::<Vec<_>>()
    };
    let [train, test] = [&dataset.train, &dataset.test].map(|split| table(&split.records));
    assert_eq!(
        names(train),
        ["age", "job"],
        "labels and groups are not inputs"
    );
    assert_eq!(
        names(test),
        names(train),
        "the test file's column order does not matter"
    );
    let ColumnValues::Numeric(ages) = &train.column("age").unwrap().values else {
        panic!("age is numeric")
    };
    assert_eq!(ages[0], 30.0);
    assert!(ages[1].is_nan());
    let ColumnValues::Numeric(ages) = &test.column("age").unwrap().values else {
        panic!("age is numeric")
    };
    assert!(ages[1].is_nan(), "an empty cell is missing");
    let job = |table: &Table| match &table.column("job").unwrap().values {
        ColumnValues::Categorical { categories, codes } => (categories.join(" "), codes.clone()),
        ColumnValues::Numeric(_) => panic!("job is categorical"),
    };
    assert_eq!(
        job(train),
        ("cook smith".to_owned(), vec![0, 1, MISSING_CODE, 0])
    );
    assert_eq!(
        job(test),
        ("cook smith".to_owned(), vec![0, MISSING_CODE]),
        "a category of test only is missing"
    );
    assert_eq!(classes(&dataset, "sex"), ["f", "m"]);
    assert_eq!(dataset.test.attribute("sex").unwrap().codes, [1, 0]);
    assert_eq!(dataset.train.groups, Some(vec![0, 1, 0, 2]));
    assert_eq!(
        dataset.test.groups,
        Some(vec![3, 0]),
        "a person has one id in both sets"
    );
}

#[test]
fn gzip_is_found_and_gives_the_same_table() {
    let plain = load(with(TRAIN, TEST).path(), TWO_FILES).unwrap();
    let dir = folder(&[
        ("train.csv.gz", &gzip(TRAIN.as_bytes())),
        ("test.csv", &gzip(TEST.as_bytes())),
    ]);
    let packed = load(dir.path(), TWO_FILES).unwrap();
    assert_eq!(
        format!("{plain:?}"),
        format!("{packed:?}"),
        "NaN differs from itself, its text does not"
    );
}

#[test]
fn attributes_can_be_binned_mapped_named_and_kept() {
    let dir = with(TRAIN, TEST);
    let toml = "kind = 'table'\ntrain = 'train.csv'\ntest = 'test.csv'\nkeep = ['job']\ncategorical = ['person']
        attributes = [
            { name = 'old', column = 'age', thresholds = [30, 40], missing = 'no answer' },
            { name = 'job', map = { cook = 'kitchen' }, other = 'elsewhere', missing = 'none', classes = ['none', 'kitchen', 'elsewhere'] },
        ]";
    let dataset = load(dir.path(), toml).unwrap();
    check_invariants(&dataset);
    assert_eq!(
        classes(&dataset, "old"),
        ["<30", "30..40", ">=40", "no answer"]
    );
    assert_eq!(
        dataset.train.attribute("old").unwrap().codes,
        [1, 3, 2, 0],
        "a threshold is in the class above"
    );
    assert_eq!(dataset.train.attribute("job").unwrap().codes, [1, 2, 0, 1]);
    assert_eq!(dataset.test.attribute("job").unwrap().codes, [1, 2]);
    let inputs: Vec<_> = table(&dataset.train.records)
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(
        inputs,
        ["job", "sex", "person"],
        "age is a label, job is kept on purpose"
    );
}

#[test]
fn a_fraction_splits_rows_or_whole_groups_and_repeats_itself() {
    let mut csv = "x,label,who\n".to_owned();
    for row in 0..200 {
        csv += &format!("{row},{},{}\n", ["a", "b"][row % 2], row / 10);
    }
    let dir = folder(&[("all.csv", csv.as_bytes())]);
    let toml = "kind = 'table'\ntrain = 'all.csv'\ntest_fraction = 0.25\nattributes = ['label']\n";
    let rows = load(dir.path(), toml).unwrap();
    assert_eq!((rows.train.len(), rows.test.len()), (150, 50));
    assert_eq!(rows, load(dir.path(), toml).unwrap());
    assert_ne!(rows, load(dir.path(), &format!("{toml}seed = 1")).unwrap());
    let grouped = load(dir.path(), &format!("{toml}group = 'who'")).unwrap();
    check_invariants(&grouped);
    assert_eq!((grouped.train.len(), grouped.test.len()), (150, 50));
    let [train, test] = [grouped.train, grouped.test].map(|split| split.groups.unwrap());
    assert!(
        train.iter().all(|person| !test.contains(person)),
        "nobody is on both sides"
    );
}

#[test]
fn wrong_tables_are_explained() {
    let cell = |csv: &str| csv.replace("41.5", CANARY);
    let check = |train: &str, test: &str, more: &str, expected: &str| {
        let found = error(with(train, test).path(), &format!("{TWO_FILES}{more}")).to_string();
        assert_eq!(found, expected);
    };
    let header = "age,job,sex,person\n";
    check(
        TRAIN,
        "age,sex,person\n1,f,p\n",
        "",
        "expected a column `job` in `test.csv`, found none",
    );
    check(
        TRAIN,
        TEST,
        "drop = ['jobb']",
        "expected a column `jobb` in `train.csv`, found none",
    );
    check(
        TRAIN,
        TEST,
        "group = 'family'",
        "expected a column `family` in `train.csv`, found none",
    );
    check(
        &format!("{TRAIN}1,2\n"),
        TEST,
        "",
        "train.csv: row 5, at line 6: expected 4 cells as in the header, found 2",
    );
    check(
        "",
        TEST,
        "",
        "train.csv: has no header; expected a line of column names",
    );
    check(
        header,
        TEST,
        "",
        "expected records in the train set, found none",
    );
    check(
        TRAIN,
        header,
        "",
        "expected records in the test set, found none",
    );
    check(
        "a,b,a\n",
        TEST,
        "",
        "train.csv: the header: expected each column name once, column 3 repeats an earlier one",
    );
    check(
        &TRAIN.replace(",m,", ",f,"),
        TEST,
        "",
        "attribute `sex`: expected two classes or more in the train set, found one",
    );
    check(
        TRAIN,
        &TEST.replace("m,", "f,"),
        "",
        "attribute `sex`: expected two classes or more in the test set, found one",
    );
    check(
        TRAIN,
        &TEST.replace("m,", "x,"),
        "",
        "attribute `sex`: 1 rows of the test set have a class that is not among the known ones",
    );
    let needs = "(a marker of missing values belongs into `missing`)";
    let bad = |row| {
        format!(
            "`train.csv`, row {row}, column `age`: expected a finite number, found something else {needs}"
        )
    };
    check(&cell(TRAIN), TEST, "numeric = ['age']", &bad(3));
    check(
        &TRAIN.replace("41.5", "NaN"),
        TEST,
        "",
        "column `age`: numbers in 2 of 3 rows, 1 that hold `NaN`; name the marker in `missing`, or the column in \
         `categorical`",
    );
    check(&TRAIN.replace("41.5", "inf"), TEST, "", &bad(3));
    check(
        &TRAIN.replace("age", ""),
        &TEST.replace("age", ""),
        "",
        "train.csv: column 1 has no name; if it is an index that pandas wrote, write with index=False, or name it (\"\") in \
         `drop`",
    );
    check(
        &TRAIN.replace(",f,", ",?,"),
        TEST,
        "",
        "attribute `sex`: expected a label in every row, 2 rows of the train set have none; name a class for them with `missing`",
    );
    check(
        "age,job,sex,person\n?,a,f,1\n,b,m,1\n",
        TEST,
        "",
        "column `age`: expected values, found none in any training row; add it to `drop`",
    );
    check(
        TRAIN,
        TEST,
        "drop = ['age', 'job', 'person']",
        "dataset option `drop`: expected one column or more left for the input",
    );
}

#[test]
fn a_number_that_only_test_rows_spoil_is_reported_there() {
    let dir = with(TRAIN, &TEST.replace("50", CANARY));
    let expected = DataError::BadNumber {
        file: "test.csv".into(),
        row: 1,
        column: "age".into(),
    };
    assert_eq!(error(dir.path(), TWO_FILES), expected);
}

#[test]
fn classes_without_training_rows_are_found_before_training() {
    let dir = with(TRAIN, TEST);
    let toml = |attribute: &str| {
        format!(
            "kind = 'table'\ntrain = 'train.csv'\ntest = 'test.csv'\nattributes = [{attribute}]"
        )
    };
    let empty = error(
        dir.path(),
        &toml("{ name = 'age', thresholds = [10, 30], missing = 'x' }"),
    );
    assert_eq!(
        empty,
        DataError::EmptyClass {
            attribute: "age".into(),
            class: 1,
            classes: 4
        }
    );
    let unlisted = error(dir.path(), &toml("{ name = 'sex', classes = ['f', 'x'] }"));
    assert_eq!(
        unlisted,
        DataError::UnknownClass {
            attribute: "sex".into(),
            split: "train",
            rows: 2
        }
    );
}

#[test]
fn files_that_are_no_tables_are_refused_without_panicking() {
    let packed = gzip(&TRAIN.repeat(50).into_bytes());
    let wide: String = (0..70_000).map(|column| format!("c{column},")).collect();
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (
            packed[..packed.len() - 9].to_vec(),
            "expected a whole gzip file, found one cut short",
        ),
        (
            b"age,job\n30,\xff\xfe\n".to_vec(),
            "expected UTF-8 text, line 2 is not",
        ),
        (
            b"\xff\xfe,job\n".to_vec(),
            "expected UTF-8 text, line 1 is not",
        ),
        (vec![b'x'; 5 << 20], "has a row of more than 4194304 bytes"),
        (
            gzip(&vec![b'x'; 64 << 20]),
            "has a row of more than 4194304 bytes",
        ),
        (
            [b"a,sex\n\"".to_vec(), b"1,f\n".repeat(1 << 19)].concat(),
            "a quote opens at line 2 and is never closed",
        ),
        (
            (wide + "sex\n").into_bytes(),
            "the header: expected at most 65536 columns, found 70001",
        ),
        (
            b"age;job;sex\n1;a;f\n".to_vec(),
            "the header is one cell with semicolons in it",
        ),
    ];
    for (bytes, expected) in cases {
        let dir = folder(&[("train.csv", &bytes), ("test.csv", TEST.as_bytes())]);
        let found = error(dir.path(), TWO_FILES).to_string();
        assert!(
            found.starts_with(&format!("train.csv: {expected}")),
            "{found}"
        );
    }
    let missing = error(folder(&[]).path(), TWO_FILES);
    assert_eq!(
        missing,
        DataError::MissingFile {
            file: "train.csv".into()
        }
    );
}

#[test]
fn any_damage_to_a_packed_table_is_an_error_or_another_table() {
    let packed = gzip(TRAIN.as_bytes());
    for at in 0..packed.len() {
        let mut bytes = packed.clone();
        bytes[at] ^= 0x55;
        let dir = folder(&[("train.csv", &bytes), ("test.csv", TEST.as_bytes())]);
        let _ = load(dir.path(), TWO_FILES);
        let dir = folder(&[("train.csv", &packed[..at]), ("test.csv", TEST.as_bytes())]);
        assert!(load(dir.path(), TWO_FILES).is_err(), "cut at {at}");
    }
}

#[test]
fn identifiers_are_not_taken_for_categories() {
    let rows: String = (0..5000)
        .map(|row| format!("id{row},{}\n", ["f", "m"][row % 2]))
        .collect();
    let dir = with(&format!("id,sex\n{rows}"), &format!("id,sex\n{rows}"));
    let found = error(dir.path(), TWO_FILES).to_string();
    assert!(
        found.starts_with("column `id`: 5000 different texts in 5000 rows"),
        "{found}"
    );
    let declared = error(dir.path(), &format!("{TWO_FILES}categorical = ['id']"));
    assert_eq!(
        declared,
        DataError::TooManyCategories {
            column: "id".into(),
            found: 5000,
            limit: 4096
        }
    );
    let toml = "kind = 'table'\ntrain = 'train.csv'\ntest = 'test.csv'\nattributes = ['id']";
    assert!(matches!(
        error(dir.path(), toml),
        DataError::TooManyCategories { .. }
    ));
}

#[test]
fn labels_are_compared_by_value() {
    let train = "x,sex,smoker\n1,1,TRUE\n2,0,False\n3,1.0,true\n4,00,false\n5,NA,true\n";
    let test = "x,sex,smoker\n1,1.0,True\n2,0.0,FALSE\n3,00,True\n";
    let toml = "kind = 'table'\ntrain = 'train.csv'\ntest = 'test.csv'\n\
                attributes = [{ name = 'sex', missing = 'unknown' }, 'smoker']";
    let dataset = load(with(train, test).path(), toml).unwrap();
    check_invariants(&dataset);
    assert_eq!(classes(&dataset, "sex"), ["0", "00", "1", "unknown"]);
    assert_eq!(
        dataset.train.attribute("sex").unwrap().codes,
        [2, 0, 2, 1, 3]
    );
    assert_eq!(dataset.test.attribute("sex").unwrap().codes, [2, 0, 1]);
    assert_eq!(classes(&dataset, "smoker"), ["False", "True"]);
    assert_eq!(dataset.test.attribute("smoker").unwrap().codes, [1, 0, 1]);
    let composed = "x,town\n1,Z\u{fc}rich\n2,Bern\n";
    let decomposed = "x,town\n1,Zu\u{308}rich\n2,Bern\n";
    let toml = "kind = 'table'\ntrain = 'train.csv'\ntest = 'test.csv'\nattributes = ['town']";
    let dataset = load(with(composed, decomposed).path(), toml).unwrap();
    assert_eq!(dataset.test.attribute("town").unwrap().codes, [1, 0]);
    let renamed = "kind = 'table'\ntrain = 'train.csv'\ntest = 'test.csv'\n\
                   attributes = [{ name = 'sex', map = { 0 = 'f', 1 = 'm', NA = 'n' }, other = 'x' }]";
    let dataset = load(with(train, test).path(), renamed).unwrap();
    assert_eq!(classes(&dataset, "sex"), ["f", "m", "n", "x"]);
    assert_eq!(
        dataset.train.attribute("sex").unwrap().codes,
        [1, 0, 1, 3, 2]
    );
}

#[test]
fn booleans_are_one_pair_however_they_are_written() {
    let train = "x,old,sex\n1,true,f\n2,FALSE,m\n3,True,f\n4,false,m\n";
    let test = "x,old,sex\n1,TRUE,f\n2,False,m\n3,yes,m\n";
    let dataset = load(with(train, test).path(), TWO_FILES).unwrap();
    let old = |records: &Records| match &table(records).column("old").unwrap().values {
        ColumnValues::Categorical { categories, codes } => (categories.join(" "), codes.clone()),
        ColumnValues::Numeric(_) => panic!("a boolean is no number"),
    };
    assert_eq!(
        old(&dataset.train.records),
        ("False True".to_owned(), vec![1, 0, 1, 0])
    );
    assert_eq!(
        old(&dataset.test.records),
        ("False True".to_owned(), vec![1, 0, MISSING_CODE])
    );
}
