"""Features that are odd, or many: handled, or refused in words."""

import os
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from conftest import Tiprdc
from peers import Problem, found, scores

def _refusal(tiprdc: Tiprdc, made: Problem, folder: Path) -> str:
    """What the command says when it refuses; an input that is wrong has exit code 2."""
    arguments = [str(tiprdc.binary), *map(str, made.write(folder)), "--private", "y"]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2, done.stderr
    assert not done.stdout
    return done.stderr


def _plain(rows: int = 100, classes: int = 2, width: int = 3) -> Problem:
    random = np.random.default_rng(16)
    labels = np.arange(2 * rows) % classes
    data = random.normal(0, 1, (2 * rows, width))
    data[:, 0] += labels
    return Problem(data[:rows], data[rows:], {"y": (labels[:rows], labels[rows:])})


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("part", ["train", "test"])
def test_not_a_number_is_refused(tiprdc: Tiprdc, tmp_path: Path, part: str, value: float) -> None:
    """With the number of rows, and the part that they are in."""
    made = _plain()
    getattr(made, part)[[3, 9], 1] = value
    words = _refusal(tiprdc, made, tmp_path)
    assert "2 of 100 rows hold NaN or infinite values" in words
    assert {"train": "training", "test": "test"}[part] in words


@pytest.mark.parametrize("part", [0, 1])
def test_one_class_is_refused(tiprdc: Tiprdc, tmp_path: Path, part: int) -> None:
    """Nothing can be learnt of one class, and a score on one class says nothing."""
    made = _plain()
    made.labels["y"][part][:] = 1
    words = _refusal(tiprdc, made, tmp_path)
    assert "`y`" in words
    assert "class" in words


def test_too_few_rows_are_refused(tiprdc: Tiprdc, tmp_path: Path) -> None:
    """With the least number that is enough."""
    assert "at least 50 training rows, got 49" in _refusal(tiprdc, _plain(rows=49), tmp_path)


def test_the_fewest_rows_are_enough(tiprdc: Tiprdc, tmp_path: Path) -> None:
    """Every attacker works on 50 rows: a clear leak is found, and nothing is left out."""
    made = _plain(rows=50)
    made.train[:, 0] += 5 * made.labels["y"][0]
    made.test[:, 0] += 5 * made.labels["y"][1]
    report = tiprdc.json(*made.write(tmp_path), "--private", "y")
    assert found(report, "y")["strongest"]["value"] >= 0.95
    weak = {name: value for name, value in scores(report, "y").items() if value < 0.9}
    # A leaf has at least 20 rows.
    assert set(weak) <= {"boosted-trees"}, weak


def test_constant_columns_are_named(tiprdc: Tiprdc, tmp_path: Path) -> None:
    """They are no reason to refuse, and their test values decide nothing."""
    made = _plain(rows=300)
    made.train[:, 2], made.test[:, 2] = 7.5, np.arange(300)
    report = tiprdc.json(*made.write(tmp_path), "--private", "y")
    assert any("1 of 3 columns of the features do not change" in note for note in report["notes"])
    assert found(report, "y")["strongest"]["value"] > 0.6


def test_constant_features_leak_nothing(tiprdc: Tiprdc, tmp_path: Path) -> None:
    """Chance, and a p-value that says so."""
    made = _plain(rows=200)
    made.train[:], made.test[:] = 1.0, 1.0
    report = tiprdc.json(*made.write(tmp_path), "--private", "y")
    entry = found(report, "y")
    assert entry["strongest"]["value"] == 0.5
    assert entry["p_value"] == 1.0
    assert report["notes"]


# What takes long or much memory

SLOW = bool(os.environ.get("CI") or os.environ.get("TIPRDC_SLOW"))
GIBIBYTES = 4.0


@pytest.mark.skipif(not SLOW, reason="slow: set TIPRDC_SLOW=1, or CI")
@pytest.mark.parametrize(("rows", "width"), [(300_000, 16), (600, 32_768)])
def test_large_audits_end(tiprdc: Tiprdc, tmp_path: Path, rows: int, width: int) -> None:
    """Many rows and many columns fit into a desktop's memory; the time is printed."""
    random = np.random.default_rng(18)
    test = min(rows // 2, 20_000)
    data = random.normal(0, 1, (rows + test, width)).astype(np.float32)
    labels = (data[:, 0] + random.normal(0, 0.1, rows + test) > 0).astype(int)
    data[:, 1] += labels * 3
    made = Problem(data[:rows], data[rows:], {"y": (labels[:rows], labels[rows:])})
    arguments = made.write(tmp_path)
    started = time.monotonic()
    process = subprocess.Popen(
        [str(tiprdc.binary), *map(str, arguments), "--private", "y", "--json"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds, memory = time.monotonic() - started, usage.ru_maxrss / 2**20
    print(f"{rows} x {width}: {seconds:.0f} s, {memory:.1f} GiB")
    assert status == 0
    assert memory < GIBIBYTES, f"{memory:.1f} GiB"
