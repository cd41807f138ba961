"""What can be passed to an encoder, and what comes back."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import tiprdc
from tiprdc._convert import as_numbers


class OnlyArray:
    """Offers `__array__` and nothing else."""

    def __init__(self, array: np.ndarray) -> None:
        self._array = array

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return self._array if dtype is None else self._array.astype(dtype)


class Tensor:
    """Offers both, and refuses both, as a tensor on a GPU does, or one that needs gradients."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        raise self._error

    def __dlpack__(self, **options):
        raise self._error


class DlpackOnlyTensor:
    """Offers DLPack and refuses it."""

    def __dlpack__(self, **options):
        raise BufferError("CANARY")

    def __dlpack_device__(self):
        return (1, 0)


class OnlyDlpack:
    """Offers DLPack and nothing else, as tensors of other libraries do."""

    def __init__(self, array: np.ndarray) -> None:
        self._array = array

    def __dlpack__(self, **options):
        return self._array.__dlpack__(**options)

    def __dlpack_device__(self):
        return self._array.__dlpack_device__()


@pytest.mark.parametrize(
    "form",
    [
        lambda x: x.astype(np.float64),
        lambda x: x.tolist(),
        lambda x: list(x),
        lambda x: np.asfortranarray(x),
        lambda x: np.concatenate([x, x], axis=2)[:, :, :128],
        lambda x: x[:, :, ::-1][:, :, ::-1],
        lambda x: x.astype(">f4"),
        OnlyArray,
        OnlyDlpack,
        lambda x: pd.Series(list(x)),
        lambda x: pd.Series(x.tolist()),
        lambda x: pd.Series([pd.Series(list(window)).to_numpy() for window in x], index=range(7, 7 + len(x))),
        lambda x: [pd.Series(list(window)).to_numpy() for window in x],
    ],
    ids=[
        "f64",
        "lists",
        "rows",
        "fortran",
        "strided",
        "reversed twice",
        "big-endian",
        "__array__",
        "dlpack",
        "column of arrays",
        "column of lists",
        "column of arrays of arrays",
        "arrays of arrays",
    ],
)
def test_all_forms_of_the_same_numbers_give_the_same_features(series, windows, form) -> None:
    np.testing.assert_array_equal(series.encode(form(windows)), series.encode(windows))


def test_shapes_and_types(series, windows) -> None:
    many = series.encode(windows)
    assert many.dtype == np.float32
    assert many.shape == (40, *series.output_shape)
    one = series.encode(windows[3])
    assert one.shape == series.output_shape
    np.testing.assert_array_equal(one, many[3])
    for nothing in ([], pd.Series([], dtype=object)):
        assert series.encode(nothing).shape == (0, *series.output_shape)
    assert series.encode(windows[:0]).shape == (0, *series.output_shape)


def test_integers_are_numbers_too(series) -> None:
    zeros = np.zeros((6, 128))
    np.testing.assert_array_equal(series.encode(zeros.astype(np.int8)), series.encode(zeros))


def test_contiguous_f32_is_not_copied(series) -> None:
    """numpy tells tracemalloc of all its memory: encoding may allocate its output, and nothing of the input's size."""
    x = np.zeros((4000, 6, 128), dtype=np.float32)
    assert np.shares_memory(as_numbers(x), x)
    series.encode(x[:2])

    def peak(data: np.ndarray) -> int:
        tracemalloc.start()
        series.encode(data)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    output = 4000 * 4 * int(np.prod(series.output_shape))
    assert peak(x) < output + x.nbytes // 10
    assert peak(x.astype(np.float64)) > x.nbytes


def test_read_only_input_is_fine_and_never_written(series, windows) -> None:
    windows.flags.writeable = False
    before = windows.copy()
    series.encode(windows)
    np.testing.assert_array_equal(windows, before)


