"""What moves numbers without computing any."""

from collections.abc import Iterator
from itertools import permutations, product

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from .case import OPSETS, Case, numbers, one, whole


def cases() -> Iterator[Case]:
    """All of this family."""
    yield from transpose()
    yield from flatten()
    yield from reshape()
    yield from squeeze()
    yield from concat()
    yield from split()
    yield from slices()
    yield from gather()
    yield from pad()
    yield from shapes()
    yield from constants()


def transpose() -> Iterator[Case]:
    """Every permutation, and lists that are none."""
    for opset in (7, 13, 22):
        for shape in ((3,), (2, 3), (2, 3, 4)):
            rank = len(shape) + 1
            for perm in (None, *map(list, permutations(range(rank)))):
                must = perm is not None and perm[0] == 0
                yield one("Transpose", shape, opset, must_load=must, perm=perm)
            for perm in ([0] * rank, list(range(rank - 1)), list(range(1, rank + 1)), [-1, *range(1, rank)], []):
                yield one("Transpose", shape, opset, perm=perm)


def flatten() -> Iterator[Case]:
    """Every axis."""
    for opset in (7, 9, 11, 13, 22):
        for shape in ((3,), (2, 3), (2, 3, 2)):
            for axis in (None, *range(-len(shape) - 2, len(shape) + 3)):
                yield one("Flatten", shape, opset, must_load=axis in (None, 1), axis=axis)


def reshape() -> Iterator[Case]:
    """Zeros and minus one; what does not fit."""
    for opset in (7, 13, 14, 19, 22):
        for target in (
            [0, -1],
            [-1, 12],
            [0, 12],
            [0, 0, -1],
            [0, 2, 6],
            [0, 6, 2],
            [-1, 6, 2],
            [1, 12],
            [0, 4, 3],
            [0, -1, 1, 1],
            [0, -1, -1],
            [0, 5],
            [0, 0, 0, 0],
            [-2, 12],
            [12, -1],
            [-1],
            [],
        ):
            inputs, constants = ("x", "shape"), {"shape": whole(*target)}
            must = target in ([0, -1], [-1, 12], [0, 2, 6])
            yield one("Reshape", (2, 2, 3), opset, inputs=inputs, constants=constants, must_load=must)
            for zero in (0, 1):
                yield one("Reshape", (2, 2, 3), opset, inputs=inputs, constants=constants, allowzero=zero)


def squeeze() -> Iterator[Case]:
    """Axes were an attribute before version 13."""
    for operator, shape in (("Squeeze", (1, 3, 1)), ("Unsqueeze", (3,))):
        for opset in OPSETS:
            for axes in (None, [], [1], [-1], [1, -1], [-1, 1], [0], [2], [-3], [1, 1], [7], [-7], [1, 2]):
                must = axes in ([1], [-1])
                if opset < 13:
                    yield one(operator, shape, opset, must_load=must and (opset >= 11 or axes == [1]), axes=axes)
                else:
                    inputs, constants = (("x",), {}) if axes is None else (("x", "axes"), {"axes": whole(*axes)})
                    yield one(operator, shape, opset, inputs=inputs, constants=constants, must_load=must)
                    yield one(operator, shape, opset, axes=axes)


def concat() -> Iterator[Case]:
    """With itself and with a constant of one record."""
    for opset in (7, 11, 13, 22):
        for axis in (None, *range(-4, 4)):
            for inputs in (("x",), ("x", "x"), ("x", "c"), ("c", "x", "x")):
                must = axis in (1, 2) and inputs == ("x", "x")
                constants = {"c": numbers(1, 1, 2, 3)} if "c" in inputs else {}
                yield one("Concat", (2, 3), opset, inputs=inputs, constants=constants, must_load=must, axis=axis)


