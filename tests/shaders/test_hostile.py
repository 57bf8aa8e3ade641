"""What the files promise on pictures that nobody draws: noise, checks, single pixels, values far out of range."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from anime4k.colour import Matrix, Range, Transfer
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat
from anime4k.media.frame import Frame
from anime4k.modes.pack import pack_file, pack_files
from anime4k.pipeline.settings import OutputFormat
from tests.networks.shipped import NETWORKS, smallest
from tests.shaders.measures import WEIGHTS, doubled, neighbourhood

if TYPE_CHECKING:
    from tests.shaders.conftest import Draw

WIDTH, HEIGHT = 32, 24
LOWEST, SPAN = -0.5, 6.0  # of the values that WINDOW shows
CODE = 1.0 / 255.0

WINDOW = parse_text(
    "//!HOOK OUTPUT\n//!BIND HOOKED\n//!DESC window\n"
    "vec4 hook() {\n"
    "    vec4 value = HOOKED_tex(HOOKED_pos);\n"
    "    if (any(isnan(value)) || any(isinf(value)))\n        return vec4(0.0);\n"
    f"    return vec4((value.rgb - {LOWEST}) / {SPAN}, 1.0);\n"
    "}\n",
    "window.glsl",
)
"""Shows values from -0.5 to 5.5, and what is no number as -0.5, which no picture here holds."""

NUMBERS = parse_text(
    "//!HOOK OUTPUT\n//!BIND HOOKED\n//!DESC numbers\n"
    "vec4 hook() {\n"
    "    vec4 value = HOOKED_tex(HOOKED_pos);\n"
    "    return vec4(any(isnan(value)) || any(greaterThan(abs(value), vec4(60.0))) ? 0.0 : 1.0);\n"
    "}\n",
    "numbers.glsl",
)
"""White where the values are numbers of a possible size, black elsewhere."""

DOUBLER = parse_text(
    "//!HOOK MAIN\n//!BIND HOOKED\n//!DESC doubler\n//!WIDTH HOOKED.w 2 *\n//!HEIGHT HOOKED.h 2 *\n"
    "vec4 hook() { return HOOKED_tex(HOOKED_pos); }\n",
    "doubler.glsl",
)

BEFORE = {"a4k-autodownscale-x2": [DOUBLER], "a4k-autodownscale-x4": [DOUBLER]}
AFTER = {"a4k-clamp": [DOUBLER], "a4k-text": [DOUBLER]}


def pictures() -> dict[str, np.ndarray]:
    """(24, 32, 3) values."""
    random = np.random.default_rng(1)
    size = (HEIGHT, WIDTH, 3)
    checks = (np.indices((HEIGHT, WIDTH)).sum(0) % 2)[..., None] * np.ones(3)
    dots = np.zeros(size)
    dots[5, 7], dots[12, 20], dots[18, 10] = 1.0, (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)
    lines = np.full(size, 0.8)
    lines[10], lines[:, 15] = 0.1, 0.1
    lines[np.arange(HEIGHT), np.arange(HEIGHT) + 3] = 0.1
    colours = np.zeros(size)
    colours[:, :11], colours[:, 11:22], colours[:, 22:] = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.0, 1.0, 1.0)
    colours[12:] = np.roll(colours[12:], 1, axis=2)
    beyond = np.full(size, -0.2)
    beyond[:, 13:], beyond[8:12] = 4.0, 4.0
    return {
        "noise": random.random(size), "checks": checks, "dots": dots, "holes": 1.0 - dots, "lines": lines,
        "colours": colours, "edges beyond white": beyond,
        "noise beyond white": random.choice([4.0, -0.2, 0.5, 1.0], size),
    }  # fmt: skip


PICTURES = pictures()
every_picture = pytest.mark.parametrize("name", PICTURES)


def frame(values: np.ndarray) -> Frame:
    """A frame of floating-point values, of any range."""
    layout = PIXEL_LAYOUTS["gbrp"]
    height, width = values.shape[:2]
    source = SourceFormat(
        width, height, layout.model, layout.planes, 32,
        matrix=Matrix.RGB, range=Range.FULL, transfer=Transfer.SRGB,
    )  # fmt: skip
    planes = tuple(np.ascontiguousarray(values[..., channel], np.float32) for channel in (1, 2, 0))
    return Frame(planes, source, 0, Fraction(1, 25), 0)


def packed(name: str) -> ShaderFile:
    path = pack_file(name)
    assert path is not None
    return parse_file(path)


def shown(
    draw: Draw, values: np.ndarray, factor: float, files: list[ShaderFile], *options: tuple[str, str]
) -> np.ndarray:
    """The values that come out."""
    size = (round(values.shape[1] * factor), round(values.shape[0] * factor))
    drawn = draw(frame(values), size, [*files, WINDOW], *options, output=OutputFormat(depth=16))
    return np.asarray(drawn.pixels.astype(float) / 65535 * SPAN + LOWEST)


def excess(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> float:
    """How far values leave a range, less what half floats round away."""
    return float((np.maximum(values - high, low - values) - np.maximum(np.abs(high), np.abs(low)) / 512).max())


FITTED = "a4k-upscale-lite"
MARGIN = 0.1
"""How far its luma may leave the range of 3x3 source pixels, as a share of that range; all colours follow it."""


@every_picture
@pytest.mark.parametrize(
    "path", [path for path in pack_files() if path.stem not in (*NETWORKS, FITTED)], ids=lambda p: p.stem
)
def test_everything_is_a_number(draw: Draw, path: Path, name: str) -> None:
    file = parse_file(path)
    values = PICTURES[name]
    for factor in (1, 1.3, 2, 2.25, 4):
        files = [*BEFORE.get(file.name, ()), file, *AFTER.get(file.name, ())]
        found = shown(draw, values, factor, files)
        assert found.min() > LOWEST + 0.05, f"x{factor}"
        assert found.min() > values.min() - 0.2 and found.max() < values.max() + 0.2, f"x{factor}"


@pytest.mark.parametrize("name", ["checks", "holes", "lines", "edges beyond white"])
@pytest.mark.parametrize("factor", [1, 1.3, 2, 4])
def test_the_filter_bank_stays_in_its_margin(draw: Draw, name: str, factor: float) -> None:
    values = PICTURES[name]  # greys: what is true of luma is true of all three
    found = shown(draw, values, factor, [packed(FITTED)])
    # At 4 the bank doubles twice, the second time from the range that the first has left.
    share = MARGIN if factor <= 2 else (1 + 2 * MARGIN) * MARGIN + MARGIN
    margin = share * (values.max() - values.min()) + 0.01
    assert found.min() > values.min() - margin and found.max() < values.max() + margin


@pytest.mark.parametrize("path", [*smallest().values(), pack_file(FITTED)], ids=[*smallest(), FITTED])
def test_trained_files_give_numbers(draw: Draw, path: Path) -> None:
    # How far weights may go beyond the range is tested of all networks in numpy: tests/networks/test_shipped.py.
    for name, values in PICTURES.items():
        for factor in (1, 1.3, 2):
            drawn = draw(frame(values), (round(WIDTH * factor), round(HEIGHT * factor)), [parse_file(path), NUMBERS])
            assert drawn.pixels.min() == 255, f"{name} x{factor}"


@every_picture
@pytest.mark.parametrize("strength", ["100", "50"])
@pytest.mark.parametrize(
    ("file", "tolerated"),
    [
        ("a4k-upscale-edge", 0.0),
        ("a4k-upscale-edge-fast", 0.0),
        ("a4k-upscale-dog", 0.5),
        ("a4k-upscale-dog-compute", 0.5),
    ],
)
def test_doubling_stays_in_the_range_of_3x3_pixels(
    draw: Draw, file: str, tolerated: float, strength: str, name: str
) -> None:
    values = PICTURES[name]
    low, high = (doubled(limit) for limit in neighbourhood(values))
    found = shown(draw, values, 2, [packed(file)], ("strength", strength))
    assert excess(found, low, high) < (tolerated + 0.25) * CODE


@every_picture
@pytest.mark.parametrize(
    ("file", "strength"),
    [("a4k-deblur", "200"), ("a4k-deblur-push", "200"), ("a4k-deband", "100"), ("a4k-thin", "100")],
)
def test_files_that_keep_the_size_stay_in_the_range_around(draw: Draw, file: str, strength: str, name: str) -> None:
    values = PICTURES[name]
    # Moving by up to 1.2 pixels, and the filter around the place.
    low, high = neighbourhood(values, 3 if file in ("a4k-thin", "a4k-deblur-push") else 1)
    found = shown(draw, values, 1, [packed(file)], ("strength", strength))
    assert excess(found, low, high) < 0.25 * CODE


@every_picture
@pytest.mark.parametrize("factor", [1.3, 2, 3])
@pytest.mark.parametrize(("file", "strength"), [("a4k-lite", "100"), ("a4k-push", "200"), ("a4k-push-2019", "100")])
def test_files_that_move_pixels_add_nothing(draw: Draw, file: str, strength: str, factor: float, name: str) -> None:
    values = PICTURES[name]
    plain = shown(draw, values, factor, [])
    # The longest way is a pixel of the source, and the probes and taps lie beside it.
    low, high = neighbourhood(plain, int(2 * factor) + 1)
    found = shown(draw, values, factor, [packed(file)], ("strength", strength))
    assert excess(found, low, high) < 0.25 * CODE


@every_picture
def test_ink_never_passes_black_nor_half_its_contrast(draw: Draw, name: str) -> None:
    values = PICTURES[name]
    for factor, behind in ((1, []), (2, [DOUBLER])):
        found = shown(draw, values, factor, [packed("a4k-darken"), *behind], ("strength", "100"))
        before = shown(draw, values, factor, behind)
        dark, light = found @ WEIGHTS, before @ WEIGHTS
        low, high = neighbourhood(light[..., None], 12)
        room = 0.5 * (high - low)[..., 0]
        assert (dark <= light + CODE).all(), "it only darkens"
        assert (dark >= np.minimum(light, 0.0) - CODE).all(), "black is not passed"
        assert (dark >= low[..., 0] - room - CODE).all()


@every_picture
@pytest.mark.parametrize("strength", ["100", "50"])
@pytest.mark.parametrize("factor", [1.5, 2.25])
def test_resizing_stays_between_its_taps(draw: Draw, factor: float, strength: str, name: str) -> None:
    values = PICTURES[name]
    doubling = shown(draw, values, 2, [DOUBLER])
    found = shown(draw, values, factor, [DOUBLER, packed("a4k-autodownscale-x2")], ("strength", strength))
    rows, columns = (
        ((np.arange(size) + 0.5) * side / size).astype(int)
        for side, size in zip(doubling.shape, found.shape, strict=True)
        if size != 3
    )
    # The outer taps are 1.2 pixels of the result away, and filtered.
    low, high = (limit[rows][:, columns] for limit in neighbourhood(doubling, 3))
    assert excess(found, low, high) < 0.25 * CODE


DOUBLERS = ["a4k-upscale-edge", "a4k-upscale-edge-fast", "a4k-upscale-dog", "a4k-upscale-dog-compute"]


def cut_out() -> np.ndarray:
    """(24, 32, 4) codes: dark lines on a light figure, cut out of nothing with a hard border."""
    picture = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    picture[4:20, 5:27] = (200, 120, 80, 255)
    picture[4:20, 14:16, :3] = 30
    picture[11, 5:27, :3] = 240
    return picture


@pytest.mark.parametrize("name", DOUBLERS)
def test_cut_outs_get_no_fringes(draw: Draw, name: str) -> None:
    # Colours are multiplied by alpha on the way; sharper colours with soft alpha would be fringes.
    picture, size = cut_out(), (2 * WIDTH, 2 * HEIGHT)
    found = draw(picture, size, [packed(name)], output=OutputFormat(alpha=True)).pixels.astype(int)
    plain = draw(picture, size, [], output=OutputFormat(alpha=True)).pixels.astype(int)
    assert np.abs(found[..., 3] - plain[..., 3]).max() <= 1
    seen = plain[..., 3] > 16
    assert found[seen, :3].min() >= 29 and found[seen, :3].max() <= 241
    # Inside it is what it is without alpha.
    opaque = draw(picture[..., :3].copy(), size, [packed(name)]).pixels.astype(int)
    inside = np.s_[14:34, 16:48]
    assert np.abs(found[inside][..., :3] - opaque[inside]).max() <= 1
    assert np.abs(found[inside] - plain[inside]).max() > 10
