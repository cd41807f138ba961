"""Batches of tables on real local clusters of Ray, Spark and Dask, from Parquet to Parquet."""

from __future__ import annotations

import os
import pickle
import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tiprdc
from tiprdc.batch import BatchEncoder

ROWS = 60


@pytest.fixture(scope="module")
def encoder_path(testdata: Path) -> str:
    return str(testdata / "example" / "encoder.onnx")


@pytest.fixture(scope="module")
def table() -> pa.Table:
    """Windows as flat lists, and who they are from."""
    rng = np.random.default_rng(5)
    windows = rng.normal(size=(ROWS, 6 * 128)).astype(np.float32)
    return pa.table({"id": np.arange(ROWS), "window": list(windows)})


@pytest.fixture(scope="module")
def parquet(table: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two files, so that engines have something to share out."""
    folder = tmp_path_factory.mktemp("raw")
    pq.write_table(table.slice(0, ROWS // 2), folder / "a.parquet")
    pq.write_table(table.slice(ROWS // 2), folder / "b.parquet")
    return folder


@pytest.fixture(scope="module")
def expected(encoder_path: str, table: pa.Table) -> np.ndarray:
    windows = np.stack(table["window"].to_numpy()).reshape(ROWS, 6, 128)
    return tiprdc.Encoder(encoder_path).encode(windows).reshape(ROWS, -1)


def _check(folder: Path, expected: np.ndarray) -> None:
    """What an engine wrote: features of every record once, and nothing raw."""
    made = pd.concat([pq.read_table(path).to_pandas() for path in sorted(folder.glob("*.parquet"))])
    assert sorted(made.columns) == ["features", "id"]
    made = made.sort_values("id")
    assert made["id"].tolist() == list(range(ROWS))
    np.testing.assert_array_equal(np.stack(made["features"].to_numpy()), expected)


def test_all_kinds_of_batches(encoder_path: str, table: pa.Table, expected: np.ndarray) -> None:
    encode = BatchEncoder(encoder_path, "window")
    mapping = encode({"id": np.arange(ROWS), "window": np.stack(table["window"].to_numpy())})
    np.testing.assert_array_equal(mapping["features"], expected)
    frame = encode(table.to_pandas())
    np.testing.assert_array_equal(np.stack(frame["features"].to_numpy()), expected)
    arrow = encode(table)
    assert arrow.schema.field("features").type == pa.list_(pa.float32())
    np.testing.assert_array_equal(np.stack(arrow["features"].to_numpy()), expected)
    (batch,) = encode.arrow(table.combine_chunks().to_batches())
    np.testing.assert_array_equal(np.stack(batch["features"].to_numpy(zero_copy_only=False)), expected)
    nested = table.to_pandas()
    nested["window"] = [window.reshape(6, 128).tolist() for window in nested["window"]]
    np.testing.assert_array_equal(np.stack(encode(nested)["features"].to_numpy()), expected)
    assert encode({"id": [], "window": []})["features"].shape == (0, expected.shape[1])


def test_records_take_the_columns_that_they_need(testdata: Path) -> None:
    encoder = tiprdc.Encoder(testdata / "encoders" / "record.onnx")
    fields = {
        field.name: [1.0, None] if field.type == "numeric" else [field.categories[0], None]
        for field in encoder.manifest.input.fields
    }
    frame = pd.DataFrame({**fields, "id": [1, 2]})
    made = BatchEncoder(encoder)(frame)
    assert list(made.columns) == ["id", "features"]
    np.testing.assert_array_equal(np.stack(made["features"].to_numpy()), encoder.encode(fields).reshape(2, -1))


def test_what_does_not_fit_is_told(encoder_path: str, table: pa.Table) -> None:
    for encode, batch in [
        (BatchEncoder(encoder_path), table),
        (BatchEncoder(encoder_path, "widow"), table),
        (BatchEncoder(encoder_path, "window", keep=["window"]), table),
        (BatchEncoder(encoder_path, "window", output="id"), table),
        (BatchEncoder(encoder_path, "window"), 3),
    ]:
        with pytest.raises(tiprdc.ArgumentError):
            encode(batch)
    with pytest.raises(tiprdc.InputShapeError):
        BatchEncoder(encoder_path, "window")({"window": [[1.0, 2.0]]})


def test_a_path_travels_as_a_path_and_an_encoder_whole(encoder_path: str) -> None:
    by_path = BatchEncoder(encoder_path, "window")
    assert by_path.encoder.input_kind == "series"
    assert len(pickle.dumps(by_path)) < 1000
    whole = pickle.dumps(BatchEncoder(tiprdc.Encoder(encoder_path), "window"))
    assert len(whole) > os.path.getsize(encoder_path)
    assert pickle.loads(whole).encoder.digest == by_path.encoder.digest


def test_ray(encoder_path: str, parquet: Path, expected: np.ndarray, tmp_path: Path) -> None:
    import ray

    ray.init(
        num_cpus=2,
        include_dashboard=False,
        object_store_memory=128 * 2**20,
        runtime_env={"env_vars": {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}},
    )
    try:
        data = ray.data.read_parquet(str(parquet))
        encoded = data.map_batches(
            BatchEncoder, fn_constructor_args=(encoder_path, "window"), batch_size=16, concurrency=1
        )
        encoded.write_parquet(str(tmp_path))
    finally:
        ray.shutdown()
    _check(tmp_path, expected)


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    assert shutil.which("java"), "Spark needs a Java runtime"
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", "1g")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "16")
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.mark.parametrize("how", ["mapInArrow", "mapInPandas"])
def test_spark(spark, how: str, encoder_path: str, parquet: Path, expected: np.ndarray, tmp_path: Path) -> None:
    encode = BatchEncoder(encoder_path, "window")
    frame = spark.read.parquet(str(parquet))
    function = encode.arrow if how == "mapInArrow" else encode.pandas
    encoded = getattr(frame, how)(function, "id long, features array<float>")
    encoded.write.parquet(str(tmp_path / "out"))
    _check(tmp_path / "out", expected)


def test_dask(encoder_path: str, parquet: Path, expected: np.ndarray, tmp_path: Path) -> None:
    import dask
    import dask.dataframe as dd
    from distributed import Client, LocalCluster

    encode = BatchEncoder(encoder_path, "window")
    # Lists stay lists: by default Dask makes text of columns of objects.
    with (
        dask.config.set({"dataframe.convert-string": False}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster),
    ):
        frame = dd.read_parquet(parquet)
        encoded = frame.map_partitions(encode, meta=encode.meta(frame._meta))
        schema = pa.schema({"id": pa.int64(), "features": pa.list_(pa.float32())})
        encoded.to_parquet(tmp_path, schema=schema, write_index=False)
    _check(tmp_path, expected)
