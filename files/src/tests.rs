//! The same rows in every format, and files that are broken or lie.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::parquet::basic::Compression;
use ::parquet::data_type::{ByteArrayType, DoubleType, FloatType, Int64Type};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use ::zip::write::SimpleFileOptions;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::*;

mod hostile;

const ROWS: usize = 300;

/// Two numbers a row that every size of float holds.
fn row(row: usize) -> [f32; 2] {
    [row as f32 / 4.0, -(row as f32)]
}

fn npy() -> Vec<u8> {
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({ROWS}, 2), }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.bytes());
    bytes.extend((0..ROWS).flat_map(row).flat_map(f32::to_le_bytes));
    bytes
}

fn npz(names: &[&str]) -> Vec<u8> {
    let mut zip = ::zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in names {
        let options =
            SimpleFileOptions::default().compression_method(::zip::CompressionMethod::Deflated);
        zip.start_file(*name, options).unwrap();
        zip.write_all(&npy()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn csv() -> Vec<u8> {
    let lines = (0..ROWS).map(row).map(|[a, b]| format!("{a},{b}\n"));
    format!("a, b\n{}", lines.collect::<String>()).into_bytes()
}

fn safetensors() -> Vec<u8> {
    let size = ROWS * 8;
    let header = format!(
        r#"{{"__metadata__":{{"tiprdc.encoder":"abc"}},"features":{{"dtype":"F32","shape":[{ROWS},2],"data_offsets":[0,{size}]}}}}"#
    );
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.bytes());
    bytes.extend((0..ROWS).flat_map(row).flat_map(f32::to_le_bytes));
    bytes
}

/// Columns of numbers and words in two row groups; with `nulls`, the eighth row of each has no word.
fn parquet(schema: &str, compression: Compression, nulls: bool) -> Vec<u8> {
    parquet_about(schema, compression, nulls, None)
}

fn parquet_about(
    schema: &str,
    compression: Compression,
    nulls: bool,
    about: Option<Vec<::parquet::file::metadata::KeyValue>>,
) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_key_value_metadata(about);
    let mut writer =
        SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties.build())).unwrap();
    for part in [0..100, 100..ROWS] {
        let mut group = writer.next_row_group().unwrap();
        while let Some(mut column) = group.next_column().unwrap() {
            let rows = || part.clone().map(row);
            let words: Vec<_> = part.clone().map(|row| ["x", "y"][row % 2].into()).collect();
            let whole: Vec<i64> = part.clone().map(|row| row as i64).collect();
            let floats: Vec<f32> = rows().map(|row| row[0]).collect();
            let doubles: Vec<f64> = rows().map(|row| row[1].into()).collect();
            let mut levels = vec![1i16; part.len()];
            if nulls {
                levels[7] = 0;
            }
            let there = levels.iter().filter(|&&level| level == 1).count();
            let levels = Some(levels.as_slice());
            match column.untyped() {
                ::parquet::column::writer::ColumnWriter::FloatColumnWriter(_) => {
                    let writer = column.typed::<FloatType>();
                    writer.write_batch(&floats, None, None).unwrap();
                }
                ::parquet::column::writer::ColumnWriter::DoubleColumnWriter(_) => {
                    let writer = column.typed::<DoubleType>();
                    writer.write_batch(&doubles, None, None).unwrap();
                }
                ::parquet::column::writer::ColumnWriter::Int64ColumnWriter(_) => {
                    let writer = column.typed::<Int64Type>();
                    writer.write_batch(&whole, None, None).unwrap();
                }
                _ => {
                    let writer = column.typed::<ByteArrayType>();
                    writer.write_batch(&words[..there], levels, None).unwrap();
                }
            }
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

const NUMBERS: &str =
    "message m { required float a; required double b; required int64 __index_level_0__; }";
const PEOPLE: &str =
    "message m { required int64 id; optional binary word (UTF8); required double b; }";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        File::create(&path)
            .and_then(|mut file| file.write_all(bytes.as_ref()))
            .unwrap();
        path
    }
}

fn kind(path: &Path) -> FileErrorKind {
    let error = Array::open(path).unwrap_err();
    let name = path.file_name().unwrap().to_string_lossy();
    assert!(error.to_string().contains(&*name), "{error}");
    error.kind()
}

fn every_format() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("f.npy", npy()),
        ("one.npz", npz(&["anything.npy"])),
        ("named.npz", npz(&["other.npy", "features.npy"])),
        ("f.csv", csv()),
        ("f.safetensors", safetensors()),
        (
            "plain.parquet",
            parquet(NUMBERS, Compression::UNCOMPRESSED, false),
        ),
        (
            "snappy.PARQUET",
            parquet(NUMBERS, Compression::SNAPPY, false),
        ),
        (
            "zstd.parquet",
            parquet(NUMBERS, Compression::ZSTD(Default::default()), false),
        ),
        (
            "gzip.parquet",
            parquet(NUMBERS, Compression::GZIP(Default::default()), false),
        ),
    ]
}

