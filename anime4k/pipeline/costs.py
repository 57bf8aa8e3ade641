"""What drawing frames takes, as it is told while they are drawn."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Watch(enum.Enum):
    """How closely drawing is timed."""

    NOTHING = enum.auto()
    """Not at all: nobody waits for the device and nothing is asked of it."""
    FRAMES = enum.auto()
    """Whole frames."""
    STEPS = enum.auto()
    """Every step on its own."""


@dataclass(frozen=True)
class FrameCost:
    """Times of a frame.

    Attributes:
        upload_s: seconds that copying its planes took, and comparing them with those before.
        draw_s: seconds that its steps took. Where a GPU draws, that is the time of the newest frame that it has
            told of, some frames old, or the time that handing over the work took, whichever is longer.
        steps: (description, milliseconds) of the steps, of the same old frame; empty = not timed, or not known yet.
        gpu: whether the GPU told the times.
        share: about which part of the work of a whole frame it was; 0 = nothing was drawn, since the picture of equal
            planes was there already.
    """

    upload_s: float = 0.0
    draw_s: float = 0.0
    steps: tuple[tuple[str, float], ...] = ()
    gpu: bool = False
    share: float = 1.0

    @property
    def reused(self) -> bool:
        """Whether nothing was drawn."""
        return self.share == 0.0


NO_COST = FrameCost()
"""Nothing has been drawn."""
