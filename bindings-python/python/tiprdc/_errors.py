"""One exception class per error kind of the core, each also an exception that Python programmers know."""

from __future__ import annotations

import os
from typing import ClassVar, Optional, TypeVar, Union


class TiprdcError(Exception):
    """Anything that tiprdc refuses or fails at.

    Messages say what was expected and what came, with shapes and units; they never hold values of inputs, labels or
    features.

    Attributes
    ----------
    code : int or None
        The stable number of the kind, the same in every language; ``None`` for errors of training and auditing, which
        exist in Rust and Python only.
    kind : str
        The name of the kind, the same in every language.
    meaning : str
        What the kind means, in one sentence.
    """

    code: ClassVar[Optional[int]] = None
    kind: ClassVar[str] = ""
    meaning: ClassVar[str] = ""

    def __str__(self) -> str:
        # In our words, where an OSError that knows its file would speak in its own.
        return Exception.__str__(self)


class EncoderFileError(TiprdcError):
    """The encoder file is at fault: kinds 100 to 199."""


class InputError(TiprdcError):
    """What the caller passed in is at fault: kinds 200 to 299."""


class FileUnreadableError(EncoderFileError, OSError):
    """The encoder file could not be read from disk."""

    code = 100
    kind = "FileUnreadable"
    meaning = "The encoder file could not be read from disk."


class FileMissingError(FileUnreadableError, FileNotFoundError):
    """The encoder file is not there; a case of :class:`FileUnreadableError`, with the same code."""


class ModelTooLargeError(EncoderFileError, ValueError):
    """The encoder file is larger than ``max_bytes``."""

    code = 101
    kind = "ModelTooLarge"
    meaning = "The encoder file is larger than the limit set on the builder."


class ModelMalformedError(EncoderFileError, ValueError):
    """The file is no readable ONNX model, or the model cannot be executed."""

    code = 102
    kind = "ModelMalformed"
    meaning = "The file is not a readable ONNX model, or the model cannot be executed."


class OperatorNotAllowedError(EncoderFileError, ValueError):
    """The model uses an operator, or another ONNX feature, that encoders may not use."""

    code = 103
    kind = "OperatorNotAllowed"
    meaning = "The model uses an operator, or another ONNX feature, that encoders may not use."


class ManifestMissingError(EncoderFileError, ValueError):
    """The model carries no manifest."""

    code = 110
    kind = "ManifestMissing"
    meaning = "The model carries no manifest."


class ManifestInvalidError(EncoderFileError, ValueError):
    """The manifest is not valid: bad JSON, a missing field or an impossible value."""

    code = 111
    kind = "ManifestInvalid"
    meaning = "The manifest is not valid: bad JSON, a missing field or an impossible value."


class ManifestUnsupportedError(EncoderFileError, ValueError):
    """The manifest asks for something that this version does not know."""

    code = 112
    kind = "ManifestUnsupported"
    meaning = "The manifest asks for something that this version does not know."


class ManifestMismatchError(EncoderFileError, ValueError):
    """The manifest and the graph disagree on shapes or types."""

    code = 113
    kind = "ManifestMismatch"
    meaning = "The manifest and the graph disagree on shapes or types."


class InputKindError(InputError, TypeError):
    """The input is of another kind than the encoder takes."""

    code = 200
    kind = "InputKind"
    meaning = "The input is of another kind (image, series, record, tensor) than the encoder takes."


class InputShapeError(InputError, ValueError):
    """The input has another size or shape than the encoder takes."""

    code = 201
    kind = "InputShape"
    meaning = "The input has another size or shape than the encoder takes."


class InputNotFiniteError(InputError, ValueError):
    """The input holds NaN or an infinite number."""

    code = 202
    kind = "InputNotFinite"
    meaning = "The input holds NaN or an infinite number."


class InputFieldError(InputError, ValueError):
    """A field of a record is missing, doubled, unknown, or of the wrong type."""

    code = 203
    kind = "InputField"
    meaning = "A field of a record is missing, doubled, unknown, or of the wrong type."


