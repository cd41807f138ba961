"""Records of named fields: dicts, data frames, tables and plain arrays, as the native module takes them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional, Union

import numpy as np
from numpy.typing import NDArray

from . import _tables
from ._convert import as_array, read
from ._errors import InputFieldError, InputKindError, InputShapeError

Scalar = Union[float, str, bool, None]
Record = list[tuple[str, Scalar]]
#: Numbers with NaN for what is missing, booleans, or texts with None.
Column = Union[NDArray[np.float64], NDArray[np.bool_], list[Optional[str]]]
Columns = list[tuple[str, Column]]


def is_record(data: Any) -> bool:
    """Whether this is one record: a mapping of names to single values, pairs of them, or a row of a data frame.

    >>> is_record({"age": 39, "work": "state"}), is_record({"age": [39, 50]}), is_record([{"age": 39}])
    (True, False, False)
    """
    if isinstance(data, Mapping) or is_row(data):
        return not any(_is_column(value) for _, value in data.items())
    return isinstance(data, (list, tuple)) and len(data) > 0 and all(_is_pair(item) for item in data)


def as_record(data: Any) -> Record:
    """Make a list of names and values; None, NaT and NA are missing.

    NaN is a number that is none, which the core refuses, but missing in a row of a data frame, as in its columns.

    >>> as_record({"age": 39, "work": None})
    [('age', 39.0), ('work', None)]
    """
    if is_row(data):
        return [(name, None if is_missing(value) else _scalar(name, value)) for name, value in data.items()]
    pairs = data.items() if isinstance(data, Mapping) else data
    if not all(_is_pair(pair) for pair in pairs):
        raise InputKindError("a record is a mapping of field names to numbers, texts or None")
    return [(str(name), _scalar(str(name), value)) for name, value in pairs]


def is_list_of_records(data: Any) -> bool:
    """Whether these are records one by one, and not columns."""
    return isinstance(data, (list, tuple)) and all(isinstance(item, Mapping) or is_record(item) for item in data)


def columns_of(records: Sequence[Any]) -> dict[str, list[Scalar]]:
    """Turn records one by one into columns; a field that some do not have is missing there.

    >>> columns_of([{"age": 39}, {"age": None, "work": "state"}])
    {'age': [39.0, None], 'work': [None, 'state']}
    """
    made = [dict(as_record(record)) for record in records]
    names = dict.fromkeys(name for record in made for name in record)
    return {name: [record.get(name) for record in made] for name in names}


def as_columns(data: Any, names: Optional[Sequence[str]]) -> tuple[Columns, int]:
    """Make columns, and count their rows: of a data frame, a table, a mapping of columns, or an array.

    ``names`` are the names of the columns of an array, which has none.
    """
    columns = [(name, as_column(name, values)) for name, values in _columns(data, names)]
    lengths = {len(column) for _, column in columns}
    if len(lengths) > 1:
        raise InputShapeError(f"all columns must be equally long, found lengths {sorted(lengths)}")
    return columns, lengths.pop() if lengths else 0


def as_column(name: str, values: Any) -> Column:
    """Make one column; NaN, None and NA are missing.

    >>> as_column("work", ["state", None])
    ['state', None]
    >>> as_column("age", [39, None])
    array([39., nan])
    """
    array = _cells(values)
    if array.ndim != 1:
        raise InputShapeError(f"column `{name}` must have one axis, found shape {list(array.shape)}")
    if array.dtype.kind in "iuf":
        return np.ascontiguousarray(array, dtype=np.float64)
    if array.dtype.kind == "b":
        return np.ascontiguousarray(array)
    if array.dtype.kind not in "OUT":
        raise InputKindError(f"column `{name}` of dtype {array.dtype} is neither numbers nor text")
    cells = [None if is_missing(value) else value for value in array.tolist()]
    known = [value for value in cells if value is not None]
    if known and len(known) == len(cells) and all(isinstance(value, (bool, np.bool_)) for value in known):
        return np.array(known, dtype=np.bool_)
    if all(isinstance(value, (str, bool)) for value in known) and (known or array.dtype.kind == "U"):
        return [None if value is None else str(value) for value in cells]
    if all(_is_number(value) for value in known):
        return np.array([math.nan if value is None else float(value) for value in cells], dtype=np.float64)
    raise InputFieldError(f"column `{name}` mixes numbers, text or other things; make it one of them")


def is_missing(value: Any) -> bool:
    """Whether a cell says that nothing is known: None, NaN, NaT or NA."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, (float, np.floating)) and math.isnan(value)


def _columns(data: Any, names: Optional[Sequence[str]]) -> Iterable[tuple[str, Any]]:
    table = _tables.columns(data)
    if table is not None:
        return table.items()
    array = data if isinstance(data, np.ndarray) else as_array(data)
    if array.dtype.names is not None:
        return [(name, array[name]) for name in array.dtype.names]
    if names is None or array.ndim != 2 or array.shape[1] != len(names):
        wanted = "n" if names is None else len(names)
        raise InputShapeError(
            f"records are mappings, a data frame, or an array of shape ['n', {wanted}] with the fields in the order of "
            f"the manifest; found shape {list(array.shape)}"
        )
    return [(name, array[:, index]) for index, name in enumerate(names)]


def _cells(values: Any) -> NDArray[Any]:
    if isinstance(values, np.ndarray):
        return values
    if hasattr(values, "combine_chunks") or type(values).__module__.startswith("pyarrow"):
        return np.asarray(values.to_pandas())
    if hasattr(values, "to_numpy"):
        return np.asarray(values.to_numpy())
    if isinstance(values, (list, tuple)) and any(isinstance(value, str) or value is None for value in values):
        # numpy would make texts of the numbers among texts.
        return np.array(values, dtype=object)
    return read(values)


def is_row(data: Any) -> bool:
    """Whether this is a row of a pandas data frame: a series whose labels are names."""
    if not (hasattr(data, "index") and hasattr(data, "items") and getattr(data, "ndim", 0) == 1):
        return False
    return len(data) > 0 and all(isinstance(name, str) for name in data.index)


def _is_column(value: Any) -> bool:
    return not isinstance(value, (str, bytes)) and (hasattr(value, "__len__") or getattr(value, "ndim", 0) > 0)


def _is_pair(item: Any) -> bool:
    return isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str) and not _is_column(item[1])


def _is_number(value: Any) -> bool:
    return hasattr(value, "__float__") and not isinstance(value, (str, bytes, bool))


def _scalar(name: str, value: Any) -> Scalar:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, str):
        return str(value)
    if _is_number(value):
        return float(value)
    raise InputFieldError(f"field `{name}` must be a number, text or None, found {type(value).__name__}")
