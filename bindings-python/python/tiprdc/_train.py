"""Training encoders."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np
from numpy.typing import NDArray

from . import _dataset, _extras, _html, _native, _toml
from ._dataset import Attributes, Side
from ._encoder import Encoder
from ._errors import RunError
from ._progress import Event, Progress
from ._table import SubstituteTable

__all__ = ["Epoch", "Trained", "train"]


@dataclass(frozen=True)
class Epoch:
    """One epoch of training."""

    #: Stage of the method: ``pretrain``, ``train``.
    stage: str
    #: Epoch within the stage, from 1.
    epoch: int
    #: Means over the batches: losses in nats, accuracies from 0 to 1.
    metrics: dict[str, float]
    #: Wall time.
    seconds: float


@dataclass(frozen=True)
class Trained:
    """What training gives. A loss that went down is not privacy: audit the features.

    Attributes
    ----------
    encoder : Encoder
        The encoder.
    table : SubstituteTable, optional
        The substitutes that features are resolved with, for methods that substitute; it stays with the collector.
    run : str
        The run as TOML, with every default written out.
    history : list of Epoch
        Losses, epoch by epoch.

    Examples
    --------
    >>> import numpy as np, tiprdc
    >>> x = np.random.default_rng(0).normal(size=(128, 4))
    >>> training = {"epochs": 1, "pretrain_epochs": 1}
    >>> trained = tiprdc.train(x, {"sex": x[:, 0] > 0}, private="sex", training=training, progress=False)
    >>> trained.encode(x).shape, trained.table, [epoch.stage for epoch in trained.history]
    ((128, 64), None, ['pretrain', 'train'])
    """

    encoder: Encoder
    table: Optional[SubstituteTable] = None
    run: str = field(default="", repr=False)
    history: list[Epoch] = field(default_factory=list, repr=False)

    def encode(self, x: Any, *, threads: Optional[int] = None) -> NDArray[np.float32]:
        """Give what the collector makes of records ``[n, ...]`` that devices encode: substitutes, if there are any."""
        features = self.encoder.encode_features(x, threads=threads)
        resolved = features if self.table is None else self.table.resolve(features)
        return resolved.data

    def to_frame(self) -> Any:
        """Make a pandas DataFrame of the history, with a row for each epoch."""
        pandas = _extras.pandas("to_frame()")
        rows = [{"stage": one.stage, "epoch": one.epoch, "seconds": one.seconds, **one.metrics} for one in self.history]
        return pandas.DataFrame(rows)

    def plot(self, ax: Any = None) -> Any:
        """Draw the history on matplotlib axes; give the axes."""
        ax = _extras.axes("plot()", ax)
        lines: dict[str, list[tuple[int, float]]] = {}
        for place, one in enumerate(self.history, start=1):
            for name, value in one.metrics.items():
                lines.setdefault(f"{one.stage}: {name}", []).append((place, value))
        for name, points in lines.items():
            ax.plot(*zip(*points), marker=".", label=name)
        ax.set_xlabel("epoch")
        ax.set_ylabel("losses in nats, accuracies from 0 to 1")
        if lines:
            ax.legend(fontsize="small")
        return ax

    def save(self, folder: Union[str, os.PathLike[str]]) -> None:
        """Write ``encoder.onnx``, ``run.toml`` and, for methods that substitute, ``substitutes.safetensors``."""
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        if self.table is not None:
            self.table.save(path / "substitutes.safetensors")
        (path / "run.toml").write_text(self.run, encoding="utf-8")
        self.encoder.save(path / "encoder.onnx")

    def _repr_html_(self) -> str:
        rows = [
            (f"{one.stage}, epoch {one.epoch}", ", ".join(f"{name} {value:.3f}" for name, value in one.metrics.items()))
            for one in self.history
        ]
        return self.encoder._repr_html_() + _html.table("Training", rows, "Losses say nothing about leakage: audit.")


def train(
    x: Any = None,
    attributes: Optional[Attributes] = None,
    *,
    run: Optional[_toml.Run] = None,
    data: Optional[Union[str, os.PathLike[str]]] = None,
    method: Union[str, Mapping[str, Any], None] = None,
    private: Union[str, Sequence[str], None] = None,
    tasks: Union[str, Sequence[str], None] = None,
    name: Optional[str] = None,
    seed: Optional[int] = None,
    encoder: Optional[Mapping[str, Any]] = None,
    training: Optional[Mapping[str, Any]] = None,
    release: Optional[Mapping[str, Any]] = None,
    groups: Any = None,
    rate_hz: float = 1.0,
    checkpoint: Optional[Union[str, os.PathLike[str]]] = None,
    resume: bool = False,
    progress: bool = True,
    callback: Optional[Callable[[Event], object]] = None,
) -> Trained:
    """Train an encoder, on records in memory or on the data set that a run file names.

    Parameters
    ----------
    x : data frame, mapping of columns, or array, optional
        Records in memory: named columns (text is categorical), numbers ``[n, fields]``, series
        ``[n, channels, steps]``, or uint8 images (``[n, height, width, channels]`` or a list). Without
        it, ``run`` names a data set in ``data``.
    attributes : mapping of name to labels, or list of names
        The labels of each record; names alone mean columns of the data frame, which then leave the input. Columns that
        spell a label out must be dropped too: no library can find those.
    run : path or dict, optional
        A run file, or a dict with its keys. Whatever is given besides lies on top.
    data : path, optional
        The folder of data sets, for a run that names one.
    method : str or dict, optional
        The method, ``"tiprdc"`` if nothing is said; a dict has its settings too (docs/methods.md).
    private, tasks : str or list of str, optional
        Attributes to hide, and known tasks for methods that take them.
    name, seed, encoder, training, release : optional
        Keys and tables of the run: ``training={"epochs": 20}``, ``release={"kind": "laplace", "epsilon": 8}``.
    groups : array_like, optional
        Which person each record is from.
    rate_hz : float
        Sampling rate of series, for the manifest.
    checkpoint : path, optional
        A file to write after every epoch, and when training is stopped.
    resume : bool
        Go on from the checkpoint, if it is there.
    progress : bool
        Whether to draw a bar.
    callback : callable, optional
        Called with each event, a dict; what it raises stops the training.

    Returns
    -------
    Trained

    Raises
    ------
    RunError
        If the run or the data asks for something impossible.
    DivergedError
        If a loss is no finite number any more.
    KeyboardInterrupt
        On Ctrl-C: training stops after its batch, and leaves the checkpoint if one was asked for.

    Examples
    --------
    >>> import numpy as np, tiprdc
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(256, 8))
    >>> trained = tiprdc.train(
    ...     x, {"sex": x[:, 0] > 0}, private="sex", training={"epochs": 1, "pretrain_epochs": 1}, progress=False
    ... )
    >>> trained.encoder.private, trained.encode(x).shape
    (('sex',), (256, 64))
    """
    over = {
        "name": name,
        "seed": seed,
        "method": _method(method, private, tasks),
        "encoder": encoder,
        "training": training,
        "release": release,
    }
    over = {key: item for key, item in over.items() if item}
    if seed is not None:
        over["seed"] = seed
    history: list[Epoch] = []
    with Progress(progress, _remembering(history, callback)) as bar:
        if x is None:
            if run is None or data is None:
                raise RunError(
                    "give records `x` with their `attributes`, or a `run` with the folder `data` of its data set"
                )
            text, assignments = _layered(run, over)
            dataset = _native.NativeDataset.load(False, text, assignments, data, bar)
        else:
            if attributes is None:
                raise RunError("records in memory need their `attributes`")
            known_as = name or "memory"
            memory = _dataset.make(known_as, Side(x, attributes, groups), None, rate_hz)
            dataset = memory.native
            text, assignments = _in_memory(run, over, memory, known_as)
        model, table, whole = _native.train(text, assignments, dataset, _path(checkpoint), resume, bar)
    return Trained(Encoder(model), None if table is None else SubstituteTable.from_bytes(table), whole, history)


def _method(
    method: Union[str, Mapping[str, Any], None],
    private: Union[str, Sequence[str], None],
    tasks: Union[str, Sequence[str], None],
) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": method} if isinstance(method, str) else dict(method or {})
    for key, names in (("private", private), ("tasks", tasks)):
        if names is not None:
            made[key] = [names] if isinstance(names, str) else list(names)
    return made


def _layered(run: _toml.Run, over: Mapping[str, Any]) -> tuple[str, list[str]]:
    """A run as TOML, and what lies on top of it."""
    if isinstance(run, Mapping):
        return _toml.text(_replaced(run, over)), []
    flat: dict[str, Any] = {}
    for key, item in over.items():
        # Another method takes the place of the file's; settings of the same are laid over it.
        if isinstance(item, Mapping) and not (key == "method" and "kind" in item):
            flat.update({f"{key}.{inner}": value for inner, value in item.items()})
        else:
            flat[key] = item
    return _toml.text(run), _toml.overrides(flat)


def _in_memory(
    run: Optional[_toml.Run], over: Mapping[str, Any], memory: _dataset.Memory, known_as: str
) -> tuple[str, list[str]]:
    here = {"kind": "memory", "name": known_as}
    if run is not None and not isinstance(run, Mapping):
        return _layered(run, {**over, "dataset": here})
    base: dict[str, Any] = {
        "name": "encoder",
        "encoder": {"architecture": _dataset.ARCHITECTURES[memory.kind]},
        "method": {"kind": "tiprdc"},
    }
    made = _replaced(_replaced(base, run or {}), over)
    return _toml.text({**made, "dataset": here}), []


def _replaced(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """One run over another; another method takes the place of the first, with all its settings."""
    if over.get("method", {}).get("kind") is not None:
        base = {key: item for key, item in base.items() if key != "method"}
    return _toml.merged(base, over)


def _remembering(history: list[Epoch], callback: Optional[Callable[[Event], object]]) -> Callable[[Event], object]:
    def remember(event: Event) -> None:
        if event["event"] == "epoch":
            history.append(Epoch(event["stage"], event["epoch"], event["metrics"], event["seconds"]))
        if callback is not None:
            callback(event)

    return remember


def _path(path: Optional[Union[str, os.PathLike[str]]]) -> Optional[str]:
    return None if path is None else os.fspath(path)
