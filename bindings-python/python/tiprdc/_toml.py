"""Runs and sweeps as TOML: text is read from files, and dicts are written as inline tables."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Union

from ._errors import RunError, RunFileError, named

#: A TOML file, or a dict with the same keys.
Run = Union[str, "os.PathLike[str]", Mapping[str, Any]]


def text(run: Run) -> str:
    """Make the TOML of a file or a dict."""
    if isinstance(run, Mapping):
        return "\n".join(f"{json.dumps(str(key))} = {value(item)}" for key, item in run.items() if item is not None)
    try:
        return Path(run).read_text(encoding="utf-8")
    except OSError as error:
        raise named(RunFileError(f"cannot read the run file {os.fspath(run)}: {error.strerror}"), error, run) from error


def value(item: Any) -> str:
    """Make one value of TOML.

    >>> value({"kind": "tiprdc", "private": ["sex"], "lambda": 0.5})
    '{ "kind" = "tiprdc", "private" = ["sex"], "lambda" = 0.5 }'
    """
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, str):
        return json.dumps(item, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(item, Mapping):
        pairs = (f"{json.dumps(str(key))} = {value(inner)}" for key, inner in item.items() if inner is not None)
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(item, (list, tuple)):
        return "[" + ", ".join(value(inner) for inner in item) + "]"
    if hasattr(item, "__index__"):
        return str(int(item))
    if hasattr(item, "__float__"):
        return repr(float(item))
    raise RunError(f"a run holds numbers, text, lists and dicts, found {type(item).__name__}")


def overrides(items: Mapping[str, Any]) -> list[str]:
    """Make assignments of the form ``section.key=value``."""
    return [f"{key}={value(item)}" for key, item in items.items()]


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one dict over another, key by key, at every depth.

    >>> merged({"a": 1, "b": {"c": 2}}, {"b": {"d": 3}})
    {'a': 1, 'b': {'c': 2, 'd': 3}}
    """
    made = dict(base)
    for key, item in over.items():
        below = made.get(key)
        both = isinstance(below, Mapping) and isinstance(item, Mapping)
        made[key] = merged(below, item) if both else item  # type: ignore[arg-type]
    return made
