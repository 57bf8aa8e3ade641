"""a4k-autodownscale-x2 and -x4: which size reaches the scaler, and how well they resize."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw

from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.hooks.stages import Stage
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat
from anime4k.modes.pack import pack_file
from anime4k.pipeline.plan import Plan
from anime4k.pipeline.planning import plan_for

if TYPE_CHECKING:
    from tests.shaders.conftest import Draw


def upscaler(name: str) -> ShaderFile:
    """Doubles where the output is more than 1.2 times as large, like all x2 files."""
    text = f"//!HOOK MAIN\n//!BIND HOOKED\n//!DESC {name}\n//!WIDTH HOOKED.w 2 *\n//!HEIGHT HOOKED.h 2 *\n"
    text += "//!WHEN OUTPUT.w HOOKED.w / 1.2 > OUTPUT.h HOOKED.h / 1.2 > *\n"
    return parse_text(text + "vec4 hook() { return HOOKED_tex(HOOKED_pos); }\n", f"{name}.glsl")


def of_the_pack(name: str) -> ShaderFile:
    path = pack_file(name)
    assert path is not None
    return parse_file(Path(path))


X2, X4 = of_the_pack("a4k-autodownscale-x2"), of_the_pack("a4k-autodownscale-x4")
FIRST, SECOND = upscaler("first"), upscaler("second")
CHAIN = [FIRST, X2, X4, SECOND]


def journey(source: tuple[int, int], size: tuple[int, int], files: list[ShaderFile] = CHAIN) -> tuple[Plan, list[str]]:
    """The plan, and the short names of the files that ran."""
    layout = PIXEL_LAYOUTS["yuv420p"]
    plan = plan_for(SourceFormat(*source, layout.model, layout.planes, layout.depth), size, files)
    assert plan.disabled == ()
    return plan, [step.desc.split(":")[0].removeprefix("a4k-autodownscale-") for step in plan.steps if step.origin]


def reaching(plan: Plan, source: tuple[int, int]) -> tuple[int, int]:
    """Size of the picture that the main scaler gets."""
    sizes = [step.size for step in plan.steps if step.origin and step.stage is Stage.MAIN]
    return (sizes[-1].width, sizes[-1].height) if sizes else source


@pytest.mark.parametrize("source", [(640, 480), (854, 480), (1280, 720), (1440, 1080)])
def test_no_factor_falls_into_a_gap(source: tuple[int, int]) -> None:
    for percent in range(100, 501, 3):
        size = (source[0] * percent // 100, source[1] * percent // 100)
        plan, ran = journey(source, size)
        got = reaching(plan, source)
        factor = min(Fraction(size[0], source[0]), Fraction(size[1], source[1]))
        if factor <= Fraction(6, 5):
            assert (got, ran) == (source, []), percent
        elif factor < 4:
            # Half of an odd size is rounded, so doubling may end one pixel beyond.
            assert 0 <= got[0] - size[0] <= 1 and 0 <= got[1] - size[1] <= 1, percent
        else:
            assert (got, ran) == ((4 * source[0], 4 * source[1]), ["first", "second"]), percent


@pytest.mark.parametrize(
    ("percent", "ran"),
    [
        (150, ["first", "x2"]), (199, ["first", "x2"]), (200, ["first"]), (210, ["first", "x2"]),
        (225, ["first", "x2"]), (240, ["first", "x2"]), (241, ["first", "x4", "second"]),
        (300, ["first", "x4", "second"]), (399, ["first", "x4", "second"]), (400, ["first", "second"]),
    ],
)  # fmt: skip
def test_when_each_runs(percent: int, ran: list[str]) -> None:
    assert journey((1000, 600), (10 * percent, 6 * percent))[1] == ran


@pytest.mark.parametrize(
    ("source", "size", "ran"),
    [
        # NTSC and PAL DVDs on usual screens: the two directions have different factors.
        ((720, 480), (1920, 1080), ["first", "x4", "second"]),
        ((720, 480), (1280, 720), ["first", "x2"]),
        ((720, 480), (1440, 1080), ["first", "x2"]),
        ((720, 576), (1920, 1080), ["first", "x2"]),
        ((720, 576), (3840, 2160), ["first", "second"]),
    ],
)
def test_pixels_that_are_not_square(source: tuple[int, int], size: tuple[int, int], ran: list[str]) -> None:
    plan, found = journey(source, size)
    assert found == ran
    if "x2" in ran or "x4" in ran:
        assert reaching(plan, source) == size


def test_nothing_happens_without_an_upscaler_before() -> None:
    for percent in range(50, 501, 25):
        assert journey((640, 360), (64 * percent // 10, 36 * percent // 10), [X2, X4])[1] == []


def test_a_second_pair_does_no_harm() -> None:
    # As in chains of two modes: the picture that has its size is left alone.
    for percent in (150, 225, 240, 250, 300, 399, 400):
        size = (64 * percent // 10, 36 * percent // 10)
        plan, _ = journey((640, 360), size, [FIRST, X2, X4, SECOND, X2, X4])
        got = reaching(plan, (640, 360))
        assert 0 <= got[0] - size[0] <= 1 and 0 <= got[1] - size[1] <= 1, percent


def chart(size: int, radius: float) -> np.ndarray:
    """Rings around the centre whose frequency grows up to that of the source's pixels at `radius`."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    rings = 128 + 90 * np.cos(np.pi * (x * x + y * y) / (2 * radius))
    return np.repeat(np.rint(rings)[..., None], 3, 2).astype(np.uint8)


