"""An encoder for first steps."""

from __future__ import annotations

from . import _native
from ._encoder import Encoder

__all__ = ["example_encoder"]


def example_encoder() -> Encoder:
    """Open the encoder that comes with this package, for first programs and examples.

    It takes 6 channels of phone motion (rotation in rad/s, acceleration without gravity in g; three axes each), 128
    steps at 50 Hz, and was trained on MotionSense to hide gender. ``examples/README.md`` of the project says what an
    audit found in its features.

    Returns
    -------
    Encoder

    Notes
    -----
    Not for production: it was trained on 24 people, and its features give away part of what it hides.

    Examples
    --------
    >>> import tiprdc
    >>> encoder = tiprdc.example_encoder()
    >>> encoder.input_shape, encoder.output_shape, encoder.private
    ((6, 128), (16, 32), ('gender',))
    >>> encoder.manifest.audit.attribute
    'gender'
    """
    return Encoder(_native.example_model())
