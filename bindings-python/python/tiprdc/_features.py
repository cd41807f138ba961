"""Features: what leaves the device."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np
from numpy.typing import NDArray

from ._convert import as_numbers
from ._native import NativeFeatures


class Features:
    """Features of one or more records: what leaves the device.

    ``numpy.asarray(features)`` gives the numbers; ``len(features)`` the number of records.

    Parameters
    ----------
    data : array_like of float32, shape [records, ...]
        Numbers that come from no encoder (raw inputs for a comparison, another tool's output). Features of an encoder
        are made by :meth:`Encoder.encode_features`.

    Raises
    ------
    FeaturesMalformedError
        If ``data`` has no axis of records.

    Notes
    -----
    Features reduce what an attacker can learn of the private attribute; an audit says by how much. They are personal
    data still. Objects are immutable, and any number of threads may use them.

    Examples
    --------
    >>> import numpy as np
    >>> from tiprdc import Features
    >>> features = Features(np.full((2, 3), 0.5))
    >>> features
    Features(shape=(2, 3), dtype='f32', release='')
    >>> same = Features.from_bytes(features.to_bytes())
    >>> same == features
    True
    """

    __slots__ = ("_data", "_native")
    __hash__ = None  # type: ignore[assignment]

    _data: Optional[NDArray[np.float32]]
    _native: NativeFeatures

    def __init__(self, data: Any) -> None:
        self._native = NativeFeatures(as_numbers(data))
        self._data = None

    @classmethod
    def _of(cls, native: NativeFeatures) -> Features:
        features = cls.__new__(cls)
        features._native, features._data = native, None
        return features

    @classmethod
    def from_bytes(cls, data: Union[bytes, bytearray, memoryview]) -> Features:
        """Read a features file: safetensors, from :meth:`to_bytes` or any other safetensors library.

        Raises
        ------
        FeaturesMalformedError
            If it is not one.
        """
        return cls._of(NativeFeatures.from_bytes(bytes(data)))

    @classmethod
    def load(cls, path: Union[str, os.PathLike[str]]) -> Features:
        """Read a features file from disk.

        Raises
        ------
        OSError
            If the file cannot be read.
        FeaturesMalformedError
            If it is no features file.
        """
        return cls.from_bytes(Path(path).read_bytes())

    def to_bytes(self) -> bytes:
        """Make a safetensors file: one tensor ``features``, and the encoder's digest and release as metadata."""
        return self._native.to_bytes()

    def save(self, path: Union[str, os.PathLike[str]]) -> None:
        """Write :meth:`to_bytes` to a file."""
        Path(path).write_bytes(self.to_bytes())

    @property
    def data(self) -> NDArray[np.float32]:
        """The numbers, ``[records, ...]``, read-only; of a substitute release, indices."""
        if self._data is None:
            data = self._native.data()
            data.flags.writeable = False
            self._data = data
        return self._data

    @property
    def shape(self) -> tuple[int, ...]:
        """``(records, ...)``."""
        return tuple(self._native.shape)

    @property
    def rows(self) -> int:
        """Number of records."""
        return self._native.shape[0]

    @property
    def encoder(self) -> str:
        """SHA-256 of the encoder's file in hexadecimal, or empty if no encoder made them."""
        return self._native.encoder

    @property
    def release(self) -> str:
        """Name of the release, or empty if no encoder made them."""
        return self._native.release

    @property
    def dtype(self) -> str:
        """Element type of the file, to which the numbers are rounded: ``f32``, ``f16`` or ``int8``."""
        return self._native.dtype

    @property
    def indices(self) -> Optional[NDArray[np.uint32]]:
        """The index of each record's substitute, if these are features of a substitute release."""
        return self._native.indices()

    @property
    def table(self) -> Optional[str]:
        """SHA-256 of the substitute table that :attr:`indices` are resolved with."""
        return self._native.table

    def __array__(self, dtype: Any = None, copy: Optional[bool] = None) -> NDArray[Any]:
        if dtype is None or np.dtype(dtype) == self.data.dtype:
            return self.data.copy() if copy else self.data
        return self.data.astype(dtype)

    def __len__(self) -> int:
        return self.rows

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Features):
            return NotImplemented
        mine, yours = self._native, other._native
        about = (mine.encoder, mine.release, mine.dtype, mine.table)
        return about == (yours.encoder, yours.release, yours.dtype, yours.table) and np.array_equal(
            self.data, other.data
        )

    def __repr__(self) -> str:
        return f"Features(shape={self.shape}, dtype={self.dtype!r}, release={self.release!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Features.from_bytes, (self.to_bytes(),))
