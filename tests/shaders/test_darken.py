"""a4k-darken on drawings with lines of known width and depth."""

from __future__ import annotations

from fractions import Fraction
from math import erf
from typing import TYPE_CHECKING

import numpy as np
import pytest

from anime4k.colour import Matrix, Range, Transfer
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_file
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat
from anime4k.media.frame import Frame
from anime4k.modes.pack import pack_file
from tests.shaders.ink import SIDE, distance, grey, ink, written

if TYPE_CHECKING:
    from tests.shaders.conftest import Draw

GROUND = 0.8
WEIGHTS = np.array([0.299, 0.587, 0.114])


@pytest.fixture(scope="module")
def darken() -> ShaderFile:
    path = pack_file("a4k-darken")
    assert path is not None
    return parse_file(path)


def line(
    line_width: float, angle: float = 0.0, bottom: float = 0.5, width: int = SIDE, height: int = SIDE
) -> np.ndarray:
    """A line of brightness `bottom` on light ground."""
    return grey(GROUND - (GROUND - bottom) * ink(distance(angle, width, height), line_width))


def darkened(draw: Draw, darken: ShaderFile, picture: np.ndarray, strength: int = 100, **others: int) -> np.ndarray:
    """The picture at its own size after the shader."""
    overrides = [(f"a4k-darken/{name}", str(value)) for name, value in {"strength": strength, **others}.items()]
    return draw(picture, (picture.shape[1], picture.shape[0]), [darken], *overrides).pixels


def change(draw: Draw, darken: ShaderFile, picture: np.ndarray, **others: int) -> np.ndarray:
    """Absolute change of the brightness at strength 100, in codes."""
    return np.asarray(np.abs(darkened(draw, darken, picture, **others) @ WEIGHTS - picture @ WEIGHTS))


