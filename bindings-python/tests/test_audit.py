"""Audits and sweeps: splits, labels, reports, files, pictures, errors."""

from __future__ import annotations

import base64
import json
import os
import signal
import textwrap
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import tiprdc

from conftest import QUICK
from test_train import _python

mpl.use("Agg")


@pytest.fixture(scope="module")
def report(people) -> tiprdc.Report:
    return tiprdc.audit(
        people.x,
        {"secret": people.secret},
        {"task": people.task},
        raw=people.x,
        groups=np.arange(240) // 2,
        bootstrap=50,
        progress=False,
    )


def test_a_report_says_what_was_found(report, people) -> None:
    assert report["secret"].strongest.value > 0.9
    assert report["secret"].direction == "lower is better"
    assert report["task"].role == "task"
    assert (report.drawn.unit, report.rows.train + report.rows.test) == ("groups", 240)
    assert report.gate(0.05) == (False, report.gate(0.05).failures)
    assert not report.gate()
    assert report.gate(max_leakage=2.0)
    assert report.advice
    assert any(missing.what == "membership" for missing in report.not_tested)
    with pytest.raises(KeyError):
        report["age"]


def test_nothing_of_the_json_is_lost(report) -> None:
    expected = json.loads(report.json)

    def known(value):
        if isinstance(value, dict):
            return {key: known(item) for key, item in value.items() if item is not None}
        return [known(item) for item in value] if isinstance(value, (list, tuple)) else value

    assert known(report.to_dict()) == known(expected)
    assert tiprdc.Report.from_json(report.json) == report
    with pytest.raises(ValueError, match="format 2"):
        tiprdc.Report.from_json(report.json.replace('"format": 1', '"format": 2', 1))


def test_frames_plots_and_files(report, tmp_path: Path) -> None:
    frame = report.to_frame()
    assert list(frame.index) == ["secret", "task"]
    assert frame.loc["secret", "value"] == report["secret"].strongest.value
    attackers = report.to_frame(attackers=True)
    assert len(attackers) == sum(len(one.attackers) + len(one.raw_attackers) for one in report.attributes)
    axes = report.plot()
    assert [bar.get_width() for bar in axes.patches] == [report["task"].nag, report["secret"].nag]
    for name in ("a.json", "a.html", "a.md", "a.txt"):
        report.save(tmp_path / name)
    assert tiprdc.Report.load(tmp_path / "a.json") == report
    assert (tmp_path / "a.html").read_text().lower().startswith("<!doctype html>")
    assert "secret" in (tmp_path / "a.txt").read_text()
    with pytest.raises(tiprdc.ArgumentError, match=r"\.pdf"):
        report.save(tmp_path / "a.pdf")
    assert "lower is better" in report._repr_html_()
    assert str(report).startswith("Audit:")


def test_all_ways_to_split_agree(people) -> None:
    mask = np.arange(240) % 4 == 0
    options = {"bootstrap": 40, "progress": False}
    by_mask = tiprdc.audit(people.x, {"s": people.secret}, {"t": people.task}, test=mask, **options)
    by_place = tiprdc.audit(people.x, {"s": people.secret}, {"t": people.task}, test=np.flatnonzero(mask), **options)

    def pair(values):
        return values[~mask], values[mask]

    by_pair = tiprdc.audit(pair(people.x), {"s": pair(people.secret)}, {"t": pair(people.task)}, **options)
    frame = pd.DataFrame({"s": people.secret})
    by_frame = tiprdc.audit(people.x, frame, pd.DataFrame({"t": people.task}), test=mask, **options)
    assert by_mask.json == by_place.json == by_pair.json == by_frame.json
    assert by_mask.rows == tiprdc.audit(people.x, {"s": people.secret}, test=0.25, **options).rows


def test_quantities(people) -> None:
    report = tiprdc.audit(people.x, {"weight": people.x[:, 0] * 3}, continuous=["weight"], bootstrap=40, progress=False)
    assert (report["weight"].metric, report["weight"].kind) == ("r2", "continuous")
    assert report["weight"].strongest.value > 0.9


