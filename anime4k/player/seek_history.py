"""Undoing a seek: where playback was before it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

SERIES_S = 2.0
"""Seeks that follow each other within this many seconds are one: a key held down, or pressed several times."""


@dataclass(frozen=True)
class SeekHistory:
    """What is known of the last seek in the file that plays.

    Attributes:
        origin: position before it, in seconds from the beginning of the file; None = there was none.
        at: when the last one of the series happened, in seconds of a clock that only goes forward.
    """

    origin: float | None = None
    at: float = float("-inf")


NO_SEEKS = SeekHistory()


def sought(history: SeekHistory, position: float, now: float) -> SeekHistory:
    """The history after a seek away from `position` at the time `now`."""
    same = history.origin is not None and now - history.at < SERIES_S
    return SeekHistory(history.origin if same else position, now)


def undone(history: SeekHistory, position: float) -> tuple[SeekHistory, float | None]:
    """The history after undoing, and where to go (None = nothing to undo); undoing again comes back to `position`."""
    if history.origin is None:
        return history, None
    return SeekHistory(position), history.origin