def split() -> Iterator[Case]:
    """Into parts that are put together the other way round."""
    for opset in (7, 11, 13, 18, 22):
        for axis in (None, -3, -1, 0, 1, 2, 3):
            for sizes in (None, [2, 4], [4, 2], [3, 3], [6, 0], [5, 2], [7, -1], [6]):
                for parts in (None, 2, 3):
                    inputs, constants, attributes = ["x"], {}, {}
                    if axis is not None:
                        attributes["axis"] = axis
                    if parts is not None:
                        attributes["num_outputs"] = parts
                    if sizes is not None and opset < 13:
                        attributes["split"] = sizes
                    elif sizes is not None:
                        inputs, constants = ["x", "sizes"], {"sizes": whole(*sizes)}
                    nodes = [
                        helper.make_node("Split", inputs, ["a", "b"], **attributes),
                        helper.make_node("Concat", ["b", "a"], ["y"], axis=1 if axis is None else axis),
                    ]
                    must = axis == 1 and sizes == [2, 4] and parts is None
                    name = f"Split opset {opset} axis {axis} {sizes} num_outputs {parts}"
                    yield Case(name, (6, 6), nodes, opset, constants, must)


def slices() -> Iterator[Case]:
    """Starts, ends, axes and steps were attributes before version 10."""
    far = 2**63 - 1
    choices = product(
        ([0], [1], [-2], [3], [-9], [9], [far], [-far]),
        ([2], [-1], [far], [0], [-far - 1], [4]),
        (None, [1], [-1], [0], [5]),
        (None, [1], [2], [-1], [-2], [0]),
    )
    for index, (starts, ends, axes, steps) in enumerate(choices):
        opset = (10, 11, 13, 22)[index % 4]
        constants = {"starts": whole(*starts), "ends": whole(*ends)}
        inputs = ["x", "starts", "ends"]
        if axes is not None or steps is not None:
            inputs.append("axes" if axes is not None else "")
        if axes is not None:
            constants["axes"] = whole(*axes)
        if steps is not None:
            constants["steps"] = whole(*steps)
            inputs.append("steps")
        must = (starts, ends, axes, steps) in (([1], [far], [1], [1]), ([0], [2], [-1], [1]))
        yield one("Slice", (5, 4), opset, inputs=tuple(inputs), constants=constants, must_load=must)
        if steps is None:
            yield one("Slice", (5, 4), 9, starts=starts, ends=ends, axes=axes)
    for axes, starts, ends in (([1, 2], [1, 1], [3, far]), ([2, 1], [0, 2], [1, 4]), ([1, 1], [0, 1], [4, 3])):
        constants = {"starts": whole(*starts), "ends": whole(*ends), "axes": whole(*axes)}
        yield one("Slice", (5, 4), 13, inputs=("x", "starts", "ends", "axes"), constants=constants)
        small = {name: value.clip(-100, 100).astype(np.int32) for name, value in constants.items()}
        yield one("Slice", (5, 4), 13, inputs=("x", "starts", "ends", "axes"), constants=small)


def gather() -> Iterator[Case]:
    """Indices of every rank, from the end, and outside."""
    for opset in (7, 11, 13, 22):
        for axis in (None, *range(-4, 4)):
            for indices in (0, 1, -1, [0], [1, 0, 1], [[0, 1], [1, 1]], [-2, 1], [2], [-3], [7]):
                constants = {"i": np.array(indices, np.int64)}
                must = axis == 1 and indices in (0, [0], [1, 0, 1])
                yield one("Gather", (2, 3), opset, inputs=("x", "i"), constants=constants, must_load=must, axis=axis)
        constants = {"i": np.array([1, 0], np.int32)}
        yield one("Gather", (2, 3), opset, inputs=("x", "i"), constants=constants, axis=1)
        nodes = [
            helper.make_node("Cast", ["x"], ["i"], to=TensorProto.INT64),
            helper.make_node("Gather", ["table", "i"], ["y"]),
        ]
        yield Case(f"Gather opset {opset} by the input", (3,), nodes, opset, {"table": numbers(1, 8, 2)})


