"""Convolution and pooling: every attribute, in one to three dimensions."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from onnx import helper

from .case import Case, numbers, one

SIZES = {1: (7,), 2: (6, 5), 3: (4, 3, 4)}
"""Sides of what windows move over, by the number of dimensions."""

AUTO_PADS = (None, "NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER", "OTHER")


def cases() -> Iterator[Case]:
    """All of this family."""
    for opset in (7, 11, 13, 22):
        for dimensions in SIZES:
            yield from conv(dimensions, opset)
    for operator in ("MaxPool", "AveragePool"):
        for opset in (7, 8, 10, 11, 12, 19, 22):
            for dimensions in SIZES:
                yield from pool(operator, dimensions, opset)


def steps(dimensions: int) -> Iterator[dict[str, Any]]:
    """Strides, dilations and pads, and what they do not allow."""
    ones, twos, rest = [1] * dimensions, [2] * dimensions, [1] * (dimensions - 1)
    for strides, dilations in product((None, ones, twos, [3, *rest]), (None, ones, twos)):
        yield {"strides": strides, "dilations": dilations}
    for pads in (
        ones * 2,
        [0] * dimensions + ones,
        [2, *rest, 0, *rest],
        [-1, *rest] + ones,
        [1],
        [9] * 2 * dimensions,
    ):
        for strides in (None, twos):
            yield {"pads": pads, "strides": strides}
    for auto, strides, dilations in product(AUTO_PADS, (None, twos, [3, *rest]), (None, twos)):
        yield {"auto_pad": auto, "strides": strides, "dilations": dilations}
    yield {"auto_pad": "SAME_UPPER", "pads": ones * 2}
    yield {"strides": [0] * dimensions}
    yield {"strides": [-1] * dimensions}
    yield {"strides": [1] * (dimensions + 1)}
    yield {"dilations": [0] * dimensions}
    yield {"dilations": [7] * dimensions}


def plain(attributes: dict[str, Any], dimensions: int) -> bool:
    """What every exporter writes."""
    small = {"strides": (None, [1] * dimensions, [2] * dimensions), "pads": (None, [1] * 2 * dimensions)}
    return all(value in small.get(name, (None,)) for name, value in attributes.items())


def conv(dimensions: int, opset: int) -> Iterator[Case]:
    """Kernels of 2 and 3, groups, with and without bias."""
    sides = SIZES[dimensions]
    for attributes in steps(dimensions):
        for kernel in (2, 3):
            weights = numbers(1, 4, 2, *[kernel] * dimensions)
            must = plain(attributes, dimensions)
            yield one(
                "Conv",
                (2, *sides),
                opset,
                inputs=("x", "w", "b"),
                constants={"w": weights, "b": numbers(2, 4)},
                must_load=must,
                **attributes,
            )
    for group, channels, out, per in (
        (1, 4, 3, 4),
        (2, 4, 6, 2),
        (4, 4, 4, 1),
        (4, 4, 8, 1),
        (2, 4, 3, 2),
        (3, 4, 3, 1),
        (0, 4, 4, 4),
        (1, 4, 4, 2),
    ):
        weights = numbers(1, out, per, *[3] * dimensions)
        must = (group == 1 and per == 4) or (group, out) in ((2, 6), (4, 4), (4, 8))
        yield one(
            "Conv", (channels, *sides), opset, inputs=("x", "w"), constants={"w": weights}, must_load=must, group=group
        )
    weights = numbers(1, 3, 2, *[3] * dimensions)
    for shape in ([3] * dimensions, [2] * dimensions, [3] * (dimensions + 1)):
        must = shape == [3] * dimensions
        yield one(
            "Conv", (2, *sides), opset, inputs=("x", "w"), constants={"w": weights}, must_load=must, kernel_shape=shape
        )
    for bias in ((1,), (4,), ()):
        yield one("Conv", (2, *sides), opset, inputs=("x", "w", "b"), constants={"w": weights, "b": numbers(2, *bias)})
    yield one("Conv", (2, *sides), opset, inputs=("x", "w"), constants={"w": numbers(1, 3, 2, *[9] * dimensions)})
    yield one(
        "Conv",
        (2, *sides),
        opset,
        inputs=("x", "w"),
        constants={"w": numbers(1, 3, 2, *[1] * dimensions)},
        must_load=True,
    )


def pool(operator: str, dimensions: int, opset: int) -> Iterator[Case]:
    """Kernels of 1 to 3; rounding up; padding that counts; indices."""
    shape = (2, *SIZES[dimensions])
    for attributes in steps(dimensions):
        # What this version does not have yet: refused, or as if it had.
        for kernel in (2, 3):
            for ceil in (None, 1) if opset >= 10 else (None,):
                must = plain(attributes, dimensions) and not ceil and attributes.get("dilations") is None
                yield one(
                    operator,
                    shape,
                    opset,
                    must_load=must,
                    kernel_shape=[kernel] * dimensions,
                    ceil_mode=ceil,
                    **attributes,
                )
    if operator == "AveragePool":
        for count, ceil, strides in product((0, 1), (None, 0, 1), (1, 2, 3)):
            for pads in ([1] * 2 * dimensions, [0] * dimensions + [1] * dimensions):
                yield one(
                    operator,
                    shape,
                    opset,
                    kernel_shape=[3] * dimensions,
                    count_include_pad=count,
                    ceil_mode=ceil,
                    strides=[strides] * dimensions,
                    pads=pads,
                )
            yield one(
                operator,
                shape,
                opset,
                kernel_shape=[2] * dimensions,
                count_include_pad=count,
                ceil_mode=ceil,
                strides=[strides] * dimensions,
                auto_pad="SAME_UPPER",
            )
    else:
        for order in (0, 1):
            yield one(operator, shape, opset, kernel_shape=[2] * dimensions, storage_order=order)
        node = helper.make_node(operator, ["x"], ["y", "indices"], kernel_shape=[2] * dimensions)
        yield Case(f"{operator} opset {opset} with indices, {dimensions}", shape, [node], opset)
    for kernel in (
        [1] * dimensions,
        [9] * dimensions,
        [0] * dimensions,
        [-2] * dimensions,
        [2] * (dimensions + 1),
        None,
    ):
        yield one(operator, shape, opset, kernel_shape=kernel)