def resized(draw: Draw, picture: np.ndarray, factor: float, *overrides: tuple[str, str]) -> np.ndarray:
    """What x2 makes of a picture that stands for a doubled source."""
    half = parse_text(
        "//!HOOK MAIN\n//!BIND HOOKED\n//!DESC stand-in\n//!WIDTH HOOKED.w 2 *\n//!HEIGHT HOOKED.h 2 *\n"
        "vec4 hook() { return texelFetch(HOOKED_raw, ivec2(HOOKED_pos * HOOKED_size), 0); }\n",
        "stand-in.glsl",
    )
    size = (round(picture.shape[1] * factor), round(picture.shape[0] * factor))
    return draw(picture, size, [half, X2], *overrides).pixels[..., 0].astype(float)


def area_weights(texels: int, pixels: int) -> np.ndarray:
    """(pixels, texels): mean of the overlap and of a smoothstep bell of twice the width, by their definitions."""
    ratio = texels / pixels
    weights = np.zeros((pixels, texels))
    for pixel in range(pixels):
        centre = (pixel + 0.5) * ratio
        for texel in range(int(centre - ratio) - 2, int(centre + ratio) + 3):
            overlap = max(0.0, min(texel + 1, centre + ratio / 2) - max(texel, centre - ratio / 2))
            away = min(1.0, abs(texel + 0.5 - centre) / ratio)
            weights[pixel, min(max(texel, 0), texels - 1)] += overlap + 1 - 3 * away**2 + 2 * away**3
    even: np.ndarray = weights / weights.sum(1, keepdims=True)
    return even


def tap_weights(texels: int, pixels: int, shift: float = 0.0) -> np.ndarray:
    """(pixels, texels): one bilinear tap for each pixel, so many pixels of the result aside."""
    weights = np.zeros((pixels, texels))
    for pixel in range(pixels):
        at = (pixel + 0.5 + shift) * texels / pixels - 0.5
        for texel in (int(np.floor(at)), int(np.floor(at)) + 1):
            weights[pixel, min(max(texel, 0), texels - 1)] += 1 - abs(texel - at)
    return weights


def reference(picture: np.ndarray, size: tuple[int, int], sharpen: float) -> np.ndarray:
    """(h, w) codes reduced as promised to (width, height), without the limit to the range of the taps."""
    (height, width), (wide, high) = picture.shape, size
    area = area_weights(height, high) @ picture @ area_weights(width, wide).T
    down, across = tap_weights(height, high), tap_weights(width, wide).T
    ring = sum(tap_weights(height, high, side) @ picture @ across for side in (-1.2, 1.2))
    ring = ring + sum(down @ picture @ tap_weights(width, wide, side).T for side in (-1.2, 1.2))
    result: np.ndarray = area + sharpen * (area - ring / 4)
    return result


