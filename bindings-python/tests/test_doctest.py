"""Examples in docstrings run, and the public API has docstrings."""

from __future__ import annotations

import dataclasses
import doctest
import importlib
import inspect
import pkgutil

import pytest

import tiprdc
import tiprdc.batch
import tiprdc.manifest
import tiprdc.report
import tiprdc.sklearn

MODULES = sorted(
    name for _, name, _ in pkgutil.iter_modules(tiprdc.__path__, "tiprdc.") if not name.endswith("_native")
)
PUBLIC = [tiprdc, tiprdc.batch, tiprdc.manifest, tiprdc.report, tiprdc.sklearn]
RESULTS = [tiprdc.Trained, tiprdc.Report, tiprdc.Sweep, tiprdc.Manifest]


@pytest.mark.parametrize("name", ["tiprdc", *MODULES])
def test_examples_run(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def test_there_are_examples_of_the_main_things() -> None:
    finder = doctest.DocTestFinder()
    classes = (tiprdc.Encoder, tiprdc.Features, tiprdc.SubstituteTable, tiprdc.sklearn.PrivateEncoder)
    for thing in (tiprdc, tiprdc.batch, *classes, *RESULTS, tiprdc.train, tiprdc.audit, tiprdc.sweep):
        found = finder.find(thing, name="x")
        assert any(test.examples for test in found), thing


@pytest.mark.parametrize("module", PUBLIC, ids=lambda module: module.__name__)
def test_everything_public_is_documented(module) -> None:
    for name in module.__all__:
        thing = getattr(module, name)
        if name == "ERRORS":
            continue
        assert inspect.getdoc(thing), name
        for member, value in vars(thing).items() if inspect.isclass(thing) else ():
            if not member.startswith("_") and (callable(value) or isinstance(value, (property, classmethod))):
                assert inspect.getdoc(getattr(thing, member)), f"{name}.{member}"


@pytest.mark.parametrize("kind", [*RESULTS, tiprdc.report.Attribute, tiprdc.report.Strongest])
def test_results_say_what_their_fields_are(kind) -> None:
    for field in dataclasses.fields(kind):
        assert field.name.startswith("_") or f"\n{field.name} : " in inspect.getdoc(kind), field.name
