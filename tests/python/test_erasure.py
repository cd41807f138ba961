"""Linear erasure, against the theorem in numpy and against scikit-learn's linear models.

A wrong inverse, a wrong order of channels or a mean that is left out shows here.
"""

import csv
from pathlib import Path

import numpy as np
import pytest
from conftest import Array, Tiprdc
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.preprocessing import StandardScaler

RUNS = {
    "adult": """
name = "adult"
[dataset]
kind = "adult"
folder = "adult"
[encoder]
architecture = "mlp"
""",
    "motionsense": """
name = "motion"
[dataset]
kind = "series"
folder = "motionsense"
stride = 256
[encoder]
architecture = "tcn"
features = 4
""",
}
PRIVATE = {"adult": ["sex", "race"], "motionsense": ["gender"]}
UNTRAINED = '[method]\nkind = "untrained"\n'
ERASED = '[method]\nkind = "erasure"\nprivate = {private}\n'


def features(
    tiprdc: Tiprdc, data: Path, folder: Path, run: str
) -> tuple[Array, dict[str, np.ndarray]]:
    """Features of the training records, flattened, and the labels."""
    folder.mkdir()
    (folder / "run.toml").write_text(run, encoding="utf-8")
    tiprdc.run("train", folder / "run.toml", "--data", data, "--out", folder)
    labels = folder / "labels.csv"
    options = ("--data", data, "--split", "train", "--labels-out", labels)
    rows = tiprdc.encode(folder / "encoder.onnx", folder / "features.safetensors", *options)
    with labels.open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    columns = {name: np.array([record[name] for record in records]) for name in records[0]}
    return rows.reshape(len(rows), -1), columns


def leace(x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Theorem 4.3 of Belrose et al. 2023, as it stands there."""
    mean = x.mean(0)
    centred = x - mean
    values, vectors = np.linalg.eigh(centred.T @ centred / len(x))
    kept = values > 1e-9 * values.max()
    roots = np.sqrt(values[kept])
    whiten = (vectors[:, kept] / roots) @ vectors[:, kept].T
    unwhiten = (vectors[:, kept] * roots) @ vectors[:, kept].T
    directions = whiten @ (centred.T @ (z - z.mean(0)) / len(x))
    projection = directions @ np.linalg.pinv(directions, rcond=1e-9)
    return x - centred @ (unwhiten @ projection @ whiten).T


def one_hot(labels: list[np.ndarray]) -> np.ndarray:
    """All attributes side by side."""
    parts = [column[:, None] == np.unique(column)[None, :] for column in labels]
    return np.concatenate(parts, axis=1).astype(float)


@pytest.mark.parametrize("name", RUNS)
def test_erasure(tiprdc: Tiprdc, data: Path, tmp_path: Path, name: str) -> None:
    """On training records: the features of the theorem, and nothing for a linear model."""
    private = PRIVATE[name]
    before, labels = features(tiprdc, data, tmp_path / "before", RUNS[name] + UNTRAINED)
    method = ERASED.format(private=str(private).replace("'", '"'))
    after, _ = features(tiprdc, data, tmp_path / "after", RUNS[name] + method)

    expected = leace(before.astype(float), one_hot([labels[attribute] for attribute in private]))
    changed = np.linalg.norm(expected - before)
    # What is left between them is the shrinkage of the covariance; it costs next to nothing, as the theorem's is the
    # least change there is.
    assert np.linalg.norm(after - expected) < 0.15 * changed
    assert 0.999 * changed < np.linalg.norm(after - before) < 1.01 * changed

    for attribute in private:
        classes = np.unique(labels[attribute])
        # A class of a few records has a mean as exact as f32 allows, relative to the largest feature.
        means = np.stack([after[labels[attribute] == value].mean(0) for value in classes])
        assert np.ptp(means, axis=0).max() < 1e-4 * np.abs(before).max()
        chance = 1 / len(classes)
        assert linear_accuracy(before, labels[attribute]) > chance + 0.05
        assert abs(linear_accuracy(after, labels[attribute]) - chance) < 0.02


def linear_accuracy(x: Array, y: np.ndarray) -> float:
    """Balanced accuracy of a logistic regression on the very rows that it was fitted to."""
    scaled = StandardScaler().fit_transform(x)
    model = LogisticRegression(max_iter=300).fit(scaled, y)
    return float(balanced_accuracy_score(y, model.predict(scaled)))
