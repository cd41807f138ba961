"""Where the shared test data is, and small encoders for tests."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTDATA = Path(__file__).resolve().parents[2] / "testdata"


@pytest.fixture(scope="session")
def testdata() -> Path:
    return TESTDATA


@pytest.fixture(scope="session")
def series_path() -> Path:
    """A series encoder with an exact release."""
    return TESTDATA / "example" / "encoder.onnx"
