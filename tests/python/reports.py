"""Reports made by hand: what an audit can say, and the odd cases that a page must survive."""

from typing import Any

Json = dict[str, Any]

HOSTILE = [
    '<script>alert("x")</script>',
    "\"quoted\" & 'single' <b>",
    "https://example.org/?a=1&b=url(x)",
    "a_very_long_name_without_any_break_" * 6,
    "größe 体重 الوزن \u202eflipped",
]


def attribute(name: str, role: str, value: float, **more: Any) -> Json:
    """One attribute with two classes; `more` replaces or adds fields."""
    report: Json = {
        "name": name,
        "role": role,
        "kind": "categorical",
        "classes": 2,
        "metric": "balanced_accuracy",
        "direction": "lower is better" if role == "private" else "higher is better",
        "sentence": f"With the features, {name} is guessed right {value * 100:.0f} times in 100; guessing does 50.",
        "chance": 0.5,
        "majority": 0.62,
        "unprotected": 0.91,
        "unprotected_interval": [0.89, 0.93],
        "unprotected_attacker": "mlp-large",
        "label_only": 0.56 if role == "private" else None,
        "nag": (value - 0.5) / 0.41,
        "nag_interval": [(value - 0.53) / 0.41, (value - 0.47) / 0.41],
        "strongest": {
            "attacker": "mlp-large",
            "value": value,
            "interval": [value - 0.03, min(value + 0.03, 1.0)],
            "auc": min(value + 0.05, 1.0),
            "auc_interval": [value + 0.01, min(value + 0.08, 1.0)],
            "accuracy": value,
        },
        "p_value": 0.005,
        "attackers": attackers(value),
        "raw_attackers": attackers(0.91),
    }
    return report | more


def attackers(best: float) -> list[Json]:
    """A list as the judge gives it, one attacker the strongest."""
    names = ["logistic", "knn", "mlp-small", "mlp-large", "trees", "pca/mlp-large", "rbf-kernel"]
    scores = [best - 0.05, best - 0.08, best - 0.01, best, best - 0.02, best - 0.03, best - 0.04]
    return [
        {"attacker": name, "value": score, "auc": min(score + 0.05, 1.0)}
        for name, score in zip(names, scores, strict=True)
    ]


def quantity(name: str, role: str, value: float) -> Json:
    """A continuous attribute, scored by R2, which may be negative."""
    strongest = {
        "attacker": "ridge",
        "value": value,
        "interval": [value - 0.05, value + 0.05],
        "auc": None,
        "accuracy": None,
        "rank_correlation": 0.31,
    }
    scores = [{"attacker": "ridge", "value": value, "auc": None}]
    continuous = {
        "kind": "continuous",
        "classes": None,
        "metric": "r2",
        "sentence": f"From the features, {name} is told with an R2 of {value:.2f}; naming the mean has 0.",
        "chance": 0.0,
        "majority": None,
        "unprotected": 0.72,
        "unprotected_interval": [0.68, 0.75],
        "label_only": None,
        "nag": value / 0.72,
        "nag_interval": [(value - 0.05) / 0.72, (value + 0.05) / 0.72],
        "strongest": strongest,
        "attackers": scores,
        "raw_attackers": [],
    }
    return attribute(name, role, 0.5, **continuous)


def report(*attributes: Json, **more: Any) -> Json:
    """A whole report; `more` replaces or adds fields."""
    whole: Json = {
        "format": 1,
        "encoder": "46ec90d32c06f4253e2ff684928d5e0a8ea1613d2d7fc83b798c6a4a05e58205",
        "seed": 7,
        "rows": {"train": 8200, "test": 4100},
        "shape": [16, 25],
        "drawn": {"unit": "groups", "count": 24},
        "attributes": list(attributes),
        "mnag": None,
        "not_tested": [{"what": "conv on the raw inputs", "why": "rows of shape [60] keep no time or space axis"}],
        "notes": [],
    }
    return whole | more