class OutputSizeError(InputError, ValueError):
    """The caller's output buffer has the wrong size."""

    code = 204
    kind = "OutputSize"
    meaning = "The caller's output buffer has the wrong size."


class ArgumentError(InputError, ValueError):
    """An argument is missing, closed, or none of those that the function knows."""

    code = 205
    kind = "Argument"
    meaning = "An argument is missing, closed, or none of those that the function knows."


class FeaturesMalformedError(TiprdcError, ValueError):
    """A features file is damaged, or its parts disagree."""

    code = 300
    kind = "FeaturesMalformed"
    meaning = "A features file is damaged, or its parts disagree."


class FeaturesNotFiniteError(TiprdcError, ArithmeticError):
    """The network of an exact release gave NaN or an infinite number; nothing left the device."""

    code = 301
    kind = "FeaturesNotFinite"
    meaning = "The network of an exact release gave NaN or an infinite number; nothing left the device."


class TableMalformedError(TiprdcError, ValueError):
    """A substitute table is damaged, or has an impossible size."""

    code = 302
    kind = "TableMalformed"
    meaning = "A substitute table is damaged, or has an impossible size."


class TableMismatchError(TiprdcError, ValueError):
    """Features and a substitute table do not belong together."""

    code = 303
    kind = "TableMismatch"
    meaning = "Features and a substitute table do not belong together."


class InternalError(TiprdcError, RuntimeError):
    """A failure inside this library; please report it."""

    code = 900
    kind = "Internal"
    meaning = "A failure inside this library; please report it."


class RandomnessUnavailableError(TiprdcError, OSError):
    """The operating system gave no random numbers, and a random release needs them."""

    code = 901
    kind = "RandomnessUnavailable"
    meaning = "The operating system gave no random numbers, and a random release needs them."


class TrainError(TiprdcError):
    """A run could not be read, started, or brought to its end."""

    kind = "Train"
    meaning = "A run could not be read, started, or brought to its end."


class RunError(TrainError, ValueError):
    """The run, the sweep or the data set asks for something impossible."""

    kind = "Run"
    meaning = "The run, the sweep or the data set asks for something impossible."


class DivergedError(TrainError, ArithmeticError):
    """A loss became NaN or infinite."""

    kind = "Diverged"
    meaning = "A loss became NaN or infinite."


class RunFileError(TrainError, OSError):
    """A file of a run cannot be read or written."""

    kind = "RunFile"
    meaning = "A file of a run cannot be read or written."


class AuditError(TiprdcError, ValueError):
    """An audit could not start: features, labels or options are not what it needs."""

    kind = "Audit"
    meaning = "An audit could not start: features, labels or options are not what it needs."


Failed = TypeVar("Failed", bound=OSError)


def _numbered() -> dict[int, type[TiprdcError]]:
    found: dict[int, type[TiprdcError]] = {}
    for group in (EncoderFileError, InputError, TiprdcError):
        for kind in group.__subclasses__():
            if kind.code is not None:
                found[kind.code] = kind
    return found


#: The class of every error kind of the core, by its number.
ERRORS: dict[int, type[TiprdcError]] = dict(sorted(_numbered().items()))


def named(error: Failed, cause: OSError, path: Union[str, os.PathLike[str]]) -> Failed:
    """Give an error of a file what programs look at: the system's number, its words, and the file."""
    error.errno, error.strerror, error.filename = cause.errno, cause.strerror, os.fspath(path)
    return error


def make(code: int, message: str, system: Optional[int] = None) -> TiprdcError:
    """Make the exception of a kind; ``system`` is the operating system's error number, where it refused a file."""
    kind: type[TiprdcError] = ERRORS.get(code, InternalError)
    if system is None:
        return kind(message)
    if kind is FileUnreadableError and isinstance(OSError(system, ""), FileNotFoundError):
        kind = FileMissingError
    error = kind(message)
    if isinstance(error, OSError):
        error.errno, error.strerror = system, os.strerror(system)
    return error
