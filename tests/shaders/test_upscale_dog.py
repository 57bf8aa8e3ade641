"""a4k-upscale-dog and its compute form on drawings whose larger originals are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.modes.pack import pack_file
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.settings import Dither, RenderSettings, Scaler
from tests.shaders.measures import DOUBLE, SMALL, cel_drawing, doubled, halved, luma, luma_psnr, neighbourhood

if TYPE_CHECKING:
    from collections.abc import Callable

    from anime4k.gl.device import Device
    from anime4k.media.frame import Frame
    from tests.shaders.conftest import Draw

CONTEXTS = pytest.mark.parametrize("device", ["modern", "baseline"])
LANCZOS = RenderSettings(
    scaler=Scaler.LANCZOS, sigmoid=False, linear_downscale=False, antialias=False, dither=Dither.NONE
)


def packed(name: str) -> ShaderFile:
    path = pack_file(name)
    assert path is not None
    return parse_file(path)


@pytest.fixture(scope="module")
def fragment() -> ShaderFile:
    return packed("a4k-upscale-dog")


@pytest.fixture(scope="module")
def compute(devices: dict[str, Device]) -> ShaderFile:
    if not devices["modern"].compute:
        pytest.skip("needs compute shaders")
    return packed("a4k-upscale-dog-compute")


@pytest.fixture(scope="module")
def original() -> np.ndarray:
    return cel_drawing()


@CONTEXTS
def test_it_restores_more_of_the_original_than_scalers(
    draw: Draw, fragment: ShaderFile, original: np.ndarray, device: str
) -> None:
    small = halved(original)
    found = luma_psnr(draw(small, DOUBLE, [fragment], device=device).pixels, original)
    assert found > luma_psnr(draw(small, DOUBLE, [], device=device).pixels, original) + 2.0
    assert found > luma_psnr(draw(small, DOUBLE, [], settings=LANCZOS, device=device).pixels, original) + 0.8


def test_no_colour_leaves_its_neighbourhood(draw: Draw, fragment: ShaderFile, original: np.ndarray) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (*SMALL[::-1], 3), np.uint8)
    for small in (halved(original), noise):
        low, high = (doubled(limit) for limit in neighbourhood(small.astype(int)))
        large = draw(small, DOUBLE, [fragment]).pixels.astype(int)
        assert (large >= low - 1).all() and (large <= high + 1).all()


def test_four_pixels_have_the_mean_of_theirs(draw: Draw, fragment: ShaderFile, original: np.ndarray) -> None:
    small = halved(original)
    large = draw(small, DOUBLE, [fragment]).pixels
    assert luma_psnr(halved(large), small) > luma_psnr(halved(draw(small, DOUBLE, []).pixels), small) + 8
    # Grey has room in all three colours: there only the limits of the brightness stand in the way.
    grey = np.repeat(np.rint(luma(small)).astype(np.uint8)[..., None], 3, axis=2)
    error = np.abs(luma(halved(draw(grey, DOUBLE, [fragment], ("noise", "0")).pixels)) - luma(grey))
    assert np.mean(error < 1.01) > 0.95


def test_slopes_stay_slopes(draw: Draw, fragment: ShaderFile) -> None:
    y, x = np.mgrid[0 : SMALL[1], 0 : SMALL[0]]
    for across, down in ((1.5, 0.0), (0.7, 1.1), (0.2, 0.1), (-1.0, 1.0)):
        grey = np.rint(128 + across * (x - 60) + down * (y - 40)).clip(0, 255).astype(np.uint8)
        small = np.repeat(grey[..., None], 3, axis=2)
        plain = draw(small, DOUBLE, []).pixels.astype(int)
        assert np.abs(draw(small, DOUBLE, [fragment]).pixels - plain)[2:-2, 2:-2].max() <= 1


def test_a_flat_picture_stays_flat(draw: Draw, fragment: ShaderFile) -> None:
    flat = np.full((9, 7, 3), (200, 13, 90), np.uint8)
    assert (draw(flat, (14, 18), [fragment]).pixels == (200, 13, 90)).all()


def test_mirrored_pictures_give_mirrored_results(draw: Draw, fragment: ShaderFile, original: np.ndarray) -> None:
    small = halved(original)
    upright = draw(small, DOUBLE, [fragment]).pixels.astype(int)
    left = draw(small[:, ::-1], DOUBLE, [fragment]).pixels[:, ::-1]
    down = draw(small[::-1], DOUBLE, [fragment]).pixels[::-1]
    across = draw(small.swapaxes(0, 1), DOUBLE[::-1], [fragment]).pixels.swapaxes(0, 1)
    for turned in (left, down, across):
        assert np.abs(turned.astype(int) - upright).max() <= 1


def test_strength_grows_from_bilinear(draw: Draw, fragment: ShaderFile, original: np.ndarray) -> None:
    small = halved(original)
    plain = draw(small, DOUBLE, []).pixels.astype(float)
    change = [
        np.abs(draw(small, DOUBLE, [fragment], ("strength", str(value))).pixels - plain).mean()
        for value in (0, 25, 50, 100)
    ]
    # One more 16-bit float texture may move a value to the next code.
    assert change[0] < 0.05
    assert change[1] == pytest.approx(change[3] / 4, rel=0.15) and change[2] == pytest.approx(change[3] / 2, rel=0.1)


def test_noise_is_left_to_bilinear_scaling(draw: Draw, fragment: ShaderFile, original: np.ndarray) -> None:
    grain = np.rint(128 + np.random.default_rng(8).normal(0, 1.5, (*SMALL[::-1], 1))).astype(np.uint8).repeat(3, 2)
    spread = [luma(draw(grain, DOUBLE, [fragment], ("noise", value)).pixels).std() for value in ("0", "4", "8", "64")]
    assert spread == sorted(spread, reverse=True)
    assert spread[0] > luma(grain).std() * 0.98
    assert spread[3] < luma(draw(grain, DOUBLE, []).pixels).std() * 1.05
    # At the usual value it is fainter than Lanczos has it, and lines do not suffer.
    assert spread[2] < luma(draw(grain, DOUBLE, [], settings=LANCZOS).pixels).std()
    small = halved(original)
    with_it, without = (luma_psnr(draw(small, DOUBLE, [fragment], ("noise", v)).pixels, original) for v in ("8", "0"))
    assert with_it > without - 0.05


def scaled_by(factor: float, name: str) -> ShaderFile:
    """A pass that multiplies the picture."""
    body = f"vec4 hook() {{ return {factor:.6f} * HOOKED_tex(HOOKED_pos); }}"
    return parse_text(f"//!HOOK MAIN\n//!BIND HOOKED\n//!DESC {name}\n{body}\n", f"{name}.glsl")


def test_brighter_than_white_is_like_darker(draw: Draw, fragment: ShaderFile, original: np.ndarray) -> None:
    # Everything but the noise level is relative: four times the light and the noise is the same picture.
    small = halved(original)
    usual = draw(small, DOUBLE, [fragment], ("noise", "4")).pixels.astype(int)
    chain = [scaled_by(4.0, "brighter"), fragment, scaled_by(0.25, "darker")]
    bright = draw(small, DOUBLE, chain, ("noise", "16")).pixels.astype(int)
    # The tolerance of half a code in the limits does not grow with the light.
    assert np.abs(bright - usual).max() <= 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (8, 1), (2, 2), (3, 33), (17, 31)])
def test_thin_and_odd_pictures(draw: Draw, fragment: ShaderFile, shape: tuple[int, int]) -> None:
    small = np.random.default_rng(2).integers(0, 256, (*shape, 3), np.uint8)
    low, high = (doubled(limit) for limit in neighbourhood(small.astype(int)))
    large = draw(small, (shape[1] * 2, shape[0] * 2), [fragment]).pixels.astype(int)
    assert (large >= low - 1).all() and (large <= high + 1).all()
    assert np.abs(luma(halved(large.astype(np.uint8))) - luma(small)).mean() < 12


@pytest.mark.parametrize("shape", [(80, 120), (33, 47), (16, 16), (1, 1), (1, 19), (18, 1)])
@pytest.mark.parametrize("strength", ["0", "40", "100"])
def test_compute_draws_the_same_picture(
    draw: Draw, fragment: ShaderFile, compute: ShaderFile, original: np.ndarray, shape: tuple[int, int], strength: str
) -> None:
    small = halved(original)[: shape[0], : shape[1]]
    size = (shape[1] * 2, shape[0] * 2)
    one, other = (draw(small, size, [file], ("strength", strength)).pixels for file in (fragment, compute))
    assert luma_psnr(one, other) >= 60
    if strength == "0":
        assert (one == other).all()


def test_texel_reads(draw: Draw, fragment: ShaderFile, compute: ShaderFile, original: np.ndarray) -> None:
    small = halved(original)
    for file, most in ((fragment, 24), (compute, 12)):
        plan = draw(small, DOUBLE, [file]).plan
        steps = [step for step in plan.steps if step.origin is not None and step.origin.path == file.path]
        assert 0 < sum(step.reads for step in steps) / (SMALL[0] * SMALL[1]) <= most


def test_without_compute_the_picture_goes_on(
    devices: dict[str, Device], draw: Draw, frame_of: Callable[[np.ndarray], Frame], original: np.ndarray
) -> None:
    small, file = halved(original), packed("a4k-upscale-dog-compute")
    frame = frame_of(small)
    plain = RenderSettings(
        scaler=Scaler.BILINEAR, sigmoid=False, linear_downscale=False, antialias=False, dither=Dither.NONE
    )
    with devices["baseline"].ctx:
        renderer = Renderer(devices["baseline"], [file], settings=plain)
        renderer.configure(frame.format, DOUBLE)
        renderer.render(frame.planes)
        shown, reasons = renderer.read()[0][..., :3].copy(), dict(renderer.disabled)
        renderer.release()
    assert (shown == draw(small, DOUBLE, [], device="baseline").pixels).all()
    assert list(reasons) == [file.path]
    assert "compute" in reasons[file.path] and "fragment" in reasons[file.path]
