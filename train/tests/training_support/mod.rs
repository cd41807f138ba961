//! Small synthetic data, and runs on it.

#![allow(dead_code, reason = "each test file uses its own part")]

use tiprdc::{Encoder, Features, Input, Release, embed_manifest};
use tiprdc_train::{
    Attribute, ColumnValues, Dataset, Image, Outcome, Records, Run, Series, Split, Table,
    TableColumn, TrainOptions, train,
};

/// Records of six numbers: the first is the secret with noise, the second the task with noise.
pub fn table_split(rows: usize, offset: usize) -> Split {
    let noise = |row: usize, column: usize| {
        let mixed =
            ((row + offset) as u64 * 6 + column as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((mixed >> 33) % 2000) as f32 / 1000.0 - 1.0
    };
    let secret: Vec<u32> = (0..rows)
        .map(|row| u32::from(noise(row, 6) > 0.0))
        .collect();
    let task: Vec<u32> = (0..rows)
        .map(|row| u32::from(noise(row, 7) > 0.0))
        .collect();
    let columns = (0..6).map(|column| {
        let values = (0..rows).map(|row| match column {
            0 => secret[row] as f32 * 2.0 + noise(row, 0) * 0.5,
            1 => task[row] as f32 * 2.0 + noise(row, 1) * 0.5,
            _ => noise(row, column),
        });
        let values = values.map(f64::from);
        TableColumn {
            name: format!("x{column}"),
            values: ColumnValues::Numeric(values.collect()),
        }
    });
    let attribute = |name: &str, codes| Attribute {
        name: name.into(),
        classes: vec!["no".into(), "yes".into()],
        codes,
    };
    Split {
        records: Records::Table(Table {
            columns: columns.collect(),
        }),
        attributes: vec![attribute("secret", secret), attribute("task", task)],
        groups: None,
    }
}

pub fn table() -> Dataset {
    Dataset {
        name: "synthetic".into(),
        train: table_split(640, 0),
        test: table_split(320, 10_000),
    }
}

pub fn run(method: &str, overrides: &[&str]) -> Run {
    let text = format!(
        "name = \"test\"\nseed = 3\n[dataset]\nkind = \"table\"\ntrain = \"none.csv\"\ntest_fraction = 0.5\n\
         attributes = [\"secret\", \"task\"]\n[encoder]\narchitecture = \"mlp\"\n[method]\n{method}\n\
         [training]\npretrain_epochs = 1\nepochs = 2\nbatch = 64\n"
    );
    Run::from_toml(&text, overrides).expect("the run is valid")
}

/// The table's records as series of two channels and 24 steps: a wave as high as the secret and as quick as the task.
pub fn series() -> Dataset {
    let split = |rows, offset| {
        let table = table_split(rows, offset);
        let signal = |row: usize, channel: usize, step: usize| {
            let [secret, task] = [0, 1].map(|at| table.attributes[at].codes[row] as f32);
            let phase = (row * 7 + channel * 3) as f32;
            (1.0 + secret) * ((step as f32) * (0.4 + 0.4 * task) + phase).sin()
        };
        let data = (0..rows * 48).map(|at| signal(at / 48, at / 24 % 2, at % 24));
        Split {
            records: Records::Series(Series {
                channels: 2,
                steps: 24,
                rate_hz: 50.0,
                data: data.collect(),
                recordings: None,
            }),
            ..table
        }
    };
    dataset(split)
}

/// The table's records as pictures of 16 x 16: as bright as the secret, with stripes if the task says so.
pub fn images() -> Dataset {
    let split = |rows, offset| {
        let table = table_split(rows, offset);
        let image = |row: usize| {
            let [secret, task] = [0, 1].map(|at| table.attributes[at].codes[row] as usize);
            let pixel = |at: usize| 60 + 80 * secret + 60 * task * (at / 3 % 2) + (at * row) % 40;
            Image {
                width: 16,
                height: 16,
                rgb: (0..16 * 16 * 3).map(|at| pixel(at) as u8).collect(),
            }
        };
        Split {
            records: Records::Images((0..rows).map(image).collect()),
            ..table
        }
    };
    dataset(split)
}

fn dataset(split: impl Fn(usize, usize) -> Split) -> Dataset {
    Dataset {
        name: "synthetic".into(),
        train: split(192, 0),
        test: split(32, 10_000),
    }
}

pub fn finished(outcome: Outcome) -> Vec<u8> {
    match outcome {
        Outcome::Finished(trained) => trained.encoder,
        Outcome::Stopped { .. } => panic!("the run was not stopped"),
    }
}

pub fn encoder_of(run: &Run, dataset: &Dataset) -> Vec<u8> {
    finished(train(run, dataset, &TrainOptions::default(), &mut |_| {}).expect("the run succeeds"))
}

/// What an encoder makes of the records of a split.
pub fn features_of(encoder: &Encoder, split: &Split) -> Features {
    let inputs: Vec<Input<'_>> = (0..split.len())
        .map(|row| tiprdc_train::input_of(&split.records, row).expect("a valid record"))
        .collect();
    encoder.encode_batch(&inputs).expect("valid records")
}

/// The encoder with what its network gives released as it is: draws differ whatever a network gives.
pub fn without_randomness(bytes: &[u8]) -> Encoder {
    let mut manifest = Encoder::from_bytes(bytes)
        .expect("it loads")
        .manifest()
        .clone();
    if let Release::Substitute { count, .. } = manifest.release {
        manifest.output.shape = vec![count];
    }
    manifest.release = Release::Exact;
    let bytes = embed_manifest(bytes, &manifest).expect("the manifest fits");
    Encoder::from_bytes(&bytes).expect("it loads")
}