def test_threads_do_not_change_the_features(series, windows) -> None:
    one = series.encode(windows, threads=1)
    np.testing.assert_array_equal(series.encode(windows, threads=3), one)
    assert tiprdc.Encoder(series.to_bytes(), threads=2).threads == 2


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (np.zeros(128), ["[6, 128]", "found shape [128]"]),
        (np.zeros((2, 5, 128)), ["record 0", "[6, 128]", "[5, 128]"]),
        (np.zeros((1, 2, 6, 128)), ["found shape [1, 2, 6, 128]"]),
        ([[1.0, 2.0], [3.0]], ["different lengths"]),
        (pd.Series([np.zeros((6, 128)), np.zeros((6, 127))]), ["different lengths"]),
    ],
)
def test_wrong_shapes_are_told(series, x, words) -> None:
    with pytest.raises(tiprdc.InputShapeError) as caught:
        series.encode(x)
    assert isinstance(caught.value, ValueError)
    assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize(
    "x",
    ["text", {"age": 3}, None, np.zeros((6, 128), dtype=complex), object(), pd.Series([np.zeros((6, 128)), None])],
)
def test_what_is_no_array_of_numbers_is_told(series, x) -> None:
    with pytest.raises(tiprdc.InputError) as caught:
        series.encode(x)
    assert isinstance(caught.value, (TypeError, ValueError))


@pytest.mark.parametrize(
    "tensor",
    [Tensor(RuntimeError("CANARY: requires grad")), Tensor(TypeError("CANARY: BFloat16")), DlpackOnlyTensor()],
    ids=["gradients", "type", "dlpack"],
)
def test_tensors_that_numpy_cannot_read_are_told(series, testdata: Path, tensor) -> None:
    record = tiprdc.Encoder(testdata / "encoders" / "record.onnx")
    for encode in (series.encode, lambda x: series.encode([x]), lambda x: record.encode({"age": x, "work": ["state"]})):
        with pytest.raises(tiprdc.InputError) as caught:
            encode(tensor)
        assert "CANARY" not in str(caught.value)
    with pytest.raises(tiprdc.InputKindError, match=r"tensor\.detach\(\)\.cpu\(\)\.float\(\)"):
        series.encode(tensor)


def test_messages_never_hold_values(series, testdata: Path) -> None:
    canary = 8675309.25
    record = tiprdc.Encoder(testdata / "encoders" / "record.onnx")
    image = tiprdc.Encoder(testdata / "encoders" / "image.onnx")
    bad = [
        (series, [[canary, 1], [canary]]),
        (series, [[canary] * 3]),
        (series, f"{canary}"),
        (series, [[f"{canary}"]]),
        (series, np.full((6, 128), np.inf)),
        (record, {"age": f"CANARY{canary}", "work": canary}),
        (record, {"age": [canary, "CANARY"]}),
        (record, {"age": {"CANARY": canary}}),
        (record, [canary]),
        (image, np.full((4, 4, 3), canary)),
        (image, np.full((4, 4, 3), canary), "CANARY"),
    ]
    for encoder, x, *more in bad:
        with pytest.raises(tiprdc.TiprdcError) as caught:
            encoder.encode(x, format=more[0] if more else None)
        error: BaseException = caught.value
        while error is not None:
            assert "8675309" not in str(error), str(error)
            assert "CANARY" not in str(error), str(error)
            error = error.__cause__


def _record(testdata: Path) -> tuple[tiprdc.Encoder, dict[str, list]]:
    """An encoder of records, and three records of known and missing cells as columns."""
    encoder = tiprdc.Encoder(testdata / "encoders" / "record.onnx")
    columns: dict[str, list] = {}
    for field in encoder.manifest.input.fields:
        columns[field.name] = (
            [1.5, None, -2.0] if field.type == "numeric" else [field.categories[0], "never seen", None]
        )
    return encoder, columns


def test_all_forms_of_records_give_the_same_features(testdata: Path) -> None:
    encoder, columns = _record(testdata)
    rows = [dict(zip(columns, cells)) for cells in zip(*columns.values())]
    expected = encoder.encode(rows)
    frame = pd.DataFrame(columns)
    forms = {
        "columns": columns,
        "frame": frame,
        "pandas' own types": frame.convert_dtypes(),
        "categories": frame.assign(
            **{name: frame[name].astype("category") for name in frame if frame[name].dtype == object}
        ),
        "arrow table": pa.table(columns),
        "arrow batch": pa.RecordBatch.from_pydict(columns),
        "object array": frame.to_numpy(dtype=object),
        "records array": frame.to_records(index=False),
        "pairs": [list(row.items()) for row in rows],
    }
    for name, form in forms.items():
        np.testing.assert_array_equal(encoder.encode(form), expected, err_msg=name)
    for row, features in zip(rows, expected):
        np.testing.assert_array_equal(encoder.encode(row), features)


