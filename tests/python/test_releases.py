"""Random releases against OpenDP: the same epsilon for the same settings, and noise of the same distribution.

Randomness is the operating system's and no seed can repeat it: limits are such that chance passes them once in a
million runs. OpenDP is the reference for differential privacy that others have checked. Noise is drawn here as a device draws it: an
encoder that gives back its input, and inputs that are all the same.
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import opendp.prelude as dp
import pytest
import safetensors
import safetensors.numpy
from conftest import Array, Tiprdc, write_csv
from onnx import TensorProto, helper
from scipy import stats

dp.enable_features("contrib")

WIDTH = 8
RELEASES = ("gaussian", "laplace")


def identity(tiprdc: Tiprdc, folder: Path, width: int = WIDTH) -> Path:
    """An encoder of records of numbers that gives them back."""
    shape = ["batch", width]
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])],
        "identity",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
    )
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), folder / "model.onnx")
    fields = ",".join(
        f'{{ name = "x{at}", type = "numeric", mean = 0.0, std = 1.0 }}' for at in range(width)
    )
    (folder / "manifest.toml").write_text(
        f'format = 1\nname = "identity"\nversion = "1"\n[input]\nkind = "record"\nfields = [{fields}]\n'
        f'[output]\nshape = [{width}]\n[method]\nkind = "external"\n'
    )
    encoder = folder / "identity.onnx"
    tiprdc.run(
        "pack", folder / "model.onnx", "--manifest", folder / "manifest.toml", "--out", encoder
    )
    return encoder


def released(tiprdc: Tiprdc, encoder: Path, *arguments: object) -> dict[str, Any]:
    """The encoder with another release; returns what the manifest says of it."""
    out = encoder.parent / "released.onnx"
    packed = tiprdc.json("pack", encoder, "--out", out, *arguments)
    return packed["manifest"]["release"]


def draws(tiprdc: Tiprdc, encoder: Path, row: Array, count: int) -> Array:
    """So many draws of the same record."""
    header = [f"x{at}" for at in range(len(row))]
    data = encoder.parent / "same.csv"
    write_csv(data, header, [row.tolist()] * count)
    return tiprdc.encode(
        encoder.parent / "released.onnx", encoder.parent / "drawn.safetensors", data
    )


def opendp_noise(release: str, scale: float) -> Any:
    """OpenDP's mechanism on vectors of floating-point numbers."""
    domain = dp.vector_domain(dp.atom_domain(T=float, nan=False))
    if release == "laplace":
        return dp.m.make_laplace(domain, dp.l1_distance(T=float), scale=scale)
    return dp.m.make_gaussian(domain, dp.l2_distance(T=float), scale=scale)


def opendp_epsilon(release: str, clip: float, scale: float, delta: float) -> float:
    """What OpenDP states for vectors that are at most two norms apart."""
    mechanism = opendp_noise(release, scale)
    if release == "laplace":
        return mechanism.map(2.0 * clip)
    return dp.c.make_zCDP_to_approxDP(mechanism).map(2.0 * clip).epsilon(delta)


def opendp_choice(temperature: float, *, gumbel: bool) -> Any:
    """OpenDP's choice of an index by scores: by Gumbel noise, which is the exponential mechanism, or by the exponential noise
    that it states an epsilon for."""
    domain = dp.vector_domain(dp.atom_domain(T=float, nan=False))
    measure = dp.zero_concentrated_divergence() if gumbel else dp.max_divergence()
    return dp.m.make_noisy_max(domain, dp.linf_distance(T=float), measure, scale=temperature)


def settings(release: str, clip: float, scale: float, delta: float) -> list[object]:
    """Arguments of `tiprdc pack`."""
    common = ["--release", release, "--clip", clip, "--scale", scale]
    return common if release == "laplace" else [*common, "--delta", delta]


@pytest.mark.parametrize("release", RELEASES)
def test_epsilon_is_that_of_opendp(tiprdc: Tiprdc, tmp_path: Path, release: str) -> None:
    """Over five orders of magnitude, from a bound that proves nothing to one that hides everything."""
    encoder = identity(tiprdc, tmp_path)
    stated = []
    for clip in (0.5, 2.0, 10.0):
        for scale in (0.1, 0.7, 3.0, 30.0, 1000.0):
            for delta in (1e-9, 1e-5, 1e-2) if release == "gaussian" else (0.0,):
                arguments = settings(release, clip, scale, delta)
                ours = released(tiprdc, encoder, *arguments)["epsilon"]
                theirs = opendp_epsilon(release, clip, scale, delta)
                # OpenDP searches for the best order with a tolerance of its own.
                assert ours == pytest.approx(theirs, rel=1e-5, abs=1e-8), (clip, scale, delta)
                stated.append(ours)
    assert max(stated) > 100 and min(stated) < 0.01, "the grid covers what people ask for"


@pytest.mark.parametrize("release", RELEASES)
def test_a_scale_asked_for_by_epsilon_is_enough_for_opendp(
    tiprdc: Tiprdc, tmp_path: Path, release: str
) -> None:
    encoder = identity(tiprdc, tmp_path)
    for asked in (0.1, 1.0, 8.0, 40.0):
        arguments: list[object] = ["--release", release, "--clip", 1.5, "--epsilon", asked]
        if release == "gaussian":
            arguments += ["--delta", 1e-6]
        scale = released(tiprdc, encoder, *arguments)["scale"]
        theirs = opendp_epsilon(release, 1.5, scale, 1e-6)
        assert theirs == pytest.approx(asked, rel=1e-5), "no less noise, and no more"


