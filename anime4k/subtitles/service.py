"""`Subtitles`: the tracks of the file that is played, and what is laid over each of its frames."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from anime4k.media.subtitles import Kind
from anime4k.overlay import Overlay
from anime4k.subtitles.cache import Key
from anime4k.subtitles.discovery import Discovery, Found
from anime4k.subtitles.drawing import Drawer, Prepare, Video
from anime4k.subtitles.layout import Geometry, Override, Style
from anime4k.subtitles.slot import Slot
from anime4k.subtitles.tracks import SubtitleTrack, choose

__all__ = ["Geometry", "Override", "Style", "SubtitleState", "SubtitleTrack", "Subtitles"]

_MOST_COMPLAINTS: Final = 100
_JUMP_S: Final = 3.0
"""Moments further apart are a seek."""


@dataclass(frozen=True)
class SubtitleState:
    """Subtitles in figures.

    Attributes:
        track: number of the chosen track, None = none.
        secondary: number of the one at the top.
        visible: whether they are shown.
        delay: seconds by which they come later.
        style: what the viewer changed.
        render_ms: what the last picture took in the thread, in milliseconds.
        peak_ms: what the dearest one took.
        rendered: pictures made.
        late: moments for which the picture was not ready.
        cached: pictures kept.
        cached_bytes: what they take.
        library: what draws them, e.g. "libass 0.17.1" or "plain text"; "" before anything was drawn.
    """

    track: int | None = None
    secondary: int | None = None
    visible: bool = True
    delay: float = 0.0
    style: Style = Style()
    render_ms: float = 0.0
    peak_ms: float = 0.0
    rendered: int = 0
    late: int = 0
    cached: int = 0
    cached_bytes: int = 0
    library: str = ""


class Subtitles:
    """Subtitles of the file that is played. Nothing here waits for a disk or a picture.

    Args:
        wake: called from a thread when something that was asked for has become ready, or tracks became known.
        languages: codes in order of preference.
        prepare: called from a thread with every finished picture and the size of its window, before it is needed.
    """

    def __init__(
        self,
        wake: Callable[[], None] = lambda: None,
        *,
        languages: Sequence[str] = (),
        prepare: Prepare = lambda overlay, window: None,
    ) -> None:
        self.complaints: list[str] = []
        """What went wrong, each a sentence."""
        self._said: set[str] = set()
        self._wake = wake
        self._languages = tuple(languages)
        self._lock = threading.RLock()
        self._drawer = Drawer(wake, self._complain, prepare)
        self._discovery: Discovery | None = None
        self._tracks: tuple[SubtitleTrack, ...] = ()
        self._known = True
        self._first: dict[bool, int | None | Literal["auto"]] = {False: "auto", True: None}
        self._start_s, self._at = 0.0, 0.0
        self._visible, self._delay, self._style = True, 0.0, Style()

    # -- files and tracks --------------------------------------------------------------------------------

    def open(self, path: str, *, at: float = 0.0, track: int | None | Literal["auto"] = "auto") -> None:
        """Take over the subtitles of a file and those beside it, in the background.

        Args:
            path: the video.
            at: seconds; reading begins there.
            track: number, None = none, "auto" = by language and the author's wish.
        """
        with self._lock:
            self.close_file()
            self._said.clear()
            self._at, self._first, self._known = at, {False: track, True: None}, False
            self._discover().video(Path(path))

    def add(self, path: str) -> None:
        """Take over a subtitle file and select it, if there is anything in it."""
        with self._lock:
            self._discover().file(Path(path))

    def _discover(self) -> Discovery:
        if self._discovery is None:
            self._discovery = Discovery(self._found)
            self._discovery.start()
        return self._discovery

    def _found(self, discovery: Discovery, found: Found) -> None:
        with self._lock:
            if discovery is not self._discovery:
                return
            for note in found.notes:
                self._complain(note)
            self._tracks = (*self._tracks, *found.tracks)
            if found.main:
                self._known = True
                self._drawer.video, self._start_s = Video(found.fonts, found.matrix), found.start_s
                for secondary, first in self._first.items():
                    number = choose(self._tracks, self._languages) if first == "auto" else first
                    if number is not None:
                        self.select(number, secondary=secondary)
            elif found.tracks:
                self.select(found.tracks[0].number)
        self._wake()

    @property
    def tracks(self) -> tuple[SubtitleTrack, ...]:
        """What can be chosen; empty until the file has been looked into."""
        return self._tracks

    @property
    def known(self) -> bool:
        """Whether the file has been looked into."""
        return self._known

    @property
    def track(self) -> int | None:
        """Number of the chosen track."""
        slot = self._drawer.slot(False)
        return None if slot is None else slot.track.number

    @property
    def secondary(self) -> int | None:
        """Number of the track at the top."""
        slot = self._drawer.slot(True)
        return None if slot is None else slot.track.number

    def select(self, number: int | None, *, secondary: bool = False) -> None:
        """Choose a track; None = none. One that is not there or cannot be shown gives none and a complaint.

        Before the file has been looked into this only says which one to begin with.
        """
        with self._lock:
            if not self._known:
                self._first[secondary] = number
                return
            track = next((track for track in self._tracks if track.number == number), None)
            if track is None and number is not None:
                self._complain(f"there is no subtitle track {number}; the file has {len(self._tracks)}")
            elif track is not None and track.kind is Kind.OTHER:
                self._complain(f"subtitle track {number} cannot be shown because it is of the kind {track.codec}")
                track = None
            self._drawer.put(secondary, None if track is None else self._slot(track, secondary))

    def _slot(self, track: SubtitleTrack, secondary: bool) -> Slot:
        return Slot(
            track,
            self._at,
            # A file of its own counts from the beginning of the video.
            self._start_s if track.external else 0.0,
            top=secondary,
            news=self._drawer.tell,
            complain=self._complain,
        )

    def close_file(self) -> None:
        """Forget the file; what is already drawn goes away."""
        with self._lock:
            if self._discovery is not None:
                self._discovery.stop()
                self._discovery = None
            for secondary in (False, True):
                self._drawer.put(secondary, None)
            self._tracks, self._drawer.video, self._known = (), Video(), True
            self._start_s, self._at = 0.0, 0.0

    def close(self) -> None:
        """End the threads."""
        self.close_file()
        self._drawer.close()

    def _complain(self, sentence: str) -> None:
        # Whoever tells the user takes them out of the list; tracks are opened again at seeks.
        if sentence not in self._said and len(self._said) < _MOST_COMPLAINTS:
            self._said.add(sentence)
            self.complaints.append(sentence)

    # -- settings ----------------------------------------------------------------------------------------

    @property
    def visible(self) -> bool:
        """Whether they are shown."""
        return self._visible

    @visible.setter
    def visible(self, value: bool) -> None:
        self._visible = value
        self._drawer.show(value, self._style)

    @property
    def delay(self) -> float:
        """Seconds by which they come later."""
        return self._delay

    @delay.setter
    def delay(self, value: float) -> None:
        self._delay = value

    @property
    def style(self) -> Style:
        """What the viewer changed."""
        return self._style

    @style.setter
    def style(self, value: Style) -> None:
        self._style = value
        self._drawer.show(self._visible, value)

    # -- pictures ----------------------------------------------------------------------------------------

    def want(self, times: Sequence[float], geometry: Geometry) -> None:
        """Say which moments will be on screen soon, in order: they are made ahead.

        Args:
            times: seconds on the clock of the file.
            geometry: where to draw.
        """
        self._drawer.want([self._key(time, geometry) for time in times])

    def at(self, time: float, geometry: Geometry) -> Overlay:
        """What is laid over a moment: exactly that if it is ready, else the latest known. Never waits.

        Args:
            time: seconds on the clock of the file.
            geometry: where to draw.
        """
        if abs(time - self._at) > _JUMP_S:
            self._follow(time)
        self._at = time
        return self._drawer.at(self._key(time, geometry))

    def _follow(self, time: float) -> None:
        """Read on from another place when the reading has not come there yet: in large files that takes long."""
        with self._lock:
            self._at = time
            for secondary in (False, True):
                slot = self._drawer.slot(secondary)
                if slot is not None and not slot.knows(self._milliseconds(time)):
                    self._drawer.put(secondary, self._slot(slot.track, secondary))

    def exact(self, time: float, geometry: Geometry) -> bool:
        """Whether `at` has exactly this moment, with everything that the tracks say about it."""
        return self._known and self._drawer.exact(self._key(time, geometry))

    def line(self, time: float, step: int) -> float | None:
        """When the previous (-1), present (0) or next (+1) line of the track begins, None = there is none."""
        slot = self._drawer.slot(False)
        found = None if slot is None else slot.index.step(self._milliseconds(time), step)
        return None if found is None else found / 1000 + self._delay

    @property
    def state(self) -> SubtitleState:
        """Subtitles in figures."""
        figures, cache = self._drawer.figures, self._drawer.cache
        return SubtitleState(
            self.track, self.secondary, self._visible, self._delay, self._style, figures.render_ms, figures.peak_ms,
            figures.rendered, figures.late, len(cache), cache.bytes, figures.library,
        )  # fmt: skip

    def _key(self, time: float, geometry: Geometry) -> Key:
        return self._milliseconds(time), geometry

    def _milliseconds(self, time: float) -> int:
        return round((time - self._delay) * 1000)
