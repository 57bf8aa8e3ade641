"""`Sound`: the sound of the player, all that the rest of it needs to know."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from anime4k.media.audio import AudioTrack, Wanted
from anime4k.player.sound.clock import SoundClock
from anime4k.player.sound.feed import Feed
from anime4k.player.sound.process import OutputProcess
from anime4k.player.sound.ring import DeviceState, Ring, now
from anime4k.player.sound.transport import Transport

LOUDEST = 130.0
"""Largest volume in percent."""
_NULL = (DeviceState.NULL_ASKED, DeviceState.NULL_NO_DEVICE, DeviceState.NULL_LOST)


@dataclass(frozen=True)
class SoundState:
    """What the sound does.

    Attributes:
        device: name of the device, "" while none is open.
        is_null: whether the samples go nowhere.
        codec: name of the track's codec, "" without a track.
        rate: samples per second in the file, 0 = unknown.
        channels: channels in the file.
        layout: FFmpeg's name of their layout.
        track: number of the track, None = no sound.
        volume: 0 .. 130 percent.
        muted: whether it is muted.
        delay: seconds by which sound is later.
        leading: whether the clock follows the sound.
        underruns: how often sound was wanted and not there.
        damaged: packets and frames of the track that could not be used.
        error_ms: what is heard is ahead of the clock by this much, 0 while no sound leads.
        buffered_s: seconds of sound that are ready.
    """

    device: str = ""
    is_null: bool = False
    codec: str = ""
    rate: int = 0
    channels: int = 0
    layout: str = ""
    track: int | None = None
    volume: float = 100.0
    muted: bool = False
    delay: float = 0.0
    leading: bool = False
    underruns: int = 0
    damaged: int = 0
    error_ms: float = 0.0
    buffered_s: float = 0.0


def gain_of(volume: float) -> float:
    """The factor of a volume in percent: its cube, so that equal steps sound alike; 100 is 1."""
    return (min(max(volume, 0.0), LOUDEST) / 100.0) ** 3


class Sound:
    """Plays the sound of one file after another; no method waits for a file or device, except `close`.

    Args:
        device: "auto", "null" (silent, keeps time) or part of a device's name.
        record: file that takes everything put out, for measurements (`record.read_recording`).
    """

    def __init__(self, *, device: str = "auto", record: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._ring = Ring.create()
        self._transport = Transport(self._ring, self._lock, self._wake, now)
        self.clock = SoundClock(self._transport, self._lock)
        """Media time; `anime4k.player.pace.clock.Clock`."""
        self._transport.position = self.clock.place
        self._process = OutputProcess(self._ring, device, record)
        self._feed = Feed(self._transport, self._ring, self._process, self._complain)
        self.complaints: list[str] = []
        """What went wrong, each a sentence, each once."""
        self._volume = 100.0
        self._muted = False
        self._closed = False
        self._final: SoundState | None = None

    # -- files and tracks ------------------------------------------------------------------------------

    def open(self, path: str, *, at: float, track: Wanted = "auto", languages: Sequence[str] = ()) -> None:
        """Play the sound of `path`, from media time `at` on once the clock runs; in the background.

        Args:
            path: the file.
            at: position in seconds of the file's own clock, which the clock takes.
            track: number from 1, None = without sound, "auto" = by language, then the file's default, then the first.
            languages: preferred languages, best first.
        """
        with self._lock:
            self._feed.open(path, at, track, languages)
            if track is None:
                self._transport.silence()
            else:
                self._transport.begin_file(at)
            self.clock.seek(at)

    def close_file(self) -> None:
        """Stop the sound of the present file."""
        with self._lock:
            self._transport.silence()
            self._feed.open(None, 0.0, None, ())

    def close(self) -> None:
        """End everything; takes a second at most when the output process does not answer."""
        if self._closed:
            return
        self._closed = True
        self.close_file()
        self._feed.stop()
        with self._lock:
            self._final = self.state
            self._transport.close()
            self._ring.remove()

    @property
    def tracks(self) -> tuple[AudioTrack, ...]:
        """The sound tracks of the file; empty until it has been opened."""
        return self._feed.tracks

    @property
    def track(self) -> int | None:
        """Number of the track that plays, from 1; None = no sound."""
        track = self._feed.track
        return None if track is None else track.number

    @property
    def ready(self) -> bool:
        """Whether the tracks of the present file are known."""
        return self._feed.is_open

    def select(self, track: Wanted) -> None:
        """Play another track from the present position on; None = no sound."""
        with self._lock:
            self._feed.choose(track)
            if self._feed.tracks and self._feed.track is None:
                self._transport.silence()
            elif self._feed.is_open or track is not None:
                self._transport.renew(self.clock.now)

    # -- how it sounds ---------------------------------------------------------------------------------

    @property
    def volume(self) -> float:
        """Volume in percent, 0 .. 130; the gain is its cube."""
        return self._volume

    @volume.setter
    def volume(self, value: float) -> None:
        self._volume = min(max(value, 0.0), LOUDEST)
        self._set_gain()

    @property
    def muted(self) -> bool:
        """Whether it is muted."""
        return self._muted

    @muted.setter
    def muted(self, value: bool) -> None:
        self._muted = value
        self._set_gain()

    def _set_gain(self) -> None:
        if not self._closed:
            self._ring.gain = 0.0 if self._muted else gain_of(self._volume)

    @property
    def delay(self) -> float:
        """Seconds of media time by which sound comes later than the picture; may be negative."""
        return self._transport.delay

    @delay.setter
    def delay(self, value: float) -> None:
        with self._lock:
            self._transport.set_delay(self.clock.now, value)

    # -- what it does ----------------------------------------------------------------------------------

    @property
    def state(self) -> SoundState:
        """All about it."""
        with self._lock:
            if self._final is not None:
                return self._final
            track = self._feed.track
            leading = self.clock.leading
            return SoundState(
                device=self._ring.device_name,
                is_null=self._ring.device in _NULL,
                codec=track.codec if track else "",
                rate=track.rate if track else 0,
                channels=track.channels if track else 0,
                layout=track.layout if track else "",
                track=track.number if track else None,
                volume=self._volume,
                muted=self._muted,
                delay=self._transport.delay,
                leading=leading,
                underruns=self._transport.underruns,
                damaged=self._feed.damaged,
                error_ms=1000.0 * self.clock.error,
                buffered_s=self._transport.buffered(),
            )

    def _wake(self) -> None:
        self._feed.wake()

    def _complain(self, sentence: str) -> None:
        if sentence not in self.complaints:
            self.complaints.append(sentence)
