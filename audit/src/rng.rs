//! Random numbers that depend on the seed and on what they are for, and on nothing else.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// A generator for one purpose.
///
/// The stream depends on the names, not on the order in which attributes or attackers run: adding an attribute to an
/// audit does not change the numbers of the others.
pub(crate) fn stream(seed: u64, purpose: &[&str]) -> ChaCha8Rng {
    // FNV-1a: short, and fixed by its definition, unlike the standard library's hasher.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut eat = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    seed.to_le_bytes().into_iter().for_each(&mut eat);
    for word in purpose {
        word.bytes().for_each(&mut eat);
        eat(0xff);
    }
    ChaCha8Rng::seed_from_u64(hash)
}
