"""Operators on each number, or on pairs of numbers."""

from collections.abc import Iterator

import numpy as np
from onnx import TensorProto, helper

from .case import OPSETS, Case, numbers, one

SHAPES = ((3,), (2, 3), (1, 2, 3), (2, 1, 2, 3))
PLAIN = ("Abs", "Neg", "Reciprocal", "Sqrt", "Exp", "Log", "Erf", "Relu", "Sigmoid", "Tanh", "Softplus", "Identity")
SINCE = {"Erf": 9, "HardSwish": 14, "Gelu": 20}
WITH_NUMBERS = {
    "Elu": {"alpha": (0.5, 1.0, 2.0, 0.0, -1.0)},
    "LeakyRelu": {"alpha": (0.01, 0.2, 0.0, -1.0, 2.0)},
    "HardSigmoid": {"alpha": (0.2, 1.0, 0.0, -0.5), "beta": (0.5, 0.0, 2.0)},
    "Selu": {"alpha": (1.67326, 1.0, 0.5), "gamma": (1.0507, 1.0, 2.0)},
}
PAIRS = ("Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "PRelu")
OTHER_SHAPES = ((), (1,), (3,), (2, 3), (2, 1), (1, 1, 1), (1, 2, 3), (4, 2, 3), (2,))


def cases() -> Iterator[Case]:
    """All of this family."""
    for operator in (*PLAIN, "HardSwish"):
        for opset in OPSETS:
            if opset >= SINCE.get(operator, 0):
                for shape in SHAPES:
                    yield one(operator, shape, opset, must_load=True, odd_numbers=True)
    for operator, attributes in WITH_NUMBERS.items():
        for opset in (7, 13, 17, 22):
            yield one(operator, (2, 3), opset, must_load=True, odd_numbers=True)
            for name, values in attributes.items():
                for value in values:
                    yield one(operator, (5,), opset, must_load=True, odd_numbers=True, **{name: value})
    for approximate in (None, "none", "tanh", "other"):
        for opset in (17, 20, 22):
            must = opset >= 20 and approximate != "other"
            yield one("Gelu", (4,), opset, must_load=must, odd_numbers=True, approximate=approximate)
    yield from softmax()
    yield from pairs()
    yield from clip()
    yield from cast()
    yield from dropout()


def softmax() -> Iterator[Case]:
    """Before version 13, all axes from `axis` on are one."""
    for operator in ("Softmax", "LogSoftmax"):
        for opset in OPSETS:
            for shape in ((4,), (2, 3), (2, 2, 3)):
                rank = len(shape) + 1
                for axis in (None, *range(-rank - 1, rank + 1)):
                    must = axis in (-1, rank - 1) and opset >= 13
                    yield one(operator, shape, opset, must_load=must, odd_numbers=True, axis=axis)


def pairs() -> Iterator[Case]:
    """With a constant before or after, and with itself."""
    for operator in PAIRS:
        for opset in (7, 8, 12, 13, 14, 17, 22):
            for index, shape in enumerate(OTHER_SHAPES):
                other = np.abs(numbers(index, *shape)) + np.float32(0.25)
                for order in (("x", "c"), ("c", "x")):
                    must = order[0] == "x" and opset >= 13 and shape in ((), (1,), (3,), (2, 3))
                    yield one(operator, (2, 3), opset, inputs=order, constants={"c": other}, must_load=must)
            yield one(operator, (2, 3), opset, inputs=("x", "x"))
    for exponent in (0.0, 0.5, 1.0, 2.0, 3.0, -1.0, -2.0, 2.5):
        for opset in (7, 12, 13, 15):
            constants = {"c": np.array(exponent, np.float32)}
            yield one("Pow", (4,), opset, inputs=("x", "c"), constants=constants, odd_numbers=True)
            if exponent.is_integer():
                constants = {"c": np.array(int(exponent), np.int64)}
                yield one("Pow", (4,), opset, inputs=("x", "c"), constants=constants, odd_numbers=True)
    for operator in ("Max", "Min"):
        yield one(operator, (2, 3), 13, inputs=("x",))
        constants = {"a": numbers(1, 3), "b": numbers(2, 2, 1)}
        yield one(operator, (2, 3), 13, inputs=("x", "a", "b"), constants=constants, must_load=True)
        yield one(operator, (2, 3), 13, inputs=("a", "x", "b", "x"), constants=constants)


def clip() -> Iterator[Case]:
    """Limits were attributes before version 11."""
    for opset in (6, 7, 10, 11, 12, 13, 17, 22):
        for least, most in ((None, None), (0.0, None), (None, 6.0), (0.0, 6.0), (-0.5, 0.5), (1.0, -1.0)):
            if opset < 11:
                yield one("Clip", (2, 3), opset, must_load=opset >= 7, odd_numbers=True, min=least, max=most)
                continue
            limits = {"least": least, "most": most}
            constants = {name: np.array(value, np.float32) for name, value in limits.items() if value is not None}
            inputs = ("x", "least" if least is not None else "", "most" if most is not None else "")
            must = least is not None and most is not None and least < most
            yield one("Clip", (2, 3), opset, inputs=inputs, constants=constants, must_load=must, odd_numbers=True)
            yield one("Clip", (2, 3), opset, min=least, max=most)
    for shape in ((1,), (3,)):
        constants = {"least": np.zeros(shape, np.float32)}
        yield one("Clip", (2, 3), 13, inputs=("x", "least"), constants=constants)


def cast() -> Iterator[Case]:
    """To another type and back."""
    types = (
        "FLOAT",
        "DOUBLE",
        "FLOAT16",
        "BFLOAT16",
        "INT64",
        "INT32",
        "INT16",
        "INT8",
        "UINT8",
        "UINT32",
        "UINT64",
        "BOOL",
        "STRING",
        "UNDEFINED",
    )
    for opset in (7, 9, 13, 19, 22):
        for name in types:
            nodes = [
                helper.make_node("Cast", ["x"], ["other"], to=TensorProto.DataType.Value(name)),
                helper.make_node("Cast", ["other"], ["y"], to=TensorProto.FLOAT),
            ]
            yield Case(f"Cast opset {opset} {name}", (2, 3), nodes, opset, must_load=name == "FLOAT")
    for saturate in (0, 1):
        yield one("Cast", (3,), 19, to=TensorProto.FLOAT, saturate=saturate)
    yield one("Cast", (3,), 13, to=999)
    yield one("Cast", (3,), 13)


def dropout() -> Iterator[Case]:
    """Does nothing, unless it is told to train."""
    for opset in (7, 10, 12, 13, 22):
        for ratio in (None, 0.0, 0.5, 0.9):
            for mask in (False, True):
                outputs = ["y", "mask"] if mask else ["y"]
                if opset < 12:
                    attributes = {} if ratio is None else {"ratio": ratio}
                    nodes = [helper.make_node("Dropout", ["x"], outputs, **attributes)]
                    name = f"Dropout opset {opset} {ratio} mask {mask}"
                    yield Case(name, (2, 3), nodes, opset, must_load=not mask)
                    continue
                for training in (None, False, True):
                    constants = {}
                    if ratio is not None:
                        constants["ratio"] = np.array(ratio, np.float32)
                    if training is not None:
                        constants["training"] = np.array(training)
                    inputs = ["x", "ratio" if ratio is not None else "", "training" if training is not None else ""]
                    while not inputs[-1]:
                        inputs.pop()
                    name = f"Dropout opset {opset} {ratio} training {training} mask {mask}"
                    nodes = [helper.make_node("Dropout", inputs, outputs)]
                    yield Case(name, (2, 3), nodes, opset, constants, must_load=not training and not mask)
    yield one("Dropout", (2, 3), 13, seed=3)
