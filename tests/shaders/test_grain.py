"""a4k-grain: what the chain takes away comes back, and new grain has the statistics that are promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.media.frame import Frame
from anime4k.modes.pack import pack_file
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.settings import Dither, OutputFormat, RenderSettings
from tests.shaders.measures import luma

if TYPE_CHECKING:
    from collections.abc import Callable

    from anime4k.gl.device import Device
    from tests.shaders.conftest import Draw

WEIGHTS = np.array([0.299, 0.587, 0.114])
DEEP = OutputFormat(depth=16)
PLAIN = RenderSettings(dither=Dither.NONE)

SMOOTHER = parse_text(
    "//!HOOK MAIN\n//!BIND HOOKED\n//!DESC smoother\n"
    "vec4 hook() { return 0.25 * (HOOKED_texOff(vec2(0.5)) + HOOKED_texOff(vec2(-0.5))\n"
    " + HOOKED_texOff(vec2(0.5, -0.5)) + HOOKED_texOff(vec2(-0.5, 0.5))); }\n",
    "smoother.glsl",
)


def load(name: str) -> ShaderFile:
    path = pack_file(name)
    assert path is not None
    return parse_file(path)


@pytest.fixture(scope="module")
def grain() -> ShaderFile:
    return load("a4k-grain")


def grainy(side: int = 128) -> np.ndarray:
    """Two tones, a line between them, and grain with a standard deviation of 5 codes."""
    picture = np.full((side, side, 3), (90, 110, 130), float)
    picture[:, side // 2 :] = (190, 170, 150)
    picture[:, side // 2 - 1 : side // 2 + 1] = 20
    noise = np.random.default_rng(8).normal(0, 5, (side, side, 1))
    return np.rint(picture + noise).astype(np.uint8)


def grain_of(picture: np.ndarray, part: slice) -> np.ndarray:
    """Every pixel less the binomial mean around it, in a part of the columns."""
    y = luma(picture)
    rows = y[:-2] + 2 * y[1:-1] + y[2:]
    return (y[1:-1, 1:-1] - (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 16)[:, part]


@pytest.mark.parametrize("device", ["modern", "baseline"])
def test_alone_at_the_same_size_it_changes_nothing(draw: Draw, grain: ShaderFile, device: str) -> None:
    picture = grainy()
    assert np.abs(draw(picture, (128, 128), [grain], device=device).pixels.astype(int) - picture).max() <= 1


def test_lost_grain_comes_back_in_its_place(draw: Draw, grain: ShaderFile) -> None:
    picture = grainy()
    part = slice(6, 54)
    own = grain_of(picture, part)
    kept = []
    for keep in ("0", "50", "100"):
        result = draw(picture, (128, 128), [grain, SMOOTHER], ("keep", keep)).pixels
        kept.append(float((grain_of(result, part) * own).sum() / (own * own).sum()))
    # The smoother leaves little; all of it is close to the whole, and half of it lies between.
    assert kept[0] < 0.45 and kept[2] > 0.85
    assert kept[1] == pytest.approx((kept[0] + kept[2]) / 2, abs=0.08)


def test_grain_comes_back_after_denoising_and_enlarging(draw: Draw, grain: ShaderFile) -> None:
    picture = grainy()
    chains = {
        "plain": [],
        "clean": [load("a4k-denoise")],
        "kept": [grain, load("a4k-denoise")],
    }
    spread = {
        name: float(luma(draw(picture, (256, 256), chain).pixels)[:, 12:108].std()) for name, chain in chains.items()
    }
    assert spread["clean"] < 0.6 * spread["plain"]
    assert 0.75 * spread["plain"] < spread["kept"] < 1.1 * spread["plain"]


def test_lines_do_not_come_back_as_grain(draw: Draw, grain: ShaderFile) -> None:
    picture = np.full((96, 96, 3), 180, np.uint8)
    picture[:, 47:49] = 30
    plain = draw(picture, (192, 192), [SMOOTHER]).pixels.astype(int)
    kept = draw(picture, (192, 192), [grain, SMOOTHER]).pixels.astype(int)
    assert np.abs(kept - plain).max() <= 2


def test_strength_zero_is_the_picture(draw: Draw, grain: ShaderFile) -> None:
    picture = grainy()
    off = draw(picture, (128, 128), [grain], ("strength", "0"), ("add", "100")).pixels
    assert (off == draw(picture, (128, 128), []).pixels).all()


def flat(tone: int, side: int = 256) -> np.ndarray:
    return np.full((side, side, 3), tone, np.uint8)


def added(draw: Draw, grain: ShaderFile, tone: int, *options: tuple[str, str], device: str = "modern") -> np.ndarray:
    """New grain on a flat picture, in codes."""
    picture = flat(tone)
    result = draw(picture, (256, 256), [grain], *options, device=device, output=DEEP).pixels / 257.0
    return result - picture


@pytest.mark.parametrize("device", ["modern", "baseline"])
@pytest.mark.parametrize("size", ["100", "150", "300"])
def test_new_grain_has_the_promised_deviation(draw: Draw, grain: ShaderFile, size: str, device: str) -> None:
    noise = added(draw, grain, 110, ("add", "50"), ("grain_size", size), device=device)
    # 50 % of 4 % of white; brightness only; no drift.
    assert noise.std() == pytest.approx(0.02 * 255, rel=0.06)
    assert np.abs(noise[..., 0] - noise[..., 2]).max() < 0.3
    assert abs(noise.mean()) < 0.3
    # Bell-shaped: the share beyond one and beyond two standard deviations.
    unit = np.abs(noise[..., 1]) / noise[..., 1].std()
    assert (unit > 1).mean() == pytest.approx(0.317, abs=0.03)
    assert (unit > 2).mean() == pytest.approx(0.0455, abs=0.015)


def test_new_grain_has_no_pattern(draw: Draw, grain: ShaderFile) -> None:
    noise = added(draw, grain, 110, ("add", "50"), ("grain_size", "100"))[..., 1]
    spectrum = np.fft.fft2(noise - noise.mean())
    correlation = np.fft.ifft2(np.abs(spectrum) ** 2).real
    correlation /= correlation[0, 0]
    # A spot is about two pixels wide; three pixels away nothing is left of it.
    far = correlation[4:128, 4:-4]
    assert correlation[0, 1] > 0.3 and np.abs(far).max() < 0.06


def test_size_makes_larger_spots(draw: Draw, grain: ShaderFile) -> None:
    def alike(size: str) -> float:
        noise = added(draw, grain, 110, ("add", "50"), ("grain_size", size))[..., 1]
        return float(np.corrcoef(noise[:, :-2].ravel(), noise[:, 2:].ravel())[0, 1])

    assert alike("100") < alike("200") < alike("400")


def test_new_grain_follows_the_tones(draw: Draw, grain: ShaderFile) -> None:
    spread = {tone: added(draw, grain, tone, ("add", "50")).std() for tone in (0, 15, 110, 235)}
    assert spread[0] < 0.01
    assert spread[15] < 0.5 * spread[110] and spread[235] < 0.8 * spread[110]


def test_add_and_strength_grow(draw: Draw, grain: ShaderFile) -> None:
    by_add = [added(draw, grain, 110, ("add", value)).std() for value in ("0", "20", "60", "100")]
    assert by_add[0] < 0.1 and by_add[3] == pytest.approx(5 * by_add[1], rel=0.05)
    by_strength = [added(draw, grain, 110, ("add", "60"), ("strength", value)).std() for value in ("0", "50", "100")]
    assert by_strength[0] < 0.1 and by_strength[2] == pytest.approx(2 * by_strength[1], rel=0.05)


def test_every_frame_has_its_own_grain_and_always_the_same(
    devices: dict[str, Device], frame_of: Callable[[np.ndarray], Frame], grain: ShaderFile
) -> None:
    frame = frame_of(flat(110))

    def play() -> list[np.ndarray]:
        with devices["modern"].ctx:
            renderer = Renderer(devices["modern"], [grain], overrides=[("add", "50")], settings=PLAIN)
            renderer.configure(frame.format, (256, 256))
            pictures = []
            for _ in range(3):
                renderer.render(frame.planes)
                pictures.append(luma(renderer.read()[0]) - 110)
            renderer.release()
        return pictures

    first, second = play(), play()
    for one, other in zip(first, second, strict=True):
        assert (one == other).all()
    for one, other in ((0, 1), (1, 2), (0, 2)):
        assert abs(np.corrcoef(first[one].ravel(), first[other].ravel())[0, 1]) < 0.05


@pytest.mark.parametrize("size", [(1, 1), (1, 21), (23, 1), (31, 17)])
def test_any_size(draw: Draw, grain: ShaderFile, size: tuple[int, int]) -> None:
    picture = np.full((size[1], size[0], 3), 77, np.uint8)
    assert np.abs(draw(picture, size, [grain]).pixels.astype(int) - 77).max() == 0
    larger = draw(picture, (size[0] * 3, size[1] * 2), [grain], ("add", "40")).pixels.astype(float)
    assert np.abs(larger - 77).max() < 25
