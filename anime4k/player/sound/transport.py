"""What is in the ring, what of it is heard, and how sound gets from one place of a file to another.

At most two runs matter: the one that is heard and the one that is being made ready to follow it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from anime4k.media.audio_tempo import FASTEST, SLOWEST
from anime4k.player.sound.clock import Heard, Lead
from anime4k.player.sound.ring import (
    CAPACITY,
    CHANNELS,
    FADE,
    RATE,
    READY,
    DeviceState,
    Order,
    Report,
    Ring,
    Samples,
)
from anime4k.player.sound.runs import Request, Run

AHEAD = RATE
"""Samples kept ready: 1 s."""
_KEPT = CAPACITY - RATE // 4
"""Samples behind the last one written that can still be gone back to."""
_SOON = RATE // 2
"""Samples not written yet for which it is better to wait than to begin anew."""
_STALE_S = 0.5
"""Without a period for this long nothing is heard."""
_STALL_S = 0.08
"""A period may be this late before sound is taken to stand still: devices make up for short stalls."""
_LATENCY_PERIODS = 0.7
"""From asking for a period to hearing its beginning, for a real device with periods of 20 ms: measured
against a recording of a sound server's output it lies between 0.6 and 0.8 of a period."""
_REJOIN_S = 0.5
"""Sound is not brought to the clock more often than this."""
_NOTHING = np.zeros((0, CHANNELS), np.float32)
_REAL = (DeviceState.PLAYING, DeviceState.RESTARTED)


