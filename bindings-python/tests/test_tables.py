"""Tables of every kind go in, and what does not belong into an encoder is found before training."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import polars
import pyarrow as pa
import pytest

import tiprdc

from conftest import QUICK

OPTIONS = {"private": "secret", "training": QUICK, "progress": False}


@pytest.fixture(scope="module")
def frame(people) -> pd.DataFrame:
    return pd.DataFrame(people.x, columns=list("abcdef")).assign(
        member=people.x[:, 2] > 0,
        work=np.where(people.x[:, 3] > 0, "state", None),
        secret=people.secret,
        task=people.task,
    )


@pytest.fixture(scope="module")
def trained(frame) -> tiprdc.Trained:
    return tiprdc.train(frame, ["secret", "task"], **OPTIONS)


def test_tables_of_every_library_give_one_encoder(frame, trained) -> None:
    table = pa.Table.from_pandas(frame)
    for same in (table, table.to_batches()[0], frame.to_dict("list")):
        assert tiprdc.train(same, ["secret", "task"], **OPTIONS).encoder.digest == trained.encoder.digest
        np.testing.assert_array_equal(trained.encode(same), trained.encode(frame))


def test_polars_frames_lazy_ones_too(frame, trained) -> None:
    table = polars.from_arrow(pa.Table.from_pandas(frame))
    for same in (table, table.lazy()):
        assert tiprdc.train(same, ["secret", "task"], **OPTIONS).encoder.digest == trained.encoder.digest


def test_a_table_elsewhere_is_refused_with_its_reason(trained) -> None:
    class DataFrame:
        columns = ("a",)

    DataFrame.__module__ = "pyspark.sql"
    with pytest.raises(tiprdc.InputKindError, match="toPandas"):
        trained.encode(DataFrame())


def test_one_name_is_one_attribute(frame, trained) -> None:
    alone = tiprdc.train(frame.drop(columns="task"), "secret", **OPTIONS)
    assert alone.attributes == ("secret",)
    with pytest.raises(tiprdc.RunError, match="no column `sex`; it has `a`"):
        tiprdc.train(frame, "sex", **OPTIONS)


def test_labels_never_stay_in_the_input(frame) -> None:
    labels = {"secret": frame["secret"], "task": frame["task"]}
    with pytest.warns(UserWarning, match="left out of it: `secret`, `task`"):
        trained = tiprdc.train(frame, labels, **OPTIONS)
    names = {field.name for field in trained.encoder.manifest.input.fields}
    assert names == {*"abcdef", "member", "work"}


def test_a_column_that_spells_the_label_out_is_named(frame) -> None:
    twin = frame.assign(title=np.where(frame["secret"] == "yes", "Ms", "Mr"))
    with pytest.warns(UserWarning, match="`title` tells `secret` in every row"):
        tiprdc.train(twin, ["secret", "task"], **OPTIONS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tiprdc.train(frame, ["secret", "task"], **OPTIONS)


def test_a_forgotten_private_attribute_is_asked_for(frame) -> None:
    with pytest.raises(tiprdc.RunError, match=r"name it with `private=`, one of `secret`, `task`"):
        tiprdc.train(frame, ["secret", "task"], training=QUICK, progress=False)
    with pytest.raises(tiprdc.RunError, match="private='secret'"):
        tiprdc.train(frame.drop(columns="task"), "secret", training=QUICK, progress=False)


def test_a_quantity_is_no_attribute_of_classes(frame) -> None:
    for wrong in (frame["a"], [f"person {row}" for row in range(240)]):
        with pytest.raises(tiprdc.RunError, match="240 classes in 240 records"):
            tiprdc.train(frame[["b", "c"]], {"secret": wrong}, **OPTIONS)


def test_columns_that_are_too_many_or_missing_are_named(frame, trained) -> None:
    np.testing.assert_array_equal(trained.encode(frame), trained.encode(frame.drop(columns=["secret", "task"])))
    with pytest.raises(tiprdc.InputFieldError, match="2 too many: `secret`, `task`"):
        trained.encoder.encode(frame)
    with pytest.raises(tiprdc.InputFieldError, match="1 too many: `age`; 1 missing: `a`"):
        trained.encode(frame.rename(columns={"a": "age"}))
    doubled = pd.concat([frame, frame[["a"]]], axis=1)
    with pytest.raises(tiprdc.InputFieldError, match="come twice: `a`"):
        trained.encode(doubled)


def test_booleans_are_the_same_however_they_are_written(frame, trained) -> None:
    inputs = frame.drop(columns=["secret", "task"])
    expected = trained.encode(inputs)
    for spelled in (inputs["member"].astype(str), inputs["member"].map({True: "true", False: "FALSE"})):
        np.testing.assert_array_equal(trained.encode(inputs.assign(member=spelled)), expected)
    place = int(np.argmax(inputs["work"] == "state"))
    one = inputs.iloc[place].to_dict()
    np.testing.assert_array_equal(trained.encoder.encode({**one, "member": bool(one["member"])}), expected[place])


def test_records_one_by_one_bring_their_labels_along(frame, trained) -> None:
    records = [{**row, "work": None if row["work"] != "state" else "state"} for row in frame.to_dict("records")]
    with pytest.warns(UserWarning, match="left out of it: `secret`"):
        fresh = tiprdc.train(records, {"secret": frame["secret"]}, **OPTIONS)
    assert fresh.attributes == ("secret",)
    assert len(fresh._known) == len(records)
    np.testing.assert_array_equal(trained.encode(records), trained.encode(frame))
    np.testing.assert_array_equal(trained.encode(frame.iloc[0]), trained.encode(frame)[:1])
    assert trained.encoder.unseen(records) == {"member": 0, "work": 0}
    assert trained.encoder.unseen({**records[0], "work": "army"}) == {"member": 0, "work": 1}


def test_unseen_categories_are_counted(frame, trained) -> None:
    assert trained.encoder.unseen(frame) == {"member": 0, "work": 0}
    some = frame.assign(work=["state", "own", None, "army"] * 60, member="true")
    assert trained.encoder.unseen(some) == {"member": 0, "work": 120}


def test_what_the_network_gets(frame, trained) -> None:
    inputs = frame.drop(columns=["secret", "task"])
    network = trained.encoder.preprocess(inputs)
    assert network.shape == (240, *trained.encoder.input_shape)
    a = frame["a"].to_numpy(np.float64)
    np.testing.assert_allclose(network[:, 0], (a - a.mean()) / a.std(), atol=1e-4)
    np.testing.assert_array_equal(trained.encoder.preprocess(inputs.iloc[0]), network[0])


def test_a_trained_encoder_audits_a_frame(frame, trained) -> None:
    train, test = frame.iloc[:160], frame.iloc[160:]
    fresh = tiprdc.train(train, ["secret", "task"], **OPTIONS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = fresh.audit((train, test), bootstrap=40, progress=False)
    assert {attribute.name: attribute.role for attribute in report.attributes} == {"secret": "private", "task": "task"}
    assert (report.rows.train, report.rows.test) == (160, 80)
    assert report["secret"].unprotected > 0.9
    with pytest.warns(UserWarning, match="240 of 240 records are among those"):
        trained.audit(frame, private="secret", tasks=[], bootstrap=40, progress=False)
    with pytest.raises(tiprdc.AuditError, match="no columns of `x`"):
        fresh.audit(test.drop(columns=["secret", "task"]))


def test_the_same_rows_on_both_sides_are_warned_of(people) -> None:
    both = (people.x, people.x)
    with pytest.warns(UserWarning, match="by heart"):
        tiprdc.audit(both, {"secret": (people.secret, people.secret)}, bootstrap=40, progress=False)


def test_a_stamp_and_a_saved_folder(frame, trained, tmp_path) -> None:
    with pytest.warns(UserWarning, match="hold records back"):
        report = trained.audit((frame.iloc[:160], frame.iloc[160:]), bootstrap=40, progress=False)
    stamped = trained.encoder.stamped(report)
    assert stamped.manifest.audit.attribute == "secret"
    assert stamped.manifest.audit.encoder == trained.encoder.digest != stamped.digest
    assert stamped.stamped(report).digest == stamped.digest
    with pytest.raises(tiprdc.AuditError, match="another encoder"):
        tiprdc.example_encoder().stamped(report)
    trained.save(tmp_path)
    loaded = tiprdc.Trained.load(tmp_path)
    np.testing.assert_array_equal(loaded.encode(frame.drop(columns="task")), trained.encode(frame))
    assert loaded.run == trained.run


def test_raw_inputs_may_be_a_frame(frame, trained, people) -> None:
    z = trained.encode(frame)
    labels = {"secret": frame["secret"]}
    options = {"bootstrap": 40, "progress": False}
    alone = tiprdc.audit(z, labels, raw=frame, **options)
    known = tiprdc.audit(z, labels, raw=frame, encoder=trained.encoder, **options)
    for report in (alone, known):
        assert 0.9 < report["secret"].unprotected <= 1.0
    # Labels are no raw inputs: noise beside them does not give them away.
    noise = pd.DataFrame({"x": np.arange(240) % 7, "secret": people.secret})
    assert tiprdc.audit(z, labels, raw=noise, **options)["secret"].unprotected < 0.75
    many = frame.assign(name=[f"person {row}" for row in range(240)])
    assert tiprdc.audit(z, labels, raw=many, **options).rows.train > 0
    with pytest.raises(tiprdc.AuditError, match="two tables or two arrays"):
        tiprdc.audit((z[:9], z[9:]), {"secret": (frame["secret"][:9], frame["secret"][9:])}, raw=(frame[:9], z[9:]))
