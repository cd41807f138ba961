"""Encoders of one operator each: every operator that encoders may use, with every value of its attributes.

`cases()` gives all of them. `compare.py` encodes them, and says whether onnxruntime agrees.
"""

from collections.abc import Iterator

from . import elementwise, matrix, norm, recurrent, reduce, shape, window
from .case import Case

FAMILIES = (elementwise, matrix, norm, recurrent, reduce, shape, window)


def cases() -> Iterator[Case]:
    """All of them, in the same order every time."""
    for family in FAMILIES:
        yield from family.cases()
