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
use rand::RngExt;

use super::*;
use crate::rng::stream;

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
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder().set_compression(compression);
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

fn kind(path: &Path) -> AuditErrorKind {
    let error = open_features(path).unwrap_err();
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
    let wanted = FeatureSet::new(ROWS, vec![2], (0..ROWS).flat_map(row).collect()).unwrap();
    for (name, bytes) in every_format() {
        let read = open_features(&folder.write(name, bytes)).unwrap();
        assert_eq!(read.data(), wanted.data(), "{name}");
        assert_eq!((read.rows(), read.shape()), (ROWS, &[2][..]), "{name}");
        let digest = name.ends_with("safetensors").then_some("abc");
        assert_eq!(read.encoder(), digest, "{name}");
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
            assert_eq!(
                kind(&path),
                AuditErrorKind::File,
                "{name} of {length} bytes"
            );
            length += 1 + length / 8;
        }
        let path = folder.write(name, &bytes[..bytes.len() - 1]);
        assert_eq!(
            kind(&path),
            AuditErrorKind::File,
            "{name} without its last byte"
        );
    }
}

#[test]
fn damaged_files_are_read_or_refused_and_never_crash() {
    let folder = Folder::new();
    let mut random = stream(1, &["damage"]);
    for (name, bytes) in every_format() {
        for _ in 0..150 {
            let mut bytes = bytes.clone();
            for _ in 0..random.random_range(1..6) {
                let place = random.random_range(0..bytes.len());
                bytes[place] = random.random();
            }
            let path = folder.write(name, bytes);
            let _ = open_features(&path);
        }
    }
    let people = parquet(PEOPLE, Compression::SNAPPY, true);
    for place in (0..people.len()).step_by(3) {
        let mut bytes = people.clone();
        bytes[place] ^= 0x55;
        let _ = open_columns(&folder.write("p.parquet", bytes), &["id", "word", "b"]);
    }
}

#[test]
fn headers_that_lie_of_sizes_are_refused() {
    let folder = Folder::new();
    let mut huge = npy();
    let place = huge.windows(3).position(|three| three == b"300").unwrap();
    huge[place..place + 3].copy_from_slice(b"999");
    assert_eq!(kind(&folder.write("f.npy", &huge)), AuditErrorKind::File);

    let mut header = safetensors();
    header[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    assert_eq!(
        kind(&folder.write("f.safetensors", header)),
        AuditErrorKind::File
    );

    // The uncompressed size stands in the zip's central directory, 24 bytes after its signature.
    let mut zip = npz(&["features.npy"]);
    let signature = zip
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap();
    zip[signature + 24..signature + 28].copy_from_slice(&0xfff0_0000u32.to_le_bytes());
    assert_eq!(kind(&folder.write("f.npz", zip)), AuditErrorKind::File);
}

#[test]
fn features_that_are_no_numbers_are_refused_by_column() {
    let folder = Folder::new();
    let csv = |text: &str| {
        let error = open_features(&folder.write("f.csv", text)).unwrap_err();
        assert!(!error.to_string().contains("CANARY"), "{error}");
        (error.kind(), error.to_string())
    };
    for (text, expected, says) in [
        (
            "a,b\n1,CANARY\n2,3\n",
            AuditErrorKind::Column,
            "`b` holds no number in 1 of 2",
        ),
        (
            "a,b\n1,\n2,3\n",
            AuditErrorKind::Column,
            "`b` is empty in 1 of 2",
        ),
        (
            "a,b\n1,NaN\n-inf,3\n",
            AuditErrorKind::NotFinite,
            "`a` holds NaN or infinite values in 1 of 2",
        ),
        ("a,b\n1\n", AuditErrorKind::Shape, "expected 2 fields"),
        (
            "0.25,0.5\n1,2\n",
            AuditErrorKind::File,
            "first line is numbers",
        ),
        (",a\n0,2\n", AuditErrorKind::Column, "column 1 has no name"),
        ("", AuditErrorKind::File, "no header"),
    ] {
        let (kind, message) = csv(text);
        assert_eq!(kind, expected, "{text:?}: {message}");
        assert!(message.contains(says), "{text:?}: {message}");
    }
    let bare = open_features(&folder.write("f.csv", "0,1\n5,6\n")).unwrap();
    assert_eq!((bare.rows(), bare.data()), (1, &[5.0, 6.0][..]));

    let words = folder.write("f.parquet", parquet(PEOPLE, Compression::SNAPPY, false));
    let error = open_features(&words).unwrap_err();
    assert!(
        error.to_string().contains("`word` holds no numbers"),
        "{error}"
    );
    let none = folder.write("f.npz", npz(&["a.npy", "b.npy"]));
    let error = open_features(&none).unwrap_err();
    assert!(error.to_string().contains("2 arrays"), "{error}");
    let other = open_features(&folder.write("f.pickle", "")).unwrap_err();
    assert!(other.to_string().contains(".npy"), "{other}");
}

#[test]
fn labels_are_the_same_from_csv_and_parquet() {
    let folder = Folder::new();
    let columns = LabelColumns {
        private: vec!["word".to_owned(), "b".to_owned()],
        groups: Some("id".to_owned()),
        ..LabelColumns::default()
    };
    let lines = (0..ROWS).map(|at| format!("{at}, {},{:?}\n", ["x", "y"][at % 2], row(at)[1]));
    let text = format!("id,word,b\n{}", lines.collect::<String>());
    let from_csv = LabelTable::open(folder.write("l.csv", text), &columns).unwrap();
    let file = folder.write("l.parquet", parquet(PEOPLE, Compression::SNAPPY, false));
    let from_parquet = LabelTable::open(file, &columns).unwrap();
    assert!(from_csv == from_parquet, "the cells differ");
    assert!(
        !format!("{from_csv:?}").contains("\"x\""),
        "debug output holds labels"
    );

    let holes = folder.write("l.parquet", parquet(PEOPLE, Compression::SNAPPY, true));
    let error = LabelTable::open(holes, &columns).unwrap_err();
    assert!(
        error.to_string().contains("`word` is empty in 2 of 300"),
        "{error}"
    );
    let empty = folder.write("l.csv", "id,word,b\n1,x,2\n2,,3\n");
    let error = LabelTable::open(empty, &columns).unwrap_err();
    assert!(
        error.to_string().contains("`word` is empty in 1 of 2"),
        "{error}"
    );
    let twice = folder.write("l.csv", "id,word,b,word\n1,x,2,y\n");
    let error = LabelTable::open(twice, &columns).unwrap_err();
    assert!(error.to_string().contains("two columns `word`"), "{error}");
    let none = folder.write("l.csv", "id,b\n1,2\n");
    let error = LabelTable::open(none, &columns).unwrap_err();
    assert!(error.to_string().contains("no column `word`"), "{error}");
}
