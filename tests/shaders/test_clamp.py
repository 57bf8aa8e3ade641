"""a4k-clamp: halos go, everything else stays, in whatever light the renderer scales."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from anime4k.colour import Matrix, Primaries, Range, Transfer
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat
from anime4k.media.frame import Frame
from anime4k.modes.pack import pack_file
from anime4k.pipeline.settings import DEFAULT_SETTINGS, Dither, OutputFormat, RenderSettings, Scaler

if TYPE_CHECKING:
    from engines.source import Source

    from tests.shaders.conftest import Draw

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

RINGING = parse_file(BENCHMARKS / "engines" / "overshoot.glsl")


def made(name: str, body: str, header: str = "") -> str:
    return f"//!HOOK MAIN\n//!BIND HOOKED\n//!DESC {name}\n{header}vec4 hook() {{ {body} }}\n"


DOUBLER_TEXT = made("doubler", "return HOOKED_tex(HOOKED_pos);", "//!WIDTH HOOKED.w 2 *\n//!HEIGHT HOOKED.h 2 *\n")
DOUBLER = parse_text(DOUBLER_TEXT, "doubler.glsl")
NEGATIVE = parse_text(made("negative", "vec4 c = HOOKED_tex(HOOKED_pos); return vec4(1.0 - c.rgb, c.a);"), "n.glsl")

FrameOf = Callable[[np.ndarray], Frame]

LIGHT = RenderSettings(scaler=Scaler.BILINEAR, dither=Dither.NONE, antialias=False)
"""Sigmoidal light for enlarging and linear light for reducing, as renderers have it by default."""

FACTORS = (1.0, 1.5, 2.0, 2.25, 3.0)
"""After a doubler: linear light, linear, none, sigmoidal, sigmoidal."""


@pytest.fixture(scope="module")
def clamp() -> ShaderFile:
    path = pack_file("a4k-clamp")
    assert path is not None
    return parse_file(path)


def sized(picture: np.ndarray, factor: float) -> tuple[int, int]:
    return int(picture.shape[1] * factor), int(picture.shape[0] * factor)


def greys() -> np.ndarray:
    """All 256 codes in patches of 8x8 pixels."""
    patches = np.repeat(np.repeat(np.arange(256).reshape(16, 16), 8, 0), 8, 1)
    return np.repeat(patches[..., None], 3, 2).astype(np.uint8)


def edges() -> np.ndarray:
    """Codes from 70 to 200 with hard edges, a line and corners."""
    picture = np.full((96, 128), 70, np.uint8)
    picture[:, 60:] = 180
    picture[30:34, 20:110] = 120
    picture[60:62] = 128
    picture[80:, :30] = 200
    return np.repeat(picture[..., None], 3, 2)


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("transfer", [Transfer.SRGB, Transfer.BT1886, Transfer.GAMMA22], ids=lambda t: t.label)
def test_every_grey_stays(draw: Draw, frame_of: FrameOf, clamp: ShaderFile, factor: float, transfer: Transfer) -> None:
    frame = frame_of(greys())
    frame = replace(frame, format=replace(frame.format, transfer=transfer))
    size = sized(greys(), factor)
    deep = OutputFormat(depth=16)
    plain = draw(frame, size, [DOUBLER], settings=LIGHT, output=deep).pixels.astype(float)
    clamped = draw(frame, size, [clamp, DOUBLER], settings=LIGHT, output=deep).pixels.astype(float)
    assert np.abs(clamped - plain).max() <= 0.5 * 257


@pytest.mark.parametrize("factor", [1.5, 2.25])
def test_frames_of_one_colour_stay(draw: Draw, clamp: ShaderFile, factor: float) -> None:
    # One colour alone may fit several conversions; whichever is taken must not move it.
    for colour in ((3, 3, 3), (40, 40, 40), (70, 70, 70), (96, 96, 96), (180, 180, 180), (230, 60, 20), (20, 40, 240)):
        picture = np.full((24, 32, 3), colour, np.uint8)
        found = draw(picture, sized(picture, factor), [clamp, DOUBLER], settings=LIGHT).pixels
        assert np.abs(found.astype(int) - colour).max() <= 1


@pytest.mark.parametrize("factor", [1.5, 2.0, 2.25, 3.0])
@pytest.mark.parametrize("transfer", [Transfer.SRGB, Transfer.BT1886, Transfer.GAMMA22], ids=lambda t: t.label)
def test_halos_go_on_both_sides(
    draw: Draw, frame_of: FrameOf, clamp: ShaderFile, factor: float, transfer: Transfer
) -> None:
    frame = frame_of(edges())
    frame = replace(frame, format=replace(frame.format, transfer=transfer))
    size = sized(edges(), factor)
    ringing = draw(frame, size, [DOUBLER, RINGING], settings=LIGHT).pixels.astype(int)
    clamped = draw(frame, size, [clamp, DOUBLER, RINGING], settings=LIGHT).pixels.astype(int)
    assert ringing.min() <= 70 - 7 and ringing.max() >= 200 + 12
    # 5 % of the contrast of 130 may stay.
    assert clamped.min() >= 70 - 6 and clamped.max() <= 200 + 7
    assert 70 - clamped.min() <= 0.5 * (70 - ringing.min())
    assert clamped.max() - 200 <= 0.5 * (ringing.max() - 200)


def test_what_is_inside_the_range_is_untouched(draw: Draw, clamp: ShaderFile) -> None:
    # Bilinear enlargement never leaves the range of its neighbours.
    for settings in (LIGHT, DEFAULT_SETTINGS):
        plain = draw(edges(), (300, 220), [DOUBLER], settings=settings).pixels.astype(int)
        clamped = draw(edges(), (300, 220), [clamp, DOUBLER], settings=settings).pixels.astype(int)
        assert np.abs(clamped - plain).max() <= 1


def test_hues_stay(draw: Draw, clamp: ShaderFile) -> None:
    picture = edges()
    picture = np.stack([picture[..., 0], picture[..., 0] // 2 + 60, 255 - picture[..., 0]], -1)
    ringing = draw(picture, (128, 96), [RINGING]).pixels.astype(int)
    clamped = draw(picture, (128, 96), [clamp, RINGING]).pixels.astype(int)
    seen = ((ringing > 0) & (ringing < 255) & (clamped > 0) & (clamped < 255)).all(-1)
    change = (clamped - ringing)[seen]
    assert np.abs(change).max() > 10
    assert np.ptp(change, axis=-1).max() <= 1


def test_parameters_go_the_way_they_say(draw: Draw, clamp: ShaderFile) -> None:
    def halo(*overrides: tuple[str, str]) -> int:
        return int(draw(edges(), (256, 192), [clamp, DOUBLER, RINGING], *overrides).pixels.max()) - 200

    assert halo(("strength", "0")) > halo(("strength", "50")) > halo(("strength", "100")) > 0
    assert halo(("headroom", "0")) < halo() < halo(("headroom", "30")) < halo(("headroom", "100"))
    assert halo(("headroom", "0")) <= 2


def test_the_dark_side_may_be_left_alone(draw: Draw, clamp: ShaderFile) -> None:
    size = (256, 192)
    ringing = draw(edges(), size, [DOUBLER, RINGING]).pixels.astype(int)
    both = draw(edges(), size, [clamp, DOUBLER, RINGING]).pixels.astype(int)
    bright = draw(edges(), size, [clamp, DOUBLER, RINGING], ("undershoot", "0")).pixels.astype(int)
    assert bright.min() == ringing.min() < both.min()
    assert bright.max() == both.max() < ringing.max()


def test_a_picture_that_became_another_is_left_alone(draw: Draw, clamp: ShaderFile) -> None:
    size = (192, 144)
    plain = draw(edges(), size, [DOUBLER, NEGATIVE], settings=LIGHT).pixels
    clamped = draw(edges(), size, [clamp, DOUBLER, NEGATIVE], settings=LIGHT).pixels
    assert np.abs(plain.astype(int) - clamped).max() <= 1


@pytest.mark.parametrize("transfer", [Transfer.PQ, Transfer.HLG], ids=lambda t: t.label)
@pytest.mark.parametrize("factor", [1.5, 2.25])
def test_high_dynamic_range_stays(draw: Draw, clamp: ShaderFile, transfer: Transfer, factor: float) -> None:
    codes = greys().astype(np.uint16) * 3 + 64
    layout = PIXEL_LAYOUTS["gbrp10le"]
    source = SourceFormat(
        128, 128, layout.model, layout.planes, layout.depth,
        matrix=Matrix.RGB, range=Range.FULL, primaries=Primaries.BT2020, transfer=transfer,
    )  # fmt: skip
    frame = Frame(tuple(np.ascontiguousarray(codes[..., 0]) for _ in range(3)), source, 0, Fraction(1, 25), 0)
    size = sized(codes, factor)
    plain = draw(frame, size, [DOUBLER], settings=LIGHT).pixels.astype(int)
    clamped = draw(frame, size, [clamp, DOUBLER], settings=LIGHT).pixels.astype(int)
    assert np.abs(clamped - plain).max() <= 1


@pytest.mark.timeout(120)
@pytest.mark.parametrize("factor", [1.5, 2.0, 2.25])
def test_other_renderers_in_their_default_light(
    peer_display: str, default_light: None, clip_of: Callable[[np.ndarray], Source], tmp_path: Path, factor: float
) -> None:
    from engines import libplacebo, mpv

    doubler = tmp_path / "doubler.glsl"
    doubler.write_text(DOUBLER_TEXT)
    ringing = Path(RINGING.path)
    path = pack_file("a4k-clamp")
    assert path is not None

    def shown(peer: str, clip: Source, chain: list[Path]) -> np.ndarray:
        size = int(clip.width * factor), int(clip.height * factor)
        if peer == mpv.NAME:
            return mpv.render(clip, size, chain, peer_display).pixels.astype(int)
        return libplacebo.render(clip, size, chain).pixels.astype(int)

    flat, sharp = clip_of(greys()), clip_of(edges())
    for peer in (mpv.NAME, libplacebo.NAME):
        assert np.array_equal(shown(peer, flat, [path, doubler]), shown(peer, flat, [doubler]))
        halo, clamped = shown(peer, sharp, [doubler, ringing]), shown(peer, sharp, [path, doubler, ringing])
        assert 70 - clamped.min() <= 0.5 * (70 - halo.min())
        assert clamped.max() - 200 <= 0.5 * (halo.max() - 200)
