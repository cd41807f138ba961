"""What people pass, as what the native module takes: contiguous arrays of one type.

A contiguous array of the right type is passed on as it is; anything else is copied.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional, Union

import numpy as np
from numpy.typing import NDArray

from ._errors import ArgumentError, InputKindError, InputShapeError

#: Bytes of a pixel in each format.
PIXELS = {"rgb8": 3, "rgba8": 4, "bgra8": 4, "gray8": 1}


def as_array(data: Any) -> NDArray[Any]:
    """Make an array of a list, an array, or what offers ``__array__`` or DLPack; memory is shared where it can be."""
    if isinstance(data, np.ndarray):
        return data
    if hasattr(data, "__dlpack__") and not hasattr(data, "__array__"):
        return np.from_dlpack(data)
    try:
        array = np.asarray(data)
    except ValueError:
        # Without numpy's message, which may show values.
        raise InputShapeError("the rows of the input are of different lengths") from None
    if array.dtype == object:
        raise InputKindError(
            f"input of type `{type(data).__name__}` is no array of numbers; pass numbers, or rows of one length"
        )
    return array


def as_numbers(data: Any) -> NDArray[np.float32]:
    """Make a contiguous float32 array; one that is so already is not copied.

    >>> import numpy as np
    >>> x = np.zeros((4, 6), dtype=np.float32)
    >>> np.shares_memory(as_numbers(x), x), np.shares_memory(as_numbers(x[:, ::2]), x)
    (True, False)
    """
    array = as_array(data)
    if array.dtype.kind not in "fiub":
        raise InputKindError(f"input of dtype {array.dtype} is no array of real numbers")
    # Numbers too large for f32 become infinite, which the core refuses; numpy need not warn of it too.
    with np.errstate(over="ignore"):
        return np.asarray(array, dtype=np.float32, order="C")


def as_rows(data: Any, shape: Sequence[int], what: str) -> tuple[NDArray[np.float32], bool]:
    """Make an array ``[n, *shape]`` of one record or of many; also whether it is one."""
    array = as_numbers(data)
    if isinstance(data, (list, tuple)) and len(data) == 0:
        return np.empty((0, *shape), dtype=np.float32), False
    single = array.ndim == len(shape)
    if not single and array.ndim != len(shape) + 1:
        raise InputShapeError(
            f"this encoder takes one {what} of shape {list(shape)} or a batch of shape {['n', *shape]}, "
            f"found shape {list(array.shape)}"
        )
    return (array[np.newaxis] if single else array), single


def as_images(data: Any, formats: Union[str, Sequence[str], None]) -> tuple[list[tuple[str, NDArray[np.uint8]]], bool]:
    """Make a list of formats and contiguous pictures ``[height, width, bytes]``; also whether it is one picture.

    One picture is ``[height, width]`` or ``[height, width, 1 | 3 | 4]``; a batch is a list of these, of any sizes, or
    an array with one axis more.
    """
    if isinstance(data, (list, tuple)):
        pictures = [_picture(picture) for picture in data]
        single = False
    else:
        array = as_array(data)
        single = array.ndim != 4
        pictures = [_picture(array)] if single else [_picture(picture) for picture in array]
    each = [formats] * len(pictures) if formats is None or isinstance(formats, str) else list(formats)
    if len(each) != len(pictures):
        raise ArgumentError(
            f"expected one pixel format, or one for each of {len(pictures)} pictures, found {len(each)}"
        )
    return [(_format(picture, wanted), picture) for picture, wanted in zip(pictures, each)], single


def _picture(data: Any) -> NDArray[np.uint8]:
    array = as_array(data)
    if array.dtype != np.uint8:
        raise InputKindError(
            f"a picture is an array of dtype uint8, 0 to 255, found {array.dtype}; convert it yourself, as floats may "
            "mean 0 to 1 or 0 to 255"
        )
    if array.ndim == 2:
        array = array[:, :, np.newaxis]
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4):
        raise InputShapeError(
            f"a picture has the shape [height, width] or [height, width, 1, 3 or 4], found {list(array.shape)}"
        )
    return np.ascontiguousarray(array)


def _format(picture: NDArray[np.uint8], wanted: Optional[str]) -> str:
    channels = picture.shape[2]
    if wanted is None:
        return {1: "gray8", 3: "rgb8", 4: "rgba8"}[channels]
    if wanted not in PIXELS:
        raise ArgumentError(f"a pixel format is one of {', '.join(PIXELS)}, found another")
    if channels != PIXELS[wanted]:
        raise InputShapeError(f"a picture in {wanted} has {PIXELS[wanted]} channels, found {channels}")
    return wanted
