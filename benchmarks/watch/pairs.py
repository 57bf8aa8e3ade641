"""Flashes and beeps that belong together, and how far apart they are. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Interval:
    """A stretch of time in which the user does something, and why.

    Attributes:
        begin: monotonic seconds.
        end: monotonic seconds.
        what: the action.
    """

    begin: float
    end: float
    what: str

    def holds(self, time: float) -> bool:
        """Whether a moment lies in it."""
        return self.begin <= time <= self.end


@dataclass(frozen=True)
class Pair:
    """A flash and the beep that belongs to it.

    Attributes:
        time: of the flash.
        error: seconds by which the sound is late (negative: early).
        after: what the user did before it.
        settled: whether the time allowed after that has passed.
    """

    time: float
    error: float
    after: str
    settled: bool


@dataclass(frozen=True)
class Matching:
    """All pairs, and the settled flashes and beeps that have no partner."""

    pairs: tuple[Pair, ...]
    lonely_flashes: tuple[float, ...]
    lonely_beeps: tuple[float, ...]


def match(
    flashes: Sequence[float], beeps: Sequence[float], unsettled: Sequence[Interval], *, reach_s: float = 0.2
) -> Matching:
    """Pair every flash with the nearest beep when each is the other's nearest and they are at most `reach_s` apart.

    Args:
        flashes: when flashes began.
        beeps: when beeps began.
        unsettled: what the user did, each with the time allowed to settle, in order.
        reach_s: half of the shortest time between two flashes at most.
    """
    pairs, taken = [], set()
    lonely_flashes = []
    for flash in flashes:
        beep = _nearest(flash, beeps)
        settled = not any(interval.holds(flash) for interval in unsettled)
        if beep is not None and abs(beep - flash) <= reach_s and _nearest(beep, flashes) == flash:
            taken.add(beep)
            settled = settled and not any(interval.holds(beep) for interval in unsettled)
            before = [interval.what for interval in unsettled if interval.begin <= flash]
            pairs.append(Pair(flash, beep - flash, before[-1] if before else "start", settled))
        elif settled:
            lonely_flashes.append(flash)
    lonely_beeps = [
        beep for beep in beeps if beep not in taken and not any(interval.holds(beep) for interval in unsettled)
    ]
    return Matching(tuple(pairs), tuple(lonely_flashes), tuple(lonely_beeps))


def _nearest(time: float, others: Sequence[float]) -> float | None:
    if not others:
        return None
    at = int(np.searchsorted(others, time))
    return min(others[max(0, at - 1) : at + 1], key=lambda other: abs(other - time))


def quantiles_ms(errors: Sequence[float]) -> dict[str, float]:
    """Milliseconds: the mean with its sign; 50th, 95th, 99th percentile and maximum of the distances."""
    values = np.array(errors) * 1e3
    if not len(values):
        return {}
    size = np.abs(values)
    return {
        "mean": float(values.mean()),
        **{f"p{share}": float(np.percentile(size, share)) for share in (50, 95, 99)},
        "max": float(size.max()),
    }
