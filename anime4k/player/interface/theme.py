"""Colours and sizes of the interface. Pure."""

from __future__ import annotations

import enum

from anime4k.player.geometry import Size

Rgba = tuple[int, int, int, int]

SMALL, MEDIUM, BIG = 0.85, 0.92, 1.5
"""Heights of texts beside 1, in units; every further one costs room and time for its letters."""

_SMALLEST, _LARGEST = 14.0, 48.0
_ROWS, _COLUMNS = 45.0, 48.0


class Tone(enum.Enum):
    """What a text or shape means; the value is its colour."""

    NORMAL = (236, 238, 244, 255)
    DIM = (158, 166, 182, 255)
    FAINT = (108, 116, 134, 255)
    ACCENT = (255, 128, 158, 255)
    GOOD = (126, 217, 157, 255)
    WARN = (255, 200, 97, 255)
    BAD = (255, 113, 106, 255)


PANEL: Rgba = (15, 17, 24, 232)
RAISED: Rgba = (255, 255, 255, 20)
HOVERED: Rgba = (255, 255, 255, 34)
CHOSEN: Rgba = (255, 128, 158, 46)
EDGE: Rgba = (255, 255, 255, 26)
TRACK: Rgba = (255, 255, 255, 52)
SHADOW: Rgba = (0, 0, 0, 200)
ACCENT: Rgba = Tone.ACCENT.value
WHITE: Rgba = (255, 255, 255, 255)
BLACK: Rgba = (0, 0, 0, 255)
SHARES: tuple[Rgba, ...] = ((255, 128, 158, 150), (255, 162, 130, 150), (196, 140, 255, 150), (120, 170, 255, 150))
"""Colours of neighbouring bars."""


def packed(colour: Rgba, alpha: float = 1.0) -> int:
    """A colour as Dear ImGui packs it: red in the lowest byte."""
    red, green, blue, own = colour
    return red | green << 8 | blue << 16 | round(own * alpha) << 24


def text_size(framebuffer_size: Size, scale: float = 1.0) -> float:
    """Height of the text in pixels, which is the unit of every other length.

    It follows the window, so that a full screen is read from the sofa, between bounds that `scale` moves (the
    density of the display times the user's wish).
    """
    width, height = framebuffer_size
    return float(round(min(max(min(height / _ROWS, width / _COLUMNS), _SMALLEST * scale), _LARGEST * scale)))
