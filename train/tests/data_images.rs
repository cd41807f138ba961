//! Image folders.

#![allow(
    clippy::unwrap_used,
    reason = "what a test cannot set up should fail it"
)]

mod data_support;

use data_support::*;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, RgbaImage};
use tiprdc_train::decode_image;
use tiprdc_train::{
    AttributeConfig, DataError, DataEvent, DatasetConfig, Image, ImageProblem, ImagesConfig,
    Records,
};

const FACES: &str = "kind = 'images'\nattributes = ['gender']\n";
const LABELS: &str = "file,split,gender,age,who\ntrain/1.png,train,Male,3-9,a\n2.png,train,Female,20-29,b\n\
    val/1.jpg,val,Female,3-9,c\nval/2.jpg,val,Male,30-39,c\nspare.png,spare,Male,3-9,d\n";

fn picture(width: u32, height: u32, red: u8) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| Rgb([red, x as u8, y as u8])).into()
}

fn bytes(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn faces() -> tempfile::TempDir {
    let png = |red| bytes(&picture(5, 4, red), ImageFormat::Png);
    let jpeg = |red| bytes(&picture(8, 6, red), ImageFormat::Jpeg);
    folder(&[
        ("labels.csv", LABELS.as_bytes()),
        ("train/1.png", &png(10)),
        ("train/2.png", &png(20)),
        ("val/1.jpg", &jpeg(30)),
        ("val/2.jpg", &jpeg(40)),
    ])
}

fn images(records: &Records) -> &[Image] {
    match records {
        Records::Images(images) => images,
        _ => panic!("no images"),
    }
}

#[test]
fn pictures_are_found_by_path_or_by_split_and_kept_as_decoded() {
    let toml = "kind = 'images'\ngroup = 'who'
        attributes = ['gender', { name = 'child', column = 'age', map = { '3-9' = 'yes' }, other = 'no' }]";
    let (dataset, events) = load_with_events(faces().path(), toml);
    let dataset = dataset.unwrap();
    check_invariants(&dataset);
    let [train, test] = [&dataset.train, &dataset.test].map(|split| images(&split.records));
    assert_eq!(
        (train[1].width, train[1].height, &train[1].rgb[..6]),
        (5, 4, &[20, 0, 0, 20, 1, 0][..])
    );
    assert_eq!((test[0].width, test[0].height), (8, 6));
    assert_eq!(classes(&dataset, "gender"), ["Female", "Male"]);
    assert_eq!(dataset.train.attribute("child").unwrap().codes, [1, 0]);
    assert_eq!(dataset.test.groups, Some(vec![2, 2]));
    assert_eq!(
        events[0],
        DataEvent::Skipped {
            what: "pictures of another split",
            count: 1
        }
    );
    assert_eq!(
        events[1],
        DataEvent::Progress {
            unit: "images",
            done: 4,
            total: 4
        }
    );
}

#[test]
fn a_limit_takes_pictures_evenly() {
    let mut labels = "file,split,sex\n".to_owned();
    let dir = tempfile::tempdir().unwrap();
    for row in 0..40 {
        let split = ["train", "val"][row / 20];
        labels += &format!("{row}.png,{split},{}\n", ["f", "m"][row % 20 / 10]);
        put(
            dir.path(),
            &format!("{row}.png"),
            &bytes(&picture(2, 2, row as u8), ImageFormat::Png),
        );
    }
    put(dir.path(), "labels.csv", labels.as_bytes());
    let dataset = load(
        dir.path(),
        "kind = 'images'\nlimit = 4\nattributes = ['sex']",
    )
    .unwrap();
    let reds: Vec<u8> = images(&dataset.train.records)
        .iter()
        .map(|image| image.rgb[0])
        .collect();
    assert_eq!(
        reds,
        [0, 5, 10, 15],
        "files sorted by class still give both classes"
    );
    let dataset = load(
        dir.path(),
        "kind = 'images'\ntest_fraction = 0.2\nattributes = ['sex']",
    )
    .unwrap();
    assert_eq!((dataset.train.len(), dataset.test.len()), (32, 8));
}

#[test]
fn grey_alpha_and_deep_pictures_become_rgb() {
    let rgb = picture(3, 3, 7);
    let alpha: DynamicImage = RgbaImage::from_pixel(3, 3, image::Rgba([1, 2, 3, 0])).into();
    for (picture, first) in [
        (rgb.clone(), [7, 0, 0]),
        (alpha, [1, 2, 3]),
        (DynamicImage::ImageRgb16(rgb.to_rgb16()), [7, 0, 0]),
        (
            DynamicImage::ImageLuma8(image::GrayImage::from_pixel(3, 3, image::Luma([9]))),
            [9, 9, 9],
        ),
    ] {
        let image = decode_image(&bytes(&picture, ImageFormat::Png), 9).unwrap();
        assert_eq!(
            (image.width, image.height, &image.rgb[..3]),
            (3, 3, &first[..])
        );
    }
}

/// A PNG whose header promises `width` x `height` pixels, with a right checksum.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut png = bytes(&picture(2, 2, 0), ImageFormat::Png);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let mut sum = flate2::Crc::new();
    sum.update(&png[12..29]);
    png[29..33].copy_from_slice(&sum.sum().to_be_bytes());
    png
}

