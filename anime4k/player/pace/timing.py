"""What is timed, and a ring buffer for one series of times. Pure."""

from __future__ import annotations

import enum
import math
from array import array
from dataclasses import dataclass

CAPACITY = 600
"""Samples that a series keeps: 25 s at 24, 10 s at 60 frames a second."""

_WEIGHT = 0.1
"""Weight of the newest sample in the running mean."""


class Stage(enum.Enum):
    """What is timed; the value is what people read."""

    DECODE = "waiting for the decoder"
    UPLOAD = "upload"
    RENDER = "shaders"
    SUBTITLE = "subtitles"
    INTERFACE = "interface"
    PRESENT = "presenting"
    PLAN = "planning and compiling"


WORK = frozenset({Stage.DECODE, Stage.UPLOAD, Stage.RENDER, Stage.SUBTITLE, Stage.INTERFACE})
"""The stages that every frame has to wait for. Presenting belongs to them only where it does not wait for a display;
planning, in slices, happens beside them."""


@dataclass(frozen=True)
class Spread:
    """What a series looks like, in the unit of its samples; all 0 without samples.

    Attributes:
        count: samples since the beginning, also those that the series has forgotten.
        last: the newest sample.
        average: mean of the samples that are kept, like everything that follows.
        peak: the largest.
        p50: half of the samples are not above it.
        p95: 95 of 100 are not above it.
        p99: 99 of 100 are not above it.
    """

    count: int = 0
    last: float = 0.0
    average: float = 0.0
    peak: float = 0.0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0


NOTHING = Spread()


class Series:
    """The newest samples of one quantity; adding one takes the same short time always.

    Args:
        capacity: how many samples are kept.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._ring = array("d", bytes(8 * capacity))
        self._spread: Spread | None = None
        self.count = 0
        """Samples since the beginning."""
        self.total = 0.0
        """Their sum."""
        self.longest = 0.0
        """The largest of them."""
        self.recent = 0.0
        """Running mean that follows the newest samples; 0 before the first."""

    def add(self, value: float) -> None:
        """Keep one sample; one that is not finite is ignored."""
        if not math.isfinite(value):
            return
        self._ring[self.count % len(self._ring)] = value
        self.recent += (value - self.recent) * (_WEIGHT if self.count else 1.0)
        self.longest = max(self.longest, value) if self.count else value
        self.total += value
        self.count += 1
        self._spread = None

    @property
    def last(self) -> float:
        """The newest sample; 0 before the first."""
        return self._ring[(self.count - 1) % len(self._ring)] if self.count else 0.0

    def newest(self, number: int = CAPACITY) -> tuple[float, ...]:
        """Up to `number` of the newest samples, the oldest first."""
        size = len(self._ring)
        number = min(number, self.count, size)
        begin = (self.count - number) % size
        if begin + number <= size:
            return tuple(self._ring[begin : begin + number])
        return (*self._ring[begin:], *self._ring[: begin + number - size])

    def spread(self) -> Spread:
        """The spread of the samples that are kept; sorts them, so ask for it when somebody looks."""
        if self._spread is None and self.count:
            ordered = sorted(self.newest(len(self._ring)))
            self._spread = Spread(
                count=self.count,
                last=self.last,
                average=math.fsum(ordered) / len(ordered),
                peak=ordered[-1],
                p50=percentile(ordered, 0.50),
                p95=percentile(ordered, 0.95),
                p99=percentile(ordered, 0.99),
            )
        return self._spread or NOTHING

    def deviation(self) -> float:
        """Standard deviation of the samples that are kept; 0 for fewer than two."""
        kept = self.newest(len(self._ring))
        if len(kept) < 2:
            return 0.0
        mean = math.fsum(kept) / len(kept)
        return math.sqrt(math.fsum((value - mean) ** 2 for value in kept) / (len(kept) - 1))


def percentile(ordered: list[float], share: float) -> float:
    """The smallest of `ordered` (ascending, not empty) that at least `share` of them do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]
