"""a4k-deband: steps become slopes; lines, letters and texture stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw

from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.modes.pack import pack_file
from anime4k.pipeline.settings import OutputFormat

if TYPE_CHECKING:
    from tests.shaders.conftest import Draw

SIDE = 192
DEEP = OutputFormat(depth=16)


@pytest.fixture(scope="module")
def deband() -> ShaderFile:
    path = pack_file("a4k-deband")
    assert path is not None
    return parse_file(path)


def gradients() -> dict[str, np.ndarray]:
    """Soft gradients in exact numbers, 0 to 1: coloured, oblique, a glow, a dark one."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / (SIDE - 1.0)
    glow = np.exp(-8 * ((x - 0.5) ** 2 + (y - 0.5) ** 2))
    return {
        "coloured": np.stack([0.2 + 0.25 * x, 0.25 + 0.2 * x, 0.35 + 0.15 * x], -1),
        "oblique": np.repeat((0.1 + 0.15 * (0.6 * x + 0.8 * y))[..., None], 3, 2),
        "glow": np.stack([0.5 + 0.3 * glow, 0.3 + 0.2 * glow, 0.2 + 0.2 * glow], -1),
        "dark": np.repeat((0.03 + 0.06 * y)[..., None], 3, 2),
    }


def banded(exact: np.ndarray, bits: int) -> np.ndarray:
    """The gradient with the given number of bits a channel, in 8-bit codes."""
    most = 2**bits - 1
    return np.rint(np.rint(exact * most) / most * 255).astype(np.uint8)


def bands(codes: np.ndarray, exact: np.ndarray) -> float:
    """How far the steps from pixel to pixel are from those of the exact gradient, in codes."""
    error = codes - 255.0 * exact
    return float(np.sqrt((np.diff(error, axis=0) ** 2).mean() + (np.diff(error, axis=1) ** 2).mean()))


def result(draw: Draw, file: ShaderFile, picture: np.ndarray, *options: tuple[str, str]) -> np.ndarray:
    """The picture in codes with their fractions."""
    size = (picture.shape[1], picture.shape[0])
    return draw(picture, size, [file], *options, output=DEEP).pixels / 257.0


@pytest.mark.parametrize("kind", gradients())
@pytest.mark.parametrize("bits", [6, 7])
def test_bands_go(draw: Draw, deband: ShaderFile, kind: str, bits: int) -> None:
    exact = gradients()[kind]
    before = banded(exact, bits)
    after = result(draw, deband, before)
    assert bands(after, exact) < 0.5 * bands(before, exact)
    error = [float(np.mean((codes - 255.0 * exact) ** 2)) for codes in (before, after)]
    assert error[1] < 10**-0.1 * error[0]


def test_ordinary_8_bit_gradients_get_the_fractions_back(draw: Draw, deband: ShaderFile) -> None:
    exact = gradients()["oblique"]
    before = banded(exact, 8)
    after = result(draw, deband, before, ("band", "1"))
    assert np.mean((after - 255.0 * exact) ** 2) < 0.1 * np.mean((before - 255.0 * exact) ** 2)


def lettering() -> np.ndarray:
    """Lines down to one pixel and little figures on flat colour, contrasts from 10 to 200 codes."""
    image = Image.new("RGB", (160, 96), (120, 130, 140))
    draw = ImageDraw.Draw(image)
    for number in range(10):
        tone = 110 - 11 * number
        draw.line((8 + 14 * number, 6, 14 + 14 * number, 44), fill=(tone, tone + 5, tone + 10), width=1 + number % 3)
    for number in range(12):
        draw.rectangle((6 + 12 * number, 56, 10 + 12 * number, 62), outline=(20, 20, 20))
        draw.text((6 + 12 * number, 70), "Ag"[number % 2], fill=(250, 250, 240))
    return np.asarray(image)


def test_lines_and_letters_stay(draw: Draw, deband: ShaderFile) -> None:
    picture = lettering()
    change = np.abs(result(draw, deband, picture) - picture)
    assert change.max() < 2.5 and change.mean() < 0.05
    ink = np.abs(picture.astype(int) - (120, 130, 140)).max(2) > 60
    assert ink.sum() > 500 and change[ink].max() < 0.5


