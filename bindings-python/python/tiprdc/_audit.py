"""The judge: fresh attackers on features and labels."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Optional, Union

import numpy as np
from numpy.typing import NDArray

from . import _native, _raw, _tables
from ._convert import as_doubles
from ._encoder import Encoder
from ._errors import AuditError
from ._features import Features
from ._progress import AuditProgress, Event
from ._records import is_missing
from .report import Report

Columns = list[tuple[str, list[str]]]
Labels = Union[Mapping[str, Any], Any]


def audit(
    features: Any,
    private: Labels,
    tasks: Optional[Labels] = None,
    *,
    test: Any = 0.3,
    raw: Any = None,
    groups: Any = None,
    records: Any = None,
    continuous: Iterable[str] = (),
    outsiders: Any = None,
    outsider_groups: Any = None,
    encoder: Optional[Encoder] = None,
    seed: int = 0,
    bootstrap: int = 1000,
    seconds: bool = False,
    progress: bool = True,
    callback: Optional[Callable[[Event], object]] = None,
) -> Report:
    """Measure how much of private attributes fresh attackers find in features, and how much of tasks is kept.

    Attackers of several families are fitted on training rows and guess the attributes of test rows. Features, raw
    inputs, labels, groups and records are each an array with a row for each record, which ``test`` splits; or a tuple
    of two, of training rows and of test rows.

    Parameters
    ----------
    features : array_like [n, ...] or Features, or a pair
        What leaves devices; of a substitute release, what it resolves to.
    private, tasks : mapping of name to labels, or data frame
        Attributes to be hidden, and to be kept: one label per row.
    test : float, array of bool or array of int, default 0.3
        The share of test rows (drawn so that groups and draws of one record stay together), a mask of them, or their
        places.
    raw : array_like [n, ...] or data frame, optional
        The inputs of the same rows; without them no gain can be computed, and no gate passes. A data frame becomes what
        ``encoder`` makes of it if that is given, and otherwise numbers with texts one-hot; columns that are labels are
        left out.
    groups : array_like, optional
        Which person each row is from, so that intervals are over people.
    records : array_like, optional
        Which record each row is a draw of, for a random release that was encoded several times.
    continuous : iterable of str
        Which attributes are quantities to be estimated, and not classes.
    outsiders : array_like [m, ...], optional
        Features of records that the encoder was surely not trained on: with them the audit tests membership.
    outsider_groups : array_like, optional
        Which person each of these is from, if ``groups`` are given.
    encoder : Encoder, optional
        Whose features they are: the report then carries its digest, and can be saved as a model card.
    seed, bootstrap : int
        Seed of every random choice, and number of draws behind each interval.
    seconds : bool
        Whether the report tells how long each attacker took.
    progress : bool
        Whether to draw a bar.
    callback : callable, optional
        Called with each event, a dict.

    Returns
    -------
    Report

    Raises
    ------
    AuditError
        If features, labels or options are not what an audit needs.
    KeyboardInterrupt
        On Ctrl-C, at once; attackers that are at work finish in the background.

    Notes
    -----
    An audit bounds leakage from below: what these attackers do not find may still be found by a stronger one.

    Examples
    --------
    >>> import numpy as np, tiprdc
    >>> rng = np.random.default_rng(0)
    >>> secret = rng.integers(0, 2, 200)
    >>> features = np.c_[secret + 0.1 * rng.normal(size=200), rng.normal(size=200)]
    >>> report = tiprdc.audit(features, {"secret": secret}, raw=features, bootstrap=100, progress=False)
    >>> report["secret"].strongest.value, report.gate().passed
    (1.0, False)
    """
    names: dict[str, Any] = {**_columns(private), **_columns(tasks)}
    if len(names) < len(_columns(private)) + len(_columns(tasks)):
        raise AuditError("an attribute is either private or a task, not both")
    columns = dict(names)
    group, record = _free("group", names), _free("record", names)
    if groups is not None:
        columns[group] = groups
    if records is not None:
        columns[record] = records
    if raw is not None:
        raw = _raw.inputs(raw, names, encoder)
    split = _Split(features, test)
    split.warn_of_same(features)
    parts: dict[str, object] = {
        "features": split.numbers(features),
        "raw": None if raw is None else split.numbers(raw),
        "labels": split.labels(columns),
        "outsiders": _outsiders(outsiders, outsider_groups, group),
        "private": list(_columns(private)),
        "tasks": list(_columns(tasks)),
        "continuous": list(continuous),
        "groups": None if groups is None else group,
        "records": None if records is None else record,
        "test": split.share,
        "encoder": _digest(features, encoder),
        "seed": seed,
        "bootstrap": bootstrap,
        "seconds": seconds,
    }
    with AuditProgress(progress, callback) as bar:
        report = Report.from_json(_native.audit(parts, bar))
    if encoder is None:
        return report
    return replace(report, _card=(encoder.manifest.json, encoder.digest))


class _Split:
    """How rows are split: by the caller, by a mask, or by the native module."""

    def __init__(self, features: Any, test: Any) -> None:
        self._pairs = is_pair(features)
        self._mask: Optional[NDArray[np.bool_]] = None
        self.share = float(test) if isinstance(test, (int, float)) else 0.0
        if not self._pairs and not isinstance(test, (int, float)):
            self._mask = _mask(np.asarray(test), len(features))

    def numbers(self, data: Any) -> tuple[NDArray[np.float64], Optional[NDArray[np.float64]]]:
        """Training and test rows, or all rows."""
        if self._pairs:
            self._check(data)
            return as_doubles(data[0]), as_doubles(data[1])
        rows = as_doubles(data)
        if self._mask is None:
            return rows, None
        if len(rows) != len(self._mask):
            raise AuditError(f"expected {len(self._mask)} rows, as many as there are features, got {len(rows)}")
        return as_doubles(rows[~self._mask]), as_doubles(rows[self._mask])

    def labels(self, columns: Mapping[str, Any]) -> tuple[Columns, Optional[Columns]]:
        """Cells as text, of training and of test rows, or of all."""
        if self._pairs:
            for values in columns.values():
                self._check(values)
            return tuple(_texts({name: values[side] for name, values in columns.items()}) for side in (0, 1))  # type: ignore[return-value]
        if self._mask is None:
            return _texts(columns), None
        arrays = {name: np.asarray(values, dtype=object) for name, values in columns.items()}
        if any(len(values) != len(self._mask) for values in arrays.values()):
            raise AuditError(f"expected {len(self._mask)} labels of each attribute, as many as there are features")
        sides = ({name: values[mask] for name, values in arrays.items()} for mask in (~self._mask, self._mask))
        return tuple(_texts(side) for side in sides)  # type: ignore[return-value]

    def warn_of_same(self, features: Any) -> None:
        """Warn where attackers are scored on the very rows that they learn from."""
        if not self._pairs:
            return
        train, test = (np.asarray(side) for side in features)
        if train is test or (train.shape == test.shape and len(train) > 0 and np.array_equal(train, test)):
            warnings.warn(
                "training and test rows are the same: attackers are scored on what they have learnt by heart",
                stacklevel=3,
            )

    def _check(self, data: Any) -> None:
        if not is_pair(data):
            raise AuditError(
                "features are a pair of training and test rows, and so must be all that stands beside them"
            )


def is_pair(data: Any) -> bool:
    """Whether this is a pair of training and test rows."""
    return isinstance(data, tuple) and len(data) == 2


def _mask(test: NDArray[Any], rows: int) -> NDArray[np.bool_]:
    if test.dtype == np.bool_ and test.shape == (rows,):
        return test
    if test.dtype.kind in "iu" and test.ndim == 1 and test.size and test.min() >= 0 and test.max() < rows:
        mask = np.zeros(rows, dtype=np.bool_)
        mask[test] = True
        return mask
    raise AuditError(f"test must be a share, a mask of {rows} rows, or places below {rows}")


def _columns(labels: Optional[Labels]) -> dict[str, Any]:
    if labels is None:
        return {}
    columns = _tables.columns(labels)
    if columns is not None:
        return columns
    raise AuditError("attributes are a mapping of names to labels, or a data frame")


def _texts(columns: Mapping[str, Any]) -> Columns:
    return [(name, _cells(name, values)) for name, values in columns.items()]


def _cells(name: str, values: Any) -> list[str]:
    array = np.asarray(values, dtype=object)
    if array.ndim != 1:
        raise AuditError(f"labels of `{name}` must have one axis, found shape {list(array.shape)}")
    missing = sum(is_missing(value) for value in array)
    if missing:
        raise AuditError(f"{missing} of {len(array)} labels of `{name}` are missing")
    return [str(value) for value in array]


def _free(name: str, taken: Mapping[str, Any]) -> str:
    return name if name not in taken else _free(f"_{name}", taken)


def _outsiders(features: Any, groups: Any, name: str) -> Optional[tuple[NDArray[np.float64], Optional[Columns]]]:
    if features is None:
        return None
    return as_doubles(features), None if groups is None else _texts({name: groups})


def _digest(features: Any, encoder: Optional[Encoder]) -> Optional[str]:
    if encoder is not None:
        return encoder.digest
    some = features[0] if is_pair(features) else features
    return (some.encoder or None) if isinstance(some, Features) else None
