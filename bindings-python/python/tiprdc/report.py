"""What an audit found, as dataclasses. The format is described in docs/audit-format.md."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, Optional, Union

from . import _extras, _html, _native
from ._data import from_json, plain
from ._errors import ArgumentError

__all__ = [
    "Attacker",
    "Attribute",
    "Drawn",
    "Gate",
    "ImageQuality",
    "Membership",
    "NotTested",
    "Reconstruction",
    "Repeated",
    "Report",
    "Rows",
    "Strongest",
]

Interval = tuple[float, float]


class Gate(NamedTuple):
    """Whether every private attribute stays below the leakage that was allowed."""

    #: True when there is no failure.
    passed: bool
    #: One sentence per attribute that failed, and why.
    failures: list[str]

    def __bool__(self) -> bool:
        return self.passed


@dataclass(frozen=True)
class Rows:
    """Numbers of rows."""

    #: Rows that attackers were fitted on.
    train: int
    #: Rows that they were scored on.
    test: int


@dataclass(frozen=True)
class Drawn:
    """What intervals and permutation tests draw."""

    #: ``groups``, ``records`` or ``rows``.
    unit: str = ""
    #: How many of them are among the test rows.
    count: int = 0


@dataclass(frozen=True)
class Attacker:
    """One attacker on one attribute."""

    #: Family and size.
    attacker: str
    #: Balanced accuracy or R2 on the test rows.
    value: float
    #: Area under the ROC curve.
    auc: Optional[float] = None
    #: Wall time, if it was asked for.
    seconds: Optional[float] = None


@dataclass(frozen=True)
class Strongest:
    """The strongest attacker on the features; chosen on the test rows, so that its value errs upwards.

    Attributes
    ----------
    attacker : str
        Its name.
    value : float
        Its score on the test rows.
    interval : tuple of two floats
        95 % interval of ``value``.
    auc : float, optional
        Area under the ROC curve; 0.5 is chance.
    auc_interval : tuple of two floats, optional
        95 % interval of ``auc``.
    accuracy : float, optional
        Plain accuracy of the same guesses.
    rank_correlation : float, optional
        Spearman's rank correlation, for a continuous attribute.
    """

    attacker: str
    value: float
    interval: Interval
    auc: Optional[float] = None
    auc_interval: Optional[Interval] = None
    accuracy: Optional[float] = None
    rank_correlation: Optional[float] = None


@dataclass(frozen=True)
class Repeated:
    """What is found when several draws of one test record are averaged."""

    #: Mean number of draws of a record.
    draws: float
    #: The strongest attacker.
    attacker: str
    #: Its balanced accuracy on records.
    value: float
    #: 95 % interval.
    interval: Interval


@dataclass(frozen=True)
class Attribute:
    """What was found of one attribute.

    Attributes
    ----------
    name : str
        Name of the attribute.
    role : str
        ``private``: to be hidden; ``task``: to be kept.
    kind : str
        ``categorical`` or ``continuous``.
    metric : str
        ``balanced_accuracy`` or ``r2``.
    direction : str
        ``lower is better`` or ``higher is better``.
    sentence : str
        The result in one plain sentence.
    chance : float
        Score of guessing.
    strongest : Strongest
        The strongest attacker on the features.
    classes : int, optional
        Number of classes.
    majority : float, optional
        Share of the largest class among the test rows.
    unprotected : float, optional
        Score of the strongest attacker on the raw inputs.
    unprotected_interval : tuple of two floats, optional
        95 % interval of ``unprotected``.
    unprotected_attacker : str, optional
        Which attacker reached it.
    label_only : float, optional
        Score of guessing a private attribute from the tasks' labels alone.
    nag : float, optional
        Normalised gain: 0 is guessing, 1 is as much as the raw inputs give.
    nag_interval : tuple of two floats, optional
        95 % interval of ``nag``.
    p_value : float, optional
        Chance that guessing does as well as the strongest attacker.
    repeated : Repeated, optional
        What averaging several draws of a record gives.
    attackers : list of Attacker
        All attackers on the features.
    raw_attackers : list of Attacker
        All attackers on the raw inputs.
    """

    name: str
    role: str
    kind: str
    metric: str
    direction: str
    sentence: str
    chance: float
    strongest: Strongest
    classes: Optional[int] = None
    majority: Optional[float] = None
    unprotected: Optional[float] = None
    unprotected_interval: Optional[Interval] = None
    unprotected_attacker: Optional[str] = None
    label_only: Optional[float] = None
    nag: Optional[float] = None
    nag_interval: Optional[Interval] = None
    p_value: Optional[float] = None
    repeated: Optional[Repeated] = None
    attackers: list[Attacker] = field(default_factory=list)
    raw_attackers: list[Attacker] = field(default_factory=list)


@dataclass(frozen=True)
class ImageQuality:
    """Likeness of two images."""

    #: Peak signal-to-noise ratio in dB.
    psnr: float
    #: Multi-scale structural similarity.
    ms_ssim: float


@dataclass(frozen=True)
class Reconstruction:
    """How well decoders rebuild the raw inputs from the features."""

    #: The decoder with the smaller error.
    decoder: str
    #: Error divided by that of naming the mean: 1 rebuilds nothing, 0 everything. Higher is better.
    normalised_mse: float
    #: 95 % interval.
    interval: Interval
    #: The result in one plain sentence.
    sentence: str
    #: Peak signal-to-noise ratio in dB, for images.
    psnr: Optional[float] = None
    #: Multi-scale structural similarity, for images.
    ms_ssim: Optional[float] = None
    #: The same of the mean image.
    baseline: Optional[ImageQuality] = None


@dataclass(frozen=True)
class Membership:
    """How well people of the encoder's training set are told from others."""

    #: The attack with the higher rate.
    attack: str
    #: Share of members recognised when one outsider in a hundred is taken for a member; 0.01 is guessing.
    tpr_at_1_fpr: float
    #: 95 % interval.
    interval: Interval
    #: Area under the ROC curve; 0.5 is guessing.
    auc: float
    #: Members that were scored.
    members: int
    #: Outsiders that were scored.
    outsiders: int
    #: The result in one plain sentence.
    sentence: str


