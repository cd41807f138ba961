"""What the benchmarks share: the command, the data, checkpoints, tables."""

from __future__ import annotations

import argparse
import csv
import math
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Set:
    """A data set, and the encoder that is trained on it."""

    name: str
    architecture: str
    run: str
    folder: str
    private: str
    tasks: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()


SETS = {
    "adult": Set("adult", "mlp", "adult.toml", "adult", "sex", ("income", "occupation")),
    "motionsense": Set(
        "motionsense", "tcn", "motionsense.toml", "motionsense", "gender", ("activity", "subject", "height"),
        # The peer has one adversary.
        ("method.adversaries=1",),
    ),
    "fairface": Set("fairface", "mobile", "fairface.toml", "fairface_6k", "gender", ("race", "age")),
    "vgg16": Set(
        "fairface", "vgg16", "fairface.toml", "fairface_6k", "gender", ("race", "age"), (
            "encoder.architecture=vgg16",
            'dataset.attributes=["gender"]',
        ),
    ),
}


class Command:
    """The `tiprdc` command on a number of threads."""

    def __init__(self, threads: int) -> None:
        self.path = os.environ.get("TIPRDC_BIN", str(ROOT / "target" / "release" / "tiprdc"))
        if not Path(self.path).is_file():
            raise SystemExit(f"{self.path} is missing: cargo build --release, or set TIPRDC_BIN")
        self.environment = os.environ | {"RAYON_NUM_THREADS": str(threads)}

    def run(self, *arguments: str | Path, ok: tuple[int, ...] = (0,)) -> str:
        """Standard output of a call that ends well."""
        done = subprocess.run(
            [self.path, *map(str, arguments)], env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode not in ok:
            raise SystemExit(f"tiprdc {' '.join(map(str, arguments))}\n{done.stderr}")
        return done.stdout

    def train(self, bench: Set, data: Path, out: Path, *overrides: str) -> list[float]:
        """Trains into `out`; seconds of each epoch of the last stage."""
        with self._train(bench, data, out, overrides) as process:
            lines = list(process.stderr or ())
        times = [seconds for line in lines if (seconds := epoch_seconds(line)) is not None]
        if process.returncode != 0:
            raise SystemExit("".join(lines))
        return times

    def parameters(self, bench: Set, data: Path, out: Path) -> dict[str, int]:
        """Numbers that each network of TIPRDC learns, from the checkpoint of a run stopped after an epoch."""
        overrides = ("training.pretrain_epochs=0", "training.epochs=2")
        with self._train(bench, data, out, overrides) as process:
            for line in process.stderr or ():
                if epoch_seconds(line) is not None:
                    process.send_signal(signal.SIGINT)
        parts = load_file(out / "checkpoint.safetensors")
        return {name: learned(parts[name].numpy().tobytes()) for name in ("encoder", "adversary", "critic")}

    def _train(self, bench: Set, data: Path, out: Path, overrides: tuple[str, ...]) -> subprocess.Popen[str]:
        settings = [word for override in (*bench.overrides, *overrides) for word in ("--set", override)]
        return subprocess.Popen(
            [self.path, "train", ROOT / "cli" / "runs" / bench.run, "--data", data, "--out", out, *settings],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )


class OtherLoad:
    """Cores that other processes keep busy while a `with` block runs (Linux; elsewhere not known).

    PyTorch's and onnxruntime's threads wait for each other at the end of every operation: one that lost its core to
    another process makes all wait, and a ratio says nothing any more.
    """

    LIMIT = 0.15

    def __init__(self) -> None:
        self.cores: float | None = None

    def __enter__(self) -> "OtherLoad":
        self._before = self._busy(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        busy, now = self._busy(), time.perf_counter()
        before, started = self._before
        if busy is not None and before is not None:
            self.cores = max(0.0, (busy - before) / (now - started))

    @staticmethod
    def _busy() -> float | None:
        """CPU seconds of all processes but this one and its children that have ended."""
        try:
            fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
        except OSError:
            return None
        user, nice, system, _, _, irq, softirq, steal = fields[:8]
        everyone = (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
        own = os.times()
        return everyone - (own.user + own.system + own.children_user + own.children_system)

    def mark(self) -> str:
        """A note for the row of a table."""
        if self.cores is None or self.cores <= self.LIMIT:
            return ""
        return f" (not valid: others used {self.cores:.1f} cores)"


def epoch_seconds(line: str) -> float | None:
    """The time in a progress line of adversarial training."""
    found = re.match(r"train epoch .*\((\d+(?:\.\d+)?) (s|min), about", line)
    return float(found[1]) * (60 if found[2] == "min" else 1) if found else None


def learned(record: bytes) -> int:
    """Parameters in one network of a checkpoint: burn's record starts with a CBOR table of its tensors."""
    if record[:4] != b"NRUB":
        raise SystemExit("the checkpoint's format is not the one known here")
    table = cbor(iter(record[10:]))
    return sum(
        math.prod(tensor["shape"]) for name, tensor in table["tensors"].items() if ".norm.running_" not in name
    )


def cbor(data: Iterator[int]):
    """One CBOR value (RFC 8949) of the kinds that occur: integers, texts, lists, maps, null."""
    first = next(data)
    kind, size = first >> 5, first & 31
    if first == 0xF6:
        return None
    if size >= 24:
        size = int.from_bytes(bytes(next(data) for _ in range(1 << size - 24)), "big")
    match kind:
        case 0:
            return size
        case 3:
            return bytes(next(data) for _ in range(size)).decode()
        case 4:
            return [cbor(data) for _ in range(size)]
        case 5:
            return {cbor(data): cbor(data) for _ in range(size)}
    raise SystemExit(f"CBOR of kind {kind} is not expected in a checkpoint")


def untrained(command: Command, bench: Set, data: Path, out: Path) -> Path:
    """An encoder with fresh weights: enough to time it, and to read its data."""
    command.train(bench, data, out, 'method={kind="untrained"}')
    return out / "encoder.onnx"


def split(command: Command, encoder: Path, data: Path, name: str, out: Path, *, raw: bool) -> tuple[Path, Path]:
    """Features (or preprocessed inputs) and labels of one part of the encoder's data set, as files."""
    kind = "raw" if raw else "features"
    features, labels = out / f"{kind}-{name}.safetensors", out / f"labels-{name}.csv"
    flags = ["--raw"] if raw else []
    command.run("encode", encoder, "--data", data, "--split", name, "--out", features, "--labels-out", labels, *flags)
    return features, labels


def tensors(features: Path, labels: Path, attribute: str) -> tuple[torch.Tensor, torch.Tensor, int]:
    """Records, codes of one attribute, and its number of classes."""
    with labels.open(newline="") as file:
        values = [row[attribute] for row in csv.DictReader(file)]
    classes = sorted(set(values))
    codes = torch.tensor([classes.index(value) for value in values])
    return load_file(features)["features"], codes, len(classes)


def few_images(data: Path, out: Path, records: int) -> Path:
    """A folder with the first training images of `data` and as many test images at most, for slow networks."""
    out.mkdir(parents=True, exist_ok=True)
    with (data / "labels.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    kept: dict[str, list[list[str]]] = {}
    for row in rows:
        part = kept.setdefault(row[0].split("/")[0], [])
        if len(part) < records:
            part.append(row)
    with (out / "labels.csv").open("w", newline="") as file:
        csv.writer(file).writerows([header, *(row for part in kept.values() for row in part)])
    for part in kept:
        (out / part).symlink_to((data / part).resolve())
    return out


def arguments(description: str, sets: tuple[str, ...], **defaults: int) -> argparse.ArgumentParser:
    """The flags that all benchmarks know."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, default=os.environ.get("TIPRDC_DATA"), help="folder of data sets")
    parser.add_argument("--set", dest="sets", action="append", choices=sets, help="only these; may be repeated")
    parser.add_argument("--threads", type=int, default=2, help="threads of both sides")
    parser.add_argument("--json", type=Path, help="write the results here too")
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    return parser


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
