"""Resizing and normalising, against Pillow."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from conftest import Array, Tiprdc
from onnx import TensorProto, helper
from PIL import Image

MANIFEST = """
format = 1
name = "pixels"
version = "1.0.0"
[input]
kind = "image"
width = {width}
height = {height}
channels = {channels}
fit = "{fit}"
mean = {mean}
std = {std}
[output]
shape = [{channels}, {height}, {width}]
[method]
kind = "external"
"""


def pixels_encoder(
    tiprdc: Tiprdc,
    folder: Path,
    size: tuple[int, int],
    fit: str,
    channels: int = 3,
    moments: tuple[list[float], list[float]] = ([], []),
) -> Path:
    """An encoder that gives back the preprocessed picture."""
    shape: list[str | int | None] = ["batch", channels, size[1], size[0]]
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])],
        "pixels",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, folder / "model.onnx")
    mean, std = moments
    text = MANIFEST.format(
        width=size[0], height=size[1], fit=fit, channels=channels, mean=mean, std=std
    )
    (folder / "manifest.toml").write_text(text, encoding="utf-8")
    encoder = folder / "encoder.onnx"
    tiprdc.run(
        "pack", folder / "model.onnx", "--manifest", folder / "manifest.toml", "--out", encoder
    )
    return encoder


def picture(width: int, height: int) -> Image.Image:
    """Slopes, edges and noise: what resizing gets wrong shows on edges."""
    random = np.random.default_rng(width * 1000 + height)
    y, x = np.mgrid[0:height, 0:width]
    red = 255 * x / max(width - 1, 1)
    green = 255 * ((x // 7 + y // 5) % 2)
    blue = random.integers(0, 256, (height, width))
    return Image.fromarray(np.stack([red, green, blue], axis=2).astype(np.uint8))


def pillow(image: Image.Image, size: tuple[int, int], fit: str) -> Array:
    """What Pillow makes of it, on a scale of 0..1, channels first."""
    box = (0.0, 0.0, float(image.width), float(image.height))
    if fit == "crop":
        scale = min(image.width / size[0], image.height / size[1])
        width, height = size[0] * scale, size[1] * scale
        left, top = (image.width - width) / 2, (image.height - height) / 2
        box = (left, top, left + width, top + height)
    resized = image.resize(size, Image.Resampling.BILINEAR, box=box)
    planes = np.atleast_3d(np.asarray(resized)).transpose(2, 0, 1)
    return (planes / 255).astype(np.float32)


SIZES = [(64, 64), (63, 64), (200, 131), (131, 200), (640, 480), (30, 30), (20, 90), (1000, 37)]


@pytest.mark.parametrize("fit", ["crop", "stretch"])
@pytest.mark.parametrize("size", [(64, 64), (48, 80)])
def test_resized_like_pillow(
    tiprdc: Tiprdc, tmp_path: Path, size: tuple[int, int], fit: str
) -> None:
    """Larger, smaller, wider, higher: at most one step of 255 from Pillow in every pixel."""
    encoder = pixels_encoder(tiprdc, tmp_path, size, fit)
    pictures = [picture(*shape) for shape in SIZES]
    files = [tmp_path / f"{index}.png" for index in range(len(SIZES))]
    for image, file in zip(pictures, files, strict=True):
        image.save(file)
    ours = tiprdc.encode(encoder, tmp_path / "z.safetensors", *files)
    for index, image in enumerate(pictures):
        worst = np.abs(ours[index] - pillow(image, size, fit)).max()
        assert worst <= 1 / 255 + 1e-6, f"{SIZES[index]} to {size}: {worst * 255} steps"


def test_normalised_per_channel(tiprdc: Tiprdc, tmp_path: Path) -> None:
    """(x / 255 - mean) / std, each channel with its own."""
    mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    encoder = pixels_encoder(tiprdc, tmp_path, (40, 30), "crop", moments=(mean, std))
    image = picture(40, 30)
    image.save(tmp_path / "a.png")
    ours = tiprdc.encode(encoder, tmp_path / "z.safetensors", tmp_path / "a.png")
    expected = (pillow(image, (40, 30), "stretch") - np.reshape(mean, (3, 1, 1))) / np.reshape(
        std, (3, 1, 1)
    )
    np.testing.assert_allclose(ours[0], expected, atol=1e-5)


def test_luma_like_pillow(tiprdc: Tiprdc, tmp_path: Path) -> None:
    """One channel is Pillow's L."""
    encoder = pixels_encoder(tiprdc, tmp_path, (50, 40), "crop", channels=1)
    image = picture(50, 40)
    image.save(tmp_path / "a.png")
    ours = tiprdc.encode(encoder, tmp_path / "z.safetensors", tmp_path / "a.png")
    expected = np.asarray(image.convert("L"), dtype=np.float32) / 255
    assert np.abs(ours[0, 0] - expected).max() <= 1 / 255 + 1e-6


