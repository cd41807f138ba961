"""The table of a sweep for docs/benchmarks.md: means over seeds of the strongest attacker, and what it is as a share.

    tiprdc sweep cli/runs/evidence/adult.toml --data adult --out adult-sweep
    python benches/evidence.py adult-sweep

Reads `sweep.json` and the audits that it names; needs no package.
"""

import json
import sys
from pathlib import Path
from statistics import fmean


def audits(folder: Path, point: dict) -> list[dict]:
    runs = [run for run in point["runs"] if "error" not in run]
    return [json.loads((folder / run["folder"] / "audit.json").read_text()) for run in runs]


def values(audits: list[dict], name: str) -> list[float]:
    entries = (entry for audit in audits for entry in audit["attributes"] if entry["name"] == name)
    return [entry["strongest"]["value"] for entry in entries]


def share(gain: dict) -> str:
    if gain["nag"] is None:
        return "?"
    low, high = gain["nag_interval"]
    return f"{gain['nag']:.2f} [{low:.2f}, {high:.2f}]"


def row(folder: Path, point: dict) -> str:
    judged = audits(folder, point)
    cells = [point["name"]]
    for gain in point["attributes"]:
        cells.append(f"{fmean(values(judged, gain['name'])):.3f}: {share(gain)}")
    failed = len(point["runs"]) - len(point["seeds"])
    if failed:
        cells[0] += f" (without {failed} of {len(point['runs'])} seeds, which failed)"
    seeds = [run["mnag"] for run in point["runs"] if run.get("mnag") is not None]
    spread = f" ({min(seeds):.3f} to {max(seeds):.3f})" if len(seeds) > 1 else ""
    cells.append(f"{point['mnag']:.3f}{spread}" if point["mnag"] is not None else "?")
    return f"| {' | '.join(cells)} |"


def raw(folder: Path, points: list[dict], names: list[str]) -> str:
    """What attackers find in the inputs themselves, the mean over seeds: the same for all points of a seed."""
    judged = audits(folder, points[0])
    found = [
        fmean(entry["unprotected"] for audit in judged for entry in audit["attributes"] if entry["name"] == name)
        for name in names
    ]
    return f"| raw inputs | {' | '.join(f'{value:.3f}: 1' for value in found)} | 0 |"


def main() -> None:
    folder = Path(sys.argv[1])
    sweep = json.loads((folder / "sweep.json").read_text())
    points = [point for point in sweep["points"] if point["seeds"]]
    points.sort(key=lambda point: -(point["mnag"] if point["mnag"] is not None else -9))
    names = [gain["name"] for gain in points[0]["attributes"]]
    heads = [f"{name} (hide)" if name in sweep["private"] else f"{name} (keep)" for name in names]
    print(f"| method | {' | '.join(heads)} | mNAG |")
    print("|---" * (len(names) + 2) + "|")
    print(raw(folder, points, names))
    for point in points:
        print(row(folder, point))


if __name__ == "__main__":
    main()
