"""What the tests share: the built command, the data sets, onnxruntime on an encoder's file."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest
import safetensors.numpy

Array = npt.NDArray[np.float32]


class Tiprdc:
    """The built `tiprdc` command."""

    def __init__(self, binary: Path) -> None:
        self.binary = binary

    def run(self, *arguments: object, code: int = 0) -> str:
        """Runs it, checks the exit code, and returns what it printed."""
        command = [str(self.binary), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def json(self, *arguments: object, code: int = 0) -> Any:
        """What it prints with --json."""
        return json.loads(self.run(*arguments, "--json", code=code))

    def encode(self, encoder: Path, out: Path, *arguments: object) -> Array:
        """Features as core computes them."""
        self.run("encode", encoder, *arguments, "--out", out)
        return safetensors.numpy.load_file(out)["features"]

    def encode_both(self, encoder: Path, folder: Path, *arguments: object) -> tuple[Array, Array]:
        """Features, and the preprocessed inputs that the network saw."""
        features = self.encode(encoder, folder / "features.safetensors", *arguments)
        return features, self.encode(encoder, folder / "raw.safetensors", *arguments, "--raw")


@pytest.fixture(scope="session")
def tiprdc() -> Tiprdc:
    """The built command, from TIPRDC_BIN."""
    binary = os.environ.get("TIPRDC_BIN")
    assert binary, "set TIPRDC_BIN to the path of the built tiprdc command"
    return Tiprdc(Path(binary).resolve())


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of data sets, from TIPRDC_DATA."""
    folder = os.environ.get("TIPRDC_DATA")
    if not folder:
        pytest.skip("TIPRDC_DATA is not set: no data sets to test with")
    return Path(folder).resolve()


def onnxruntime_on(model: Path, rows: Array) -> Array:
    """What onnxruntime computes from the very same file."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    parts = [session.run(None, {name: rows[at : at + 64]})[0] for at in range(0, len(rows), 64)]
    return np.concatenate(parts)


def assert_agree(ours: Array, theirs: Array, tolerance: float = 1e-4) -> None:
    """Same shape, finite, not all the same, and nowhere further apart than the tolerance."""
    assert ours.shape == theirs.shape
    assert np.isfinite(ours).all()
    assert np.ptp(ours) > 0, "features that are all the same say nothing about agreement"
    worst = np.abs(ours - theirs).max()
    assert worst <= tolerance, f"core and the reference differ by {worst}"


def write_csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A CSV file of plain cells."""
    lines = [",".join(map(str, row)) for row in [header, *rows]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
