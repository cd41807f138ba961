"""The features in testdata/vectors, computed once more by onnxruntime and numpy from the same inputs."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest

TESTDATA = Path(__file__).parents[2] / "testdata"
EXACT = sorted(
    path for path in (TESTDATA / "vectors").glob("encode-*.json") if json.loads(path.read_text())["release"] == "exact"
)


def manifest_of(model: Path) -> dict:
    props = {entry.key: entry.value for entry in onnx.load(model).metadata_props}
    return json.loads(props["tiprdc.manifest"])


def standardised(data: np.ndarray, spec: dict) -> np.ndarray:
    channels = data.shape[0]
    mean = np.array(spec.get("mean") or [0.0] * channels, np.float32)
    std = np.array(spec.get("std") or [1.0] * channels, np.float32)
    tail = (1,) * (data.ndim - 1)
    return (data - mean.reshape(-1, *tail)) / std.reshape(-1, *tail)


def truth(value: dict) -> str | None:
    """A boolean, as a boolean, a number or a text: "true", "false" or neither."""
    found = value.get("boolean", value.get("number", value.get("text")))
    if found in (0, 1):
        return "true" if found else "false"
    return found.lower() if isinstance(found, str) else None


def record(given: dict, spec: dict) -> np.ndarray:
    values = {field["name"]: field for field in given["fields"]}
    numbers = []
    for field in spec["fields"]:
        value = values[field["name"]]
        if field["type"] == "numeric":
            number = value.get("number", value.get("boolean"))
            numbers.append(0.0 if number is None else (number - field["mean"]) / field["std"])
        elif {category.lower() for category in field["categories"]} == {"true", "false"}:
            numbers += [float(truth(value) == category.lower()) for category in field["categories"]]
        else:
            numbers += [float(value.get("text") == category) for category in field["categories"]]
    return np.array(numbers, np.float32)


def image(given: dict, spec: dict) -> np.ndarray | None:
    """Planes of a picture that is neither cut nor resized, and has the colours that are asked for; else None."""
    width, height = given["width"], given["height"]
    gray = given["format"] == "gray8"
    if (width, height) != (spec["width"], spec["height"]) or gray != (spec["channels"] == 1):
        return None
    pixels = np.array(given["pixels"], np.float32).reshape(height, width, -1)[:, :, :3] / 255
    if given["format"] == "bgra8":
        pixels = pixels[:, :, ::-1]
    return standardised(pixels.transpose(2, 0, 1), spec)


def network_input(given: dict, spec: dict) -> np.ndarray | None:
    match given["kind"]:
        case "tensor":
            return np.array(given["data"], np.float32).reshape(given["shape"])
        case "series":
            data = np.array(given["data"], np.float32).reshape(given["channels"], given["steps"])
            return standardised(data, spec)
        case "record":
            return record(given, spec)
        case "image":
            return image(given, spec)
    raise AssertionError(given["kind"])


def rounded(features: np.ndarray, output: dict) -> np.ndarray:
    match output.get("dtype", "f32"):
        case "f16":
            return np.clip(features, -65504, 65504).astype(np.float16).astype(np.float32)
        case "int8":
            scale = np.float32(output["scale"])
            return np.clip(np.rint(features / scale), -128, 127) * scale
    return features


@pytest.mark.parametrize("path", EXACT, ids=lambda path: path.stem)
def test_features_are_those_of_onnxruntime(path: Path) -> None:
    vectors = json.loads(path.read_text())
    model = TESTDATA / vectors["encoder"]
    manifest = manifest_of(model)
    session = ort.InferenceSession(model.read_bytes(), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    checked = 0
    for case in vectors["cases"]:
        inputs = case.get("batch", [case.get("input")])
        if "error" in case or not inputs:
            continue
        rows = [network_input(given, manifest["input"]) for given in inputs]
        if any(row is None for row in rows):
            continue  # Resized pictures are compared with Pillow's in test_images.py.
        (found,) = session.run(None, {name: np.stack(rows).astype(np.float32)})
        expected = np.array(case["features"]["data"], np.float32).reshape(case["features"]["shape"])
        # A step of rounding may fall to either side where the processor's last bit differs.
        scale = manifest["output"].get("scale") or 0.0
        np.testing.assert_allclose(expected, rounded(found, manifest["output"]), atol=1e-4 + scale, rtol=1e-3)
        checked += 1
    assert checked >= 1
