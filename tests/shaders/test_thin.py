"""a4k-thin on drawings with lines of known width."""

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

DARK, LIGHT = 0.2, 0.8


@pytest.fixture(scope="module")
def thin() -> ShaderFile:
    path = pack_file("a4k-thin")
    assert path is not None
    return parse_file(path)


def line(line_width: float, angle: float = 0.0, width: int = SIDE, height: int = SIDE) -> np.ndarray:
    """A dark line on light ground."""
    return grey(LIGHT - (LIGHT - DARK) * ink(distance(angle, width, height), line_width))


def measured_width(picture: np.ndarray, angle: float = 0.0) -> float:
    """Width of the line at half of its depth, from the mean profile in steps of a quarter of a pixel."""
    height, width = picture.shape[:2]
    across, along = distance(angle, width, height), distance(angle + 90, width, height)
    inner = (np.abs(along) < height / 4) & (np.abs(across) < 16)
    bins = np.rint(across[inner] * 4).astype(int)
    values = LIGHT - picture[..., 1][inner] / 255
    steps = np.unique(bins)
    depth = np.array([values[bins == step].mean() for step in steps])
    fine = np.linspace(steps[0], steps[-1], 4001)
    inside = fine[np.interp(fine, steps, depth) >= depth.max() / 2] / 4
    return float(inside[-1] - inside[0])


def thinned(draw: Draw, thin: ShaderFile, picture: np.ndarray, strength: int = 100, **others: int) -> np.ndarray:
    """The picture at its own size after the shader."""
    overrides = [(f"a4k-thin/{name}", str(value)) for name, value in {"strength": strength, **others}.items()]
    return draw(picture, (picture.shape[1], picture.shape[0]), [thin], *overrides).pixels


def change(draw: Draw, thin: ShaderFile, picture: np.ndarray, **others: int) -> np.ndarray:
    """Absolute change of the brightness by the strongest thinning, in codes."""
    weights = np.array([0.299, 0.587, 0.114])
    return np.asarray(np.abs(thinned(draw, thin, picture, **others) @ weights - picture @ weights))


# -- lines -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("angle", [0, 10, 45, 113])
def test_a_line_loses_a_third_of_the_parameter(draw: Draw, thin: ShaderFile, angle: float) -> None:
    for line_width in (4, 5):
        before = line(line_width, angle)
        after = thinned(draw, thin, before)
        lost = measured_width(before, angle) - measured_width(after, angle)
        assert lost == pytest.approx(4 / 3, abs=0.2), f"line of {line_width} pixels"
        # The middle of the line keeps its darkness, and nothing gets darker or lighter than the picture was.
        low, high = int(before.min()), int(before.max())
        assert low - 1 <= after.min() <= low + 4 and after.max() <= high + 1


def test_width_shrinks_with_strength(draw: Draw, thin: ShaderFile) -> None:
    widths = [measured_width(thinned(draw, thin, line(4, 20), value), 20) for value in (0, 25, 50, 75, 100)]
    steps = -np.diff(widths)
    assert (steps > 0.15).all() and (steps < 0.5).all()


def test_lines_much_wider_than_the_parameter_stay(draw: Draw, thin: ShaderFile) -> None:
    wide = line(9, 20)
    assert change(draw, thin, wide).max() < 1.5
    lost = measured_width(wide, 20) - measured_width(thinned(draw, thin, wide, line_width=8), 20)
    assert lost == pytest.approx(8 / 3, abs=0.4)


def test_bright_lines_stay(draw: Draw, thin: ShaderFile) -> None:
    assert change(draw, thin, 255 - line(3, 20)).max() <= 1


def test_the_height_of_the_picture_does_not_matter(draw: Draw, thin: ShaderFile) -> None:
    low, high = (thinned(draw, thin, line(4, 0, SIDE, height)) for height in (180, 360))
    assert np.array_equal(low[90], high[180])
    assert not np.array_equal(low[90], line(4, 0, SIDE, 180)[90])


def test_the_place_in_the_chain_hardly_matters(draw: Draw, thin: ShaderFile) -> None:
    # The output is 2x as large, so a line of 8 pixels in it has 4 in the picture.
    small = line(4, 20)
    size = (2 * SIDE, 2 * SIDE)
    early = draw(small, size, [thin], ("strength", "100"), ("line_width", "8")).pixels
    plain = draw(small, size, []).pixels
    late = draw(plain, size, [thin], ("strength", "100"), ("line_width", "8")).pixels
    width = measured_width(plain, 20)
    assert width - measured_width(early, 20) == pytest.approx(8 / 3, abs=0.4)
    assert measured_width(early, 20) == pytest.approx(measured_width(late, 20), abs=0.4)


