//! How long an encoder's network takes: one record on one thread, and a batch on several.
//!
//! ```text
//! cargo run --release -p tiprdc --example latency -- ENCODER.onnx RAW.safetensors [--batch 256] [--threads 2]
//!     [--seconds 1] [--out FEATURES.safetensors]
//! ```
//!
//! RAW holds preprocessed inputs, as `tiprdc encode --raw` writes them, so that only the network is timed. Prints the
//! medians in microseconds as JSON. `benches/encoding.py` compares them with onnxruntime.

use std::error::Error;
use std::time::{Duration, Instant};
use tiprdc::{Encoder, Features, Input, InputSpec, TensorSpec, embed_manifest, read_manifest};

struct Arguments {
    encoder: String,
    raw: String,
    batch: usize,
    threads: usize,
    seconds: f64,
    out: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = arguments()?;
    let encoder = network_alone(&std::fs::read(&arguments.encoder)?)?;
    let raw = Features::from_bytes(&std::fs::read(&arguments.raw)?)?;
    let shape = encoder.manifest().input.shape();
    let rows = raw.rows().min(arguments.batch);
    let inputs = (0..rows)
        .map(|row| Input::tensor(raw.row(row), &shape))
        .collect::<Result<Vec<_>, _>>()?;

    let time = Duration::from_secs_f64(arguments.seconds);
    let mut features = vec![0.0; encoder.output_shape().iter().product()];
    let mut next = inputs.iter().cycle();
    let (single, single_runs) = median(time, || {
        encoder.encode_into(next.next().expect("there are records"), &mut features)
    })?;
    let batched = encoder.with_threads(arguments.threads);
    let mut features = vec![0.0; features.len() * rows];
    let (batch, batch_runs) = median(time, || batched.encode_batch_into(&inputs, &mut features))?;

    if let Some(path) = &arguments.out {
        std::fs::write(path, encoder.encode_batch(&inputs)?.to_bytes())?;
    }
    println!(
        "{{\"single_us\": {single:.3}, \"single_runs\": {single_runs}, \"batch_us\": {batch:.3}, \
         \"batch_runs\": {batch_runs}, \"batch\": {rows}, \"threads\": {}}}",
        arguments.threads
    );
    Ok(())
}

/// The same network with a manifest that asks for a ready tensor: no preprocessing.
fn network_alone(model: &[u8]) -> tiprdc::Result<Encoder> {
    let mut manifest = read_manifest(model)?;
    manifest.input = InputSpec::Tensor(TensorSpec {
        shape: manifest.input.shape(),
    });
    Encoder::from_bytes(&embed_manifest(model, &manifest)?)
}

/// Median time of a call in microseconds, and how many calls it is the median of; the first tenth warms up.
fn median(
    time: Duration,
    mut call: impl FnMut() -> tiprdc::Result<()>,
) -> tiprdc::Result<(f64, usize)> {
    let warm = Instant::now();
    while warm.elapsed() < time / 10 {
        call()?;
    }
    let mut times = Vec::new();
    let started = Instant::now();
    while started.elapsed() < time || times.len() < 5 {
        let from = Instant::now();
        call()?;
        times.push(from.elapsed().as_secs_f64() * 1e6);
    }
    times.sort_by(f64::total_cmp);
    Ok((times[times.len() / 2], times.len()))
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let (mut files, mut batch, mut threads, mut seconds, mut out) = (Vec::new(), 256, 2, 1.0, None);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word.as_str() {
            "--batch" => batch = value()?.parse()?,
            "--threads" => threads = value()?.parse()?,
            "--seconds" => seconds = value()?.parse()?,
            "--out" => out = Some(value()?),
            _ => files.push(word),
        }
    }
    match <[String; 2]>::try_from(files) {
        Ok([encoder, raw]) => Ok(Arguments { encoder, raw, batch, threads, seconds, out }),
        Err(_) => Err("usage: latency ENCODER.onnx RAW.safetensors [--batch N] [--threads N] [--seconds S] [--out FILE]".into()),
    }
}
