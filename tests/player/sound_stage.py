"""A stage for the sound of the player without processes, threads or real time.

The ring, the transport, the clock and the mixer are the real ones; a hand-turned time asks the mixer for a period
every 20 ms, as a device would, and a feed of known samples answers requests at once or when it is told to.
"""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np

from anime4k.player.sound.clock import SoundClock
from anime4k.player.sound.mixer import Mixer
from anime4k.player.sound.ring import RATE, DeviceState, Ring, Samples
from anime4k.player.sound.runs import Request, Run
from anime4k.player.sound.transport import Transport

PERIOD = 960
SCALE = 512.0
"""The ramp rises by 1 in so many seconds: a sample tells its media time, exact to 0.03 ms."""


def ramp(media: float, count: int, speed: float = 1.0) -> Samples:
    """Samples that tell their own media time."""
    values = (media + speed * np.arange(count) / RATE) / SCALE
    return np.repeat(values.astype(np.float32)[:, None], 2, axis=1)


class Stage:
    """Everything between a feed and a device.

    Args:
        length: media time at which the sound ends, in seconds.
        slow: periods that pass between a request and the first sample.
    """

    def __init__(self, length: float = 400.0, slow: int = 0) -> None:
        self.time = 1000.0
        self.lock = threading.RLock()
        self.ring = Ring.create()
        self.ring.set_device(DeviceState.NULL_ASKED, "null", PERIOD)
        self.transport = Transport(self.ring, self.lock, lambda: None, lambda: self.time)
        self.clock = SoundClock(self.transport, self.lock, lambda: self.time)
        self.transport.position = self.clock.place
        self.mixer = Mixer(self.ring)
        self.length = length
        self.slow = slow
        self.stalled = False
        self.heard: list[tuple[float, Samples]] = []
        self._request: Request | None = None
        self._wait = 0
        self._run: Run | None = None
        self._media = 0.0
        self._next_period = self.time

    def close(self) -> None:
        """Take the ring away."""
        self.transport.close()
        self.ring.remove()

    def pass_time(self, seconds: float, step: float = 0.004) -> None:
        """Let time pass in small steps; the clock is looked at in each of them."""
        end = self.time + seconds
        while self.time < end - 1e-9:
            self.time = min(self.time + step, end)
            if self.time >= self._next_period:
                self._feed()
                self._period()
                self._next_period += PERIOD / RATE
            before = self.clock.now
            assert self.clock.now >= before

    def sound(self) -> Samples:
        """Everything put out."""
        return np.concatenate([samples for _, samples in self.heard])

    def media_heard(self, at: float) -> float:
        """Media time of the sample put out at a time, from its own value."""
        for start, samples in reversed(self.heard):
            if start <= at < start + len(samples) / RATE:
                return float(samples[int((at - start) * RATE), 0]) * SCALE
        raise LookupError(at)

    def _period(self) -> None:
        samples, report = self.mixer.render(PERIOD)
        self.ring.report(replace(report, time=self.time, smooth_time=self.time))
        self.heard.append((self.time, samples))

    def _feed(self) -> None:
        request = self.transport.request
        if request is None or self.stalled:
            return
        if request != self._request:
            self._request, self._run, self._wait, self._media = request, None, self.slow, request.media
        if self._wait > 0:
            self._wait -= 1
            return
        if self._run is None:
            self._run = self.transport.begin(request)
        run = self._run
        if run is None or run.end is not None:
            self.transport.join()
            return
        for _ in range(200):
            if not self.transport.room(run) or self._media >= self.length:
                break
            count = min(2400, max(1, round((self.length - self._media) * RATE / request.speed)))
            self.transport.write(run, ramp(self._media, count, request.speed))
            self._media += count * request.speed / RATE
            self.transport.join()
        if self._media >= self.length:
            self.transport.finish(run)
        self.transport.join()
