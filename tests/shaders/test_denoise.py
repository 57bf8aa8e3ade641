"""The denoisers: noise and block dirt go, the drawing stays, and how much is measured on the picture itself."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw

from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.modes.pack import pack_file
from anime4k.pipeline.settings import OutputFormat
from tests.shaders.measures import luma_psnr

if TYPE_CHECKING:
    from tests.shaders.conftest import Draw

WEIGHTS = np.array([0.299, 0.587, 0.114])
SIZE = (240, 160)

METHODS = [("a4k-denoise", 0), ("a4k-denoise", 1), ("a4k-denoise", 2), ("a4k-denoise-nlm", None)]
NAMES = ["mean", "median", "mode", "nlm"]

every = pytest.mark.parametrize(("name", "method"), METHODS, ids=NAMES)


def load(name: str) -> ShaderFile:
    path = pack_file(name)
    assert path is not None
    return parse_file(path)


def noisy(picture: np.ndarray, deviation: float) -> np.ndarray:
    noise = np.random.default_rng(3).normal(0, deviation, picture.shape)
    return np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)


def jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    coded = io.BytesIO()
    Image.fromarray(picture).save(coded, "JPEG", quality=quality, subsampling=2)
    return np.asarray(Image.open(coded).convert("RGB"))


@pytest.fixture(scope="module")
def drawing() -> np.ndarray:
    """Flat colours, ink lines of several widths, a soft gradient and faint lines."""
    scale = 4
    width, height = SIZE[0] * scale, SIZE[1] * scale
    slope = np.linspace(60, 150, width)[None, :, None] * np.array([0.8, 0.9, 1.1]) * np.ones((height, 1, 1))
    image = Image.fromarray(slope.astype(np.uint8))
    draw = ImageDraw.Draw(image)
    draw.ellipse((80, 60, 460, 480), fill=(236, 196, 170), outline=(40, 24, 48), width=10)
    draw.polygon([(520, 60), (900, 260), (600, 600)], fill=(70, 120, 60), outline=(30, 24, 28), width=7)
    draw.rectangle((20, 500, 400, 620), fill=(14, 12, 18))
    for number in range(9):
        draw.line((90 + 40 * number, 90, 150 + 45 * number, 460), fill=(214, 170, 150), width=3 + number)
    for number in range(6):
        draw.line((480 + 70 * number, 640, 560 + 60 * number, 10), fill=(40, 24, 48), width=3 + number)
    return np.asarray(image.resize(SIZE, Image.Resampling.BOX))


def cleaned(
    draw: Draw, name: str, method: int | None, picture: np.ndarray, *options: tuple[str, str], device: str = "modern"
) -> np.ndarray:
    chosen = [] if method is None else [("method", str(method))]
    size = (picture.shape[1], picture.shape[0])
    return draw(picture, size, [load(name)], *chosen, *options, device=device).pixels


@every
@pytest.mark.parametrize("device", ["modern", "baseline"])
def test_noise_goes(draw: Draw, drawing: np.ndarray, name: str, method: int | None, device: str) -> None:
    for deviation, gain in ((2, 1.0), (5, 3.0), (10, 4.0), (20, 3.5)):
        worse = noisy(drawing, deviation)
        better = cleaned(draw, name, method, worse, device=device)
        assert luma_psnr(better, drawing) > luma_psnr(worse, drawing) + gain, deviation


@every
@pytest.mark.parametrize("quality", [10, 40, 75])
def test_compression_dirt_goes(draw: Draw, drawing: np.ndarray, name: str, method: int | None, quality: int) -> None:
    worse = jpeg(drawing, quality)
    assert luma_psnr(cleaned(draw, name, method, worse), drawing) > luma_psnr(worse, drawing) + 0.3


@every
def test_a_clean_picture_stays(draw: Draw, drawing: np.ndarray, name: str, method: int | None) -> None:
    assert luma_psnr(cleaned(draw, name, method, drawing), drawing) > 52
    untouched = cleaned(draw, name, method, drawing, ("least", "0")).astype(int)
    assert np.abs(untouched - drawing).max() <= 1


@every
def test_blacks_are_cleaned_like_everything_else(draw: Draw, name: str, method: int | None) -> None:
    dark = np.full((96, 96, 3), 9, np.uint8)
    dark[:, 48:] = 160
    worse = noisy(dark, 2.5)
    better = cleaned(draw, name, method, worse)
    for part in (slice(4, 44), slice(52, 92)):
        assert better[:, part].astype(float).std() < 0.55 * worse[:, part].astype(float).std()


@every
def test_strength_and_least_grow(draw: Draw, drawing: np.ndarray, name: str, method: int | None) -> None:
    worse = noisy(drawing, 6)
    left = [
        np.abs(cleaned(draw, name, method, worse, ("strength", value)).astype(float) - worse).mean()
        for value in ("0", "40", "100", "200")
    ]
    assert left[0] == 0 and left == sorted(left) and left[2] > 1.4 * left[1]
    change = [
        np.abs(cleaned(draw, name, method, drawing, ("least", value)).astype(float) - drawing).mean()
        for value in ("0", "4", "12", "30")
    ]
    assert change == sorted(change) and change[3] > 2 * change[1]


def test_methods_differ(draw: Draw, drawing: np.ndarray) -> None:
    worse = noisy(drawing, 8)
    results = [cleaned(draw, "a4k-denoise", method, worse).astype(float) for method in (0, 1, 2)]
    for one, other in ((0, 1), (1, 2), (0, 2)):
        assert np.abs(results[one] - results[other]).mean() > 0.05


@every
def test_thin_lines_keep_their_contrast(draw: Draw, name: str, method: int | None) -> None:
    lines = np.full((96, 96, 3), 170, np.uint8)
    lines[:, 12::16] = 110
    worse = noisy(lines, 6)
    better = cleaned(draw, name, method, worse).astype(float).mean(2)
    contrast = better[:, 4::16].mean() - better[:, 12::16].mean()
    assert contrast > 0.9 * 60


@every
def test_bars_do_not_hide_the_noise(draw: Draw, drawing: np.ndarray, name: str, method: int | None) -> None:
    worse = noisy(drawing, 8)
    rows = slice(44, 116)
    barred = np.zeros_like(worse)
    barred[rows] = worse[rows]
    better = cleaned(draw, name, method, barred)
    inner = slice(48, 112)
    assert luma_psnr(better[inner], drawing[inner]) > luma_psnr(worse[inner], drawing[inner]) + 3
    assert not better[:40].any() and not better[120:].any()


@every
@pytest.mark.parametrize("size", [(1, 1), (1, 33), (37, 1), (5, 3), (33, 47)])
def test_any_size(draw: Draw, name: str, method: int | None, size: tuple[int, int]) -> None:
    flat = np.full((size[1], size[0], 3), (200, 90, 31), np.uint8)
    assert (cleaned(draw, name, method, flat) == flat).all()
    picture = noisy(flat, 10)
    better = cleaned(draw, name, method, picture).astype(int)
    assert (better + 1 >= picture.min((0, 1))).all() and (better - 1 <= picture.max((0, 1))).all()


@every
def test_values_outside_the_range_are_cleaned_and_kept(draw: Draw, name: str, method: int | None) -> None:
    # The picture between -0.5 and 3.5, as HDR and superwhite may be, and back.
    up = parse_text(
        "//!HOOK MAIN\n//!BIND HOOKED\n//!DESC up\nvec4 hook() { return HOOKED_texOff(0) * 4.0 - 0.5; }\n", "u"
    )
    down = parse_text(
        "//!HOOK MAIN\n//!BIND HOOKED\n//!DESC down\nvec4 hook() { return (HOOKED_texOff(0) + 0.5) / 4.0; }\n", "d"
    )
    levels = np.repeat(np.repeat(np.arange(20, 250, 16, dtype=np.uint8), 16)[None, :, None], 64, 0).repeat(3, 2)
    worse = noisy(levels, 3)
    chosen = [] if method is None else [("method", str(method))]
    size = (levels.shape[1], levels.shape[0])
    better = draw(worse, size, [up, load(name), down], *chosen).pixels
    assert luma_psnr(better, levels) > luma_psnr(worse, levels) + 1
    middles = better.astype(float).mean((0, 2)).reshape(-1, 16)[:, 4:12].mean(1)
    assert np.abs(middles - levels[0, ::16, 0]).max() < 0.8


def neighbours(picture: np.ndarray, x: int, y: int) -> np.ndarray:
    """The picture moved so that every pixel holds its neighbour at (x, y), edges repeated."""
    rows = np.clip(np.arange(picture.shape[0]) + y, 0, picture.shape[0] - 1)
    columns = np.clip(np.arange(picture.shape[1]) + x, 0, picture.shape[1] - 1)
    return picture[rows][:, columns]


@pytest.mark.parametrize("name", ["a4k-denoise", "a4k-denoise-nlm"])
def test_against_the_formula(draw: Draw, drawing: np.ndarray, name: str) -> None:
    """A picture without noise, and `least` as the standard deviation: the weighted mean in numpy."""
    sigma = 16.0
    picture = drawing.astype(float)
    luma = picture @ WEIGHTS
    patch = {(x, y): neighbours(luma, x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)}
    mean = sum(patch[x, y] * (2 - abs(x)) * (2 - abs(y)) for x, y in patch) / 16
    if name == "a4k-denoise":
        features, shares, own_share, colour_share, width, nearness, radius2 = [mean], [4.0], 0.6, 0.1, 1.4, 0.1, 5
    else:
        across = sum(patch[x, y] * x * (2 - abs(y)) for x, y in patch) / 8
        down = sum(patch[x, y] * y * (2 - abs(x)) for x, y in patch) / 8
        saddle = (patch[0, -1] + patch[0, 1] - patch[-1, 0] - patch[1, 0]) / 4
        features, shares, own_share, colour_share = [mean, across, down, saddle], [2.0, 2.0, 2.0, 1.0], 0.3, 0.03
        width, nearness, radius2 = 1.4, 0.06, 10
    total, weights = np.zeros_like(picture), np.zeros_like(luma)
    for y in range(-3, 4):
        for x in range(-3, 4):
            if x * x + y * y > radius2:
                continue
            change = neighbours(picture, x, y) - picture
            own = change @ WEIGHTS
            colour = change - own[..., None]
            apart = own_share * own**2 + colour_share * (colour**2).sum(2)
            for feature, share in zip(features, shares, strict=True):
                apart += share * (neighbours(feature, x, y) - feature) ** 2
            weight = np.exp(-apart / (width * sigma) ** 2 - nearness * (x * x + y * y))
            total += weight[..., None] * change
            weights += weight
    expected = picture + total / weights[..., None]
    got = draw(drawing, SIZE, [load(name)], ("least", "16"), output=OutputFormat(depth=16)).pixels / 257.0
    assert np.abs(expected - picture).max() > 5
    assert np.abs(got - expected).max() < 0.5
