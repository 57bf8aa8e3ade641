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

_STEPS_S = (Fraction(0), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(4), Fraction(8), Fraction(16), Fraction(32))
_TOLERANCE_S = Fraction(1, 1_000_000)
"""A time given as a binary fraction may lie this much before the frame that is meant."""


class Seekable(Protocol):
    """What the search needs of a source."""

    time_base: Fraction

    @property
    def first_pts(self) -> int:
        """Time of the first frame."""

    @property
    def preroll(self) -> int:
        """How much earlier to start so that filters have seen the frames before, in units of the time base."""

    def jump(self, ticks: int) -> bool:
        """Move to a key frame before `ticks`; False when the container cannot."""

    def rewind(self) -> None:
        """Move exactly to the first frame."""

    def upcoming(self) -> Iterator[Timed]:
        """The frames from the current position on."""


def find(
    source: Seekable, time_s: float, interrupted: Callable[[], bool] = lambda: False
) -> deque[Timed]:
    """Place the source such that its next frames follow the returned ones.

    Returns:
        The frame shown at `time_s` and those decoded after it; empty when there is no frame at all or the
        search was interrupted.
    """
    base = source.time_base
    tolerance = min(_TOLERANCE_S, base / 2)
    target = max(math.floor((Fraction(time_s) + tolerance) / base), source.first_pts)
    for back in _STEPS_S:
        start = target - source.preroll - math.ceil(back / base)
        if start <= source.first_pts and back:
            break
        if not source.jump(max(start, source.first_pts)):
            break
        found = _shown(source.upcoming(), target, source.first_pts, interrupted)
        if found or interrupted():
            return found
    source.rewind()
    return _shown(source.upcoming(), target, None, interrupted)


def _shown(
    frames: Iterator[Timed], target: int, first_pts: int | None, interrupted: Callable[[], bool]
) -> deque[Timed]:
    """The frame shown at `target` with its successor; empty when the frames begin after it.

    Args:
        frames: frames in presentation order.
        target: the time.
        first_pts: time of the first frame of the file, None when `frames` begins with it.
        interrupted: asked before every frame.
    """
    shown: Timed | None = None
    for frame in frames:
        if interrupted():
            return deque()
        if frame.pts > target:
            if shown is not None:
                return deque((shown, frame))
            at_start = first_pts is None or frame.pts <= first_pts
            return deque((frame,)) if at_start else deque()
        shown = frame
    return deque(() if shown is None else (shown,))
