#!/usr/bin/env python3
"""Measures what a folder of hostile files costs: one process for each file, its outcome, time and memory.

    python scripts/measure.py FOLDER [--milliseconds 100] [--megabytes 64]

Encoders (.onnx) are loaded by `core/examples/load.rs`. Features, labels, tables and pictures go through the command,
which TIPRDC_BIN names. Memory is the peak above that of the same program without a file. The exit code is 1 if a file
takes more than the limits, or ends the process other than by an exit code of the program.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

SECONDS = 60.0
ROWS = 200
IMAGES = {".png", ".jpg", ".jpeg"}
FEATURES = {".npy", ".npz", ".safetensors", ".parquet", ".csv"}
TABLES = {".parquet", ".csv"}
IMAGE_ENCODER = Path(__file__).parent.parent / "testdata" / "encoders" / "image.onnx"


@dataclass
class Cost:
    """What a process did."""

    end: str
    milliseconds: float
    megabytes: float
    faulty: bool


def run(command: list[str | Path]) -> tuple[str, int, float, float]:
    """Output, exit code, milliseconds and peak megabytes of one process."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            output, errors = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
    spent = (time.perf_counter() - start) * 1e3
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return output + errors, process.returncode, spent, peak


def alone(command: list[str | Path]) -> tuple[str, int, float, float]:
    """The same from a process of its own: the system keeps one peak for all children of a process."""
    again = [sys.executable, __file__, "--one", *map(str, command)]
    done = subprocess.run(again, capture_output=True, text=True, check=True)
    output, code, spent, peak = json.loads(done.stdout)
    return output, code, spent, peak


def cost(command: list[str | Path], idle: float) -> Cost:
    """What a command did, above the memory of the idle program."""
    output, code, spent, peak = alone(command)
    lines = output.strip().splitlines() or ["nothing was said"]
    ended = f"signal {-code}" if code < 0 else f"exit code {code}"
    end = f"{ended}: {lines[0][:100]}"
    if lines[-1].startswith("{"):
        said = json.loads(lines[-1])
        end, spent = said["end"], said["milliseconds"]
    return Cost(end, spent, peak - idle, code < 0 or code == 101 or "panicked" in output)


def commands_for(file: Path, tiprdc: Path, folder: Path, private: str) -> list[list[str | Path]]:
    """How the command is given a file of this kind: a table is read as features and as labels."""
    features, labels, out = folder / "features.csv", folder / "labels.csv", folder / "out.safetensors"
    if file.suffix in IMAGES:
        return [[tiprdc, "encode", IMAGE_ENCODER, file, "--out", out]]
    commands: list[list[str | Path]] = []
    if file.suffix in FEATURES:
        commands.append([tiprdc, "audit", "--features", file, "--labels", labels, "--private", private])
    if file.suffix in TABLES:
        commands.append([tiprdc, "audit", "--features", features, "--labels", file, "--private", private])
    return commands


def companions(folder: Path, private: str) -> None:
    """Features and labels that are as they should be."""
    rows = [f"{row % 7},{row % 5}" for row in range(ROWS)]
    (folder / "features.csv").write_text("\n".join(["a,b", *rows]) + "\n", encoding="utf-8")
    groups = [str(row % 2) for row in range(ROWS)]
    (folder / "labels.csv").write_text("\n".join([private, *groups]) + "\n", encoding="utf-8")


def main() -> int:
    """Prints a line for each file, and the worst."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--milliseconds", type=float, default=100.0)
    parser.add_argument("--megabytes", type=float, default=64.0)
    parser.add_argument("--private", default="sex", help="the column that is read of tables of labels")
    arguments = parser.parse_args()
    tiprdc = Path(os.environ["TIPRDC_BIN"]).resolve()
    load = tiprdc.parent / "examples" / "load"
    idle = {program: alone([program, *rest])[3] for program, rest in ((load, []), (tiprdc, ["--version"]))}
    costs: dict[str, Cost] = {}
    with tempfile.TemporaryDirectory() as temporary:
        companions(Path(temporary), arguments.private)
        for file in sorted(path for path in arguments.folder.rglob("*") if path.is_file()):
            name = str(file.relative_to(arguments.folder))
            commands = [[load, file]] if file.suffix == ".onnx" else commands_for(file, tiprdc, Path(temporary), arguments.private)
            for role, command in zip(("", " (labels)"), commands, strict=False):
                costs[name + role] = cost(command, idle[command[0]])
    for name, spent in costs.items():
        beyond = spent.faulty or spent.milliseconds > arguments.milliseconds or spent.megabytes > arguments.megabytes
        mark = "!" if beyond else " "
        print(f"{mark} {name:40} {spent.milliseconds:9.1f} ms {spent.megabytes:8.1f} MB  {spent.end}")
        spent.faulty = beyond
    if not costs:
        print(f"{arguments.folder} holds no files that can be measured", file=sys.stderr)
        return 2
    slowest = max(costs, key=lambda name: costs[name].milliseconds)
    largest = max(costs, key=lambda name: costs[name].megabytes)
    beyond = sum(spent.faulty for spent in costs.values())
    print(
        f"{len(costs)} files, {beyond} beyond {arguments.milliseconds:g} ms and {arguments.megabytes:g} MB; "
        f"slowest {slowest}: {costs[slowest].milliseconds:.1f} ms; largest {largest}: {costs[largest].megabytes:.1f} MB"
    )
    return 1 if beyond else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(run(sys.argv[2:])))
        sys.exit(0)
    sys.exit(main())