def central(picture: np.ndarray) -> np.ndarray:
    """The half of a picture in the middle, where the ends of a line across it have no say."""
    height, width = picture.shape[:2]
    return picture[height // 4 : -height // 4, width // 4 : -width // 4]


# -- lines -------------------------------------------------------------------------------------------------


def expected(picture: np.ndarray, strength: int) -> np.ndarray:
    """Half of the ink more at strength 100, approaching black: here squared over here plus growth."""
    here = picture[..., 1] / 255
    wanted = 0.5 * strength / 100 * np.maximum(GROUND - here, 0)
    return np.asarray(255 * here * here / (here + wanted))


@pytest.mark.parametrize("angle", [0, 20, 45, 113])
@pytest.mark.parametrize("bottom", [0.1, 0.3, 0.5])
def test_ink_grows_by_the_promised_share(draw: Draw, darken: ShaderFile, angle: float, bottom: float) -> None:
    for line_width in (3, 4):
        before = line(line_width, angle, bottom)
        for strength in (50, 100, 200):
            after = darkened(draw, darken, before, strength)
            inked = central(before)[..., 1] < 255 * (0.6 * GROUND + 0.4 * bottom)
            error = central(after)[..., 1] - central(expected(before, strength))
            assert np.abs(error[inked]).max() <= 7 and np.abs(error[inked]).mean() <= 2
            # Outside of the line nothing happens, so it does not get broader.
            clear = central(before)[..., 1] >= 255 * GROUND - 2
            assert np.abs(central(after).astype(int) - central(before))[clear].max() <= 1


def test_contrast_grows_with_strength(draw: Draw, darken: ShaderFile) -> None:
    depths = [int(darkened(draw, darken, line(3, 20), value).min()) for value in (0, 25, 50, 75, 100, 200)]
    assert depths == sorted(depths, reverse=True) and len(set(depths)) == 6


def test_black_is_approached_and_never_passed(draw: Draw, darken: ShaderFile) -> None:
    for bottom in (0.0, 0.05, 0.2):
        after = darkened(draw, darken, line(4, 20, bottom), 200)
        # A third of what there was at least: the ground is 0.8 away, and growth is the whole of that.
        dark = round(255 * bottom)
        assert int(after.min()) >= int(dark * bottom / (bottom + GROUND)) - 1 if dark else after.min() == 0


def test_no_pixel_gets_darker_than_its_surroundings_allow(draw: Draw, darken: ShaderFile) -> None:
    random = np.random.default_rng(3)
    picture = np.clip(line(3, 20, 0.3).astype(int) + random.normal(0, 6, (SIDE, SIDE, 1)), 0, 255).astype(np.uint8)
    after = darkened(draw, darken, picture).astype(float)[..., 1]
    before = picture.astype(float)[..., 1]
    moved = [np.roll(before, (dy, dx), (0, 1)) for dy in range(-2, 3) for dx in range(-2, 3)]
    contrast = before.max() - np.min(moved, axis=0)
    inner = (slice(2, -2), slice(2, -2))
    assert (after >= np.min(moved, axis=0) - 0.5 * contrast - 1)[inner].all()
    assert (after <= before + 1).all(), "nothing gets lighter"


def test_lines_much_wider_than_the_parameter_stay(draw: Draw, darken: ShaderFile) -> None:
    wide = line(11, 20)
    assert change(draw, darken, wide).max() <= 1
    assert change(draw, darken, wide, line_width=10).max() > 20


def test_bright_lines_stay(draw: Draw, darken: ShaderFile) -> None:
    assert change(draw, darken, 255 - line(3, 20)).max() <= 1


def test_the_height_of_the_picture_does_not_matter(draw: Draw, darken: ShaderFile) -> None:
    low, high = (darkened(draw, darken, line(3, height=height)) for height in (180, 360))
    assert np.array_equal(low[90], high[180])
    assert not np.array_equal(low[90], line(3, height=180)[90])


def test_the_place_in_the_chain_hardly_matters(draw: Draw, darken: ShaderFile) -> None:
    # The output is 2x as large, so a line of 8 pixels in it has 4 in the picture.
    size = (2 * SIDE, 2 * SIDE)
    overrides = (("strength", "100"), ("line_width", "8"))
    plain = draw(line(4, 20), size, []).pixels
    early = draw(line(4, 20), size, [darken], *overrides).pixels.astype(int)
    late = draw(plain, size, [darken], *overrides).pixels.astype(int)
    assert np.abs(early - plain).max() > 25
    assert np.abs(central(early) - central(late)).max() <= 6


# -- what must stay ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("angle", [0, 17, 45])
def test_shading_borders_stay(draw: Draw, darken: ShaderFile, angle: float) -> None:
    for softness in (0.3, 1.5):
        step = 0.5 + 0.5 * np.vectorize(erf)(distance(angle) / softness / 2**0.5)
        assert change(draw, darken, grey(0.15 + 0.7 * step)).max() <= 1


@pytest.mark.parametrize("angle", [0, 20])
def test_corners_stay_but_for_a_few_pixels(draw: Draw, darken: ShaderFile, angle: float) -> None:
    quarter = np.clip(0.5 - np.maximum(distance(angle), distance(angle + 90)), 0, 1)
    changed = change(draw, darken, grey(0.8 - 0.6 * quarter))
    assert (changed > 2).sum() <= 32 and changed.sum() < 450


def test_soft_gradients_stay(draw: Draw, darken: ShaderFile) -> None:
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    assert change(draw, darken, grey(0.5 + 0.3 * np.sin(7 * x + 5 * y))).max() <= 0.5
    assert change(draw, darken, grey(0.2 + 0.5 * x * y)).max() <= 0.5


def test_discs_and_dots_stay(draw: Draw, darken: ShaderFile) -> None:
    y, x = np.mgrid[0:192, 0:192] + 0.5
    picture = np.full((192, 192), 0.15)
    for number, (cx, cy) in enumerate([(40, 40), (66, 52), (140, 60), (50, 140), (150, 150)]):
        picture += 0.3 * np.clip(0.5 - (np.hypot(x - cx, y - cy) - 14 - 4 * number) / 2.5, 0, 1)
    for number in range(5):
        dot = np.clip(0.5 - (np.hypot(x - 96 + 1.3 * number, y - 20 - 35 * number) - 1 - 0.7 * number), 0, 1)
        picture = picture * (1 - dot) + dot * (0.02 if number % 2 else 0.95)
    changed = change(draw, darken, grey(np.clip(picture, 0, 1)))
    assert changed.mean() < 0.1 and np.percentile(changed, 99.5) < 6


@pytest.mark.parametrize("size", [14, 20, 28])
@pytest.mark.parametrize(
    ("ground", "fill", "outline"), [(235, 20, None), (110, 250, 0), (200, 250, 0)], ids=["print", "subtitle", "light"]
)
def test_letters_stay(draw: Draw, darken: ShaderFile, size: int, ground: int, fill: int, outline: int | None) -> None:
    changed = change(draw, darken, written(size, ground, fill, outline))
    assert changed.mean() < 0.1 and np.percentile(changed, 99) < 2


def test_letters_are_lines_on_request(draw: Draw, darken: ShaderFile) -> None:
    text = written(28, 235, 20, None)
    assert change(draw, darken, text, letters=1).mean() > 5 * change(draw, darken, text).mean() + 0.2


# -- values ------------------------------------------------------------------------------------------------


def test_lines_beyond_white(draw: Draw, darken: ShaderFile) -> None:
    """A line at 1.1 on ground at 2.4 is white before and visible after: nothing is cut at 1 on the way."""
    layout = PIXEL_LAYOUTS["gbrp"]
    source = SourceFormat(
        SIDE, SIDE, layout.model, layout.planes, 32, matrix=Matrix.RGB, range=Range.FULL, transfer=Transfer.SRGB
    )
    brightness = (2.4 - 1.3 * ink(distance(20), 4)).astype(np.float32)
    frame = Frame((brightness,) * 3, source, 0, Fraction(1, 25), 0)
    assert draw(frame, (SIDE, SIDE), []).pixels.min() == 255
    after = draw(frame, (SIDE, SIDE), [darken], ("strength", "100")).pixels
    assert int(after.min()) == pytest.approx(255 * 1.1**2 / (1.1 + 0.65), abs=6)


def test_colours_keep_their_differences(draw: Draw, darken: ShaderFile) -> None:
    # One amount is taken from red, green and blue.
    share = ink(distance(20), 4)[..., None]
    paper, pen = np.array([240.0, 200.0, 180.0]), np.array([120.0, 140.0, 200.0])
    picture = np.rint(paper + (pen - paper) * share).astype(np.uint8)
    taken = picture.astype(int) - darkened(draw, darken, picture)
    assert taken.max() > 10 and np.ptp(taken, axis=2).max() <= 1
