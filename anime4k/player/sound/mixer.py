"""What the device is given, period by period: samples of the ring with fades at every cut. No device here."""

from __future__ import annotations

import numpy as np

from anime4k.player.sound.ring import CHANNELS, FADE, RATE, READY, Order, Report, Ring, Samples

_GAIN_STEP = 1 / (RATE * 0.02)
"""Change of the gain per sample: from silence to full in 20 ms."""
_LONGEST = RATE // 2
"""Longest period in samples that is filled; the rest of a longer one stays silent."""


class Mixer:
    """Fills periods.

    A cut of any kind (pause, jump, end, nothing left) lets what was heard go on for 8 ms while it fades out, and
    what follows fades in over 8 ms, both at once when both are there. So no cut clicks, and a jump
    between two pieces that are both in the ring leaves no hole.

    Args:
        ring: where samples and orders come from.
    """

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        last = ring.reported() or Report()
        self._read = last.read
        self._jump = last.applied
        self._order = Order(jump=last.applied)
        self._level = 0.0
        self._gain = ring.gain
        self._tail = np.zeros((0, CHANNELS), np.float32)
        self._starving = True
        self.underruns = last.underruns

    def render(self, count: int) -> tuple[Samples, Report]:
        """The next `count` samples, and a report that still lacks the times."""
        self._order = self._ring.wanted() or self._order
        out = np.zeros((count, CHANNELS), np.float32)
        tail, self._tail = self._tail[:count], self._tail[count:]
        out[: len(tail)] = tail
        place, index, at = 0, self._read, 0
        advancing = False
        while at < count:
            taken = self._step(out, at, min(count, _LONGEST) - at)
            advancing = taken > 0
            if not taken:
                break
            place, index = at, self._read - taken
            at += taken
        if not advancing:
            place, index = count, self._read
        self._apply_gain(out)
        report = Report(self._read, index, place, count, advancing, self._jump, self.underruns)
        return out, report

    def _step(self, out: Samples, at: int, room: int) -> int:
        """Put the next piece at `at`; how many samples, 0 = there is nothing now."""
        if room <= 0:
            return 0
        order = self._order
        jumping = order.jump != self._jump
        if jumping and (self._read >= order.at or self._level == 0.0 or not order.playing):
            self._cut(out, at)
            self._read, self._jump = order.to, order.jump
            self._starving = True
            jumping = False
        if not order.playing:
            self._cut(out, at)
            return 0
        written = self._ring.written
        stopping = order.stop >= self._read
        limit = min(written, order.stop) if stopping else written
        ready = limit - self._read
        if self._starving:
            if ready < READY and not (stopping and limit == order.stop and ready > FADE):
                return 0
            self._starving = False
        usable = ready - FADE
        if jumping:
            usable = min(usable, order.at - self._read) if order.at > self._read else usable
        if usable <= 0:
            ended = stopping and limit == order.stop
            self._cut(out, at)
            if ended:
                self._read = limit
            else:
                self.underruns += 1
            self._starving = True
            return 0
        count = min(room, usable)
        piece = self._ring.read(self._read, count)
        if self._level < 1.0:
            ramp = np.minimum(self._level + np.arange(1, count + 1, dtype=np.float32) / FADE, 1.0)
            piece *= ramp[:, None]
            self._level = float(ramp[-1])
        out[at : at + count] += piece
        self._read += count
        return count

    def _cut(self, out: Samples, at: int) -> None:
        """Let what was heard fade out from `at` on; reading does not advance."""
        if self._level <= 0.0:
            return
        count = max(0, min(FADE, self._ring.written - self._read))
        fading = self._ring.read(self._read, count)
        fading *= np.maximum(self._level - np.arange(1, count + 1, dtype=np.float32) / FADE, 0.0)[:, None]
        self._level = 0.0
        here = min(count, len(out) - at)
        out[at : at + here] += fading[:here]
        rest = fading[here:]
        longer = max(len(rest), len(self._tail))
        tail = np.zeros((longer, CHANNELS), np.float32)
        tail[: len(rest)] += rest
        tail[: len(self._tail)] += self._tail
        self._tail = tail

    def _apply_gain(self, out: Samples) -> None:
        wanted = self._ring.gain
        if self._gain != wanted:
            steps = np.arange(1, len(out) + 1, dtype=np.float32) * _GAIN_STEP
            change = np.minimum(steps, abs(wanted - self._gain))
            ramp = self._gain + np.sign(wanted - self._gain) * change
            out *= ramp[:, None].astype(np.float32)
            self._gain = wanted if change[-1] >= abs(wanted - self._gain) - 1e-9 else float(ramp[-1])
        elif self._gain != 1.0:
            out *= np.float32(self._gain)
        np.clip(out, -1.0, 1.0, out=out)
