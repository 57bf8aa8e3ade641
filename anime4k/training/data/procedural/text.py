"""Lettering: captions with outlines, titles and signs, with the fonts that the machine has."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from anime4k.training.data.procedural.canvas import SAMPLES, Canvas, Colour
from anime4k.training.data.procedural.tone import some_colour

FONT_FOLDERS = ("/usr/share/fonts", "/Library/Fonts", "/System/Library/Fonts", "C:/Windows/Fonts")

_EAST_ASIAN = ("CJK", "ipa", "takao", "vl-gothic", "wqy")
_REFUSED = ("Emoji", "Symbol", "Dingbat", "Standard", "D050", "Color", "Math")
_LINES = (
    "Where did the wind go that night?",
    "I never said your name",
    "Wait, please!",
    "Tomorrow the sky will be clear.",
    "EPISODE 7",
    "Listen... someone is coming.",
    "We promised to meet under that star",
    "THE CITY BEFORE DAWN",
    "Don't look away, my friend!",
    "What now?",
    "School is over, let us go home.",
    "The sword remembers its light",
)
_KANA = "".join(chr(code) for code in [*range(0x3042, 0x3094), *range(0x30A2, 0x30F4)])
_KANJI = "日本語私君今何時空夢声夜明光約束剣星友達学校街帰信言風雨雪花海山川心愛力戦世界終始名前誰待走泣笑"


@cache
def fonts() -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """(fonts for Latin, fonts for Japanese) that are installed, in a fixed order."""
    found = [
        path
        for folder in FONT_FOLDERS
        for path in sorted(Path(folder).glob("**/*"))
        if path.suffix.lower() in (".ttf", ".otf", ".ttc") and not any(word in path.name for word in _REFUSED)
    ]
    eastern = tuple(path for path in found if any(word in path.name for word in _EAST_ASIAN))
    western = tuple(
        path
        for path in found
        if any(
            word in path.name
            for word in ("DejaVu", "Roboto", "Nimbus", "Liberation", "Noto", "C059", "P052", "Bookman")
        )
        and path not in eastern
        and "Mono" not in path.name
    )
    return western, eastern


def font(rng: np.random.Generator, eastern: bool, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font of this size in samples; Pillow's own if the machine has none."""
    choice = fonts()[1 if eastern else 0]
    if not choice:
        return ImageFont.load_default(size)
    return ImageFont.truetype(str(choice[int(rng.integers(len(choice)))]), size)


def sentence(rng: np.random.Generator, eastern: bool) -> str:
    """A line of a dialogue, or Japanese letters that mean nothing."""
    if eastern:
        letters = [_KANJI if rng.random() < 0.4 else _KANA for _ in range(int(rng.integers(4, 16)))]
        return "".join(among[int(rng.integers(len(among)))] for among in letters)
    return _LINES[int(rng.integers(len(_LINES)))]


def lettering(canvas: Canvas, rng: np.random.Generator, place: tuple[float, float], size: float) -> None:
    """A line of text whose left upper corner is at `place`, `size` pixels high, most often with an outline."""
    eastern = bool(fonts()[1]) and rng.random() < 0.5
    face = font(rng, eastern, max(8, round(size * SAMPLES)))
    fill: Colour = (255, 255, 255) if rng.random() < 0.6 else some_colour(rng)
    dark: Colour = (0, 0, 0) if rng.random() < 0.7 else some_colour(rng)
    outline = round(size * SAMPLES * float(rng.choice([0, 0.05, 0.08, 0.12])))
    corner = place[0] * SAMPLES, place[1] * SAMPLES
    words = sentence(rng, eastern)
    if rng.random() < 0.2:
        _turned(canvas, words, corner, face, fill, dark, outline, rng)
        return
    ImageDraw.Draw(canvas.image).text(corner, words, fill=fill, font=face, stroke_width=outline, stroke_fill=dark)


def _turned(
    canvas: Canvas,
    words: str,
    corner: tuple[float, float],
    face: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    fill: Colour,
    dark: Colour,
    outline: int,
    rng: np.random.Generator,
) -> None:
    """Text that is turned, as on a sign in the picture."""
    box = ImageDraw.Draw(canvas.image).textbbox((0, 0), words, font=face, stroke_width=outline)
    layer = Image.new("RGBA", (int(box[2]) + 2 * outline + 8, int(box[3]) + 2 * outline + 8))
    ImageDraw.Draw(layer).text(
        (outline, outline), words, fill=(*fill, 255), font=face, stroke_width=outline, stroke_fill=(*dark, 255)
    )
    layer = layer.rotate(float(rng.uniform(-35, 35)), Image.Resampling.BICUBIC, expand=True)
    canvas.image.paste(layer, (round(corner[0]), round(corner[1])), layer)