def test_faint_lines_stay(draw: Draw, deband: ShaderFile) -> None:
    # Three codes above the ground: less than a band, but up and down again.
    picture = np.full((96, 96, 3), 90, np.uint8)
    picture[12::40] = 93
    picture[13::40] = 93
    picture[:, 47] = 87
    change = np.abs(result(draw, deband, picture) - picture)
    assert change[picture != 90].max() < 0.2
    assert change.max() < 1.5


def test_texture_stays(draw: Draw, deband: ShaderFile) -> None:
    grain = np.random.default_rng(5).normal(0, 2.5, (96, 96, 1))
    picture = np.rint(130 + grain + np.zeros(3)).astype(np.uint8)
    change = result(draw, deband, picture) - picture
    assert change.std() < 0.15 * picture.astype(float).std()


def test_edges_beside_a_gradient_stay(draw: Draw, deband: ShaderFile) -> None:
    exact = gradients()["oblique"].copy()
    exact[60:100, 40:44] = 0.9
    exact[:, 120:] += 0.3
    before = banded(exact, 7)
    after = result(draw, deband, before)
    line = (slice(60, 100), slice(40, 44))
    assert np.abs(after[line] - before[line]).max() < 0.5
    # The step of 0.3 is as high and as steep as it was.
    for codes in (before, after):
        assert np.abs((codes[:, 120] - codes[:, 119]) - 255 * 0.3).max() < 5
    assert bands(after[:, 130:], exact[:, 130:]) < 0.5 * bands(before[:, 130:], exact[:, 130:])


def test_strength_band_and_reach_have_their_effect(draw: Draw, deband: ShaderFile) -> None:
    exact = gradients()["coloured"]
    before = banded(exact, 6)

    def left(*options: tuple[str, str]) -> float:
        return bands(result(draw, deband, before, *options), exact)

    assert left(("strength", "0")) == pytest.approx(bands(before.astype(float), exact), rel=1e-3)
    assert left(("strength", "0")) > left(("strength", "50")) > left(("strength", "100"))
    # Steps of 6 bits are four codes high.
    assert left(("band", "1")) > 1.5 * left(("band", "4"))
    wide = np.repeat(np.linspace(0.2, 0.26, SIDE)[None, :, None], SIDE, 0).repeat(3, 2)
    near, far = (bands(result(draw, deband, banded(wide, 6), ("reach", value)), wide) for value in ("8", "64"))
    assert far < near


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (7, 3), (61, 33)])
@pytest.mark.parametrize("device", ["modern", "baseline"])
def test_any_size(draw: Draw, deband: ShaderFile, size: tuple[int, int], device: str) -> None:
    flat = np.full((size[1], size[0], 3), (12, 200, 99), np.uint8)
    assert (draw(flat, size, [deband], device=device).pixels == flat).all()
    slope = (flat + np.arange(size[0])[None, :, None] // 8).clip(0, 255).astype(np.uint8)
    after = draw(slope, size, [deband], device=device).pixels.astype(int)
    assert np.abs(after - slope).max() <= 2


def test_values_outside_the_range(draw: Draw, deband: ShaderFile) -> None:
    up = parse_text(
        "//!HOOK MAIN\n//!BIND HOOKED\n//!DESC up\nvec4 hook() { return HOOKED_texOff(0) * 1.5 - 0.2; }\n", "u"
    )
    down = parse_text(
        "//!HOOK MAIN\n//!BIND HOOKED\n//!DESC down\nvec4 hook() { return (HOOKED_texOff(0) + 0.2) / 1.5; }\n", "d"
    )
    for base in (0.0, 0.85):
        exact = np.repeat((base + 0.1 * np.mgrid[0:SIDE, 0:SIDE][1] / SIDE)[..., None], 3, 2)
        before = banded(exact, 7)
        after = draw(before, (SIDE, SIDE), [up, deband, down], output=DEEP).pixels / 257.0
        assert bands(after, exact) < 0.6 * bands(before, exact)
