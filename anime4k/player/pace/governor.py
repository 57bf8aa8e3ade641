"""Which tier of quality is drawn with: down when frames are late, up after lasting headroom. Pure.

Fed with every frame that was shown. Costs are compared with the time for which the frame stays on the screen, so
frame rate, speed and variable durations are in it.

Down is quick: a second in which half of the frames took too long, or a quarter were late, is enough. Up is slow: every
second of a while must have had room for what the better tier would have taken under the same load, and the while is
four times as long after every try that failed. So a load that comes and goes makes it change a few times and then
no more.
"""

from __future__ import annotations

import enum
import itertools
import math
import statistics
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from anime4k.modes.table import OFF, Mode
from anime4k.modes.tiers import Tiers
from anime4k.player.pace.timing import percentile
from anime4k.player.pace.verdict import FITS

WINDOW_S = 1.0
"""How far back a step down looks."""
HOLD_S = 8.0
"""How long there must be headroom before the first step up."""
LONGER = 5.0
"""By how much that grows with every step up that had to be taken back, by one tier or more."""
LONGEST_HOLD_S = 600.0
"""Where it stops growing."""
FORGIVEN_S = 300.0
"""After so long without a change one of these is forgotten."""
PROBE_S = 240.0
"""After so long without trouble a tier is tried that figures speak against: they may have been taken under load."""
QUIET_S = 20.0
"""After so long without trouble the best seconds count that tiers have had, whatever load they were compared under."""
PROBE_BELOW = 0.35
"""Both are only tried from a tier that takes at most this part of the time of a frame."""
UNKNOWN_FACTOR = 4.0
"""How much more than its neighbour a tier is expected to take that was never seen."""
HOPELESS = 4.0
"""Frames that take so many times their time need not be as many: two are enough."""
HOPELESS_S = 0.5
"""They must have taken so long together: a short stall of the machine is not the chain's fault."""
FAR = 2.5
"""A chain that takes so many times its time goes down by two tiers at once."""
BLAMED = 0.5
"""Late frames are the chain's fault only when it takes more than this part of their time."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One frame that was shown.

    Attributes:
        mode: name of the mode that it was drawn with.
        budget_s: how long it stays on the screen, in real time.
        cost_s: how long drawing it took.
        late: whether it lost more than half of its time.
        dropped: frames before it that were never drawn.
        starved: whether the decoder had it too late, so that lateness says nothing about the chain.
        held: whether it was not drawn anew, or not the whole of it, so that its cost says nothing.
        counts: False while seeking, preparing a chain, paused or comparing: the sample says nothing at all.
    """

    mode: str
    budget_s: float
    cost_s: float
    late: bool = False
    dropped: int = 0
    starved: bool = False
    held: bool = False
    counts: bool = True


class Change(enum.Enum):
    """What a decision changes."""

    DOWN = "stepped down"
    UP = "stepped up"
    NOTHING = "stays"


@dataclass(frozen=True)
class Decision:
    """What to do.

    Attributes:
        change: which way.
        mode: what is drawn with from now on; None = as before.
        note: why, a sentence without a final stop.
    """

    change: Change
    mode: Mode | None
    note: str


@dataclass(frozen=True)
class _Seen:
    """A sample in the window: when, cost over budget (None = unknown), late, frames lost."""

    at: float
    ratio: float | None
    late: bool
    lost: int