def test_membership_by_outsiders(rng) -> None:
    x = rng.normal(size=(520, 2))
    report = tiprdc.audit(
        x[:300],
        {"s": x[:300, 0] > 0},
        test=0.3,
        outsiders=x[300:],
        groups=np.arange(300),
        outsider_groups=np.arange(1000, 1220),
        bootstrap=40,
        progress=False,
    )
    assert report.membership is not None
    assert 0.3 < report.membership.auc < 0.7, "rows that no encoder ever saw cannot be recognised"
    with pytest.raises(tiprdc.AuditError, match="outsiders"):
        tiprdc.audit(x[:300], {"s": x[:300, 0] > 0}, outsiders=x[300:, :1], progress=False)


def test_several_draws_of_a_record(people) -> None:
    twice = np.repeat(np.arange(120), 2)
    drawn = tiprdc.audit(people.x, {"s": people.secret[twice * 2]}, records=twice, bootstrap=40, progress=False)
    assert drawn["s"].repeated is not None
    assert drawn["s"].repeated.draws == 2


def test_the_encoder_makes_it_a_model_card(people, tmp_path: Path) -> None:
    trained = tiprdc.train(people.x, {"secret": people.secret}, private="secret", training=QUICK, progress=False)
    features = trained.encoder.encode_features(people.x)
    audit = {"private": {"secret": people.secret}, "bootstrap": 40, "progress": False}
    assert tiprdc.audit(features, **audit).encoder == trained.encoder.digest
    report = tiprdc.audit(features, **audit, encoder=trained.encoder)
    report.save(tmp_path / "card.md")
    card = (tmp_path / "card.md").read_text()
    assert card.startswith("# Model card: encoder")
    assert trained.encoder.digest in card


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"features": np.zeros((20, 2)), "private": {"s": [0, 1] * 10}}, "at least 50 training rows"),
        ({"private": {"s": np.zeros(240)}}, "class"),
        ({"private": {"s": np.arange(10)}}, "10"),
        ({"private": {"s": [None] * 240}}, "240 of 240 labels of `s` are missing"),
        ({"private": np.zeros(240)}, "mapping"),
        ({"tasks": {"s": np.zeros(240)}}, "not both"),
        ({"test": 1.5}, "between 0 and 1"),
        ({"test": np.zeros(3, dtype=bool)}, "mask of 240 rows"),
        ({"test": [240]}, "places below 240"),
        ({"raw": np.zeros((3, 2))}, "240"),
        ({"private": {"s": np.linspace(0, 1, 240)}}, "continuous"),
        ({"features": np.full((240, 2), np.nan)}, "NaN"),
    ],
)
def test_what_cannot_be_audited_is_told(people, change, words) -> None:
    good = {"features": people.x, "private": {"s": people.secret}}
    with pytest.raises(tiprdc.AuditError) as caught:
        tiprdc.audit(**{**good, **change}, progress=False)
    assert words in str(caught.value), str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_ends_an_audit() -> None:
    code = """
        import sys
        import numpy as np
        import tiprdc

        x = np.random.default_rng(0).normal(size=(20_000, 64))
        say = lambda event: print(event["event"], flush=True)
        try:
            tiprdc.audit(x, {"s": x[:, 0] > 0}, progress=False, callback=say)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
            sys.exit(7)
    """
    child = _python(textwrap.dedent(code))
    assert child.stdout is not None
    assert child.stdout.readline() == "started\n"
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 7, err
    assert out.splitlines()[-1] == "interrupted"


PLAN = {
    "name": "people",
    "training": QUICK,
    "encoder": {"features": 4},
    "sweep": {
        "private": ["secret"],
        "tasks": ["task"],
        "methods": [
            {"method": {"kind": "tiprdc", "private": ["secret"]}, "vary": {"method": {"lambda": [0.3, 0.9]}}},
            {"name": "nothing hidden", "method": {"kind": "raw"}},
        ],
    },
}


def _sides(people) -> dict:
    labels = {"secret": people.secret, "task": people.task}

    def cut(rows: slice) -> dict:
        return {name: values[rows] for name, values in labels.items()}

    half = slice(0, 160), slice(160, 240)
    return {"x": people.x[half[0]], "attributes": cut(half[0]), "test": (people.x[half[1]], cut(half[1]))}


