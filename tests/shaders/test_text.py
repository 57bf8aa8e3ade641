"""a4k-text: letters come back, drawings are not taken for text."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.modes.pack import pack_file
from anime4k.pipeline.settings import Dither, RenderSettings, Scaler
from tests.shaders.measures import psnr

if TYPE_CHECKING:
    from engines.source import Source

    from tests.shaders.conftest import Draw

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

SIZE = (240, 136)

LIGHT = RenderSettings(scaler=Scaler.BILINEAR, dither=Dither.NONE, antialias=False)
"""Sigmoidal light for enlarging and linear light for reducing."""

BLUR_TEXT = """
//!HOOK MAIN
//!BIND HOOKED
//!DESC blur: eats strokes and leaves flat places alone
vec4 hook() {
    vec4 sum = vec4(0.0);
    for (int y = -2; y <= 2; y++)
        for (int x = -2; x <= 2; x++)
            sum += HOOKED_texOff(vec2(x, y));
    return sum / 25.0;
}
"""
BLUR = parse_text(BLUR_TEXT, "blur.glsl")

DOUBLER_TEXT = """
//!HOOK MAIN
//!BIND HOOKED
//!DESC doubler
//!WIDTH HOOKED.w 2 *
//!HEIGHT HOOKED.h 2 *
vec4 hook() { return HOOKED_tex(HOOKED_pos); }
"""
DOUBLER = parse_text(DOUBLER_TEXT, "doubler.glsl")


@pytest.fixture(scope="module")
def text() -> ShaderFile:
    path = pack_file("a4k-text")
    assert path is not None
    return parse_file(path)


def written(zoom: int, *, vertical: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """A drawing with a subtitle and a sign, `zoom` times as large, and where the letters are."""
    width, height = SIZE[0] * zoom, SIZE[1] * zoom
    fine = 4
    image = Image.new("RGB", (width * fine, height * fine), (150, 150, 150))
    draw = ImageDraw.Draw(image)
    marked = Image.new("L", image.size)
    marks = ImageDraw.Draw(marked)
    unit = zoom * fine
    font = ImageFont.load_default(20 * unit)
    if vertical:
        for number, letter in enumerate("HAKEMS"):
            at = (100 * unit, (4 + 21 * number) * unit)
            draw.text(at, letter, (250, 250, 250), font, stroke_width=2 * unit, stroke_fill=(12, 12, 12))
            marks.text(at, letter, 255, font)
    else:
        words = "Weather & Railways"
        at = (20 * unit, 100 * unit)
        draw.text(at, words, (250, 250, 250), font, stroke_width=2 * unit, stroke_fill=(12, 12, 12))
        marks.text(at, words, 255, font)
        draw.rectangle((20 * unit, 10 * unit, 225 * unit, 50 * unit), (228, 228, 228))
        draw.text((28 * unit, 18 * unit), words, (45, 45, 45), font)
        marks.text((28 * unit, 18 * unit), words, 255, font)
    box = Image.Resampling.BOX
    return np.asarray(image.resize((width, height), box)), np.asarray(marked.resize((width, height), box)) > 100


def drawn() -> np.ndarray:
    """What is not text: an eye, hair, hatching, outlines, a gradient."""
    unit = 4
    image = Image.new("RGB", (SIZE[0] * unit, SIZE[1] * unit), (226, 200, 186))
    draw = ImageDraw.Draw(image)
    for x in range(60 * unit):
        draw.line((x, 0, x, 40 * unit), fill=(40 + x // 2, 60 + x // 3, 120))
    for number in range(14):
        draw.line(((70 + 7 * number) * unit, 0, (60 + 10 * number) * unit, 60 * unit), fill=(40, 30, 50), width=6)
    draw.ellipse((30 * unit, 70 * unit, 70 * unit, 125 * unit), (250, 250, 250), (30, 20, 30), width=10)
    draw.ellipse((38 * unit, 76 * unit, 62 * unit, 118 * unit), (70, 40, 130), (30, 20, 30), width=8)
    draw.ellipse((43 * unit, 80 * unit, 50 * unit, 88 * unit), (255, 255, 255))
    draw.arc((100 * unit, 70 * unit, 180 * unit, 130 * unit), 20, 160, (60, 30, 30), width=8)
    draw.polygon(
        [(190 * unit, 60 * unit), (235 * unit, 90 * unit), (200 * unit, 130 * unit)], (90, 140, 90), (30, 30, 30)
    )
    return np.asarray(image.resize(SIZE, Image.Resampling.BOX))


def scaled(factor: float) -> tuple[int, int]:
    return int(SIZE[0] * factor), int(SIZE[1] * factor)


@pytest.mark.parametrize("vertical", [False, True], ids=["rows", "column"])
def test_letters_come_back(draw: Draw, text: ShaderFile, vertical: bool) -> None:
    picture, letters = written(1, vertical=vertical)
    harmed = draw(picture, SIZE, [BLUR]).pixels
    found = draw(picture, SIZE, [text, BLUR]).pixels
    gap = np.abs(harmed.astype(int) - picture)[letters].mean()
    left = np.abs(found.astype(int) - picture)[letters].mean()
    assert gap > 25 and left < 0.25 * gap


def test_drawings_are_no_text(draw: Draw, text: ShaderFile) -> None:
    harmed = draw(drawn(), SIZE, [BLUR]).pixels.astype(int)
    found = draw(drawn(), SIZE, [text, BLUR]).pixels.astype(int)
    assert np.abs(harmed - drawn()).max() > 50
    assert (np.abs(found - harmed) > 2).mean() < 0.001


def test_what_lies_beyond_the_mark_is_passed_on(draw: Draw, text: ShaderFile) -> None:
    picture, letters = written(1)
    near = np.asarray(Image.fromarray(letters).filter(ImageFilter.MaxFilter(31)))
    harmed = draw(picture, SIZE, [BLUR]).pixels.astype(int)
    found = draw(picture, SIZE, [text, BLUR]).pixels.astype(int)
    assert np.abs(found - harmed)[~near].max() <= 1


def test_enlarged_letters_are_crisper_than_a_plain_enlargement(draw: Draw, text: ShaderFile) -> None:
    truth, letters = written(2)
    picture = np.asarray(Image.fromarray(truth).resize(SIZE, Image.Resampling.BOX))
    near = np.asarray(Image.fromarray(letters).filter(ImageFilter.MaxFilter(7)))
    plain = draw(picture, scaled(2), [DOUBLER]).pixels
    found = draw(picture, scaled(2), [text, DOUBLER]).pixels
    assert psnr(found[near], truth[near]) > psnr(plain[near], truth[near]) + 3.0
    # Between the darkest and the brightest pixel around: no halos.
    assert found.min() >= picture.min() - 1 and found.max() <= picture.max() + 1


@pytest.mark.parametrize("factor", [1.5, 2.25])
def test_the_light_of_the_scaler_does_not_matter(draw: Draw, text: ShaderFile, factor: float) -> None:
    picture, letters = written(1)
    near = np.asarray(Image.fromarray(letters).resize(scaled(factor)))
    harmed = draw(picture, scaled(factor), [DOUBLER, BLUR], settings=LIGHT).pixels
    found = draw(picture, scaled(factor), [text, DOUBLER, BLUR], settings=LIGHT).pixels
    plain = draw(picture, scaled(factor), [text, DOUBLER, BLUR]).pixels
    assert psnr(found[near], plain[near]) > psnr(harmed[near], plain[near]) + 6.0
    # The levels of the letters are those of the source: dark 45, bright 250.
    assert abs(int(found[near].max()) - 250) <= 2
    assert int(found.min()) <= 14


def test_parameters_go_the_way_they_say(draw: Draw, text: ShaderFile) -> None:
    picture, _ = written(1)
    harmed = draw(picture, SIZE, [BLUR]).pixels.astype(int)

    def effect(name: str, value: int) -> float:
        found = draw(picture, SIZE, [text, BLUR], (name, str(value))).pixels.astype(int)
        return float(np.abs(found - harmed).mean())

    by_strength = [effect("strength", value) for value in (0, 50, 100)]
    assert by_strength[0] == 0 and by_strength[1] == pytest.approx(by_strength[2] / 2, rel=0.1)
    by_sensitivity = [effect("sensitivity", value) for value in (0, 50, 100)]
    assert by_sensitivity == sorted(by_sensitivity) and by_sensitivity[2] > by_sensitivity[0] > 0


def test_hard_edges_from_black_to_superwhite_stay_in_range(draw: Draw, text: ShaderFile) -> None:
    picture = np.zeros((64, 96, 3), np.uint8)
    picture[::4] = 255
    picture[:, ::5] = 255
    found = draw(picture, (192, 128), [text, DOUBLER]).pixels
    assert found.min() == 0 and found.max() == 255


@pytest.mark.timeout(120)
@pytest.mark.parametrize("factor", [1.0, 1.5, 2.0])
def test_three_renderers_show_the_same_letters(
    draw: Draw, devices: dict[str, object], peer_display: str, clip_of: Callable[[np.ndarray], Source],
    tmp_path: Path, text: ShaderFile, factor: float,
) -> None:  # fmt: skip
    from engines import libplacebo, mpv, ours, picture

    from anime4k.gl.device import Device

    chain = [Path(text.path)]
    for name, source in (("doubler", DOUBLER_TEXT), ("blur", BLUR_TEXT)):
        (tmp_path / f"{name}.glsl").write_text(source.lstrip())
        if name != "doubler" or factor > 1:
            chain.append(tmp_path / f"{name}.glsl")
    clip = clip_of(written(1)[0])
    device = devices["modern"]
    assert isinstance(device, Device)
    with device.ctx:
        mine = ours.render(device, clip, scaled(factor), chain).picture.pixels
        harmed = ours.render(device, clip, scaled(factor), chain[1:]).picture.pixels
    assert psnr(mine, harmed) < 30
    for theirs in (
        mpv.render(clip, scaled(factor), chain, peer_display),
        libplacebo.render(clip, scaled(factor), chain),
    ):
        assert picture.compare(mine, theirs.pixels).psnr >= 50.0


@pytest.mark.timeout(120)
@pytest.mark.parametrize("factor", [1.5, 2.25])
def test_other_renderers_in_their_default_light(
    peer_display: str, default_light: None, clip_of: Callable[[np.ndarray], Source], tmp_path: Path,
    text: ShaderFile, factor: float,
) -> None:  # fmt: skip
    from engines import libplacebo, mpv

    doubler, blur = tmp_path / "doubler.glsl", tmp_path / "blur.glsl"
    doubler.write_text(DOUBLER_TEXT.lstrip())
    blur.write_text(BLUR_TEXT.lstrip())
    clip = clip_of(written(1)[0])
    near = np.asarray(Image.fromarray(written(1)[1]).resize(scaled(factor)))

    def shown(peer: str, chain: list[Path]) -> np.ndarray:
        if peer == mpv.NAME:
            return mpv.render(clip, scaled(factor), chain, peer_display).pixels
        return libplacebo.render(clip, scaled(factor), chain).pixels

    for peer in (mpv.NAME, libplacebo.NAME):
        # Letters that came back look alike, whatever was done to them in between.
        whole, harmed = shown(peer, [Path(text.path), doubler]), shown(peer, [doubler, blur])
        found = shown(peer, [Path(text.path), doubler, blur])
        assert psnr(found[near], whole[near]) > psnr(harmed[near], whole[near]) + 6.0
        assert abs(int(found[near].max()) - 250) <= 2