#[test]
fn a_picture_that_unpacks_to_too_much_is_refused_by_its_header() {
    let limit = 64 << 20;
    let problem = ImageProblem::TooManyPixels {
        width: 60_000,
        height: 60_000,
        limit,
    };
    assert_eq!(decode_image(&bomb(60_000, 60_000), limit), Err(problem));
    for (width, height) in [
        (u32::MAX >> 1, u32::MAX >> 1),
        (0, 5),
        (u32::MAX, 1),
        (8000, 8000),
    ] {
        assert!(
            decode_image(&bomb(width, height), limit).is_err(),
            "{width} x {height}"
        );
    }
    assert!(decode_image(&bytes(&picture(10, 10, 0), ImageFormat::Jpeg), 99).is_err());
    let dir = faces();
    put(dir.path(), "train/2.png", &bomb(60_000, 60_000));
    assert_eq!(
        error(dir.path(), FACES),
        DataError::Image {
            labels: "labels.csv".into(),
            row: 2,
            problem
        }
    );
    let found = error(faces().path(), &format!("{FACES}max_bytes = 100"));
    assert!(
        matches!(found, DataError::TooLarge { limit: 100, .. }),
        "{found}"
    );
}

#[test]
fn damaged_pictures_never_panic() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let whole = bytes(&picture(16, 16, 9), format);
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x5a;
            let _ = decode_image(&damaged, 1 << 16);
            let _ = decode_image(&whole[..at], 1 << 16);
        }
    }
    assert_eq!(decode_image(b"", 9), Err(ImageProblem::UnknownFormat));
    assert_eq!(
        decode_image(b"GIF89a..........", 9),
        Err(ImageProblem::UnknownFormat)
    );
    let png = bytes(&picture(16, 16, 9), ImageFormat::Png);
    assert_eq!(
        decode_image(&png[..png.len() / 2], 1 << 16),
        Err(ImageProblem::Damaged)
    );
}

#[test]
fn wrong_folders_are_explained_without_naming_data() {
    let labels = |text: &str| {
        let dir = faces();
        put(dir.path(), "labels.csv", text.as_bytes());
        dir
    };
    let row = |row| DataError::MissingImage {
        labels: "labels.csv".into(),
        row,
    };
    assert_eq!(
        error(labels(&LABELS.replace("2.png", CANARY)).path(), FACES),
        row(2)
    );
    assert_eq!(
        error(
            labels(&LABELS.replace("2.png", "../../etc/hosts")).path(),
            FACES
        ),
        row(2)
    );
    assert_eq!(
        error(labels(&LABELS.replace("2.png", "/etc/hosts")).path(), FACES),
        row(2)
    );
    assert_eq!(
        error(labels(&LABELS.replace("2.png", "")).path(), FACES),
        row(2)
    );
    let found = error(labels(&LABELS.replace("gender", "sex")).path(), FACES);
    assert_eq!(
        found,
        DataError::MissingColumn {
            file: "labels.csv".into(),
            column: "gender".into()
        }
    );
    assert_eq!(
        error(labels("file,split,gender\n").path(), FACES),
        DataError::EmptySet { split: "train" }
    );
    assert_eq!(
        error(labels(&LABELS.replace("val,", "test,")).path(), FACES),
        DataError::EmptySet { split: "test" }
    );
    assert_eq!(
        error(folder(&[]).path(), FACES),
        DataError::MissingFile {
            file: "labels.csv".into()
        }
    );
    let found = error(faces().path(), &format!("{FACES}limit = 1"));
    assert_eq!(
        found,
        DataError::OneClass {
            attribute: "gender".into(),
            split: "train"
        }
    );
    let found = error(faces().path(), "kind = 'images'\nattributes = ['age']");
    assert_eq!(
        found,
        DataError::UnknownClass {
            attribute: "age".into(),
            split: "test",
            rows: 1
        }
    );
}

#[test]
fn the_default_configuration_round_trips() {
    let usual = DatasetConfig::Images(ImagesConfig::new(vec![AttributeConfig::named("gender")]));
    assert_eq!(config(FACES), usual);
    assert_eq!(config(&toml::to_string(&usual).unwrap()), usual);
}
