"""Faster and slower sound at the same pitch, every sound at its own time.

The method is WSOLA (Verhelst and Roelands, "An overlap-add technique based on waveform similarity", 1993): windows
of the input are laid over each other at the pace of the output; each is taken from where it should be, moved by a
few milliseconds to where it goes on best from the window before. Where a sound begins it is not moved: the windows
around it are taken so that the beginning is heard once and exactly when it is due, nothing of it before or again
after. The filters at hand (FFmpeg's atempo) do not say where they take their windows from, and single sounds come
out tens of milliseconds early with them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from anime4k.media.audio_align import CHANNELS, Samples
from anime4k.media.audio_onsets import Onsets

SLOWEST, FASTEST = 0.25, 4.0
"""The speeds at which there is sound."""
_HALF_S = 0.0125
"""Half of a window."""
SEARCH_S = 0.015
"""How far a window is moved at most; mixed tones rarely repeat sooner."""
_RELUCTANCE = 0.1
"""What the likeness of the farthest place loses against that of the nearest."""
_ATTACK_S = 0.003
"""What follows a beginning and is not to be heard again."""
_APART_S = 0.030
"""Beginnings that are nearer to the one before belong to it."""


class Tempo:
    """Changes the speed of sound that follows on without gaps.

    Sample `n` of the output belongs to sample `n * speed` of the input, off by `SEARCH_S` of the input at most;
    the beginning of a sound is exact. As many samples come out as went in, divided by `speed`.

    Args:
        rate: samples per second.
        speed: 0.25 .. 4; at 1 the samples pass unchanged.
    """

    def __init__(self, rate: int, speed: float) -> None:
        self._speed = speed
        self._half = round(rate * _HALF_S)
        self._search = round(rate * SEARCH_S)
        self._attack = round(rate * _ATTACK_S)
        self._apart = round(rate * _APART_S)
        self._reach = round(2 * self._half * max(1.0, speed)) + self._search + self._half
        """How far from its even place a window can lie, with all that belongs to it."""
        self._rise = (np.sin((np.arange(self._half) + 0.5) * np.pi / 2 / self._half) ** 2).astype(np.float32)[:, None]
        self._size = 1 << (self._half + 2 * self._search - 1).bit_length()
        self._onsets = Onsets(rate)
        self._input: Samples = np.zeros((0, CHANNELS), np.float32)
        self._first = 0
        self._taken = 0
        self._count = 0
        self._place = 0
        self._anchor: int | None = None
        self._tail: Samples | None = None

    def push(self, samples: Samples) -> Iterator[Samples]:
        """What is ready after `samples`, shape (count, 2)."""
        if self._speed == 1.0:
            yield samples
            return
        self._taken += len(samples)
        self._append(samples)
        yield from self._ready(min(self._end, self._onsets.known) - self._reach)

    def flush(self) -> Iterator[Samples]:
        """The rest, at the end of the sound."""
        if self._speed == 1.0 or not self._taken:
            return
        total, self._taken = round(self._taken / self._speed), 0
        done = max(0, self._count - 1) * self._half
        self._append(np.zeros((3 * self._reach, CHANNELS), np.float32))
        for piece in self._ready(self._end - self._reach):
            if done < total:
                yield piece[: total - done]
            done += len(piece)

    # -- inside ----------------------------------------------------------------------------------------

    @property
    def _end(self) -> int:
        return self._first + len(self._input)

    def _append(self, samples: Samples) -> None:
        self._onsets.push(samples)
        behind = int(self._count * self._half * self._speed) - 2 * self._reach
        gone = min(max(0, behind - self._first), len(self._input))
        self._input = np.concatenate((self._input[gone:], samples))
        self._first += gone
        self._onsets.forget(self._first)

    def _ready(self, limit: int) -> Iterator[Samples]:
        """All windows whose even place lies before `limit`."""
        pieces = []
        while self._count * self._half * self._speed < limit:
            place = self._next_place() if self._count else 0
            if self._tail is not None:
                pieces.append(self._tail + self._at(place - self._half, self._half) * self._rise)
            self._tail = self._at(place, self._half) * self._rise[::-1]
            self._place = place
            self._count += 1
        if pieces:
            yield np.concatenate(pieces)

    def _at(self, place: int, count: int) -> Samples:
        begin = place - self._first
        return self._input[begin : begin + count]

    def _next_place(self) -> int:
        """Where the middle of the next window is taken from."""
        due = self._count * self._half
        even = due * self._speed
        lowest, highest = float(self._half), np.inf
        for onset in self._anchors(even):
            away = due - onset / self._speed
            if abs(away) < self._half:
                return max(self._half, round(onset + away))
            if away < 0:
                highest = min(highest, onset - self._half)
            else:
                lowest = max(lowest, onset + self._attack + self._half)
        place = round(max(min(even, highest), lowest))
        low = max(round(lowest), place - self._search)
        high = round(min(highest, place + self._search))
        return self._best(low, place, high) if low < high else place

    def _anchors(self, even: float) -> list[int]:
        """The beginning heard last and the next one that is far enough from it."""
        apart = max(self._apart, round(2 * self._half * self._speed))
        found = [] if self._anchor is None else [self._anchor]
        for onset in self._onsets.places:
            if not found or onset - found[-1] >= apart:
                found.append(onset)
        passed = [onset for onset in found if onset <= even]
        self._anchor = passed[-1] if passed else None
        return [*passed[-1:], *[onset for onset in found if onset > even][:1]]

    def _best(self, low: int, place: int, high: int) -> int:
        """Of `low` .. `high` the middle of the window that goes on best from the one before, preferably at `place`."""
        before = self._at(self._place, self._half).astype(np.float64)
        choice = self._at(low - self._half, self._half + high - low).astype(np.float64)
        energy = np.square(before).sum()
        if energy < 1e-9:
            return place
        count = high - low + 1
        spectrum = np.fft.rfft(choice, self._size, axis=0) * np.fft.rfft(before, self._size, axis=0).conj()
        product: npt.NDArray[np.float64] = np.fft.irfft(spectrum.sum(axis=1), self._size)[:count]
        sums = np.concatenate(([0.0], np.cumsum(np.square(choice).sum(axis=1))))
        energies = np.maximum(sums[self._half : self._half + count] - sums[:count], 1e-9)
        likeness = product / np.sqrt(energy * energies)
        away = (np.arange(low, high + 1) - place) / self._search
        return low + int(np.argmax(likeness - _RELUCTANCE * np.square(away)))
