"""Encoders, features and tables as Python objects: information, files, pickles, errors."""

from __future__ import annotations

import copy
import os
import pickle
from pathlib import Path

import cloudpickle
import joblib
import numpy as np
import pytest
from safetensors.numpy import load as safetensors_load

import tiprdc
from tiprdc import _encoder, _native


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.onnx"
    with pytest.raises(tiprdc.FileMissingError, match=r"nowhere\.onnx") as caught:
        tiprdc.Encoder(path)
    assert caught.value.filename == str(path)


def test_an_encoder_says_what_it_is(series) -> None:
    assert series.input_kind == "series"
    assert series.input_shape == (6, 128)
    assert len(series.digest) == 64
    manifest = series.manifest
    assert isinstance(manifest, tiprdc.Manifest)
    assert (manifest.input.channels, manifest.input.steps) == (6, 128)
    assert manifest.output.shape == series.output_shape
    assert manifest.release.kind == series.release == "exact"
    assert tiprdc.Manifest.from_json(manifest.json) == manifest
    assert manifest.to_dict()["input"]["kind"] == "series"
    assert series.name in repr(series)


def test_every_manifest_is_read_whole(testdata: Path) -> None:
    """Nothing that stands in a manifest is lost in the dataclasses."""
    import json

    for path in sorted((testdata / "encoders").glob("*.onnx")):
        if path.name.startswith("broken"):
            continue
        manifest = tiprdc.Encoder(path).manifest
        expected = json.loads(manifest.json)

        def known(value, expected=expected):
            if isinstance(value, dict):
                return {key: known(item) for key, item in value.items() if item is not None}
            return [known(item) for item in value] if isinstance(value, (list, tuple)) else value

        assert known(manifest.to_dict()) == known(expected), path.name


def test_the_notebook_shows_input_output_release_and_leakage(series) -> None:
    html = series._repr_html_()
    for word in ("6 channels x 128 steps", "no guarantee", "leakage", "not audited", series.digest):
        assert word in html
    manifest = series.manifest.json.replace(f'"name":"{series.name}"', '"name":"<script>x</script>"')
    assert "<script>" in manifest
    encoder = tiprdc.Encoder(series.to_bytes())
    encoder._manifest = tiprdc.Manifest.from_json(manifest)
    assert "<script>" not in encoder._repr_html_(), "a manifest is somebody else's text"


def test_the_audit_of_a_manifest_is_shown(series) -> None:
    import json

    manifest = json.loads(series.manifest.json)
    manifest["audit"] = {
        "attribute": "gender",
        "strongest_attacker": "mlp",
        "balanced_accuracy": 0.53,
        "interval": [0.51, 0.55],
        "chance": 0.5,
        "tasks": [{"attribute": "activity", "balanced_accuracy": 0.9, "chance": 0.2}],
    }
    encoder = tiprdc.Encoder(series.to_bytes())
    encoder._manifest = tiprdc.Manifest.from_json(json.dumps(manifest))
    html = encoder._repr_html_()
    assert "gender: mlp guesses 0.530 [0.510, 0.550], chance 0.500; lower is better" in html
    assert "task activity" in html
    assert encoder.manifest.audit.tasks[0].balanced_accuracy == 0.9


@pytest.mark.parametrize("dump", [pickle.dumps, cloudpickle.dumps, copy.copy, copy.deepcopy])
def test_encoders_travel(series, windows, dump) -> None:
    made = dump(series)
    same = pickle.loads(made) if isinstance(made, bytes) else made
    assert same.digest == series.digest
    np.testing.assert_array_equal(same.encode(windows), series.encode(windows))


def test_encoders_travel_to_other_processes(series, windows) -> None:
    parts = joblib.Parallel(n_jobs=2)(joblib.delayed(series.encode)(part) for part in np.array_split(windows, 2))
    np.testing.assert_array_equal(np.concatenate(parts), series.encode(windows))


def test_options_travel_with_an_encoder(testdata: Path) -> None:
    path = testdata / "encoders" / "laplace.onnx"
    encoder = tiprdc.Encoder(path, threads=3, memo=b"\x01" * 32, max_bytes=10**6, max_work=10**6)
    same = pickle.loads(pickle.dumps(encoder))
    x = np.zeros(encoder.input_shape)
    np.testing.assert_array_equal(same.encode(x), encoder.encode(x))
    assert same.threads == 3
    assert "\x01" not in repr(encoder), "a secret is not shown"


