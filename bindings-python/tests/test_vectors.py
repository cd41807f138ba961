"""What every language must give for the same input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import tiprdc
from tiprdc import _native

import vectors
from conftest import TESTDATA

CASES = list(vectors.cases(TESTDATA))


@pytest.mark.parametrize(("name", "check"), CASES, ids=[name for name, _ in CASES])
def test_case(name: str, check: vectors.Check) -> None:
    check()


def test_every_case_of_every_file_ran(testdata: Path) -> None:
    """As many checks as the files have cases, and one more for each encoder and each table of kinds."""
    expected = 0
    for path in vectors.files(testdata):
        vector = json.loads(path.read_text(encoding="utf-8"))
        expected += len(vector.get("cases", [])) + (vector["kind"] in ("encode", "errors"))
    kinds = {json.loads(path.read_text(encoding="utf-8"))["kind"] for path in vectors.files(testdata)}
    assert kinds == set(vectors.KINDS), "a kind of vectors has no file"
    assert len(CASES) == expected
    assert len(CASES) > 40


def test_error_kinds_are_those_of_the_core() -> None:
    assert [(code, kind.kind, kind.meaning) for code, kind in tiprdc.ERRORS.items()] == _native.error_kinds()