@dataclass(frozen=True)
class NotTested:
    """Something that was not measured; it does not count as a pass."""

    #: The attack or measurement.
    what: str
    #: Why it did not run.
    why: str


@dataclass(frozen=True)
class Report:
    """Everything an audit found. ``print(report)`` shows it as text, a notebook as a table.

    Attributes
    ----------
    format : int
        Number of the format: 1.
    seed : int
        Seed of every random choice.
    rows : Rows
        Numbers of rows.
    attributes : list of Attribute
        One entry per attribute.
    encoder : str, optional
        Digest of the encoder, if it is known.
    shape : list of int
        Shape of one row of features.
    drawn : Drawn
        What intervals draw.
    mnag : float, optional
        Mean NAG of the tasks minus mean NAG of the private attributes; higher is better.
    reconstruction : Reconstruction, optional
        How well the raw inputs can be rebuilt.
    membership : Membership, optional
        How well training records are recognised.
    not_tested : list of NotTested
        What was not measured, and why.
    notes : list of str
        What was odd about the data.
    json : str
        The report as JSON.

    Examples
    --------
    >>> import numpy as np, tiprdc
    >>> x = np.random.default_rng(0).normal(size=(200, 3))
    >>> report = tiprdc.audit(x, {"sex": x[:, 0] > 0}, raw=x, bootstrap=40, progress=False)
    >>> report["sex"].direction, report["sex"].strongest.value > 0.9
    ('lower is better', True)
    >>> report.gate(max_leakage=0.05).passed
    False
    >>> tiprdc.Report.from_json(report.json) == report
    True
    """

    format: int
    seed: int
    rows: Rows
    attributes: list[Attribute]
    encoder: Optional[str] = None
    shape: list[int] = field(default_factory=list)
    drawn: Drawn = field(default_factory=Drawn)
    mnag: Optional[float] = None
    reconstruction: Optional[Reconstruction] = None
    membership: Optional[Membership] = None
    not_tested: list[NotTested] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    json: str = field(default="", repr=False, compare=False)
    #: Manifest and digest of the encoder, for the model card.
    _card: Optional[tuple[str, str]] = field(default=None, repr=False, compare=False)

    @classmethod
    def from_json(cls, text: str) -> Report:
        """Read ``audit.json``; a format that this version does not know is a ValueError."""
        report = from_json(cls, text)
        if report.format != 1:
            raise ValueError(f"audit format {report.format} is not supported; this version reads format 1")
        return replace(report, json=text)

    @classmethod
    def load(cls, path: Union[str, os.PathLike[str]]) -> Report:
        """Read ``audit.json`` from disk."""
        return cls.from_json(Path(path).read_text(encoding="utf-8"))

    def __getitem__(self, name: str) -> Attribute:
        for attribute in self.attributes:
            if attribute.name == name:
                return attribute
        raise KeyError(name)

    @property
    def advice(self) -> list[str]:
        """What to do next, in plain sentences."""
        return _native.report_advice(self.json)

    def gate(self, max_leakage: float = 0.05) -> Gate:
        """Check that the upper end of every private attribute's NAG does not exceed ``max_leakage``.

        What could not be measured does not pass. A pass says that these attackers found no more; it is no guarantee.
        """
        failures = _native.report_gate(self.json, max_leakage)
        return Gate(not failures, failures)

    def to_dict(self) -> dict[str, Any]:
        """Make plain dicts and lists; what was not computed is left out."""
        made: dict[str, Any] = plain(self)
        return made

    def to_frame(self, attackers: bool = False) -> Any:
        """Make a pandas DataFrame with a row for each attribute, or for each attacker on each attribute."""
        pandas = _extras.pandas("to_frame()")
        if attackers:
            return pandas.DataFrame(
                [
                    {
                        "attribute": attribute.name,
                        "role": attribute.role,
                        "rows": rows,
                        "attacker": one.attacker,
                        "value": one.value,
                        "auc": one.auc,
                    }
                    for attribute in self.attributes
                    for rows, some in (("features", attribute.attackers), ("raw", attribute.raw_attackers))
                    for one in some
                ]
            )
        return pandas.DataFrame([_row(attribute) for attribute in self.attributes]).set_index("attribute")

    def plot(self, ax: Any = None) -> Any:
        """Draw what is left of each attribute, with intervals, on matplotlib axes; give the axes.

        With raw inputs the bars are NAG (0: guessing, 1: as much as the raw inputs give), and without, the score. Bars
        begin at guessing.
        """
        ax = _extras.axes("plot()", ax)
        gains = all(attribute.nag is not None for attribute in self.attributes)
        for place, attribute in enumerate(reversed(self.attributes)):
            value, interval = attribute.strongest.value, attribute.strongest.interval
            if gains and attribute.nag is not None:
                value, interval = attribute.nag, attribute.nag_interval or (attribute.nag, attribute.nag)
            else:
                ax.plot([attribute.chance] * 2, [place - 0.4, place + 0.4], color="black", linestyle=":")
            errors = [[max(0.0, value - interval[0])], [max(0.0, interval[1] - value)]]
            colour = "tab:red" if attribute.role == "private" else "tab:blue"
            # From guessing on: what stands out of it is what was found.
            begin = 0.0 if gains else attribute.chance
            ax.barh(place, value - begin, left=begin, xerr=errors, color=colour, capsize=3)
        names = [f"{attribute.name}\n({attribute.direction})" for attribute in reversed(self.attributes)]
        ax.set_yticks(range(len(names)), names)
        if gains:
            ax.axvline(0, color="black", linestyle=":")
            ax.set_xlabel("normalised gain: 0 is guessing, 1 is what raw inputs give")
        else:
            ax.set_xlabel("score of the strongest attacker; dotted: guessing")
        ax.set_title("private (red): lower is better; tasks (blue): higher is better", fontsize="medium")
        return ax

    def save(self, path: Union[str, os.PathLike[str]]) -> None:
        """Write the report; the suffix says as what.

        ``.json`` is the stable format, ``.html`` a page that needs nothing else, ``.svg`` its picture, ``.txt`` plain
        text, and ``.md`` the encoder's model card, or the text where the audit was not told the encoder.
        """
        suffix = Path(path).suffix.lower()
        texts: dict[str, Callable[[], str]] = {
            ".json": lambda: self.json,
            ".html": self.to_html,
            ".svg": self.to_svg,
            ".txt": lambda: str(self),
            ".md": self.to_markdown,
        }
        if suffix not in texts:
            raise ArgumentError(f"a report is written as {', '.join(texts)}, found suffix {suffix!r}")
        Path(path).write_text(texts[suffix](), encoding="utf-8")

    def to_html(self) -> str:
        """Make a page: no scripts, nothing fetched."""
        return _native.render_report(self.json, "html", None)

    def to_svg(self) -> str:
        """Make the picture of the page: the bars of all attributes."""
        return _native.render_report(self.json, "svg", None)

    def to_markdown(self) -> str:
        """Make the encoder's model card, or the report as text where the encoder is not known."""
        if self._card is None:
            return f"# Audit\n\n```text\n{self}\n```\n"
        return _native.render_report(self.json, "card", self._card)

    def __str__(self) -> str:
        return _native.render_report(self.json, "text", None)

    def _repr_html_(self) -> str:
        rows = [(f"{attribute.name} ({attribute.direction})", attribute.sentence) for attribute in self.attributes]
        rows += [(f"not tested: {missing.what}", missing.why) for missing in self.not_tested]
        note = "A measurement bounds leakage from below; it is never a guarantee."
        return _html.picture(self.to_svg(), "Bars of all attributes") + _html.table("Audit", rows, note)


def _row(attribute: Attribute) -> dict[str, Any]:
    low, high = attribute.strongest.interval
    nag_low, nag_high = attribute.nag_interval or (None, None)
    return {
        "attribute": attribute.name,
        "role": attribute.role,
        "direction": attribute.direction,
        "metric": attribute.metric,
        "chance": attribute.chance,
        "unprotected": attribute.unprotected,
        "value": attribute.strongest.value,
        "low": low,
        "high": high,
        "nag": attribute.nag,
        "nag_low": nag_low,
        "nag_high": nag_high,
        "attacker": attribute.strongest.attacker,
    }