def test_a_file_that_changed_is_not_taken_for_the_encoder(series, tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "encoder.onnx"
    series.save(path)
    monkeypatch.chdir(tmp_path)
    encoder = tiprdc.Encoder("encoder.onnx")
    monkeypatch.chdir("/")
    assert encoder.to_bytes() == series.to_bytes(), "found again from another folder"
    path.write_bytes(b"another")
    with pytest.raises(tiprdc.FileUnreadableError, match="changed"):
        pickle.dumps(encoder)
    path.unlink()
    with pytest.raises(OSError, match="no longer"):
        encoder.to_bytes()


def test_a_model_comes_from_paths_and_from_bytes(series, testdata: Path) -> None:
    path = testdata / "example" / "encoder.onnx"
    data = path.read_bytes()
    for model in (str(path), path, data, bytearray(data), memoryview(data)):
        assert tiprdc.Encoder(model).digest == series.digest


def test_files_that_are_not_there_or_not_readable(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as missing:
        tiprdc.Encoder(tmp_path / "none.onnx")
    assert isinstance(missing.value, tiprdc.FileUnreadableError)
    assert (missing.value.code, missing.value.errno) == (100, 2)
    with pytest.raises(tiprdc.FileUnreadableError) as folder:
        tiprdc.Encoder(tmp_path)
    assert not isinstance(folder.value, FileNotFoundError)
    with pytest.raises(tiprdc.ModelTooLargeError):
        tiprdc.Encoder(b"\0" * 100, max_bytes=99)


@pytest.mark.parametrize(
    "options",
    [
        {"memo": b"short"},
        {"memo": b"\0" * 33},
        {"threads": -1},
        {"threads": 1.5},
        {"max_bytes": -1},
        {"max_work": -1},
        {"threads": True},
    ],
)
def test_impossible_options_are_arguments_that_nobody_knows(series, options) -> None:
    with pytest.raises(tiprdc.ArgumentError) as caught:
        tiprdc.Encoder(series.to_bytes(), **options)
    assert caught.value.code == 205


def test_every_kind_has_a_class_that_python_programmers_know() -> None:
    assert len(tiprdc.ERRORS) == len(_native.error_kinds())
    for code, kind in tiprdc.ERRORS.items():
        known = (ValueError, TypeError, OSError, RuntimeError, ArithmeticError)
        assert issubclass(kind, known), kind
        assert issubclass(kind, tiprdc.TiprdcError)
        assert kind.code == code
        assert kind.__name__ == f"{kind.kind}Error"
        assert getattr(tiprdc, kind.__name__) is kind
        assert str(pickle.loads(pickle.dumps(kind("words")))) == "words"


def test_a_bound_is_shown_rounded_upwards() -> None:
    shown = {0.1: "0.1", 4.0: "4", 3.00001: "3.001", 27.811968: "27.82", 12345.6: "12350", 1e-5: "0.00001"}
    assert {bound: _encoder._upwards(bound) for bound in shown} == shown


def test_a_panic_in_rust_is_an_ordinary_exception(capfd) -> None:
    with pytest.raises(tiprdc.InternalError) as caught:
        _native.panic_on_purpose()
    assert isinstance(caught.value, RuntimeError)
    assert type(caught.value).__mro__.count(Exception) == 1
    assert "guard.rs:" in str(caught.value)
    assert "on purpose" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_features_are_read_by_any_safetensors_library(series, windows) -> None:
    features = series.encode_features(windows)
    np.testing.assert_array_equal(safetensors_load(features.to_bytes())["features"], series.encode(windows))
    assert features.encoder == series.digest
    assert (len(features), features.rows, features.shape) == (40, 40, (40, *series.output_shape))
    assert np.asarray(features).dtype == np.float32
    assert np.asarray(features, dtype=np.float64).dtype == np.float64
    assert not features.data.flags.writeable
    assert np.array(features).flags.writeable


def test_features_and_tables_travel_and_compare(tmp_path: Path) -> None:
    features = tiprdc.Features(np.arange(6.0).reshape(2, 3))
    table = tiprdc.SubstituteTable(np.arange(6.0).reshape(3, 2))
    assert pickle.loads(pickle.dumps(features)) == features
    assert pickle.loads(pickle.dumps(table)) == table
    assert features != tiprdc.Features(np.zeros((2, 3)))
    assert table != tiprdc.SubstituteTable(np.zeros((3, 2)))
    assert features != 3
    features.save(tmp_path / "f.safetensors")
    table.save(tmp_path / "t.safetensors")
    assert tiprdc.Features.load(tmp_path / "f.safetensors") == features
    assert tiprdc.SubstituteTable.load(tmp_path / "t.safetensors") == table
    np.testing.assert_array_equal(table.data, np.arange(6.0).reshape(3, 2))
    assert (len(table), table.shape) == (3, (3, 2))
    with pytest.raises(tiprdc.FeaturesMalformedError):
        tiprdc.Features(3.0)
    with pytest.raises(tiprdc.TableMalformedError):
        tiprdc.SubstituteTable([[np.nan], [1.0]])


def test_the_native_module_is_where_the_package_is() -> None:
    assert os.path.dirname(_native.__file__) == os.path.dirname(tiprdc.__file__)