@pytest.mark.parametrize("progressive", [False, True])
def test_a_picture_that_is_cut_off_is_refused(
    tiprdc: Tiprdc, tmp_path: Path, progressive: bool
) -> None:
    """Pillow refuses it too, also where the end of the file was put back."""
    encoder = pixels_encoder(tiprdc, tmp_path, (32, 32), "stretch")
    whole, cut = tmp_path / "whole.jpg", tmp_path / "cut.jpg"
    picture(200, 200).save(whole, quality=90, progressive=progressive)
    tiprdc.encode(encoder, tmp_path / "z.safetensors", whole)
    data = whole.read_bytes()
    for share in (0.3, 0.6, 0.9, 0.99):
        cut.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(OSError, match="truncated"), Image.open(cut) as opened:
            opened.load()
        run = ("encode", encoder, cut, "--out", tmp_path / "z.safetensors")
        tiprdc.run(*run, code=2)
    if not progressive:
        cut.write_bytes(data[: len(data) // 2] + b"\xff\xd9")
        run = ("encode", encoder, cut, "--out", tmp_path / "z.safetensors")
        tiprdc.run(*run, code=2)


def test_a_colour_profile_is_not_unpacked(tiprdc: Tiprdc, tmp_path: Path) -> None:
    """A few bytes of profile that unpack to gigabytes change no pixel and take no memory."""
    encoder = pixels_encoder(tiprdc, tmp_path, (32, 32), "stretch")
    plain, loud = tmp_path / "plain.png", tmp_path / "loud.png"
    picture(32, 32).save(plain)
    picture(32, 32).save(loud, icc_profile=bytes(256 << 20))
    one = tiprdc.encode(encoder, tmp_path / "z.safetensors", plain)
    other = tiprdc.encode(encoder, tmp_path / "z.safetensors", loud)
    assert np.array_equal(one, other)


def test_files_of_other_kinds(tiprdc: Tiprdc, tmp_path: Path) -> None:
    """A palette, gray levels and a JPEG are the pictures that Pillow sees."""
    encoder = pixels_encoder(tiprdc, tmp_path, (32, 32), "stretch")
    image = picture(32, 32)
    files = [tmp_path / "p.png", tmp_path / "l.png", tmp_path / "j.jpg"]
    image.quantize(16).save(files[0])
    image.convert("L").save(files[1])
    image.resize((8, 8)).resize((32, 32)).save(files[2], quality=95)
    ours = tiprdc.encode(encoder, tmp_path / "z.safetensors", *files)
    # Decoders of JPEG may round differently.
    for index, (file, tolerance) in enumerate(zip(files, [0, 0, 4], strict=True)):
        with Image.open(file) as opened:
            expected = pillow(opened.convert("RGB"), (32, 32), "stretch")
        assert np.abs(ours[index] - expected).max() <= tolerance / 255 + 1e-6, file.name
