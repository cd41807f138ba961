"""Does the peer reach the same? PyTorch's TIPRDC and tiprdc's, on the same data, judged by the same audit."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import common
import torch
from peer_torch import Tiprdc
from safetensors.torch import save_file


def judge(command: common.Command, bench: common.Set, files: dict[str, Path], labels: dict[str, Path]) -> dict:
    """The audit's report on features of both parts."""
    flags: list[str | Path] = ["--private", bench.private, "--task", ",".join(bench.tasks), "--json"]
    for part in ("train", "test"):
        flags += [f"--{part}-features", files[part], f"--{part}-labels", labels[part]]
    return json.loads(command.run("audit", *flags))


def best(report: dict) -> dict[str, tuple[float, str]]:
    """Of each attribute, what the strongest attacker gets, and which one it is."""
    strongest = {attribute["name"]: attribute["strongest"] for attribute in report["attributes"]}
    return {name: (attacker["value"], attacker["attacker"]) for name, attacker in strongest.items()}


def main() -> None:
    """Trains both, audits both and the raw input."""
    parser = common.arguments(__doc__, tuple(common.SETS), pretrain=2, epochs=10, seed=0)
    flags = parser.parse_args()
    if flags.data is None:
        raise SystemExit("--data or TIPRDC_DATA must name the folder of data sets")
    torch.set_num_threads(flags.threads)
    torch.manual_seed(flags.seed)
    command = common.Command(flags.threads)
    results = []
    for name in flags.sets or ("motionsense",):
        bench = common.SETS[name]
        data = flags.data / bench.folder
        with tempfile.TemporaryDirectory() as folder:
            scratch = Path(folder)
            length = (f"training.pretrain_epochs={flags.pretrain}", f"training.epochs={flags.epochs}")
            command.train(bench, data, scratch / "tiprdc", *length, f"seed={flags.seed}")
            encoder = scratch / "tiprdc" / "encoder.onnx"
            raw, ours, labels = {}, {}, {}
            for part in ("train", "test"):
                raw[part], labels[part] = common.split(command, encoder, data, part, scratch, raw=True)
                ours[part], _ = common.split(command, encoder, data, part, scratch, raw=False)

            x, s, classes = common.tensors(raw["train"], labels["train"], bench.private)
            peer = Tiprdc(bench.architecture, tuple(x.shape[1:]), classes)
            for stage, epochs in (("pretrain", flags.pretrain), ("train", flags.epochs)):
                for epoch in range(epochs):
                    print(f"PyTorch {stage} {epoch + 1}/{epochs}: {peer.epoch(x, s, stage)[0]}", flush=True)
            theirs = {}
            for part in ("train", "test"):
                theirs[part] = scratch / f"torch-{part}.safetensors"
                features = peer.encode(common.load_file(raw[part])["features"])
                save_file({"features": features.contiguous()}, theirs[part])

            released = {"raw": raw, "tiprdc": ours, "PyTorch": theirs}
            audits = {which: judge(command, bench, files, labels) for which, files in released.items()}
        results.append({"set": name, "seed": flags.seed, "audits": audits})
        found = {which: best(report) for which, report in audits.items()}
        attributes = (bench.private, *bench.tasks)
        rows = [
            [which, *(f"{values[attribute][0]:.3f} ({values[attribute][1]})" for attribute in attributes)]
            for which, values in found.items()
        ]
        print(f"\n{name}: balanced accuracy of the strongest attacker; one seed\n")
        print(common.table(["released", f"{bench.private} (private)", *bench.tasks], rows))
    if flags.json:
        flags.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
