"""How long the stages of the player take. Pure but for the clock."""

from __future__ import annotations

import enum
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_WEIGHT = 0.1
"""Weight of the newest sample in the running mean."""


class Stage(enum.Enum):
    """What is timed; the value is what people read."""

    DECODE = "waiting for the decoder"
    PLAN = "planning and compiling"
    RENDER = "upload and shaders"
    PRESENT = "presenting"


@dataclass
class _Sum:
    count: int = 0
    total_s: float = 0.0
    longest_s: float = 0.0
    recent_s: float = 0.0


@dataclass(frozen=True)
class StageTime:
    """Times of one stage in milliseconds."""

    stage: Stage
    count: int
    mean_ms: float
    longest_ms: float


class StageTimes:
    """Adds up durations per stage."""

    def __init__(self) -> None:
        self._sums = {stage: _Sum() for stage in Stage}

    def add(self, stage: Stage, seconds: float) -> None:
        """Count one duration."""
        entry = self._sums[stage]
        entry.recent_s += (seconds - entry.recent_s) * (_WEIGHT if entry.count else 1.0)
        entry.count += 1
        entry.total_s += seconds
        entry.longest_s = max(entry.longest_s, seconds)

    @contextmanager
    def measure(self, stage: Stage) -> Iterator[None]:
        """Count the time that the block takes."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.add(stage, time.perf_counter() - began)

    def recent(self, stage: Stage) -> float:
        """Running mean in seconds; 0 before the first sample."""
        return self._sums[stage].recent_s

    def summary(self) -> tuple[StageTime, ...]:
        """The stages that happened."""
        return tuple(
            StageTime(stage, entry.count, 1000 * entry.total_s / entry.count, 1000 * entry.longest_s)
            for stage, entry in self._sums.items()
            if entry.count
        )
