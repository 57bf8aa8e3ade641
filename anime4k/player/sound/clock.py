"""`SoundClock`: media time as it is heard, steady enough to show pictures by.

While sound leads, the clock is a free running one that is steered towards the sample being heard, a little
at every look, so that the jitter of sound devices does not show. It never runs backwards by itself. Without
sound it is a wall clock that goes on from where it is.
"""

from __future__ import annotations

import enum
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from anime4k.player.pace.clock import FASTEST, SLOWEST, WallClock

HOLD_S = 0.3
"""How long the clock waits after a start or seek for sound to begin."""
_STEER_S = 0.1
"""An error shrinks to a third in this time."""
_LARGEST_S = 0.1
"""With a larger error sound is brought to the clock instead of the clock to sound."""
_SLOWEST_STEER = 0.5
"""The clock is slowed to this part of its speed at most."""


class Lead(enum.Enum):
    """Who leads: sound, nobody yet because sound is about to begin, or nobody."""

    SOUND = "sound"
    WAITING = "waiting"
    NONE = "none"


@dataclass(frozen=True)
class Heard:
    """What is heard at a moment: the media time, and how far that has moved since another (`Lead.SOUND` only)."""

    lead: Lead
    media: float = 0.0
    moved: float = 0.0


class Leader(Protocol):
    """What the clock needs of the sound; all positions are media times of the clock."""

    def heard(self, now: float, since: float) -> Heard:
        """What is heard at `now` seconds of the monotonic clock, and how far that is from what was heard `since`."""
        ...

    def resume(self, position: float) -> None:
        """Let sound go on at `position`."""
        ...

    def hold(self) -> None:
        """Let sound pause."""
        ...

    def seek(self, position: float) -> None:
        """Cut; sound goes on at `position`, at once when it was not paused."""
        ...

    def set_speed(self, position: float, speed: float) -> None:
        """Change the speed without a break."""
        ...

    def rejoin(self, position: float) -> None:
        """The clock is far from the sound: bring the sound to `position`."""
        ...


class SoundClock:
    """Implements `anime4k.player.pace.clock.Clock`; begins stopped at 0. Safe for several threads.

    Args:
        leader: the sound.
        lock: guards the clock together with its leader.
        source: seconds that never go back, on the clock of the leader's times.
    """

    def __init__(self, leader: Leader, lock: threading.RLock, source: Callable[[], float] = time.perf_counter) -> None:
        self._leader = leader
        self._lock = lock
        self._source = source
        self._position = 0.0
        self._looked = source()
        self._running = False
        self._speed = 1.0
        self._hold_until = -math.inf
        self._joined = False
        self._error = 0.0

    @property
    def now(self) -> float:
        """The media time in seconds."""
        with self._lock:
            self._advance(self._source())
            return self._position

    @property
    def speed(self) -> float:
        """Media seconds per second."""
        return self._speed

    @property
    def running(self) -> bool:
        """Whether time passes."""
        return self._running

    @property
    def leading(self) -> bool:
        """Whether sound leads now."""
        with self._lock:
            self._advance(self._source())
            return self._running and self._joined

    @property
    def error(self) -> float:
        """Seconds by which sound is ahead of the clock, 0 while no sound leads."""
        return self._error if self._joined and self._running else 0.0

    @property
    def patience(self) -> float:
        """Infinite while sound leads: it does not wait for pictures."""
        return math.inf if self.leading else WallClock.patience

    def start(self) -> None:
        """Let time pass, from the moment on at which sound is heard but 0.3 s later at most."""
        with self._lock:
            if self._running:
                return
            self._running = True
            self._hold()
            self._leader.resume(self._position)

    def stop(self) -> None:
        """Hold the position; sound fades out."""
        with self._lock:
            if not self._running:
                return
            self._advance(self._source())
            self._running = False
            self._joined = False
            self._leader.hold()

    def seek(self, position: float) -> None:
        """Put the position to `position` seconds; sound begins anew there."""
        with self._lock:
            self._position = position
            self._hold()
            self._leader.seek(position)

    def set_speed(self, speed: float) -> None:
        """Change the speed from now on; the position does not jump and the pitch stays.

        Sound is a little late to follow; while it leads the clock keeps to what is heard.
        """
        with self._lock:
            self._advance(self._source())
            self._speed = min(max(speed, SLOWEST), FASTEST)
            self._leader.set_speed(self._position, self._speed)

    def place(self) -> tuple[float, bool]:
        """The position, and whether it waits there for sound to begin."""
        with self._lock:
            now = self._source()
            self._advance(now)
            return self._position, not self._joined and now < self._hold_until

    # -- inside ----------------------------------------------------------------------------------------

    def _hold(self) -> None:
        self._looked = self._source()
        self._hold_until = self._looked + HOLD_S
        self._joined = False

    def _advance(self, now: float) -> None:
        """Bring the position up to `now`."""
        if not self._running:
            self._looked = now
            return
        heard = self._leader.heard(now, self._looked)
        passed = max(0.0, now - self._looked)
        if now < self._hold_until and not self._joined:
            if heard.lead is Lead.WAITING:
                self._looked = now
                return
            if heard.lead is Lead.SOUND and heard.media < self._position + _LARGEST_S:
                self._looked = now
                if heard.media >= self._position:
                    self._position = heard.media
                    self._joined = True
                    self._error = 0.0
                return
        self._hold_until = -math.inf
        self._looked = now
        if heard.lead is not Lead.SOUND:
            self._joined = False
            self._position += passed * self._speed
            return
        step = max(0.0, heard.moved)
        error = heard.media - (self._position + step)
        if abs(error) > _LARGEST_S * max(1.0, self._speed):
            self._joined = False
            self._position += passed * self._speed
            self._leader.rejoin(self._position)
            return
        correction = error * -math.expm1(-passed / _STEER_S)
        self._position += max(step + correction, step * _SLOWEST_STEER)
        self._joined = True
        self._error = heard.media - self._position
