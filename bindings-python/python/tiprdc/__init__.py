"""Encode private data before it leaves the device; train encoders that hide an attribute; measure what still leaks.

>>> import numpy as np, tiprdc
>>> encoder = tiprdc.example_encoder()  # or tiprdc.Encoder("motion-gender.onnx"), a file of your own
>>> windows = np.zeros((10, 6, 128), dtype=np.float32)  # 10 windows of 6 channels, 128 steps
>>> encoder.encode(windows).shape
(10, 16, 32)
"""

from ._audit import audit
from ._encoder import Encoder
from ._errors import (
    ERRORS,
    ArgumentError,
    AuditError,
    DivergedError,
    EncoderFileError,
    FeaturesMalformedError,
    FeaturesNotFiniteError,
    FileMissingError,
    FileUnreadableError,
    InputError,
    InputFieldError,
    InputKindError,
    InputNotFiniteError,
    InputShapeError,
    InternalError,
    ManifestInvalidError,
    ManifestMismatchError,
    ManifestMissingError,
    ManifestUnsupportedError,
    ModelMalformedError,
    ModelTooLargeError,
    OperatorNotAllowedError,
    OutputSizeError,
    RandomnessUnavailableError,
    RunError,
    RunFileError,
    TableMalformedError,
    TableMismatchError,
    TiprdcError,
    TrainError,
)
from ._example import example_encoder
from ._features import Features
from ._native import VERSION
from ._sensors import SensorEvents
from ._sweep import Sweep, sweep
from ._table import SubstituteTable
from ._train import Trained, train
from .manifest import Manifest
from .report import Report

__version__ = VERSION

__all__ = [
    "ERRORS",
    "ArgumentError",
    "AuditError",
    "DivergedError",
    "Encoder",
    "EncoderFileError",
    "Features",
    "FeaturesMalformedError",
    "FeaturesNotFiniteError",
    "FileMissingError",
    "FileUnreadableError",
    "InputError",
    "InputFieldError",
    "InputKindError",
    "InputNotFiniteError",
    "InputShapeError",
    "InternalError",
    "Manifest",
    "ManifestInvalidError",
    "ManifestMismatchError",
    "ManifestMissingError",
    "ManifestUnsupportedError",
    "ModelMalformedError",
    "ModelTooLargeError",
    "OperatorNotAllowedError",
    "OutputSizeError",
    "RandomnessUnavailableError",
    "Report",
    "RunError",
    "RunFileError",
    "SensorEvents",
    "SubstituteTable",
    "Sweep",
    "TableMalformedError",
    "TableMismatchError",
    "TiprdcError",
    "TrainError",
    "Trained",
    "audit",
    "example_encoder",
    "sweep",
    "train",
]
