"""a4k-upscale-edge and its -fast form on drawings whose larger originals are known, and against their own fit."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.modes.pack import pack_file
from anime4k.pipeline.settings import Dither, RenderSettings, Scaler
from tests.shaders.measures import DOUBLE, SMALL, cel_drawing, doubled, halved, luma, neighbourhood, psnr

if TYPE_CHECKING:
    from tests.shaders.conftest import Draw

CONTEXTS = pytest.mark.parametrize("device", ["modern", "baseline"])
LANCZOS = RenderSettings(
    scaler=Scaler.LANCZOS, sigmoid=False, linear_downscale=False, antialias=False, dither=Dither.NONE
)


def packed(name: str) -> ShaderFile:
    path = pack_file(name)
    assert path is not None
    return parse_file(path)


@pytest.fixture(scope="module", params=["a4k-upscale-edge", "a4k-upscale-edge-fast"])
def edge(request: pytest.FixtureRequest) -> ShaderFile:
    return packed(request.param)


@pytest.fixture(scope="module")
def full() -> ShaderFile:
    return packed("a4k-upscale-edge")


@pytest.fixture(scope="module")
def original() -> np.ndarray:
    return cel_drawing()


def half_plane(angle: float, dark: tuple[int, int, int], light: tuple[int, int, int]) -> np.ndarray:
    """A straight edge at twice `SMALL` whose normal has this angle in degrees, each pixel the share it covers."""
    fine = 8
    y, x = np.mgrid[0 : DOUBLE[1] * fine, 0 : DOUBLE[0] * fine] / fine
    turn = np.deg2rad(angle)
    side = (x - DOUBLE[0] / 2) * np.cos(turn) + (y - DOUBLE[1] / 2) * np.sin(turn) > 0.3
    share = side.reshape(DOUBLE[1], fine, DOUBLE[0], fine).mean((1, 3))[..., None]
    return np.asarray(np.rint(np.array(dark) * (1 - share) + np.array(light) * share), np.uint8)


def fitted(path: str) -> tuple[np.ndarray, np.ndarray]:
    """The numbers in the file, in the order of the fit."""
    text = Path(path).read_text(encoding="utf-8").split("// fitted numbers\n")[1].split("// end of the fitted")[0]
    found = re.findall(r"const \w+ (\w+) = \w+\(([^)]*)\);", text)
    values = [(name, [float(number) for number in numbers.split(",")]) for name, numbers in found]
    side = [number for name, numbers in values if not name.startswith("CORNER") for number in numbers]
    corner = [number for name, numbers in values if name.startswith("CORNER") for number in numbers]
    return np.array(side), np.array(corner)


def test_it_is_the_calculation_of_the_fit(draw: Draw, edge: ShaderFile, original: np.ndarray) -> None:
    reference = importlib.import_module("fit_upscale_edge")  # In the folder of the benchmarks, see conftest.

    noise = np.random.default_rng(3).integers(0, 256, (*SMALL[::-1], 3), np.uint8)
    for small in (halved(original), noise):
        grey = np.rint(luma(small))
        side, corner = fitted(edge.path)
        window = reference.windows(grey)
        here = reference.FORMS[edge.name](window)
        right = (side @ reference.side_rows(here)).reshape(grey.shape)
        below = (side @ reference.side_rows(reference.FORMS[edge.name](window[reference.TRANSPOSED]))).reshape(
            grey.shape
        )
        cross = (corner @ reference.corner_rows(here)).reshape(grey.shape)
        expected = np.empty((grey.shape[0] * 2, grey.shape[1] * 2))
        for y in (0, 1):
            for x in (0, 1):
                sx, sy = 2 * x - 1, 2 * y - 1
                expected[y::2, x::2] = grey + sx * right + sy * below + sx * sy * cross
        picture = grey.astype(np.uint8)[..., None].repeat(3, 2)
        low, high = (doubled(limit) for limit in neighbourhood(picture.astype(int)))
        expected = np.clip(expected, low[..., 0], high[..., 0])
        found = draw(picture, DOUBLE, [edge]).pixels
        # Half floats keep 11 bits of the picture.
        assert np.abs(found[..., 1] - expected).max() <= 1.0


@CONTEXTS
def test_it_restores_more_of_the_original_than_scalers(
    draw: Draw, edge: ShaderFile, original: np.ndarray, device: str
) -> None:
    small = halved(original)
    over_bilinear, over_lanczos = {"a4k-upscale-edge": (3.5, 2.0), "a4k-upscale-edge-fast": (2.4, 1.0)}[edge.name]
    found = psnr(luma(draw(small, DOUBLE, [edge], device=device).pixels), luma(original))
    bilinear = psnr(luma(draw(small, DOUBLE, [], device=device).pixels), luma(original))
    lanczos = psnr(luma(draw(small, DOUBLE, [], settings=LANCZOS, device=device).pixels), luma(original))
    assert found > bilinear + over_bilinear and found > lanczos + over_lanczos


def test_straight_edges_stay_straight_at_every_angle(draw: Draw, edge: ShaderFile) -> None:
    for angle in (0, 8, 17, 30, 45, 60, 72, 90, 113, 135, 160):
        truth = half_plane(angle, (30, 30, 30), (220, 220, 220))
        small = halved(truth)
        found = np.abs(draw(small, DOUBLE, [edge]).pixels.astype(int) - truth)
        lanczos = np.abs(draw(small, DOUBLE, [], settings=LANCZOS).pixels.astype(int) - truth)
        assert found.max() < 0.85 * lanczos.max(), angle
        assert (found**2).mean() < 0.15 * (lanczos**2).mean(), angle


def test_no_colour_leaves_its_neighbourhood(draw: Draw, edge: ShaderFile, original: np.ndarray) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (*SMALL[::-1], 3), np.uint8)
    for small in (halved(original), noise, halved(half_plane(20, (200, 0, 10), (255, 255, 255)))):
        low, high = (doubled(limit) for limit in neighbourhood(small.astype(int)))
        for options in ((), (("colour", "0"),), (("strength", "150"),))[:: 1 if edge.params[1:] else 2]:
            large = draw(small, DOUBLE, [edge], *options).pixels.astype(int)
            assert (large >= low - 1).all() and (large <= high + 1).all()


def test_four_pixels_have_the_mean_of_theirs(draw: Draw, edge: ShaderFile, original: np.ndarray) -> None:
    small = halved(original)
    large = draw(small, DOUBLE, [edge]).pixels
    assert psnr(halved(large), small) > psnr(halved(draw(small, DOUBLE, []).pixels), small) + 7
    # On grey only the limits of the brightness stand in the way.
    grey = np.rint(luma(small)).astype(np.uint8)[..., None].repeat(3, 2)
    error = np.abs(halved(draw(grey, DOUBLE, [edge]).pixels).astype(int) - grey)
    assert np.mean(error <= 1) > 0.85


def test_slopes_stay_slopes(draw: Draw, edge: ShaderFile) -> None:
    y, x = np.mgrid[0 : SMALL[1], 0 : SMALL[0]]
    for across, down in ((1.5, 0.0), (0.7, 1.1), (0.2, 0.1), (-1.0, 1.0)):
        grey = np.rint(128 + across * (x - 60) + down * (y - 40)).clip(0, 255).astype(np.uint8)
        small = np.repeat(grey[..., None], 3, axis=2)
        plain = draw(small, DOUBLE, []).pixels.astype(int)
        assert np.abs(draw(small, DOUBLE, [edge]).pixels - plain)[4:-4, 4:-4].max() <= 1


def test_a_flat_picture_stays_flat(draw: Draw, edge: ShaderFile) -> None:
    flat = np.full((9, 7, 3), (200, 13, 90), np.uint8)
    assert (draw(flat, (14, 18), [edge]).pixels == (200, 13, 90)).all()


def test_mirrored_pictures_give_mirrored_results(draw: Draw, edge: ShaderFile, original: np.ndarray) -> None:
    small = halved(original)
    upright = draw(small, DOUBLE, [edge]).pixels.astype(int)
    left = draw(small[:, ::-1], DOUBLE, [edge]).pixels[:, ::-1]
    down = draw(small[::-1], DOUBLE, [edge]).pixels[::-1]
    across = draw(small.swapaxes(0, 1), DOUBLE[::-1], [edge]).pixels.swapaxes(0, 1)
    for turned in (left, down, across):
        assert np.abs(turned.astype(int) - upright).max() <= 1


def test_strength_grows_from_bilinear(draw: Draw, edge: ShaderFile, original: np.ndarray) -> None:
    small = halved(original)
    plain = draw(small, DOUBLE, []).pixels.astype(float)
    change = [
        np.abs(draw(small, DOUBLE, [edge], ("strength", str(value))).pixels - plain).mean()
        for value in (0, 25, 50, 100, 150)
    ]
    # One more 16-bit float texture may move a value to the next code.
    assert change[0] < 0.05
    assert change[1] == pytest.approx(change[3] / 4, rel=0.15) and change[2] == pytest.approx(change[3] / 2, rel=0.1)
    assert change[4] > change[3] * 1.05


def test_colours_change_where_the_brightness_does(draw: Draw, full: ShaderFile) -> None:
    for dark, light in (
        ((200, 0, 10), (255, 255, 255)),
        ((20, 60, 160), (250, 220, 60)),
        ((0, 90, 0), (240, 200, 190)),
    ):
        truth = half_plane(20, dark, light)
        small = halved(truth)
        score = [psnr(draw(small, DOUBLE, [full], ("colour", value)).pixels, truth) for value in ("0", "50", "100")]
        assert score == sorted(score) and score[2] > score[0] + 3
        assert score[2] > psnr(draw(small, DOUBLE, [], settings=LANCZOS).pixels, truth) + 3


def test_without_following_all_colours_change_alike(draw: Draw, edge: ShaderFile, original: np.ndarray) -> None:
    small = halved(original)
    plain = draw(small, DOUBLE, []).pixels.astype(int)
    options = [("colour", "0")] if edge.name == "a4k-upscale-edge" else []
    change = draw(small, DOUBLE, [edge], *options).pixels - plain
    # Each picture is rounded, and half floats keep 11 bits.
    assert np.ptp(change, axis=2).max() <= 2 and np.abs(change).max() > 40


def test_grey_stays_grey(draw: Draw, edge: ShaderFile, original: np.ndarray) -> None:
    grey = np.rint(luma(halved(original))).astype(np.uint8)[..., None].repeat(3, 2)
    assert np.ptp(draw(grey, DOUBLE, [edge]).pixels.astype(int), axis=2).max() <= 1


def scaled_by(factor: float, name: str) -> ShaderFile:
    """A pass that multiplies the picture."""
    body = f"vec4 hook() {{ return {factor:.6f} * HOOKED_tex(HOOKED_pos); }}"
    return parse_text(f"//!HOOK MAIN\n//!BIND HOOKED\n//!DESC {name}\n{body}\n", f"{name}.glsl")


def test_brighter_than_white_is_treated_alike(draw: Draw, edge: ShaderFile, original: np.ndarray) -> None:
    # Only weak contrasts are treated differently: their share grows with the light.
    small = halved(original)
    usual = draw(small, DOUBLE, [edge]).pixels
    bright = draw(small, DOUBLE, [scaled_by(4.0, "brighter"), edge, scaled_by(0.25, "darker")]).pixels
    assert psnr(usual, bright) > 40
    low, high = (doubled(limit) for limit in neighbourhood(small.astype(int)))
    assert (bright >= low - 1).all() and (bright <= high + 1).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (8, 1), (2, 2), (3, 33), (17, 31)])
def test_thin_and_odd_pictures(draw: Draw, edge: ShaderFile, shape: tuple[int, int]) -> None:
    small = np.random.default_rng(2).integers(0, 256, (*shape, 3), np.uint8)
    low, high = (doubled(limit) for limit in neighbourhood(small.astype(int)))
    large = draw(small, (shape[1] * 2, shape[0] * 2), [edge]).pixels.astype(int)
    assert (large >= low - 1).all() and (large <= high + 1).all()
    assert np.abs(luma(halved(large.astype(np.uint8))) - luma(small)).mean() < 12


def test_texel_reads(draw: Draw, edge: ShaderFile, original: np.ndarray) -> None:
    plan = draw(halved(original), DOUBLE, [edge]).plan
    steps = [step for step in plan.steps if step.origin is not None and step.origin.path == edge.path]
    passes, most = {"a4k-upscale-edge": (3, 40), "a4k-upscale-edge-fast": (2, 20)}[edge.name]
    assert len(steps) == passes and 0 < sum(step.reads for step in steps) / (SMALL[0] * SMALL[1]) <= most
