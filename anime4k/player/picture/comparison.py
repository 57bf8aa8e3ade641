"""Two chains on one screen: what is compared and where it lies. Pure."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

from anime4k.player.geometry import Rect, Size

LINE_WIDTH = 2
"""Pixels of the line between the halves, and of the frame of the magnifier."""


class Compare(enum.Enum):
    """How two pictures of one frame share the window."""

    OFF = "off"
    ORIGINAL = "original"
    SPLIT = "split"


@dataclass(frozen=True)
class Comparison:
    """What is compared.

    Attributes:
        kind: OFF: nothing; ORIGINAL: all of the picture without shaders; SPLIT: left of a line the picture with its
            chain, right of it the other one.
        position: of the line, in parts of the picture's width.
        against: name of the mode on the right; None = no shaders.
    """

    kind: Compare = Compare.OFF
    position: float = 0.5
    against: str | None = None


OFF = Comparison()


@dataclass(frozen=True)
class Magnifier:
    """A loupe: the pictures enlarged around one point, side by side when they are compared.

    Attributes:
        centre: the point, in parts of the picture's width and height.
        factor: pixels of the window for one of the picture.
        radius: half the height of the inset, in window pixels.
    """

    centre: tuple[float, float]
    factor: float = 4.0
    radius: int = 120


@dataclass(frozen=True)
class Loupe:
    """Where an enlarged picture lies: all of it, and the part in which it is seen."""

    rect: Rect
    clip: Rect


def split_at(position: float, picture: Rect) -> int:
    """The first column of the window that belongs to the right half."""
    return picture.x + round(min(max(position, 0.0), 1.0) * picture.width)


def halves(position: float, picture: Rect) -> tuple[Rect, Rect]:
    """The parts of the picture left and right of the line; a part may have no width."""
    at = split_at(position, picture)
    return (
        Rect(picture.x, picture.y, at - picture.x, picture.height),
        Rect(at, picture.y, picture.x + picture.width - at, picture.height),
    )


def loupes(magnifier: Magnifier, picture: Rect, framebuffer: Size, count: int) -> tuple[Loupe, ...]:
    """Where the insets of `count` pictures lie: side by side with a line between them, around the point.

    They stay in the window. All of them show the same place of the picture.
    """
    side = max(2, 2 * magnifier.radius)
    width, height = min(side, max(1, (framebuffer[0] + LINE_WIDTH) // count - LINE_WIDTH)), min(side, framebuffer[1])
    step = width + LINE_WIDTH
    all_width = step * count - LINE_WIDTH
    x, y = picture.x + magnifier.centre[0] * picture.width, picture.y + magnifier.centre[1] * picture.height
    left = min(max(0, round(x - all_width / 2)), framebuffer[0] - all_width)
    top = min(max(0, round(y - height / 2)), framebuffer[1] - height)
    large = (max(1, round(picture.width * magnifier.factor)), max(1, round(picture.height * magnifier.factor)))
    made = []
    for number in range(count):
        clip = Rect(left + number * step, top, width, height)
        at_x = clip.x + width / 2 - magnifier.centre[0] * large[0]
        at_y = clip.y + height / 2 - magnifier.centre[1] * large[1]
        made.append(Loupe(Rect(math.floor(at_x), math.floor(at_y), *large), clip))
    return tuple(made)
