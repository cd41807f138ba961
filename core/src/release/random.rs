//! Where the randomness of a release comes from.

use crate::error::{Error, ErrorKind, Result};
use hmac::{Hmac, KeyInit, Mac};
use rand::rngs::{ChaCha20Rng, SysRng};
use rand::{SeedableRng, TryRng};
use sha2::Sha256;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// The generator of every draw: cryptographic, so that draws tell nothing of each other.
pub(crate) type Generator = ChaCha20Rng;

/// Where an encoder takes its randomness from.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Source {
    /// The operating system, anew for every call and thread.
    #[default]
    System,
    /// The input itself, under a secret: the same input gives the same draw.
    Memo(Secret),
    /// A number that others may know: for tests.
    InsecureTest(u64),
}

/// A secret that debug output does not show.
#[derive(Clone, Copy)]
pub(crate) struct Secret(pub(crate) [u8; 32]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A source in use: counts the records that a test seed has served.
pub(crate) struct Randomness {
    source: Source,
    served: AtomicU64,
}

impl Randomness {
    pub(crate) fn new(source: Source) -> Self {
        Randomness {
            source,
            served: AtomicU64::new(0),
        }
    }

    /// The number of the first of so many records; no other call gets the same ones.
    pub(crate) fn reserve(&self, records: usize) -> u64 {
        self.served.fetch_add(records as u64, Ordering::Relaxed)
    }

    /// Generators for records from number `first` on; one thread's own.
    ///
    /// # Errors
    /// [`ErrorKind::RandomnessUnavailable`] if the operating system gives no randomness.
    pub(crate) fn generators(&self, first: u64) -> Result<Generators> {
        let generator = match self.source {
            Source::System => system()?,
            // Replaced before the first draw.
            Source::Memo(_) | Source::InsecureTest(_) => Generator::from_seed([0; 32]),
        };
        Ok(Generators {
            source: self.source,
            record: first,
            generator,
        })
    }
}

/// One generator after the other, a record at a time.
pub(crate) struct Generators {
    source: Source,
    record: u64,
    generator: Generator,
}

impl Generators {
    /// The generator for the next record: `input` is what the network sees of it, `encoder` the digest of its file.
    pub(crate) fn next(&mut self, encoder: &str, input: &[f32]) -> &mut Generator {
        match self.source {
            Source::System => {}
            Source::Memo(secret) => {
                self.generator = Generator::from_seed(memo_seed(secret, encoder, input));
            }
            Source::InsecureTest(seed) => {
                let mut bytes = [0; 32];
                bytes[..8].copy_from_slice(&seed.to_le_bytes());
                bytes[8..16].copy_from_slice(&self.record.to_le_bytes());
                self.generator = Generator::from_seed(bytes);
            }
        }
        self.record = self.record.wrapping_add(1);
        &mut self.generator
    }
}

fn system() -> Result<Generator> {
    let mut seed = [0; 32];
    SysRng.try_fill_bytes(&mut seed).map_err(|error| {
        Error::new(
            ErrorKind::RandomnessUnavailable,
            "the operating system gave no random numbers, and without them nothing may be released",
        )
        .with_source(error)
    })?;
    Ok(Generator::from_seed(seed))
}

/// HMAC-SHA256 of everything that the draw may depend on.
///
/// The encoder is part of it: the same noise on the features of two networks would cancel in their difference.
fn memo_seed(secret: Secret, encoder: &str, input: &[f32]) -> [u8; 32] {
    // HMAC fills a short key up with zeros.
    let mut key = [0; 64];
    key[..32].copy_from_slice(&secret.0);
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&key.into());
    mac.update(b"tiprdc memo 1\0");
    mac.update(encoder.as_bytes());
    mac.update(&[0]);
    for block in input.chunks(256) {
        let mut bytes = [0; 1024];
        for (to, value) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(block) {
            *to = value.to_le_bytes();
        }
        mac.update(&bytes[..block.len() * 4]);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    fn first(source: Source, record: u64, encoder: &str, input: &[f32]) -> u64 {
        let randomness = Randomness::new(source);
        let mut generators = randomness.generators(record).expect("randomness");
        generators.next(encoder, input).next_u64()
    }

    #[test]
    fn the_system_never_gives_the_same_generator_twice() {
        let draw = || first(Source::System, 0, "", &[]);
        assert_ne!(draw(), draw());
    }

    #[test]
    fn a_memo_depends_on_secret_encoder_and_input_and_on_nothing_else() {
        let memo = |byte| Source::Memo(Secret([byte; 32]));
        let same = first(memo(1), 0, "a", &[1.0, 2.0]);
        assert_eq!(first(memo(1), 7, "a", &[1.0, 2.0]), same);
        for other in [
            first(memo(2), 0, "a", &[1.0, 2.0]),
            first(memo(1), 0, "b", &[1.0, 2.0]),
            first(memo(1), 0, "a", &[1.0, 2.5]),
            first(memo(1), 0, "a", &[1.0]),
        ] {
            assert_ne!(other, same);
        }
    }

    #[test]
    fn a_memo_is_an_hmac_of_all_input_bytes() {
        let input: Vec<f32> = (0..300).map(|index| index as f32).collect();
        let mut message = b"tiprdc memo 1\0digest\0".to_vec();
        message.extend(input.iter().flat_map(|value| value.to_le_bytes()));
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&[9; 32]).expect("any length");
        mac.update(&message);
        let expected: [u8; 32] = mac.finalize().into_bytes().into();
        assert_eq!(memo_seed(Secret([9; 32]), "digest", &input), expected);
    }

    #[test]
    fn test_seeds_repeat_record_by_record() {
        let draw = |seed, record| first(Source::InsecureTest(seed), record, "", &[]);
        assert_eq!(draw(3, 5), draw(3, 5));
        assert_ne!(draw(3, 5), draw(3, 6));
        assert_ne!(draw(3, 5), draw(4, 5));
    }

    #[test]
    fn debug_output_does_not_show_the_secret() {
        let shown = format!("{:?}", Source::Memo(Secret([0xab; 32])));
        assert!(!shown.contains("171") && !shown.contains("ab"), "{shown}");
    }
}
