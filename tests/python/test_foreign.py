"""Models made elsewhere, packed with a manifest, encode as onnxruntime computes them."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from conftest import Tiprdc, assert_agree, onnxruntime_on, write_csv
from onnx import TensorProto, helper, numpy_helper

RANDOM = np.random.default_rng(2)

RECORD = """
format = 1
name = "foreign"
version = "1.0.0"
[input]
kind = "record"
fields = [
    { name = "age", type = "numeric", mean = 40.0, std = 12.5 },
    { name = "work", type = "categorical", categories = ["private", "state"] },
    { name = "hours", type = "numeric", mean = 38.0, std = 9.0 },
]
[output]
shape = [5]
[method]
kind = "external"
private = ["gender"]
"""

SERIES = """
format = 1
name = "foreign"
version = "1.0.0"
[input]
kind = "series"
channels = 3
steps = 20
rate_hz = 50.0
mean = [0.5, -1.0, 0.0]
std = [2.0, 0.5, 1.0]
[output]
shape = [6, 10]
[method]
kind = "external"
private = ["gender"]
"""


def weights(**shapes: tuple[int, ...]) -> list[TensorProto]:
    """Initializers from numpy."""
    return [
        numpy_helper.from_array(RANDOM.normal(0, 0.5, shape).astype(np.float32), name)
        for name, shape in shapes.items()
    ]


def save(
    path: Path,
    nodes: list[onnx.NodeProto],
    initializers: list[TensorProto],
    shapes: tuple[list[str | int | None], list[str | int | None]],
) -> None:
    """A model from `x` to `y`, as the onnx package writes it."""
    graph = helper.make_graph(
        nodes,
        "foreign",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shapes[0])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shapes[1])],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def pack(tiprdc: Tiprdc, folder: Path, manifest: str) -> Path:
    """Puts the manifest into model.onnx."""
    (folder / "manifest.toml").write_text(manifest, encoding="utf-8")
    encoder = folder / "encoder.onnx"
    tiprdc.run(
        "pack", folder / "model.onnx", "--manifest", folder / "manifest.toml", "--out", encoder
    )
    return encoder


def people(path: Path) -> np.ndarray:
    """Records as CSV, and as the manifest above says they enter the network."""
    age, hours = RANDOM.normal(40, 10, 70).round(2), RANDOM.normal(38, 8, 70).round(2)
    work = RANDOM.choice(["private", "state", "?"], 70)
    write_csv(path, ["work", "age", "hours"], list(zip(work, age, hours, strict=True)))
    columns = [(age - 40) / 12.5, work == "private", work == "state", (hours - 38) / 9]
    return np.stack(columns, axis=1).astype(np.float32)


def walks(path: Path) -> np.ndarray:
    """Samples as CSV, and as standardised windows."""
    samples = RANDOM.normal(0, 2, (8 * 20, 3)).round(4)
    write_csv(path, ["a", "b", "c"], samples.tolist())
    windows = (samples - [0.5, -1.0, 0.0]) / [2.0, 0.5, 1.0]
    return windows.reshape(8, 20, 3).transpose(0, 2, 1).astype(np.float32)


def test_dense_with_layer_norm(tiprdc: Tiprdc, tmp_path: Path) -> None:
    """Gemm, LayerNormalization, Relu on records."""
    nodes = [
        helper.make_node("Gemm", ["x", "w1", "b1"], ["h"], transB=1),
        helper.make_node("LayerNormalization", ["h", "g", "b"], ["n"], epsilon=1e-5),
        helper.make_node("Relu", ["n"], ["r"]),
        helper.make_node("Gemm", ["r", "w2", "b2"], ["y"]),
    ]
    initializers = weights(w1=(8, 4), b1=(8,), g=(8,), b=(8,), w2=(8, 5), b2=(5,))
    save(tmp_path / "model.onnx", nodes, initializers, (["batch", 4], ["batch", 5]))
    encoder = pack(tiprdc, tmp_path, RECORD)
    expected = people(tmp_path / "people.csv")
    ours, raw = tiprdc.encode_both(encoder, tmp_path, tmp_path / "people.csv")
    np.testing.assert_allclose(raw, expected, atol=1e-6)
    assert_agree(ours, onnxruntime_on(tmp_path / "model.onnx", expected))


@pytest.mark.parametrize("batch", ["batch", 1])
def test_convolution_over_time(tiprdc: Tiprdc, tmp_path: Path, batch: str | int) -> None:
    """Conv, BatchNormalization, Tanh on windows, with a free and with a fixed batch axis."""
    nodes = [
        helper.make_node(
            "Conv", ["x", "w", "b"], ["c"], kernel_shape=[5], pads=[2, 2], strides=[2]
        ),
        helper.make_node("BatchNormalization", ["c", "scale", "shift", "mean", "var"], ["n"]),
        helper.make_node("Tanh", ["n"], ["y"]),
    ]
    initializers = weights(w=(6, 3, 5), b=(6,), scale=(6,), shift=(6,), mean=(6,))
    initializers.append(numpy_helper.from_array(np.full(6, 1.5, np.float32), "var"))
    save(tmp_path / "model.onnx", nodes, initializers, ([batch, 3, 20], [batch, 6, 10]))
    encoder = pack(tiprdc, tmp_path, SERIES)
    expected = walks(tmp_path / "walks.csv")
    ours, raw = tiprdc.encode_both(encoder, tmp_path, tmp_path / "walks.csv")
    np.testing.assert_allclose(raw, expected, atol=1e-5)
    rows = [onnxruntime_on(tmp_path / "model.onnx", row[None]) for row in expected]
    assert_agree(ours, np.concatenate(rows))


def test_exported_by_pytorch(tiprdc: Tiprdc, tmp_path: Path) -> None:
    """A network as PyTorch writes it, against PyTorch itself."""
    torch = pytest.importorskip(
        "torch", reason="PyTorch is not installed; it is large, and optional here"
    )
    torch.manual_seed(0)
    network = torch.nn.Sequential(
        torch.nn.Conv1d(3, 8, 4, stride=2, padding=1),
        torch.nn.BatchNorm1d(8),
        torch.nn.GELU(),
        torch.nn.Conv1d(8, 6, 3, padding=1),
    ).eval()
    torch.onnx.export(
        network,
        (torch.zeros(1, 3, 20),),
        tmp_path / "model.onnx",
        input_names=["x"],
        output_names=["y"],
        dynamic_axes={"x": {0: "batch"}, "y": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )
    encoder = pack(tiprdc, tmp_path, SERIES)
    expected = walks(tmp_path / "walks.csv")
    ours = tiprdc.encode(encoder, tmp_path / "features.safetensors", tmp_path / "walks.csv")
    with torch.no_grad():
        assert_agree(ours, network(torch.from_numpy(expected)).numpy())
