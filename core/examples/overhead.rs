//! What a call costs in Rust, to be compared with the same call in Kotlin and Swift: writes the encoder that they use, too.
//!
//! ```text
//! cargo run --release --workspace --example overhead -- ENCODER.onnx
//! ```
//!
//! The encoder takes 48 KiB (6 channels of 2048 steps) and gives 128 KiB (16 of 2048); its one layer does next to nothing. Prints
//! the median of a call, in microseconds.

#[path = "../tests/support/mod.rs"]
mod support;

use std::error::Error;
use std::time::Instant;
use support::{Graph, pack, series_input};
use tiprdc::{Encoder, Input};

const CHANNELS: usize = 6;
const STEPS: usize = 2048;
const FEATURES: usize = 16;
const CALLS: usize = 3000;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: overhead ENCODER")?;
    std::fs::write(&path, encoder())?;
    let encoder = Encoder::open(&path)?;
    let window: Vec<f32> = (0..CHANNELS * STEPS).map(|i| (i % 11) as f32).collect();
    let mut times = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let start = Instant::now();
        let features = encoder.encode(&Input::series(&window, CHANNELS, STEPS)?)?;
        let file = features.to_bytes();
        times.push(start.elapsed());
        assert!(file.len() > FEATURES * STEPS * size_of::<f32>());
    }
    times.sort();
    println!("{:.1}", times[CALLS / 2].as_secs_f64() * 1e6);
    Ok(())
}

/// A convolution of one step: `[channels, steps]` to `[features, steps]`.
fn encoder() -> Vec<u8> {
    let weights: Vec<f32> = (0..FEATURES * CHANNELS).map(|i| i as f32 / 100.0).collect();
    let model = Graph::new(&[CHANNELS, STEPS])
        .weight("w", &[FEATURES, CHANNELS, 1], &weights)
        .node("Conv", &["x", "w"], "y", vec![])
        .bytes(&[FEATURES, STEPS]);
    pack(
        &model,
        series_input(CHANNELS, STEPS, &[], &[]),
        &[FEATURES, STEPS],
    )
}
