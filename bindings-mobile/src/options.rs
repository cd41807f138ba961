//! How an encoder is opened.

use crate::failure::Failure;
use tiprdc::{Encoder, EncoderBuilder};

/// How an encoder is opened.
#[derive(uniffi::Record)]
pub struct Options {
    /// Largest file to load, in bytes; none is the core's default.
    pub max_bytes: Option<i64>,
    /// The most multiplications that a network may need for one record; none is the core's default.
    pub max_work: Option<i64>,
    /// Threads of a batch; 0 is one per core.
    pub threads: i32,
    /// A device secret of 32 bytes that makes draws of a random release repeatable.
    pub memo: Option<Vec<u8>>,
}

impl Options {
    pub(crate) fn builder(self) -> Result<EncoderBuilder, Failure> {
        let mut builder = Encoder::builder().threads(size("threads", self.threads)?);
        if let Some(bytes) = self.max_bytes {
            builder = builder.max_bytes(limit("size", bytes)?);
        }
        if let Some(work) = self.max_work {
            builder = builder.max_work(limit("work", work)?);
        }
        if let Some(secret) = self.memo {
            let length = secret.len();
            let secret = <[u8; 32]>::try_from(secret).map_err(|_| {
                Failure::argument(format!("the memo secret has 32 bytes, found {length}"))
            })?;
            builder = builder.memo(secret);
        }
        Ok(builder)
    }
}

fn limit(what: &str, number: i64) -> Result<u64, Failure> {
    u64::try_from(number)
        .map_err(|_| Failure::argument(format!("the {what} limit must not be negative")))
}

/// A size or count, which is not negative.
pub(crate) fn size(what: &str, number: i32) -> Result<usize, Failure> {
    usize::try_from(number)
        .map_err(|_| Failure::argument(format!("{what} must not be negative, found {number}")))
}
