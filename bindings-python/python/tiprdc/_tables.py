"""Tables as people have them, as columns by name: pandas, polars, Arrow, mappings of columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from ._errors import InputFieldError, InputKindError

#: Libraries whose tables are not on this machine, and how they come here.
ELSEWHERE = {"pyspark": "toPandas()", "dask": "compute()", "ray": "to_pandas()"}


def columns(data: Any) -> Optional[dict[str, Any]]:
    """Give the columns of a table by name; None of what is no table.

    >>> columns({"age": [39, 50]})
    {'age': [39, 50]}
    >>> columns([[39, 50]]) is None
    True
    """
    if isinstance(data, Mapping):
        return {str(name): values for name, values in data.items()}
    data = collected(data)
    if hasattr(data, "column_names") and hasattr(data, "column"):  # pyarrow
        names, cells = data.column_names, [data.column(index) for index in range(data.num_columns)]
    elif hasattr(data, "columns") and hasattr(data, "__getitem__"):  # pandas, polars
        names = list(data.columns)
        once_each(names)
        cells = [data[name] for name in names]
    else:
        return None
    once_each(names)
    return {str(name): values for name, values in zip(names, cells)}


def collected(data: Any) -> Any:
    """Give a lazy frame of polars its rows; refuse tables that lie on other machines, and say how to get them."""
    library = type(data).__module__.split(".")[0]
    if library in ELSEWHERE and hasattr(data, "columns"):
        raise InputKindError(
            f"a table of {library} is not in this process; pass `{ELSEWHERE[library]}` of it, or encode it where it is "
            "with tiprdc.batch.BatchEncoder"
        )
    return data.collect() if library == "polars" and type(data).__name__ == "LazyFrame" else data


def shown(names: Any) -> str:
    """Give names of columns for a message: the first ten, cut where they are long, without control characters."""
    words = [repr(str(name)[:60])[1:-1] for name in list(names)[:10]]
    more = len(names) - len(words)
    return ", ".join(f"`{word}`" for word in words) + (f" and {more} more" if more > 0 else "")


def once_each(names: Any) -> None:
    """Refuse a table with two columns of one name."""
    texts = [str(name) for name in names]
    doubled = {name for name in texts if texts.count(name) > 1} if len(set(texts)) < len(texts) else set()
    if doubled:
        raise InputFieldError(f"a table has each column once; these come twice: {shown(sorted(doubled))}")
