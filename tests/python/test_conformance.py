"""Every architecture: core and onnxruntime compute the same features from the same file.

A wrong fold of batch normalisation, a wrong layout of weights or a preprocessing that differs
between training and the device shows here.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import safetensors
from conftest import Array, Tiprdc, assert_agree, onnxruntime_on, write_csv
from PIL import Image


@dataclass(frozen=True)
class Case:
    """An architecture on a data set, cut down to seconds."""

    architecture: str
    dataset: str
    private: str
    task: str


CASES = {
    "mlp": Case("mlp", 'kind = "adult"\nfolder = "adult"', "sex", "income"),
    "tcn": Case(
        "tcn", 'kind = "series"\nfolder = "motionsense"\nstride = 1024', "gender", "activity"
    ),
    "mobile": Case(
        "mobile",
        'kind = "images"\nfolder = "fairface_6k"\nlimit = 600\nattributes = ["gender", "race"]',
        "gender",
        "race",
    ),
    "vgg16": Case(
        "vgg16",
        'kind = "images"\nfolder = "fairface_6k"\nlimit = 240\nattributes = ["gender", "race"]',
        "gender",
        "race",
    ),
}

METHODS = {
    "tiprdc": 'kind = "tiprdc"\nprivate = ["{private}"]',
    "plain": 'kind = "plain"\ntasks = ["{task}"]',
    "untrained": 'kind = "untrained"',
    "adversarial": 'kind = "adversarial"\nprivate = ["{private}"]\ntasks = ["{task}"]',
    "maxent": 'kind = "maxent"\nprivate = ["{private}"]\nadversaries = 2',
    "erasure": 'kind = "erasure"\nprivate = ["{private}"]\n'
    '[method.after]\nkind = "tiprdc"\nprivate = ["{private}"]',
}

RUN = """
name = "{architecture}-{method}"
[dataset]
{dataset}
[encoder]
architecture = "{architecture}"
width = 64
height = 64
[method]
{settings}
[training]
pretrain_epochs = 1
epochs = 1
batch = 32
"""


def train(tiprdc: Tiprdc, data: Path, folder: Path, architecture: str, method: str) -> Path:
    """An encoder; one epoch moves the statistics of batch normalisation away from 0 and 1."""
    case = CASES[architecture]
    settings = METHODS[method].format(private=case.private, task=case.task)
    run = folder / "run.toml"
    run.write_text(
        RUN.format(
            architecture=architecture, method=method, dataset=case.dataset, settings=settings
        ),
        encoding="utf-8",
    )
    tiprdc.run("train", run, "--data", data, "--out", folder)
    return folder / "encoder.onnx"


@pytest.fixture(scope="module")
def encoders(
    tiprdc: Tiprdc, data: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """One trained encoder per architecture, for the tests that need no more."""
    methods = {"mlp": "tiprdc", "tcn": "tiprdc", "mobile": "tiprdc", "vgg16": "plain"}
    return {
        architecture: train(
            tiprdc, data, tmp_path_factory.mktemp(architecture), architecture, method
        )
        for architecture, method in methods.items()
    }


@pytest.mark.parametrize("architecture", CASES)
def test_real_records(
    tiprdc: Tiprdc, data: Path, encoders: dict[str, Path], tmp_path: Path, architecture: str
) -> None:
    """Test records of the data set, through core and through onnxruntime."""
    encoder = encoders[architecture]
    ours, raw = tiprdc.encode_both(encoder, tmp_path, "--data", data, "--split", "test")
    assert_agree(ours, onnxruntime_on(encoder, raw))


@pytest.mark.parametrize(
    ("architecture", "method"),
    [
        ("mlp", "plain"),
        ("tcn", "plain"),
        ("mobile", "plain"),
        ("mlp", "untrained"),
        ("vgg16", "untrained"),
        ("mlp", "adversarial"),
        ("tcn", "maxent"),
        ("mlp", "erasure"),
        ("tcn", "erasure"),
        ("mobile", "erasure"),
    ],
)
def test_other_methods(
    tiprdc: Tiprdc, data: Path, tmp_path: Path, architecture: str, method: str
) -> None:
    """The export does not depend on how the weights came about."""
    encoder = train(tiprdc, data, tmp_path, architecture, method)
    ours, raw = tiprdc.encode_both(encoder, tmp_path, "--data", data, "--split", "test")
    assert_agree(ours, onnxruntime_on(encoder, raw))


@pytest.mark.parametrize("architecture", CASES)
def test_random_files(
    tiprdc: Tiprdc, encoders: dict[str, Path], tmp_path: Path, architecture: str
) -> None:
    """Random inputs, far from the data: errors that small activations hide come out."""
    encoder = encoders[architecture]
    spec = tiprdc.json("inspect", encoder)["manifest"]["input"]
    files = random_files(spec, tmp_path)
    ours, raw = tiprdc.encode_both(encoder, tmp_path, *files)
    assert_agree(ours, onnxruntime_on(encoder, raw))


def random_files(spec: dict[str, Any], folder: Path) -> list[Path]:
    """Files with random content of the kind that an encoder takes."""
    random = np.random.default_rng(5)
    if spec["kind"] == "image":
        files = []
        for index, (width, height) in enumerate([(64, 64), (200, 131), (17, 90), (64, 65)]):
            files.append(folder / f"{index}.png")
            pixels = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(files[-1])
        return files
    path = folder / "random.csv"
    if spec["kind"] == "series":
        moments = np.array(spec["mean"]), np.array(spec["std"])
        samples = random.normal(0, 3, (5 * spec["steps"], spec["channels"]))
        samples = samples * moments[1] + moments[0]
        # The names that the run in the manifest gives to its channels.
        names = [f"{sensor}.{axis}" for sensor in ("rotationRate", "userAcceleration") for axis in "xyz"]
        write_csv(path, names, samples.tolist())
        return [path]
    columns = []
    for field in spec["fields"]:
        if field["type"] == "numeric":
            columns.append([f"{x:.4f}" for x in random.normal(field["mean"], 3 * field["std"], 50)])
        else:
            columns.append(list(random.choice([*field["categories"], "", "never seen"], 50)))
    write_csv(path, [field["name"] for field in spec["fields"]], list(zip(*columns, strict=True)))
    return [path]


@pytest.mark.parametrize("architecture", CASES)
def test_the_file_is_plain_onnx(encoders: dict[str, Path], architecture: str) -> None:
    """Other tools open the encoder, and find the manifest where the documentation says."""
    model = onnx.load(encoders[architecture])
    onnx.checker.check_model(model, full_check=True)
    assert [entry.key for entry in model.metadata_props] == ["tiprdc.manifest"]
    assert {node.domain for node in model.graph.node} == {""}


def test_features_are_plain_safetensors(
    tiprdc: Tiprdc, data: Path, encoders: dict[str, Path], tmp_path: Path
) -> None:
    """Other tools open the features, and find encoder and release in the metadata."""
    out = tmp_path / "features.safetensors"
    tiprdc.run("encode", encoders["tcn"], "--data", data, "--out", out)
    with safetensors.safe_open(out, framework="np") as file:
        assert list(file.keys()) == ["features"]
        tensor: Array = file.get_tensor("features")
        metadata = file.metadata()
    assert tensor.dtype == np.float32
    told = tiprdc.json("inspect", encoders["tcn"])
    assert list(tensor.shape[1:]) == told["manifest"]["output"]["shape"]
    assert metadata == {"tiprdc.encoder": told["sha256"], "tiprdc.release": "exact"}
