"""Training encoders."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np
from numpy.typing import NDArray

from . import _dataset, _extras, _html, _native, _tables, _toml
from ._audit import audit, is_pair
from ._dataset import Attributes, Side
from ._encoder import Encoder
from ._errors import AuditError, InputError, RunError
from ._progress import Event, Progress
from ._records import is_row
from ._table import SubstituteTable
from .report import Report

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
    attributes : tuple of str
        Names of the labels that training was given; columns of these names are no inputs.

    Examples
    --------
    >>> import numpy as np, tiprdc
    >>> x = np.random.default_rng(0).normal(size=(400, 4))
    >>> people = {**{name: x[:, column] for column, name in enumerate("abcd")}, "sex": x[:, 0] > 0}
    >>> train, test = ({name: cells[rows] for name, cells in people.items()} for rows in (slice(200), slice(200, None)))
    >>> training = {"epochs": 1, "pretrain_epochs": 1}
    >>> trained = tiprdc.train(train, "sex", private="sex", training=training, progress=False)
    >>> trained.encode(test).shape, trained.table, [epoch.stage for epoch in trained.history]
    ((200, 64), None, ['pretrain', 'train'])
    >>> report = trained.audit((train, test), bootstrap=40, progress=False)
    >>> report["sex"].role, report.encoder == trained.encoder.digest
    ('private', True)
    """

    encoder: Encoder
    table: Optional[SubstituteTable] = None
    run: str = field(default="", repr=False)
    history: list[Epoch] = field(default_factory=list, repr=False)
    attributes: tuple[str, ...] = field(default=(), repr=False)
    #: Digests of the training records as the network gets them, where they were in memory.
    _known: frozenset[bytes] = field(default=frozenset(), repr=False, compare=False)

    @classmethod
    def load(cls, folder: Union[str, os.PathLike[str]]) -> Trained:
        """Read what :meth:`save`, or ``tiprdc train``, left in a folder; the history is not kept there.

        Raises
        ------
        FileMissingError, FileUnreadableError
            If there is no encoder.
        OSError
            If the table of an encoder that substitutes is not there.
        """
        path = Path(folder)
        encoder = Encoder(path / "encoder.onnx")
        table = SubstituteTable.load(path / "substitutes.safetensors") if encoder.release == "substitute" else None
        training = encoder.manifest.training
        method = encoder.manifest.method
        return cls(encoder, table, training.run or "" if training else "", [], (*method.private, *method.tasks))

    def encode(self, x: Any, *, threads: Optional[int] = None) -> NDArray[np.float32]:
        """Give what the collector makes of records ``[n, ...]`` that devices encode: substitutes, if there are any.

        Of a table, columns that were labels in training are left out: the table that it was trained on will do.
        """
        features = self.encoder.encode_features(self._inputs(x), threads=threads)
        resolved = features if self.table is None else self.table.resolve(features)
        return resolved.data

    def audit(
        self,
        x: Any,
        attributes: Optional[Attributes] = None,
        *,
        private: Union[str, Sequence[str], None] = None,
        tasks: Union[str, Sequence[str], None] = None,
        **options: Any,
    ) -> Report:
        """Measure how much of private attributes is left in what the collector gets of these records.

        Records are encoded, and compared with what the network gets of them as ``raw``.

        Parameters
        ----------
        x : records, or a pair of them
            As in :func:`tiprdc.train`; of a pair, attackers learn from the first and are scored on the second. Records
            that the encoder was trained on belong into the first: in the second they are warned of.
        attributes : mapping of name to labels, or names of columns, optional
            The labels of each record, or a pair of these; columns of the table ``x`` that training had as labels if not
            given.
        private, tasks : str or list of str, optional
            Which of them are to be hidden, and to be kept: those that the encoder hides, and all others, if not given.
        **options
            Those of :func:`tiprdc.audit`: ``test``, ``groups``, ``seed``, ``bootstrap`` and more.

        Returns
        -------
        Report
            It carries the encoder's digest: :meth:`Encoder.stamped` takes it.

        Raises
        ------
        AuditError
            If records, labels or options are not what an audit needs.
        """
        sides = x if is_pair(x) else (x,)
        given: tuple[Any, ...] = (attributes,) * len(sides)
        # A pair of texts is two names of columns.
        if len(sides) == 2 and isinstance(attributes, tuple) and not any(isinstance(part, str) for part in attributes):
            given = attributes
        labels = [self._labels(*side) for side in zip(sides, given)]
        names = list(labels[0])
        hidden = _names(private) if private is not None else [name for name in self.encoder.private if name in names]
        kept = _names(tasks) if tasks is not None else [name for name in names if name not in hidden]
        unknown = [name for name in (*hidden, *kept) if any(name not in side for side in labels)]
        if unknown or not hidden:
            wanted = _tables.shown(unknown or self.encoder.private)
            raise AuditError(f"an audit needs labels of {wanted}; found {_tables.shown(names)}")
        raw = [self.encoder.preprocess(self._inputs(side)) for side in sides]
        self._warn_of_known(raw[-1])
        features = [self.encode(side) for side in sides]

        def both(parts: Sequence[Any]) -> Any:
            return tuple(parts) if len(sides) == 2 else parts[0]

        return audit(
            both(features),
            {name: both([side[name] for side in labels]) for name in hidden},
            {name: both([side[name] for side in labels]) for name in kept},
            raw=both(raw),
            encoder=self.encoder,
            **options,
        )

    def _labels(self, x: Any, attributes: Optional[Attributes]) -> dict[str, Any]:
        if attributes is None:
            columns = _tables.columns(x) or {}
            attributes = [name for name in self.attributes if name in columns]
            if not attributes:
                raise AuditError("give the labels of these records as `attributes`: they are no columns of `x`")
        return _dataset.labels_of(x, attributes)

    def _inputs(self, x: Any) -> Any:
        """Records without columns that are labels."""
        if self.encoder.input_kind != "record":
            return x
        labels = set(self.attributes) - {field.name for field in self.encoder.manifest.input.fields or []}

        def inputs(record: Mapping[str, Any]) -> dict[str, Any]:
            return {name: cell for name, cell in record.items() if name not in labels}

        columns = _tables.columns(x)
        if columns is not None:
            return inputs(columns)
        if isinstance(x, (list, tuple)):
            return [inputs(record) if isinstance(record, Mapping) else record for record in x]
        # A row of a data frame stays one: NaN is missing there.
        return x[[name not in labels for name in x.index]] if is_row(x) else x

    def _warn_of_known(self, raw: NDArray[np.float32]) -> None:
        known = sum(digest in self._known for digest in _digests(raw)) if self._known else 0
        if known > len(raw) / 2:
            warnings.warn(
                f"{known} of {len(raw)} records are among those that the encoder was trained on; what it hides of them "
                "says little of others: hold records back, and audit((trained on, held back))",
                stacklevel=3,
            )

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
        Records in memory: named columns of pandas, polars or Arrow (text is categorical), numbers ``[n, fields]``,
        series ``[n, channels, steps]``, or uint8 images (``[n, height, width, channels]`` or a list). Without
        it, ``run`` names a data set in ``data``.
    attributes : mapping of name to labels, name of a column, or list of names
        The labels of each record; names mean columns of the data frame, which then leave the input, and so do columns
        of the name of a label. A column that spells a label out, one for one, is warned of; others that give it away
        must be dropped by you.
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
    labels: tuple[str, ...]
    memory: Optional[_dataset.Memory] = None
    with Progress(progress, _remembering(history, callback)) as bar:
        if x is None:
            if run is None or data is None:
                raise RunError(
                    "give records `x` with their `attributes`, or a `run` with the folder `data` of its data set"
                )
            text, assignments = _layered(run, over)
            labels = ()
            dataset = _native.NativeDataset.load(False, text, assignments, data, bar)
        else:
            if attributes is None:
                raise RunError("records in memory need their `attributes`")
            known_as = name or "memory"
            labels = tuple(_dataset.labels_of(x, attributes))
            _check_private(run, over, labels)
            memory = _dataset.make(known_as, Side(x, attributes, groups), None, rate_hz)
            dataset = memory.native
            text, assignments = _in_memory(run, over, memory, known_as)
        model, table, whole = _native.train(text, assignments, dataset, _path(checkpoint), resume, bar)
    made = Encoder(model)
    trained = Trained(made, None if table is None else SubstituteTable.from_bytes(table), whole, history, labels)
    return trained if memory is None else replace(trained, _known=_known(made, memory.x))


