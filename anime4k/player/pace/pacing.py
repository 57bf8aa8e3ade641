"""On which refresh of the display each frame appears, so that all frames stay as evenly as they can. Pure.

24 frames in 60 refreshes cannot all stay equally long, but they can stay 2 and 3 refreshes in turn. Rounding every due
moment to the nearest refresh gives that, except when due moments fall near the middle between two refreshes: there the
slightest noise makes 2, 2, 3, 3. So a frame goes where the pattern of the frames before it leads, until that is more
than half a refresh and a margin beside its due moment.
"""

from __future__ import annotations

import enum
import math
from collections import deque
from dataclasses import dataclass

from anime4k.player.pace.refresh import Refresh
from anime4k.player.pace.timing import Series

MARGIN = 0.2
"""By how many refreshes more than half a one a frame may be beside its due moment before the pattern gives way."""
LONGEST_PATTERN = 32
"""Frames after which a pattern must come again."""
DRIFT = 0.06
"""Refreshes by which a pattern may be too short or too long, to count as one: 23.976 frames in 60 refreshes."""
BEHIND = 6
"""Frames in a row that waited for the display and were late all the same: one of them is left out to catch up."""
CATCH_UP_EVERY = 120
"""Frames between two that are left out for that."""
SUBMIT_BEFORE = 0.75
"""A frame is handed over this part of a period before its refresh: after the one before it, with time to spare."""


class Presentation(enum.Enum):
    """When frames are put on the screen; the value is what people type."""

    DISPLAY = "display"
    """On refreshes of the display, where they are known."""
    VRR = "vrr"
    """When they are due: the display refreshes when a frame comes."""
    UNTIMED = "untimed"
    """As soon as they are ready."""


@dataclass(frozen=True)
class Target:
    """Where a frame belongs.

    Attributes:
        time: when it should appear.
        submit: when it should be handed to the display, not earlier; -infinity = at once.
        due: when it would appear on a display that could show it at any moment.
        duration_s: how long it stays, in real time.
        refresh: number of the refresh on which it appears, None = refreshes are unknown or of no meaning.
        steps: refreshes since the frame before; 0 = the frame is best left out, because another one belongs on the
            same refresh, or because frames come as fast as refreshes and the queue to the display is one too long.
    """

    time: float
    submit: float
    due: float
    duration_s: float
    refresh: int | None = None
    steps: int | None = None


@dataclass(frozen=True)
class Arrival:
    """How a frame arrived.

    Attributes:
        late: whether it came on a later refresh than planned, or after half of its time where those are unknown.
        repeated: refreshes on which the frame before stood in for it.
        early: whether it came on an earlier one.
    """

    late: bool = False
    repeated: int = 0
    early: bool = False


@dataclass(frozen=True)
class PacingState:
    """How frames get to the screen.

    Attributes:
        presentation: what was asked for.
        hz: measured refreshes per second, None = unknown.
        pattern: refreshes that frames stay, as it comes again and again; empty = there is none.
        shown: frames that were put on the screen in time or not.
        late: those that came later than planned.
        repeated: refreshes on which an old frame stood in for a late one.
        mistimed: frames that came later or earlier than planned.
        corrections: times at which the pattern gave way to keep up with the clock.
        jitter_ms: standard deviation of arrival minus target.
    """

    presentation: Presentation
    hz: float | None = None
    pattern: tuple[int, ...] = ()
    shown: int = 0
    late: int = 0
    repeated: int = 0
    mistimed: int = 0
    corrections: int = 0
    jitter_ms: float = 0.0

    @property
    def text(self) -> str:
        """In words, for people."""
        parts = [f"jitter {self.jitter_ms:.2f} ms", f"{self.mistimed} of {self.shown} frames mistimed"]
        if self.hz is not None:
            pattern = f", {':'.join(map(str, self.pattern))}" if self.pattern else ""
            parts.insert(0, f"{self.hz:.3f} Hz{pattern}")
        else:
            parts.insert(
                0, "no display clock" if self.presentation is Presentation.DISPLAY else self.presentation.value
            )
        return "; ".join(parts)


@dataclass(frozen=True)
class _Planned:
    due: float
    refresh: int


