//! The network and the release together: preprocessed input in, what may leave out.

use crate::engine::Engine;
use crate::error::Result;
use crate::release::{Generators, Noise, Random, Randomness, Stage, Substitute};

/// Runs an encoder's network and its release, on one thread.
pub(crate) struct Releasing<'a> {
    network: Network<'a>,
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
        let alone = randomness.is_memo() && !matches!(draws, Draws::None);
        Ok(Releasing {
            network: Network { engine, alone },
            digest,
            stage,
            draws,
        })
    }

    /// Releases whole rows. On an error `out` holds nothing of them: what was not released must not be found there.
    pub(crate) fn run(&mut self, tensor: &[f32], out: &mut [f32]) -> Result<()> {
        let released = self.draw(tensor, out);
        match released {
            Ok(()) => self.stage.rounding.apply(out),
            Err(_) => out.fill(0.0),
        }
        released
    }

    fn draw(&mut self, tensor: &[f32], out: &mut [f32]) -> Result<()> {
        let Network { engine, .. } = self.network;
        let inputs = tensor.chunks_exact(engine.input_len());
        match &mut self.draws {
            Draws::None => self.network.run(tensor, out)?,
            Draws::Noise(noise, generators) => {
                self.network.run(tensor, out)?;
                for (input, features) in inputs.zip(out.chunks_exact_mut(engine.output_len())) {
                    noise.apply(features, generators.next(self.digest, input))?;
                }
            }
            Draws::Substitute(substitute, generators, Memory { logits, weights }) => {
                logits.resize(out.len() * engine.output_len(), 0.0);
                self.network.run(tensor, logits)?;
                let records = inputs.zip(logits.chunks_exact(engine.output_len()));
                for ((input, logits), index) in records.zip(out) {
                    let generator = generators.next(self.digest, input);
                    // Exact: an index is below 2^20.
                    *index = substitute.draw(logits, weights, generator)? as f32;
                }
            }
        }
        Ok(())
    }
}

/// The network, run over blocks of records or over one record at a time.
struct Network<'a> {
    engine: &'a Engine,
    /// In a batch the last digit of a feature may be another, and two releases of one input with one draw would show
    /// it: with a memo, records go through the network alone.
    alone: bool,
}

impl Network<'_> {
    fn run(&self, tensor: &[f32], out: &mut [f32]) -> Result<()> {
        if !self.alone {
            return self.engine.run(tensor, out);
        }
        let inputs = tensor.chunks_exact(self.engine.input_len());
        inputs
            .zip(out.chunks_exact_mut(self.engine.output_len()))
            .try_for_each(|(input, out)| self.engine.run(input, out))
    }
}