def full() -> Json:
    """Everything that a report can hold, at once."""
    repeated = {"draws": 5.0, "attacker": "mlp-small", "value": 0.71, "interval": [0.68, 0.74]}
    return report(
        attribute("gender", "private", 0.58, repeated=repeated),
        quantity("age", "private", -0.21),
        attribute("activity", "task", 0.89),
        quantity("heart rate", "task", 0.55),
        mnag=0.72,
        notes=["300 of 4100 test rows come from groups that are in the training rows too"],
        reconstruction={
            "decoder": "mlp",
            "normalised_mse": 0.41,
            "interval": [0.39, 0.43],
            "psnr": 17.2,
            "ms_ssim": 0.44,
            "baseline": {"psnr": 12.9, "ms_ssim": 0.21},
            "sentence": "A decoder who has the features removes 59 % of the error that naming the mean makes.",
        },
        membership={
            "attack": "distance to the nearest training row",
            "tpr_at_1_fpr": 0.043,
            "interval": [0.021, 0.068],
            "auc": 0.57,
            "members": 1,
            "outsiders": 240,
            "sentence": "At one false alarm in a hundred, 4 of 100 members are recognised.",
        },
    )


def gain(nag: float) -> Json:
    """A mean gain with its interval."""
    return {"nag": nag, "interval": [nag - 0.06, nag + 0.05]}


def point(name: str, leakage: float, utility: float, dominated: bool, **more: Any) -> Json:
    """One point of a sweep; `more` adds fields."""
    series = name.split(",")[0]
    attributes = [
        {"name": "gender", "role": "private", "nag": leakage, "nag_interval": [leakage - 0.06, leakage + 0.05]},
        {"name": "activity", "role": "task", "nag": utility, "nag_interval": [utility - 0.06, utility + 0.05]},
    ]
    whole: Json = {
        "name": name,
        "series": series,
        "method": "tiprdc",
        "settings": {"method.lambda": 0.3},
        "seeds": [0, 1],
        "leakage": gain(leakage),
        "utility": gain(utility),
        "mnag": utility - leakage,
        "dominated": dominated,
        "attributes": attributes,
        "runs": [{"seed": 0, "folder": "points/x", "encoder": None, "mnag": utility - leakage, "attributes": attributes}],
    }
    return whole | more


def sweep(*points: Json, name: str = "motion") -> Json:
    """A whole sweep."""
    return {
        "format": 1,
        "name": name,
        "dataset": "motionsense",
        "private": ["gender"],
        "tasks": ["activity", "height"],
        "points": list(points),
    }


def sweeps() -> dict[str, Json]:
    """Sweeps as they come, and odd ones, by name."""
    failed = {"seed": 1, "folder": "points/y", "encoder": None, "mnag": None, "attributes": [], "error": "diverged"}
    lost = {"leakage": None, "utility": None, "mnag": None, "dominated": None, "attributes": [], "runs": [failed]}
    usual = [
        point("tiprdc, lambda 0.3", 0.62, 0.93, False),
        point("tiprdc, lambda 0.9", 0.21, 0.81, False),
        point("noise, scale 0.5", 0.66, 0.78, True, dominated_by="tiprdc, lambda 0.3"),
        point("plain", 0.93, 0.97, False),
        point("untrained", 0.95, 0.9, True, dominated_by="plain"),
        point("gone", 0, 0, False) | lost,
    ]
    hostile = [point(name, 0.1 * index, 0.5, False) for index, name in enumerate(HOSTILE)]
    return {
        "sweep": sweep(*usual),
        "sweep-hostile": sweep(*hostile, name=HOSTILE[0]),
        "sweep-nothing": sweep(),
    }


def odd() -> dict[str, Json]:
    """Reports that once could have broken a page, by name."""
    nothing = {
        "unprotected": None,
        "unprotected_interval": None,
        "unprotected_attacker": None,
        "label_only": None,
        "nag": None,
        "nag_interval": None,
        "p_value": None,
        "majority": None,
        "raw_attackers": [],
    }
    many = [attribute(f"attribute {index}", "private", 0.5 + index / 50) for index in range(24)]
    return {
        "full": full(),
        "hostile": report(*[attribute(name, "private", 0.7) for name in HOSTILE], encoder=HOSTILE[0]),
        "many": report(*many, attribute("kept", "task", 0.9)),
        "no-private": report(attribute("kept", "task", 0.9)),
        "no-raw": report(attribute("secret", "private", 0.8, **nothing), encoder=None),
        "extremes": report(attribute("all", "private", 1.0), attribute("none", "task", 0.0)),
    }
