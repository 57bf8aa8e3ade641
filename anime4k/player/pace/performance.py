"""How long everything takes, frame by frame: one home for the times of the player. Pure but for the clock.

Times that come in are seconds, those that go out are milliseconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from anime4k.pipeline.costs import FrameCost, Tally, tally_of
from anime4k.player.pace.timing import NOTHING, WORK, Series, Spread, Stage

NEWEST = 240
"""Frames that graphs and shares are about: ten seconds at 24 frames a second."""

FRESH_S = 0.25
"""A snapshot is made anew after so long: numbers that change faster cannot be read."""


PARTS = tuple(stage for stage in Stage if stage in WORK or stage is Stage.PRESENT)
"""The stages that can have a part in the work for a frame."""


RECENT = 1 / 8
"""Weight of the newest frame in what frames usually take."""

AFTER_DRAWING = (Stage.SUBTITLE, Stage.INTERFACE, Stage.PRESENT)
"""What happens to a picture once it has been drawn."""


@dataclass(frozen=True)
class StageTime:
    """Times of one stage in milliseconds since the player started."""

    stage: Stage
    count: int
    mean_ms: float
    longest_ms: float


@dataclass(frozen=True)
class StageSpread:
    """One stage and its times in milliseconds."""

    stage: Stage
    ms: Spread


@dataclass(frozen=True)
class PassSpread:
    """One pass of the chain and its times in milliseconds."""

    name: str
    ms: Spread


@dataclass(frozen=True)
class Snapshot:
    """All times at one moment, in milliseconds.

    Attributes:
        frame: the work for one frame, all stages together.
        loads: what each stage has of it in the mean.
        stages: the stages that happened.
        passes: the passes of the chain, where they have been measured.
        interval: between one frame on the screen and the next.
        jitter_ms: standard deviation of what lies between the moment at which a frame was on the screen and the one
            at which it should have been.
        av_error: sound heard minus picture seen; positive = the sound is ahead.
        gpu_timed: whether the shaders are timed by the GPU itself; otherwise it is the time of the clock on the wall
            around them.
        tally: how much was drawn of the newest frames.
    """

    frame: Spread = NOTHING
    loads: tuple[tuple[Stage, float], ...] = ()
    stages: tuple[StageSpread, ...] = ()
    passes: tuple[PassSpread, ...] = ()
    interval: Spread = NOTHING
    jitter_ms: float = 0.0
    av_error: Spread = NOTHING
    gpu_timed: bool = False
    tally: Tally = Tally()

    def stage(self, stage: Stage) -> Spread:
        """Times of one stage."""
        return next((entry.ms for entry in self.stages if entry.stage is stage), NOTHING)


class Performance:
    """Collects times.

    The work of a frame is what the stages of `WORK` took between two calls of `shown`.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._stages = {stage: Series() for stage in Stage}
        self._passes: dict[str, Series] = {}
        self._frame = Series()
        self._interval = Series()
        self._deviation = Series()
        self._av_error = Series()
        self._loads = {stage: Series() for stage in PARTS}
        self._open = dict.fromkeys(PARTS, 0.0)
        self._inside = 0.0
        self.usual_s = 0.0
        """Seconds that frames take to be drawn, as recently seen, whatever chain draws."""
        self._shown_at: float | None = None
        self._snapshot: tuple[float, Snapshot] | None = None
        self.present_waits = False
        """Whether presenting waits for the display, so that its time is no work."""
        self._parts = Series(NEWEST)
        self.gpu_timed = False
        """Whether the times of the shaders come from the GPU."""

    # -- in ----------------------------------------------------------------------------------------------

    def add(self, stage: Stage, seconds: float) -> None:
        """Count one duration."""
        self._stages[stage].add(seconds)
        if stage in WORK or (stage is Stage.PRESENT and not self.present_waits):
            self._open[stage] += seconds

    @contextmanager
    def measure(self, stage: Stage, before: float = 0.0) -> Iterator[None]:
        """Count the time that the block takes, less what is measured within it.

        Args:
            stage: what the block is.
            before: seconds that have been spent on the same outside of the block.
        """
        outside, self._inside = self._inside, 0.0
        began = self._clock()
        try:
            yield
        finally:
            took = self._clock() - began
            self.add(stage, before + took - self._inside)
            self._inside = outside + took

    def drawn(self, cost: FrameCost) -> None:
        """A frame has been drawn off-screen."""
        self.gpu_timed = cost.gpu
        self.add(Stage.UPLOAD, cost.upload_s)
        self.add(Stage.RENDER, cost.draw_s)
        if cost.steps:
            self.passes(cost.steps)

    def part(self, share: float) -> None:
        """Of a new frame such a part has been drawn (`FrameCost.share`)."""
        self._parts.add(share)

    def begin(self) -> None:
        """A new frame is begun: what has been painted since the last one is no work for it."""
        for stage in self._open:
            if stage is not Stage.DECODE:
                self._open[stage] = 0.0

    def passes(self, times: Sequence[tuple[str, float]]) -> None:
        """One measurement of every pass, (name, milliseconds); other names than before begin new series."""
        names = _distinct([name for name, _ in times])
        if list(self._passes) != names:
            self._passes = {name: Series() for name in names}
        for series, (_, ms) in zip(self._passes.values(), times, strict=True):
            series.add(ms)

    def shown(self, at: float, target: float | None = None, *, held: bool = False) -> float:
        """A new frame is on the screen.

        Args:
            at: when it got there, on a clock in seconds.
            target: when it should have been there, None = nobody waited for it (untimed, paused, after a seek);
                then nothing follows for the cadence.
            held: whether it was not drawn anew.

        Returns:
            The work of drawing it, in seconds: without the time that the decoder let it wait.
        """
        cost = sum(self._open.values())
        drawing = cost - self._open[Stage.DECODE]
        if not held:
            self.usual_s += (drawing - self.usual_s) * (RECENT if self.usual_s else 1.0)
            self._frame.add(1000 * cost)
            for stage, seconds in self._open.items():
                self._loads[stage].add(1000 * seconds)
        self._open = dict.fromkeys(PARTS, 0.0)
        if target is not None:
            self._deviation.add(1000 * (at - target))
            if self._shown_at is not None:
                self._interval.add(1000 * (at - self._shown_at))
        self._shown_at = at if target is not None else None
        return drawing

    def break_off(self) -> None:
        """Playback does not go on from here (pause, seek, another file): no interval spans this moment."""
        self._shown_at = None
        self._open = dict.fromkeys(PARTS, 0.0)

    def av_error(self, seconds: float) -> None:
        """How far the sound heard is ahead of the picture on the screen."""
        self._av_error.add(1000 * seconds)

    def chain_changed(self) -> None:
        """Another chain draws from here on: what the old one took says nothing any more."""
        self._frame = Series()
        self._loads = {stage: Series() for stage in PARTS}
        self._passes = {}
        self._parts = Series(NEWEST)
        for stage in (Stage.UPLOAD, Stage.RENDER):
            self._stages[stage] = Series()
        self._snapshot = None
        self.break_off()

    # -- out ---------------------------------------------------------------------------------------------

    def recent(self, stage: Stage) -> float:
        """Running mean in seconds; 0 before the first sample."""
        return self._stages[stage].recent

    @property
    def presenting_s(self) -> float:
        """Seconds of work between a picture that is ready and the display, as recently seen."""
        stages = (Stage.SUBTITLE, Stage.INTERFACE) if self.present_waits else AFTER_DRAWING
        return sum(map(self.recent, stages))

    def summary(self) -> tuple[StageTime, ...]:
        """The stages that happened."""
        return tuple(
            StageTime(stage, series.count, 1000 * series.total / series.count, 1000 * series.longest)
            for stage, series in self._stages.items()
            if series.count
        )

    def history(self, what: Stage | None = None, number: int = NEWEST) -> tuple[float, ...]:
        """Up to `number` of the newest times in milliseconds, the oldest first, of a stage or of whole frames."""
        if what is None:
            return self._frame.newest(number)
        return tuple(1000 * value for value in self._stages[what].newest(number))

    def intervals(self, number: int = NEWEST) -> tuple[float, ...]:
        """Up to `number` of the newest times between two frames on the screen, in milliseconds."""
        return self._interval.newest(number)

    def snapshot(self, *, max_age_s: float = FRESH_S) -> Snapshot:
        """All times now; the same object as before when that is not older than `max_age_s`."""
        now = self._clock()
        if self._snapshot is None or now - self._snapshot[0] >= max_age_s:
            self._snapshot = (now, self._take())
        return self._snapshot[1]

    def _take(self) -> Snapshot:
        return Snapshot(
            frame=self._frame.spread(),
            loads=tuple(
                (stage, series.spread().average) for stage, series in self._loads.items() if series.longest > 0.0
            ),
            stages=tuple(
                StageSpread(stage, _in_ms(series.spread())) for stage, series in self._stages.items() if series.count
            ),
            passes=tuple(PassSpread(name, series.spread()) for name, series in self._passes.items()),
            interval=self._interval.spread(),
            jitter_ms=self._deviation.deviation(),
            av_error=self._av_error.spread(),
            gpu_timed=self.gpu_timed,
            tally=tally_of(self._parts.newest()),
        )


def _in_ms(spread: Spread) -> Spread:
    return replace(
        spread,
        last=1000 * spread.last,
        average=1000 * spread.average,
        peak=1000 * spread.peak,
        p50=1000 * spread.p50,
        p95=1000 * spread.p95,
        p99=1000 * spread.p99,
    )


def _distinct(names: Sequence[str]) -> list[str]:
    """The names, with a number behind those that come again."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found