def test_a_sweep_puts_encoders_side_by_side(people, tmp_path: Path, capfd) -> None:
    events: list[dict] = []
    options = {**_sides(people), "out": tmp_path / "sweep", "jobs": 1}
    sweep = tiprdc.sweep(PLAN, **options, callback=events.append)
    assert "encoders: 100%" in capfd.readouterr().err
    assert [point.name for point in sweep.points] == ["tiprdc, lambda 0.3", "tiprdc, lambda 0.9", "nothing hidden"]
    assert all(run.error is None for point in sweep.points for run in point.runs)
    assert sweep["nothing hidden"].leakage.nag == pytest.approx(1.0)
    assert sweep["tiprdc, lambda 0.9"].settings == {"method.lambda": 0.9}
    frame = sweep.to_frame()
    assert list(frame["failed"]) == [0, 0, 0]
    assert len(sweep.plot().lines) >= 2
    for name in ("s.json", "s.html", "s.md", "s.txt"):
        sweep.save(tmp_path / name)
    assert tiprdc.Sweep.load(tmp_path / "sweep") == sweep
    assert (sweep.folder / sweep.points[0].runs[0].folder / "encoder.onnx").exists()
    assert "not dominated" in sweep._repr_html_()
    events.clear()
    again = tiprdc.sweep(PLAN, **options, progress=False, callback=events.append)
    assert again == sweep
    assert sum(event["event"] == "kept" for event in events) == 3, "what is done is kept"


def test_a_sweep_is_stopped_and_goes_on(people, tmp_path: Path) -> None:
    options = {**_sides(people), "out": tmp_path, "jobs": 1, "progress": False}

    def stop(event: dict) -> None:
        if event["event"] == "trained" and event["index"] == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tiprdc.sweep(PLAN, **options, callback=stop)
    kept: list[str] = []
    sweep = tiprdc.sweep(PLAN, **options, callback=lambda event: kept.append(event["event"]))
    assert "kept" in kept
    assert all(point.seeds for point in sweep.points)


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ({"name": "x"}, "[sweep]"),
        ({**PLAN, "sweep": {"private": ["age"], "methods": PLAN["sweep"]["methods"]}}, "age"),
        ({**PLAN, "trainng": {}}, "trainng"),
    ],
)
def test_what_cannot_be_swept_is_told(people, tmp_path: Path, plan, words) -> None:
    with pytest.raises(tiprdc.RunError) as caught:
        tiprdc.sweep(plan, **_sides(people), out=tmp_path, progress=False)
    assert words in str(caught.value), str(caught.value)


def test_what_float32_rounds_away_reaches_the_judge(people) -> None:
    """A secret in the last digits of float64 is one that attackers have, too."""
    hidden = 1e9 + (people.secret == "yes")
    assert len(np.unique(hidden.astype(np.float32))) == 1
    report = tiprdc.audit(hidden[:, np.newaxis], {"secret": people.secret}, bootstrap=40, progress=False)
    assert report["secret"].strongest.value > 0.99


def test_bars_begin_at_guessing_and_labels_stay_inside(people) -> None:
    name = "whether somebody may be a member of the club"
    report = tiprdc.audit(people.x, {name: people.secret}, bootstrap=40, progress=False)
    axes = report.plot()
    (bar,) = axes.patches
    assert bar.get_x() == report[name].chance == 0.5
    assert bar.get_x() + bar.get_width() == pytest.approx(report[name].strongest.value)
    figure = axes.figure
    figure.canvas.draw()
    for label in axes.get_yticklabels():
        box = label.get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.width


def test_a_notebook_shows_the_picture_of_the_page(report, tmp_path: Path) -> None:
    data = report._repr_html_().split("data:image/svg+xml;base64,")[1].split('"')[0]
    svg = base64.b64decode(data).decode("utf-8")
    assert svg == report.to_svg()
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert svg.count('class="bar"') == len(report.attributes)
    report.save(tmp_path / "audit.svg")
    assert (tmp_path / "audit.svg").read_text(encoding="utf-8") == svg
