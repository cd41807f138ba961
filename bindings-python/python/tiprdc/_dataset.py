"""Data in memory as data sets of the trainer: raw records, labels, people."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Optional, Union, cast

import numpy as np
from numpy.typing import NDArray

from . import _tables
from ._convert import as_array, as_images, as_numbers, items
from ._errors import RunError
from ._native import NativeDataset
from ._records import as_columns, columns_of, is_list_of_records, is_missing, is_record

#: A column of a data frame, several of them, or labels by name.
Attributes = Union[str, Sequence[str], Mapping[str, Any]]
#: What a categorical cell has that is missing, or was not seen in training.
MISSING = np.uint32(0xFFFFFFFF)
ARCHITECTURES = {"record": "mlp", "series": "tcn", "image": "mobile"}


class Side(NamedTuple):
    """Records of one side of a data set, with their labels and people."""

    x: Any
    attributes: Attributes
    groups: Any = None


class Memory(NamedTuple):
    """A data set in memory."""

    native: NativeDataset
    #: ``record``, ``series`` or ``image``.
    kind: str
    #: Number of training records.
    rows: int
    #: The training records without their labels.
    x: Any
    #: Columns that their owner made categorical.
    categorical: tuple[str, ...] = ()


def make(name: str, train: Side, test: Optional[Side], rate_hz: float) -> Memory:
    """Make a data set; without test records its test side is empty."""
    kind = kind_of(train.x)
    train, test = _labelled(train, kind), None if test is None else _labelled(test, kind)
    if kind == "record":
        _warn_of_twins(train)
    records, rows = _records(kind, train.x, rate_hz, None)
    others, other_rows = _records(kind, train.x[:0] if test is None else test.x, rate_hz, records)
    sides = (train.groups, None if test is None else test.groups)
    groups = _groups(*sides, rows, other_rows)
    labels = cast("Mapping[str, Any]", train.attributes)
    attributes = [_attribute(name, values, test, rows, other_rows) for name, values in labels.items()]
    native = NativeDataset(
        name,
        {"records": records, "attributes": [one for one, _ in attributes], "groups": groups[0]},
        {"records": others, "attributes": [other for _, other in attributes], "groups": groups[1]},
    )
    return Memory(native, kind, rows, train.x, _categorical(train.x) if kind == "record" else ())


def _categorical(x: Any) -> tuple[str, ...]:
    """Columns whose type says so (pandas' category, polars' Categorical and Enum), whatever their texts look like."""
    columns = _tables.columns(x) or {}
    types = {name: str(getattr(values, "dtype", "")).lower() for name, values in columns.items()}
    return tuple(name for name, kind in types.items() if kind.startswith(("category", "categorical", "enum")))


def kind_of(x: Any) -> str:
    """Tell records, series and images apart by their shapes and types."""
    if _tables.columns(x) is not None:
        return "record"
    several = items(x)
    if several and getattr(several[0], "dtype", None) == np.uint8:
        return "image"
    if several and is_record(several[0]):
        return "record"
    array = as_array(x)
    if array.dtype == np.uint8 and array.ndim == 4:
        return "image"
    kinds = {2: "record", 3: "series"}
    if array.dtype.names is None and array.ndim not in kinds:
        raise RunError(
            "records to train on are a data frame, [n, fields], [n, channels, steps], or uint8 images "
            f"[n, height, width, channels]; found shape {list(array.shape)}"
        )
    return kinds.get(array.ndim, "record")


def labels_of(x: Any, attributes: Attributes) -> dict[str, Any]:
    """Labels by name: as they are given, or columns of the table ``x``."""
    given = None if isinstance(attributes, (str, list, tuple)) else _tables.columns(attributes)
    if given is not None:
        return given
    names = [attributes] if isinstance(attributes, str) else [str(name) for name in attributes]
    columns = _tables.columns(x)
    if columns is None:
        raise RunError("attributes are a mapping of names to labels; names alone do for a data frame only")
    missing = [name for name in names if name not in columns]
    if missing:
        raise RunError(f"the data frame has no column {_tables.shown(missing)}; it has {_tables.shown(columns)}")
    return {name: columns[name] for name in names}


def _labelled(side: Side, kind: str) -> Side:
    """Labels by name; columns that are labels leave the input, as they must not be copied into features."""
    labels = labels_of(side.x, side.attributes)
    x = _sliceable(side.x, kind)
    if not isinstance(x, _Columns):
        return side._replace(x=x, attributes=labels)
    named = isinstance(side.attributes, str) or not isinstance(side.attributes, Mapping)
    doubled = [name for name in labels if name in x]
    if doubled and not named:
        warnings.warn(
            f"columns of the input have the names of labels, and were left out of it: {_tables.shown(doubled)}",
            stacklevel=4,
        )
    return side._replace(x=_Columns({name: x[name] for name in x if name not in labels}), attributes=labels)


def _warn_of_twins(side: Side) -> None:
    """Warn of columns that say, row by row, what a label says."""
    for name, cells in side.x.items() if isinstance(side.x, _Columns) else ():
        for label, values in cast("Mapping[str, Any]", side.attributes).items():
            if _spells(cells, values):
                warnings.warn(
                    f"the column {_tables.shown([name])} tells {_tables.shown([label])} in every row: what it says "
                    "goes into the encoder; drop it",
                    stacklevel=4,
                )


def _spells(cells: Iterable[Any], labels: Iterable[Any]) -> bool:
    """Whether values and labels stand for each other, one for one, and come again and again."""
    there: dict[Any, Any] = {}
    back: dict[Any, Any] = {}
    rows = 0
    try:
        for value, label in zip(cells, labels):
            rows += 1
            if there.setdefault(value, label) != label or back.setdefault(label, value) != value:
                return False
    except TypeError:  # cells that are no single values
        return False
    return 1 < len(back) <= rows / 2


def _sliceable(x: Any, kind: str) -> Any:
    table = _tables.columns(x)
    if table is not None:
        return _Columns(table)
    if is_list_of_records(x) and len(x):
        return _Columns(columns_of(x))
    return x if kind == "image" else as_array(x)


class _Columns(dict[str, Any]):
    """Columns that can be cut to no rows, as arrays can."""

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return _Columns({name: values[key] for name, values in self.items()})
        return super().__getitem__(key)


def _records(kind: str, x: Any, rate_hz: float, train: Any) -> tuple[Any, int]:
    if kind == "series":
        data = as_numbers(x)
        if not np.isfinite(data).all():
            raise RunError("series must hold finite numbers")
        return (data, rate_hz), len(data)
    if kind == "image":
        pictures = as_images(x, None)[0]
        return [_rgb(picture) for _, picture in pictures], len(pictures)
    names = None
    if not isinstance(x, Mapping):
        array = as_array(x)
        names = None if array.dtype.names is not None else [f"x{index}" for index in range(array.shape[1])]
    columns, rows = as_columns(x, names)
    known = dict(train or [])
    if train is not None and list(known) != [name for name, _ in columns]:
        raise RunError("training and test records must have the same columns in the same order")
    return [(name, _column(name, values, known.get(name))) for name, values in columns], rows


def _column(name: str, values: Any, train: Any) -> Any:
    """Numbers as they are; texts and booleans as codes of the categories of the training records."""
    if isinstance(values, np.ndarray) and values.dtype == np.bool_:
        values = [str(value) for value in values.tolist()]
    if isinstance(values, np.ndarray):
        if isinstance(train, tuple) and len(values):
            raise RunError(f"column `{name}` is text in the training records and numbers in the test records")
        if isinstance(train, tuple):
            return (train[0], np.empty(0, dtype=np.uint32))
        if np.isinf(values).any():
            raise RunError(f"column `{name}` holds infinite numbers; make them missing")
        return values
    if isinstance(train, np.ndarray):
        if not values:
            return np.empty(0, dtype=np.float64)
        raise RunError(f"column `{name}` is numbers in the training records and text in the test records")
    categories = train[0] if train is not None else sorted({value for value in values if value is not None})
    codes = {category: code for code, category in enumerate(categories)}
    found = [MISSING if value is None else codes.get(value, MISSING) for value in values]
    return (categories, np.array(found, dtype=np.uint32))


def _rgb(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    channels = picture.shape[2]
    return np.ascontiguousarray(picture[:, :, :3] if channels >= 3 else np.repeat(picture, 3, axis=2))


Coded = tuple[str, list[str], NDArray[np.uint32]]


def _attribute(name: str, values: Any, test: Optional[Side], rows: int, other_rows: int) -> tuple[Coded, Coded]:
    train = _labels(name, values, rows)
    classes = [str(value) for value in _ordered(train)]
    _check_classes(name, classes, train)
    codes = {label: code for code, label in enumerate(classes)}
    others: list[Any] = []
    if test is not None:
        if not isinstance(test.attributes, Mapping) or name not in test.attributes:
            raise RunError(f"the test records have no labels of `{name}`")
        others = _labels(name, test.attributes[name], other_rows)
    unknown = sum(str(value) not in codes for value in others)
    if unknown:
        raise RunError(f"{unknown} test records are of classes of `{name}` that no training record has")
    coded = [np.array([codes[str(value)] for value in side], dtype=np.uint32) for side in (train, others)]
    return (name, classes, coded[0]), (name, classes, coded[1])


def _check_classes(name: str, classes: Sequence[str], labels: Sequence[Any]) -> None:
    """Refuse a quantity, or names, in the place of classes: nothing could be learnt of one, and nothing hidden."""
    fractions = any(isinstance(value, (float, np.floating)) and not float(value).is_integer() for value in labels)
    if (fractions and len(classes) > 20) or (len(labels) > 4 and len(classes) > len(labels) / 2):
        raise RunError(
            f"{_tables.shown([name])} has {len(classes)} classes in {len(labels)} records; labels of training are "
            "classes: cut a quantity into a few, as pandas.qcut does"
        )


def _labels(name: str, values: Any, rows: int) -> list[Any]:
    array = np.asarray(values, dtype=object)
    if array.shape != (rows,):
        raise RunError(f"expected {rows} labels of `{name}`, one for each record, found shape {list(array.shape)}")
    missing = sum(is_missing(value) for value in array)
    if missing:
        raise RunError(f"{missing} of {rows} labels of `{name}` are missing; give them a class of their own")
    return list(array)


def _ordered(values: list[Any]) -> list[Any]:
    distinct = list(dict.fromkeys(values))
    try:
        return sorted(distinct)
    except TypeError:
        return sorted(distinct, key=str)


def _groups(train: Any, test: Any, rows: int, other_rows: int) -> tuple[Any, Any]:
    """Numbers of people, the same on both sides."""
    if train is None:
        return None, None
    sides = [_labels("groups", train, rows), [] if test is None else _labels("groups", test, other_rows)]
    numbers: dict[str, int] = {}
    coded = [[numbers.setdefault(str(value), len(numbers)) for value in side] for side in sides]
    if test is None and other_rows:
        raise RunError("groups are given for training records, and so must be for test records")
    return np.array(coded[0], dtype=np.uint32), np.array(coded[1], dtype=np.uint32)
