//! What the numbers and words of one column are.

use half::f16;
use parquet::basic::{ConvertedType, LogicalType, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray};
use parquet::schema::types::ColumnDescriptor;

use crate::error::AuditError;

use super::damaged;

/// A kind of cell that an audit can use. Dates, times and decimals are none.
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
pub(super) type Take<'a, V> = dyn FnMut(Batch<'_, V>) -> Result<(), AuditError> + 'a;

/// Reads one column of a row group, batch by batch, as cells of one type.
fn walk<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    take: &mut Take<'_, T::T>,
) -> Result<(), AuditError> {
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

/// Reads one column of a row group; every cell goes through `one`, which makes a number or a text of it.
pub(super) fn read<V>(
    leaf: Leaf,
    reader: ColumnReader,
    one: impl Fn(Cell<'_>) -> Result<V, AuditError>,
    take: &mut Take<'_, V>,
) -> Result<(), AuditError> {
    let unsigned = leaf == Leaf::Unsigned;
    match reader {
        ColumnReader::BoolColumnReader(reader) => {
            walk(reader, &mut each(|&v| one(Cell::Bool(v)), take))
        }
        ColumnReader::Int32ColumnReader(reader) if unsigned => walk(
            reader,
            &mut each(
                |&v: &i32| one(Cell::Unsigned(v.cast_unsigned().into())),
                take,
            ),
        ),
        ColumnReader::Int32ColumnReader(reader) => walk(
            reader,
            &mut each(|&v: &i32| one(Cell::Signed(v.into())), take),
        ),
        ColumnReader::Int64ColumnReader(reader) if unsigned => walk(
            reader,
            &mut each(|&v: &i64| one(Cell::Unsigned(v.cast_unsigned())), take),
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
        ColumnReader::ByteArrayColumnReader(reader) => walk(
            reader,
            &mut each(
                |v: &ByteArray| one(Cell::Text(v.as_utf8().map_err(damaged)?)),
                take,
            ),
        ),
        ColumnReader::FixedLenByteArrayColumnReader(reader) => walk(
            reader,
            &mut each(
                |v: &FixedLenByteArray| match v.data() {
                    [low, high] => one(Cell::Float(f16::from_le_bytes([*low, *high]).into())),
                    _ => Err(super::broken("is not readable as Parquet: damaged")),
                },
                take,
            ),
        ),
        ColumnReader::Int96ColumnReader(_) => {
            Err(super::broken("is not readable as Parquet: damaged"))
        }
    }
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
    one: impl Fn(&T) -> Result<V, AuditError>,
    take: &mut Take<'_, V>,
) -> impl FnMut(Batch<'_, T>) -> Result<(), AuditError> {
    move |batch| {
        let values = batch
            .values
            .iter()
            .map(&one)
            .collect::<Result<Vec<V>, _>>()?;
        take(Batch {
            values: &values,
            definition: batch.definition,
            repetition: batch.repetition,
        })
    }
}
