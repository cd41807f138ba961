"""Checks what `tiprdc demo` wrote: every file is there, opens, and says something possible."""

import csv
import json
import math
import pathlib
import sys

import onnx
from safetensors import safe_open


def check(folder: pathlib.Path) -> None:
    onnx.checker.check_model(onnx.load(folder / "encoder.onnx"))
    audit = json.loads((folder / "audit.json").read_text())
    for part, rows in audit["rows"].items():
        with safe_open(folder / f"features-{part}.safetensors", "np") as features:
            assert features.get_tensor("features").shape[0] == rows, part
            assert features.metadata()["tiprdc.encoder"] == audit["encoder"], part
        with open(folder / f"labels-{part}.csv", newline="") as labels:
            assert sum(1 for _ in csv.DictReader(labels)) == rows, part
    assert [a["name"] for a in audit["attributes"] if a["role"] == "private"] == ["sex"]
    for attribute in audit["attributes"]:
        value, (low, high) = attribute["strongest"]["value"], attribute["strongest"]["interval"]
        assert attribute["chance"] < value <= 1 and low <= value <= high, attribute["name"]
        # What a logistic regression reaches on this data set, with room for its noise.
        assert attribute["unprotected"] > {"sex": 0.70, "income": 0.76}.get(attribute["name"], 0), attribute["name"]
        assert all(math.isfinite(a["value"]) for a in attribute["attackers"])
    assert audit["not_tested"], "a first form of the judge has things it did not test"


if __name__ == "__main__":
    check(pathlib.Path(sys.argv[1]))
    print("1 passed, 0 failed")
