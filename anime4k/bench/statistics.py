"""Figures of a series of times: percentiles, spread between blocks, late frames, changes of speed. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

RATES = (24000 / 1001, 30.0, 60.0)
"""Frames per second for which verdicts are given: film, television, games and interpolated video."""

_JUMP = 1.35
"""A stretch of frames is slow when its median is this many times the usual one."""
_WINDOW = 8
"""Fewest frames of a stretch."""
_WINDOWS = 40
"""Stretches that a series is looked at in, when it is long enough."""
_FLOOR = 0.02
"""Smallest spread that is stated, as a share: clocks, memory layout and scheduling differ by that between runs."""


@dataclass(frozen=True)
class Figures:
    """What a series of times looks like, in milliseconds.

    Attributes:
        count: how many there are.
        mean: their mean.
        p50: half of them are not above it.
        p95: 95 of 100 are not above it.
        p99: 99 of 100 are not above it.
        max: the longest.
    """

    count: int
    mean: float
    p50: float
    p95: float
    p99: float
    max: float


@dataclass(frozen=True)
class Spread:
    """A figure that was measured several times.

    Attributes:
        median: of all measurements.
        low: the smallest.
        high: the largest.
    """

    median: float
    low: float
    high: float

    @property
    def width(self) -> float:
        """What two runs may differ by without meaning anything; never less than 2 % of the figure."""
        return max(self.high - self.low, _FLOOR * abs(self.median))


@dataclass(frozen=True)
class Trouble:
    """Frames that took longer although the work was the same.

    Attributes:
        factor: how many times the usual time they took.
        share: part of the frames, 0 to 1.
        text: what it means, a sentence without a final stop.
    """

    factor: float
    share: float
    text: str


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest of `ordered` (ascending, not empty) that at least `share` of them do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]


def figures(times_ms: Sequence[float]) -> Figures:
    """The figures of a series; all 0 when it is empty."""
    if not times_ms:
        return Figures(0, 0.0, 0.0, 0.0, 0.0, 0.0)
    ordered = sorted(times_ms)
    return Figures(
        count=len(ordered),
        mean=math.fsum(ordered) / len(ordered),
        p50=percentile(ordered, 0.50),
        p95=percentile(ordered, 0.95),
        p99=percentile(ordered, 0.99),
        max=ordered[-1],
    )


def spread(values: Sequence[float]) -> Spread:
    """Median and range of measurements of one figure.

    Args:
        values: at least one.
    """
    return Spread(statistics.median(values), min(values), max(values))


def block_spread(blocks: Sequence[Sequence[float]], share: float) -> Spread:
    """A percentile of every block of a run: how much it changes while nothing changes.

    Args:
        blocks: times of the blocks; at least one is not empty.
        share: which percentile, 0 to 1.
    """
    return spread([percentile(sorted(block), share) for block in blocks if block])


def late_frames(times_ms: Sequence[float], period_ms: float) -> int:
    """How many frames would be shown too late at a frame rate.

    Work on a frame begins when its predecessor is shown and done, and it must be done when that one's time is over.
    A frame that takes too long therefore delays those that follow, until shorter ones have made up for it. Nothing
    is left out, as a player would do.

    Args:
        times_ms: what the frames take, in order.
        period_ms: time between two frames.
    """
    late, done = 0, 0.0
    for number, took in enumerate(times_ms):
        done = max(done, number * period_ms) + took
        late += done > (number + 1) * period_ms + 1e-9
    return late


def find_trouble(times_ms: Sequence[float], *, software: bool) -> Trouble | None:
    """Whether the speed of drawing changed for a while although the work was constant.

    Single slow frames do not count: only stretches of frames whose median is well above that of the quicker half.

    Args:
        times_ms: what drawing took, in order.
        software: whether the processor draws.
    """
    size = max(_WINDOW, len(times_ms) // _WINDOWS)
    windows = [times_ms[at : at + size] for at in range(0, len(times_ms) - size + 1, size)]
    if len(windows) < 3:
        return None
    medians = [statistics.median(window) for window in windows]
    usual = percentile(sorted(medians), 0.25)
    slow = [median for median in medians if median > _JUMP * usual]
    if not slow or usual <= 0.0:
        return None
    factor, share = statistics.median(slow) / usual, len(slow) / len(medians)
    cause = (
        "other programs use the processor, or it got hot and lowered its clock; close them and measure again"
        if software
        else "the GPU lowered its clock, or another program uses it; prefer maximum performance in the driver's"
        " settings, let it cool, and measure again"
    )
    text = f"the same work took {factor:.1f} times as long during {_percent(share)} of the frames: {cause}"
    return Trouble(factor, share, text)


def _percent(share: float) -> str:
    return f"{max(1, round(100 * share))} %"
