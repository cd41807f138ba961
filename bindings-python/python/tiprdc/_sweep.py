"""Many encoders side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Optional, Union

from . import _dataset, _extras, _html, _native, _toml
from ._data import from_json, plain
from ._dataset import Attributes, Side
from ._errors import ArgumentError, RunError
from ._progress import Event, SweepProgress

__all__ = ["AttributeGain", "Gain", "Sweep", "SweepPoint", "SweepRun", "sweep"]

Interval = tuple[float, float]


@dataclass(frozen=True)
class Gain:
    """A normalised gain: 0 is guessing, 1 is as much as the raw inputs give."""

    #: Mean over seeds and attributes.
    nag: float
    #: Its interval, which holds the value of every seed.
    interval: Optional[Interval] = None


@dataclass(frozen=True)
class AttributeGain:
    """The normalised gain of one attribute."""

    #: Name of the attribute.
    name: str
    #: ``private`` or ``task``.
    role: str
    #: The gain; None when it cannot be computed.
    nag: Optional[float] = None
    #: Its interval.
    nag_interval: Optional[Interval] = None


@dataclass(frozen=True)
class SweepRun:
    """One encoder of a point."""

    #: Seed of training and audit.
    seed: int
    #: Where its encoder and its audit are, below the sweep's folder.
    folder: str
    #: SHA-256 of the encoder; None if it failed.
    encoder: Optional[str] = None
    #: Mean gain of the tasks minus that of the private attributes.
    mnag: Optional[float] = None
    #: Gains, as in the audit.
    attributes: list[AttributeGain] = field(default_factory=list)
    #: Why there is no audit.
    error: Optional[str] = None


@dataclass(frozen=True)
class SweepPoint:
    """A method with its settings, over all seeds.

    Attributes
    ----------
    name : str
        Name of the point.
    series : str
        Points of the same series differ in their settings only.
    method : str
        Kind of the method.
    settings : dict
        What sets the point apart in its series.
    seeds : list of int
        Seeds whose encoders were audited.
    leakage : Gain, optional
        Mean gain of the private attributes; lower is better.
    utility : Gain, optional
        Mean gain of the tasks; higher is better.
    mnag : float, optional
        Utility minus leakage; higher is better.
    dominated : bool, optional
        Whether another point is better in one of the two and no worse in the other.
    dominated_by : str, optional
        Which one.
    attributes : list of AttributeGain
        Means over seeds, one entry per attribute.
    runs : list of SweepRun
        One entry per seed, failed ones too.
    """

    name: str
    series: str
    method: str
    settings: dict[str, Any] = field(default_factory=dict)
    seeds: list[int] = field(default_factory=list)
    leakage: Optional[Gain] = None
    utility: Optional[Gain] = None
    mnag: Optional[float] = None
    dominated: Optional[bool] = None
    dominated_by: Optional[str] = None
    attributes: list[AttributeGain] = field(default_factory=list)
    runs: list[SweepRun] = field(default_factory=list)


@dataclass(frozen=True)
class Sweep:
    """What a sweep found. ``print(sweep)`` shows it as text. The format is described in docs/sweep-format.md.

    Attributes
    ----------
    format : int
        Number of the format: 1.
    name : str
        Name of the sweep.
    dataset : str
        Name of the data set.
    private : list of str
        Attributes to be hidden.
    tasks : list of str
        Attributes to be kept.
    points : list of SweepPoint
        One entry per method and settings.
    folder : Path, optional
        The folder of its results.
    json : str
        The sweep as JSON.

    Examples
    --------
    >>> import json, tiprdc
    >>> point = {"name": "nothing hidden", "series": "raw", "method": "raw", "leakage": {"nag": 1.0}}
    >>> stored = {"format": 1, "name": "people", "dataset": "adult", "private": ["sex"], "tasks": [], "points": [point]}
    >>> found = tiprdc.Sweep.from_json(json.dumps(stored))
    >>> found["nothing hidden"].leakage.nag
    1.0
    """

    format: int
    name: str
    dataset: str
    private: list[str]
    tasks: list[str]
    points: list[SweepPoint]
    folder: Optional[Path] = field(default=None, compare=False)
    json: str = field(default="", repr=False, compare=False)

    @classmethod
    def from_json(cls, text: str) -> Sweep:
        """Read ``sweep.json``; a format that this version does not know is a ValueError."""
        made = from_json(cls, text)
        if made.format != 1:
            raise ValueError(f"sweep format {made.format} is not supported; this version reads format 1")
        return replace(made, json=text)

    @classmethod
    def load(cls, folder: Union[str, os.PathLike[str]]) -> Sweep:
        """Read what a sweep left in its folder."""
        path = Path(folder)
        return replace(cls.from_json((path / "sweep.json").read_text(encoding="utf-8")), folder=path)

    def __getitem__(self, name: str) -> SweepPoint:
        for point in self.points:
            if point.name == name:
                return point
        raise KeyError(name)

    def to_dict(self) -> dict[str, Any]:
        """Make plain dicts and lists; what was not computed is left out."""
        made: dict[str, Any] = plain(replace(self, folder=None))
        return made

    def to_frame(self) -> Any:
        """Make a pandas DataFrame with a row for each point."""
        pandas = _extras.pandas("to_frame()")
        rows = [
            {
                "point": point.name,
                "method": point.method,
                **point.settings,
                "leakage": point.leakage.nag if point.leakage else None,
                "utility": point.utility.nag if point.utility else None,
                "mnag": point.mnag,
                "dominated": point.dominated,
                "seeds": len(point.seeds),
                "failed": sum(run.error is not None for run in point.runs),
            }
            for point in self.points
        ]
        return pandas.DataFrame(rows).set_index("point")

    def plot(self, ax: Any = None) -> Any:
        """Draw leakage against utility on matplotlib axes, the frontier as a line; give the axes."""
        ax = _extras.axes("plot()", ax)
        placed = [(point, point.leakage, point.utility) for point in self.points if point.leakage and point.utility]
        for series in dict.fromkeys(point.series for point, _, _ in placed):
            some = [(leakage.nag, utility.nag) for point, leakage, utility in placed if point.series == series]
            ax.plot(*zip(*some), "o", label=series)
        open_ones = sorted((leakage.nag, utility.nag) for point, leakage, utility in placed if not point.dominated)
        if open_ones:
            ax.plot(*zip(*open_ones), "k--", linewidth=1, zorder=0)
        for point, leakage, utility in placed:
            ax.annotate(point.name, (leakage.nag, utility.nag), fontsize="x-small")
        ax.set_xlabel("leakage (normalised gain of private attributes): lower is better")
        ax.set_ylabel("utility (normalised gain of tasks): higher is better")
        if placed:
            ax.legend(fontsize="small")
        return ax

    def save(self, path: Union[str, os.PathLike[str]]) -> None:
        """Write the sweep; the suffix says as what: ``.json``, ``.html``, ``.md`` or ``.txt``."""
        suffix = Path(path).suffix.lower()
        texts: dict[str, Callable[[], str]] = {
            ".json": lambda: self.json,
            ".html": self.to_html,
            ".txt": lambda: str(self),
            ".md": lambda: f"# Sweep: {self.name}\n\n```text\n{self}\n```\n",
        }
        if suffix not in texts:
            raise ArgumentError(f"a sweep is written as {', '.join(texts)}, found suffix {suffix!r}")
        Path(path).write_text(texts[suffix](), encoding="utf-8")

    def to_html(self) -> str:
        """Make a page: no scripts, nothing fetched."""
        return _native.render_sweep(self.json, "html")

    def __str__(self) -> str:
        return _native.render_sweep(self.json, "text")

    def _repr_html_(self) -> str:
        def words(point: SweepPoint) -> str:
            if point.leakage is None or point.utility is None:
                return "no result"
            mark = "" if point.dominated else ", not dominated"
            return f"leakage {point.leakage.nag:.3f}, utility {point.utility.nag:.3f}{mark}"

        rows = [(point.name, words(point)) for point in self.points]
        return _html.table(f"Sweep: {self.name}", rows, "Leakage: lower is better. Utility: higher is better.")


def sweep(
    plan: _toml.Run,
    x: Any = None,
    attributes: Optional[Attributes] = None,
    *,
    test: Optional[tuple[Any, ...]] = None,
    groups: Any = None,
    rate_hz: float = 1.0,
    data: Optional[Union[str, os.PathLike[str]]] = None,
    out: Union[str, os.PathLike[str]],
    jobs: Optional[int] = None,
    override: Optional[Mapping[str, Any]] = None,
    progress: bool = True,
    callback: Optional[Callable[[Event], object]] = None,
) -> Sweep:
    """Train, encode and audit many encoders, and put them side by side.

    Parameters
    ----------
    plan : path or dict
        A sweep file (docs/sweep-format.md), or a dict with its keys: a run and a table ``sweep``.
    x, attributes, groups, rate_hz
        Training records in memory, as in :func:`train`; without them, the plan names a data set in ``data``.
    test : tuple of records, attributes and, with groups, groups
        Test records in memory.
    data : path, optional
        The folder of data sets.
    out : path
        The folder for encoders, audits, ``sweep.json`` and ``sweep.html``. What lies there of the same sweep is kept.
    jobs : int, optional
        Encoders at a time; as many as cores and memory allow if not given.
    override : dict, optional
        Keys of the file with other values: ``{"training.epochs": 5}``.
    progress : bool
        Whether to draw a bar.
    callback : callable, optional
        Called with each event, a dict; what it raises stops the sweep.

    Returns
    -------
    Sweep
        An encoder that failed is a run with an ``error``, and no exception.

    Raises
    ------
    RunError
        If the plan or the data asks for something impossible.
    KeyboardInterrupt
        On Ctrl-C; trainings stop after their batch, and the same call goes on from there.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np, tiprdc
    >>> x = np.random.default_rng(0).normal(size=(240, 4))
    >>> train, test = ((part, {"sex": part[:, 0] > 0, "work": part[:, 1] > 0}) for part in (x[:160], x[160:]))
    >>> plan = {
    ...     "training": {"epochs": 1, "pretrain_epochs": 1},
    ...     "sweep": {
    ...         "private": ["sex"],
    ...         "tasks": ["work"],
    ...         "methods": [
    ...             {"method": {"kind": "tiprdc", "private": ["sex"]}},
    ...             {"name": "nothing hidden", "method": {"kind": "raw"}},
    ...         ],
    ...     },
    ... }
    >>> with tempfile.TemporaryDirectory() as out:
    ...     found = tiprdc.sweep(plan, *train, test=test, out=out, progress=False)
    >>> [point.name for point in found.points], found["nothing hidden"].leakage.nag
    (['tiprdc', 'nothing hidden'], 1.0)
    """
    assignments = _toml.overrides(override or {})
    with SweepProgress(progress, callback) as bar:
        if x is None:
            if data is None:
                raise RunError(
                    "give records `x` with `attributes` and `test`, or the folder `data` of the plan's data set"
                )
            text = _toml.text(plan)
            dataset = _native.NativeDataset.load(True, text, assignments, data, bar)
        else:
            if attributes is None or test is None:
                raise RunError("a sweep on records in memory needs `attributes`, and `test` records to audit on")
            memory = _dataset.make("memory", Side(x, attributes, groups), Side(*test), rate_hz)
            dataset = memory.native
            text, more = _in_memory(plan, memory)
            assignments = more + assignments
        made = _native.sweep(text, assignments, dataset, os.fspath(out), jobs, bar)
    return replace(Sweep.from_json(made), folder=Path(out))


def _in_memory(plan: _toml.Run, memory: _dataset.Memory) -> tuple[str, list[str]]:
    here: dict[str, Any] = {"kind": "memory", "categorical": list(memory.categorical)}
    if not isinstance(plan, Mapping):
        return _toml.text(plan), _toml.overrides({"dataset": here})
    base = {"name": "sweep", "encoder": {"architecture": _dataset.ARCHITECTURES[memory.kind]}}
    return _toml.text({**_toml.merged(base, plan), "dataset": here}), []
