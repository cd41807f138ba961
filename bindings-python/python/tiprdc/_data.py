"""JSON of the Rust side as dataclasses."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Mapping
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def from_json(kind: type[T], text: str) -> T:
    """Read a dataclass; fields that it does not know are ignored, and those that are absent keep their defaults."""
    value: T = build(kind, json.loads(text))
    return value


def build(kind: Any, value: Any) -> Any:
    """Make a value of a type out of parsed JSON."""
    origin, arguments = get_origin(kind), get_args(kind)
    if value is None:
        return None
    if origin is Union:
        (inner,) = (argument for argument in arguments if argument is not type(None))
        return build(inner, value)
    if origin is tuple and isinstance(value, (list, tuple)):
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(build(arguments[0], item) for item in value)
        return tuple(build(argument, item) for argument, item in zip(arguments, value))
    if origin is list:
        return [build(arguments[0], item) for item in value]
    if dataclasses.is_dataclass(kind) and isinstance(value, Mapping):
        # Words of Python's, such as `lambda`, have an underscore behind them.
        known = [(name, name.rstrip("_"), hint) for name, hint in _hints(cast(type, kind)).items()]
        return kind(**{name: build(hint, value[key]) for name, key, hint in known if key in value})  # type: ignore[operator]
    if kind is float:
        return float(value)
    return value


def plain(value: Any) -> Any:
    """Make plain dicts and lists of a dataclass; fields without a value are left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value) if field.repr)
        return {name.rstrip("_"): plain(item) for name, item in pairs if item is not None}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind, vars(sys.modules[kind.__module__]))
    return {field.name: hints[field.name] for field in dataclasses.fields(kind) if field.init}
