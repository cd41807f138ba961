"""Normalisations."""

from collections.abc import Iterator

import numpy as np
from onnx import helper

from .case import Case, numbers, one


def cases() -> Iterator[Case]:
    """All of this family."""
    yield from batch_normalization()
    yield from instance_normalization()
    yield from layer_normalization()


def statistics(size: int) -> dict[str, np.ndarray]:
    """Scale, shift, mean and variance."""
    return {
        "s": numbers(1, size),
        "b": numbers(2, size),
        "m": numbers(3, size),
        "v": np.abs(numbers(4, size)) + np.float32(0.1),
    }


def batch_normalization() -> Iterator[Case]:
    """In every rank; training mode is refused, and so is what statistics do not fit."""
    inputs = ("x", "s", "b", "m", "v")
    for opset in (7, 9, 13, 14, 15, 17, 22):
        for shape in ((3,), (3, 4), (3, 4, 2), (3, 2, 2, 2)):
            constants = statistics(3)
            yield one("BatchNormalization", shape, opset, inputs=inputs, constants=constants, must_load=True)
            for epsilon in (1e-5, 1e-3, 0.0, 0.5):
                yield one(
                    "BatchNormalization",
                    shape,
                    opset,
                    inputs=inputs,
                    constants=constants,
                    must_load=epsilon > 0,
                    epsilon=epsilon,
                )
            for momentum in (0.9, 0.1, 0.0):
                yield one("BatchNormalization", shape, opset, inputs=inputs, constants=constants, momentum=momentum)
            for training in (0, 1):
                yield one(
                    "BatchNormalization", shape, opset, inputs=inputs, constants=constants, training_mode=training
                )
            for spatial in (0, 1):
                yield one("BatchNormalization", shape, opset, inputs=inputs, constants=constants, spatial=spatial)
        yield one("BatchNormalization", (4, 3), opset, inputs=inputs, constants=statistics(3))
        yield one("BatchNormalization", (3, 2), opset, inputs=inputs, constants=statistics(1))
        node = helper.make_node("BatchNormalization", list(inputs), ["y", "mean", "var"])
        yield Case(f"BatchNormalization opset {opset} with outputs", (3, 4), [node], opset, statistics(3))


def instance_normalization() -> Iterator[Case]:
    """Over all axes after the channels."""
    for opset in (7, 13, 17, 22):
        for shape in ((3,), (3, 4), (3, 4, 2), (3, 2, 2, 2)):
            constants = {"s": numbers(1, 3), "b": numbers(2, 3)}
            for epsilon in (None, 1e-3, 0.5):
                must = len(shape) > 1
                yield one(
                    "InstanceNormalization",
                    shape,
                    opset,
                    inputs=("x", "s", "b"),
                    constants=constants,
                    must_load=must,
                    epsilon=epsilon,
                )
        yield one(
            "InstanceNormalization",
            (4, 3),
            opset,
            inputs=("x", "s", "b"),
            constants={"s": numbers(1, 3), "b": numbers(2, 3)},
        )


def layer_normalization() -> Iterator[Case]:
    """Over the axes from `axis` on."""
    for opset in (15, 17, 22):
        for shape in ((4,), (2, 4), (2, 3, 4)):
            rank = len(shape) + 1
            for axis in (None, *range(-rank - 1, rank + 1)):
                over = (1, *shape)[axis if axis is not None else -1 :] if axis is None or -rank <= axis < rank else (4,)
                for epsilon in (None, 1e-3):
                    for bias in (False, True):
                        constants = {"s": numbers(1, *over)} | ({"b": numbers(2, *over)} if bias else {})
                        must = opset >= 17 and axis in (None, -1, rank - 1)
                        yield one(
                            "LayerNormalization",
                            shape,
                            opset,
                            inputs=("x", "s", "b") if bias else ("x", "s"),
                            constants=constants,
                            must_load=must,
                            axis=axis,
                            epsilon=epsilon,
                        )
            for stash in (0, 1, 10):
                constants = {"s": numbers(1, shape[-1])}
                yield one("LayerNormalization", shape, opset, inputs=("x", "s"), constants=constants, stash_type=stash)
            yield one("LayerNormalization", shape, opset, inputs=("x", "s"), constants={"s": numbers(1, 1)})
            yield one("LayerNormalization", shape, opset, inputs=("x", "s"), constants={"s": numbers(1, 3)})
