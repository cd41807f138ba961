"""Training, in memory and from run files: results, progress, errors, and stopping."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import tiprdc

from conftest import QUICK

mpl.use("Agg")
ROOT = Path(__file__).resolve().parents[2]


def test_arrays_become_an_encoder(people, tmp_path: Path) -> None:
    events: list[dict] = []
    trained = tiprdc.train(
        people.x,
        {"secret": people.secret, "task": people.task},
        private="secret",
        name="people",
        seed=3,
        training=QUICK,
        encoder={"features": 8},
        progress=False,
        callback=events.append,
    )
    encoder = trained.encoder
    assert (encoder.name, encoder.private, encoder.output_shape) == ("people", ("secret",), (8,))
    assert encoder.manifest.method.kind == "tiprdc"
    assert encoder.manifest.training is not None
    assert (encoder.manifest.training.rows, encoder.manifest.training.seed) == (240, 3)
    assert 'kind = "memory"' in encoder.manifest.training.run
    assert trained.encode(people.x).shape == (240, 8)
    assert [(one.stage, one.epoch) for one in trained.history] == [("pretrain", 1), ("train", 1)]
    assert {event["event"] for event in events} - {"note"} == {"batch", "epoch"}
    assert list(trained.to_frame().columns[:3]) == ["stage", "epoch", "seconds"]
    assert len(trained.plot().lines) == sum(len(set(one.metrics)) for one in trained.history)
    trained.save(tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"encoder.onnx", "run.toml"}
    again = tiprdc.train(people.x, {"secret": people.secret}, run=tmp_path / "out" / "run.toml", progress=False)
    np.testing.assert_array_equal(again.encode(people.x), trained.encode(people.x))
    assert "pretrain, epoch 1" in trained._repr_html_()


def test_data_frames_are_trained_on_without_their_labels(people) -> None:
    frame = pd.DataFrame(people.x, columns=list("abcdef")).assign(
        work=np.where(people.x[:, 2] > 0, "state", None), secret=people.secret, task=people.task
    )
    trained = tiprdc.train(frame, ["secret", "task"], private="secret", training=QUICK, progress=False)
    fields = {field.name: field.type for field in trained.encoder.manifest.input.fields}
    assert fields == {**dict.fromkeys("abcdef", "numeric"), "work": "categorical"}
    inputs = frame.drop(columns=["secret", "task"])
    assert trained.encode(inputs).shape == (240, 64)
    np.testing.assert_array_equal(trained.encode(inputs.to_dict("list")), trained.encode(inputs))


def test_series_and_images(rng) -> None:
    x = rng.normal(size=(64, 3, 16))
    secret = x[:, 0].mean(axis=1) > 0
    series = tiprdc.train(x, {"s": secret}, private="s", training=QUICK, rate_hz=50, progress=False).encoder
    assert (series.input_kind, series.input_shape, series.manifest.input.rate_hz) == ("series", (3, 16), 50.0)
    pictures = [rng.integers(0, 256, (20, 16 + index % 2, 3), dtype=np.uint8) for index in range(32)]
    size = {"width": 16, "height": 16}
    secret = np.arange(32) % 2
    image = tiprdc.train(
        pictures, {"s": secret}, private="s", training={**QUICK, "batch": 16}, encoder=size, progress=False
    ).encoder
    assert (image.input_kind, image.input_shape) == ("image", (3, 16, 16))
    assert image.encode(pictures).shape == (32, *image.output_shape)


def test_text_that_is_numbers_or_tells_records_apart_is_a_question(people) -> None:
    rows = len(people.secret)
    labels = {"secret": people.secret}
    frame = pd.DataFrame(people.x, columns=list("abcdef"))
    frame["age"] = ["NA", *(str(row % 10) for row in range(rows - 1))]
    kept = {"private": "secret", "training": QUICK, "progress": False}
    with pytest.raises(tiprdc.RunError, match=f"`age`: numbers in {rows - 1} of {rows} rows, 1 that hold `NA`"):
        tiprdc.train(frame, labels, **kept)
    trained = tiprdc.train(frame.assign(age=frame["age"].astype("category")), labels, **kept)
    field = trained.encoder.manifest.input.fields[-1]
    assert field.categories == [str(digit) for digit in range(10)], "NA is one person's alone"
    frame["age"] = [f"canary-{row}@example.org" for row in range(rows)]
    with pytest.raises(tiprdc.RunError, match="tell rows apart") as caught:
        tiprdc.train(frame, labels, **kept)
    assert "canary" not in str(caught.value)


def test_columns_of_windows_and_rows_of_frames_are_records(people, rng) -> None:
    x = rng.normal(size=(64, 3, 16))
    secret = x[:, 0].mean(axis=1) > 0
    options = {"private": "s", "training": QUICK, "progress": False}
    expected = tiprdc.train(x, {"s": secret}, **options).encoder.digest
    for windows in (pd.Series(list(x)), list(x), x.tolist()):
        assert tiprdc.train(windows, {"s": secret}, **options).encoder.digest == expected
    frame = pd.DataFrame(people.x[:64], columns=list("abcdef"))
    rows = tiprdc.train([row for _, row in frame.iterrows()], {"s": secret}, **options)
    expected = tiprdc.train(frame, {"s": secret}, **options).encoder.digest
    assert rows.encoder.digest == expected
    assert tiprdc.train(frame.to_dict("records"), {"s": secret}, **options).encoder.digest == expected
    numbers = tiprdc.train(frame.to_numpy().tolist(), {"s": secret}, **options).encoder
    assert [field.name for field in numbers.manifest.input.fields] == [f"x{column}" for column in range(6)]


def test_methods_that_substitute_give_the_collector_a_table(people) -> None:
    method = {"kind": "neighbour_substitution", "count": 32}
    trained = tiprdc.train(
        people.x, {"secret": people.secret}, method=method, private="secret", training=QUICK, progress=False
    )
    assert trained.encoder.release == "substitute"
    assert trained.table is not None
    assert trained.table.digest == trained.encoder.manifest.release.table
    assert trained.encode(people.x).shape == (240, *trained.table.shape[1:])


def test_releases_with_noise(people) -> None:
    release = {"kind": "laplace", "epsilon": 4.0}
    trained = tiprdc.train(
        people.x, {"secret": people.secret}, private="secret", training=QUICK, release=release, progress=False
    )
    assert trained.encoder.epsilon == pytest.approx(4.0)
    assert "epsilon 4 nats a draw" in trained.encoder._repr_html_()


def test_run_files_name_their_data() -> None:
    reading: list[dict] = []
    trained = tiprdc.train(
        run=ROOT / "cli" / "runs" / "adult.toml",
        data=ROOT / "cli" / "data" / "adult",
        training={"epochs": 1, "pretrain_epochs": 1, "batch": 2048},
        progress=False,
        callback=reading.append,
    )
    assert trained.encoder.manifest.training.dataset == "adult"
    assert trained.encoder.input_kind == "record"


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"private": "age"}, tiprdc.RunError, "no attribute `age`"),
        ({"method": "magic"}, tiprdc.RunError, "magic"),
        ({"training": {"epocks": 1}}, tiprdc.RunError, "epocks"),
        ({"training": {"batch": 4096}}, tiprdc.RunError, "only 240 training records"),
        ({"attributes": None}, tiprdc.RunError, "attributes"),
        ({"attributes": {"secret": [1, 2]}}, tiprdc.RunError, "expected 240 labels"),
        ({"attributes": {"secret": [None] * 240}}, tiprdc.RunError, "240 of 240 labels"),
        ({"attributes": ["secret"]}, tiprdc.RunError, "data frame"),
        ({"x": np.zeros((2, 2, 2, 2))}, tiprdc.RunError, "[2, 2, 2, 2]"),
        ({"x": None}, tiprdc.RunError, "folder"),
        ({"x": None, "run": "none.toml", "data": "."}, tiprdc.RunFileError, "none.toml"),
    ],
)
def test_what_cannot_be_trained_is_told_before_training(people, change, error, words) -> None:
    good = {"x": people.x, "attributes": {"secret": people.secret}, "private": "secret", "training": QUICK}
    with pytest.raises(error) as caught:
        tiprdc.train(**{**good, **change}, progress=False)
    assert words in str(caught.value), str(caught.value)
    assert isinstance(caught.value, (ValueError, OSError))


def test_a_bar_is_drawn_where_it_is_wanted(people, capfd) -> None:
    tiprdc.train(people.x, {"secret": people.secret}, private="secret", training=QUICK, progress=True)
    drawn = capfd.readouterr()
    assert "train: 100%" in drawn.err
    assert drawn.out == ""


def test_what_a_callback_raises_stops_the_training(people, tmp_path: Path) -> None:
    class EnoughError(Exception):
        pass

    def callback(event: dict) -> None:
        if event["event"] == "batch" and event["batch"] == 2:
            raise EnoughError

    checkpoint = tmp_path / "checkpoint.safetensors"
    with pytest.raises(EnoughError):
        tiprdc.train(
            people.x,
            {"secret": people.secret},
            private="secret",
            training={**QUICK, "epochs": 1000},
            checkpoint=checkpoint,
            progress=False,
            callback=callback,
        )
    assert checkpoint.exists()
    assert threading.active_count() < 10


LONG = """
    import sys
    import numpy as np
    import tiprdc

    rng = np.random.default_rng(0)
    x = rng.normal(size=(512, 6)).astype(np.float32)
    print("ready", flush=True)

    def say(event):
        if event["event"] == "epoch" and event["stage"] == "train":
            print("epoch", flush=True)

    try:
        tiprdc.train(x, {"s": x[:, 0] > 0}, private="s", progress=False, callback=say,
                     training={"epochs": 1_000_000, "pretrain_epochs": 1}, checkpoint=sys.argv[1])
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        sys.exit(7)
"""


def _python(code: str, *arguments: str) -> subprocess.Popen:
    command = [sys.executable, "-c", textwrap.dedent(code), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_stops_training_and_leaves_a_checkpoint(tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint.safetensors"
    child = _python(LONG, str(checkpoint))
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    assert child.stdout.readline() == "epoch\n"
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 7, err
    assert out.splitlines()[-1] == "interrupted"
    assert checkpoint.exists()


def test_training_goes_on_from_its_checkpoint(people, tmp_path: Path) -> None:
    """Stopped in the middle and resumed, a run gives the encoder that it would have given."""
    options = {
        "attributes": {"secret": people.secret},
        "private": "secret",
        "training": {**QUICK, "epochs": 3},
        "progress": False,
    }
    whole = tiprdc.train(people.x, **options)
    checkpoint = tmp_path / "c.safetensors"

    def stop(event: dict) -> None:
        if event["event"] == "epoch" and event["stage"] == "train" and event["epoch"] == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tiprdc.train(people.x, **options, checkpoint=checkpoint, callback=stop)
    said: list[str] = []
    resumed = tiprdc.train(
        people.x, **options, checkpoint=checkpoint, resume=True, callback=lambda event: said.append(event["event"])
    )
    assert next(event for event in said if event != "note") == "resumed"
    assert resumed.encoder.digest == whole.encoder.digest
