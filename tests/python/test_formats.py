"""Files as other tools write them: the same numbers give the same audit, to the byte."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import safetensors.numpy
from conftest import Tiprdc

ROWS, WIDTH, PEOPLE = 300, 4, 30
LABELS = ["secret", "task", "age", "person"]


class Data:
    """Rows that know something of a secret and of an age, from thirty people."""

    def __init__(self) -> None:
        random = np.random.default_rng(5)
        person = np.arange(ROWS) % PEOPLE
        secret = person % 2
        age = random.integers(18, 90, PEOPLE)[person]
        rows = random.normal(0, 1, (ROWS, WIDTH))
        rows[:, 0] += secret
        rows[:, 1] += age / 40
        self.rows = rows.astype(np.float32)
        self.table = pd.DataFrame(
            {
                "secret": np.where(secret == 1, "m", "f"),
                "task": rows[:, 2] > 0,
                "age": age.astype(np.float64) + 0.5,
                "person": person,
                "unused": None,
            }
        )

    def columns(self) -> pd.DataFrame:
        """The rows as named columns."""
        return pd.DataFrame(self.rows, columns=[f"f{index}" for index in range(WIDTH)])


@pytest.fixture(scope="module")
def made() -> Data:
    """The same data for all tests."""
    return Data()


def audited(tiprdc: Tiprdc, folder: Path, features: Path, labels: Path, *more: object) -> bytes:
    """The report on files, as it is written."""
    out = folder / "report"
    tiprdc.run(
        *("audit", "--features", features, "--labels", labels, "--private", "secret"),
        *("--task", "task", "--groups", "person", "--out", out, *more),
    )
    return (out / "audit.json").read_bytes()


@pytest.fixture(scope="module")
def expected(tiprdc: Tiprdc, made: Data, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The report from safetensors and CSV."""
    folder = tmp_path_factory.mktemp("expected")
    features, labels = folder / "features.safetensors", folder / "labels.csv"
    safetensors.numpy.save_file({"features": made.rows}, features)
    made.table.to_csv(labels, index=False)
    return audited(tiprdc, folder, features, labels)


def with_numpy(path: Path, rows: Any) -> None:
    """An array of any kind and order."""
    np.save(path, rows)


def as_lists(made: Data, size: int) -> pa.Table:
    """One column of lists; a size of -1 lets the lengths vary."""
    flat = pa.array(made.rows.reshape(-1))
    if size > 0:
        lists: pa.Array = pa.FixedSizeListArray.from_arrays(flat, size)
    else:
        lists = pa.ListArray.from_arrays(np.arange(0, flat.__len__() + 1, WIDTH), flat)
    return pa.table({"embedding": lists})


FEATURES: dict[str, Callable[[Data, Path], None]] = {
    "c.npy": lambda made, path: with_numpy(path, made.rows),
    "f.npy": lambda made, path: with_numpy(path, np.asfortranarray(made.rows)),
    "f8.npy": lambda made, path: with_numpy(path, made.rows.astype(np.float64)),
    "big-endian.npy": lambda made, path: with_numpy(path, made.rows.astype(">f4")),
    "one.npz": lambda made, path: np.savez(path, made.rows),
    "named.npz": lambda made, path: np.savez_compressed(path, features=made.rows, other=np.eye(2)),
    # In f64: the shortest text of an f32 is another number to whoever reads more digits.
    "pandas.csv": lambda made, path: made.columns().astype("float64").to_csv(path, index=False),
    "bare.csv": lambda made, path: (
        pd.DataFrame(made.rows.astype(np.float64)).to_csv(path, index=False)
    ),
    "snappy.parquet": lambda made, path: made.columns().to_parquet(path),
    "zstd.parquet": lambda made, path: made.columns().to_parquet(path, compression="zstd"),
    "gzip.parquet": lambda made, path: made.columns().to_parquet(path, compression="gzip"),
    "index.parquet": lambda made, path: (
        made.columns().set_index(np.arange(ROWS)[::-1]).to_parquet(path, index=True)
    ),
    "named-index.parquet": lambda made, path: (
        made.columns().assign(order=made.table["secret"].factorize()[0]).set_index("order")
    ).to_parquet(path),
    "polars.parquet": lambda made, path: pl.from_pandas(made.columns()).write_parquet(path),
    "f8.parquet": lambda made, path: made.columns().astype("float64").to_parquet(path),
    "groups.parquet": lambda made, path: made.columns().to_parquet(path, row_group_size=70),
    "v2.parquet": lambda made, path: made.columns().to_parquet(path, data_page_version="2.0"),
    "lists.parquet": lambda made, path: pq.write_table(as_lists(made, -1), path),
    "fixed.parquet": lambda made, path: pq.write_table(as_lists(made, WIDTH), path),
    "polars-array.parquet": lambda made, path: pl.DataFrame(
        {"embedding": made.rows}, schema={"embedding": pl.Array(pl.Float32, WIDTH)}
    ).write_parquet(path),
}