def _known(encoder: Encoder, x: Any) -> frozenset[bytes]:
    try:
        return frozenset(_digests(encoder.preprocess(x)))
    except InputError:
        # A warning less is better than an hour of training lost.
        return frozenset()


def _check_private(run: Optional[_toml.Run], over: Mapping[str, Any], labels: Sequence[str]) -> None:
    """Ask for the attribute to hide, where a method hides one and nothing names it."""
    if run is not None and not isinstance(run, Mapping):
        return
    method = {"kind": "tiprdc", **((run or {}).get("method") or {}), **(over.get("method") or {})}
    if _native.method_has(str(method["kind"]), "private") and not method.get("private"):
        choice = f": private={labels[0]!r}" if len(labels) == 1 else f" with `private=`, one of {_tables.shown(labels)}"
        raise RunError(f"the method `{method['kind']}` hides an attribute; name it{choice}")


def _names(names: Union[str, Sequence[str]]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _digests(rows: NDArray[np.float32]) -> Iterator[bytes]:
    """A short digest of each record, to know it again; no record can be made of it."""
    for row in rows:
        yield hashlib.blake2b(row.tobytes(), digest_size=8).digest()


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
    here: dict[str, Any] = {"kind": "memory", "name": known_as, "categorical": list(memory.categorical)}
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
