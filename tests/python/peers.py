"""The judge's attackers, rebuilt from scikit-learn on the same rows, and files for the judge."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import safetensors.numpy
from sklearn.base import ClassifierMixin
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.kernel_approximation import RBFSampler
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from conftest import write_csv

Rows = npt.NDArray[np.floating[Any]]
Codes = npt.NDArray[np.integer[Any]]

NEIGHBOURS = (1, 5, 15, 51)
# More training rows than this are too many for an exact kernel machine in a test.
EXACT_KERNEL = 3000
TREES = {
    "max_iter": 200,
    "early_stopping": True,
    "validation_fraction": 0.15,
    "n_iter_no_change": 10,
    "random_state": 0,
}


@dataclass(frozen=True)
class Problem:
    """Rows in two parts, and what is to be guessed of them: classes, or numbers."""

    train: Rows
    test: Rows
    labels: dict[str, tuple[npt.NDArray[Any], npt.NDArray[Any]]]
    continuous: tuple[str, ...] = ()

    def write(self, folder: Path) -> list[object]:
        """The files, and the arguments of `tiprdc audit` that name them."""
        arguments: list[object] = ["audit"]
        for part, name in enumerate(("train", "test")):
            features, labels = folder / f"{name}.safetensors", folder / f"{name}.csv"
            rows = np.ascontiguousarray((self.train, self.test)[part], np.float32)
            safetensors.numpy.save_file({"features": rows}, features)
            columns = [column[part].tolist() for column in self.labels.values()]
            write_csv(labels, list(self.labels), list(zip(*columns, strict=True)))
            arguments += [f"--{name}-features", features, f"--{name}-labels", labels]
        if self.continuous:
            arguments += ["--continuous", ",".join(self.continuous)]
        return arguments

    @cached_property
    def scaled(self) -> tuple[Rows, Rows]:
        """All columns, standardised on the training rows."""
        scaler = StandardScaler().fit(self.train)
        return scaler.transform(self.train), scaler.transform(self.test)

    @cached_property
    def components(self) -> tuple[Rows, Rows]:
        """The first 64 components, or half as many as there are columns, on one scale."""
        train, test = self.scaled
        basis = PCA(min(64, -(-train.shape[1] // 2)), svd_solver="full").fit(train)
        size = np.sqrt(np.mean(np.square(basis.transform(train))))
        return basis.transform(train) / size, basis.transform(test) / size


def problem(
    rows: Rows, seed: int, share: float = 0.5, continuous: tuple[str, ...] = (), **labels: Any
) -> Problem:
    """Rows dealt into training and test part at random."""
    order = np.random.default_rng(seed).permutation(len(rows))
    cut = int(len(rows) * share)
    first, second = order[:cut], order[cut:]
    columns = {name: np.asarray(column) for name, column in labels.items()}
    parts = {name: (column[first], column[second]) for name, column in columns.items()}
    return Problem(rows[first], rows[second], parts, continuous)


class Peers:
    """scikit-learn's attackers on one attribute; each score is balanced accuracy."""

    def __init__(self, made: Problem, attribute: str, *, components: bool = False) -> None:
        self.train, self.test = made.components if components else made.scaled
        self.labels, self.truth = made.labels[attribute]
        self.classes, codes = np.unique(self.labels, return_inverse=True)
        self.shares = np.bincount(codes) / len(codes)

    def score(self, probabilities: Rows) -> float:
        """Balanced accuracy of the class whose probability rose most above its share."""
        guess = self.classes[(probabilities / self.shares).argmax(axis=1)]
        return float(balanced_accuracy_score(self.truth, guess))

    def area(self, probabilities: Rows) -> float:
        """Area under the ROC curve, each class against the rest."""
        if len(self.classes) == 2:
            return float(roc_auc_score(self.truth, probabilities[:, 1]))
        return float(roc_auc_score(self.truth, probabilities, multi_class="ovr"))

    def probabilities(self, model: ClassifierMixin) -> Rows:
        """Of the test rows, by a model fitted on the training rows."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(self.train, self.labels)
        return model.predict_proba(self.test)

    @cached_property
    def linear(self) -> Rows:
        """Logistic regression, which is convex: both sides have the same optimum."""
        return self.probabilities(LogisticRegression(C=1.0, max_iter=5000))

    def logistic(self) -> float:
        """Logistic regression."""
        return self.score(self.linear)

    def votes(self) -> list[float]:
        """Nearest neighbours, for each number of neighbours that the judge chooses from.

        One vote in the proportions of the classes breaks ties, as in the judge.
        """
        fitting = [k for k in NEIGHBOURS if k <= 0.8 * len(self.labels)]
        return [
            self.score(
                self.probabilities(KNeighborsClassifier(k, algorithm="brute")) * k + self.shares
            )
            for k in fitting
        ]

    def kernel(self) -> float:
        """A support vector machine; on many rows, logistic regression on random features."""
        if len(self.labels) > EXACT_KERNEL:
            gamma = 1 / self.train.shape[1]
            sampler = RBFSampler(gamma=gamma, n_components=768, random_state=0)
            return self.score(
                self.probabilities(make_pipeline(sampler, LogisticRegression(C=1, max_iter=300)))
            )
        machine = SVC(C=1.0, class_weight="balanced").fit(self.train, self.labels)
        return float(balanced_accuracy_score(self.truth, machine.predict(self.test)))

    def trees(self) -> float:
        """Boosted trees on histograms."""
        return self.score(self.probabilities(HistGradientBoostingClassifier(**TREES)))

    def perceptron(self, hidden: tuple[int, ...], starts: int) -> float:
        """The best of some perceptrons, stopped early on a part kept aside where rows are many."""
        early = len(self.labels) >= 1000
        networks = [
            MLPClassifier(hidden, max_iter=200, early_stopping=early, random_state=start)
            for start in range(starts)
        ]
        return max(self.score(self.probabilities(network)) for network in networks)

    def families(self, starts: int) -> dict[str, Callable[[], float]]:
        """What an attacker must reach at least, by its name; neighbours apart."""
        return {
            "logistic": self.logistic,
            "rbf": self.kernel,
            "boosted-trees": self.trees,
            "mlp-small": lambda: self.perceptron((64,), starts),
            "mlp-large": lambda: self.perceptron((256, 256), starts),
        }


class QuantityPeers:
    """scikit-learn's regressors on one continuous attribute; they return guesses."""

    def __init__(self, made: Problem, attribute: str, *, components: bool = False) -> None:
        self.train, self.test = made.components if components else made.scaled
        values, self.truth = made.labels[attribute]
        self.mean, self.size = values.mean(), values.std()
        self.values = (values - self.mean) / self.size

    def linear(self) -> Rows:
        """Ridge regression, which has a closed form."""
        model = Ridge(alpha=1.0).fit(self.train, self.values)
        return model.predict(self.test) * self.size + self.mean

    def trees(self) -> Rows:
        """Boosted trees on histograms."""
        model = HistGradientBoostingRegressor(**TREES).fit(self.train, self.values)
        return model.predict(self.test) * self.size + self.mean


def found(report: Any, attribute: str) -> Any:
    """The part of a report on one attribute."""
    return next(entry for entry in report["attributes"] if entry["name"] == attribute)


def scores(report: Any, attribute: str, key: str = "value") -> dict[str, float]:
    """What each attacker reached; of several starts, the best."""
    best: dict[str, float] = {}
    for entry in found(report, attribute)["attackers"]:
        name = entry["attacker"].partition("#")[0]
        best[name] = max(entry[key], best.get(name, float("-inf")))
    return best
