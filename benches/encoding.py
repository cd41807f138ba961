"""Microseconds to encode: the core against onnxruntime on each default encoder, one record and a batch."""

from __future__ import annotations

import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import common
import numpy
import onnxruntime
from onnx import TensorProto, helper
from safetensors.numpy import load_file

DEFAULT = ("adult", "motionsense", "fairface")
TOLERANCE = 1e-4


def session(model: bytes | str, threads: int) -> Callable[[numpy.ndarray], numpy.ndarray]:
    """A model in onnxruntime, as a function of its input."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    run = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    name = run.get_inputs()[0].name
    return lambda x: run.run(None, {name: x})[0]


def identity(shape: tuple[int, ...]) -> bytes:
    """A model that does nothing: what a call from Python costs by itself."""
    value = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, *shape]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "identity", value[:1], value[1:])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()


def median_us(seconds: float, call: Callable[[], object]) -> float:
    """Median time of a call, as the core's example takes it: the first tenth warms up."""
    until = time.perf_counter() + seconds / 10
    while time.perf_counter() < until:
        call()
    times = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until or len(times) < 5:
        started = time.perf_counter_ns()
        call()
        times.append((time.perf_counter_ns() - started) / 1000)
    return statistics.median(times)


def build_example() -> Path:
    """`core/examples/latency.rs`, with the system's allocator, as a user of the library has it."""
    command = ["cargo", "build", "--release", "--package", "tiprdc", "--example", "latency", "--message-format=json"]
    built = subprocess.run(command, cwd=common.ROOT, capture_output=True, text=True, check=True).stdout
    messages = [json.loads(line) for line in built.splitlines()]
    return Path(next(m["executable"] for m in messages if m.get("target", {}).get("name") == "latency"))


def core(example: Path, encoder: Path, raw: Path, batch: int, threads: int, seconds: float, out: Path) -> dict:
    """Medians of the core."""
    flags = ["--batch", batch, "--threads", threads, "--seconds", seconds, "--out", out]
    done = subprocess.run([str(word) for word in (example, encoder, raw, *flags)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def measure(
    command: common.Command, example: Path, bench: common.Set, data: Path, flags, scratch: Path
) -> dict:
    """Medians over rounds, A B A B, after checking that both compute the same."""
    encoder = common.untrained(command, bench, data, scratch / "untrained")
    raw, _ = common.split(command, encoder, data, "test", scratch, raw=True)
    x = load_file(raw)["features"][: flags.batch]
    rows = [numpy.ascontiguousarray(x[row : row + 1]) for row in range(len(x))]
    single, batch = session(str(encoder), 1), session(str(encoder), flags.threads)
    nothing = session(identity(x.shape[1:]), 1)
    out = scratch / "core.safetensors"
    runs: dict[str, list[float]] = {"core_single": [], "ort_single": [], "core_batch": [], "ort_batch": [], "call": []}
    with common.OtherLoad() as load:
        for index in range(flags.rounds):
            ours = core(example, encoder, raw, flags.batch, flags.threads, flags.seconds, out)
            runs["core_single"].append(ours["single_us"])
            runs["core_batch"].append(ours["batch_us"])
            at = iter(range(1 << 62))
            runs["ort_single"].append(median_us(flags.seconds, lambda: single(rows[next(at) % len(rows)])))
            runs["ort_batch"].append(median_us(flags.seconds, lambda: batch(x)))
            runs["call"].append(median_us(flags.seconds / 10, lambda: nothing(rows[0])))
            difference = float(numpy.abs(load_file(out)["features"] - batch(x)).max())
            if difference > TOLERANCE:
                raise SystemExit(f"{bench.name}: core and onnxruntime differ by {difference}")
    medians = {name: statistics.median(times) for name, times in runs.items()}
    return {
        "set": bench.name,
        "architecture": bench.architecture,
        "record": list(x.shape[1:]),
        "batch": len(x),
        **{f"{name}_us": value for name, value in medians.items()},
        "ratio_single": medians["core_single"] / medians["ort_single"],
        "ratio_batch": medians["core_batch"] / medians["ort_batch"],
        "largest_difference": difference,
        "all": runs,
        "other_cores": load.cores,
        "note": load.mark(),
    }


def main() -> None:
    """Measures the encoders that were asked for."""
    parser = common.arguments(__doc__, tuple(common.SETS), rounds=5, batch=256)
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each median is taken over")
    flags = parser.parse_args()
    if flags.data is None:
        raise SystemExit("--data or TIPRDC_DATA must name the folder of data sets")
    command, example = common.Command(flags.threads), build_example()
    results = []
    for name in flags.sets or DEFAULT:
        bench = common.SETS[name]
        with tempfile.TemporaryDirectory() as folder:
            scratch = Path(folder)
            data = flags.data / bench.folder
            if bench.architecture == "vgg16":
                data = common.few_images(data, scratch / "images", flags.batch)
            results.append(measure(command, example, bench, data, flags, scratch))
        print(json.dumps(results[-1]), flush=True)
    rows = [
        [
            f"{result['architecture']} {result['record']}",
            *(f"{result[key]:.1f}" for key in ("core_single_us", "ort_single_us")),
            f"{result['ratio_single']:.2f}{result['note']}",
            *(f"{result[key] / result['batch']:.2f}" for key in ("core_batch_us", "ort_batch_us")),
            f"{result['ratio_batch']:.2f}{result['note']}",
            f"{result['call_us']:.1f}",
        ]
        for result in results
    ]
    header = [
        "encoder",
        "core, 1 record",
        "onnxruntime",
        "ratio",
        f"core, a record of {flags.batch}",
        "onnxruntime",
        "ratio",
        "an empty call",
    ]
    print(f"\nMicroseconds; onnxruntime {onnxruntime.__version__}; 1 thread, batch on {flags.threads}; "
          f"median of {flags.rounds}\n")
    print(common.table(header, rows))
    if flags.json:
        flags.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
