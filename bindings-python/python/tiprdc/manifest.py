"""What an encoder says of itself, as dataclasses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

from ._data import from_json, plain

__all__ = [
    "AuditSummary",
    "Field",
    "InputSpec",
    "Manifest",
    "Method",
    "OutputSpec",
    "Release",
    "TaskSummary",
    "Training",
]


@dataclass(frozen=True)
class Field:
    """One field of a record."""

    #: Its name.
    name: str
    #: ``numeric``, entering as ``(x - mean) / std``, or ``categorical``, entering one-hot.
    type: str
    #: Mean in training, of a numeric field.
    mean: Optional[float] = None
    #: Standard deviation in training, of a numeric field.
    std: Optional[float] = None
    #: The categories seen in training, of a categorical field.
    categories: Optional[list[str]] = None


@dataclass(frozen=True)
class InputSpec:
    """What an encoder takes, and how it is preprocessed. Which fields are set depends on :attr:`kind`."""

    #: ``image``, ``series``, ``record`` or ``tensor``.
    kind: str
    #: Series and images: number of channels.
    channels: Optional[int] = None
    #: Series: samples in a window.
    steps: Optional[int] = None
    #: Series: sampling rate in hertz.
    rate_hz: Optional[float] = None
    #: Images: width of the network's input in pixels.
    width: Optional[int] = None
    #: Images: height of the network's input in pixels.
    height: Optional[int] = None
    #: Images: how another aspect ratio is fitted, ``crop`` or ``stretch``.
    fit: Optional[str] = None
    #: Series and images: mean of each channel; empty for 0.
    mean: Optional[list[float]] = None
    #: Series and images: standard deviation of each channel; empty for 1.
    std: Optional[list[float]] = None
    #: Records: the fields, in the order of the network's input.
    fields: Optional[list[Field]] = None
    #: Tensors: shape of one record.
    shape: Optional[tuple[int, ...]] = None


@dataclass(frozen=True)
class OutputSpec:
    """What leaves the device for one record."""

    #: Shape of the features of one record; ``(1,)`` for a substitute release.
    shape: tuple[int, ...]
    #: Element type that features are rounded to: ``f32``, ``f16`` or ``int8``.
    dtype: str = "f32"
    #: Size of a step, for ``int8`` only.
    scale: Optional[float] = None


@dataclass(frozen=True)
class Release:
    """What happens to features at the last moment on the device. Which fields are set depends on :attr:`kind`."""

    #: ``exact``, ``gaussian``, ``laplace`` or ``substitute``.
    kind: str = "exact"
    #: Local differential privacy of one draw, in nats.
    epsilon: Optional[float] = None
    #: The probability that may escape the bound.
    delta: Optional[float] = None
    #: Largest norm of the features of one record.
    clip: Optional[float] = None
    #: Scale of the noise on each feature.
    scale: Optional[float] = None
    #: Number of substitutes.
    count: Optional[int] = None
    #: What logits are divided by.
    temperature: Optional[float] = None
    #: The widest range of logits, in nats.
    range: Optional[float] = None
    #: SHA-256 of the substitute table.
    table: Optional[str] = None


@dataclass(frozen=True)
class Method:
    """How an encoder was trained."""

    #: Name of the method.
    kind: str
    #: Weight of the privacy term, where there is one.
    lambda_: Optional[float] = None
    #: Private attributes that the training hid.
    private: list[str] = field(default_factory=list)
    #: Tasks that the training knew.
    tasks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Training:
    """On what an encoder was trained, and how to do it again."""

    #: Name of the data set.
    dataset: str
    #: Number of training records.
    rows: int
    #: Seed of the run.
    seed: int
    #: Version of tiprdc that trained it.
    tiprdc: str
    #: The whole run, as TOML.
    run: str = ""


@dataclass(frozen=True)
class TaskSummary:
    """What features keep of one task."""

    #: The task attribute.
    attribute: str
    #: Balanced accuracy of the best model on the features; higher is better.
    balanced_accuracy: float
    #: What guessing gives.
    chance: float


@dataclass(frozen=True)
class AuditSummary:
    """What an audit measured, in short: the collector's statement, not a proof."""

    #: The private attribute; of several, the one that attackers got furthest with.
    attribute: str
    #: The attacker that got most out of the features.
    strongest_attacker: str
    #: Its balanced accuracy; nearer to :attr:`chance` is better.
    balanced_accuracy: float
    #: 95 % interval of that number.
    interval: tuple[float, float]
    #: What guessing gives.
    chance: float
    #: SHA-256 of the encoder's file when it was audited.
    encoder: Optional[str] = None
    #: The part of what the raw inputs leak that is left: 0 is guessing, 1 is as much as the raw inputs give.
    nag: Optional[float] = None
    #: What the features keep of tasks.
    tasks: list[TaskSummary] = field(default_factory=list)


@dataclass(frozen=True)
class Manifest:
    """What an encoder says of itself: what it takes, what it gives, how it was trained and what was measured.

    Attributes
    ----------
    format : int
        Format number.
    name : str
        Short name, for people.
    version : str
        Version of the encoder, chosen by the collector.
    input : InputSpec
        What the encoder takes.
    output : OutputSpec
        What the encoder gives.
    method : Method
        How the encoder was trained.
    release : Release
        What happens to the features at the last moment on the device.
    training : Training, optional
        On what the encoder was trained.
    audit : AuditSummary, optional
        What an audit measured, in short.
    json : str
        The manifest as it stands in the file.

    Examples
    --------
    >>> import tiprdc
    >>> manifest = tiprdc.example_encoder().manifest
    >>> manifest.input.kind, manifest.input.channels, manifest.release.kind
    ('series', 6, 'exact')
    >>> tiprdc.Manifest.from_json(manifest.json) == manifest
    True
    """

    format: int
    name: str
    version: str
    input: InputSpec
    output: OutputSpec
    method: Method
    release: Release = field(default_factory=Release)
    training: Optional[Training] = None
    audit: Optional[AuditSummary] = None
    json: str = field(default="", repr=False, compare=False)

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read the JSON of a manifest, which the core has checked."""
        manifest = from_json(cls, text)
        object.__setattr__(manifest, "json", text)
        return manifest

    def to_dict(self) -> dict[str, Any]:
        """Make plain dicts and lists; fields without a value are left out."""
        made: dict[str, Any] = plain(self)
        return made
