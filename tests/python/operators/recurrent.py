"""LSTM and GRU: every attribute, every optional input and output."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from onnx import helper

from .case import Case, numbers

STEPS, WIDTH, HIDDEN = 4, 3, 2
GATES = {"LSTM": 4, "GRU": 3}
STATES = {"LSTM": ("initial_h", "initial_c"), "GRU": ("initial_h",)}
OPSETS = (7, 13, 14, 17, 22)


def cell(
    operator: str,
    opset: int,
    *,
    output: int = 1,
    optional: tuple[str, ...] = (),
    must_load: bool = False,
    **attributes: Any,
) -> Case:
    """Batch first, as people have it; `output` is 0 for all steps, 1 for the last state, 2 for the cell's."""
    directions = 2 if attributes.get("direction") == "bidirectional" else 1
    gates = GATES[operator]
    constants = {
        "w": numbers(1, directions, gates * HIDDEN, WIDTH),
        "r": numbers(2, directions, gates * HIDDEN, HIDDEN),
        "bias": numbers(3, directions, 2 * gates * HIDDEN),
        "lengths": np.array([STEPS], np.int32),
        "short": np.array([STEPS - 2], np.int32),
        "initial_h": numbers(4, directions, 1, HIDDEN),
        "initial_c": numbers(5, directions, 1, HIDDEN),
        "p": numbers(6, directions, 3 * HIDDEN),
    }
    inputs = ["t", "w", "r", "bias", "lengths", *STATES[operator], *(("p",) if operator == "LSTM" else ())]
    if "short" in optional:
        inputs[4] = "short"
    inputs = inputs[:3] + [name if name in optional else "" for name in inputs[3:]]
    while not inputs[-1]:
        inputs.pop()
    attributes = {"hidden_size": HIDDEN} | attributes
    attributes = {name: value for name, value in attributes.items() if value is not None}
    outputs = ["", "", ""][:output] + ["out"]
    first = attributes.get("layout") == 1
    # To [batch, steps, directions, hidden] or [batch, directions, hidden].
    back = ([0, 1, 2, 3] if first else [2, 0, 1, 3]) if output == 0 else ([0, 1, 2] if first else [1, 0, 2])
    nodes = [
        helper.make_node("Transpose", ["x"], ["t"], perm=[0, 1, 2] if first else [1, 0, 2]),
        helper.make_node(operator, inputs, outputs, **attributes),
        helper.make_node("Transpose", ["out"], ["y"], perm=back),
    ]
    used = {name: value for name, value in constants.items() if name in inputs}
    words = [operator, f"opset {opset}", f"output {output}", *optional]
    words += [f"{name}={value}" for name, value in attributes.items()]
    return Case(" ".join(map(str, words)), (STEPS, WIDTH), nodes, opset, used, must_load)


def cases() -> Iterator[Case]:
    """All of this family."""
    for operator in GATES:
        for opset in OPSETS:
            for output in range(3 if operator == "LSTM" else 2):
                yield cell(operator, opset, output=output, must_load=True)
                yield cell(operator, opset, output=output, optional=("bias",), must_load=True)
                for direction in ("forward", "reverse", "bidirectional", "sideways"):
                    yield cell(operator, opset, output=output, direction=direction)
                for layout in (0, 1):
                    yield cell(operator, opset, output=output, layout=layout)
                for optional in (("lengths",), ("short",), STATES[operator], ("p",), ("bias", "p")):
                    yield cell(operator, opset, output=output, optional=optional)
            for hidden in (None, 1, 3, 0, -1):
                yield cell(operator, opset, hidden_size=hidden)
            for clip in (0.5, 3.0, 0.0):
                yield cell(operator, opset, clip=clip)
            yield from activations(operator, opset)
        yield cell(operator, 17, direction="reverse", optional=("bias", "lengths"))
    for opset in OPSETS:
        for forget in (0, 1):
            yield cell("LSTM", opset, input_forget=forget)
        for before in (0, 1):
            for optional in ((), ("bias",)):
                yield cell("GRU", opset, optional=optional, must_load=True, linear_before_reset=before)


def activations(operator: str, opset: int) -> Iterator[Case]:
    """The defaults by name, and others."""
    count = 3 if operator == "LSTM" else 2
    default = ["Sigmoid", "Tanh", "Tanh"][:count]
    yield cell(operator, opset, activations=default)
    for name in (
        "Relu",
        "Tanh",
        "Sigmoid",
        "Affine",
        "LeakyRelu",
        "ThresholdedRelu",
        "ScaledTanh",
        "HardSigmoid",
        "Elu",
        "Softsign",
        "Softplus",
        "Unknown",
    ):
        for at in range(count):
            yield cell(operator, opset, activations=[*default[:at], name, *default[at + 1 :]])
    yield cell(operator, opset, activations=default, activation_alpha=[0.5] * count, activation_beta=[0.1] * count)
    yield cell(operator, opset, activations=default[:1])
