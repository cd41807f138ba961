"""The shared vectors: reads every file, and runs every case through `tiprdc`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tiprdc

SPECIAL = {"nan": np.nan, "inf": np.inf, "-inf": -np.inf}
PIXELS = {"rgb8": 3, "rgba8": 4, "bgra8": 4, "gray8": 1}
Check = Callable[[], None]


def files(testdata: Path) -> list[Path]:
    """All vector files; a file added there is run without a change here."""
    return sorted((testdata / "vectors").glob("*.json"))


def cases(testdata: Path) -> Iterator[tuple[str, Check]]:
    """Names and checks of all cases of all files; an unknown kind is an error."""
    for path in files(testdata):
        vector = json.loads(path.read_text(encoding="utf-8"))
        assert vector["format"] == 1, path.name
        for name, check in KINDS[vector["kind"]](vector, testdata):
            yield f"{path.stem}: {name}", check


def _numbers(data: list[Any]) -> np.ndarray:
    return np.array([SPECIAL.get(x, x) for x in data], dtype=np.float32)


def _input(spec: dict[str, Any]) -> tuple[Any, dict[str, str]]:
    """What a Python programmer would pass, and what must be said besides."""
    kind = spec["kind"]
    if kind == "series":
        return _shaped(_numbers(spec["data"]), [spec["channels"], spec["steps"]]), {"kind": kind}
    if kind == "tensor":
        return _shaped(_numbers(spec["data"]), spec["shape"]), {"kind": kind}
    if kind == "image":
        pixels = np.array(spec["pixels"], dtype=np.uint8)
        image = _shaped(pixels, [spec["height"], spec["width"], PIXELS[spec["format"]]])
        return image, {"kind": kind, "format": spec["format"]}
    if kind == "record":
        return [_field(field) for field in spec["fields"]], {"kind": kind}
    raise AssertionError(f"unknown kind of input {kind}")


def _shaped(data: np.ndarray, shape: list[int]) -> np.ndarray:
    """An array cannot claim a shape that it does not have: what Python can pass then is the flat one."""
    return data.reshape(shape) if data.size == np.prod(shape) else data


def _field(field: dict[str, Any]) -> tuple[str, Any]:
    if field.get("missing"):
        return field["name"], None
    if "boolean" in field:
        return field["name"], field["boolean"]
    if "text" in field:
        return field["name"], field["text"]
    return field["name"], SPECIAL.get(field["number"], field["number"])


def _expect(code: int, body: Callable[[], object]) -> None:
    with pytest.raises(tiprdc.TiprdcError) as caught:
        body()
    error = caught.value
    assert error.code == code, f"expected {code}, got {error.code}: {error}"
    assert type(error) in (tiprdc.ERRORS[code], tiprdc.FileMissingError)


def _errors(vector: dict[str, Any], _: Path) -> Iterator[tuple[str, Check]]:
    def all_kinds() -> None:
        expected = {kind["code"]: (kind["name"], kind["meaning"]) for kind in vector["kinds"]}
        assert {code: (kind.kind, kind.meaning) for code, kind in tiprdc.ERRORS.items()} == expected

    yield "all kinds", all_kinds


def _encode(vector: dict[str, Any], testdata: Path) -> Iterator[tuple[str, Check]]:
    path = testdata / vector["encoder"]
    memo = bytes.fromhex(vector["memo"]) if vector["memo"] else None
    encoder = tiprdc.Encoder(path, memo=memo)

    def info() -> None:
        assert (encoder.digest, encoder.name, encoder.version) == (vector["digest"], vector["name"], vector["version"])
        assert encoder.input_kind == vector["input"]["kind"]
        assert encoder.input_shape == tuple(vector["input"]["shape"])
        assert encoder.output_shape == tuple(vector["output_shape"])
        assert (encoder.release, encoder.dtype) == (vector["release"], vector["dtype"])
        assert (encoder.epsilon, encoder.delta) == (vector["epsilon"], vector["delta"])
        assert tiprdc.Encoder(path.read_bytes()).digest == vector["digest"]

    yield "info", info
    for case in vector["cases"]:
        yield case["name"], lambda case=case: _encode_case(encoder, vector, case)


def _encode_case(encoder: tiprdc.Encoder, vector: dict[str, Any], case: dict[str, Any]) -> None:
    if "batch" in case:
        given = [_input(spec) for spec in case["batch"]]
        options: dict[str, Any] = {"threads": case["threads"]}
        if given:
            # A batch in Python is of one kind; formats may differ.
            (options["kind"],) = {said["kind"] for _, said in given}
            formats = [said["format"] for _, said in given if "format" in said]
            options.update({"format": formats} if formats else {})
        x: Any = [value for value, _ in given]
    else:
        x, options = _input(case["input"])
    if "error" in case:
        _expect(case["error"], lambda: encoder.encode_features(x, **options))
        _expect(case["error"], lambda: encoder.encode(x, **options))
        return
    expected = case["features"]
    features = encoder.encode_features(x, **options)
    assert features.shape == tuple(expected["shape"])
    np.testing.assert_allclose(features.data.ravel(), _numbers(expected["data"]), rtol=0, atol=vector["tolerance"])
    again = encoder.encode(x, **options)
    np.testing.assert_array_equal(again.ravel(), features.data.ravel())
    assert again.shape == (features.shape if "batch" in case else features.shape[1:])
    assert (features.encoder, features.release, features.dtype) == (
        vector["digest"],
        vector["release"],
        vector["dtype"],
    )
    if "indices" in expected:
        assert features.indices is not None
        assert features.indices.tolist() == expected["indices"]
        assert features.table == expected["table"]
    else:
        assert features.indices is None
    assert tiprdc.Features.from_bytes(features.to_bytes()) == features


def _load(vector: dict[str, Any], testdata: Path) -> Iterator[tuple[str, Check]]:
    def load(case: dict[str, Any]) -> None:
        path, limits = testdata / case["file"], {name: case[name] for name in ("max_bytes", "max_work")}
        _expect(case["error"], lambda: tiprdc.Encoder(path, **limits))
        if path.exists():
            _expect(case["error"], lambda: tiprdc.Encoder(path.read_bytes(), **limits))

    for case in vector["cases"]:
        yield case["name"], lambda case=case: load(case)


def _features(vector: dict[str, Any], testdata: Path) -> Iterator[tuple[str, Check]]:
    def read(case: dict[str, Any]) -> None:
        path = testdata / case["file"]
        if "error" in case:
            _expect(case["error"], lambda: tiprdc.Features.load(path))
            return
        features = tiprdc.Features.load(path)
        assert features.shape == tuple(case["shape"])
        np.testing.assert_array_equal(features.data.ravel(), _numbers(case["data"]))
        assert (features.encoder, features.release, features.dtype) == (case["encoder"], case["release"], case["dtype"])
        assert (features.table, None if features.indices is None else features.indices.tolist()) == (
            case["table"],
            case["indices"],
        )
        assert tiprdc.Features.from_bytes(features.to_bytes()) == features

    for case in vector["cases"]:
        yield case["name"], lambda case=case: read(case)


def _resolve(vector: dict[str, Any], testdata: Path) -> Iterator[tuple[str, Check]]:
    def resolve(case: dict[str, Any]) -> tiprdc.Features:
        table = tiprdc.SubstituteTable.load(testdata / case["table"])
        assert tiprdc.SubstituteTable.from_bytes(table.to_bytes()) == table
        return table.resolve(tiprdc.Features.load(testdata / case["features"]))

    def check(case: dict[str, Any]) -> None:
        if "error" in case:
            _expect(case["error"], lambda: resolve(case))
            return
        resolved = resolve(case)
        assert resolved.shape == tuple(case["resolved"]["shape"])
        np.testing.assert_array_equal(resolved.data.ravel(), _numbers(case["resolved"]["data"]))

    for case in vector["cases"]:
        yield case["name"], lambda case=case: check(case)


def _windows(vector: dict[str, Any], testdata: Path) -> Iterator[tuple[str, Check]]:
    encoder = tiprdc.Encoder(testdata / vector["encoder"])

    def sensor(spec: dict[str, Any]) -> tiprdc.SensorEvents:
        values = _numbers(spec["values"]).reshape(-1, spec["axes"])
        return tiprdc.SensorEvents(np.array(spec["seconds"], dtype=np.float64), values, spec["factor"])

    def check(case: dict[str, Any]) -> None:
        sensors = [sensor(spec) for spec in case["sensors"]]
        if "error" in case:
            _expect(case["error"], lambda: encoder.windows(sensors, stride=case["stride"]))
            return
        found = encoder.windows(sensors, stride=case["stride"])
        assert found.shape == tuple(case["windows"]["shape"])
        np.testing.assert_allclose(found.ravel(), _numbers(case["windows"]["data"]), rtol=0, atol=vector["tolerance"])
        # And what numpy makes of the same events.
        rate = vector["rate_hz"]
        begin = max((s.seconds[0] for s in sensors if len(s.seconds)), default=0.0)
        for index, window in enumerate(found):
            times = begin + (index * case["stride"] + np.arange(window.shape[1])) / rate
            rows = [
                np.interp(times, s.seconds, s.factor * s.values[:, a])
                for s in sensors
                for a in range(s.values.shape[1])
            ]
            np.testing.assert_allclose(window, rows, rtol=0, atol=1e-5)

    for case in vector["cases"]:
        yield case["name"], lambda case=case: check(case)


KINDS: dict[str, Callable[[dict[str, Any], Path], Iterator[tuple[str, Check]]]] = {
    "errors": _errors,
    "encode": _encode,
    "load": _load,
    "features": _features,
    "resolve": _resolve,
    "windows": _windows,
}
