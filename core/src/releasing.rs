//! The network and the release together: preprocessed input in, what may leave out.

use crate::engine::Engine;
use crate::error::Result;
use crate::release::{Generators, Noise, Random, Randomness, Stage, Substitute, check_finite};

/// Runs an encoder's network and its release, on one thread.
pub(crate) struct Releasing<'a> {
    engine: &'a Engine,
    digest: &'a str,
    stage: &'a Stage,
    draws: Draws<'a>,
}

/// What a thread needs to draw, for each kind of release.
enum Draws<'a> {
    None,
    Noise(&'a Noise, Generators),
    Substitute(&'a Substitute, Generators, Memory),
}

/// Used for one block of records after the other.
#[derive(Default)]
struct Memory {
    logits: Vec<f32>,
    weights: Vec<u64>,
}

impl<'a> Releasing<'a> {
    /// `served` is how many records were released before.
    pub(crate) fn new(
        engine: &'a Engine,
        stage: &'a Stage,
        randomness: &Randomness,
        digest: &'a str,
        served: u64,
    ) -> Result<Self> {
        let draws = match &stage.random {
            Random::None => Draws::None,
            Random::Noise(noise) => Draws::Noise(noise, randomness.generators(served)?),
            Random::Substitute { draw, .. } => {
                Draws::Substitute(draw, randomness.generators(served)?, Memory::default())
            }
        };
        Ok(Releasing {
            engine,
            digest,
            stage,
            draws,
        })
    }

    /// Releases whole rows; `first` is the number of the first record, for messages, if it is one of a batch.
    ///
    /// A random release always gives something: whether it failed would tell of the input.
    ///
    /// # Errors
    /// Of an exact release alone: those of the network, and [`ErrorKind::FeaturesNotFinite`](crate::ErrorKind). `out`
    /// then holds nothing of the rows: what was not released must not be found there.
    pub(crate) fn run(
        &mut self,
        tensor: &[f32],
        out: &mut [f32],
        first: Option<usize>,
    ) -> Result<()> {
        let released = self.draw(tensor, out, first);
        match released {
            Ok(()) => self.stage.rounding.apply(out),
            Err(_) => out.fill(0.0),
        }
        released
    }

    fn draw(&mut self, tensor: &[f32], out: &mut [f32], first: Option<usize>) -> Result<()> {
        let engine = self.engine;
        let inputs = tensor.chunks_exact(engine.input_len());
        match &mut self.draws {
            Draws::None => {
                engine.run(tensor, out)?;
                check_finite(out, engine.output_len(), first)?;
            }
            Draws::Noise(noise, generators) => {
                run_apart(engine, tensor, out);
                for (input, features) in inputs.zip(out.chunks_exact_mut(engine.output_len())) {
                    noise.apply(features, generators.next(self.digest, input));
                }
            }
            Draws::Substitute(substitute, generators, Memory { logits, weights }) => {
                logits.resize(out.len() * engine.output_len(), 0.0);
                run_apart(engine, tensor, logits);
                let records = inputs.zip(logits.chunks_exact(engine.output_len()));
                for ((input, logits), index) in records.zip(out) {
                    let generator = generators.next(self.digest, input);
                    // Exact: an index is below 2^20.
                    *index = substitute.draw(logits, weights, generator) as f32;
                }
            }
        }
        Ok(())
    }
}

/// The network of a random release, run over one record at a time.
///
/// What a graph does with other rows of a batch then cannot reach a record, whatever the graph is; nor can the last
/// digits of a batch, which with a memo would show the same noise on two numbers. Where the network fails on a record,
/// its numbers are zeros.
fn run_apart(engine: &Engine, tensor: &[f32], out: &mut [f32]) {
    let inputs = tensor.chunks_exact(engine.input_len());
    for (input, out) in inputs.zip(out.chunks_exact_mut(engine.output_len())) {
        if engine.run(input, out).is_err() {
            out.fill(0.0);
        }
    }
}
