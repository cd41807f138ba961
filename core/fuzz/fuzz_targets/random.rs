//! Choices from the seed that the fuzzer gives, so that a finding can be repeated.

/// A small generator; its quality does not matter, the fuzzer keeps what is of use.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u32) -> Self {
        Random(u64::from(seed) << 1 | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16
    }

    /// Below `bound`, which is above 0.
    pub fn below(&mut self, bound: usize) -> usize {
        self.next() as usize % bound
    }

    /// One time in so many.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    /// A place in a list that may be empty.
    pub fn place<T>(&mut self, list: &[T]) -> Option<usize> {
        (!list.is_empty()).then(|| self.below(list.len()))
    }

    /// A number that often means something.
    pub fn whole(&mut self) -> i64 {
        const SPECIAL: [i64; 16] = [
            0,
            1,
            -1,
            2,
            -2,
            3,
            4,
            5,
            7,
            8,
            16,
            63,
            1 << 16,
            1 << 31,
            i64::MAX,
            i64::MIN,
        ];
        if self.one_in(4) {
            self.below(40) as i64 - 10
        } else {
            *self.pick(&SPECIAL)
        }
    }

    pub fn float(&mut self) -> f32 {
        const SPECIAL: [f32; 12] = [
            0.0,
            -0.0,
            1.0,
            -1.0,
            0.5,
            1e-5,
            1e38,
            -1e38,
            1e-40,
            f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
        ];
        *self.pick(&SPECIAL)
    }
}
