"""When the display shows a new picture: period and phase of its refreshes, from the moments at which swaps came back.

A swap that waits for the display comes back just after a refresh, a little late when the system was busy, never early.
Between two swaps lies a whole number of refreshes, so moments and numbers of refreshes lie on a line: its slope is the
period. The nominal rate of the screen is only needed to count refreshes over short stretches. Pure.
"""

from __future__ import annotations

import math
from collections import deque

ENOUGH = 12
"""Swaps after which the clock can be relied on."""
KEPT = 240
"""Swaps that the line is drawn through: 10 s of film."""
REDRAW = 8
"""Swaps after which the line is drawn anew."""
GATE = 0.25
"""A swap that is further than this part of a period from the line says nothing about it."""
STEADY = 0.12
"""Standard deviation, as part of a period, up to which swaps follow the display."""
WAITED = 0.05
"""A swap that took no longer than this part of a period has not waited for the display."""
PULL = 0.02
"""How far the true rate may be from the nominal one, as part of it: 60 may mean 59.94."""
GAP_S = 30.0
"""After so long without a swap the phase is learnt anew."""
SLOWEST_HZ = 10.0
FASTEST_HZ = 1000.0


class Refresh:
    """The refreshes of a display.

    Args:
        nominal_hz: refreshes per second that the screen claims; 0 or None = unknown, then nothing is ever known.
    """

    def __init__(self, nominal_hz: float | None = None) -> None:
        self._nominal_s: float | None = None
        self._period_s = 0.0
        self._phase_s = 0.0
        self._points: deque[tuple[int, float]] = deque(maxlen=KEPT)
        self._waited: deque[bool] = deque(maxlen=48)
        self._fitting: deque[bool] = deque(maxlen=32)
        self._spread_s = math.inf
        self._since_line = 0
        self._last: tuple[int, float] | None = None
        self.epoch = 0
        """Grows when refreshes are counted from a new beginning."""
        self.set_nominal(nominal_hz)

    def set_nominal(self, hz: float | None) -> None:
        """The window is on a screen that claims `hz` refreshes per second."""
        usable = hz is not None and SLOWEST_HZ <= hz <= FASTEST_HZ
        nominal_s = 1.0 / hz if usable and hz is not None else None
        if nominal_s == self._nominal_s and self.epoch:
            return
        self._nominal_s = nominal_s
        self._period_s = nominal_s or 0.0
        self._waited.clear()
        self._restart()

    @property
    def known(self) -> bool:
        """Whether moments of refreshes can be told."""
        return (
            self._nominal_s is not None
            and len(self._points) >= ENOUGH
            and self._spread_s <= STEADY * self._period_s
            and 2 * sum(self._waited) >= len(self._waited)
        )

    @property
    def period_s(self) -> float | None:
        """Seconds from one refresh to the next, None = unknown."""
        return self._period_s if self.known else None

    def position(self, moment: float) -> float:
        """The number of the refresh at `moment`; between two of them a fraction. Needs `known`."""
        return (moment - self._phase_s) / self._period_s

    def moment(self, number: int) -> float:
        """When refresh `number` is. Needs `known`."""
        return self._phase_s + number * self._period_s

    def swapped(self, began: float, returned: float) -> None:
        """A swap was asked for at `began` and came back at `returned`, seconds on a clock that only grows."""
        if self._nominal_s is None or not (math.isfinite(began) and math.isfinite(returned)):
            return
        if self._last is not None and returned - self._last[1] > GAP_S:
            self._restart()
        waited = returned - began > WAITED * self._period_s
        self._waited.append(waited)
        if self._last is None:
            self._phase_s = returned
            self._last = (0, returned)
            self._points.append(self._last)
            return
        if self.known:
            number = round(self.position(returned))
            fits = abs(returned - self.moment(number)) <= GATE * self._period_s
        else:
            elapsed = (returned - self._last[1]) / self._period_s
            number = self._last[0] + round(elapsed)
            fits = number > self._last[0] and abs(elapsed - round(elapsed)) <= GATE
        self._fitting.append(fits)
        if fits:
            self._last = (number, returned)
            self._points.append(self._last)
            self._since_line += 1
            if self._since_line >= REDRAW or not self.known:
                self._draw_line()
        elif len(self._fitting) >= 16 and 2 * sum(self._fitting) < len(self._fitting):
            self._period_s = self._nominal_s
            self._restart()
        elif not self.known:
            self._last = (max(number, self._last[0]), returned)

    def _restart(self) -> None:
        self._points.clear()
        self._fitting.clear()
        self._last = None
        self._spread_s = math.inf
        self.epoch += 1

    def _draw_line(self) -> None:
        """Least squares through the swaps; the slope only when they span enough refreshes to tell it."""
        assert self._nominal_s is not None
        self._since_line = 0
        count = len(self._points)
        first = self._points[0][0]
        numbers = [number - first for number, _ in self._points]
        base = self._points[0][1]
        times = [time - base for _, time in self._points]
        mean_number, mean_time = sum(numbers) / count, sum(times) / count
        spread = sum((number - mean_number) ** 2 for number in numbers)
        if count >= ENOUGH and numbers[-1] >= 2 * ENOUGH and spread > 0.0:
            slope = (
                sum((number - mean_number) * (time - mean_time) for number, time in zip(numbers, times, strict=True))
                / spread
            )
            self._period_s = min(max(slope, self._nominal_s * (1 - PULL)), self._nominal_s * (1 + PULL))
        offset = mean_time - mean_number * self._period_s
        self._phase_s = base + offset - first * self._period_s
        rest = (time - offset - number * self._period_s for number, time in zip(numbers, times, strict=True))
        self._spread_s = math.sqrt(sum(value * value for value in rest) / count)
