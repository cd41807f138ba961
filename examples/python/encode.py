"""Encodes a recording of phone motion, window by window, and writes what may leave the device.

python encode.py encoder.onnx recording.csv features.safetensors
"""

from __future__ import annotations

import sys

import numpy as np

import tiprdc

STEPS, STRIDE = 128, 64


def main() -> None:
    """Read a recording, encode its windows as a batch, write a features file."""
    if len(sys.argv) != 4:
        sys.exit("usage: encode.py ENCODER.onnx RECORDING.csv FEATURES.safetensors")
    model, recording, out = sys.argv[1:]
    encoder = tiprdc.Encoder(model)
    samples = np.loadtxt(recording, delimiter=",", skiprows=1, dtype=np.float32)  # [samples, channels]
    windows = np.lib.stride_tricks.sliding_window_view(samples, STEPS, axis=0)[::STRIDE]  # [n, channels, steps]
    features = encoder.encode_features(windows)
    features.save(out)
    print(f"wrote {out}: features of shape {list(features.shape)}")


if __name__ == "__main__":
    main()