class Transport:
    """Implements `Leader`; safe for several threads and never waits for files or devices.

    Positions are those of the clock; what is heard at clock time `t` is the sound of media time `t - delay`.

    Args:
        ring: the shared ring.
        lock: shared with the clock.
        wake: called when there is a new request.
        source: seconds of the monotonic clock.
    """

    def __init__(
        self, ring: Ring, lock: threading.RLock, wake: Callable[[], None], source: Callable[[], float]
    ) -> None:
        self._ring = ring
        self._lock = lock
        self._wake = wake
        self._source = source
        self.position: Callable[[], tuple[float, bool]] = lambda: (0.0, True)
        """The clock: its position, and whether it waits there for sound."""
        self._order = Order()
        self._run: Run | None = None
        self._next: Run | None = None
        self._old: Run | None = None
        self._going = False
        self._speed = 1.0
        self._delay = 0.0
        self._sound = False
        self._cut = 0
        self._rejoined = source() - _REJOIN_S
        self._report = Report()
        self._number = 0
        self._closed = False
        self.request: Request | None = None
        """What the feed is to make or is making; None = nothing."""

    # -- for the clock ---------------------------------------------------------------------------------

    def heard(self, now: float, since: float) -> Heard:
        """What is heard at `now`, and how far that is from what was heard `since`."""
        with self._lock:
            run = self._run
            if self._closed or self._ring.device is DeviceState.FAILED or (run is None and self.request is None):
                return Heard(Lead.NONE)
            if run is None:
                return Heard(Lead.WAITING)
            report = self._reports()
            if not self._order.playing or report.applied < self._cut or now - report.smooth_time > _STALE_S:
                return Heard(Lead.WAITING)
            if report.applied < self._order.jump and self._old is not None:
                run = self._old
            if not report.advancing:
                ended = self._next is None and run.end is not None and report.read >= run.end - FADE
                return Heard(Lead.NONE if ended else Lead.WAITING)
            period_s = report.count * report.frame_s
            latency = _LATENCY_PERIODS * period_s if self._ring.device in _REAL else 0.0
            age = min(now - report.smooth_time, period_s + latency + _STALL_S) - latency
            index = report.index - report.place + age / report.frame_s
            media = run.media_at(index)
            moved = media - run.media_at(index - max(0.0, now - since) / report.frame_s)
            return Heard(Lead.SOUND, media + self._delay, moved)

    def resume(self, position: float) -> None:
        """Let sound go on at `position`."""
        with self._lock:
            self._going = True
            self._place(position)

    def hold(self) -> None:
        """Let sound pause."""
        with self._lock:
            self._going = False
            self._say(playing=False)

    def seek(self, position: float) -> None:
        """Cut; sound goes on at `position`."""
        with self._lock:
            self._say(playing=False)
            self._place(position)

    def set_speed(self, position: float, speed: float) -> None:
        """Prepare sound at the new speed; the old one is heard until it is ready."""
        with self._lock:
            if speed == self._speed:
                return
            self._speed = speed
            if SLOWEST <= speed <= FASTEST:
                self._ask(position)
            else:
                self._forget()

    def rejoin(self, position: float) -> None:
        """Bring the sound to `position`, but not all the time."""
        with self._lock:
            now = self._source()
            if now - self._rejoined < _REJOIN_S or self._next is not None:
                return
            self._rejoined = now
            self._place(position + self._lead_s(self._reports()) * self._speed)

    # -- for the facade --------------------------------------------------------------------------------

    @property
    def delay(self) -> float:
        """Seconds of media time by which sound is later than the picture."""
        return self._delay

    def set_delay(self, position: float, delay: float) -> None:
        """Change the delay; the sound moves, the clock does not."""
        with self._lock:
            if delay == self._delay:
                return
            self._delay = delay
            self._rejoined = self._source()
            self._place(position + self._lead_s(self._reports()) * self._speed if self._going else position)

    def begin_file(self, position: float) -> None:
        """Forget all that was; sound is expected from `position` on."""
        with self._lock:
            self._forget()
            self._sound = True
            self._ask(position)

    def renew(self, position: float) -> None:
        """Ask for another run at the present place, for another track; the old one goes on until it is ready."""
        with self._lock:
            self._sound = True
            self._ask(position)

    def silence(self) -> None:
        """There is nothing to be heard until `begin_file` or `renew`."""
        with self._lock:
            self._sound = False
            self._forget()

    def close(self) -> None:
        """The ring is about to go; from now on nothing is heard and nothing asked for."""
        with self._lock:
            self.silence()
            self._closed = True

    def buffered(self) -> float:
        """Seconds of sound that are ready."""
        with self._lock:
            return max(0, self._ahead()) / RATE if self._run or self._next else 0.0

    @property
    def underruns(self) -> int:
        """How often sound was wanted and not there."""
        with self._lock:
            return self._reports().underruns

    # -- for the feed ----------------------------------------------------------------------------------

    def begin(self, request: Request) -> Run | None:
        """Start writing the run of `request`; None when it is no longer wanted."""
        with self._lock:
            if self.request != request:
                return None
            if self._next is not None:
                start = self._next.start  # the one being made ready was never heard
                self._ring.write(start, _NOTHING)
            else:
                start = self._ring.written
                if self._run is not None and self._run.end is None:
                    self._run.end = start
                    self._say(playing=self._order.playing)
            self._next = Run(start, request.media, request.speed, joined=start)
            return self._next

    def room(self, run: Run) -> bool:
        """Whether more of `run` may be written now."""
        with self._lock:
            return not self._current(run) or self._ahead() < AHEAD

    def write(self, run: Run, samples: Samples) -> bool:
        """Append samples to `run`; False when it is no longer wanted."""
        with self._lock:
            if not self._current(run):
                return False
            self._ring.write(self._ring.written, samples)
            return True

    def finish(self, run: Run) -> None:
        """`run` is complete."""
        with self._lock:
            if self._current(run):
                run.end = self._ring.written
                if run is self._run:
                    self._say(playing=self._order.playing)

    @property
    def preparing(self) -> bool:
        """Whether a run is being made ready, or waits for the device to begin."""
        return self._next is not None or self._order.jump > self._report.applied

    def join(self) -> None:
        """Let the run that was made ready be heard as soon as it can."""
        with self._lock:
            position, waiting = self.position()
            run, old = self._next, self._run
            report = self._reports()
            asleep = self._source() - report.smooth_time > _STALE_S
            if run is None:
                if old is not None and self._going and asleep and not waiting:
                    self._enter(old, old.index_at(position + self._lead_s(report) * self._speed - self._delay))
                return
            if self._going and asleep and waiting:
                return
            if not self._going:
                self._enter(run, run.index_at(position - self._delay))
                return
            if old is not None and self._order.playing and report.advancing and report.applied >= self._order.jump:
                at = report.read + 3 * max(report.count, READY // 2)
                at = max(report.read, at if old.end is None else min(at, old.end - FADE))
                run.joined, live = run.index_at(old.media_at(at)), True
            else:
                at, live = 0, False
                lead = 0.0 if waiting else self._lead_s(report) * self._speed
                run.joined = run.index_at(position + lead - self._delay)
            run.joined = max(run.joined, run.start)
            if run.end is not None or self._ring.written >= run.joined + READY:
                run.before = old.speed if live and old is not None else None
                self._enter(run, run.joined, at, live)

    # -- inside ----------------------------------------------------------------------------------------

    def _reports(self) -> Report:
        if not self._closed:
            self._report = self._ring.reported() or self._report
        return self._report

    def _current(self, run: Run) -> bool:
        """Whether `run` is the one being written."""
        return run is self._next or (run is self._run and self._next is None)

    def _ahead(self) -> int:
        """Samples written beyond the place that is or will be read."""
        report = self._reports()
        if self._next is not None:
            return self._ring.written - self._next.joined
        if self._run is None:
            return 0
        read = report.read if report.applied >= self._order.jump else self._order.to
        return self._ring.written - max(read, self._run.start)

    def _lead_s(self, report: Report) -> float:
        """Seconds until a sample taken in the next period is heard."""
        now = self._source()
        period_s = max(report.count, READY // 2) * report.frame_s
        due = report.smooth_time + period_s - now
        latency = _LATENCY_PERIODS * period_s if self._ring.device in _REAL else 0.0
        return (due if 0.002 < due <= period_s else period_s) + latency

    def _say(self, *, playing: bool, jump: tuple[int, int] | None = None) -> None:
        """Order what the present run needs; `jump`: (leave at, go on with)."""
        last = self._order
        end = self._run.end if self._run is not None else None
        number, at, to = (last.jump, last.at, last.to) if jump is None else (last.jump + 1, *jump)
        self._order = Order(playing, number, at, to, -1 if end is None else end)
        if not self._closed:
            self._ring.order(self._order)

    def _enter(self, run: Run, to: int, at: int = 0, live: bool = False) -> None:
        """Hear `run` from `to` on, if sound is not paused."""
        to = max(to, run.start)
        run.joined = to if run.end is None else min(to, run.end)
        self._old, self._run, self._next = self._run, run, None
        self._say(playing=self._going, jump=(at, run.joined))
        if not live:
            self._cut = self._order.jump

    def _place(self, position: float) -> None:
        """Go on at `position` with what is in the ring, or ask for it."""
        if not self._sound:
            return
        media = position - self._delay
        run = self._next or self._run
        if run is None or run.speed != self._speed or not self._covers(run, media):
            self._say(playing=False)
            self._ask(position)
        elif run is self._run:
            run.before = None
            if self._going:
                self._enter(run, run.index_at(media))
        else:
            self._say(playing=False)
            self.join()

    def _covers(self, run: Run, media: float) -> bool:
        index, written = run.index_at(media), self._ring.written
        if index < max(run.start, written - _KEPT):
            return False
        return run.end is not None or index <= written + _SOON

    def _ask(self, position: float) -> None:
        if not self._sound or not SLOWEST <= self._speed <= FASTEST:
            return
        self._number += 1
        self.request = Request(self._number, position - self._delay, self._speed)
        self._wake()

    def _forget(self) -> None:
        self._run = self._next = self._old = self.request = None
        self._say(playing=False)
