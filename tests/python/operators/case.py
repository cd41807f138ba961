"""An encoder of one operator, as the onnx package writes it."""

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import AttributeProto, TensorProto, helper, numpy_helper

OPSETS = (7, 9, 11, 13, 15, 17, 20, 22)
"""Versions where the meaning of some operator changes, and the last that encoders may name."""


def numbers(seed: int, *shape: int) -> npt.NDArray[np.float32]:
    """Numbers that are the same every time."""
    return np.random.default_rng(seed).normal(0, 0.7, shape).astype(np.float32)


def whole(*values: int) -> npt.NDArray[np.int64]:
    """A vector of whole numbers."""
    return np.array(values, np.int64)


@dataclass
class Case:
    """Nodes from `x`, whose records have this shape, to `y`."""

    name: str
    shape: tuple[int, ...]
    nodes: list[onnx.NodeProto]
    opset: int = 17
    constants: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    must_load: bool = False
    """Whether a refusal is a fault: networks that are trained elsewhere need it."""
    odd_numbers: bool = False
    """Whether rows of very large and very small numbers are tried too."""

    @property
    def operator(self) -> str:
        """The operator that the case is about."""
        return self.name.split()[0]

    def model(self, output: tuple[int, ...] | None) -> bytes:
        """The file; `output` is the shape of the features of one record, if there is one."""
        shape = ["batch", *self.shape]
        graph = helper.make_graph(
            self.nodes,
            "case",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
            [numpy_helper.from_array(value, name) for name, value in self.constants.items()],
        )
        opset = helper.make_opsetid("", self.opset)
        model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
        manifest = {
            "format": 1,
            "name": "case",
            "version": "1.0.0",
            "input": {"kind": "tensor", "shape": list(self.shape)},
            "output": {"shape": list(output or (1,))},
            "method": {"kind": "external", "private": ["gender"]},
        }
        helper.set_model_props(model, {"tiprdc.manifest": json.dumps(manifest)})
        return bytes(model.SerializeToString())


def one(
    operator: str,
    shape: tuple[int, ...],
    opset: int,
    *,
    inputs: tuple[str, ...] = ("x",),
    constants: dict[str, npt.NDArray[Any]] | None = None,
    must_load: bool = False,
    odd_numbers: bool = False,
    **attributes: Any,
) -> Case:
    """A case of one node."""
    attributes = {name: value for name, value in attributes.items() if value is not None}
    constants = constants or {}
    words = [operator, f"opset {opset}", f"of {shape}"]
    words += [] if inputs == ("x",) else [f"inputs {', '.join(inputs)}"]
    words += [f"{name}={value}" for name, value in attributes.items()]
    words += [
        f"{name}: {value.shape}" if value.dtype.kind == "f" and value.size > 1 else f"{name}={value.tolist()}"
        for name, value in constants.items()
    ]
    node = helper.make_node(operator, list(inputs), ["y"])
    for name, value in attributes.items():
        # The type of an empty list is not seen.
        kind = AttributeProto.INTS if value == [] else None
        node.attribute.append(helper.make_attribute(name, value, attr_type=kind))
    return Case(
        name=" ".join(words),
        shape=shape,
        nodes=[node],
        opset=opset,
        constants=constants,
        must_load=must_load,
        odd_numbers=odd_numbers,
    )