@pytest.mark.parametrize("name", FEATURES)
def test_features(tiprdc: Tiprdc, made: Data, expected: bytes, tmp_path: Path, name: str) -> None:
    """Every way to write the same features gives the same report."""
    FEATURES[name](made, tmp_path / name)
    made.table.to_csv(tmp_path / "labels.csv", index=False)
    assert audited(tiprdc, tmp_path, tmp_path / name, tmp_path / "labels.csv") == expected


@pytest.mark.parametrize(
    "write",
    [
        lambda table, path: table.to_parquet(path),
        lambda table, path: table.astype({"secret": "category"}).to_parquet(path),
        lambda table, path: table.to_parquet(path, compression="gzip", use_dictionary=False),
        lambda table, path: pl.from_pandas(table).write_parquet(path, compression="zstd"),
        lambda table, path: table.astype({"person": "uint16"}).to_parquet(path),
    ],
    ids=["pandas", "dictionary", "plain-gzip", "polars", "unsigned"],
)
def test_labels(
    tiprdc: Tiprdc, made: Data, expected: bytes, tmp_path: Path, write: Callable[..., None]
) -> None:
    """Text, dictionaries, booleans and integers mean what they mean in CSV."""
    np.save(tmp_path / "features.npy", made.rows)
    write(made.table[LABELS], tmp_path / "labels.parquet")
    report = audited(tiprdc, tmp_path, tmp_path / "features.npy", tmp_path / "labels.parquet")
    assert report == expected


def test_a_missing_label_is_counted(tiprdc: Tiprdc, made: Data, tmp_path: Path) -> None:
    """A row without a label has no place in an audit, and is not quietly left out: a note counts it."""
    np.save(tmp_path / "features.npy", made.rows)
    holes = made.table[LABELS].copy()
    holes.loc[[3, 8], "secret"] = None
    for name, write in [("l.parquet", holes.to_parquet), ("l.csv", holes.to_csv)]:
        write(tmp_path / name, index=False)
        printed = tiprdc.run(
            *("audit", "--features", tmp_path / "features.npy", "--labels", tmp_path / name),
            *("--private", "secret"),
        )
        note = re.search(r"secret: (\d+) of \d+ training rows and (\d+) of \d+ test rows", printed)
        assert note is not None, printed
        assert int(note[1]) + int(note[2]) == 2


def test_half_precision_is_read(tiprdc: Tiprdc, made: Data, tmp_path: Path) -> None:
    """Sixteen bits hold less, so that these are compared with themselves."""
    half = made.rows.astype(np.float16)
    np.save(tmp_path / "half.npy", half)
    np.save(tmp_path / "full.npy", half.astype(np.float32))
    pq.write_table(pa.table({f"f{at}": half[:, at] for at in range(WIDTH)}), tmp_path / "h.parquet")
    made.table.to_csv(tmp_path / "labels.csv", index=False)
    reports = [
        audited(tiprdc, tmp_path, tmp_path / name, tmp_path / "labels.csv")
        for name in ("half.npy", "full.npy", "h.parquet")
    ]
    assert reports[0] == reports[1] == reports[2]