class DisplayClock:
    """Plans frames onto refreshes and watches how they arrive.

    All times are seconds on one clock that only grows.

    Args:
        nominal_hz: refreshes per second that the screen claims; 0 or None = unknown.
        presentation: when frames are put on the screen.
    """

    def __init__(self, nominal_hz: float | None = None, presentation: Presentation = Presentation.DISPLAY) -> None:
        self._refresh = Refresh(nominal_hz)
        self._epoch = self._refresh.epoch
        self.presentation = presentation
        """When frames are put on the screen."""
        self._planned: deque[_Planned] = deque(maxlen=LONGEST_PATTERN)
        self._pattern: tuple[int, int] | None = None
        self._errors = Series()
        self._behind = 0
        self._since_catch_up = CATCH_UP_EVERY
        self._shown = self._late = self._repeated = self._mistimed = self._corrections = 0

    def set_nominal(self, hz: float | None) -> None:
        """The window is on a screen that claims `hz` refreshes per second."""
        self._refresh.set_nominal(hz)

    @property
    def period_s(self) -> float | None:
        """Seconds from one refresh to the next; None = frames are not planned onto refreshes."""
        return self._refresh.period_s if self.presentation is Presentation.DISPLAY else None

    def target(self, due: float, duration_s: float) -> Target:
        """Where the next frame belongs.

        Args:
            due: when it should appear.
            duration_s: how long it stays, in real time.
        """
        if self.presentation is Presentation.UNTIMED:
            return Target(due, -math.inf, due, duration_s)
        period = self.period_s
        if period is None:
            self._planned.clear()
            return Target(due, due, due, duration_s)
        if self._epoch != self._refresh.epoch:
            self._epoch = self._refresh.epoch
            self._planned.clear()
        position = self._refresh.position(due)
        refresh, follows = round(position), False
        self._pattern = _pattern(duration_s / period)
        before = self._planned[-self._pattern[0]] if self._pattern and len(self._planned) >= self._pattern[0] else None
        if before is not None and self._pattern is not None:
            frames, refreshes = self._pattern
            if abs((due - before.due) / period - refreshes) <= DRIFT + 0.1:
                follows = True
                led = before.refresh + refreshes
                if abs(position - led) <= 0.5 + MARGIN:
                    refresh = led
                else:
                    self._corrections += 1
        last = self._planned[-1].refresh if self._planned else None
        if last is not None and refresh < last and (follows or last - refresh <= 1):
            refresh = last  # a frame never appears before the one before it, unless it was a jump
        steps = None if last is None else refresh - last
        if steps and self._behind >= BEHIND and self._since_catch_up >= CATCH_UP_EVERY:
            self._behind = self._since_catch_up = 0
            steps = 0
        self._planned.append(_Planned(due, refresh))
        time = self._refresh.moment(refresh)
        return Target(time, time - SUBMIT_BEFORE * period, due, duration_s, refresh, steps)

    def presented(self, target: Target, began: float, returned: float) -> Arrival:
        """A new frame went to the display.

        Args:
            target: where it belonged.
            began: when it was handed over.
            returned: when that came back.
        """
        self.swapped(began, returned)
        self._shown += 1
        if self.presentation is Presentation.UNTIMED:
            return Arrival()
        self._errors.add(1000 * (returned - target.time))
        if target.refresh is None or self.period_s is None or self._epoch != self._refresh.epoch:
            arrival = Arrival(late=returned - target.due > target.duration_s / 2)
        else:
            missed = round(self._refresh.position(returned)) - target.refresh
            arrival = Arrival(late=missed > 0, repeated=max(0, missed), early=missed < 0)
        self._late += int(arrival.late)
        self._repeated += arrival.repeated
        self._since_catch_up += 1
        period = self.period_s
        waited = period is not None and returned - began > period / 2
        self._behind = self._behind + 1 if arrival.repeated and waited else 0
        self._mistimed += int(arrival.late or arrival.early)
        return arrival

    def swapped(self, began: float, returned: float) -> None:
        """The display was handed a picture that is no new frame (repainted, interface)."""
        self._refresh.swapped(began, returned)

    def break_off(self) -> None:
        """Playback does not go on from here (pause, seek, another file): patterns begin anew."""
        self._planned.clear()

    @property
    def state(self) -> PacingState:
        """How frames get to the screen."""
        period = self._refresh.period_s
        return PacingState(
            presentation=self.presentation,
            hz=None if period is None else 1.0 / period,
            pattern=self._steps(),
            shown=self._shown,
            late=self._late,
            repeated=self._repeated,
            mistimed=self._mistimed,
            corrections=self._corrections,
            jitter_ms=self._errors.deviation(),
        )

    def _steps(self) -> tuple[int, ...]:
        if self._pattern is None or self.period_s is None or len(self._planned) <= self._pattern[0]:
            return ()
        newest = list(self._planned)[-self._pattern[0] - 1 :]
        steps = [after.refresh - before.refresh for before, after in zip(newest, newest[1:], strict=False)]
        # Written from its smallest turn on, so that it reads the same at every frame.
        return min(tuple(steps[turn:] + steps[:turn]) for turn in range(len(steps)))


def _pattern(each: float) -> tuple[int, int] | None:
    """(frames, refreshes) after which frames that stay `each` refreshes fall into the same places again."""
    for frames in range(1, LONGEST_PATTERN + 1):
        if abs(each * frames - round(each * frames)) <= DRIFT and round(each * frames) > 0:
            return frames, round(each * frames)
    return None
