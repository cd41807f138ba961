//! The encoder as it crosses.

use crate::failure::{Failure, guard};
use crate::features::{Delivered, deliver};
use crate::info::EncoderInfo;
use crate::input::{PixelOrder, RawField, RawInput, image, record, series, tensor, with_inputs};
use crate::memory::numbers;
use crate::options::{Options, size};
use tiprdc::{Encoder, Input, SeriesSpec};

/// A loaded encoder. Any number of threads may use one at once.
///
/// Every `encode` writes the bytes of a features file into the caller's memory: `capacity` bytes from `address` on, of
/// which `file_overhead + records * file_row` of the [info](EncoderInfo) are enough.
#[derive(uniffi::Object)]
pub struct RawEncoder(Encoder);

#[uniffi::export]
impl RawEncoder {
    /// Loads an encoder from a file.
    ///
    /// # Errors
    /// Those of `EncoderBuilder::open`, and `Argument` for options that make no sense.
    #[uniffi::constructor]
    pub fn open(path: String, options: Options) -> Result<Self, Failure> {
        guard(|| Ok(RawEncoder(options.builder()?.open(path)?)))
    }

    /// Loads an encoder from memory.
    ///
    /// # Errors
    /// Those of `EncoderBuilder::from_bytes`, and `Argument` for options that make no sense.
    #[uniffi::constructor]
    pub fn from_bytes(bytes: &[u8], options: Options) -> Result<Self, Failure> {
        guard(|| Ok(RawEncoder(options.builder()?.from_bytes(bytes)?)))
    }

    /// What the encoder says of itself.
    ///
    /// # Errors
    /// None; a `Result` for the sake of a panic (see the crate's documentation).
    pub fn info(&self) -> Result<EncoderInfo, Failure> {
        guard(|| Ok(EncoderInfo::of(&self.0)))
    }

    /// Encodes a window of a series: f32, row-major `[channels, steps]`.
    ///
    /// # Errors
    /// Those of `Encoder::encode`.
    pub fn encode_series(
        &self,
        data: &[u8],
        channels: i32,
        steps: i32,
        address: u64,
        capacity: u64,
    ) -> Result<Delivered, Failure> {
        guard(|| {
            let data = numbers(data)?;
            self.one(&series(&data, channels, steps)?, address, capacity)
        })
    }

    /// Encodes a tensor that the caller preprocessed: f32, row-major, without a batch axis.
    ///
    /// # Errors
    /// Those of `Encoder::encode`.
    pub fn encode_tensor(
        &self,
        data: &[u8],
        shape: Vec<i32>,
        address: u64,
        capacity: u64,
    ) -> Result<Delivered, Failure> {
        guard(|| {
            let data = numbers(data)?;
            self.one(&tensor(&data, &shape)?, address, capacity)
        })
    }

    /// Encodes an image: rows from the top, without padding.
    ///
    /// # Errors
    /// Those of `Encoder::encode`.
    pub fn encode_image(
        &self,
        pixels: &[u8],
        order: PixelOrder,
        width: i32,
        height: i32,
        address: u64,
        capacity: u64,
    ) -> Result<Delivered, Failure> {
        guard(|| self.one(&image(pixels, order, width, height)?, address, capacity))
    }

    /// Encodes a record of named fields.
    ///
    /// # Errors
    /// Those of `Encoder::encode`.
    pub fn encode_record(
        &self,
        fields: Vec<RawField>,
        address: u64,
        capacity: u64,
    ) -> Result<Delivered, Failure> {
        guard(|| self.one(&record(&fields), address, capacity))
    }

    /// Encodes many records in parallel; `bytes` holds the numbers and pixels of all of them, one after the other.
    ///
    /// `threads`: 0 is one per core, none is what the encoder was opened with.
    ///
    /// # Errors
    /// Those of `Encoder::encode_batch`.
    pub fn encode_batch(
        &self,
        inputs: Vec<RawInput>,
        bytes: &[u8],
        threads: Option<i32>,
        address: u64,
        capacity: u64,
    ) -> Result<Delivered, Failure> {
        guard(|| {
            let encoder = match threads {
                Some(threads) => self.0.with_threads(size("threads", threads)?),
                None => self.0.clone(),
            };
            with_inputs(&inputs, bytes, |inputs| {
                deliver(&encoder.encode_batch(inputs)?, address, capacity)
            })
        })
    }
}

impl RawEncoder {
    /// What the encoder takes, if that is series.
    pub(crate) fn series(&self) -> tiprdc::Result<&SeriesSpec> {
        self.0.manifest().input.series()
    }

    fn one(&self, input: &Input<'_>, address: u64, capacity: u64) -> Result<Delivered, Failure> {
        deliver(&self.0.encode(input)?, address, capacity)
    }
}
