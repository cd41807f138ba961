//! A reader that stops where a row or a file holds more than it may.

use std::fmt;
use std::io::{self, Read};

/// The most bytes of one row or header; an unclosed quote or a missing line break ends here.
const MAX_ROW_BYTES: u64 = 4 << 20;

/// Counts what passes: bytes of the row, bytes of the file, quotes.
pub(crate) struct Limited<R> {
    inner: R,
    /// Bytes that the file may still unpack to, if it is packed.
    file_left: Option<u64>,
    file_limit: u64,
    row_left: u64,
    quotes: u64,
}

impl<R> Limited<R> {
    pub(crate) fn new(inner: R, file_limit: Option<u64>) -> Self {
        Self {
            inner,
            file_left: file_limit,
            file_limit: file_limit.unwrap_or(u64::MAX),
            row_left: MAX_ROW_BYTES,
            quotes: 0,
        }
    }

    pub(crate) fn start_row(&mut self) {
        self.row_left = MAX_ROW_BYTES;
    }

    /// Quotes that have passed; the reader behind may be ahead of its current row, but not at the end of the file.
    pub(crate) fn quotes(&self) -> u64 {
        self.quotes
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.row_left == 0 {
            return Err(io::Error::other(LimitReached::Row));
        }
        if self.file_left == Some(0) {
            return Err(io::Error::other(LimitReached::File(self.file_limit)));
        }
        let count = self.inner.read(buffer)?;
        let quotes = buffer[..count].iter().filter(|&&byte| byte == b'"').count();
        self.quotes += quotes as u64;
        self.row_left = self.row_left.saturating_sub(count as u64);
        self.file_left = self.file_left.map(|left| left.saturating_sub(count as u64));
        Ok(count)
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LimitReached {
    Row,
    File(u64),
}

impl fmt::Display for LimitReached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row => write!(
                f,
                "has a row of more than {MAX_ROW_BYTES} bytes; is it CSV, and is a quote not closed?"
            ),
            Self::File(limit) => write!(
                f,
                "unpacks to more than {limit} bytes, far more than its size explains; if that is right, unpack it"
            ),
        }
    }
}

impl std::error::Error for LimitReached {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_line_breaks_is_cut_off() {
        let limited = |limit| {
            let mut limited = Limited::new(io::repeat(b'x'), limit);
            let error = io::copy(&mut limited, &mut io::sink()).unwrap_err();
            error
                .into_inner()
                .unwrap()
                .downcast::<LimitReached>()
                .unwrap()
        };
        assert_eq!(*limited(None), LimitReached::Row);
        assert_eq!(*limited(Some(1000)), LimitReached::File(1000));
    }
}
