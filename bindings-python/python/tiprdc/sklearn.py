"""tiprdc as a step of scikit-learn pipelines; needs scikit-learn 1.6 or newer (``tiprdc[sklearn]``)."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Optional, Union

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.metadata_routing import MetadataRequest
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from . import _native
from ._audit import audit
from ._encoder import Encoder
from ._train import Trained, train

__all__ = ["LeakageScorer", "PrivateEncoder", "leakage_scorer"]

#: Fewer records than this fill no batch worth the name.
FEWEST = 4


class PrivateEncoder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A transformer whose features hide an attribute.

    ``fit(X, sensitive=s)`` trains an encoder on numeric records ``[n, fields]``; ``transform(X)`` gives what a
    collector has of records that devices encode.

    Parameters
    ----------
    method : str or dict, default "tiprdc"
        The method of training, or a dict with its settings (docs/methods.md).
    features : int, default 64
        Width of the features.
    epochs, pretrain_epochs : int
        Epochs of the method, and of what comes before it.
    batch_size : int, default 128
        Records in a batch; all of them, if there are fewer.
    learning_rate : float, default 1e-3
        Learning rate.
    release : dict, optional
        What happens to the features last: ``{"kind": "laplace", "epsilon": 8}``.
    random_state : int, RandomState or None, default 0
        Seed of the training.

    Attributes
    ----------
    encoder_ : Encoder
        The encoder: save it, and give it to devices.
    trained_ : Trained
        The same with its table of substitutes and its history.
    hides_ : bool
        Whether the training hid ``sensitive``: whether it was given, and the method hides anything.
    n_features_in_ : int
        Number of fields.

    Notes
    -----
    ``sensitive`` is metadata: it is not ``y``, which is what to keep. In a pipeline it is routed with
    ``PrivateEncoder().set_fit_request(sensitive=True)``. Without it a method that hides has nothing to hide: an encoder
    with fresh weights is made (``method="untrained"``), ``hides_`` is False, and a warning says so.

    Given ``y`` and a method that knows tasks, ``y`` is the task; of ``erasure``, that of the method before it.

    Fitted estimators can be pickled. The features reduce measured leakage of ``sensitive``; audit them.

    Examples
    --------
    >>> import numpy as np
    >>> from tiprdc.sklearn import PrivateEncoder
    >>> X = np.random.default_rng(0).normal(size=(200, 5))
    >>> step = PrivateEncoder(features=8, epochs=1, pretrain_epochs=1).fit(X, sensitive=X[:, 0] > 0)
    >>> step.transform(X).shape, step.encoder_.private
    ((200, 8), ('sensitive',))
    """

    encoder_: Encoder
    trained_: Trained
    hides_: bool

    if TYPE_CHECKING:

        def set_fit_request(self, *, sensitive: Union[bool, str, None] = ...) -> PrivateEncoder:
            """Route ``sensitive`` in pipelines; made by scikit-learn."""

    def __init__(
        self,
        method: Union[str, Mapping[str, Any]] = "tiprdc",
        *,
        features: int = 64,
        epochs: int = 10,
        pretrain_epochs: int = 2,
        batch_size: int = 128,
        learning_rate: float = 1e-3,
        release: Optional[Mapping[str, Any]] = None,
        random_state: Any = 0,
    ) -> None:
        self.method = method
        self.features = features
        self.epochs = epochs
        self.pretrain_epochs = pretrain_epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.release = release
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, sensitive: Any = None) -> PrivateEncoder:
        """Train the encoder.

        Parameters
        ----------
        X : array_like or data frame of shape (n, fields)
            Numeric records.
        y : array_like of shape (n,), optional
            The known task, for methods that take one.
        sensitive : array_like of shape (n,)
            The private attribute: one class for each record.

        Returns
        -------
        self
        """
        X = validate_data(self, X, dtype=np.float32, ensure_min_samples=FEWEST)
        method: Mapping[str, Any] = {"kind": self.method} if isinstance(self.method, str) else self.method
        hides = _takes(method, "private")
        self.hides_ = hides and sensitive is not None
        if hides and sensitive is None:
            warnings.warn(
                "PrivateEncoder was fitted without `sensitive`: nothing is hidden, and its features are those of an "
                "encoder with fresh weights",
                stacklevel=2,
            )
            method = {"kind": "untrained"}
        given = {name: labels for name, labels in (("sensitive", sensitive), ("y", y)) if labels is not None}
        method = _told(method, given)
        attributes = {name: _labels(labels, X) for name, labels in given.items() if name in _attributes(method)}
        self.trained_ = train(
            X,
            attributes,
            method=method,
            name="private-encoder",
            seed=_seed(self.random_state),
            encoder={"features": self.features},
            training={
                "epochs": self.epochs,
                "pretrain_epochs": self.pretrain_epochs,
                "batch": min(self.batch_size, len(X)),
                "learning_rate": self.learning_rate,
            },
            release=self.release,
            progress=False,
        )
        self.encoder_ = self.trained_.encoder
        return self

    def transform(self, X: Any) -> NDArray[np.float32]:
        """Encode records.

        Parameters
        ----------
        X : array_like or data frame of shape (n, fields)

        Returns
        -------
        numpy.ndarray of float32, shape (n, features)
            Of a substitute release, the substitutes.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float32, reset=False)
        made = self.trained_.encode(X)
        return made.reshape(len(made), -1)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        # Features are float32, whatever comes in.
        tags.transformer_tags.preserves_dtype = []
        return tags

    @property
    def _n_features_out(self) -> int:
        if self.trained_.table is not None:
            return int(np.prod(self.trained_.table.shape[1:]))
        return int(np.prod(self.encoder_.output_shape))


class LeakageScorer:
    """A scorer for searches: minus the leakage that fresh attackers find in the features of held-back records.

    0 is guessing, -1 is every record guessed right; greater is better, as scikit-learn wants it. Made by
    :func:`leakage_scorer`.
    """

    def __init__(self, seed: int = 0, bootstrap: int = 40) -> None:
        self.seed = seed
        self.bootstrap = bootstrap

    def __call__(self, estimator: Any, X: Any, y: Any = None, *, sensitive: Any = None) -> float:  # noqa: ARG002
        """Score a fitted transformer, or a pipeline whose steps before the last transform."""
        if sensitive is None:
            raise ValueError(
                "a leakage scorer needs `sensitive`: sklearn.set_config(enable_metadata_routing=True), and "
                "search.fit(X, y, sensitive=labels)"
            )
        step = estimator if hasattr(estimator, "transform") else estimator[:-1]
        features = np.asarray(step.transform(X))
        found = audit(
            features.reshape(len(features), -1),
            {"sensitive": sensitive},
            seed=self.seed,
            bootstrap=self.bootstrap,
            progress=False,
        )["sensitive"]
        return -(found.strongest.value - found.chance) / (1 - found.chance)

    def get_metadata_routing(self) -> MetadataRequest:
        """Ask for ``sensitive``, wherever this scorer is used."""
        request = MetadataRequest(owner=self)
        request.score.add_request(param="sensitive", alias=True)
        return request

    def __repr__(self) -> str:
        return f"leakage_scorer(seed={self.seed}, bootstrap={self.bootstrap})"


def leakage_scorer(*, seed: int = 0, bootstrap: int = 40) -> LeakageScorer:
    """Make a scorer of leakage for ``GridSearchCV`` and its sisters: the least leakage scores highest.

    Parameters
    ----------
    seed, bootstrap : int
        As in :func:`tiprdc.audit`, which each held-back part goes through.

    Notes
    -----
    An encoder that keeps nothing leaks nothing: search with a score of usefulness beside this one
    (``scoring={"leakage": leakage_scorer(), ...}``), and choose among the results.

    Examples
    --------
    >>> import numpy as np, sklearn
    >>> from sklearn.model_selection import GridSearchCV
    >>> from tiprdc.sklearn import PrivateEncoder, leakage_scorer
    >>> X = np.random.default_rng(0).normal(size=(300, 5))
    >>> with sklearn.config_context(enable_metadata_routing=True):
    ...     step = PrivateEncoder(features=4, epochs=1, pretrain_epochs=1).set_fit_request(sensitive=True)
    ...     search = GridSearchCV(step, {"method": ["tiprdc", "raw"]}, scoring=leakage_scorer(), cv=2)
    ...     search = search.fit(X, sensitive=X[:, 0] > 0)
    >>> bool(search.best_score_ <= 0)
    True
    """
    return LeakageScorer(seed, bootstrap)


def _labels(labels: Any, X: NDArray[np.float32]) -> NDArray[Any]:
    array: NDArray[Any] = column_or_1d(labels, warn=True)
    if len(array) != len(X):
        raise ValueError(f"expected {len(X)} labels, one for each record, found {len(array)}")
    return array


def _takes(method: Mapping[str, Any], key: str) -> bool:
    return _native.method_has(method.get("kind", "tiprdc"), key)


def _told(method: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The method with what to hide and what to keep, where it takes them; so the one that `erasure` comes after."""
    made = dict(method)
    for key, name in (("private", "sensitive"), ("tasks", "y")):
        if name in given and _takes(method, key):
            made[key] = [name]
    if "after" in made:
        made["after"] = _told(made["after"], given)
    return made


def _attributes(method: Mapping[str, Any]) -> set[str]:
    after = _attributes(method["after"]) if "after" in method else set()
    return {*method.get("private", ()), *method.get("tasks", ()), *after}


def _seed(random_state: Any) -> int:
    if random_state is None:
        return int(np.random.default_rng().integers(2**31))
    if hasattr(random_state, "randint"):
        return int(random_state.randint(2**31 - 1))
    return int(random_state)
