"""How far a step looks: which texels of a texture have a say in a pixel of its result.

Reach is what tells which pixels must be drawn again when some texels have changed, so it may be too wide, but never
too narrow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SLACK = 1 / 64
"""Texels by which filtered reads are widened: hardware keeps places as fixed-point numbers."""


@dataclass(frozen=True)
class Along:
    """Texels along one axis.

    Pixel i depends on the texels from floor(scale * (i + 0.5) + low) to floor(scale * (i + 0.5) + high), moved to the
    edge of the texture where they lie outside of it.

    Attributes:
        scale: texels for each pixel, more than 0.
        low: where the first one lies.
        high: where the last one lies.
    """

    scale: float
    low: float
    high: float

    def moved(self, pixels: int) -> Along:
        """What pixel i + `pixels` depends on, as pixel i."""
        return Along(self.scale, self.low + self.scale * pixels, self.high + self.scale * pixels)


@dataclass(frozen=True)
class Reach:
    """Texels of a texture, across and down."""

    across: Along
    down: Along

    def moved(self, across: int, down: int) -> Reach:
        """The same for a picture of which so many columns and rows are cut off."""
        return Reach(self.across.moved(across), self.down.moved(down))


Reaches = tuple[tuple[int, Reach], ...]
"""(texture, reach) of everything that is read; a texture may come several times, and one that is left out never
changes."""

SAME = Along(1.0, 0.0, 0.0)
OWN = Reach(SAME, SAME)
"""The texel at the own place."""


def shifted(across: int, down: int) -> Reach:
    """The texel that is so many columns and rows away."""
    return OWN.moved(across, down)


def filtered(scale: float, origin: float) -> Along:
    """A bilinear read at `origin + (i + 0.5) * scale`, in texels."""
    return Along(scale, origin - 0.5 - SLACK, origin + 0.5 + SLACK)


def together(several: Iterable[Reaches | None]) -> Reaches | None:
    """Everything that any of them reads; None when one of them is unknown."""
    found: dict[tuple[int, Reach], None] = {}
    for reaches in several:
        if reaches is None:
            return None
        found.update(dict.fromkeys(reaches))
    return tuple(found)
