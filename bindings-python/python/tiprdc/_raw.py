"""Raw inputs for the judge, from what people have: arrays, or tables whose columns become numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from . import _tables
from ._errors import AuditError
from ._records import as_columns

#: More categories than this are names or identifiers, and one-hot they would fill the memory.
MOST_CATEGORIES = 1000


class RawColumns:
    """How the columns of some rows become numbers, so that other rows become the same.

    Numbers stay, with their mean in the place of what is missing; texts are one-hot, and what was not among the first
    rows is zeros. A column of numbers with missing cells has a second one that says where.

    Parameters
    ----------
    columns : mapping of name to cells
        Rows to learn from.

    Examples
    --------
    >>> rows = {"age": [20, None, 40], "work": ["state", "own", None]}
    >>> RawColumns(rows).numbers(rows)
    array([[20.,  0.,  0.,  1.],
           [30.,  1.,  1.,  0.],
           [40.,  0.,  0.,  0.]])
    """

    def __init__(self, columns: Mapping[str, Any]) -> None:
        self._means: dict[str, tuple[float, bool]] = {}
        self._categories: dict[str, list[str]] = {}
        for name, cells in as_columns(columns, None)[0]:
            if _is_boolean(cells):
                self._means[name] = (0.0, False)
                continue
            if isinstance(cells, np.ndarray):
                known = cells[~np.isnan(cells)]
                mean = float(known.mean(dtype=np.float64)) if len(known) else 0.0
                self._means[name] = (mean, len(known) < len(cells))
                continue
            categories = sorted({cell for cell in cells if cell is not None})
            if len(categories) > MOST_CATEGORIES:
                raise AuditError(
                    f"raw inputs: the column {_tables.shown([name])} has {len(categories)} categories, at most "
                    f"{MOST_CATEGORIES} can be used; leave it out, or give the `encoder`, which knows its inputs"
                )
            self._categories[name] = categories

    def numbers(self, columns: Mapping[str, Any]) -> NDArray[np.float64]:
        """Make numbers ``[rows, ...]`` of rows with the same columns."""
        made: list[NDArray[np.float64]] = []
        given = dict(as_columns(columns, None)[0])
        for name, (mean, gaps) in self._means.items():
            cells = given.get(name)
            if not isinstance(cells, np.ndarray):
                raise AuditError(f"raw inputs: the column {_tables.shown([name])} is numbers in the training rows only")
            missing = np.zeros(len(cells), np.bool_) if _is_boolean(cells) else np.isnan(cells)
            made.append(np.where(missing, mean, cells).astype(np.float64))
            if gaps:
                made.append(missing.astype(np.float64))
        for name, categories in self._categories.items():
            cells = given.get(name)
            if cells is None or isinstance(cells, np.ndarray):
                raise AuditError(f"raw inputs: the column {_tables.shown([name])} is text in the training rows only")
            texts = np.array(["" if cell is None else cell for cell in cells], dtype=object)
            made.extend((texts == category).astype(np.float64) for category in categories)
        if not made:
            raise AuditError("raw inputs have no columns; labels are not among them")
        return np.stack(made, axis=1)


def _is_boolean(cells: Any) -> bool:
    return isinstance(cells, np.ndarray) and cells.dtype == np.bool_


def inputs(raw: Any, labels: Mapping[str, Any], encoder: Optional[Any]) -> Any:
    """Give the raw inputs of an audit as numbers: an array, or a pair of them; columns that are labels are left out."""
    parts = raw if isinstance(raw, tuple) and len(raw) == 2 else (raw,)
    tables = [_tables.columns(part) for part in parts]
    if all(table is None for table in tables):
        # An encoder takes arrays as well, but those are numbers already, and compared as they are.
        return raw
    if any(table is None for table in tables):
        raise AuditError("raw inputs of training and test rows are two tables or two arrays, found one of each")
    if encoder is not None:
        made = tuple(encoder.preprocess(_fields(table, encoder)) for table in tables if table is not None)
    else:
        kept = [{name: cells for name, cells in table.items() if name not in labels} for table in tables if table]
        columns = RawColumns(kept[0])
        made = tuple(columns.numbers(table) for table in kept)
    return made if len(parts) == 2 else made[0]


def _fields(table: Mapping[str, Any], encoder: Any) -> dict[str, Any]:
    fields = encoder.manifest.input.fields
    if fields is None:
        raise AuditError(f"raw inputs are a table, and this encoder takes {encoder.input_kind}; pass arrays")
    names = {field.name for field in fields}
    return {name: cells for name, cells in table.items() if name in names}