# -- what must stay ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("angle", [0, 17, 45])
def test_shading_borders_stay(draw: Draw, thin: ShaderFile, angle: float) -> None:
    for softness in (0.3, 1.5):
        step = 0.5 + 0.5 * np.vectorize(erf)(distance(angle) / softness / 2**0.5)
        border = grey(0.15 + 0.7 * step)
        assert change(draw, thin, border).max() <= 1


@pytest.mark.parametrize("angle", [0, 20])
def test_corners_stay_but_for_a_few_pixels(draw: Draw, thin: ShaderFile, angle: float) -> None:
    quarter = np.clip(0.5 - np.maximum(distance(angle), distance(angle + 90)), 0, 1)
    changed = change(draw, thin, grey(0.8 - 0.6 * quarter))
    assert (changed > 2).sum() <= 20 and changed.sum() < 300


def test_soft_gradients_stay(draw: Draw, thin: ShaderFile) -> None:
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    waves = grey(0.5 + 0.3 * np.sin(7 * x + 5 * y))
    assert change(draw, thin, waves).max() <= 0.5
    assert change(draw, thin, grey(0.2 + 0.5 * x * y)).max() <= 0.5


def test_discs_and_dots_stay(draw: Draw, thin: ShaderFile) -> None:
    y, x = np.mgrid[0:192, 0:192] + 0.5
    picture = np.full((192, 192), 0.15)
    for number, (cx, cy) in enumerate([(40, 40), (66, 52), (140, 60), (50, 140), (150, 150)]):
        disc = np.clip(0.5 - (np.hypot(x - cx, y - cy) - 14 - 4 * number) / 2.5, 0, 1)
        picture += 0.3 * disc
    for number in range(5):
        dot = np.clip(0.5 - (np.hypot(x - 96 + 1.3 * number, y - 20 - 35 * number) - 1 - 0.7 * number), 0, 1)
        picture = picture * (1 - dot) + dot * (0.02 if number % 2 else 0.95)
    changed = change(draw, thin, grey(np.clip(picture, 0, 1)))
    assert changed.mean() < 0.1 and np.percentile(changed, 99.5) < 6


@pytest.mark.parametrize("size", [14, 20, 28])
@pytest.mark.parametrize(
    ("ground", "fill", "outline"), [(235, 20, None), (110, 250, 0), (200, 250, 0)], ids=["print", "subtitle", "light"]
)
def test_letters_stay(draw: Draw, thin: ShaderFile, size: int, ground: int, fill: int, outline: int | None) -> None:
    changed = change(draw, thin, written(size, ground, fill, outline))
    assert changed.mean() < 0.1 and np.percentile(changed, 99) < 2


def test_letters_are_lines_on_request(draw: Draw, thin: ShaderFile) -> None:
    text = written(28, 235, 20, None)
    assert change(draw, thin, text, letters=1).mean() > 5 * change(draw, thin, text).mean() + 0.2


# -- values ------------------------------------------------------------------------------------------------


def test_lines_beyond_white(draw: Draw, thin: ShaderFile) -> None:
    """The same line three times as bright gets as thin, and is not cut at 1."""
    layout = PIXEL_LAYOUTS["gbrp"]
    source = SourceFormat(
        SIDE, SIDE, layout.model, layout.planes, 32, matrix=Matrix.RGB, range=Range.FULL, transfer=Transfer.SRGB
    )
    brightness = (3 * LIGHT - 3 * (LIGHT - DARK) * ink(distance(20), 4)).astype(np.float32)
    # What leaves is cut at 1, so the line is looked at where it is darker than that.
    frame = Frame((brightness,) * 3, source, 0, Fraction(1, 25), 0)
    before = draw(frame, (SIDE, SIDE), []).pixels
    after = draw(frame, (SIDE, SIDE), [thin], ("strength", "100")).pixels
    dark_before, dark_after = (before[..., 1] < 255).sum(), (after[..., 1] < 255).sum()
    assert 0.4 * dark_before < dark_after < 0.85 * dark_before
    assert after.min() >= before.min() - 1


def test_colours_move_together(draw: Draw, thin: ShaderFile) -> None:
    # Every pixel of the result is a mixture of the two colours: no new hue appears.
    share = ink(distance(20), 4)[..., None]
    paper, pen = np.array([240.0, 200.0, 180.0]), np.array([40.0, 60.0, 120.0])
    picture = np.rint(paper + (pen - paper) * share).astype(np.uint8)
    after = thinned(draw, thin, picture).astype(float)
    shares = (after - paper) / (pen - paper)
    assert np.ptp(shares, axis=2).max() < 0.04
