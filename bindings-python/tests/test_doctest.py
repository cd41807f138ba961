"""Examples in docstrings run, and the public API has docstrings."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import tiprdc

from conftest import TESTDATA

MODULES = sorted(
    name for _, name, _ in pkgutil.iter_modules(tiprdc.__path__, "tiprdc.") if not name.endswith("_native")
)


@pytest.mark.parametrize("name", ["tiprdc", *MODULES])
def test_examples_run(name: str) -> None:
    here = {
        "example": lambda file: str(TESTDATA / "example" / file),
        "example_windows": lambda: np.zeros((5, 6, 128), dtype=np.float32),
    }
    result = doctest.testmod(importlib.import_module(name), extraglobs=here)
    assert result.failed == 0


def test_there_are_examples_of_the_main_things() -> None:
    finder = doctest.DocTestFinder()
    for thing in (tiprdc, tiprdc.Encoder, tiprdc.Features, tiprdc.SubstituteTable, tiprdc.train, tiprdc.audit):
        found = finder.find(thing, name="x")
        assert any(test.examples for test in found), thing


def test_everything_public_is_documented() -> None:
    for name in tiprdc.__all__:
        thing = getattr(tiprdc, name)
        if name == "ERRORS":
            continue
        assert inspect.getdoc(thing), name
        for member, value in vars(thing).items() if inspect.isclass(thing) else ():
            if not member.startswith("_") and (callable(value) or isinstance(value, (property, classmethod))):
                assert inspect.getdoc(getattr(thing, member)), f"{name}.{member}"
