"""`SoundSource`: the sound of a file as stereo samples with exact times, from any position, at any speed."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from anime4k.errors import MediaError
from anime4k.media.audio import AudioTrack
from anime4k.media.audio_align import Aligner, Samples
from anime4k.media.audio_raw import RawSound
from anime4k.media.audio_tempo import FASTEST, SLOWEST, Tempo
from anime4k.media.source import RESTARTING_CLOCKS

RATE = 48000
"""Samples per second of everything that is heard."""
_PREROLL_S = 0.25
"""Decoding begins this much before the first sample wanted: codecs need what was before to be exact."""
_BACK_S = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
"""How much further back a search starts when it landed too late, as it does in transport streams."""


@dataclass(frozen=True)
class SoundChunk:
    """Samples to be heard one after the other.

    Attributes:
        time: media time of the first sample in seconds of the file's own clock.
        samples: (count, 2) float32.
        speed: media seconds per second heard.
        rate: samples per second heard.
    """

    time: Fraction
    samples: Samples
    speed: float = 1.0
    rate: int = RATE

    @property
    def end(self) -> Fraction:
        """Media time after the last sample."""
        return self.time + Fraction(self.speed) * Fraction(len(self.samples), self.rate)


class SoundSource:
    """A file opened for its sound; not safe for use by several threads at once, except for the event.

    Args:
        path: the file.
        rate: samples per second wanted.
        abort: when another thread sets this event, reading ends with `ReadAborted`.

    Raises:
        MediaError: the file cannot be opened.
    """

    def __init__(self, path: str | Path, *, rate: int = RATE, abort: threading.Event | None = None) -> None:
        self._raw = RawSound(Path(path), abort or threading.Event())
        self.rate = rate
        self.track: AudioTrack | None = None
        """The track that is decoded."""
        self._damaged = 0
        self._gaps = 0

    @property
    def tracks(self) -> tuple[AudioTrack, ...]:
        """All sound tracks of the file."""
        return self._raw.tracks

    @property
    def damaged(self) -> int:
        """Packets and frames that could not be used so far."""
        return self._raw.damaged + self._damaged

    @property
    def gaps(self) -> int:
        """How often the time stamps left something out or ran back."""
        return self._gaps

    def select(self, track: AudioTrack) -> None:
        """Decode `track` from now on.

        Raises:
            MediaError: there is no decoder for it.
        """
        self._raw.select(track)
        self.track = track

    def play(
        self, time_s: float, speed: float = 1.0, interrupted: Callable[[], bool] = lambda: False
    ) -> Iterator[SoundChunk]:
        """The sound from `time_s` on; the first sample is the one nearest to that time.

        There is silence where the track has nothing, also before it begins; after its last sample there
        are no more chunks. Damage is counted and never raised.

        Args:
            time_s: seconds of the file's own clock, may be negative.
            speed: 0.25 .. 4, the pitch stays.
            interrupted: asked before every frame while searching; when true there are no more chunks.

        Raises:
            MediaError: the track is gone or nothing of it can be decoded.
            ReadAborted: the abort event was set.
            ValueError: there is no sound at this speed.
        """
        if not SLOWEST <= speed <= FASTEST:
            raise ValueError(f"no sound at speed {speed}")
        return self._play(time_s, speed, interrupted)

    def _play(self, time_s: float, speed: float, interrupted: Callable[[], bool]) -> Iterator[SoundChunk]:
        start = round(Fraction(time_s) * self.rate)
        tempo = Tempo(self.rate, speed)
        heard = 0

        def timed(pieces: Iterator[Samples]) -> Iterator[SoundChunk]:
            nonlocal heard
            for piece in pieces:
                time = Fraction(start, self.rate) + Fraction(speed) * Fraction(heard, self.rate)
                heard += len(piece)
                yield SoundChunk(time, piece, speed, self.rate)

        restarts = self._raw.container.format.name in RESTARTING_CLOCKS
        aligner = Aligner(self.rate, self._raw.time_base, start, restarts=restarts)
        for frame in self._frames_from(time_s, interrupted):
            for chunk in aligner.push(frame):
                yield from timed(tempo.push(chunk.samples))
            self._note(aligner)
        for chunk in aligner.flush():
            yield from timed(tempo.push(chunk.samples))
        self._note(aligner)
        yield from timed(tempo.flush())

    def _note(self, aligner: Aligner) -> None:
        self._damaged += aligner.damaged
        self._gaps += aligner.gaps
        aligner.damaged = aligner.gaps = 0

    def _frames_from(self, time_s: float, interrupted: Callable[[], bool]) -> Iterator[av.AudioFrame]:
        """Frames that begin early enough for the sample at `time_s` to be exact."""
        begin = time_s - _PREROLL_S
        for back in _BACK_S:
            if interrupted():
                return
            if begin - back <= self._first_time() or not self._raw.seekable or not self._raw.seek(begin - back):
                break
            frames = self._raw.frames()
            first = next((frame for frame in frames if frame.pts is not None or interrupted()), None)
            if first is None or first.pts is None:
                continue
            if float(first.pts * self._raw.time_base) <= begin or back == _BACK_S[-1]:
                yield from itertools.chain((first,), frames)
                return
        self._rewind()
        decoded = False
        for frame in self._raw.frames():
            decoded = True
            if interrupted():
                return
            yield frame
        if not decoded and self._raw.damaged:
            number = self.track.number if self.track else 0
            raise MediaError(
                f"{self._raw.path}: sound track {number} cannot be decoded; choose another track or repair the file"
            )

    def _first_time(self) -> float:
        """Media time of the first sample as declared; a file that does not say begins at 0."""
        return float((self._raw.stream.start_time or 0) * self._raw.time_base)

    def _rewind(self) -> None:
        if self._raw.seekable:
            self._raw.open()

    def close(self) -> None:
        """Close the file."""
        self._raw.close()
