"""Batches of tables on real local clusters of Ray, Spark and Dask, from Parquet to Parquet."""

from __future__ import annotations

import os
import pickle
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tiprdc
from tiprdc.batch import BatchEncoder

ROWS = 60


class Case(NamedTuple):
    """A table in two Parquet files, so that engines have something to share out, and what it gives."""

    model: str
    column: str
    table: pa.Table
    folder: Path
    expected: np.ndarray


def _case(model: Path, column: str, cells: pa.Array, x: np.ndarray, folder: Path) -> Case:
    table = pa.table({"id": np.arange(ROWS), column: cells})
    pq.write_table(table.slice(0, ROWS // 2), folder / "a.parquet")
    pq.write_table(table.slice(ROWS // 2), folder / "b.parquet")
    return Case(str(model), column, table, folder, tiprdc.Encoder(model).encode(x).reshape(ROWS, -1))


@pytest.fixture(scope="module")
def windows_case(testdata: Path, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Windows as flat lists."""
    windows = np.random.default_rng(5).normal(size=(ROWS, 6, 128)).astype(np.float32)
    cells = pa.array(list(windows.reshape(ROWS, -1)))
    return _case(testdata / "example" / "encoder.onnx", "window", cells, windows, tmp_path_factory.mktemp("windows"))


@pytest.fixture(scope="module")
def pictures_case(testdata: Path, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Pictures as nested lists of bytes."""
    pictures = np.random.default_rng(6).integers(0, 256, (ROWS, 9, 8, 3), dtype=np.uint8)
    cells = pa.array(pictures.tolist(), pa.list_(pa.list_(pa.list_(pa.uint8()))))
    return _case(testdata / "encoders" / "image.onnx", "picture", cells, pictures, tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="module", params=["windows_case", "pictures_case"], ids=["windows", "pictures"])
def case(request: pytest.FixtureRequest) -> Case:
    return request.getfixturevalue(request.param)


def _check(folder: Path, expected: np.ndarray) -> None:
    """What an engine wrote: features of every record once, and nothing raw."""
    made = pd.concat([pq.read_table(path).to_pandas() for path in sorted(folder.glob("*.parquet"))])
    assert sorted(made.columns) == ["features", "id"]
    made = made.sort_values("id")
    assert made["id"].tolist() == list(range(ROWS))
    np.testing.assert_array_equal(np.stack(made["features"].to_numpy()), expected)


def test_all_kinds_of_batches(case: Case) -> None:
    encode = BatchEncoder(case.model, case.column)
    frame = encode(case.table.to_pandas())
    np.testing.assert_array_equal(np.stack(frame["features"].to_numpy()), case.expected)
    arrow = encode(case.table)
    assert arrow.schema.field("features").type == pa.list_(pa.float32())
    np.testing.assert_array_equal(np.stack(arrow["features"].to_numpy()), case.expected)
    (batch,) = encode.arrow(case.table.combine_chunks().to_batches())
    np.testing.assert_array_equal(np.stack(batch["features"].to_numpy(zero_copy_only=False)), case.expected)
    mapping = encode({"id": np.arange(ROWS), case.column: case.table[case.column].to_pylist()})
    np.testing.assert_array_equal(mapping["features"], case.expected)
    assert encode({"id": [], case.column: []})["features"].shape == (0, case.expected.shape[1])


def test_windows_are_flat_or_nested(windows_case: Case) -> None:
    flat = np.stack(windows_case.table["window"].to_numpy())
    encode = BatchEncoder(windows_case.model, "window")
    for windows in (flat, flat.reshape(ROWS, 6, 128), flat.reshape(ROWS, 6, 128).tolist()):
        np.testing.assert_array_equal(encode({"window": windows})["features"], windows_case.expected)


def test_pictures_are_whole_numbers_in_range(pictures_case: Case, tmp_path: Path) -> None:
    """Nested lists of any type of whole numbers, as Parquet has them, are looked at before they become bytes."""
    encode = BatchEncoder(pictures_case.model, "picture")
    cells = pictures_case.table["picture"].to_pylist()
    for pixel in (pa.uint8(), pa.int16(), pa.int64()):
        path = tmp_path / f"{pixel}.parquet"
        pq.write_table(pa.table({"picture": pa.array(cells, pa.list_(pa.list_(pa.list_(pixel))))}), path)
        made = encode(pq.read_table(path))
        np.testing.assert_array_equal(np.stack(made["features"].to_numpy()), pictures_case.expected)
    grey = np.array(cells, dtype=np.uint8)[:, :, :, 0]
    expected = tiprdc.Encoder(pictures_case.model).encode(list(grey)).reshape(ROWS, -1)
    for pictures in (grey.tolist(), list(grey)):
        np.testing.assert_array_equal(encode({"picture": pictures})["features"], expected)


@pytest.mark.parametrize(
    ("picture", "error"),
    [
        ([[[0.2, 0.9, 1.0]]], tiprdc.InputKindError),
        ([[[300, -1, 0]]], tiprdc.InputKindError),
        ([[[True, False, True]]], tiprdc.InputKindError),
        ([[[1, None, 2]]], tiprdc.InputKindError),
        ([[[1, 2, 3]], [[1, 2, 3], [4, 5, 6]]], tiprdc.InputShapeError),
        ([[[1, 2]]], tiprdc.InputShapeError),
        (None, tiprdc.InputKindError),
    ],
    ids=["floats", "out of range", "booleans", "missing pixel", "ragged", "two channels", "missing"],
)
def test_what_is_no_picture_is_never_made_one(pictures_case: Case, picture, error) -> None:
    encode = BatchEncoder(pictures_case.model, "picture")
    for batch in ({"picture": [picture]}, pa.table({"picture": [picture]})):
        with pytest.raises(error) as caught:
            encode(batch)
        assert "300" not in str(caught.value), "messages hold no values"
        assert str(caught.value).startswith("record 0: ")
    for dtype in (np.float32, np.int64):
        with pytest.raises(tiprdc.InputKindError, match="uint8"):
            encode({"picture": np.ones((2, 4, 4, 3), dtype=dtype)})


def test_a_refusal_says_which_record(pictures_case: Case, windows_case: Case) -> None:
    good = np.zeros((2, 2, 3), dtype=np.uint8)
    for bad in ([[0.5]], good.astype(np.float32), good[:, :, :2]):
        with pytest.raises(tiprdc.InputError, match=r"^record 1: "):
            BatchEncoder(pictures_case.model, "picture")({"picture": [good, bad, good]})
        with pytest.raises(tiprdc.InputError, match=r"^record 1: "):
            tiprdc.Encoder(pictures_case.model).encode([good, np.asarray(bad), good])
    window = np.zeros((6, 128), dtype=np.float32)
    for bad in (window[:, :-1], [["a"]], None):
        with pytest.raises(tiprdc.InputError, match=r"^record 2: "):
            BatchEncoder(windows_case.model, "window")({"window": [window, window, bad]})
    unfinite = np.stack([window, window, np.full_like(window, np.nan)])
    with pytest.raises(tiprdc.InputError, match=r"^record 2: "):
        tiprdc.Encoder(windows_case.model).encode(unfinite)


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


def test_what_does_not_fit_is_told(windows_case: Case) -> None:
    model, table = windows_case.model, windows_case.table
    for encode, batch in [
        (BatchEncoder(model), table),
        (BatchEncoder(model, "widow"), table),
        (BatchEncoder(model, "window", keep=["window"]), table),
        (BatchEncoder(model, "window", output="id"), table),
        (BatchEncoder(model, "window"), 3),
    ]:
        with pytest.raises(tiprdc.ArgumentError):
            encode(batch)
    for windows, error in [
        ([[1.0, 2.0]], tiprdc.InputShapeError),
        ([["CANARY"] * 768], tiprdc.InputKindError),
        ([None], tiprdc.InputKindError),
    ]:
        with pytest.raises(error) as caught:
            BatchEncoder(model, "window")({"window": windows})
        assert "CANARY" not in str(caught.value)


def test_a_path_travels_as_a_path_and_an_encoder_whole(windows_case: Case) -> None:
    by_path = BatchEncoder(windows_case.model, "window")
    assert by_path.encoder.input_kind == "series"
    assert len(pickle.dumps(by_path)) < 1000
    whole = pickle.dumps(BatchEncoder(tiprdc.Encoder(windows_case.model), "window"))
    assert len(whole) > os.path.getsize(windows_case.model)
    assert pickle.loads(whole).encoder.digest == by_path.encoder.digest


@pytest.fixture(scope="module")
def ray():
    import ray

    ray.init(
        num_cpus=2,
        include_dashboard=False,
        object_store_memory=128 * 2**20,
        runtime_env={"env_vars": {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}},
    )
    yield ray
    ray.shutdown()


def test_ray(ray, case: Case, tmp_path: Path) -> None:
    data = ray.data.read_parquet(str(case.folder))
    encoded = data.map_batches(
        BatchEncoder, fn_constructor_args=(case.model, case.column), batch_size=16, concurrency=1
    )
    encoded.write_parquet(str(tmp_path))
    _check(tmp_path, case.expected)


@pytest.fixture(scope="module")
def spark():
    """Two executors, each a process of its own with one core."""
    import pyspark
    from pyspark.sql import SparkSession

    assert shutil.which("java"), "Spark needs a Java runtime"
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.executor.memory", "1g")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", "1g")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "16")
        .getOrCreate()
    )
    yield session
    session.stop()
    # Where executors work: inside the installed package.
    shutil.rmtree(Path(pyspark.__file__).parent / "work", ignore_errors=True)


@pytest.mark.parametrize("how", ["mapInArrow", "mapInPandas"])
def test_spark(spark, how: str, case: Case, tmp_path: Path) -> None:
    encode = BatchEncoder(case.model, case.column)
    frame = spark.read.parquet(str(case.folder))
    function = encode.arrow if how == "mapInArrow" else encode.pandas
    encoded = getattr(frame, how)(function, "id long, features array<float>")
    encoded.write.parquet(str(tmp_path / "out"))
    _check(tmp_path / "out", case.expected)


@pytest.fixture(scope="module")
def dask():
    import dask
    from distributed import Client, LocalCluster

    # Lists stay lists: by default Dask makes text of columns of objects.
    with (
        dask.config.set({"dataframe.convert-string": False}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster),
    ):
        yield dask


@pytest.mark.usefixtures("dask")
def test_dask(case: Case, tmp_path: Path) -> None:
    import dask.dataframe as dd

    encode = BatchEncoder(case.model, case.column)
    frame = dd.read_parquet(case.folder)
    encoded = frame.map_partitions(encode, meta=encode.meta(frame._meta))
    schema = pa.schema({"id": pa.int64(), "features": pa.list_(pa.float32())})
    encoded.to_parquet(tmp_path, schema=schema, write_index=False)
    _check(tmp_path, case.expected)
