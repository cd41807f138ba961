//! Encode private data on the device: one encoder file, raw input in, features out.
//!
//! ```
//! # std::env::set_current_dir("../examples")?;
//! use tiprdc::{Encoder, Input};
//!
//! let encoder = Encoder::open("motion-gender.onnx")?;
//! let window = vec![0.0f32; 6 * 128]; // 6 channels of 128 samples
//! let features = encoder.encode(&Input::series(&window, 6, 128)?)?;
//! let leaves = features.to_bytes(); // all that leaves the device
//! # assert_eq!(features.shape(), [1, 16, 32]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An [`Encoder`] is an ordinary ONNX file with a [`Manifest`] inside, which says how raw input is preprocessed, what
//! comes out, and which private attribute was hidden by which method. [`Features`] are what may leave the device.
//!
//! # What this does not do
//! An encoder *reduces measured leakage* of the attributes that its manifest names, against attackers that an audit
//! tried. It gives no guarantee (only the draw of a random [`Release`] has a proven bound), it does not hide other attributes, and it knows nothing of metadata: the time, size
//! and sender of an upload often give away more than its content.
//!
//! This crate opens no connection, writes no file, and never puts values of inputs or features into a message.

#![forbid(unsafe_code)]

mod encoder;
mod engine;
mod error;
mod features;
mod graph;
mod input;
mod manifest;
mod model_file;
mod quiet;
mod release;
mod releasing;
mod shown;
mod trust;

pub use encoder::{Encoder, EncoderBuilder};
pub use error::{Error, ErrorKind, Result};
pub use features::Features;
pub use input::{
    Field, FieldKind, Fit, ImageSpec, Input, InputSpec, RecordSpec, SensorEvents, SeriesSpec,
    TensorSpec, Value,
};
pub use manifest::{
    AuditSummary, Dtype, MANIFEST_FORMAT, Manifest, Method, OutputSpec, TaskSummary, Training,
};
pub use model_file::{MANIFEST_KEY, embed_manifest, read_manifest};
pub use quiet::catch_quietly;
pub use release::{Release, SubstituteTable};
pub use shown::{shown, shown_line, shown_text};

/// The code of the guide, compiled with the examples of this documentation.
#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/rust.md")]
struct Guide;
