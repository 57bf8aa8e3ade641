"""Rectangles and sizes: where the picture lies in the window, and how big the window is. Pure."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from fractions import Fraction

from anime4k.errors import UsageError

Size = tuple[int, int]
"""(width, height) in pixels."""


@dataclass(frozen=True)
class Rect:
    """A rectangle in pixels; the origin is the top left corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def size(self) -> Size:
        """(width, height)."""
        return (self.width, self.height)

    def as_tuple(self) -> tuple[int, int, int, int]:
        """(x, y, width, height)."""
        return (self.x, self.y, self.width, self.height)


@dataclass(frozen=True)
class WindowPlace:
    """A window size and, when given, its place on the screen."""

    size: Size
    position: tuple[int, int] | None = None


_GEOMETRY = re.compile(r"(\d{1,5})x(\d{1,5})(?:\+(\d{1,5})\+(\d{1,5}))?\Z")


def parse_geometry(text: str) -> WindowPlace:
    """`WxH` or `WxH+X+Y` in pixels.

    Raises:
        UsageError: the text has another form, or a side is 0 or beyond 16384.
    """
    match = _GEOMETRY.match(text)
    if match is None:
        raise UsageError(f"--geometry {text!r} is not a window size; write WIDTHxHEIGHT or WIDTHxHEIGHT+X+Y in pixels")
    width, height = int(match[1]), int(match[2])
    if not (1 <= width <= 16384 and 1 <= height <= 16384):
        raise UsageError(f"--geometry {text!r} is out of range; each side must be 1 to 16384 pixels")
    position = (int(match[3]), int(match[4])) if match[3] is not None else None
    return WindowPlace((width, height), position)


@functools.lru_cache(64)  # asked several times a frame
def letterbox(display: tuple[float | Fraction, float | Fraction], framebuffer: Size) -> Rect:
    """The largest centred rectangle in `framebuffer` with the shape of `display`.

    Both sides are at least one pixel as long as the framebuffer has pixels.
    """
    (width, height), (room_x, room_y) = display, framebuffer
    if room_x * height >= room_y * width:
        fitted = (max(1, round(width * room_y / height)), room_y)
    else:
        fitted = (room_x, max(1, round(height * room_x / width)))
    used = (min(fitted[0], room_x), min(fitted[1], room_y))
    return Rect((room_x - used[0]) // 2, (room_y - used[1]) // 2, *used)


def limited(size: Size, room: Size) -> Size:
    """`size`, shrunk with its shape kept when it exceeds `room` (a side of 0 in `room` means no limit)."""
    factor = min([1.0, *(limit / side for side, limit in zip(size, room, strict=True) if limit > 0)])
    return (max(1, round(size[0] * factor)), max(1, round(size[1] * factor)))


class Settling:
    """Turns a stream of size changes into one: a drag of the window border ends in a single new plan.

    Times are seconds of any monotonic clock.
    """

    def __init__(self, delay_s: float) -> None:
        self._delay = delay_s
        self._changed: float | None = None

    def touch(self, now: float) -> None:
        """The size changed."""
        self._changed = now

    @property
    def pending(self) -> bool:
        """Whether a change has not been acted upon."""
        return self._changed is not None

    def remaining(self, now: float) -> float:
        """Seconds until the size counts as settled; 0 when it does or nothing changed."""
        return 0.0 if self._changed is None else max(0.0, self._changed + self._delay - now)

    def take(self, now: float) -> bool:
        """Whether a change has settled; answers True once for it."""
        if self._changed is None or self.remaining(now) > 0.0:
            return False
        self._changed = None
        return True
