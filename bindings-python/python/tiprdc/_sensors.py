"""Timestamped events of sensors."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._convert import as_numbers, read
from ._errors import InputKindError, InputShapeError


class SensorEvents(NamedTuple):
    """Events of one sensor with several axes, such as a gyroscope: when each came, and what it said.

    :meth:`Encoder.windows` cuts them.

    Attributes
    ----------
    seconds : array_like [events]
        Times in seconds, rising, on one clock for all sensors.
    values : array_like [events, axes]
        What the sensor said; one axis may be left out.
    factor : float, default 1
        What every value is multiplied by: another unit, another sign. Acceleration from Android, in m/s2, has
        -1 / 9.80665 for an encoder that was trained on Core Motion's, in g.
    """

    seconds: Any
    values: Any
    factor: float = 1.0

    def _native(self, number: int) -> tuple[NDArray[np.float64], NDArray[np.float32], float]:
        seconds, values = read(self.seconds), as_numbers(self.values)
        if seconds.dtype.kind not in "fiu":
            raise InputKindError(f"sensor {number}: times are seconds as numbers, found dtype {seconds.dtype}")
        if values.ndim == 1:
            values = values[:, np.newaxis]
        if seconds.ndim != 1 or values.ndim != 2 or len(seconds) != len(values):
            raise InputShapeError(
                f"sensor {number}: expected times [events] and values [events, axes], found shapes "
                f"{list(seconds.shape)} and {list(values.shape)}"
            )
        return np.ascontiguousarray(seconds, dtype=np.float64), np.ascontiguousarray(values), float(self.factor)
