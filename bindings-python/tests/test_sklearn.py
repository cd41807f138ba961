"""`PrivateEncoder` is a good scikit-learn citizen."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from sklearn import config_context, set_config
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from tiprdc.sklearn import PrivateEncoder, leakage_scorer

#: Run by themselves, so that scipy's array API, which one of the checks is about, is on from the beginning.
CHECKS = """
    import json
    import warnings
    import numpy as np
    from sklearn.utils.estimator_checks import check_estimator
    from tiprdc.sklearn import PrivateEncoder

    class Hiding(PrivateEncoder):
        '''Hides something always, so that every check runs a real training.'''

        def fit(self, X, y=None, sensitive=None):
            if sensitive is None and getattr(X, "ndim", 0) == 2 and len(X) > 3:
                sensitive = np.arange(len(X)) % 2
            return super().fit(X, y, sensitive)

    warnings.simplefilter("ignore")
    for kind in (PrivateEncoder, Hiding):
        made = check_estimator(kind(epochs=1, pretrain_epochs=1), on_fail=None, on_skip=None)
        print(json.dumps([(one["check_name"], one["status"], repr(one["exception"])) for one in made]))
"""


@pytest.fixture(scope="module")
def checks() -> list[list]:
    command = [sys.executable, "-c", textwrap.dedent(CHECKS)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "SCIPY_ARRAY_API": "1"}
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("index", [0, 1], ids=["nothing to hide", "hiding"])
def test_every_check_of_scikit_learn_passes(checks, index) -> None:
    bad = [check for check in checks[index] if check[1] != "passed"]
    assert not bad, "failed, skipped or expected to fail: none may be"
    assert len(checks[index]) == 46, "another version of scikit-learn has other checks; look at them"


def test_without_sensitive_nothing_is_hidden_and_it_says_so(people) -> None:
    with pytest.warns(UserWarning, match="nothing is hidden"):
        step = PrivateEncoder().fit(people.x)
    assert not step.hides_
    assert step.encoder_.private == ()
    assert step.encoder_.manifest.method.kind == "untrained"


def test_it_hides_in_a_pipeline(people) -> None:
    """`sensitive` is routed as metadata, and settings are searched as of any step."""
    set_config(enable_metadata_routing=True)
    try:
        step = PrivateEncoder(features=8, epochs=1, pretrain_epochs=1).set_fit_request(sensitive=True)
        pipeline = make_pipeline(step, LogisticRegression())
        search = GridSearchCV(pipeline, {"privateencoder__features": [4, 8]}, cv=2, error_score="raise")
        search.fit(people.x, people.task, sensitive=people.secret)
    finally:
        set_config(enable_metadata_routing=False)
    best = search.best_estimator_[0]
    assert best.hides_
    assert best.encoder_.private == ("sensitive",)
    assert search.predict(people.x).shape == (240,)
    assert next(iter(best.get_feature_names_out())) == "privateencoder0"


def test_tasks_and_substitutes(people) -> None:
    method = {"kind": "substitution", "count": 16}
    step = PrivateEncoder(method, epochs=1, pretrain_epochs=1).fit(people.x, people.task, sensitive=people.secret)
    assert step.encoder_.manifest.method.tasks == ["y"]
    made = step.transform(people.x)
    assert made.shape == (240, 6)
    assert len(step.get_feature_names_out()) == 6
    assert len(np.unique(made, axis=0)) <= 16


def test_every_method_is_told_what_it_takes(people) -> None:
    def manifest(method, *labels, **sensitive):
        step = PrivateEncoder(method, epochs=1, pretrain_epochs=1).fit(people.x, *labels, **sensitive)
        made = step.encoder_.manifest.method
        assert step.hides_ == bool(made.private)
        return made.kind, made.private, made.tasks

    plain = ("plain", [], ["y"])
    assert manifest("plain", people.task, sensitive=people.secret) == manifest("plain", people.task) == plain
    after = {"kind": "adversarial"}
    for method, tasks in (("erasure", []), ({"kind": "erasure", "after": after}, ["y"])):
        assert manifest(method, people.task, sensitive=people.secret) == ("erasure", ["sensitive"], tasks)
    assert manifest("tiprdc", np.zeros((240, 2)), sensitive=people.secret) == ("tiprdc", ["sensitive"], [])
    assert manifest("raw", people.task, sensitive=people.secret) == ("raw", [], [])


def test_it_travels_and_repeats(people) -> None:
    options = {"features": 8, "epochs": 1, "pretrain_epochs": 1}
    step = PrivateEncoder(**options, random_state=3).fit(people.x, sensitive=people.secret)
    same = pickle.loads(pickle.dumps(step))
    np.testing.assert_array_equal(same.transform(people.x), step.transform(people.x))
    again = PrivateEncoder(**options, random_state=3).fit(people.x, sensitive=people.secret)
    assert again.encoder_.digest == step.encoder_.digest
    other = PrivateEncoder(**options, random_state=4).fit(people.x, sensitive=people.secret)
    assert other.encoder_.digest != step.encoder_.digest
    with pytest.raises(NotFittedError):
        PrivateEncoder().transform(people.x)
    with pytest.raises(ValueError, match="240 labels"):
        PrivateEncoder().fit(people.x, sensitive=[0, 1])


def test_a_search_for_little_leakage_does_not_take_the_leakiest(people) -> None:
    """`raw` gives everything away, and constant features nothing."""
    grid = {"method": ["raw", {"kind": "erasure", "after": {"kind": "untrained"}}]}
    with config_context(enable_metadata_routing=True):
        step = PrivateEncoder(features=4, epochs=1, pretrain_epochs=1).set_fit_request(sensitive=True)
        search = GridSearchCV(step, grid, scoring=leakage_scorer(), cv=2, refit=False)
        search.fit(people.x, sensitive=people.secret)
    scores = search.cv_results_["mean_test_score"]
    assert scores[0] < -0.8
    assert scores[1] > scores[0]
    with pytest.raises(ValueError, match="needs `sensitive`"):
        leakage_scorer()(None, people.x)
