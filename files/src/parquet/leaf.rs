//! What the numbers and words of one column are.

use half::f16;
use parquet::basic::{ConvertedType, LogicalType, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray};
use parquet::schema::types::ColumnDescriptor;

use crate::error::FileError;

use super::damaged;

/// A kind of cell that can be used. Dates, times and decimals are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaf {
    Bool,
    Signed,
    Unsigned,
    Half,
    Float,
    Double,
    Text,
}

/// Cells that are read at a time.
const BATCH: usize = 8192;

impl Leaf {
    pub(super) fn of(column: &ColumnDescriptor) -> Option<Self> {
        let whole = || match (column.logical_type_ref(), column.converted_type()) {
            (Some(LogicalType::Integer(int)), _) if int.is_signed => Some(Leaf::Signed),
            (Some(LogicalType::Integer(_)), _) => Some(Leaf::Unsigned),
            (Some(_), _) => None,
            (None, kind) => integer(kind),
        };
        match column.physical_type() {
            Type::BOOLEAN => Some(Leaf::Bool),
            Type::INT32 | Type::INT64 => whole(),
            Type::FLOAT => Some(Leaf::Float),
            Type::DOUBLE => Some(Leaf::Double),
            Type::BYTE_ARRAY => words(column).then_some(Leaf::Text),
            Type::FIXED_LEN_BYTE_ARRAY => {
                matches!(column.logical_type_ref(), Some(LogicalType::Float16))
                    .then_some(Leaf::Half)
            }
            Type::INT96 => None,
        }
    }
}

/// What a column holds that is not read.
pub(super) fn why_not(column: &ColumnDescriptor) -> &'static str {
    if column.max_rep_level() > 0 {
        return "lists";
    }
    let decimal = matches!(column.logical_type_ref(), Some(LogicalType::Decimal(_)))
        || column.converted_type() == ConvertedType::DECIMAL;
    match column.physical_type() {
        _ if decimal => "decimals (write them as floating-point numbers)",
        Type::INT96 => "times",
        Type::INT32 | Type::INT64 => "dates or times",
        Type::BYTE_ARRAY if words(column) => "text",
        _ => "bytes",
    }
}

/// What older writers say of integers.
fn integer(kind: ConvertedType) -> Option<Leaf> {
    match kind {
        ConvertedType::NONE
        | ConvertedType::INT_8
        | ConvertedType::INT_16
        | ConvertedType::INT_32
        | ConvertedType::INT_64 => Some(Leaf::Signed),
        ConvertedType::UINT_8
        | ConvertedType::UINT_16
        | ConvertedType::UINT_32
        | ConvertedType::UINT_64 => Some(Leaf::Unsigned),
        _ => None,
    }
}

/// Whether bytes are text; writers that do not say so get the benefit of the doubt, as each cell is checked.
fn words(column: &ColumnDescriptor) -> bool {
    match column.logical_type_ref() {
        Some(LogicalType::String | LogicalType::Enum) => true,
        Some(_) => false,
        None => matches!(
            column.converted_type(),
            ConvertedType::NONE | ConvertedType::UTF8 | ConvertedType::ENUM
        ),
    }
}

/// A batch of cells: the values that are there, and the levels that say where values are missing and lists begin.
pub(super) struct Batch<'a, T> {
    pub values: &'a [T],
    /// Empty when no value can be missing.
    pub definition: &'a [i16],
    /// Empty when cells are no lists.
    pub repetition: &'a [i16],
}

/// Takes batches, one after the other.
pub(super) type Take<'a, V> = dyn FnMut(Batch<'_, V>) -> Result<(), FileError> + 'a;

/// Reads one column of a row group, batch by batch, as cells of one type.
fn walk<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    take: &mut Take<'_, T::T>,
) -> Result<(), FileError> {
    let (mut values, mut definition, mut repetition) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        values.clear();
        definition.clear();
        repetition.clear();
        let (records, _, _) = reader
            .read_records(
                BATCH,
                Some(&mut definition),
                Some(&mut repetition),
                &mut values,
            )
            .map_err(damaged)?;
        if records == 0 {
            return Ok(());
        }
        take(Batch {
            values: &values,
            definition: &definition,
            repetition: &repetition,
        })?;
    }
}

/// Reads one column of a row group; every cell goes through `one`, which makes a number or a code of it.
pub(super) fn read<V>(
    name: &str,
    leaf: Leaf,
    reader: ColumnReader,
    one: &mut dyn FnMut(Cell<'_>) -> Result<V, FileError>,
    take: &mut Take<'_, V>,
) -> Result<(), FileError> {
    let unsigned = leaf == Leaf::Unsigned;
    match reader {
        ColumnReader::BoolColumnReader(reader) => {
            walk(reader, &mut each(|&v| one(Cell::Bool(v)), take))
        }
        ColumnReader::Int32ColumnReader(reader) if unsigned => walk(
            reader,
            &mut each(|&v| one(Cell::Unsigned(i32::cast_unsigned(v).into())), take),
        ),
        ColumnReader::Int32ColumnReader(reader) => walk(
            reader,
            &mut each(|&v: &i32| one(Cell::Signed(v.into())), take),
        ),
        ColumnReader::Int64ColumnReader(reader) if unsigned => walk(
            reader,
            &mut each(|&v| one(Cell::Unsigned(i64::cast_unsigned(v))), take),
        ),
        ColumnReader::Int64ColumnReader(reader) => {
            walk(reader, &mut each(|&v| one(Cell::Signed(v)), take))
        }
        ColumnReader::FloatColumnReader(reader) => {
            walk(reader, &mut each(|&v| one(Cell::Float(v)), take))
        }
        ColumnReader::DoubleColumnReader(reader) => {
            walk(reader, &mut each(|&v| one(Cell::Double(v)), take))
        }
        ColumnReader::ByteArrayColumnReader(reader) => {
            let text = |v: &ByteArray| {
                let text = std::str::from_utf8(v.data());
                one(Cell::Text(text.map_err(|_| no_text(name))?))
            };
            walk(reader, &mut each(text, take))
        }
        ColumnReader::FixedLenByteArrayColumnReader(reader) => {
            let half = |v: &FixedLenByteArray| match v.data() {
                [low, high] => one(Cell::Float(f16::from_le_bytes([*low, *high]).into())),
                _ => Err(super::broken()),
            };
            walk(reader, &mut each(half, take))
        }
        ColumnReader::Int96ColumnReader(_) => Err(super::broken()),
    }
}

fn no_text(name: &str) -> FileError {
    FileError::column(format!("column `{name}` holds text that is not UTF-8"))
}

/// One cell.
pub(super) enum Cell<'a> {
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f32),
    Double(f64),
    Text(&'a str),
}

/// Converts a batch before it is taken.
fn each<T, V>(
    mut one: impl FnMut(&T) -> Result<V, FileError>,
    take: &mut Take<'_, V>,
) -> impl FnMut(Batch<'_, T>) -> Result<(), FileError> {
    move |batch| {
        let values = batch
            .values
            .iter()
            .map(&mut one)
            .collect::<Result<Vec<V>, _>>()?;
        take(Batch {
            values: &values,
            definition: batch.definition,
            repetition: batch.repetition,
        })
    }
}
