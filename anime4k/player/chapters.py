"""Which chapter a key press leads to. Pure."""

from __future__ import annotations

from collections.abc import Sequence

RESTART_S = 5.0
"""Further than this into a chapter, "previous" means the beginning of this chapter."""


def neighbour(starts: Sequence[float], position: float, direction: int) -> float | None:
    """Where the next (+1) or previous (-1) chapter starts, None when there is none.

    Args:
        starts: ascending chapter starts in seconds.
        position: the current position in seconds.
        direction: +1 or -1.
    """
    if direction > 0:
        return next((start for start in starts if start > position), None)
    current = [start for start in starts if start <= position]
    if not current:
        return None
    if position - current[-1] > RESTART_S or len(current) == 1:
        return current[-1]
    return current[-2]
