//! Train encoders that hide a private attribute and keep the rest, and write them as one ONNX file.
//!
//! ```no_run
//! use tiprdc_train::{Outcome, Run, TrainOptions, train};
//!
//! let run = Run::from_toml(&std::fs::read_to_string("motion.toml")?, &["training.epochs=10"])?;
//! let dataset = run.dataset.load("data".as_ref(), &mut |_| {})?;
//! let outcome = train(&run, &dataset, &TrainOptions::default(), &mut |event| println!("{event:?}"))?;
//! if let Outcome::Finished(trained) = outcome {
//!     tiprdc_train::write_atomically("encoder.onnx".as_ref(), &trained.encoder)?;
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Run`] says everything; a [`Dataset`] holds raw records; the core's preprocessing turns them into tensors, so
//! that the network sees in training what it sees on a device.
//!
//! # What this does not do
//! A loss that went down is not privacy. Measure every encoder with `tiprdc-audit`, whose attackers never saw this crate.
//!
//! # Features
//! `wgpu` and `cuda` train on a GPU through burn; without them, training runs on the CPU.

#![forbid(unsafe_code)]

mod checkpoint;
mod data;
mod error;
mod export;
mod files;
mod linear;
mod methods;
mod nn;
mod notes;
mod prepare;
mod release;
mod run;
mod run_names;
mod trainer;
mod views;

pub use data::{
    AdultConfig, Attribute, AttributeConfig, ColumnValues, DataError, DataEvent, Dataset,
    DatasetConfig, ImagesConfig, Inputs, MISSING_CODE, MemoryConfig, Records, Series,
    SeriesAttribute, SeriesConfig, SeriesSplit, Split, Table, TableColumn, TableConfig,
    export_labels_csv, read_inputs,
};
pub use error::{Result, TrainError};
pub use files::{check_writable, remove_leftovers, write_atomically};
pub use methods::{
    AdversarialConfig, ErasureConfig, MaxentConfig, MethodConfig, Negatives,
    NeighbourSubstitutionConfig, PcaNoiseConfig, PlainConfig, SubstitutionConfig, TiprdcConfig,
    Within,
};
pub use nn::Architecture;
pub use prepare::{fit_input, input_of, preprocess};
pub use release::{ReleaseConfig, ReleaseKind};
pub use run::{EncoderConfig, Run, TrainingConfig, set_key, toml_problem};
pub use tiprdc_files::{Image, ImageProblem, decode_image};
pub use trainer::{Outcome, TrainEvent, TrainOptions, Trained, train};

/// A finished SHA-256 in hexadecimal.
fn hexadecimal(digest: sha2::Sha256) -> String {
    use sha2::Digest;
    use std::fmt::Write;
    let bytes = digest.finalize();
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