def pad() -> Iterator[Case]:
    """Pads were an attribute before version 11; axes may be named from 18 on."""
    paddings = (
        [0, 0, 1, 0, 0, 2],
        [0, 1, 1, 0, 1, 1],
        [0, 0, -1, 0, 0, 0],
        [0, 0, 3, 0, 0, 3],
        [0, 0, 0, 0, 0, 0],
        [1, 0, 0, 0, 0, 0],
        [0, 0, -1, 0, 0, 2],
        [0, 0, -5, 0, 0, 0],
        [0, 0, 1],
    )
    for opset in (7, 10, 11, 13, 18, 19, 22):
        for mode in (None, "constant", "reflect", "edge", "wrap", "other"):
            for pads in paddings:
                must = mode in (None, "constant") and pads == [0, 0, 1, 0, 0, 2]
                if opset < 11:
                    for value in (None, 0.5):
                        yield one("Pad", (2, 3), opset, must_load=must, mode=mode, pads=pads, value=value)
                    continue
                constants = {"pads": whole(*pads)}
                yield one("Pad", (2, 3), opset, inputs=("x", "pads"), constants=constants, must_load=must, mode=mode)
                constants = constants | {"value": np.array(0.5, np.float32)}
                yield one("Pad", (2, 3), opset, inputs=("x", "pads", "value"), constants=constants, mode=mode)
        for axes in ([2], [-1], [1, 2], [0], [5]):
            constants = {"pads": whole(*([1] * 2 * len(axes))), "axes": whole(*axes)}
            yield one("Pad", (2, 3), opset, inputs=("x", "pads", "", "axes"), constants=constants)


def shapes() -> Iterator[Case]:
    """As exporters compute them: `x.reshape(x.shape[0], -1)`."""
    for opset in (7, 9, 11, 13, 15, 17, 22):
        axes = {} if opset >= 13 else {"axes": [0]}
        constants = {"zero": np.array(0, np.int64), "rest": whole(-1)}
        if opset >= 13:
            constants["axes"] = whole(0)
        nodes = [
            helper.make_node("Shape", ["x"], ["s"]),
            helper.make_node("Gather", ["s", "zero"], ["n"], axis=0),
            helper.make_node("Unsqueeze", ["n", "axes"] if opset >= 13 else ["n"], ["v"], **axes),
            helper.make_node("Concat", ["v", "rest"], ["t"], axis=0),
            helper.make_node("Reshape", ["x", "t"], ["y"]),
        ]
        yield Case(f"Shape opset {opset} by an exporter", (2, 3), nodes, opset, constants, must_load=True)
        for start, end in product((None, 0, 1, -1, -9, 2), (None, 1, 2, -1, 9)):
            attributes = {name: value for name, value in (("start", start), ("end", end)) if value is not None}
            nodes = [
                helper.make_node("Shape", ["x"], ["s"], **attributes),
                helper.make_node("Cast", ["s"], ["f"], to=TensorProto.FLOAT),
                helper.make_node("ReduceSum", ["f"], ["n"], keepdims=0),
                helper.make_node("Mul", ["x", "n"], ["y"]),
            ]
            yield Case(f"Shape opset {opset} from {start} to {end}", (2, 3), nodes, opset)


def constants() -> Iterator[Case]:
    """A constant of every form, added."""
    forms = {
        "value": numpy_helper.from_array(numbers(1, 3)),
        "value_float": 0.5,
        "value_floats": [0.5, 1.0, 2.0],
    }
    for opset in (7, 11, 12, 13, 22):
        for name, value in forms.items():
            nodes = [
                helper.make_node("Constant", [], ["c"], **{name: value}),
                helper.make_node("Add", ["x", "c"], ["y"]),
            ]
            must = name == "value"
            yield Case(f"Constant opset {opset} {name}", (3,), nodes, opset, must_load=must)
        for name, value in (
            ("value_int", 2),
            ("value_ints", [1, 2, 3]),
            ("value", numpy_helper.from_array(whole(1, 2, 3))),
        ):
            nodes = [
                helper.make_node("Constant", [], ["i"], **{name: value}),
                helper.make_node("Cast", ["i"], ["c"], to=TensorProto.FLOAT),
                helper.make_node("Add", ["x", "c"], ["y"]),
            ]
            yield Case(f"Constant opset {opset} whole {name}", (3,), nodes, opset)
        for name, value in (("value_string", "text"), ("value_strings", ["a", "b"])):
            nodes = [
                helper.make_node("Constant", [], ["c"], **{name: value}),
                helper.make_node("Identity", ["x"], ["y"]),
            ]
            yield Case(f"Constant opset {opset} {name}", (3,), nodes, opset)
