//! Encodes a recording of phone motion, window by window, and writes what may leave the device.
//!
//! ```text
//! cargo run --release -p tiprdc-example -- encoder.onnx recording.csv features.safetensors
//! ```

use std::error::Error;
use tiprdc::{Encoder, Input};

const CHANNELS: usize = 6;
const STEPS: usize = 128;
const STRIDE: usize = 64;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [encoder, recording, out] = arguments.as_slice() else {
        return Err("usage: tiprdc-example ENCODER.onnx RECORDING.csv FEATURES.safetensors".into());
    };
    let encoder = Encoder::open(encoder)?;
    let windows = windows(&read(recording)?);
    let inputs = windows
        .iter()
        .map(|window| Input::series(window, CHANNELS, STEPS))
        .collect::<Result<Vec<_>, _>>()?;
    let features = encoder.encode_batch(&inputs)?;
    std::fs::write(out, features.to_bytes())?;
    println!("wrote {out}: features of shape {:?}", features.shape());
    Ok(())
}

/// Rows of the recording, one sample of all channels each.
fn read(path: &str) -> Result<Vec<[f32; CHANNELS]>, Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(path)?;
    Ok(reader.deserialize().collect::<Result<_, _>>()?)
}

/// Overlapping windows, each with all steps of the first channel first.
fn windows(rows: &[[f32; CHANNELS]]) -> Vec<Vec<f32>> {
    let channels = |window: &[[f32; CHANNELS]]| {
        (0..CHANNELS)
            .flat_map(|channel| window.iter().map(move |row| row[channel]))
            .collect()
    };
    rows.windows(STEPS).step_by(STRIDE).map(channels).collect()
}
