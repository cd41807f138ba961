//! What a random release adds to the time of an encode, on one thread.
//!
//! ```text
//! cargo run --release -p tiprdc --example releases -- [--rounds 9] [--seconds 0.2]
//! ```
//!
//! One network, a matrix product from 128 numbers to 4096, with its output released in each way: as it is, as the index
//! of one of 4096 substitutes, and with noise on 512 of 4096 (another network). Exact and random encodes take turns, and
//! the median of the differences is printed, in microseconds, as JSON.

#[path = "../tests/support/mod.rs"]
mod support;

use std::error::Error;
use std::time::{Duration, Instant};
use support::Graph;
use tiprdc::{Encoder, EncoderBuilder, Input, Manifest, Release, embed_manifest};

const INPUT: usize = 128;
const SUBSTITUTES: usize = 4096;
const FEATURES: usize = 512;

fn main() -> Result<(), Box<dyn Error>> {
    let (rounds, seconds) = arguments()?;
    let table = "0".repeat(64);
    // As wide as it gets: no weight is at the floor, and nothing is saved.
    let substitute = Release::substitute(SUBSTITUTES, 0.05, 27.0, table)?;
    let laplace = Release::laplace_for_epsilon(1.0, 8.0)?;
    let gaussian = Release::gaussian_for_epsilon(1.0, 8.0, 1e-6)?;
    let memo = || Encoder::builder().memo([1; 32]);
    let cases = [
        (
            "substitute_4096",
            SUBSTITUTES,
            substitute.clone(),
            Encoder::builder(),
        ),
        ("substitute_4096_memo", SUBSTITUTES, substitute, memo()),
        ("laplace_512", FEATURES, laplace, Encoder::builder()),
        ("gaussian_512", FEATURES, gaussian, Encoder::builder()),
    ];
    let mut parts = Vec::new();
    for (name, width, release, builder) in cases {
        let exact = encoder(width, Release::Exact, Encoder::builder())?;
        let random = encoder(width, release, builder)?;
        let (base, added) = added(&exact, &random, rounds, Duration::from_secs_f64(seconds))?;
        parts.push(format!(
            "\"{name}\": {{\"exact_us\": {base:.1}, \"added_us\": {added:.1}}}"
        ));
    }
    println!("{{{}}}", parts.join(", "));
    Ok(())
}

fn arguments() -> Result<(usize, f64), Box<dyn Error>> {
    let (mut rounds, mut seconds) = (9, 0.2);
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        let value = given
            .next()
            .ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--rounds" => rounds = value.parse()?,
            "--seconds" => seconds = value.parse()?,
            _ => return Err(format!("unknown argument {name}").into()),
        }
    }
    Ok((rounds, seconds))
}

/// Median time of an exact encode, and the median of what a random one takes longer in the same round.
fn added(
    exact: &Encoder,
    random: &Encoder,
    rounds: usize,
    time: Duration,
) -> tiprdc::Result<(f64, f64)> {
    let (mut bases, mut differences) = (Vec::new(), Vec::new());
    for _ in 0..rounds.max(1) {
        let base = encode_time(exact, time)?;
        bases.push(base);
        differences.push(encode_time(random, time)? - base);
    }
    Ok((median(bases), median(differences)))
}

/// Median time of one encode in microseconds, the generator's seeding by the operating system included.
fn encode_time(encoder: &Encoder, time: Duration) -> tiprdc::Result<f64> {
    let data: Vec<f32> = (0..INPUT).map(|at| (at as f32 * 0.37).sin()).collect();
    let input = Input::tensor(&data, &[INPUT])?;
    let mut out = vec![0.0; encoder.output_shape().iter().product()];
    let started = Instant::now();
    let mut times = Vec::new();
    while started.elapsed() < time {
        let from = Instant::now();
        encoder.encode_into(&input, &mut out)?;
        times.push(from.elapsed().as_secs_f64() * 1e6);
    }
    Ok(median(times))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// `MatMul` to `width` numbers, released in this way.
fn encoder(width: usize, release: Release, builder: EncoderBuilder) -> tiprdc::Result<Encoder> {
    let weights: Vec<f32> = (0..INPUT * width)
        .map(|at| ((at as f32) * 0.618).sin() * 0.1)
        .collect();
    let model = Graph::new(&[INPUT])
        .weight("w", &[INPUT, width], &weights)
        .node("MatMul", &["x", "w"], "y", vec![])
        .bytes(&[width]);
    let shape = match release {
        Release::Substitute { .. } => 1,
        _ => width,
    };
    let manifest = Manifest {
        release,
        ..support::manifest(support::tensor_input(&[INPUT]), &[shape])
    };
    builder.from_bytes(&embed_manifest(&model, &manifest)?)
}
