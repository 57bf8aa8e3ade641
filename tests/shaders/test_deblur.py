"""a4k-deblur and a4k-deblur-push on drawings that were blurred on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw

from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.modes.pack import pack_file
from tests.shaders.measures import luma, luma_psnr

if TYPE_CHECKING:
    from tests.shaders.conftest import Draw

WIDTH, HEIGHT = 160, 120


def packed(name: str) -> ShaderFile:
    path = pack_file(name)
    assert path is not None
    return parse_file(path)


DOG, PUSH = packed("a4k-deblur"), packed("a4k-deblur-push")
both = pytest.mark.parametrize("file", [DOG, PUSH], ids=["dog", "push"])


@pytest.fixture(scope="module")
def drawing() -> np.ndarray:
    """A cel drawing: flat colours, ink lines, light strands."""
    fine = 8
    image = Image.new("RGB", (WIDTH * fine, HEIGHT * fine), (236, 160, 140))
    draw = ImageDraw.Draw(image)
    draw.ellipse((80, 40, 620, 880), fill=(52, 92, 138), outline=(40, 24, 48), width=20)
    draw.polygon([(750, 60), (1230, 400), (800, 900)], fill=(255, 226, 204), outline=(40, 24, 48), width=14)
    for number in range(6):
        draw.line((60 + 200 * number, 0, 200 + 170 * number, 960), fill=(40, 24, 48), width=8 + 2 * number)
        draw.line((150, 120 + 110 * number, 560, 160 + 120 * number), fill=(250, 250, 230), width=8 + 2 * number)
    return np.asarray(image.resize((WIDTH, HEIGHT), Image.Resampling.BOX))


def blurred(picture: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian blur, rounded to codes; any number of channels, edges repeated."""
    reach = int(4 * sigma + 1)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    values = picture.astype(float)
    for axis in (0, 1):
        padding = [(reach, reach) if axis == number else (0, 0) for number in range(values.ndim)]
        padded, length = np.pad(values, padding, mode="edge"), values.shape[axis]
        values = sum(
            weight * np.take(padded, range(start, start + length), axis) for start, weight in enumerate(kernel)
        )
    return np.asarray(np.rint(values).clip(0, 255), np.uint8)


def grey(values: np.ndarray) -> np.ndarray:
    """(h, w, 3) codes of (h, w) codes."""
    return np.repeat(np.rint(values).clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)


def size_of(picture: np.ndarray) -> tuple[int, int]:
    return picture.shape[1], picture.shape[0]


