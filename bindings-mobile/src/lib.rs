//! The low level of the Kotlin and Swift packages: what they call, and nobody else.
//!
//! Everything here converts, calls the core, and converts back. Apps use the packages in `kotlin/` and `swift/`, which give
//! this the shape that their languages expect.
//!
//! # What crosses, and how
//! - Numbers and pixels come in as borrowed bytes (`&[u8]`), which UniFFI passes without a copy; f32 in the machine's own
//!   byte order. Lists of floats would be converted one by one.
//! - Features leave as the bytes of their file, written into memory that the caller made (`address`, `capacity`): a returned
//!   `Vec<u8>` would be pushed byte by byte. See `memory.rs`, the only file here with `unsafe`.
//! - Sizes come in as signed numbers, as Kotlin's and Swift's are, and are refused here when negative.
//! - A panic becomes `Internal`, without its words, which may hold a value, and without a line on standard error. What
//!   panics outside of our own code is caught by UniFFI; the packages report it in the same way. Everything that can fail returns a `Result`: where there is none, Swift's generated code ends the process.

mod encoder;
mod failure;
mod features;
mod info;
mod input;
mod memory;
mod options;
mod panic;
mod table;
mod windows;

pub use encoder::RawEncoder;
pub use failure::Failure;
pub use features::{Delivered, Header, features_header, features_indices, features_values};
pub use info::EncoderInfo;
pub use input::{PixelOrder, RawField, RawInput, RawValue};
pub use options::Options;
pub use panic::panic_on_purpose;
pub use table::{RawTable, TableInfo};
pub use windows::RawEvents;

uniffi::setup_scaffolding!("tiprdc");
