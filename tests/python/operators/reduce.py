"""Reductions over axes, and global pooling."""

from collections.abc import Iterator

from .case import OPSETS, Case, one, whole

INPUT_SINCE = {"ReduceSum": 13, "ReduceMean": 18, "ReduceMax": 18, "ReduceL2": 18}
"""From this version on, axes are an input."""


def cases() -> Iterator[Case]:
    """All of this family."""
    for operator, since in INPUT_SINCE.items():
        for opset in sorted({*OPSETS, 18}):
            for shape in ((3,), (2, 3), (2, 3, 2)):
                yield from axes(operator, shape, opset, as_input=opset >= since)
    for operator in ("GlobalAveragePool", "GlobalMaxPool"):
        for opset in (7, 13, 22):
            for shape in ((3,), (3, 4), (3, 4, 2), (3, 2, 2, 2)):
                yield one(operator, shape, opset, must_load=len(shape) > 1)


def axes(operator: str, shape: tuple[int, ...], opset: int, *, as_input: bool) -> Iterator[Case]:
    """One axis, several, all, none, and some that are not there."""
    rank = len(shape) + 1
    choices = [None, [], *([axis] for axis in range(-rank - 1, rank + 1)), [1, -1], [-2, -1], [0, 1], [1, 1]]
    for chosen in choices:
        for keep in (None, 0, 1):
            must = chosen in ([-1], [rank - 1]) and keep is not None
            if not as_input:
                yield one(operator, shape, opset, must_load=must, axes=chosen, keepdims=keep)
                continue
            inputs, constants = (("x",), {}) if chosen is None else (("x", "axes"), {"axes": whole(*chosen)})
            for noop in (None, 0, 1):
                yield one(
                    operator,
                    shape,
                    opset,
                    inputs=inputs,
                    constants=constants,
                    must_load=must,
                    keepdims=keep,
                    noop_with_empty_axes=noop,
                )
    if as_input:
        yield one(operator, shape, opset, axes=[-1])
    else:
        yield one(operator, shape, opset, inputs=("x", "axes"), constants={"axes": whole(-1)})