def around(picture: np.ndarray, reach: int) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest code of every colour within some pixels."""
    side = 2 * reach + 1
    padded = np.pad(picture.astype(int), ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    height, width = picture.shape[:2]
    near = np.stack([padded[y : y + height, x : x + width] for y in range(side) for x in range(side)])
    return near.min(0), near.max(0)


@both
@pytest.mark.parametrize("device", ["modern", "baseline"])
@pytest.mark.parametrize(("sigma", "gain"), [(0.8, 1.6), (1.0, 1.2), (1.2, 0.8)])
def test_it_takes_blur_away(
    draw: Draw, drawing: np.ndarray, file: ShaderFile, sigma: float, gain: float, device: str
) -> None:
    soft = blurred(drawing, sigma)
    assert luma_psnr(draw(soft, size_of(soft), [file], device=device).pixels, drawing) > luma_psnr(soft, drawing) + gain


@both
def test_a_sharp_picture_stays_nearly_as_it_is(draw: Draw, drawing: np.ndarray, file: ShaderFile) -> None:
    assert luma_psnr(draw(drawing, size_of(drawing), [file]).pixels, drawing) > 34


def test_no_colour_leaves_its_neighbourhood(draw: Draw, drawing: np.ndarray) -> None:
    # The strongest setting. Rounding to 16-bit floats is less than half a code.
    noise = np.random.default_rng(1).integers(0, 256, (40, 50, 3), np.uint8)
    for picture in (blurred(drawing, 0.8), blurred(drawing, 1.3), drawing, blurred(noise, 1.0)):
        low, high = around(picture, 1)
        shown = draw(picture, size_of(picture), [DOG], ("strength", "200")).pixels.astype(int)
        assert (shown >= low).all() and (shown <= high).all()


def test_pushing_only_moves_pixels(draw: Draw, drawing: np.ndarray) -> None:
    # Twice the usual move is below 1.2 pixels: nothing comes from further than two away.
    for picture in (blurred(drawing, 0.8), blurred(drawing, 1.3), drawing):
        low, high = around(picture, 2)
        shown = draw(picture, size_of(picture), [PUSH], ("strength", "200")).pixels.astype(int)
        assert (shown >= low).all() and (shown <= high).all()


@both
@pytest.mark.parametrize("sigma", [0.6, 0.8, 1.0, 1.3, 1.8])
def test_an_edge_gets_steeper_in_its_place_and_has_no_contour(draw: Draw, file: ShaderFile, sigma: float) -> None:
    step = np.full((20, 48), 40.0)
    step[:, 24:] = 240.0
    soft = blurred(grey(step), sigma)
    before = soft[10, :, 0].astype(int)
    after = draw(soft, size_of(soft), [file]).pixels[10, :, 0].astype(int)
    assert (np.diff(after) >= 0).all(), "no ripple beside the edge"
    assert abs(after.sum() - before.sum()) <= 8, "it stays where it is"
    assert after[24] - after[23] > before[24] - before[23] + (10 if 0.6 < sigma < 1.8 else 3)
    assert after[0] == 40 and after[-1] == 240


@both
def test_a_blurred_line_gets_narrower(draw: Draw, file: ShaderFile) -> None:
    sharp = np.full((24, 40), 220.0)
    sharp[:, 19:22] = 40.0
    soft = blurred(grey(sharp), 1.0)
    profile = draw(soft, size_of(soft), [file]).pixels[12, :, 0].astype(float)
    ink = (220 - profile) / 180
    blurred_ink = (220 - soft[12, :, 0].astype(float)) / 180

    def spread(share: np.ndarray) -> float:
        distance = np.arange(40) - 20.0
        return float(np.sqrt((share * distance**2).sum() / share.sum()))

    assert spread(ink) < spread(blurred_ink) * 0.9
    assert abs((ink * (np.arange(40) - 20)).sum()) < 0.05, "the line keeps its place"
    assert ink[20] >= blurred_ink[20] - 0.01


@both
@pytest.mark.parametrize(("sigma", "lowpass"), [(2.0, 0.0), (5.0, 0.0), (2.0, 0.6), (2.0, 1.2)])
def test_noise_is_not_amplified(draw: Draw, file: ShaderFile, sigma: float, lowpass: float) -> None:
    noise = np.random.default_rng(3).normal(0.0, 1.0, (128, 128))
    if lowpass:
        noise = blurred(128 + 30 * noise, lowpass).astype(float) - 128
    picture = grey(128 + sigma * noise / noise.std())
    shown = draw(picture, size_of(picture), [file]).pixels
    assert luma(shown).std() <= 1.05 * luma(picture).std()


@both
def test_noise_of_single_colours_is_not_amplified(draw: Draw, file: ShaderFile) -> None:
    noise = np.random.default_rng(4).normal(128, 2, (96, 96, 3))
    picture = np.rint(noise).clip(0, 255).astype(np.uint8)
    assert draw(picture, (96, 96), [file]).pixels.std() <= 1.02 * picture.std()


@both
@pytest.mark.parametrize("slope", [0.05, 0.1, 0.3, 0.7, 1.3])
def test_steps_of_a_gradient_stay_as_they_are(draw: Draw, file: ShaderFile, slope: float) -> None:
    y, x = np.mgrid[0:96, 0:128]
    picture = grey(70 + slope * x + 0.31 * slope * y)
    assert (draw(picture, (128, 96), [file]).pixels == picture).all()


@both
def test_soft_shading_and_bokeh_stay(draw: Draw, file: ShaderFile) -> None:
    y, x = np.mgrid[0:96, 0:128]
    picture = np.full((96, 128), 90.0)
    for left, top, radius, height in ((30, 30, 24, 70), (90, 50, 12, 60), (60, 80, 8, 50)):
        picture += height * np.exp(-((x - left) ** 2 + (y - top) ** 2) / 2 / radius**2)
    codes = grey(picture)
    change = np.abs(draw(codes, (128, 96), [file]).pixels.astype(int) - codes)
    assert change.max() <= 1 and change.mean() < 0.02


@both
def test_strength_zero_is_the_picture_and_more_is_more(draw: Draw, drawing: np.ndarray, file: ShaderFile) -> None:
    soft = blurred(drawing, 1.0)
    change = [
        np.abs(draw(soft, size_of(soft), [file], ("strength", str(value))).pixels.astype(float) - soft).mean()
        for value in (0, 25, 50, 100, 200)
    ]
    assert change[0] == 0
    assert all(less < more for less, more in zip(change, change[1:], strict=False))


@both
def test_noise_spares_faint_detail(draw: Draw, drawing: np.ndarray, file: ShaderFile) -> None:
    faint = blurred(np.rint(128 + (drawing.astype(float) - 128) / 12).astype(np.uint8), 1.0)
    change = [
        np.abs(draw(faint, size_of(faint), [file], ("noise", str(value))).pixels.astype(float) - faint).mean()
        for value in (0, 1, 4, 32)
    ]
    assert change[0] > change[1] > change[2] >= change[3] and change[3] < 0.02


@both
def test_brighter_than_white_is_like_darker(draw: Draw, drawing: np.ndarray, file: ShaderFile) -> None:
    # Everything but the noise level is relative: eight times the light and the noise is the same picture.
    soft = blurred(drawing, 1.0)

    def times(factor: float) -> ShaderFile:
        body = f"vec4 hook() {{ return {factor:.6f} * HOOKED_tex(HOOKED_pos); }}"
        return parse_text(f"//!HOOK MAIN\n//!BIND HOOKED\n//!DESC times\n{body}\n", f"times-{factor:g}.glsl")

    usual = draw(soft, size_of(soft), [file], ("noise", "2")).pixels.astype(int)
    bright = draw(soft, size_of(soft), [times(8.0), file, times(0.125)], ("noise", "16")).pixels.astype(int)
    assert np.abs(bright - usual).max() <= 1


@both
@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (8, 1), (2, 2), (3, 33), (17, 31)])
def test_thin_and_odd_pictures(draw: Draw, file: ShaderFile, shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(2).integers(0, 256, (*shape, 3), np.uint8)
    low, high = around(picture, 2)
    shown = draw(picture, size_of(picture), [file]).pixels.astype(int)
    assert shown.shape == picture.shape
    assert (shown >= low).all() and (shown <= high).all()
