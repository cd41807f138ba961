"""Where the shared test data is, and small data for tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tiprdc

TESTDATA = Path(__file__).resolve().parents[2] / "testdata"
QUICK = {"epochs": 1, "pretrain_epochs": 1, "batch": 32}


@pytest.fixture(scope="session")
def testdata() -> Path:
    return TESTDATA


@pytest.fixture(scope="session")
def series() -> tiprdc.Encoder:
    """Series of 6 channels and 128 steps, exact release."""
    return tiprdc.Encoder(TESTDATA / "example" / "encoder.onnx")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture
def windows(rng: np.random.Generator) -> np.ndarray:
    return rng.normal(size=(40, 6, 128)).astype(np.float32)


class People:
    """Records whose first column tells the secret, and whose second the task."""

    def __init__(self, rows: int = 240) -> None:
        rng = np.random.default_rng(1)
        self.x = rng.normal(size=(rows, 6)).astype(np.float32)
        self.secret = np.where(self.x[:, 0] > 0, "yes", "no")
        self.task = (self.x[:, 1] > 0).astype(int)


@pytest.fixture(scope="session")
def people() -> People:
    return People()
