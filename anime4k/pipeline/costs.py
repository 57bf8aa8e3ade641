"""What drawing frames takes, as it is told while they are drawn."""

from __future__ import annotations

import enum
from collections.abc import Iterable
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


@dataclass(frozen=True)
class Tally:
    """How much was drawn of several frames.

    Attributes:
        kept: frames of which nothing was drawn, since their picture was there already.
        parts: frames of which only what had changed was drawn.
        whole: all others.
        parts_work: work of the frames that were drawn in parts, that of a whole frame being 1.
    """

    kept: int = 0
    parts: int = 0
    whole: int = 0
    parts_work: float = 0.0

    @property
    def frames(self) -> int:
        """All frames."""
        return self.kept + self.parts + self.whole

    @property
    def part(self) -> float:
        """Which part of the work of a whole frame the frames took in the mean that were drawn in parts."""
        return self.parts_work / self.parts if self.parts else 0.0

    @property
    def saved(self) -> float:
        """Which part of the work of drawing all frames as a whole was not done."""
        return (self.kept + self.parts - self.parts_work) / self.frames if self.frames else 0.0

    @property
    def text(self) -> str:
        """The same in words; empty without frames."""
        if not self.frames:
            return ""
        return (
            f"{self.kept / self.frames:.0%} kept, {self.parts / self.frames:.0%} in parts"
            + (f" ({self.part:.0%} of the picture)" if self.parts else "")
            + f", {self.saved:.0%} of the shading saved"
        )


def tally_of(shares: Iterable[float]) -> Tally:
    """What frames come to of which such parts of the work were done (`FrameCost.share`)."""
    shares = list(shares)
    parts = [share for share in shares if 0.0 < share < 1.0]
    kept = shares.count(0.0)
    return Tally(kept, len(parts), len(shares) - kept - len(parts), sum(parts))
