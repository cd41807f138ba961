"""Seconds per epoch of TIPRDC's adversarial stage: tiprdc against PyTorch, in turn, on the same data and threads."""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path

import common
import torch
from peer_torch import Tiprdc

DEFAULT = ("adult", "motionsense", "fairface")
VGG16_RECORDS = 512


def measure(command: common.Command, bench: common.Set, data: Path, rounds: int, scratch: Path) -> dict:
    """Medians over rounds, A B A B, after checking that both train the same networks."""
    encoder = common.untrained(command, bench, data, scratch / "untrained")
    x, s, classes = common.tensors(*common.split(command, encoder, data, "train", scratch, raw=True), bench.private)

    def peer() -> Tiprdc:
        return Tiprdc(bench.architecture, tuple(x.shape[1:]), classes)

    parameters = command.parameters(bench, data, scratch / "counted")
    if parameters != peer().parameters():
        raise SystemExit(f"{bench.name}: different networks: tiprdc {parameters}, PyTorch {peer().parameters()}")
    peer().epoch(x, s, batches=3)  # PyTorch chooses its kernels on the first calls
    ours, theirs, last = [], [], {}
    with common.OtherLoad() as load:
        for index in range(rounds):
            once = ("training.pretrain_epochs=0", "training.epochs=1")
            ours += command.train(bench, data, scratch / "trained", *once, f"seed={index}")
            torch.manual_seed(index)
            last, seconds = peer().epoch(x, s)
            theirs.append(seconds)
    return {
        "set": bench.name,
        "architecture": bench.architecture,
        "record": list(x.shape[1:]),
        "batches": len(x) // 128,
        "parameters": parameters,
        "tiprdc_seconds": statistics.median(ours),
        "torch_seconds": statistics.median(theirs),
        "ratio": statistics.median(ours) / statistics.median(theirs),
        "tiprdc_all": ours,
        "torch_all": theirs,
        "torch_last_metrics": last,
        "other_cores": load.cores,
        "note": load.mark(),
    }


def main() -> None:
    """Runs the sets that were asked for."""
    flags = common.arguments(__doc__, tuple(common.SETS), rounds=3).parse_args()
    if flags.data is None:
        raise SystemExit("--data or TIPRDC_DATA must name the folder of data sets")
    torch.set_num_threads(flags.threads)
    command = common.Command(flags.threads)
    results = []
    for name in flags.sets or DEFAULT:
        bench = common.SETS[name]
        with tempfile.TemporaryDirectory() as folder:
            scratch = Path(folder)
            data = flags.data / bench.folder
            if bench.architecture == "vgg16":
                data = common.few_images(data, scratch / "images", VGG16_RECORDS)
            results.append(measure(command, bench, data, flags.rounds, scratch))
        print(json.dumps(results[-1]), flush=True)
    rows = [
        [
            f"{result['set']}, {result['architecture']}",
            str(result["batches"]),
            f"{sum(result['parameters'].values()):,}",
            f"{result['tiprdc_seconds']:.2f}",
            f"{result['torch_seconds']:.2f}",
            f"{result['ratio']:.2f}{result['note']}",
        ]
        for result in results
    ]
    header = ["data, encoder", "batches of 128", "parameters", "tiprdc, s/epoch", "PyTorch, s/epoch", "ratio"]
    print(f"\n{flags.threads} threads, PyTorch {torch.__version__}, median of {flags.rounds}\n")
    print(common.table(header, rows))
    if flags.json:
        flags.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