def test_a_row_of_a_data_frame_is_one_record(testdata: Path) -> None:
    """With the rules of columns: NaN is missing there, and is a number that is none in a dict."""
    encoder, columns = _record(testdata)
    frame = pd.DataFrame(columns, index=["first", "second", "third"])
    expected = encoder.encode(frame)
    for form in (frame, frame.convert_dtypes()):
        for row in range(3):
            np.testing.assert_array_equal(encoder.encode(form.iloc[row]), expected[row])
        rows = [row for _, row in form.iterrows()]
        np.testing.assert_array_equal(encoder.encode(rows), expected)
    number = next(field.name for field in encoder.manifest.input.fields if field.type == "numeric")
    missing = dict.fromkeys(columns)
    np.testing.assert_array_equal(
        encoder.encode(pd.Series({**missing, number: np.nan}, dtype=object)), encoder.encode(missing)
    )
    with pytest.raises(tiprdc.InputNotFiniteError) as caught:
        encoder.encode({**missing, number: np.nan})
    assert caught.value.code == 202
    with pytest.raises(tiprdc.InputShapeError):
        encoder.encode(frame[number].reset_index(drop=True))


def test_columns_in_any_order_and_never_one_too_many(testdata: Path) -> None:
    encoder, columns = _record(testdata)
    np.testing.assert_array_equal(encoder.encode(dict(reversed(columns.items()))), encoder.encode(columns))
    with pytest.raises(tiprdc.InputFieldError):
        encoder.encode({**columns, "extra": [1, 2, 3]})
    first = next(iter(columns))
    with pytest.raises(tiprdc.InputShapeError):
        encoder.encode({**columns, first: columns[first][:2]})


def test_pictures_of_any_size_in_any_form(testdata: Path, rng) -> None:
    from PIL import Image

    encoder = tiprdc.Encoder(testdata / "encoders" / "image.onnx")
    rgb = rng.integers(0, 256, (24, 16, 3), dtype=np.uint8)
    expected = encoder.encode(rgb)
    assert expected.shape == encoder.output_shape
    alpha = np.concatenate([rgb, rgb[:, :, :1]], axis=2)
    forms = [
        (alpha, None),
        (alpha[:, :, [2, 1, 0, 3]], "bgra8"),
        (Image.fromarray(rgb), None),
        (np.asfortranarray(rgb), "rgb8"),
        (np.stack([rgb, rgb], axis=1)[:, 0], None),
    ]
    for picture, pixel_format in forms:
        np.testing.assert_array_equal(encoder.encode(picture, format=pixel_format), expected)
    batch = encoder.encode([rgb, rgb[:12], alpha, rgb[:, :, 0]])
    np.testing.assert_array_equal(batch[0], expected)
    np.testing.assert_array_equal(batch[2], expected)
    np.testing.assert_array_equal(batch[1], encoder.encode(rgb[:12]))
    np.testing.assert_array_equal(encoder.encode(np.stack([rgb, rgb]))[1], expected)
    np.testing.assert_array_equal(encoder.encode(pd.Series([rgb, rgb[:12]])), batch[:2])
    with pytest.raises(tiprdc.InputKindError, match="uint8"):
        encoder.encode(rgb / 255)
    with pytest.raises(tiprdc.ArgumentError):
        encoder.encode([rgb], format=["rgb8", "rgb8"])


def test_a_kind_that_is_said_is_checked(series, windows) -> None:
    with pytest.raises(tiprdc.InputKindError):
        series.encode(windows[0], kind="tensor")
    with pytest.raises(tiprdc.ArgumentError):
        series.encode(windows[0], kind="sound")


def test_features_of_random_releases(testdata: Path, rng) -> None:
    path = testdata / "encoders" / "laplace.onnx"
    random, memo = tiprdc.Encoder(path), tiprdc.Encoder(path, memo=b"\x07" * 32)
    x = np.zeros(random.input_shape, dtype=np.float32)
    assert random.epsilon is not None
    assert (random.encode(x) != random.encode(x)).any(), "draws are new at every call"
    np.testing.assert_array_equal(memo.encode(x), memo.encode(x))


def test_substitutes_are_resolved(testdata: Path) -> None:
    encoder = tiprdc.Encoder(testdata / "encoders" / "substitute.onnx")
    features = encoder.encode_features(np.zeros((5, *encoder.input_shape)))
    assert features.indices is not None
    assert features.indices.dtype == np.uint32
    assert features.table == encoder.manifest.release.table
    np.testing.assert_array_equal(features.indices, features.data[:, 0])
