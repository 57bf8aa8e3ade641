"""How the finished picture is shown: colours that are adjusted on the way, rectangles beside it."""

from __future__ import annotations

from dataclasses import dataclass

Box = tuple[int, int, int, int]
"""(x, y, width, height) in window pixels, from the top left corner."""


@dataclass(frozen=True)
class Fill:
    """A rectangle of one colour, 0 to 1."""

    rect: Box
    colour: tuple[float, float, float]


@dataclass(frozen=True)
class Look:
    """out = (contrast * (y + saturation * (rgb - y)) + brightness, clipped to 0..1) ** (1 / gamma), y = BT.709 luma.

    Attributes:
        contrast: factor of everything, 1 = unchanged.
        brightness: added, 0 = unchanged.
        gamma: 1 = unchanged, more is brighter.
        saturation: factor of what is not grey, 1 = unchanged.
    """

    contrast: float = 1.0
    brightness: float = 0.0
    gamma: float = 1.0
    saturation: float = 1.0


NEUTRAL = Look()
"""Nothing is changed."""
