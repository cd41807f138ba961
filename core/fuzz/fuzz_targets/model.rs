//! Encoder files from strangers: loading and encoding ends in features, or in an error of a kind that fits.
//!
//! A mutation changes the messages of a valid model (nodes, attributes, shapes, weights, the manifest), so that most
//! inputs get past the parser. A panic that the core catches and does not print is no finding; one that is printed is.
//! So are: memory that the sanitizer finds misused, a random release that fails, a record whose features depend on the
//! other records of its batch, a number that is not finite, and the error `Internal`.

#![no_main]

mod mutate;
mod random;
mod run;

libfuzzer_sys::fuzz_target!(|file: &[u8]| run::try_out(file));

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::mutate(data, size, max_size, seed)
});
