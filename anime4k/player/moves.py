"""What the user asked for and is not on the screen yet: seeks and frame steps, done one after the other. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class SeekTo:
    """A seek, in seconds of the file's own time; relative to the shown frame or not."""

    seconds: float
    relative: bool


@dataclass(frozen=True)
class Step:
    """A frame step, one forward (+1) or back (-1)."""

    direction: int


class Moves:
    """A queue in which relative seeks that wait add up, and an absolute one takes the place of all."""

    def __init__(self) -> None:
        self._queue: deque[SeekTo | Step] = deque()

    def __bool__(self) -> bool:
        return bool(self._queue)

    @property
    def last(self) -> SeekTo | Step | None:
        """What was asked for last, None = nothing waits."""
        return self._queue[-1] if self._queue else None

    def leads_to(self, here: float | None, base: float | None) -> float | None:
        """Where the position will be when all of them are done; a step at the end does not count.

        Args:
            here: where it is without them, None = unknown.
            base: what a relative seek is counted from.
        """
        last = self.last
        if not isinstance(last, SeekTo):
            return here
        if not last.relative:
            return last.seconds
        return None if base is None else base + last.seconds

    def seek_by(self, seconds: float, landing: float | None) -> None:
        """Move from where everything before leads.

        Args:
            seconds: how far.
            landing: where a seek that is under way goes, None = there is none.
        """
        last = self.last
        if isinstance(last, SeekTo):
            self._queue[-1] = replace(last, seconds=last.seconds + seconds)
        elif landing is not None and last is None:
            self._queue.append(SeekTo(landing + seconds, relative=False))
        else:
            self._queue.append(SeekTo(seconds, relative=True))

    def seek_to(self, target: float) -> None:
        """Go to `target`, whatever else was asked for."""
        self._queue.clear()
        self._queue.append(SeekTo(target, relative=False))

    def step(self, direction: int) -> None:
        """Show the next (+1) or the previous (-1) frame."""
        self._queue.append(Step(direction))

    def take(self) -> SeekTo | Step:
        """The one that is done next."""
        return self._queue.popleft()
