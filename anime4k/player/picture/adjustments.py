"""What the user does to the finished picture: colours, place and size. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from anime4k.gl.look import NEUTRAL, Look
from anime4k.player.geometry import Rect, Size, letterbox

Extent = tuple[float | Fraction, float | Fraction]

LARGEST_SIDE = 16384
"""Pixels beyond which the picture does not grow."""
_SHAPES = 0.01, 100.0


@dataclass(frozen=True)
class Adjustments:
    """Changes to the finished picture; the value without arguments changes nothing.

    Attributes:
        contrast: -100 to 100, like the next three.
        brightness: see above.
        gamma: see above.
        saturation: see above.
        aspect: shape in which the picture is shown, "16:9" or "2.35:1"; empty = its own.
        panscan: 0 = all of the picture is seen, 1 = no black bars.
        pan: (x, y) by which it is moved, in parts of its shown size.
        zoom: octaves by which it is enlarged.
    """

    contrast: int = 0
    brightness: int = 0
    gamma: int = 0
    saturation: int = 0
    aspect: str = ""
    panscan: float = 0.0
    pan: tuple[float, float] = (0.0, 0.0)
    zoom: float = 0.0

    @property
    def look(self) -> Look:
        """The colours; the scales are those that mpv's options of these names have."""
        if not (self.contrast or self.brightness or self.gamma or self.saturation):
            return NEUTRAL
        return Look(
            contrast=1.0 + self.contrast / 100,
            brightness=self.brightness / 100,
            gamma=math.exp(math.log(8.0) * self.gamma / 100),
            saturation=1.0 + self.saturation / 100,
        )

    def changes_size(self, before: Adjustments) -> bool:
        """Whether the picture is shown in another size than with `before`."""
        return (self.zoom, self.panscan, self.aspect) != (before.zoom, before.panscan, before.aspect)

    def place(self, display: Extent, framebuffer: Size) -> Rect:
        """Where a picture of the shape `display` lies in the window; it may reach beyond its edges."""
        shown = self._shape(display)
        fitted = letterbox(shown, framebuffer)
        if not (self.panscan or self.zoom or any(self.pan)):
            return fitted
        factor = 2.0**self.zoom
        if self.panscan:
            cover = max(framebuffer[0] / fitted.width, framebuffer[1] / fitted.height)
            factor *= 1.0 + self.panscan * (cover - 1.0)
        factor = min(factor, LARGEST_SIDE / max(fitted.size))
        width, height = (max(1, round(side * factor)) for side in fitted.size)
        x = (framebuffer[0] - width) / 2 + self.pan[0] * width
        y = (framebuffer[1] - height) / 2 + self.pan[1] * height
        return Rect(math.floor(x), math.floor(y), width, height)

    def _shape(self, display: Extent) -> Extent:
        width, _, height = self.aspect.partition(":")
        try:
            shape = float(width) / float(height or 1)
        except (ValueError, ZeroDivisionError):
            return display
        return (float(display[1]) * shape, display[1]) if _SHAPES[0] <= shape <= _SHAPES[1] else display


NO_ADJUSTMENTS = Adjustments()
