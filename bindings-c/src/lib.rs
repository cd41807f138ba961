//! The C face of tiprdc: `include/tiprdc.h` is generated from this crate, and `include/README.md` has its conventions.
//!
//! Nothing here decides anything: a function converts what C passed, calls the core, and converts what came back.
//! One file per type that C holds; the guard in `status.rs` is around every body, so that no panic crosses; `handle.rs`
//! knows which objects are open; `memory.rs` is the only way to C's memory.

mod encode;
mod encoder;
mod features;
mod handle;
mod info;
mod input;
mod last_error;
mod memory;
mod options;
mod status;
mod table;
mod text;
mod version;
mod windows;
