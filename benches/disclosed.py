"""What a draw discloses of an attribute, I(J; s) in nats: on the training records, and on others.

    tiprdc pack encoder.onnx --release exact --out logits.onnx
    tiprdc encode logits.onnx --data DIR --split train --out train.safetensors --labels-out train.csv
    tiprdc encode logits.onnx --data DIR --split test --out test.safetensors --labels-out test.csv
    python benches/disclosed.py encoder.onnx train test gender

`encoder.onnx` says the temperature. Needs `numpy`, `onnx` and `safetensors` (requirements.txt). For each attribute:

- `training`: `E_x sum_j P(j|x) ln(P(j|s) / P(j))`, all chances from training records: what training drives down;
- `others`: the same mean over the test records, with the chances of the training records. A lower bound of `I(J; s)`
  for whoever draws the test records, whatever the chances are (Barber & Agakov, NIPS 2003); with its 95 % deviation,
  over groups where there are any;
- `H(s)`: what there is to disclose.
"""

import csv
import json
import sys

import numpy as np
import onnx
from safetensors.numpy import load_file

# Chances are mixed with this share of a uniform one, so that a substitute that nobody chose costs no infinity.
SMOOTHING = 1e-3


def probabilities(name: str, temperature: float) -> np.ndarray:
    (logits,) = (array for array in load_file(f"{name}.safetensors").values() if array.ndim == 2)
    logits = logits.astype(np.float64) / temperature
    weights = np.exp(logits - logits.max(1, keepdims=True))
    return weights / weights.sum(1, keepdims=True)


def columns(name: str) -> dict[str, np.ndarray]:
    with open(f"{name}.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


def log_ratios(draws: np.ndarray, labels: np.ndarray, classes: list[str]) -> np.ndarray:
    """`ln(P(j | s = c) / P(j))`, `[classes, substitutes]`."""
    count = draws.shape[1]
    shares = np.array([(labels == c).mean() for c in classes])
    chances = np.stack([draws[labels == c].mean(0) for c in classes])
    chances = (1 - SMOOTHING) * chances + SMOOTHING / count
    return np.log(chances / (shares @ chances))


def disclosed(draws: np.ndarray, labels: np.ndarray, classes: list[str], ratios: np.ndarray) -> np.ndarray:
    places = np.array([classes.index(label) for label in labels])
    return (draws * ratios[places]).sum(1)


def deviation(values: np.ndarray, groups: np.ndarray) -> float:
    """Of the mean, where rows of one group hang together."""
    sums = np.array([(values[groups == group] - values.mean()).sum() for group in np.unique(groups)])
    return float(np.sqrt((sums**2).sum()) / len(values))


def main() -> None:
    encoder, train, test, *attributes = sys.argv[1:]
    (manifest,) = (p.value for p in onnx.load(encoder).metadata_props if p.key == "tiprdc.manifest")
    temperature = json.loads(manifest)["release"]["temperature"]
    known, others = probabilities(train, temperature), probabilities(test, temperature)
    known_labels, other_labels = columns(train), columns(test)
    groups = other_labels.get("group", np.arange(len(others)))
    print("| attribute | training | others | H(s) |\n|---|---|---|---|")
    for name in attributes:
        classes = sorted(set(known_labels[name]))
        ratios = log_ratios(known, known_labels[name], classes)
        inside = disclosed(known, known_labels[name], classes, ratios).mean()
        outside = disclosed(others, other_labels[name], classes, ratios)
        shares = np.array([(other_labels[name] == c).mean() for c in classes])
        entropy = -(shares[shares > 0] * np.log(shares[shares > 0])).sum()
        spread = deviation(outside, groups)
        print(f"| {name} | {inside:.4f} | {outside.mean():.4f} ± {1.96 * spread:.4f} | {entropy:.2f} |")


if __name__ == "__main__":
    main()