@pytest.mark.parametrize("size", [(60, 50), (72, 60), (84, 70), (80, 54)])
@pytest.mark.parametrize("device", ["modern", "baseline"])
def test_it_is_the_mean_of_the_area(draw: Draw, size: tuple[int, int], device: str) -> None:
    # On a smooth picture the result is not limited by the range of the taps.
    y, x = np.mgrid[:80, :96]
    waves = 128 + 50 * np.sin(x * 0.9 + 0.2) * np.cos(y * 0.7) + 40 * np.sin((x + 2 * y) * 0.35)
    doubled = np.repeat(np.rint(waves)[..., None], 3, 2).astype(np.uint8)
    found = draw(np.zeros((40, 48, 3), np.uint8), size, [exact_double(doubled), X2], device=device).pixels[..., 0]
    sharpen = 0.2 * ((96 / size[0] * 80 / size[1]) ** 0.5 - 1)
    expected = reference(doubled[..., 0].astype(float), size, sharpen)
    off = np.abs(found - expected)
    # Rounding alone makes a mean of 0.25; textures weigh with limited precision between texels.
    assert off.mean() < 0.3 and np.quantile(off, 0.98) < 0.8


def test_x4_reduces_to_half_the_output(draw: Draw) -> None:
    y, x = np.mgrid[:80, :96]
    doubled = np.repeat(np.rint(128 + 60 * np.sin(x * 0.8 + y * 0.5))[..., None], 3, 2).astype(np.uint8)
    # The second upscaler repeats texels, so every second pixel shows the picture it gets.
    second = parse_text(
        "//!HOOK MAIN\n//!BIND HOOKED\n//!DESC second\n//!WIDTH HOOKED.w 2 *\n//!HEIGHT HOOKED.h 2 *\n"
        "vec4 hook() { return texelFetch(HOOKED_raw, ivec2(HOOKED_pos * HOOKED_size), 0); }\n",
        "second.glsl",
    )
    shown = draw(np.zeros((40, 48, 3), np.uint8), (144, 120), [exact_double(doubled), X4, second]).pixels[..., 0]
    off = np.abs(shown[::2, ::2] - reference(doubled[..., 0].astype(float), (72, 60), 0.2))
    assert shown.shape == (120, 144)
    # Where it sharpens most, the range of the taps limits a few pixels.
    assert off.mean() < 0.3 and np.quantile(off, 0.98) < 1.0


@pytest.mark.parametrize(("texels", "pixels"), [(200, 120), (120, 75), (96, 72), (112, 98)])
def test_every_texel_has_the_same_weight(texels: int, pixels: int) -> None:
    inside = slice(8, -8)
    # The average alone, along one direction; then in the plane, where a dot's weight has the ring in it too.
    area = area_weights(texels, pixels).sum(0)[inside]
    tap = tap_weights(texels, pixels).sum(0)[inside]
    assert area.std() / area.mean() < 0.016 < tap.std() / tap.mean()
    sides = (sum(tap_weights(texels, pixels, side).sum(0) for side in (-1.2, 1.2)) / 2)[inside]
    ratio, share = texels / pixels, 0.2 * (texels / pixels - 1)
    plane = (1 + share) * np.outer(area, area) - share / 2 * (np.outer(sides, tap) + np.outer(tap, sides))
    assert plane.mean() == pytest.approx(1 / ratio**2, rel=0.01)
    assert plane.std() / plane.mean() < 0.06


@pytest.mark.parametrize("factor", [1.25, 1.5, 1.75])
def test_dots_keep_their_light(draw: Draw, factor: float) -> None:
    # One tap weights dots by where they fall between its centres, an area does not.
    doubled = np.full((96, 96, 3), 60, np.uint8)
    doubled[4::11, 4::11] = 200
    places = [(y, x) for y in range(15, 81, 11) for x in range(15, 81, 11)]

    def spread(*overrides: tuple[str, str]) -> float:
        size = (round(48 * factor), round(48 * factor))
        blank = np.zeros((48, 48, 3), np.uint8)
        found = draw(blank, size, [exact_double(doubled), X2], *overrides).pixels[..., 0].astype(float) - 60
        at = [(int((y + 0.5) * factor / 2), int((x + 0.5) * factor / 2)) for y, x in places]
        sums = [found[y - 2 : y + 3, x - 2 : x + 3].sum() for y, x in at]
        return float(np.std(sums) / np.mean(sums))

    assert spread() < min(0.03, 0.6 * spread(("strength", "0")))


