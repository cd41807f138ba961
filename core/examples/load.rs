//! Loads one encoder file, encodes one record, and says how that ended, as JSON: for `scripts/measure.py`.
//!
//! Works on a thread with a stack of 512 KiB, which is what worker threads of phones have. Without a file it does
//! nothing, which is what its memory is compared with.

use std::path::Path;
use std::time::Instant;
use tiprdc::{Encoder, Error, Input};

/// What iOS gives to threads other than the main one.
const STACK: usize = 512 << 10;

fn main() {
    let Some(file) = std::env::args_os().nth(1) else {
        return;
    };
    let work = move || {
        let start = Instant::now();
        let end = match load_and_encode(file.as_ref()) {
            Ok(()) => "encodes",
            Err(error) => error.kind().name(),
        };
        let time = start.elapsed().as_secs_f64() * 1e3;
        println!("{{\"end\": \"{end}\", \"milliseconds\": {time:.2}}}");
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work);
    let ended = thread.expect("the system gives a thread").join();
    ended.expect("nothing in it panics");
}

fn load_and_encode(file: &Path) -> Result<(), Error> {
    let encoder = Encoder::open(file)?;
    let shape = encoder.manifest().input.shape();
    let numbers = vec![0.5; shape.iter().product()];
    match encoder.manifest().input.kind() {
        "series" => encoder.encode(&Input::series(&numbers, shape[0], shape[1])?),
        "tensor" => encoder.encode(&Input::tensor(&numbers, &shape)?),
        // Images and records are not made here; the network has run while it was loaded.
        _ => return Ok(()),
    }
    .map(drop)
}
