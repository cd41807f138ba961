"""What people pass, as what the native module takes: contiguous arrays of one type.

A contiguous array of the right type is passed on as it is; anything else is copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Callable, Optional, TypeVar, Union

import numpy as np
from numpy.typing import NDArray

from ._errors import ArgumentError, InputKindError, InputShapeError

#: Bytes of a pixel in each format.
PIXELS = {"rgb8": 3, "rgba8": 4, "bgra8": 4, "gray8": 1}

Made = TypeVar("Made")


def read(data: Any) -> NDArray[Any]:
    """Make whatever array there is of a list, an array, or what offers ``__array__`` or DLPack."""
    try:
        if hasattr(data, "__dlpack__") and not hasattr(data, "__array__"):
            return np.from_dlpack(data)
        return np.asarray(data)
    # Without the messages of numpy and others, which may show values.
    except ValueError:
        raise InputShapeError("the rows of the input are of different lengths") from None
    except (BufferError, RuntimeError, TypeError):
        raise InputKindError(
            f"input of type `{type(data).__name__}` cannot be read as an array; of a tensor that is on a GPU, needs "
            "gradients or has a type that numpy does not know, pass `tensor.detach().cpu().float()`"
        ) from None


def as_array(data: Any) -> NDArray[Any]:
    """Make an array of what :func:`read` takes, or of a column of arrays; memory is shared where it can be.

    >>> import numpy as np
    >>> column = np.empty(2, dtype=object)
    >>> column[:] = [np.zeros((3, 4)), np.ones((3, 4))]
    >>> as_array(column).shape
    (2, 3, 4)
    """
    array = read(data)
    if array.dtype == object and array.size and isinstance(array.flat[0], (np.ndarray, list, tuple)):
        array = read(_nested(array))
    if array.dtype == object and not isinstance(data, np.ndarray):
        raise InputKindError(
            f"input of type `{type(data).__name__}` is no array of numbers; pass numbers, or rows of one length"
        )
    return array


def items(data: Any) -> Optional[list[Any]]:
    """Give the items of a list, or the cells of a column of objects; None of anything else."""
    if isinstance(data, (list, tuple)) or (_holds_objects(data) and data.ndim == 1):
        return list(data)
    return None


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


def as_doubles(data: Any) -> NDArray[np.float64]:
    """Make a contiguous float64 array, for the judge: what float32 would round away may tell somebody's secret.

    >>> import numpy as np
    >>> x = np.array([[1e9, 1e9 + 1]])
    >>> as_doubles(x) is x
    True
    """
    array = as_array(data)
    if array.dtype.kind not in "fiub":
        raise InputKindError(f"input of dtype {array.dtype} is no array of real numbers")
    return np.asarray(array, dtype=np.float64, order="C")


def as_rows(data: Any, shape: Sequence[int], what: str) -> tuple[NDArray[np.float32], bool]:
    """Make an array ``[n, *shape]`` of one record or of many; also whether it is one."""
    if items(data) == []:
        return np.empty((0, *shape), dtype=np.float32), False
    array = as_numbers(data)
    single = array.ndim == len(shape)
    if not single and array.ndim != len(shape) + 1:
        raise InputShapeError(
            f"this encoder takes one {what} of shape {list(shape)} or a batch of shape {['n', *shape]}, "
            f"found shape {list(array.shape)}"
        )
    return (array[np.newaxis] if single else array), single


def as_images(data: Any, formats: Union[str, Sequence[str], None]) -> tuple[list[tuple[str, NDArray[np.uint8]]], bool]:
    """Make a list of formats and contiguous pictures ``[height, width, bytes]``; also whether it is one picture.

    One picture is ``[height, width]`` or ``[height, width, 1 | 3 | 4]``; a batch is a list or a column of these, of any
    sizes, or an array with one axis more.
    """
    several = items(data)
    if several is not None:
        pictures = each(_picture, several)
        single = False
    else:
        array = as_array(data)
        single = array.ndim != 4
        pictures = [_picture(array)] if single else each(_picture, array)
    wanted = [formats] * len(pictures) if formats is None or isinstance(formats, str) else list(formats)
    if len(wanted) != len(pictures):
        raise ArgumentError(
            f"expected one pixel format, or one for each of {len(pictures)} pictures, found {len(wanted)}"
        )
    if single:
        return [(_format(pictures[0], wanted[0]), pictures[0])], True
    return each(lambda pair: (_format(*pair), pair[0]), zip(pictures, wanted)), False


def as_picture(cell: Any) -> Any:
    """Make an array of a cell that holds lists of whole numbers, which have no type to tell what they mean.

    An array or picture is left as it is: :func:`as_images` looks at it.

    >>> as_picture([[0, 255], [1, 2]]).dtype
    dtype('uint8')
    """
    if not isinstance(cell, (list, tuple)) and not _holds_objects(cell):
        return cell
    array = as_array(cell)
    if array.dtype.kind not in "iu":
        return array
    if array.size and (array.min() < 0 or array.max() > 255):
        raise InputKindError("the whole numbers of a picture are from 0 to 255, found others")
    return array.astype(np.uint8, copy=False)


def each(make: Callable[[Any], Made], records: Iterable[Any]) -> list[Made]:
    """Make something of each record of a batch; a refusal says which record it was, as the core's refusals do."""
    made = []
    for index, record in enumerate(records):
        try:
            made.append(make(record))
        except (InputKindError, InputShapeError, ArgumentError) as refusal:
            raise type(refusal)(f"record {index}: {refusal}") from None
    return made


def _holds_objects(data: Any) -> bool:
    return getattr(getattr(data, "dtype", None), "kind", "") == "O"


def _nested(data: Any) -> Any:
    """Lists in the place of arrays that hold arrays, as columns of data frames and of Arrow do."""
    if isinstance(data, np.ndarray) and data.dtype == object:
        return [_nested(item) for item in data]
    return data


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