class Governor:
    """Decides about tiers.

    Args:
        tiers: what there is; None = nothing can be exchanged, there will only be a note.
        known: milliseconds that modes took earlier at these sizes, by name.
        budget_s: expected time of a frame, to choose the first tier by what is known; 0 = unknown.
        title: what is drawn with when that is never exchanged, for the note.
    """

    def __init__(
        self,
        tiers: Tiers | None,
        known: Mapping[str, float] | None = None,
        *,
        budget_s: float = 0.0,
        title: str = "",
    ) -> None:
        self._modes = tiers.modes if tiers else ()
        self._title = title
        self._costs = {name: ms for name, ms in (known or {}).items() if ms > 0.0}
        self._index = self._first(tiers.start if tiers else 0, 1000 * budget_s)
        self._reversals = 0
        self._rose = False
        self._window: deque[_Seen] = deque()
        self._bucket: list[_Seen] = []
        self._arrived: float | None = None
        self._seconds = 0
        self._room_s = self._calm_s = self._quiet_s = 0.0
        self._left: tuple[int, float] | None = None
        self._last_ms: float | None = None
        self._first_ratio: float | None = None
        self._told = False
        self._calm: dict[str, float] = {}
        self._seconds_ms: list[float] = []
        self._figures: list[tuple[Mode, float]] = []
        self._recent_ms: deque[float] = deque(maxlen=48)

    @property
    def mode(self) -> Mode | None:
        """What is to be drawn with; None when nothing can be exchanged."""
        return self._modes[self._index] if self._modes else None

    @property
    def level(self) -> int:
        """Number of the present tier, from 0 for the best."""
        return self._index

    @property
    def fixed(self) -> bool:
        """Whether nothing is ever exchanged."""
        return bool(self._title) or not self._modes

    @property
    def cheaper(self) -> Mode | None:
        """The next tier below, None = there is none."""
        return self._modes[self._index + 1] if self._index + 1 < len(self._modes) else None

    def take_figures(self) -> list[tuple[Mode, float]]:
        """What modes took (95 of 100 frames at most), in milliseconds, since this was asked last."""
        figures, self._figures = self._figures, []
        return figures

    def refused(self, mode: Mode) -> None:
        """`mode` cannot be drawn with here: it is a tier no more, and the next one below takes its place."""
        if mode not in self._modes or len(self._modes) == 1:
            return
        at = self._modes.index(mode)
        self._modes = tuple(entry for entry in self._modes if entry != mode)
        self._left = None
        if self._index > at or self._index == len(self._modes):
            self._index -= 1
        self._arrive_later()

    def interrupt(self) -> None:
        """Something else was drawn for a while: frames do not follow each other here."""
        self._break()

    def step(self, now: float, sample: Sample) -> Decision | None:
        """Take in one frame.

        Args:
            now: seconds on a clock that only grows.
            sample: the frame.
        """
        if sample.budget_s <= 0.0:
            return None
        if not sample.counts or (self._modes and sample.mode != self._modes[self._index].name):
            self._break()
            return None
        if self._window and now - self._window[-1].at > WINDOW_S + 4 * max(sample.budget_s, sample.cost_s):
            self._break()
        ratio = None if sample.held else sample.cost_s / sample.budget_s
        if self._arrived is None:  # the first frame of a chain, and after a break, is not like the others
            self._arrived = now
            self._first_ratio = ratio
            return None
        late = (sample.late or sample.dropped > 0) and not sample.starved
        seen = _Seen(now, ratio, late, (int(sample.late) + sample.dropped) if late else 0)
        if self._bucket and now - self._bucket[0].at >= WINDOW_S:
            self._close_bucket(sample.budget_s)
        self._bucket.append(seen)
        self._window.append(seen)
        while self._window[0].at <= now - WINDOW_S:
            self._window.popleft()
        if ratio is not None:
            self._recent_ms.append(1000 * sample.cost_s)
        return self._down(sample) or self._up(sample)

    # -- down --------------------------------------------------------------------------------------------

    def _down(self, sample: Sample) -> Decision | None:
        ratios = [seen.ratio for seen in self._window if seen.ratio is not None]
        if not ratios:
            return None
        middle = statistics.median(ratios)
        reason = self._trouble(ratios, middle, sample.budget_s)
        if not reason:
            return None
        if self._index + 1 >= len(self._modes):
            return self._tell(reason)
        target = self._index + 1
        while target + 1 < len(self._modes) and self._too_slow(target, middle):
            target += 1
        self._reversals += int(self._rose)
        self._rose = False
        # The load may have come in the middle of the window: what the next tier is compared with must have had it too.
        mode = self._go(target, statistics.median(ratios[-max(3, len(ratios) // 4) :]) * sample.budget_s)
        return Decision(Change.DOWN, mode, f"{Change.DOWN.value} to {mode.name}: {reason}")

    def _trouble(self, ratios: list[float], middle: float, budget_s: float) -> str:
        """Why the chain cannot stay; empty when it can."""
        slow = f"frames take {1000 * budget_s * middle:.1f} ms, and each has {1000 * budget_s:.1f} ms"
        hopeless = list(itertools.takewhile(lambda ratio: ratio > HOPELESS, reversed(ratios)))
        if len(hopeless) == len(ratios) and self._first_ratio is not None and self._first_ratio > 2 * HOPELESS:
            hopeless.append(self._first_ratio)
        if len(hopeless) >= 2 and sum(hopeless) * budget_s >= HOPELESS_S:
            return slow
        spanned = self._window[-1].at - self._window[0].at
        if len(ratios) >= 3 and spanned >= 0.4 * WINDOW_S and 2 * sum(ratio > 1.0 for ratio in ratios) >= len(ratios):
            return slow
        late = sum(seen.late for seen in self._window)
        if late >= 3 and 4 * late >= len(self._window) and spanned >= 0.4 * WINDOW_S and middle > BLAMED:
            lost = sum(seen.lost for seen in self._window)
            return f"{lost} late frames in 1 s"
        return ""

    def _too_slow(self, target: int, middle: float) -> bool:
        """Whether the tier `target` would not do either, as far as anything is known of it."""
        known, here = self._costs.get(self._modes[target].name), self._costs.get(self._modes[self._index].name)
        if known is not None and here is not None:
            return middle * known / here > FITS
        return middle > FAR and target == self._index + 1

    def _tell(self, reason: str) -> Decision | None:
        if self._told:
            return None
        self._told = True
        if self.mode == OFF:
            return Decision(Change.NOTHING, None, f"too slow here even without shaders: {reason}")
        if self.fixed:
            note = f"{self._title or 'the chain'} is too slow here ({reason}), and stays as you chose it"
            return Decision(Change.NOTHING, None, note)
        return Decision(Change.NOTHING, None, f"even the cheapest mode is too slow here: {reason}")

    # -- up ----------------------------------------------------------------------------------------------

    def _close_bucket(self, budget_s: float) -> None:
        """A second is over: was there room for the better tier in it?"""
        bucket, self._bucket = self._bucket, []
        ratios = sorted(seen.ratio for seen in bucket if seen.ratio is not None)
        if len(ratios) < 3:
            return  # held frames say nothing
        high, middle = percentile(ratios, 0.95), percentile(ratios, 0.5)
        self._seconds += 1
        self._last_ms = 1000 * middle * budget_s
        if self._modes:
            name = self._modes[self._index].name
            self._calm[name] = min(self._calm.get(name, math.inf), self._last_ms)
        self._seconds_ms.append(1000 * high * budget_s)
        if self._seconds == 1:
            self._compare(self._last_ms)
        if self._seconds == 2:
            self._note_figure()
        if self._seconds % round(FORGIVEN_S / WINDOW_S) == 0:
            self._reversals = max(0, self._reversals - 1)
        smooth = sum(seen.late for seen in bucket) <= max(1, len(bucket) // 20)
        self._calm_s = self._calm_s + WINDOW_S if smooth and high <= PROBE_BELOW else 0.0
        if self._index == 0:
            return
        self._room_s = self._room_s + WINDOW_S if smooth and high * self._factor() <= FITS else 0.0
        calm = self._calm_s > 0.0 and high * self._calm_factor() <= FITS
        self._quiet_s = self._quiet_s + WINDOW_S if calm else 0.0

    def _up(self, sample: Sample) -> Decision | None:
        if self._index == 0 or self._last_ms is None:
            return None
        target = self._index - 1
        patience = LONGER**self._reversals
        held = self._room_s >= min(HOLD_S * patience, LONGEST_HOLD_S)
        if not held and self._quiet_s < QUIET_S * patience and self._calm_s < PROBE_S * patience:
            return None
        mode = self._modes[target]
        guess = self._last_ms * self._factor()
        reason = f"there is room for it ({guess:.0f} ms of {1000 * sample.budget_s:.1f} ms expected)"
        if guess > FITS * 1000 * sample.budget_s or mode.name not in self._costs:
            reason = "to see whether there is room for it"
        self._rose = True
        self._go(target, self._last_ms / 1000)
        return Decision(Change.UP, mode, f"{Change.UP.value} to {mode.name}: {reason}")

    def _factor(self) -> float:
        """How many times the cost of the present tier the next better one takes under the same load."""
        here, better = (self._costs.get(self._modes[number].name) for number in (self._index, self._index - 1))
        if here is not None and better is not None:
            return max(1.0, better / here)
        dearer = [self._costs[mode.name] for mode in self._modes[: self._index] if mode.name in self._costs]
        if here is not None and dearer:  # between two that are known
            return math.sqrt(max(1.0, min(dearer) / here))
        return UNKNOWN_FACTOR

    def _calm_factor(self) -> float:
        """The same, as far as the best seconds of the tiers tell: they know nothing of loads that went away."""
        here = self._calm[self._modes[self._index].name]
        dearer = [self._calm[mode.name] for mode in self._modes[: self._index] if mode.name in self._calm]
        return max(1.0, min(dearer) / here) if dearer else UNKNOWN_FACTOR

    # -- changes -----------------------------------------------------------------------------------------

    def _first(self, start: int, budget_ms: float) -> int:
        """The best tier from `start` on that fits, a better one when it is known to fit."""
        if not self._modes or budget_ms <= 0.0:
            return start
        costs = [self._costs.get(mode.name) for mode in self._modes]
        fits = [None if ms is None else ms <= FITS * budget_ms for ms in costs]
        for index, fit in enumerate(fits):
            if index == len(fits) - 1 or fit or (fit is None and index >= start and False not in fits[index:]):
                return index
        return start

    def _go(self, target: int, cost_s: float) -> Mode:
        self._note_figure()
        self._left = (self._index, 1000 * cost_s)
        self._index = target
        self._arrive_later()
        return self._modes[target]

    def _arrive_later(self) -> None:
        self._break()
        self._seconds = 0
        self._room_s = self._calm_s = self._quiet_s = 0.0
        self._last_ms = None
        self._recent_ms.clear()
        self._seconds_ms.clear()

    def _break(self) -> None:
        """Frames do not follow each other here."""
        self._window.clear()
        self._bucket.clear()
        self._arrived = None
        self._first_ratio = None

    def _compare(self, ms: float) -> None:
        """The first second with a tier: against the one before it under the same load, that gives its cost."""
        if not self._modes:
            return
        here = self._modes[self._index].name
        if self._left is None:
            self._costs.setdefault(here, ms)
            return
        index, before_ms = self._left
        self._left = None
        if index >= len(self._modes) or ms <= 0.0:
            return
        before = self._modes[index].name
        self._costs.setdefault(before, before_ms)
        if index < self._index:  # went down: what was too slow is corrected
            self._costs.setdefault(here, self._costs[before] * ms / before_ms)
            self._costs[before] = self._costs[here] * before_ms / ms
        else:
            self._costs[here] = self._costs[before] * ms / before_ms

    def _note_figure(self) -> None:
        if len(self._recent_ms) >= 2 and self._modes:
            seconds = sorted(self._seconds_ms) or [percentile(sorted(self._recent_ms), 0.95)]
            # Not the worst seconds, which are those of other programs, nor the luckiest.
            self._figures.append((self._modes[self._index], percentile(seconds, 0.25)))
