//! What a Parquet file claims, compared with what it can hold, before `parquet` takes memory for it.
//!
//! Headers ask for memory in five places: the lengths of texts and lists, the children of a group, the unpacked size of a
//! page, and the number of words in a dictionary. `parquet` trusts some of them, and a failed allocation ends the process.

use parquet::file::metadata::ColumnChunkMetaData;

use crate::error::FileError;
use crate::source::Budget;

use super::thrift::{STRUCT, Thrift};

/// Bytes at the end of a file: the length of the footer, and `PAR1`.
const TAIL: usize = 8;
/// Groups within groups.
const DEEPEST: usize = 32;
/// What one word of a dictionary takes, beside its bytes.
const WORD: u64 = 32;

/// Pages by their number in Thrift.
const DICTIONARY: i64 = 2;
/// `DELTA_LENGTH_BYTE_ARRAY` and `DELTA_BYTE_ARRAY`: their lengths are packed, so that a page of a few bytes can ask for
/// gigabytes.
const PACKED_LENGTHS: [i64; 2] = [6, 7];

fn damaged() -> FileError {
    FileError::broken("is not readable as Parquet: cut off, damaged, or another format")
}

/// Looks at the footer: lengths within it, and a tree of columns that is finite and flat enough to be walked.
pub(super) fn check_footer(bytes: &[u8]) -> Result<(), FileError> {
    footer(bytes).and_then(tree).ok_or_else(damaged)
}

fn footer(bytes: &[u8]) -> Option<&[u8]> {
    let (rest, tail) = bytes.split_at_checked(bytes.len().checked_sub(TAIL)?)?;
    let (length, magic) = tail.split_at(4);
    let length = u32::from_le_bytes(length.try_into().ok()?) as usize;
    // An encrypted footer has another end, and is not read here.
    (magic == b"PAR1").then_some(())?;
    rest.get(rest.len().checked_sub(length)?..)
}

/// Walks the whole footer; the second field has the elements of the schema, each with its number of children.
fn tree(footer: &[u8]) -> Option<()> {
    let mut children = Vec::new();
    Thrift::new(footer).fields(&mut |thrift, id, _| {
        if id != 2 {
            return Some(false);
        }
        let (length, kind) = thrift.list()?;
        (kind == STRUCT).then_some(())?;
        for _ in 0..length {
            let mut count = 0;
            thrift.fields(&mut |thrift, id, _| {
                let found = id == 5;
                if found {
                    count = usize::try_from(thrift.whole()?).ok()?;
                }
                Some(found)
            })?;
            children.push(count);
        }
        Some(true)
    })?;
    // Elements stand in the order of a walk: each open group still waits for some.
    let mut open: Vec<usize> = Vec::new();
    for (place, &count) in children.iter().enumerate() {
        if count > children.len() - place - 1 {
            return None;
        }
        if let Some(waits) = open.last_mut() {
            *waits = waits.checked_sub(1)?;
        } else if place > 0 {
            return None;
        }
        if count > 0 {
            open.push(count);
        }
        while open.last() == Some(&0) {
            open.pop();
        }
        (open.len() <= DEEPEST).then_some(())?;
    }
    open.is_empty().then_some(())
}

/// What the header of a page claims.
#[derive(Default)]
struct Page {
    kind: i64,
    unpacked: i64,
    packed: i64,
    values: i64,
    encoding: i64,
}

impl Page {
    /// Reads a header; also gives its length.
    fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let mut page = Page::default();
        let mut thrift = Thrift::new(bytes);
        thrift.fields(&mut |thrift, id, kind| {
            match (id, kind) {
                (1, _) => page.kind = thrift.whole()?,
                (2, _) => page.unpacked = thrift.whole()?,
                (3, _) => page.packed = thrift.whole()?,
                // The headers of data pages (5 and 8) and of dictionaries (7).
                (5 | 7 | 8, STRUCT) => {
                    let encoding = if id == 8 { 4 } else { 2 };
                    thrift.fields(&mut |thrift, field, _| {
                        match field {
                            1 => page.values = thrift.whole()?,
                            field if field == encoding => page.encoding = thrift.whole()?,
                            _ => return Some(false),
                        }
                        Some(true)
                    })?;
                }
                _ => return Some(false),
            }
            Some(true)
        })?;
        Some((page, thrift.read()))
    }
}

/// Looks at the header of every page of a column chunk; gives the number of values that they hold.
pub(super) fn count_values(
    bytes: &[u8],
    chunk: &ColumnChunkMetaData,
    text: bool,
    budget: &Budget,
) -> Result<u64, FileError> {
    let start = chunk.dictionary_page_offset().filter(|&at| at > 0);
    let start = start.unwrap_or_else(|| chunk.data_page_offset());
    let range = usize::try_from(start).ok().and_then(|start| {
        let length = usize::try_from(chunk.compressed_size()).ok()?;
        bytes.get(start..start.checked_add(length)?)
    });
    let mut rest = range.ok_or_else(damaged)?;
    let mut values = 0u64;
    while !rest.is_empty() {
        let (page, header) = Page::read(rest).ok_or_else(damaged)?;
        let unpacked = u64::try_from(page.unpacked).map_err(|_| damaged())?;
        let count = u64::try_from(page.values).map_err(|_| damaged())?;
        let packed = usize::try_from(page.packed).map_err(|_| damaged())?;
        let words = if page.kind == DICTIONARY { count } else { 0 };
        // A word takes a byte or more.
        if words > unpacked {
            return Err(damaged());
        }
        if unpacked.saturating_add(words.saturating_mul(WORD)) > budget.left() {
            return Err(budget.exceeded());
        }
        if text && PACKED_LENGTHS.contains(&page.encoding) {
            return Err(FileError::broken(
                "has text in a delta encoding that is not read here; write it plain or with a dictionary",
            ));
        }
        if page.kind != DICTIONARY {
            values = values.checked_add(count).ok_or_else(damaged)?;
        }
        let next = header.checked_add(packed);
        rest = next.and_then(|next| rest.get(next..)).ok_or_else(damaged)?;
    }
    Ok(values)
}
