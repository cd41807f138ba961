//! Times one attacker alone, on features and labels from files, and prints what it found as JSON.
//!
//! ```text
//! cargo run --release --example attack -- knn train.safetensors train.csv test.safetensors test.csv sex
//! ```
//!
//! `benches/attackers.py` calls it. The time includes what an audit shares between attributes, such as the search for
//! neighbours; reading files is not timed.

use std::error::Error;

use tiprdc_audit::{FeatureSet, LabelColumns, Labels, attack_alone};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [attacker, train, train_labels, test, test_labels, column] = &arguments[..] else {
        return Err("usage: attack ATTACKER TRAIN TRAIN_LABELS TEST TEST_LABELS COLUMN".into());
    };
    let columns = LabelColumns {
        private: vec![column.clone()],
        ..LabelColumns::default()
    };
    let labels = Labels::open(train_labels, test_labels, &columns)?;
    let (train, test) = (FeatureSet::open(train)?, FeatureSet::open(test)?);
    let found = attack_alone(attacker, train, test, &labels.attributes[0], 0)?;
    let report = serde_json::json!({
        "attacker": attacker,
        "value": found.value,
        "auc": found.auc,
        "seconds": found.seconds,
    });
    println!("{report}");
    Ok(())
}
