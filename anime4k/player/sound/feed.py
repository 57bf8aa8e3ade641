"""The thread that reads files and keeps the ring filled; everything slow happens here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from anime4k.errors import Anime4kError
from anime4k.media.audio import AudioTrack, Wanted, choose_track
from anime4k.media.audio_source import SoundSource
from anime4k.media.reader import ReadAborted
from anime4k.player.sound.process import SENTENCES, OutputProcess
from anime4k.player.sound.ring import DeviceState, Ring
from anime4k.player.sound.runs import Request, Run
from anime4k.player.sound.transport import Transport

_TICK_S = 0.02
_IDLE_S = 0.1
_PIECE = 4800
"""At most this many samples are written at once, so that the lock is held briefly."""
_JOIN_S = 2.0


@dataclass(frozen=True)
class Opening:
    """A file to be opened: `number` distinguishes the wishes, `path` None closes the present one."""

    number: int
    path: str | None
    wanted: Wanted
    languages: tuple[str, ...] = ()
    at: float = 0.0


class Feed:
    """Reads one file after another for a transport.

    Args:
        transport: what it fills.
        ring: its ring.
        process: the output process, started with the first file that has sound.
        complain: called with each new sentence.
    """

    def __init__(
        self, transport: Transport, ring: Ring, process: OutputProcess, complain: Callable[[str], None]
    ) -> None:
        self._transport = transport
        self._ring = ring
        self._process = process
        self._complain = complain
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._opening = Opening(0, None, None)
        self._choice: Wanted = "auto"
        self._abort = threading.Event()
        self._ended = False
        self._thread: threading.Thread | None = None
        self._device = DeviceState.STARTING
        self.tracks: tuple[AudioTrack, ...] = ()
        self.track: AudioTrack | None = None
        self._opened = 0
        self.damaged = 0

    # -- from any thread -------------------------------------------------------------------------------

    def wake(self) -> None:
        """There is something new to do."""
        self._wake.set()

    def open(self, path: str | None, at: float, wanted: Wanted, languages: Sequence[str]) -> None:
        """Go over to another file (None = none); what was read of the one before is left at once."""
        with self._lock:
            self._opening = Opening(self._opening.number + 1, path, wanted, tuple(languages), at)
            self._choice = wanted
            self._abort.set()
            self._abort = threading.Event()
            self.tracks, self.track, self.damaged = (), None, 0
            if self._thread is None and path is not None and not self._ended:
                self._thread = threading.Thread(target=self._work, name="sound", daemon=True)
                self._thread.start()
        self.wake()

    @property
    def is_open(self) -> bool:
        """Whether the tracks of the present file are known."""
        return self._opened == self._opening.number and self._opening.path is not None

    def choose(self, wanted: Wanted) -> None:
        """Use another track of the file from the next request on."""
        with self._lock:
            self._choice = wanted
            if self.tracks or wanted is None:
                self.track = choose_track(self.tracks, wanted, self._opening.languages)

    def stop(self) -> None:
        """End the thread and the output process."""
        with self._lock:
            self._ended = True
            self._abort.set()
        self.wake()
        if self._thread is not None:
            self._thread.join(_JOIN_S)
        self._process.stop()

    # -- the thread ------------------------------------------------------------------------------------

    def _work(self) -> None:
        done = 0
        while not self._ended:
            with self._lock:
                opening, abort = self._opening, self._abort
            if opening.number == done:
                self._pause()
                continue
            done = opening.number
            if opening.path is None:
                continue
            try:
                self._file(opening, abort)
            except ReadAborted:
                pass
            except Anime4kError as error:
                self._give_up(opening, f"no sound: {error}")
            except Exception as error:  # playback goes on without sound whatever happens here
                self._give_up(opening, f"no sound: {opening.path} cannot be read ({error}); check the file")

    def _give_up(self, opening: Opening, sentence: str) -> None:
        if self._is(opening):
            self._transport.silence()
            self._opened = opening.number
            self._complain(sentence)

    def _is(self, opening: Opening) -> bool:
        return self._opening is opening and not self._ended

    def _file(self, opening: Opening, abort: threading.Event) -> None:
        source = SoundSource(opening.path or "", abort=abort)
        try:
            with self._lock:
                if not self._is(opening):
                    return
                self.tracks = source.tracks
                self.track = choose_track(source.tracks, self._choice, opening.languages)
                self._opened = opening.number
            if not source.tracks:
                self._transport.silence()
                return
            self._process.start()
            if self.track is None:
                self._transport.silence()
            done: Request | None = None
            while self._is(opening):
                request = self._transport.request
                if request is None or request == done:
                    self._pause()
                    continue
                done = request
                self._request(source, request, opening)
        finally:
            source.close()

    def _request(self, source: SoundSource, request: Request, opening: Opening) -> None:
        track = self.track
        if track is None:
            self._transport.silence()
            return
        try:
            if source.track != track:
                source.select(track)
            self._fill(source, request, opening)
        except ReadAborted:
            raise
        except Anime4kError as error:
            if self._transport.request == request:
                self._transport.silence()
            self._complain(f"no sound: {error}")

    def _fill(self, source: SoundSource, request: Request, opening: Opening) -> None:
        run: Run | None = None

        def stale() -> bool:
            return self._transport.request != request or not self._is(opening)

        for chunk in source.play(request.media, request.speed, stale):
            self.damaged = source.damaged
            for at in range(0, len(chunk.samples), _PIECE):
                run = run or self._transport.begin(request)
                if run is None:
                    return
                while not self._transport.room(run):
                    self._pause()
                    self._transport.join()
                    if stale():
                        return
                if stale() or not self._transport.write(run, chunk.samples[at : at + _PIECE]):
                    return
                self._transport.join()
            self._look()
        if not stale() and (run := run or self._transport.begin(request)) is not None:
            self._transport.finish(run)
            self._transport.join()
            while not stale():
                self._pause()
                self._transport.join()

    def _pause(self) -> None:
        self._wake.wait(_TICK_S if self._transport.preparing else _IDLE_S)
        self._wake.clear()
        self._look()

    def _look(self) -> None:
        """Notice what became of the output process and its device."""
        if self._ended:
            return
        sentence = self._process.check()
        if sentence:
            self._complain(sentence)
        device = self._ring.device
        if device is not self._device:
            self._device = device
            if device in SENTENCES:
                self._complain(SENTENCES[device])
