"""Encoding tables in parallel, on engines that people have: Ray Data, Spark, Dask, or plain iterators.

One class does it, as each of these engines calls a function on batches of a table:

>>> from tiprdc.batch import BatchEncoder
>>> import numpy as np, tiprdc
>>> encode = BatchEncoder(tiprdc.example_encoder(), column="window")
>>> batch = encode({"id": np.arange(3), "window": np.zeros((3, 6 * 128), dtype=np.float32)})
>>> sorted(batch), batch["features"].shape[0]
(['features', 'id'], 3)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Optional, Union

import numpy as np
from numpy.typing import NDArray

from ._convert import as_numbers, as_picture, each
from ._encoder import Encoder, Model
from ._errors import ArgumentError, InputShapeError

__all__ = ["BatchEncoder"]


class BatchEncoder:
    """Encodes batches of a table: what goes in is raw, what comes out has features in its place.

    Parameters
    ----------
    encoder : Encoder, path or bytes
        The encoder. A path is opened where the work is done, once for each worker, and so must be there; an
        :class:`Encoder` or bytes travel with the work.
    column : str, optional
        The column of raw input. A window or tensor per row is an array, nested lists or a flat list of numbers. A
        picture is a uint8 array ``[height, width]`` or ``[height, width, 1, 3 or 4]``, or the same as nested lists of
        whole numbers from 0 to 255. Not for records: those are the encoder's own fields, one column each.
    output : str, default "features"
        The column of features: flat lists of float32.
    keep : list of str, optional
        The other columns to keep; all but those of raw input if not given. Raw input never stays.
    threads : int, default 1
        Threads of one worker; the engine runs several workers.
    memo : bytes, optional
        As of :class:`Encoder`, for a path or bytes.

    Notes
    -----
    It takes and gives what an engine hands it: a mapping of arrays (Ray's default), a pandas DataFrame (Ray, Dask), or
    a pyarrow table or record batch. :meth:`pandas` and :meth:`arrow` are the iterators that Spark wants.

    ==========  ====================================================================================
    Ray Data    ``ds.map_batches(BatchEncoder, fn_constructor_args=(path,), concurrency=2)``
    Spark       ``df.mapInArrow(BatchEncoder(path).arrow, schema)``; ``mapInPandas`` with ``.pandas``
    Dask        ``ddf.map_partitions(encode, meta=encode.meta(ddf._meta))``
    ==========  ====================================================================================

    Dask guesses that columns of lists are text: read with ``dataframe.convert-string`` off, and write with a whole
    pyarrow schema.
    """

    def __init__(
        self,
        encoder: Union[Encoder, Model],
        column: Optional[str] = None,
        *,
        output: str = "features",
        keep: Optional[Iterable[str]] = None,
        threads: int = 1,
        memo: Optional[bytes] = None,
    ) -> None:
        if isinstance(encoder, Encoder) and memo is not None:
            raise ArgumentError("an encoder has its memo already; give it when opening the encoder")
        self._model = encoder
        self._memo = memo
        self._encoder: Optional[Encoder] = encoder if isinstance(encoder, Encoder) else None
        self._column = column
        self._output = output
        self._keep = None if keep is None else list(keep)
        self._threads = threads

    @property
    def encoder(self) -> Encoder:
        """The encoder, opened on first use."""
        if self._encoder is None:
            model = self._model
            self._encoder = model if isinstance(model, Encoder) else Encoder(model, memo=self._memo)
        return self._encoder

    def __call__(self, batch: Any) -> Any:
        """Encode one batch: a mapping of arrays, a DataFrame, or a pyarrow table or record batch."""
        if isinstance(batch, Mapping):
            return self._mapping(batch)
        if hasattr(batch, "schema") and hasattr(batch, "num_rows"):
            return self._arrow(batch)
        if hasattr(batch, "columns") and hasattr(batch, "assign"):
            return self._frame(batch)
        raise ArgumentError("a batch is a mapping of arrays, a pandas DataFrame, or a pyarrow table or record batch")

    def pandas(self, batches: Iterable[Any]) -> Iterator[Any]:
        """Encode DataFrames one after the other: what Spark's ``mapInPandas`` wants."""
        return (self._frame(batch) for batch in batches)

    def arrow(self, batches: Iterable[Any]) -> Iterator[Any]:
        """Encode record batches one after the other: what Spark's ``mapInArrow`` wants."""
        return (self._arrow(batch) for batch in batches)

    def meta(self, frame: Any) -> Any:
        """Give an empty DataFrame with the columns that come out: what Dask wants to know."""
        return self._framed(frame.iloc[:0], [])

    def _mapping(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        features = self._encode({name: batch[name] for name in self._raw(list(batch))})
        return {**{name: batch[name] for name in self._kept(list(batch))}, self._output: features}

    def _frame(self, batch: Any) -> Any:
        features = self._encode({name: batch[name] for name in self._raw(list(batch.columns))})
        return self._framed(batch, list(features))

    def _framed(self, batch: Any, features: list[NDArray[np.float32]]) -> Any:
        import pandas

        column = pandas.Series(features, index=batch.index, dtype=object)
        return batch[self._kept(list(batch.columns))].assign(**{self._output: column})

    def _arrow(self, batch: Any) -> Any:
        import pyarrow

        names = batch.schema.names
        raw = {name: _cells(batch.column(names.index(name))) for name in self._raw(names)}
        features = self._encode(raw)
        width = features.shape[1]
        lists = pyarrow.ListArray.from_arrays(
            pyarrow.array(np.arange(len(features) + 1, dtype=np.int32) * width), pyarrow.array(features.ravel())
        )
        kept = {name: batch.column(names.index(name)) for name in self._kept(names)}
        return type(batch).from_pydict({**kept, self._output: lists})

    def _encode(self, raw: Mapping[str, Any]) -> NDArray[np.float32]:
        encoder = self.encoder
        if self._column is None:
            x: Any = dict(raw)
        elif encoder.input_kind == "image":
            x = each(as_picture, raw[self._column])
        else:
            x = _rows(raw[self._column], encoder.input_shape)
        features = encoder.encode(x, threads=self._threads)
        return features.reshape(len(features), int(np.prod(encoder.output_shape)))

    def _raw(self, names: list[str]) -> list[str]:
        if self._column is not None:
            wanted = [self._column]
        elif self.encoder.input_kind == "record":
            wanted = [field.name for field in self.encoder.manifest.input.fields or []]
        else:
            raise ArgumentError(f"an encoder of {self.encoder.input_kind} needs the name of the column of raw input")
        missing = [name for name in wanted if name not in names]
        if missing:
            raise ArgumentError(f"the table has no column {', '.join(missing)}")
        return wanted

    def _kept(self, names: list[str]) -> list[str]:
        raw = self._raw(names)
        kept = [name for name in names if name not in raw] if self._keep is None else self._keep
        if self._output in kept or set(kept) & set(raw):
            raise ArgumentError("raw input is not kept, and no kept column has the name of the output")
        return kept

    def __getstate__(self) -> dict[str, Any]:
        # A path is opened again where it arrives.
        opened = self._encoder if isinstance(self._model, Encoder) else None
        return {**self.__dict__, "_encoder": opened}


def _cells(column: Any) -> Any:
    """Cells of an Arrow column; lists of numbers keep their values in one piece."""
    return column.to_numpy(zero_copy_only=False) if not hasattr(column, "num_chunks") else column.to_numpy()


def _rows(cells: Any, shape: tuple[int, ...]) -> NDArray[np.float32]:
    rows = each(lambda cell: _row(cell, shape), cells)
    return np.stack(rows) if rows else np.empty((0, *shape), dtype=np.float32)


def _row(cell: Any, shape: tuple[int, ...]) -> NDArray[np.float32]:
    numbers = as_numbers(cell)
    if numbers.size != int(np.prod(shape)):
        raise InputShapeError(f"expected {list(shape)} numbers, nested or flat, found {list(numbers.shape)}")
    return numbers.reshape(shape)