#[test]
fn every_format_holds_the_same_features() {
    let folder = Folder::new();
    let wanted: Vec<f64> = (0..ROWS).flat_map(row).map(f64::from).collect();
    for (name, bytes) in every_format() {
        let read = Array::open(&folder.write(name, bytes)).unwrap();
        assert_eq!(read.data, wanted, "{name}");
        assert_eq!((read.rows, read.shape), (ROWS, vec![2]), "{name}");
        let digest = name.ends_with("safetensors").then_some("abc");
        assert_eq!(read.encoder.as_deref(), digest, "{name}");
    }
}

#[test]
fn files_that_are_cut_off_are_refused() {
    let folder = Folder::new();
    for (name, bytes) in every_format() {
        if name.ends_with("csv") {
            continue;
        }
        let mut length = 0;
        while length < bytes.len() {
            let path = folder.write(name, &bytes[..length]);
            assert_eq!(kind(&path), FileErrorKind::File, "{name} of {length} bytes");
            length += 1 + length / 8;
        }
        let path = folder.write(name, &bytes[..bytes.len() - 1]);
        assert_eq!(
            kind(&path),
            FileErrorKind::File,
            "{name} without its last byte"
        );
    }
}

#[test]
fn damaged_files_are_read_or_refused_and_never_crash() {
    let folder = Folder::new();
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for (name, bytes) in every_format() {
        for _ in 0..150 {
            let mut bytes = bytes.clone();
            for _ in 0..random.random_range(1..6) {
                let place = random.random_range(0..bytes.len());
                bytes[place] = random.random();
            }
            let path = folder.write(name, bytes);
            let _ = Array::open(&path);
        }
    }
    let people = parquet(PEOPLE, Compression::SNAPPY, true);
    for place in (0..people.len()).step_by(3) {
        let mut bytes = people.clone();
        bytes[place] ^= 0x55;
        let _ = columns(&folder.write("p.parquet", bytes));
    }
}

#[test]
fn features_that_are_no_numbers_are_refused_by_column() {
    let folder = Folder::new();
    let csv = |text: &str| {
        let error = Array::open(&folder.write("f.csv", text)).unwrap_err();
        assert!(!error.to_string().contains("CANARY"), "{error}");
        (error.kind(), error.to_string())
    };
    for (text, expected, says) in [
        (
            "a,b\n1,CANARY\n2,3\n",
            FileErrorKind::Column,
            "`b` holds no number in 1 of 2",
        ),
        (
            "a,b\n1,\n2,3\n",
            FileErrorKind::Column,
            "`b` is empty in 1 of 2",
        ),
        (
            "a,b\n1,NaN\n-inf,3\n",
            FileErrorKind::NotFinite,
            "`a` holds NaN or infinite values in 1 of 2",
        ),
        ("a,b\n1\n", FileErrorKind::Shape, "expected 2 cells"),
        (
            "0.25,0.5\n1,2\n",
            FileErrorKind::File,
            "first line holds numbers in 2 of 2 cells",
        ),
        (",a\n0,2\n", FileErrorKind::Column, "column 1 has no name"),
        ("", FileErrorKind::File, "no header"),
    ] {
        let (kind, message) = csv(text);
        assert_eq!(kind, expected, "{text:?}: {message}");
        assert!(message.contains(says), "{text:?}: {message}");
    }
    let bare = Array::open(&folder.write("f.csv", "0,1\n5,6\n")).unwrap();
    assert_eq!((bare.rows, bare.data), (1, vec![5.0, 6.0]));

    let words = folder.write("f.parquet", parquet(PEOPLE, Compression::SNAPPY, false));
    let error = Array::open(&words).unwrap_err();
    assert!(
        error.to_string().contains("`word` holds no numbers"),
        "{error}"
    );
    let none = folder.write("f.npz", npz(&["a.npy", "b.npy"]));
    let error = Array::open(&none).unwrap_err();
    assert!(error.to_string().contains("2 arrays"), "{error}");
    let other = Array::open(&folder.write("f.pickle", "")).unwrap_err();
    assert!(other.to_string().contains(".npy"), "{other}");
}

/// The columns of people, as text.
fn columns(path: &Path) -> Result<TextTable, FileError> {
    TextTable::open(path, &CsvFormat::default(), &[], &|name| name != "other")
}

fn cells(table: &TextTable) -> Vec<(&str, Vec<Option<&str>>)> {
    let columns = table.columns.iter();
    columns
        .map(|column| (column.name.as_str(), column.cells().collect()))
        .collect()
}

