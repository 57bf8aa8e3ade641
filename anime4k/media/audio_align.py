"""Decoded sound brought onto one clock: stereo at one rate, every sample at its own media time.

The grid is counted from time 0 of the file: sample `n` belongs to `n / rate` seconds, negative numbers
included. What the file leaves out becomes silence, what it gives twice is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
import numpy.typing as npt
from av.audio.resampler import AudioResampler

from anime4k.media.decoding import FAILURES
from anime4k.media.timing import JUMP_AHEAD_S

Samples = npt.NDArray[np.float32]
"""Sound, shape (count, 2), nominally within -1 .. 1."""

CHANNELS = 2
TOLERANCE_S = Fraction(5, 1000)
"""Time stamps this near to the end of the samples before mean: it goes on (Matroska counts milliseconds)."""
_WITNESSES = 3
"""A time stamp more than 10 s away is believed when so many frames in a row agree; one alone is damage."""
_BLOCK_S = 0.25
"""Silence is made in blocks of at most this length."""


@dataclass(frozen=True)
class Chunk:
    """Samples that follow each other.

    Attributes:
        position: place of the first sample on the grid; its media time is `position / rate`.
        samples: (count, 2), count > 0.
    """

    position: int
    samples: Samples

    @property
    def end(self) -> int:
        """Place after the last sample."""
        return self.position + len(self.samples)


class Aligner:
    """Turns decoded frames of any format into chunks without gap or overlap.

    Args:
        rate: samples per second of the output.
        time_base: seconds per unit of the frames' time stamps.
        start: place of the first sample wanted: earlier ones are dropped, missing ones are silence;
            None = begin with the first frame.
        restarts: whether the clock of the container may start anew at any moment (MPEG streams): a long
            step ahead is then no gap.
    """

    def __init__(self, rate: int, time_base: Fraction, start: int | None = None, *, restarts: bool = False) -> None:
        self._rate = rate
        self._base = time_base
        self._next = start
        self._restarts = restarts
        self._format: tuple[str, str, int, int] | None = None
        self._resampler: AudioResampler | None = None
        self._place = 0
        self._end: Fraction | None = None
        self._offset = Fraction(0)
        self._doubts: list[tuple[av.AudioFrame, Fraction]] = []
        self.gaps = 0
        """How often the time stamps left something out or ran back."""
        self.damaged = 0
        """Frames that could not be resampled."""

    def push(self, frame: av.AudioFrame) -> Iterator[Chunk]:
        """What can be heard once `frame` is known."""
        if frame.samples <= 0 or frame.sample_rate <= 0:
            return
        time = self._stated(frame)
        if self._doubts and not self._agrees(time):
            yield from self._follow_on()
        if time is not None and self._end is not None and abs(time - self._end) > JUMP_AHEAD_S:
            self._doubts.append((frame, time))
            if len(self._doubts) == _WITNESSES:
                yield from self._jump()
            return
        yield from self._take(frame, self._place_in_time(time))

    def flush(self) -> Iterator[Chunk]:
        """The rest that is held back."""
        yield from self._follow_on()
        yield from self._drain()

    # -- times -----------------------------------------------------------------------------------------

    def _stated(self, frame: av.AudioFrame) -> Fraction | None:
        """Media time of the first sample of `frame` as the file has it."""
        if frame.pts is None:
            return None
        return frame.pts * Fraction(frame.time_base or self._base) + self._offset

    def _place_in_time(self, stated: Fraction | None) -> Fraction:
        """Media time of the next frame; one without time stamp follows on."""
        if self._end is None:
            return Fraction(self._next or 0, self._rate) if stated is None else stated
        if stated is None or abs(stated - self._end) <= TOLERANCE_S:
            return self._end
        self.gaps += 1
        return stated

    def _agrees(self, time: Fraction | None) -> bool:
        """Whether a frame at `time` follows the last one in doubt."""
        frame, last = self._doubts[-1]
        return time is None or abs(time - last - Fraction(frame.samples, frame.sample_rate)) <= TOLERANCE_S

    def _follow_on(self) -> Iterator[Chunk]:
        """The time stamps in doubt were wrong: their frames follow on."""
        doubts, self._doubts = self._doubts, []
        for frame, _ in doubts:
            self.gaps += 1
            yield from self._take(frame, self._place_in_time(None))

    def _jump(self) -> Iterator[Chunk]:
        """The time stamps in doubt were right: a long gap, or a clock that began anew."""
        doubts, self._doubts = self._doubts, []
        ahead = doubts[0][1] - (self._end or Fraction(0))
        anew = ahead < 0 or self._restarts
        if anew:
            self._offset -= ahead
        for frame, time in doubts:
            yield from self._take(frame, self._place_in_time(time - ahead if anew else time))

    # -- samples ---------------------------------------------------------------------------------------

    def _take(self, frame: av.AudioFrame, time: Fraction) -> Iterator[Chunk]:
        """Resample `frame`, whose first sample belongs to `time`."""
        form = (frame.format.name, frame.layout.name, frame.layout.nb_channels, frame.sample_rate)
        if form != self._format or time != self._end:
            yield from self._drain()
            self._format = form
            self._place = round(time * self._rate)
            if self._next is None:
                self._next = self._place
            # The mixer would take 3 dB off a single channel; it is copied to both sides instead.
            layout = "mono" if frame.layout.nb_channels == 1 else "stereo"
            self._resampler = AudioResampler(format="flt", layout=layout, rate=self._rate)
        self._end = time + Fraction(frame.samples, frame.sample_rate)
        frame.pts = None
        yield from self._resample(frame)

    def _drain(self) -> Iterator[Chunk]:
        """The rest that the resampler holds back."""
        if self._resampler is not None:
            yield from self._resample(None)
        self._resampler = None
        self._format = None

    def _resample(self, frame: av.AudioFrame | None) -> Iterator[Chunk]:
        assert self._resampler is not None
        try:
            made = self._resampler.resample(frame)
        except EOFError:
            return
        except FAILURES:
            self.damaged += 1
            return
        for piece in made:
            samples = piece.to_ndarray().astype(np.float32, copy=False).reshape(piece.samples, -1)
            if samples.shape[1] != CHANNELS:
                samples = np.repeat(samples[:, :1], CHANNELS, axis=1)
            place, self._place = self._place, self._place + piece.samples
            yield from self._emit(place, samples)

    def _emit(self, place: int, samples: Samples) -> Iterator[Chunk]:
        assert self._next is not None
        block = max(1, int(self._rate * _BLOCK_S))
        while self._next < place:
            count = min(block, place - self._next)
            self._next += count
            yield Chunk(self._next - count, np.zeros((count, CHANNELS), np.float32))
        fresh = samples[self._next - place :]
        if len(fresh):
            start, self._next = self._next, self._next + len(fresh)
            yield Chunk(start, np.nan_to_num(fresh, nan=0.0, posinf=1.0, neginf=-1.0))
