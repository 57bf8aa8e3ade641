"""Rectangles, words and icons as the tiles of an overlay; what stays the same is not drawn again."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anime4k.overlay import EMPTY, Overlay, Tile
from anime4k.player.interface.layout import Box
from anime4k.player.interface.theme import Rgba, Tone
from anime4k.subtitles.text import draw_text, moved, text_width

_DOT = np.full((1, 1), 255, np.uint8)
_FINE = 4
"""Samples for each pixel of an icon along each axis."""
_FORGET = 3
"""Overlays after which words that are not used any more are forgotten."""

Plane = npt.NDArray[np.float64]
Inside = npt.NDArray[np.bool_]


class Icon(enum.Enum):
    """Signs on the bar."""

    PLAY = "play"
    PAUSE = "pause"
    NEXT = "next"
    PREVIOUS = "previous"
    LOUD = "loud"
    MUTED = "muted"
    MENU = "menu"
    FULLSCREEN = "full screen"


def _speaker(x: Plane, y: Plane) -> Inside:
    cone = (x > 0.05) & (x < 0.5) & (abs(y - 0.5) < np.where(x < 0.25, 0.17, 0.17 + (x - 0.25) * 1.1))
    return np.asarray(cone)


def _loud(x: Plane, y: Plane) -> Inside:
    ring = abs(np.hypot(x - 0.45, y - 0.5) - 0.38) < 0.055
    return np.asarray(_speaker(x, y) | (ring & (x - 0.45 > abs(y - 0.5))))


def _muted(x: Plane, y: Plane) -> Inside:
    u, v = x - 0.78, y - 0.5
    cross = (np.minimum(abs(u - v), abs(u + v)) < 0.08) & (np.maximum(abs(u), abs(v)) < 0.18)
    return np.asarray(_speaker(x, y) | cross)


def _corners(x: Plane, y: Plane) -> Inside:
    u, v = abs(x - 0.5), abs(y - 0.5)
    return np.asarray((np.maximum(u, v) < 0.42) & (np.maximum(u, v) > 0.3) & (np.minimum(u, v) > 0.16))


_SHAPES: dict[Icon, Callable[[Plane, Plane], Inside]] = {
    Icon.PLAY: lambda x, y: abs(y - 0.5) < (0.92 - x) * 0.55 * (x > 0.15),
    Icon.PAUSE: lambda x, y: (abs(abs(x - 0.5) - 0.2) < 0.1) & (abs(y - 0.5) < 0.38),
    Icon.NEXT: lambda x, y: (abs(y - 0.5) < (0.75 - x) * 0.6 * (x > 0.1)) | (np.hypot((x - 0.82) * 6, y - 0.5) < 0.38),
    Icon.PREVIOUS: lambda x, y: _SHAPES[Icon.NEXT](1 - x, y),
    Icon.LOUD: _loud,
    Icon.MUTED: _muted,
    Icon.MENU: lambda x, y: (abs(x - 0.5) < 0.4) & (abs((y - 0.5) % 0.28 - 0.14) > 0.085) & (abs(y - 0.5) < 0.36),
    Icon.FULLSCREEN: _corners,
}  # fmt: skip


@functools.lru_cache(maxsize=64)
def _icon(icon: Icon, side: int) -> npt.NDArray[np.uint8]:
    """(side, side) of coverage."""
    at = (np.arange(side * _FINE) + 0.5) / (side * _FINE)
    inside = _SHAPES[icon](at[None, :], at[:, None])
    blocks = np.broadcast_to(inside, (side * _FINE,) * 2).reshape(side, _FINE, side, _FINE)
    return np.asarray(np.rint(blocks.mean(axis=(1, 3)) * 255), np.uint8)


@functools.lru_cache(maxsize=1024)
def width_of(text: str, size: float) -> int:
    """Width of a line in pixels."""
    return text_width(text, size)


@functools.lru_cache(maxsize=512)
def fitted(text: str, size: float, room: float) -> str:
    """The text, cut with dots where there is no room for it."""
    if not text or width_of(text, size) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if text_width(text[:middle] + "...", size) <= room else (low, middle - 1)
    return text[:low].rstrip() + "..." if low else ""


@functools.lru_cache(maxsize=512)
def wrapped(text: str, size: float, room: float) -> tuple[str, ...]:
    """Lines no wider than `room`, broken between words; longer words are cut."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and width_of(longer, size) > room:
                lines.append(fitted(line, size, room))
                longer = word
            line = longer
        lines.append(fitted(line, size, room))
    return tuple(lines)


@dataclass(frozen=True)
class _Fill:
    """A rectangle."""

    x: int
    y: int
    width: int
    height: int
    colour: Rgba


@dataclass(frozen=True)
class _Words:
    """A line of text, wherever it stands."""

    text: str
    size: float
    colour: Rgba
    border: float


@dataclass(frozen=True)
class _Sign:
    """An icon, wherever it stands."""

    icon: Icon
    side: int
    colour: Rgba


_Shape = tuple[int, int, _Fill | _Words | _Sign]


class Sketch:
    """Collects what is to be seen, and makes an overlay of it.

    Use: `begin`, draw in any number of calls, `finish`.
    """

    def __init__(self) -> None:
        self.drawn = 0
        """Words drawn so far, for telling how much work there was."""
        self._shapes: list[_Shape] = []
        self._before: list[_Shape] = []
        self._overlay = EMPTY
        self._words: dict[_Words, tuple[int, list[Tile]]] = {}
        self._round = 0

    def begin(self) -> None:
        """Nothing is to be seen."""
        self._shapes = []

    def fill(self, box: Box, colour: Rgba) -> None:
        """A rectangle; parts of pixels are rounded."""
        x, y = round(box.x), round(box.y)
        width, height = round(box.right) - x, round(box.bottom) - y
        if width > 0 and height > 0:
            self._shapes.append((x, y, _Fill(x, y, width, height, colour)))

    def text(
        self, at: tuple[float, float], text: str, size: float, colour: Rgba = Tone.NORMAL.value, *, border: float = 0.0
    ) -> None:
        """A line of text, its top left corner at `at`."""
        if text.strip():
            self._shapes.append((round(at[0]), round(at[1]), _Words(text, size, colour, border)))

    def icon(self, icon: Icon, box: Box, side: float, colour: Rgba) -> None:
        """An icon in the middle of a box."""
        whole = max(4, round(side))
        x, y = box.centre
        self._shapes.append((round(x - whole / 2), round(y - whole / 2), _Sign(icon, whole, colour)))

    def finish(self) -> Overlay:
        """The overlay: the same object as before when the same is to be seen."""
        if self._shapes == self._before:
            return self._overlay
        self._round += 1
        self._overlay = Overlay(tuple(tile for x, y, shape in self._shapes for tile in self._tiles(x, y, shape)))
        self._before = self._shapes
        self._words = {key: entry for key, entry in self._words.items() if self._round - entry[0] < _FORGET}
        return self._overlay

    def _tiles(self, x: int, y: int, shape: _Fill | _Words | _Sign) -> list[Tile]:
        if isinstance(shape, _Fill):
            return [Tile(x, y, shape.width, shape.height, _DOT, shape.colour)]
        if isinstance(shape, _Sign):
            return [Tile(x, y, shape.side, shape.side, _icon(shape.icon, shape.side), shape.colour)]
        known = self._words.get(shape)
        if known is None:
            self.drawn += 1
            tiles = draw_text(shape.text, shape.size, colour=shape.colour, border=shape.border)
        else:
            tiles = known[1]
        self._words[shape] = (self._round, tiles)
        return moved(tiles, x, y)
