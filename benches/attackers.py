"""Seconds of the judge's attackers against scikit-learn's on the same rows, in one run, with the scores of both.

tiprdc's time is that of one attacker alone (`audit/examples/attack.rs`): standardisation, components, the search for
neighbours, bins and kernel features included. The peer's is from raw rows to guesses too.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from common import ROOT, SETS, Command, OtherLoad, arguments, split, table, tensors, untrained

Array = np.ndarray


@dataclass
class Rows:
    """One attribute of one data set, as arrays for the peer and as files for tiprdc."""

    train: Array
    labels: Array
    test: Array
    truth: Array
    files: list[str]

    def shares(self) -> Array:
        """Share of each class among the training rows."""
        return np.bincount(self.labels) / len(self.labels)

    def score(self, probabilities: Array) -> float:
        """Balanced accuracy of the class whose probability rose most above its share."""
        return float(balanced_accuracy_score(self.truth, (probabilities / self.shares()).argmax(axis=1)))


def chosen(rows: Rows, train: Array, test: Array, models: list) -> Array:
    """Probabilities of the model that does best on 15 % of the training rows, fitted on all: what the judge does too."""
    fit, held, labels, truth = train_test_split(train, rows.labels, test_size=0.15, random_state=0)

    def value(model) -> float:
        guess = (model.fit(fit, labels).predict_proba(held) / rows.shares()).argmax(axis=1)
        return float(balanced_accuracy_score(truth, guess))

    return max(models, key=value).fit(train, rows.labels).predict_proba(test)


def scaled(rows: Rows) -> tuple[Array, Array]:
    """Standardised rows."""
    scaler = StandardScaler().fit(rows.train)
    return scaler.transform(rows.train), scaler.transform(rows.test)


def components(rows: Rows) -> tuple[Array, Array]:
    """The first 64 principal components, or half as many as there are columns."""
    train, test = scaled(rows)
    count = min(64, -(-train.shape[1] // 2))
    basis = PCA(count, svd_solver="randomized", random_state=0).fit(train)
    return basis.transform(train), basis.transform(test)


def logistic(rows: Rows, train: Array, test: Array) -> Array:
    """Logistic regression to the same optimum."""
    return LogisticRegression(C=1.0, max_iter=200).fit(train, rows.labels).predict_proba(test)


def neighbours(rows: Rows, train: Array, test: Array) -> Array:
    """Brute force, searched once for the part kept aside and once for the test rows, as in the judge."""
    fit, held, labels, truth = train_test_split(train, rows.labels, test_size=0.15, random_state=0)
    choices = (1, 5, 15, 51)

    def votes(model: KNeighborsClassifier, codes: Array, queries: Array) -> list[Array]:
        found = codes[model.kneighbors(queries, return_distance=False)]
        one_hot = np.eye(len(rows.shares()))
        return [one_hot[found[:, :k]].sum(axis=1) + rows.shares() for k in choices]

    def search(points: Array, codes: Array) -> KNeighborsClassifier:
        return KNeighborsClassifier(max(choices), algorithm="brute").fit(points, codes)

    def value(votes: Array) -> float:
        return float(balanced_accuracy_score(truth, (votes / rows.shares()).argmax(axis=1)))

    values = [value(one) for one in votes(search(fit, labels), labels, held)]
    return votes(search(train, rows.labels), rows.labels, test)[int(np.argmax(values))]


def kernel(rows: Rows, train: Array, test: Array) -> Array:
    """Logistic regression on 512 features of a radial kernel, the penalty chosen from three."""
    penalties = (3, 30, 300)
    gamma = 1 / train.shape[1]
    sampler = Nystroem(gamma=gamma, n_components=512, random_state=0).fit(train)
    # scikit-learn's features have length one, the judge's have columns of size one.
    features = [sampler.transform(part) * np.sqrt(512) for part in (train, test)]
    models = [LogisticRegression(C=1 / penalty, max_iter=80) for penalty in penalties]
    return chosen(rows, *features, models)


def trees(rows: Rows, train: Array, test: Array) -> Array:
    """Trees of at most 31 leaves and 20 rows a leaf, at most 200, stopped early on 15 %."""
    model = HistGradientBoostingClassifier(
        max_iter=200, early_stopping=True, validation_fraction=0.15, n_iter_no_change=10, random_state=0
    )
    return model.fit(train, rows.labels).predict_proba(test)


Peer = Callable[[Rows, Array, Array], Array]
PEERS: dict[str, Peer] = {"logistic": logistic, "knn": neighbours, "rbf": kernel, "boosted-trees": trees}


@dataclass
class Result:
    """One row of the table."""

    set: str
    attribute: str
    attacker: str
    ours: float
    theirs: float
    our_score: float
    their_score: float
    note: str

    def cells(self) -> list[str]:
        """As text."""
        return [
            f"{self.set} {self.attribute} {self.attacker}",
            f"{self.ours:.2f}",
            f"{self.theirs:.2f}",
            f"{self.ours / self.theirs:.2f}{self.note}",
            f"{self.our_score:.3f}",
            f"{self.their_score:.3f}",
        ]


def ours(command: Path, attacker: str, rows: Rows, threads: int) -> tuple[float, float]:
    """Seconds and score of tiprdc's."""
    environment = os.environ | {"RAYON_NUM_THREADS": str(threads)}
    done = subprocess.run(
        [str(command), attacker, *rows.files], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    found = json.loads(done.stdout)
    return found["seconds"], found["value"]


def theirs(attacker: str, rows: Rows, threads: int) -> tuple[float, float]:
    """Seconds and score of scikit-learn's."""
    prepare = components if attacker.startswith("pca/") else scaled
    peer = PEERS[attacker.removeprefix("pca/")]
    with threadpool_limits(threads), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        started = time.perf_counter()
        probabilities = peer(rows, *prepare(rows))
        seconds = time.perf_counter() - started
    return seconds, rows.score(probabilities)


def measure(command: Path, name: str, attribute: str, attacker: str, rows: Rows, rounds: int, threads: int) -> Result:
    """Medians of both sides, in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    scores = [0.0, 0.0]
    with OtherLoad() as load:
        for _ in range(rounds):
            for side, one in enumerate((ours(command, attacker, rows, threads), theirs(attacker, rows, threads))):
                times[side].append(one[0])
                scores[side] = one[1]
    medians = [statistics.median(side) for side in times]
    return Result(name, attribute, attacker, *medians, *scores, load.mark())


def rows_of(command: Command, name: str, data: Path, folder: Path) -> dict[str, Rows]:
    """Preprocessed inputs of one data set, for each of its attributes."""
    bench = SETS[name]
    encoder = untrained(command, bench, data, folder / name)
    out = folder / name
    parts = [split(command, encoder, data, part, out, raw=True) for part in ("train", "test")]
    found = {}
    for attribute in (bench.private, *bench.tasks):
        train, labels, _ = tensors(*parts[0], attribute)
        test, truth, _ = tensors(*parts[1], attribute)
        files = [*map(str, parts[0]), *map(str, parts[1]), attribute]
        found[attribute] = Rows(train.flatten(1).numpy(), labels.numpy(), test.flatten(1).numpy(), truth.numpy(), files)
    return found


def main() -> None:
    """Measures, and prints a table."""
    parser = arguments(__doc__ or "", ("adult", "motionsense"), rounds=3)
    parser.add_argument("--attacker", dest="attackers", action="append", help="only these; may be repeated")
    parser.add_argument("--attribute", dest="attributes", action="append", help="only these; may be repeated")
    options = parser.parse_args()
    if options.data is None:
        raise SystemExit("name a folder of data sets: --data, or TIPRDC_DATA")
    attack = Path(os.environ.get("TIPRDC_ATTACK", ROOT / "target" / "release" / "examples" / "attack"))
    if not attack.is_file():
        raise SystemExit(f"{attack} is missing: cargo build --release --workspace --example attack")
    attackers = options.attackers or [*PEERS, *(f"pca/{name}" for name in PEERS)]
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for name in options.sets or ("adult", "motionsense"):
            found = rows_of(Command(options.threads), name, Path(options.data) / SETS[name].folder, Path(folder))
            # One attribute of two classes, and one of many.
            for attribute in options.attributes or list(found)[::3]:
                for attacker in attackers:
                    result = measure(
                        attack, name, attribute, attacker, found[attribute], options.rounds, options.threads
                    )
                    print(" | ".join(result.cells()), flush=True)
                    results.append(result)
    header = ["attacker", "tiprdc s", "scikit-learn s", "ratio", "tiprdc score", "scikit-learn score"]
    print(f"\n{options.threads} threads, medians of {options.rounds} rounds\n")
    print(table(header, [result.cells() for result in results]))
    if options.json:
        options.json.write_text(json.dumps([asdict(result) for result in results], indent=1))


if __name__ == "__main__":
    main()
