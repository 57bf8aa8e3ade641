"""Presentation times that a player can rely on: always there and strictly increasing.

Times of the file are passed on unchanged. Only where they are missing, repeated or run backwards is one
derived, from the neighbours, and every repair is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

_JUMP_BACK_S = 1
"""A step back by more than this is a discontinuity of the whole clock; a smaller one is one bad time."""
JUMP_AHEAD_S = 10
"""A gap longer than this is a discontinuity too, in streams whose clock may start anew at any moment."""


@dataclass(frozen=True)
class Stamp:
    """A presentation time and the duration that the file gives (0 = unknown), in units of the time base."""

    pts: int
    duration: int


class Stamper:
    """Gives each frame, in presentation order, its time.

    Args:
        time_base: seconds per unit.
        rate: nominal frame rate, used only where the file has neither times nor durations.
        restarts: whether the clock of the container may start anew at any moment (MPEG streams).
        latest: last credible time in units of the time base, None = unknown.
    """

    def __init__(
        self, time_base: Fraction, rate: Fraction | None, restarts: bool = False, latest: int | None = None
    ) -> None:
        self.time_base = time_base
        self.latest = latest
        self.derived = 0
        """Frames whose time was missing."""
        self.repaired = 0
        """Frames whose time was repeated, ran backwards or lay impossibly far ahead."""
        self._step = max(1, round(1 / ((rate or Fraction(25)) * time_base)))
        self._restarts = restarts
        self._last: Stamp | None = None
        self._offset = 0
        self._count = 0

    def restart(self) -> None:
        """Forget the neighbours, after a seek."""
        self._last = None
        self._offset = 0

    @property
    def mostly_derived(self) -> bool:
        """Whether the file has no times of its own worth the name."""
        return self.derived * 2 > self._count

    def stamp(self, pts: int | None, dts: int | None, duration: int) -> Stamp:
        """The time of the next frame.

        Args:
            pts: presentation time of the file, None = missing.
            dts: decoding time of the file, None = missing; stands in for a missing pts.
            duration: duration of the file, 0 = unknown.
        """
        self._count += 1
        duration = max(0, duration)
        expected = self._expected()
        if pts is not None:
            value = pts + self._offset
        else:
            self.derived += 1
            from_dts = None if dts is None else dts + self._offset
            usable = from_dts is not None and (self._last is None or from_dts > self._last.pts)
            value = (from_dts if usable else expected) or 0
        if self._last is not None and expected is not None:
            value = self._repair(value, expected, self._last.pts)
        self._last = Stamp(value, duration)
        return self._last

    def _repair(self, value: int, expected: int, last: int) -> int:
        if value <= last:
            self.repaired += 1
            if (last - value) * self.time_base <= _JUMP_BACK_S:
                return last + 1
            self._offset += expected - value
            return expected
        if self._restarts and (value - expected) * self.time_base > JUMP_AHEAD_S:
            self.repaired += 1
            self._offset += expected - value
            return expected
        if self.latest is not None and value > self.latest and expected <= self.latest:
            self.repaired += 1
            return expected
        return value

    def _expected(self) -> int | None:
        if self._last is None:
            return None
        return self._last.pts + (self._last.duration or self._step)
