"""A part of the file that repeats: its marks. `Playback.repeat` makes it repeat. Pure."""

from __future__ import annotations

from dataclasses import dataclass

SHORTEST_S = 0.05
"""A part shorter than this would only flicker; its end is not taken."""


@dataclass(frozen=True)
class AbLoop:
    """The marks, in seconds from the beginning of the file.

    Attributes:
        start: where the part begins, None = not marked.
        end: where it ends, None = not marked; never before `start`.
    """

    start: float | None = None
    end: float | None = None

    @property
    def active(self) -> bool:
        """Whether a part repeats."""
        return self.start is not None and self.end is not None

    @property
    def part(self) -> tuple[float, float] | None:
        """Beginning and end of the part that repeats, None = nothing does."""
        return None if self.start is None or self.end is None else (self.start, self.end)

    @property
    def marks(self) -> tuple[float | None, float | None]:
        """Beginning and end."""
        return (self.start, self.end)


NO_LOOP = AbLoop()


def marked(loop: AbLoop, position: float) -> AbLoop:
    """The next state when the user marks `position`: beginning, end, nothing, and again.

    An end before the beginning is the beginning of the part; an end at the beginning is no end.
    """
    if loop.start is None:
        return AbLoop(position)
    if loop.end is not None:
        return NO_LOOP
    if abs(position - loop.start) < SHORTEST_S:
        return loop
    return AbLoop(min(loop.start, position), max(loop.start, position))
