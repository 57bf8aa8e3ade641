"""Plain text as tiles, drawn with Pillow: lines with an optional border, in a font that has the letters."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import replace
from typing import Final, Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from anime4k.overlay import WHITE, Colour, Tile
from anime4k.subtitles.fonts import Script, font_for, script_of

Align = Literal["left", "center", "right"]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

BLACK: Final[Colour] = (0, 0, 0, 255)
MAX_CHARACTERS: Final = 2_000
"""What is behind this many characters of one text is not drawn."""
_MAX_WIDTH: Final = 4096
_MAX_LINES: Final = 40
_MAX_SIZE: Final = 256
_LINE_SPACING: Final = 1.2


def draw_text(
    text: str,
    pixel_size: float,
    *,
    x: int = 0,
    y: int = 0,
    colour: Colour = WHITE,
    border: float = 0.0,
    border_colour: Colour = BLACK,
    align: Align = "left",
    max_width: int | None = None,
) -> list[Tile]:
    """Text as coverage tiles, the border first.

    Every line is `line_height(pixel_size)` high, whatever letters are in it, so that text beside text lines up.

    Args:
        text: one or more lines; control characters other than the line feed are left out.
        pixel_size: height of the font in window pixels.
        x: left edge of the block in window pixels.
        y: top edge of the block.
        colour: of the letters.
        border: width of the outline around the letters in pixels, 0 = none.
        border_colour: of the outline.
        align: of the lines within the block.
        max_width: lines that are wider are wrapped at spaces (anywhere in scripts without them).

    Returns:
        At most two tiles; none for a text without visible characters.
    """
    size = round(min(max(pixel_size, 4.0), _MAX_SIZE))
    font = _font(script_of(text), size)
    cleaned = [_printable(line) for line in text[:MAX_CHARACTERS].split("\n")]
    lines = [part for line in cleaned for part in _wrapped(line, font, min(max_width or _MAX_WIDTH, _MAX_WIDTH))]
    del lines[_MAX_LINES:]
    if not any(line.strip() for line in lines):
        return []
    widths = [font.getlength(line) for line in lines]
    step = line_height(pixel_size)
    outline = max(1, round(border)) if border > 0 else 0
    # Letters may reach beyond their line: swashes, stacked accents.
    room = outline + size // 4 + 1
    block = int(max(widths)) + 1
    extent = (block + 2 * room, step * len(lines) + 2 * room)
    tiles = []
    for stroke, tint in ((outline, border_colour), (0, colour)):
        if stroke or tint is colour:
            image = Image.new("L", extent)
            draw = ImageDraw.Draw(image)
            for number, (line, width) in enumerate(zip(lines, widths, strict=True)):
                left = {"left": 0.0, "center": (block - width) / 2, "right": block - width}[align]
                place = (room + left, room + number * step + _ascent(font, size))
                draw.text(place, line, fill=255, font=font, anchor="ls", stroke_width=stroke)
            pixels, (crop_x, crop_y) = _cropped(np.asarray(image))
            height, width_px = pixels.shape
            tiles.append(Tile(x - room + crop_x, y - room + crop_y, width_px, height, pixels, tint))
    return tiles


def line_height(pixel_size: float) -> int:
    """Distance of lines in pixels."""
    return round(min(max(pixel_size, 4.0), _MAX_SIZE) * _LINE_SPACING)


def text_width(text: str, pixel_size: float) -> int:
    """Width in pixels of the longest line of `text` when it is not wrapped."""
    font = _font(script_of(text), round(min(max(pixel_size, 4.0), _MAX_SIZE)))
    return max(int(font.getlength(_printable(line))) + 1 for line in text[:MAX_CHARACTERS].split("\n"))


def moved(tiles: Iterable[Tile], x: int, y: int) -> list[Tile]:
    """The tiles `x` to the right and `y` down."""
    return [replace(tile, x=tile.x + x, y=tile.y + y) for tile in tiles]


@functools.lru_cache(maxsize=32)
def _font(script: Script, size: int) -> Font:
    found = font_for(script) or font_for(Script.LATIN)
    if found is not None:
        try:
            return ImageFont.truetype(found.path, size, index=found.index)
        except OSError:
            pass
    return ImageFont.load_default(size)


def _ascent(font: Font, size: int) -> float:
    """Distance of the base line from the top of a line: the letters stand in the middle of the line."""
    if not isinstance(font, ImageFont.FreeTypeFont):
        return float(size)
    ascent, descent = font.getmetrics()
    return (size * _LINE_SPACING - ascent - descent) / 2 + ascent


def _printable(line: str) -> str:
    return "".join(letter if letter.isprintable() or letter == "\u3000" else " " * (letter == "\t") for letter in line)


def _wrapped(line: str, font: Font, limit: int) -> list[str]:
    lines: list[str] = []
    rest = line
    while rest and font.getlength(rest) > limit:
        low, high = 1, len(rest)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if font.getlength(rest[:middle]) <= limit else (low, middle - 1)
        # Back to a space, but never so far that a long word leaves most of the line empty.
        space = rest.rfind(" ", low // 3 + 1, low + 1)
        cut = space if space > 0 else low
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*lines, rest] if rest or not lines else lines


def _cropped(pixels: np.ndarray) -> tuple[np.ndarray, tuple[int, int]]:
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    if not len(rows):
        return np.zeros((1, 1), np.uint8), (0, 0)
    top, left = int(rows[0]), int(columns[0])
    return np.ascontiguousarray(pixels[top : rows[-1] + 1, left : columns[-1] + 1]), (left, top)
