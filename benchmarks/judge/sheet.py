"""Contact sheets: the same part of a picture from many rows, enlarged, each with its name under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Pixels = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Left, top, width, height."""

ZOOM = 3
GAP = 6
CAPTION = 20
FONT_SIZE = 14
COLOURS = 256
PAPER, INK = (255, 255, 255), (24, 24, 28)


@dataclass(frozen=True)
class Tile:
    """A part of a picture with a name."""

    name: str
    pixels: Pixels


def cut(picture: Pixels, box: Box) -> Pixels:
    """The part of a picture inside a box."""
    left, top, width, height = box
    return picture[top : top + height, left : left + width]


def compose(tiles: Sequence[Tile], columns: int, zoom: int = ZOOM) -> Image.Image:
    """A sheet of equally large tiles, each pixel a square."""
    height, width = (extent * zoom for extent in tiles[0].pixels.shape[:2])
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (columns * (width + GAP) + GAP, rows * (height + CAPTION + GAP) + GAP), PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(FONT_SIZE)
    for number, tile in enumerate(tiles):
        left = GAP + number % columns * (width + GAP)
        top = GAP + number // columns * (height + CAPTION + GAP)
        sheet.paste(Image.fromarray(tile.pixels).resize((width, height), Image.Resampling.NEAREST), (left, top))
        draw.text((left + 2, top + height + 1), tile.name, INK, font)
    return sheet


def save(sheet: Image.Image, path: Path) -> int:
    """Write a sheet as PNG of few colours and return its size in bytes."""
    few = sheet.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(path, "PNG", optimize=True)
    return path.stat().st_size
