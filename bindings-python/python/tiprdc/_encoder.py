"""The encoder: one file, one object."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, Context
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, Union

import numpy as np
from numpy.typing import NDArray

from . import _html, _native, _tables, _threads
from ._convert import as_images, as_numbers, as_rows
from ._errors import ArgumentError, AuditError, FileUnreadableError, InputFieldError
from ._features import Features
from ._native import NativeEncoder
from ._records import as_columns, as_record, columns_of, is_list_of_records, is_record
from ._sensors import SensorEvents
from .manifest import Manifest

if TYPE_CHECKING:
    from .report import Report

Model = Union[str, "os.PathLike[str]", bytes, bytearray, memoryview]
#: A pixel format of all pictures, or one for each; None tells it from the shape.
Formats = Union[str, Sequence[str], None]
KINDS = ("image", "series", "record", "tensor")


class _Options(NamedTuple):
    """How an encoder was opened, for opening it again."""

    max_bytes: Optional[int]
    max_work: Optional[int]
    threads: int
    memo: Optional[bytes]


class Encoder:
    """A loaded encoder: raw input in, features out.

    Any number of threads may use one encoder at once; encoding releases Python's lock. An encoder can be pickled, with
    its model in the pickle, and so be sent to other processes and machines.

    Parameters
    ----------
    model : str, path or bytes
        An encoder file, or its content.
    max_bytes : int, optional
        Largest file to load; 256 MiB by default.
    max_work : int, optional
        The most multiplications that the network may need for one record; an encoder that needs more is refused.
    threads : int, default 0
        Threads that a batch uses; 0 is as many as ``RAYON_NUM_THREADS`` or ``OMP_NUM_THREADS`` say, or one per core.
    memo : bytes of length 32, optional
        A secret that makes the draw of a random release depend on the input and this secret alone: encoding the same
        input again gives the same draw, so that draws cannot be averaged. Make it once, with
        ``secrets.token_bytes(32)``, and keep it on the device. Does nothing for an exact release. Whoever has it can
        undo the noise of inputs that they can guess; a pickle of the encoder holds it.

    Raises
    ------
    FileMissingError, FileUnreadableError
        If there is no such file, or it cannot be read.
    EncoderFileError
        One of its subclasses, if the file is not an encoder that this version can run.
    ArgumentError
        If ``memo`` is not 32 bytes long.

    Notes
    -----
    An encoder reduces measured leakage of the attributes its manifest names; nothing else is hidden. Read the audit.

    Examples
    --------
    >>> import numpy as np, tiprdc
    >>> encoder = tiprdc.Encoder(tiprdc.example_encoder().to_bytes())  # or the path of a file
    >>> windows = np.zeros((10, 6, 128), dtype=np.float32)
    >>> encoder.encode(windows).shape
    (10, 16, 32)
    """

    __slots__ = ("_manifest", "_model", "_native", "_options")

    _manifest: Optional[Manifest]
    _model: Union[bytes, Path]
    _native: NativeEncoder
    _options: _Options

    def __init__(
        self,
        model: Model,
        *,
        max_bytes: Optional[int] = None,
        max_work: Optional[int] = None,
        threads: int = 0,
        memo: Optional[bytes] = None,
    ) -> None:
        self._options = _Options(
            _size("max_bytes", max_bytes), _size("max_work", max_work), _size("threads", threads) or 0, memo
        )
        if isinstance(model, (bytes, bytearray, memoryview)):
            self._model = bytes(model)
            self._native = NativeEncoder.from_bytes(self._model, *self._opened())
        else:
            # The whole path, so that the encoder is found again from another folder.
            self._model = Path(os.path.abspath(model))
            try:
                self._native = NativeEncoder.open(os.fspath(model), *self._opened())
            except FileUnreadableError as error:
                error.filename = os.fspath(model)
                raise
        self._manifest = None

    def _opened(self) -> _Options:
        return self._options._replace(threads=self._options.threads or _threads.LIMIT)

    def encode(
        self,
        x: Any,
        *,
        threads: Optional[int] = None,
        format: Formats = None,
        kind: Optional[str] = None,
    ) -> NDArray[np.float32]:
        """Encode one record, or a batch of them in parallel.

        Parameters
        ----------
        x
            What the encoder takes, as its ``input_kind`` says:

            ``series``, ``tensor``
                Numbers of shape ``input_shape``, or a batch ``[n, *input_shape]``: numpy, lists, a column of arrays,
                torch tensors on the CPU, anything with ``__array__`` or DLPack. A contiguous float32 array is not
                copied; do not write to it meanwhile.
            ``image``
                uint8 pictures ``[height, width]`` or ``[height, width, 1, 3 or 4]`` of any size, a list or a column of
                them, or an array with one axis more.
            ``record``
                A mapping of field names to numbers, texts or None, or a list of these. NaN is no number there, and
                refused: missing is None. In a data frame, a row of it (``frame.iloc[0]``, one record), a mapping of
                columns, or an array with the fields as columns, NaN, None and NA are missing.
        threads : int, optional
            Threads of a batch, in the place of those that the encoder was opened with; 0 is one per core.
        format : {"rgb8", "rgba8", "bgra8", "gray8"} or list of these, optional
            What the bytes of a pixel are, of all pictures or of each; told from the shape if not given, 4 bytes as
            ``rgba8``.
        kind : {"series", "tensor", "image", "record"}, optional
            What ``x`` is, where the array alone does not tell: an encoder of another kind refuses it.

        Returns
        -------
        numpy.ndarray of float32
            Shape ``[n, *output_shape]``; of one record, ``output_shape``.

        Raises
        ------
        InputError
            One of its subclasses, if the input is not what the manifest asks for; of a batch, nothing is returned then.
        FeaturesNotFiniteError
            If the release is exact and the network gave NaN or an infinite number.
        RandomnessUnavailableError
            If the release is random.

        Notes
        -----
        A random release draws anew at every call, and each draw spends the manifest's epsilon again; see ``memo``.
        """
        features: NDArray[np.float32] = self._encode(x, threads, format, kind, give="array")
        return features

    def encode_features(
        self,
        x: Any,
        *,
        threads: Optional[int] = None,
        format: Formats = None,
        kind: Optional[str] = None,
    ) -> Features:
        """Like :meth:`encode`, but make :class:`Features`, which know their encoder and have bytes to upload.

        The shape is always ``(n, *output_shape)``, for one record too.
        """
        return Features._of(self._encode(x, threads, format, kind, give="features"))

    def preprocess(self, x: Any, *, format: Formats = None) -> NDArray[np.float32]:
        """Make what the network gets of each record: scaled numbers, one-hot categories, resized pictures.

        It takes what :meth:`encode` takes, and is what an audit compares features with, as ``raw``.

        Returns
        -------
        numpy.ndarray of float32
            Shape ``[n, *input_shape]``; of one record, ``input_shape``.

        Raises
        ------
        InputError
            As :meth:`encode`.
        """
        network: NDArray[np.float32] = self._encode(x, None, format, None, give="input")
        return network

    def windows(self, sensors: Iterable[SensorEvents], *, stride: int) -> NDArray[np.float32]:
        """Cut timestamped events of one sensor or several into windows that this encoder takes, at its rate.

        The axes of the first sensor are the first channels. Values between two events are interpolated linearly, as
        :func:`numpy.interp` does, and nothing is extrapolated. Windows begin ``stride`` samples apart; a rest that
        fills none is left out.

        Returns
        -------
        numpy.ndarray of float32, shape (windows, channels, steps)

        Raises
        ------
        InputShapeError
            If the sensors have not as many axes together as the encoder has channels, times do not rise, or events lie
            more than three samples of the encoder apart: cut the recording there.
        InputKindError
            If this encoder takes no series.

        Examples
        --------
        >>> import numpy as np, tiprdc
        >>> seconds = np.arange(600) / 100  # 6 seconds at 100 Hz
        >>> rotation = tiprdc.SensorEvents(seconds, np.zeros((600, 3)))
        >>> acceleration = tiprdc.SensorEvents(seconds, np.zeros((600, 3)), factor=-1 / 9.80665)
        >>> tiprdc.example_encoder().windows([rotation, acceleration], stride=64).shape
        (3, 6, 128)
        """
        events = [sensor._native(number) for number, sensor in enumerate(sensors)]
        return self._native.windows(events, _size("stride", stride) or 0)

    def unseen(self, x: Any) -> dict[str, int]:
        """Count, field by field, the cells of a table that are of no category of the training records.

        Such a cell enters the network as if it were missing.

        Returns
        -------
        dict of str to int
            Of each categorical field; missing cells are not counted.
        """
        fields = self.manifest.input.fields or []
        categories = {field.name: _spellings(field.categories) for field in fields if field.categories is not None}
        records = [x] if is_record(x) else x
        table = columns_of(records) if is_list_of_records(records) else records
        columns = dict(as_columns(table, [field.name for field in fields])[0])
        return {
            name: sum(cell is not None and _spelling(cell, known) not in known for cell in _listed(columns.get(name)))
            for name, known in categories.items()
        }

    def stamped(self, report: Report) -> Encoder:
        """Give this encoder with a summary of an audit in its manifest, for those who will run it to read.

        The digest of its file is another then.

        Raises
        ------
        AuditError
            If the report is of another encoder, or of none: give ``encoder=`` to :func:`tiprdc.audit`.
        """
        if report.encoder is None:
            raise AuditError("the report names no encoder; give `encoder=` to tiprdc.audit()")
        return Encoder(_native.stamp(self.to_bytes(), report.json), **self._options._asdict())

    def _encode(self, x: Any, threads: Optional[int], formats: Formats, kind: Optional[str], *, give: str) -> Any:
        threads = _threads.LIMIT if threads == 0 else _size("threads", threads)
        kind = kind or self._native.input_kind
        if kind not in KINDS:
            raise ArgumentError(f"a kind of input is one of {', '.join(KINDS)}, found another")
        if kind == "record":
            return self._encode_records(x, threads, give)
        if kind == "image":
            pictures, single = as_images(x, formats)
            return self._native.encode_images(pictures, _how(threads, single, give))
        if kind == self._native.input_kind:
            rows, single = as_rows(x, self.input_shape, kind)
        else:
            # Whatever its shape, it is of the wrong kind: the core says so.
            rows, single = as_numbers(x)[np.newaxis], True
        return self._native.encode_numbers(kind, rows, _how(threads, single, give))

    def _encode_records(self, x: Any, threads: Optional[int], give: str) -> Any:
        if is_record(x):
            return self._native.encode_records([as_record(x)], _how(threads, True, give))
        how = _how(threads, False, give)
        if is_list_of_records(x):
            return self._native.encode_records([as_record(record) for record in x], how)
        fields = self.manifest.input.fields
        names = None if fields is None else [field.name for field in fields]
        columns, rows = as_columns(x, names)
        if names is not None:
            _check_columns([name for name, _ in columns], names)
        return self._native.encode_columns(columns, rows, how)

    @property
    def manifest(self) -> Manifest:
        """What the encoder says of itself."""
        if self._manifest is None:
            self._manifest = Manifest.from_json(self._native.manifest_json())
        return self._manifest

    @property
    def name(self) -> str:
        """Short name, for people."""
        return self.manifest.name

    @property
    def version(self) -> str:
        """Version of the encoder, chosen by the collector."""
        return self.manifest.version

    @property
    def digest(self) -> str:
        """SHA-256 of the file, in hexadecimal; features carry it."""
        return self._native.digest

    @property
    def input_kind(self) -> str:
        """``image``, ``series``, ``record`` or ``tensor``."""
        return self._native.input_kind

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of the network's input for one record: ``(channels, steps)``, ``(channels, height, width)``, ..."""
        return tuple(self._native.input_shape)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of the features of one record; ``(1,)`` for a substitute release, an index."""
        return tuple(self._native.output_shape)

    @property
    def release(self) -> str:
        """What happens to the features last: ``exact``, ``gaussian``, ``laplace`` or ``substitute``."""
        return self._native.release

    @property
    def epsilon(self) -> Optional[float]:
        """Local differential privacy of one draw, in nats; None where there is no bound."""
        return self._native.epsilon

    @property
    def delta(self) -> Optional[float]:
        """The probability that may escape the bound; None where nothing may, or there is no bound."""
        return self._native.delta

    @property
    def dtype(self) -> str:
        """Element type that features are rounded to: ``f32``, ``f16`` or ``int8``."""
        return self._native.dtype

    @property
    def private(self) -> tuple[str, ...]:
        """Private attributes that the training hid."""
        return tuple(self.manifest.method.private)

    @property
    def threads(self) -> int:
        """Threads that a batch uses; 0 is one per core."""
        return self._options.threads

    def to_bytes(self) -> bytes:
        """Give the encoder's file.

        Raises
        ------
        FileUnreadableError
            If the file that the encoder was opened from is gone, or is another one by now.
        """
        if isinstance(self._model, bytes):
            return self._model
        try:
            model = self._model.read_bytes()
        except OSError as error:
            raise FileUnreadableError(
                f"the encoder's file can no longer be read ({error.strerror}); open encoders that are to be pickled "
                "from bytes, or leave their file where it is"
            ) from error
        if hashlib.sha256(model).hexdigest() != self.digest:
            raise FileUnreadableError("the encoder's file has changed since it was opened")
        return model

    def save(self, path: Union[str, os.PathLike[str]]) -> None:
        """Write :meth:`to_bytes` to a file."""
        Path(path).write_bytes(self.to_bytes())

    def __repr__(self) -> str:
        return (
            f"Encoder({self.name!r}, version={self.version!r}, input={self.input_kind} {list(self.input_shape)}, "
            f"output={list(self.output_shape)}, release={self.release!r}, private={list(self.private)})"
        )

    def _repr_html_(self) -> str:
        rows = [
            ("input", _input_words(self.manifest)),
            ("output", f"{self.dtype} of shape {list(self.output_shape)}"),
            ("release", _release_words(self)),
            ("method", self.manifest.method.kind),
            ("private attributes", ", ".join(self.private) or "none named"),
            *_audit_words(self.manifest),
            ("SHA-256", self.digest),
        ]
        note = "An encoder reduces measured leakage of the attributes it names; nothing else is hidden."
        return _html.table(f"{self.name} {self.version}", rows, note)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_reopen, (self.to_bytes(), self._options))


def _reopen(model: bytes, options: _Options) -> Encoder:
    return Encoder(model, **options._asdict())


def _how(threads: Optional[int], single: bool, give: str) -> dict[str, object]:
    return {"threads": threads, "single": single, "give": give}


def _check_columns(given: Sequence[str], names: Sequence[str]) -> None:
    """Every field of the encoder, and no other column."""
    more, missing = [name for name in given if name not in names], [name for name in names if name not in given]
    if not more and not missing:
        return
    parts = [f"{len(more)} too many: {_tables.shown(more)}"] if more else []
    parts += [f"{len(missing)} missing: {_tables.shown(missing)}"] if missing else []
    raise InputFieldError(f"this encoder takes a table of {len(names)} columns, found {len(given)}; {'; '.join(parts)}")


def _spellings(categories: Sequence[str]) -> set[str]:
    """Categories, with those of true and false in small letters, as the core takes them in any."""
    return {_lowered(category) for category in categories}


def _spelling(cell: Any, known: set[str]) -> str:
    text = str(cell)
    return text if text in known else _lowered(text)


def _lowered(text: str) -> str:
    return text.lower() if text.lower() in ("true", "false") else text


def _listed(column: Any) -> list[Any]:
    """Cells of a column of text or booleans; one of numbers has no categories, and encoding refuses it."""
    if isinstance(column, np.ndarray):
        return list(column.tolist()) if column.dtype == np.bool_ else []
    return list(column or [])


def _size(name: str, value: Optional[int]) -> Optional[int]:
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 0):
        raise ArgumentError(f"{name} must be a whole number, 0 or more")
    return None if value is None else int(value)


def _input_words(manifest: Manifest) -> str:
    spec = manifest.input
    if spec.kind == "series":
        return f"series of {spec.channels} channels x {spec.steps} steps at {spec.rate_hz:g} Hz"
    if spec.kind == "image":
        return f"image, brought to {spec.width} x {spec.height} pixels, {spec.channels} channels"
    if spec.kind == "record":
        return "record of " + ", ".join(field.name for field in spec.fields or [])
    return f"tensor of shape {list(spec.shape or ())}"


def _release_words(encoder: Encoder) -> str:
    if encoder.epsilon is None:
        return f"{encoder.release} (no guarantee)"
    delta = "" if encoder.delta is None else f", delta {encoder.delta:g}"
    return f"{encoder.release}, epsilon {_upwards(encoder.epsilon)} nats a draw{delta}"


def _upwards(bound: float) -> str:
    """Four digits that are not below the bound: it must not look better than it is."""
    return f"{Context(prec=4, rounding=ROUND_CEILING).create_decimal(repr(bound)).normalize():f}"


def _audit_words(manifest: Manifest) -> list[tuple[str, str]]:
    audit = manifest.audit
    if audit is None:
        return [("leakage", "not audited")]
    low, high = audit.interval
    leakage = (
        f"{audit.attribute}: {audit.strongest_attacker} guesses {audit.balanced_accuracy:.3f} [{low:.3f}, {high:.3f}], "
        f"chance {audit.chance:.3f}; lower is better"
    )
    tasks = [
        (f"task {task.attribute}", f"{task.balanced_accuracy:.3f}, chance {task.chance:.3f}; higher is better")
        for task in audit.tasks
    ]
    return [("leakage", leakage), *tasks]
