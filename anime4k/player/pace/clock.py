"""Media time: the position in the file that should be on the screen now.

The loop only knows the protocol `Clock`; a clock that follows the sound card can take the place of `WallClock`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

SLOWEST, FASTEST = 0.01, 100.0
"""Limits of the playback speed."""


class Clock(Protocol):
    """A position in seconds that moves with `speed` while it runs."""

    @property
    def now(self) -> float:
        """The media time in seconds."""
        ...

    @property
    def speed(self) -> float:
        """Media seconds per second."""
        ...

    @property
    def running(self) -> bool:
        """Whether time passes."""
        ...

    @property
    def patience(self) -> float:
        """For how many media seconds time runs on when the decoder has no picture ready; then it stops.

        Infinite for a clock that cannot wait for pictures, such as one that follows sound.
        """
        ...

    def start(self) -> None:
        """Let time pass."""
        ...

    def stop(self) -> None:
        """Hold the position."""
        ...

    def seek(self, position: float) -> None:
        """Put the position to `position` seconds; running or not stays as it is."""
        ...

    def set_speed(self, speed: float) -> None:
        """Change the speed without moving the position; clamped to `SLOWEST` .. `FASTEST`."""
        ...


class WallClock:
    """Media time driven by a monotonic clock; it begins stopped at 0."""

    patience = 0.5

    def __init__(self, source: Callable[[], float] = time.perf_counter) -> None:
        """`source` returns seconds that never go back."""
        self._source = source
        self._position = 0.0
        self._since: float | None = None
        self._speed = 1.0

    @property
    def now(self) -> float:
        """The media time in seconds."""
        if self._since is None:
            return self._position
        return self._position + (self._source() - self._since) * self._speed

    @property
    def speed(self) -> float:
        """Media seconds per second."""
        return self._speed

    @property
    def running(self) -> bool:
        """Whether time passes."""
        return self._since is not None

    def start(self) -> None:
        """Let time pass; nothing happens when it does already."""
        if self._since is None:
            self._since = self._source()

    def stop(self) -> None:
        """Hold the position."""
        self._position = self.now
        self._since = None

    def seek(self, position: float) -> None:
        """Put the position to `position` seconds."""
        self._position = position
        if self._since is not None:
            self._since = self._source()

    def set_speed(self, speed: float) -> None:
        """Change the speed from this moment on; the position does not jump."""
        self.seek(self.now)
        self._speed = min(max(speed, SLOWEST), FASTEST)