@pytest.mark.parametrize("release", RELEASES)
def test_noise_is_distributed_as_that_of_opendp(
    tiprdc: Tiprdc, tmp_path: Path, release: str
) -> None:
    """Two samples, one distribution: Kolmogorov and Smirnov, and the tails by their own."""
    encoder = identity(tiprdc, tmp_path)
    scale = 0.7
    released(tiprdc, encoder, *settings(release, 5.0, scale, 1e-6))
    row = np.linspace(-1.0, 1.0, WIDTH, dtype=np.float32) * 0.5
    noise = draws(tiprdc, encoder, row, 5000) - row
    ours = noise.ravel().astype(np.float64)
    theirs = np.array(opendp_noise(release, scale)([0.0] * 20_000))
    same = stats.ks_2samp(ours, theirs)
    assert same.pvalue > 1e-6, f"another distribution than OpenDP's: {same}"
    far = 2.5 * scale
    table = [[np.sum(np.abs(x) > far), np.sum(np.abs(x) <= far)] for x in (ours, theirs)]
    assert stats.fisher_exact(table).pvalue > 1e-6, f"other tails than OpenDP's: {table}"
    # A scale that is a fifth off is seen: neither sample is too small to tell.
    assert stats.ks_2samp(1.2 * ours, theirs).pvalue < 1e-6
    # Draws of features, and of records, have nothing to do with each other.
    correlation = np.corrcoef(noise.T) - np.eye(WIDTH)
    assert np.abs(correlation).max() < 0.08
    assert abs(np.corrcoef(ours[:-WIDTH], ours[WIDTH:])[0, 1]) < 0.03


def test_substitutes_come_by_their_logits_and_numpy_resolves_them(
    tiprdc: Tiprdc, tmp_path: Path
) -> None:
    encoder = identity(tiprdc, tmp_path)
    records = np.arange(WIDTH * 3, dtype=np.float32).reshape(WIDTH, 3)
    table = tmp_path / "table.safetensors"
    safetensors.numpy.save_file({"substitutes": records}, table)
    temperature, span = 0.4, 3.0
    arguments = ["--release", "substitute", "--table", table]
    manifest = released(
        tiprdc, encoder, *arguments, "--temperature", temperature, "--range", span
    )
    assert manifest["table"] == hashlib.sha256(table.read_bytes()).hexdigest()

    logits = np.array([0.1, -2.0, 0.9, 0.3, 0.85, -0.4, 0.0, 0.5], dtype=np.float32)
    drawn = draws(tiprdc, encoder, logits, 20_000)
    assert drawn.dtype == np.uint16 and drawn.shape == (20_000, 1)
    weights = np.exp(np.maximum((logits - logits.max()).astype(np.float64) / temperature, -span))
    seen = np.bincount(drawn[:, 0], minlength=WIDTH)
    fit = stats.chisquare(seen, 20_000 * weights / weights.sum())
    assert fit.pvalue > 1e-6, f"not the softmax with a floor: {seen}"
    choice = opendp_choice(temperature, gumbel=True)
    floored = np.maximum(logits, logits.max() - temperature * span).astype(float).tolist()
    theirs = np.bincount([choice(floored) for _ in range(20_000)], minlength=WIDTH)
    same = stats.chi2_contingency([seen, theirs])
    assert same.pvalue > 1e-6, f"another distribution than OpenDP's: {seen}, {theirs}"

    # The bound is the worst pair of weights that a floor allows; OpenDP's is of any scores that differ by so much.
    theirs = opendp_choice(temperature, gumbel=False).map(temperature * span)
    assert span < manifest["epsilon"] < theirs
    worst = np.exp(span) * (1 + (WIDTH - 1) * np.exp(span)) / (np.exp(span) + WIDTH - 1)
    # Stated with 12 digits, rounded upwards.
    assert np.log(worst) <= manifest["epsilon"] < np.log(worst) * (1 + 1e-10)

    # What docs/guarantees.md and the README tell people to write.
    features = safetensors.numpy.load_file(tmp_path / "drawn.safetensors")["features"]
    resolved = safetensors.numpy.load_file(table)["substitutes"][features[:, 0]]
    out = tmp_path / "resolved.safetensors"
    tiprdc.run("resolve", tmp_path / "drawn.safetensors", "--table", table, "--out", out)
    np.testing.assert_array_equal(safetensors.numpy.load_file(out)["features"], resolved)
    with safetensors.safe_open(tmp_path / "drawn.safetensors", "numpy") as file:
        assert file.metadata()["tiprdc.table"] == manifest["table"]


def test_rounded_features_are_read_by_numpy(tiprdc: Tiprdc, tmp_path: Path) -> None:
    encoder = identity(tiprdc, tmp_path)
    row = np.array([0.1, -2.739, 1000.5, -1.0, 0.0, 31.7, 0.26, 1e-3], dtype=np.float32)
    tiprdc.run("pack", encoder, "--dtype", "f16", "--out", tmp_path / "released.onnx")
    half = draws(tiprdc, encoder, row, 1)
    assert half.dtype == np.float16
    np.testing.assert_array_equal(half[0], row.astype(np.float16))
    arguments = ["--dtype", "int8", "--step", "0.25", "--out", tmp_path / "released.onnx"]
    tiprdc.run("pack", encoder, *arguments)
    whole = draws(tiprdc, encoder, row, 1)
    assert whole.dtype == np.int8
    with safetensors.safe_open(tmp_path / "drawn.safetensors", "numpy") as file:
        step = np.float32(file.metadata()["tiprdc.scale"])
    expected = np.clip(np.round(row / 0.25), -128, 127) * 0.25
    np.testing.assert_array_equal(whole[0] * step, expected)
