//! The real data sets, where `TIPRDC_DATA` names the folder that holds them; without it each test says that it is
//! skipped.

#![allow(
    clippy::unwrap_used,
    reason = "what a test cannot set up should fail it"
)]

mod data_support;

use std::path::PathBuf;
use std::time::Instant;

use data_support::*;
use tiprdc_train::{Dataset, Records};

fn real(set: &str, toml: &str) -> Option<Dataset> {
    let dir = std::env::var_os("TIPRDC_DATA")
        .map(PathBuf::from)
        .filter(|dir| dir.join(set).is_dir());
    let Some(dir) = dir else {
        println!("skipped: TIPRDC_DATA names no folder that holds {set}");
        return None;
    };
    let start = Instant::now();
    let dataset = load(&dir, &format!("folder = '{set}'\n{toml}")).unwrap();
    println!(
        "{set}: {} + {} records in {:?}",
        dataset.train.len(),
        dataset.test.len(),
        start.elapsed()
    );
    for attribute in &dataset.train.attributes {
        println!(
            "  {} {:?} {:?}",
            attribute.name,
            attribute.classes,
            counts(&dataset, &attribute.name)
        );
    }
    check_invariants(&dataset);
    Some(dataset)
}

#[test]
fn real_adult_has_its_published_counts_or_is_skipped() {
    let Some(dataset) = real("adult", "kind = 'adult'") else {
        return;
    };
    assert_eq!((dataset.train.len(), dataset.test.len()), (32_561, 16_281));
    assert_eq!(classes(&dataset, "sex"), ["Female", "Male"]);
    assert_eq!(counts(&dataset, "sex")[0], [10_771, 21_790]);
    assert_eq!(
        counts(&dataset, "income")[0],
        [24_720, 7_841],
        "24.1 % above 50K"
    );
    assert_eq!(classes(&dataset, "occupation").len(), 15);
    assert_eq!(
        counts(&dataset, "occupation")[0].last(),
        Some(&1_843),
        "unknown"
    );
    assert_eq!(
        counts(&dataset, "education")[0].iter().sum::<usize>(),
        32_561
    );
    assert_eq!(classes(&dataset, "race").len(), 5);
}

#[test]
fn real_motionsense_by_trial_has_its_published_counts_or_is_skipped() {
    let Some(dataset) = real("motionsense", "kind = 'series'") else {
        return;
    };
    assert_eq!((dataset.train.len(), dataset.test.len()), (16_579, 4_960));
    assert_eq!(
        classes(&dataset, "activity"),
        ["dws", "jog", "sit", "std", "ups", "wlk"]
    );
    assert_eq!(classes(&dataset, "subject").len(), 24);
    for name in ["gender", "height", "age", "weight"] {
        assert_eq!(classes(&dataset, name).len(), 2, "{name}");
    }
}

#[test]
fn real_motionsense_without_overlap_has_its_published_count_or_is_skipped() {
    let Some(dataset) = real("motionsense", "kind = 'series'\nstride = 128") else {
        return;
    };
    assert_eq!(dataset.train.len() + dataset.test.len(), 10_854);
}

#[test]
fn real_motionsense_by_person_keeps_people_apart_or_is_skipped() {
    let Some(dataset) = real("motionsense", "kind = 'series'\nsplit = 'person'") else {
        return;
    };
    assert_eq!(dataset.train.len() + dataset.test.len(), 16_579 + 4_960);
    let [train, test] = [&dataset.train, &dataset.test].map(|split| {
        split
            .groups
            .as_ref()
            .unwrap()
            .iter()
            .copied()
            .collect::<std::collections::BTreeSet<u32>>()
    });
    assert!(train.is_disjoint(&test));
    assert_eq!((train.len(), test.len()), (17, 7));
}

#[test]
fn real_fairface_has_its_published_counts_or_is_skipped() {
    let toml = "kind = 'images'\nattributes = ['gender', 'race', 'age', { name = 'age_under_20', column = 'age', \
        map = { '0-2' = 'yes', '3-9' = 'yes', '10-19' = 'yes' }, other = 'no' }]";
    let Some(dataset) = real("fairface_6k", toml) else {
        return;
    };
    assert_eq!((dataset.train.len(), dataset.test.len()), (4_760, 1_204));
    assert_eq!(
        counts(&dataset, "gender"),
        [vec![2_380; 2], vec![602; 2]],
        "balanced"
    );
    assert_eq!(
        counts(&dataset, "race"),
        [vec![680; 7], vec![172; 7]],
        "balanced"
    );
    assert_eq!(classes(&dataset, "age").len(), 9);
    let Records::Images(images) = &dataset.train.records else {
        panic!("no images")
    };
    assert!(
        images
            .iter()
            .all(|image| (image.width, image.height) == (224, 224))
    );
}
