//! The compact protocol of Thrift, as far as headers of Parquet need it: lengths are looked at before `parquet` trusts
//! them.
//!
//! Source: Apache Thrift, `thrift-compact-protocol.md`.

/// Nesting that is followed.
const DEEPEST: usize = 24;

/// Kinds of values.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
pub(super) const STRUCT: u8 = 12;
const UUID: u8 = 13;

/// A place in bytes. Every method gives `None` where the bytes end or make no sense.
pub(super) struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Thrift<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Bytes that were read.
    pub(super) fn read(&self) -> usize {
        self.at
    }

    /// Reads a struct: `see` gets the number and kind of each field, and says whether it read the value.
    pub(super) fn fields(
        &mut self,
        see: &mut dyn FnMut(&mut Self, i64, u8) -> Option<bool>,
    ) -> Option<()> {
        self.fields_at(0, see)
    }

    fn fields_at(
        &mut self,
        depth: usize,
        see: &mut dyn FnMut(&mut Self, i64, u8) -> Option<bool>,
    ) -> Option<()> {
        let mut id = 0i64;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            id = match head >> 4 {
                0 => self.whole()?,
                step => id.checked_add(i64::from(step))?,
            };
            let kind = head & 15;
            if !see(self, id, kind)? && kind != TRUE && kind != FALSE {
                self.skip(kind, depth)?;
            }
        }
    }

    /// The length and the kind of a list's elements; each takes a byte or more.
    pub(super) fn list(&mut self) -> Option<(usize, u8)> {
        let head = self.byte()?;
        let length = match head >> 4 {
            15 => usize::try_from(self.varint()?).ok()?,
            length => usize::from(length),
        };
        (length <= self.bytes.len() - self.at).then_some((length, head & 15))
    }

    /// An integer of 16, 32 or 64 bits.
    pub(super) fn whole(&mut self) -> Option<i64> {
        let folded = self.varint()?;
        Some((folded >> 1) as i64 ^ -((folded & 1) as i64))
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match kind {
            TRUE | FALSE | BYTE => self.pass(1),
            I16..=I64 => self.varint().map(drop),
            DOUBLE => self.pass(8),
            UUID => self.pass(16),
            BINARY => {
                let length = usize::try_from(self.varint()?).ok()?;
                self.pass(length)
            }
            LIST | SET => {
                let (length, kind) = self.list()?;
                (0..length).try_for_each(|_| self.skip(kind, depth + 1))
            }
            MAP => self.skip_map(depth),
            STRUCT => self.fields_at(depth + 1, &mut |_, _, _| Some(false)),
            _ => None,
        }
    }

    fn skip_map(&mut self, depth: usize) -> Option<()> {
        let length = usize::try_from(self.varint()?).ok()?;
        if length == 0 {
            return Some(());
        }
        let kinds = self.byte()?;
        for _ in 0..length {
            self.skip(kinds >> 4, depth + 1)?;
            self.skip(kinds & 15, depth + 1)?;
        }
        Some(())
    }

    fn pass(&mut self, count: usize) -> Option<()> {
        let at = self.at.checked_add(count)?;
        (at <= self.bytes.len()).then(|| self.at = at)
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Some(number);
            }
        }
        None
    }
}
