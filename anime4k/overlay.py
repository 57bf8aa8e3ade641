"""Pictures to be laid over the video in the window: subtitles and on-screen text, as data that any room may make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Colour = tuple[int, int, int, int]
"""Straight red, green, blue and alpha, 0 to 255."""

WHITE: Final[Colour] = (255, 255, 255, 255)


@dataclass(frozen=True, eq=False)
class Tile:
    """One rectangle.

    Attributes:
        x: left edge in window pixels; may lie outside of the window.
        y: top edge in window pixels, counted from the top.
        width: drawn width in window pixels; the pixels are scaled when they have another.
        height: drawn height in window pixels.
        pixels: (h, w) of coverage, tinted by `colour`; or (h, w, 4) of premultiplied RGBA.
        colour: the tint of coverage; for RGBA only its alpha counts.
    """

    x: int
    y: int
    width: int
    height: int
    pixels: Pixels
    colour: Colour = WHITE


@dataclass(frozen=True, eq=False)
class Overlay:
    """Tiles in drawing order; the same object has the same contents, so that nothing is uploaded twice."""

    tiles: tuple[Tile, ...] = ()


EMPTY: Final = Overlay()
"""Nothing is laid over."""
