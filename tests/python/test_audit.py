"""The judge's attackers against scikit-learn's on the same features."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from conftest import Tiprdc, write_csv
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

TRAIN, TEST = 1500, 1500


class Features:
    """Rows that know something of a label, by a line and by a bend; classes of unequal size."""

    def __init__(self, shares: list[float], seed: int) -> None:
        random = np.random.default_rng(seed)
        labels = random.choice(len(shares), TRAIN + TEST, p=shares)
        rows = random.normal(0, 1, (TRAIN + TEST, 10))
        rows[:, 0] += 0.9 * labels
        rows[:, 1] *= 1 + labels
        rows[:, 2:] *= random.uniform(0.1, 30, 8)
        self.rows = rows.astype(np.float32)
        self.labels = labels
        self.train, self.test = slice(0, TRAIN), slice(TRAIN, None)

    def write(self, folder: Path) -> list[object]:
        """The files, and the arguments that name them."""
        arguments: list[object] = []
        for name, part in [("train", self.train), ("test", self.test)]:
            features, labels = folder / f"{name}.safetensors", folder / f"{name}.csv"
            safetensors.numpy.save_file({"features": self.rows[part]}, features)
            write_csv(labels, ["secret"], [[f"class{label}"] for label in self.labels[part]])
            arguments += [f"--{name}-features", features, f"--{name}-labels", labels]
        return arguments

    def scaled(self) -> tuple[np.ndarray, np.ndarray]:
        """Training and test rows, standardised on the training rows."""
        scaler = StandardScaler().fit(self.rows[self.train])
        return scaler.transform(self.rows[self.train]), scaler.transform(self.rows[self.test])

    def score(self, probabilities: np.ndarray) -> float:
        """Balanced accuracy of the class whose probability rose most above its share."""
        shares = np.bincount(self.labels[self.train]) / TRAIN
        guess = (probabilities / shares).argmax(axis=1)
        return float(balanced_accuracy_score(self.labels[self.test], guess))


@pytest.mark.parametrize(
    ("shares", "seed"), [([0.5, 0.5], 1), ([0.8, 0.2], 2), ([0.6, 0.25, 0.15], 3)]
)
def test_attackers_are_as_strong_as_the_reference(
    tiprdc: Tiprdc, tmp_path: Path, shares: list[float], seed: int
) -> None:
    """A weaker attacker would make an encoder look safer than it is."""
    features = Features(shares, seed)
    report: Any = tiprdc.json("audit", *features.write(tmp_path), "--private", "secret")
    attribute = report["attributes"][0]
    found = {entry["attacker"]: entry["value"] for entry in attribute["attackers"]}
    train, test = features.scaled()
    labels = features.labels[features.train]

    logistic = LogisticRegression(max_iter=2000).fit(train, labels)
    expected = features.score(logistic.predict_proba(test))
    assert abs(found["logistic"] - expected) <= 0.02, f"{found['logistic']} against {expected}"

    priors = np.bincount(labels) / TRAIN
    best = 0.0
    for k in (1, 5, 15, 51):
        votes = KNeighborsClassifier(k).fit(train, labels).predict_proba(test) * k + priors
        best = max(best, features.score(votes))
    assert abs(found["knn"] - best) <= 0.03, f"{found['knn']} against {best}"

    strongest = attribute["strongest"]["value"]
    assert strongest >= max(found["logistic"], found["knn"]) - 1e-9
    assert abs(attribute["chance"] - 1 / len(shares)) < 1e-9
