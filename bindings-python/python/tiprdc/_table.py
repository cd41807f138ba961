"""The substitutes that indices stand for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

from ._convert import as_numbers
from ._features import Features
from ._native import NativeTable


class SubstituteTable:
    """The substitutes of a substitute release: raw records or features, one for each index.

    The collector has it; devices need only its digest, which stands in the encoder's manifest.

    Parameters
    ----------
    data : array_like of float32, shape [count, ...]
        The substitutes.

    Raises
    ------
    TableMalformedError
        If there are fewer than 2 or more than 2**20 substitutes, or a number is not finite.

    Notes
    -----
    Substitutes are records of the collector's own, or made up: they tell everything about the people whose records
    they were.

    Examples
    --------
    >>> from tiprdc import SubstituteTable
    >>> table = SubstituteTable([[0.0, 0.1], [1.0, 1.1]])
    >>> SubstituteTable.from_bytes(table.to_bytes()).digest == table.digest
    True
    """

    __slots__ = ("_native",)

    _native: NativeTable

    def __init__(self, data: Any) -> None:
        self._native = NativeTable(as_numbers(data))

    @classmethod
    def from_bytes(cls, data: Union[bytes, bytearray, memoryview]) -> SubstituteTable:
        """Read a table: safetensors with an F32 tensor ``substitutes``.

        Raises
        ------
        TableMalformedError
            If it is not one.
        """
        table = cls.__new__(cls)
        table._native = NativeTable.from_bytes(bytes(data))
        return table

    @classmethod
    def load(cls, path: Union[str, os.PathLike[str]]) -> SubstituteTable:
        """Read a table from disk.

        Raises
        ------
        OSError
            If the file cannot be read.
        TableMalformedError
            If it is no substitute table.
        """
        return cls.from_bytes(Path(path).read_bytes())

    def to_bytes(self) -> bytes:
        """Make the file: what :attr:`digest` is the SHA-256 of."""
        return self._native.to_bytes()

    def save(self, path: Union[str, os.PathLike[str]]) -> None:
        """Write :meth:`to_bytes` to a file."""
        Path(path).write_bytes(self.to_bytes())

    @property
    def digest(self) -> str:
        """SHA-256 of the file, in hexadecimal: what manifests and features name it by."""
        return self._native.digest

    @property
    def shape(self) -> tuple[int, ...]:
        """``(count, ...)``."""
        return tuple(self._native.shape)

    @property
    def data(self) -> NDArray[np.float32]:
        """A copy of the substitutes, ``[count, ...]``."""
        return self._native.data()

    def resolve(self, features: Features) -> Features:
        """Put the substitutes in the place of their indices: from ``[records, 1]`` to ``[records, ...]``.

        Raises
        ------
        TableMismatchError
            If the features hold no indices, name another table, or an index is out of range.
        """
        return Features._of(self._native.resolve(features._native))

    def __len__(self) -> int:
        return self._native.shape[0]

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, SubstituteTable) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"SubstituteTable(shape={self.shape}, digest={self.digest[:12]!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (SubstituteTable.from_bytes, (self.to_bytes(),))