@pytest.mark.parametrize("slope", [0.0, 0.04, 0.1, 0.3])
@pytest.mark.parametrize("factor", [1.25, 1.5])
def test_thin_lines_are_evenly_bright(draw: Draw, factor: float, slope: float) -> None:
    # Lines one texel wide that cross the rows at all phases: level ones in ten places, the others along their length.
    y, x = np.mgrid[: 120 * 8, : 120 * 8] / 8 + 1 / 16
    middle = 60 + slope * (x - 60) + (np.floor(x / 12) * 0.2 if slope == 0 else 0)
    line = (np.abs(y - middle) < 0.5 * np.hypot(1, slope)).reshape(120, 8, 120, 8).mean((1, 3))
    doubled = np.repeat(np.rint(60 + 140 * line)[..., None], 3, 2).astype(np.uint8)
    size = (round(60 * factor), round(60 * factor))
    blank = np.zeros((60, 60, 3), np.uint8)

    def unevenness(*overrides: tuple[str, str]) -> float:
        found = draw(blank, size, [exact_double(doubled), X2], *overrides).pixels[..., 0].astype(float) - 60
        light = found.sum(0)[4:-4]
        return float(light.std() / light.mean())

    assert unevenness() < 0.03
    assert unevenness() < 0.4 * unevenness(("strength", "0"))


def psnr(first: np.ndarray, second: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((first.astype(float) - second) ** 2)))


FILTERS = [Image.Resampling.BOX, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS]


@pytest.mark.parametrize("truth_of", FILTERS, ids=["area", "bicubic", "lanczos"])
@pytest.mark.parametrize("factor", [1.25, 1.5, 1.75, 2.25])
def test_it_is_closer_to_the_truth_than_one_tap(draw: Draw, factor: float, truth_of: Image.Resampling) -> None:
    # A drawing at 36 times the size, reduced to the source and to the output.
    rng = np.random.default_rng(3)
    image = Image.new("RGB", (64 * 36, 64 * 36), (200, 180, 160))
    pen = ImageDraw.Draw(image)
    for _ in range(40):
        points = [tuple(rng.integers(0, 64 * 36, 2)) for _ in range(3)]
        colour = tuple(int(v) for v in rng.integers(30, 225, 3))
        pen.polygon(points, fill=colour, outline=(40, 30, 40), width=50)
    small = np.asarray(image.resize((128, 128), Image.Resampling.BOX))
    size = round(64 * factor)
    truth = np.asarray(image.resize((size, size), truth_of))
    # The doubled source is known exactly, so only the resize is judged.
    source = np.asarray(image.resize((64, 64), Image.Resampling.BOX))
    doubled = exact_double(small)
    good = draw(source, (size, size), [doubled, X2]).pixels
    plain = draw(source, (size, size), [doubled, X2], ("strength", "0")).pixels
    assert psnr(good, truth) > psnr(plain, truth) + 0.1


def exact_double(pixels: np.ndarray) -> ShaderFile:
    """A shader that shows this picture, whatever it gets."""
    height, width = pixels.shape[:2]
    rgba = np.dstack([pixels, np.full((height, width), 255, np.uint8)])
    text = f"//!TEXTURE SHOWN\n//!SIZE {width} {height}\n//!FORMAT rgba8\n//!FILTER NEAREST\n{rgba.tobytes().hex()}\n"
    text += f"//!HOOK MAIN\n//!BIND HOOKED\n//!BIND SHOWN\n//!DESC shows\n//!WIDTH {width}\n//!HEIGHT {height}\n"
    text += f"vec4 hook() {{ return texelFetch(SHOWN, ivec2(HOOKED_pos * vec2({width}.0, {height}.0)), 0); }}\n"
    return parse_text(text, "shows.glsl")


@pytest.mark.parametrize("factor", [1.3, 1.7, 2.3])
def test_no_halo_and_flat_areas_stay(draw: Draw, factor: float) -> None:
    picture = np.full((40, 40, 3), 70, np.uint8)
    picture[:, 17:] = 180
    found = resized(draw, picture, factor)
    assert found.min() >= 70 and found.max() <= 180
    assert (found[:, : int(14 * factor)] == 70).all() and (found[:, int(20 * factor) :] == 180).all()


def test_strength_mixes(draw: Draw) -> None:
    picture = chart(48, 24)
    plain, half, full = (resized(draw, picture, 1.5, ("strength", value)) for value in ("0", "50", "100"))
    assert np.abs(full - plain).mean() > 0.5
    assert np.abs(half - (plain + full) / 2).max() <= 1.0
