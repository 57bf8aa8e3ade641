"""Exact seeking: the frame shown at a time, found by its own time and never by a frame rate.

A container brings the reader to some place near the wanted time; MPEG transport streams often to a place
after it. So frames are decoded from a key frame on, and when the first one is already too late the search
starts again further back, in the end from the beginning of the file.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Protocol

from anime4k.media.deinterlace import Timed

_STEPS_S = (Fraction(0), Fraction(1, 2), *(Fraction(1 << power) for power in range(9)))
_TOLERANCE_S = Fraction(1, 1_000_000)
"""A time given as a binary fraction may lie this much before the frame that is meant."""


class Seekable(Protocol):
    """What the search needs of a source."""

    time_base: Fraction

    @property
    def first_pts(self) -> int:
        """Time of the first frame."""

    @property
    def end(self) -> int | None:
        """Declared end of the last frame, None = unknown."""

    @property
    def preroll(self) -> int:
        """How much earlier to start so that filters have seen the frames before, in units of the time base."""

    def jump(self, ticks: int) -> bool:
        """Move to a key frame before `ticks`; False when the container cannot."""

    def rewind(self) -> None:
        """Move exactly to the first frame."""

    def upcoming(self) -> Iterator[Timed]:
        """The frames from the current position on."""


def find(source: Seekable, time_s: float, interrupted: Callable[[], bool] = lambda: False) -> deque[Timed]:
    """Place the source such that its next frames follow the returned ones.

    Returns:
        The frame shown at `time_s` and those decoded after it; empty when there is no frame at all or the
        search was interrupted.
    """
    base = source.time_base
    tolerance = min(_TOLERANCE_S, base / 2)
    target = max(math.floor((Fraction(time_s) + tolerance) / base), source.first_pts)
    begin = max((target if source.end is None else min(target, source.end)) - source.preroll, source.first_pts)
    for back in _STEPS_S:
        start = begin - math.ceil(back / base)
        if start <= source.first_pts and back:
            break
        if not source.jump(max(start, source.first_pts)):
            break
        found = _shown(source.upcoming(), target, begin, interrupted)
        if found or interrupted():
            return found
    source.rewind()
    return _shown(source.upcoming(), target, None, interrupted)


def _shown(frames: Iterator[Timed], target: int, begin: int | None, interrupted: Callable[[], bool]) -> deque[Timed]:
    """The frame shown at `target` with its successor; empty when the frames begin too late.

    Args:
        frames: frames in presentation order.
        target: the time.
        begin: latest credible time of the first frame, None when `frames` begins with the file.
        interrupted: asked before every frame.
    """
    shown: Timed | None = None
    for frame in frames:
        if interrupted() or (shown is None and begin is not None and frame.pts > begin):
            return deque()
        if frame.pts > target:
            return deque((frame,) if shown is None else (shown, frame))
        shown = frame
    return deque(() if shown is None else (shown,))