#[test]
fn tables_are_the_same_from_csv_and_parquet() {
    let folder = Folder::new();
    let lines = |hole: &dyn Fn(usize) -> bool| -> String {
        let word = |at: usize| if hole(at) { "" } else { ["x", "y"][at % 2] };
        let lines = (0..ROWS).map(|at| format!("{at}, {},{:?}\n", word(at), row(at)[1]));
        format!("id,word,b\n{}", lines.collect::<String>())
    };
    for nulls in [false, true] {
        // The eighth row of each row group.
        let hole = |at: usize| nulls && (at == 7 || at == 107);
        let text = folder.write("l.csv", lines(&hole));
        let binary = folder.write("l.parquet", parquet(PEOPLE, Compression::SNAPPY, nulls));
        let (text, binary) = (columns(&text).unwrap(), columns(&binary).unwrap());
        let (from_text, from_binary) = (cells(&text), cells(&binary));
        assert_eq!((text.rows, binary.rows), (ROWS, ROWS));
        if !nulls {
            assert!(from_text == from_binary, "the cells differ");
        }
        let missing = |cells: &[(&str, Vec<Option<&str>>)]| -> Vec<usize> {
            let word = &cells[1].1;
            (0..ROWS).filter(|&row| word[row].is_none()).collect()
        };
        let wanted: Vec<usize> = (0..ROWS).filter(|&at| hole(at)).collect();
        assert_eq!(missing(&from_text), wanted);
        assert_eq!(missing(&from_binary), wanted);
    }
    let twice = folder.write("l.csv", "id,word,b,word\n1,x,2,y\n");
    let twice = columns(&twice).unwrap();
    let error = twice.column("word").err().unwrap();
    assert!(error.to_string().contains("two columns `word`"), "{error}");
    assert!(
        twice
            .check_names()
            .unwrap_err()
            .to_string()
            .contains("column 4")
    );
    let error = twice.column("sex").err().unwrap();
    assert!(error.to_string().contains("no column `sex`"), "{error}");
}

#[test]
fn an_index_that_pandas_named_is_no_feature() {
    let folder = Folder::new();
    let schema = "message m { required float a; required double person; }";
    let about = r#"{"index_columns": ["person"], "columns": []}"#.to_owned();
    let entry = ::parquet::file::metadata::KeyValue::new("pandas".to_owned(), about);
    let bytes = parquet_about(schema, Compression::SNAPPY, false, Some(vec![entry]));
    let path = folder.write("f.parquet", bytes);
    let read = Array::open(&path).unwrap();
    assert_eq!((read.rows, read.shape), (ROWS, vec![1]));
    assert_eq!(read.data[4], 1.0);
    let table = columns(&path).unwrap();
    assert!(table.indices.contains("person"));
    assert_eq!(table.column("person").unwrap().codes.len(), ROWS);
}

#[test]
fn numbers_keep_all_their_digits() {
    let folder = Folder::new();
    let (a, b) = (1_700_000_000_001.0, 0.1 + 0.2);
    let csv = format!("a,b\n{a:?},{b:?}\n");
    assert_eq!(
        Array::open(&folder.write("f.csv", csv)).unwrap().data,
        [a, b]
    );
    let header = "{'descr': '<i8', 'fortran_order': False, 'shape': (1, 2), }\n";
    let npy = |numbers: [i64; 2]| {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.bytes());
        bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        bytes
    };
    let held = Array::open(&folder.write("f.npy", npy([a as i64, 1 << 60]))).unwrap();
    assert_eq!(held.data, [a, (1u64 << 60) as f64]);
    for (name, bytes) in [
        ("f.npy", npy([0, (1 << 60) + 1])),
        ("f.csv", b"a,b\n0,1152921504606846977\n".to_vec()),
    ] {
        let error = Array::open(&folder.write(name, bytes)).unwrap_err();
        assert_eq!(error.kind(), FileErrorKind::Column, "{error}");
        assert!(error.to_string().contains("2^53"), "{error}");
    }
}

#[test]
fn what_is_wrong_with_a_table_is_said_with_its_place() {
    let folder = Folder::new();
    for (text, says) in [
        ("sex;age\nf;1\n", "one cell with semicolons"),
        ("sex\tage\nf\t1\n", "one cell with tabs"),
        (
            "a,b\n1,2\n3,\"CANARY\n5,6\n7,8\n",
            "a quote opens at line 3",
        ),
        ("a,b\n\"1\",2\n3\n", "row 2, at line 3: expected 2 cells"),
        ("a,b\n1,2\n\u{0}", "row 2"),
    ] {
        let table = columns(&folder.write("t.csv", text));
        let message = table.err().unwrap().to_string();
        assert!(message.contains(says), "{text:?}: {message}");
        assert!(!message.contains("CANARY"), "{message}");
    }
    let bad = folder.write("t.csv", b"a,b\n\xff\xfe,1\n");
    let message = columns(&bad).err().unwrap().to_string();
    assert!(
        message.contains("UTF-8") && message.contains("line 2"),
        "{message}"
    );
    // Quotes that are closed, or stand within a cell, are cells.
    let good = folder.write("t.csv", "a,b\n\"x\ny\",5\"\n");
    assert_eq!(columns(&good).unwrap().rows, 1);
}
