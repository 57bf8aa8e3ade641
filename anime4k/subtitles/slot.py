"""A chosen track: the thread that reads it, its lines so far, and what draws it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from anime4k.errors import MediaError
from anime4k.media.attachments import Font
from anime4k.media.bitmap_event import BitmapEvent
from anime4k.media.bitmap_tracks import BitmapReader
from anime4k.media.reader import ReadAborted
from anime4k.media.subtitles import Kind, TextEvent, TextReader
from anime4k.overlay import EMPTY, Overlay
from anime4k.subtitles import library
from anime4k.subtitles.ass import AssRenderer
from anime4k.subtitles.bitmap import overlay_of
from anime4k.subtitles.layout import Geometry, Style
from anime4k.subtitles.lines import Event, Index, Span, joined, span_of
from anime4k.subtitles.plain import PlainRenderer, stripped
from anime4k.subtitles.tracks import SubtitleTrack

_NO_CHOICE = frozenset(("", "arial", "helvetica", "sans", "sans-serif", "default"))
"""Fonts that programs write when nobody has chosen one; what takes their place looks as well."""


class Painter(Protocol):
    """Draws the moments of one track."""

    def add(self, events: Iterable[Any]) -> None:
        """More events."""

    def render(self, time: int, geometry: Geometry, style: Style) -> Overlay:
        """The picture of a moment in milliseconds; the same object while nothing changes."""

    def close(self) -> None:
        """Free what it holds."""


class BitmapPainter:
    """Draws the pictures of bitmap tracks."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._index: Index | None = None
        self._drawn: tuple[object, ...] = ()
        self._shown: Overlay = EMPTY

    def add(self, events: Iterable[BitmapEvent]) -> None:
        """More events."""
        self._events += events
        self._index = None

    def render(self, time: int, geometry: Geometry, style: Style) -> Overlay:
        """See `Painter`."""
        if self._index is None:
            self._index = Index(self._events)
        active = [event for event in self._index.active(time) if isinstance(event, BitmapEvent)]
        key = (tuple(map(id, active)), geometry, style)
        if key != self._drawn:
            tiles = [tile for event in active for tile in overlay_of(event, geometry, style).tiles]
            self._drawn, self._shown = key, Overlay(tuple(tiles)) if tiles else EMPTY
        return self._shown

    def close(self) -> None:
        """Nothing to free."""


class Slot:
    """One chosen track; `take`, `paint` and `close` belong to the drawing thread.

    Args:
        track: which.
        at: seconds; reading begins there.
        shift: seconds added to all times, for files with a clock of their own.
        top: draw at the top of the picture.
        news: called by the reading thread whenever there is more.
        complain: called with a sentence.
    """

    def __init__(
        self,
        track: SubtitleTrack,
        at: float,
        shift: float,
        *,
        top: bool,
        news: Callable[[], None],
        complain: Callable[[str], None],
    ) -> None:
        self.track = track
        self.index = Index()
        """The lines so far; replaced, never changed."""
        self.finished = False
        """Whether everything has been read and taken."""
        self._read_from, self._read_to = round(at * 1000), round(at * 1000)
        self._top = top
        self._at, self._shift = at - shift, round(shift * 1000)
        self._news, self._complain = news, complain
        self._abort = threading.Event()
        self._lock = threading.Lock()
        self._incoming: list[Event] = []
        self._ended = False
        self._events: list[Event] = []
        self._header = b""
        self._painter: Painter | None = None
        self._plain = False
        self._fonts: list[str] = []
        self._thread = threading.Thread(target=self._read, name="subtitle reader", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """End the reading soon; safe from any thread."""
        self._abort.set()

    def knows(self, time: int) -> bool:
        """Whether everything that begins near a time in milliseconds has been read."""
        return self.finished or self._read_from <= time < self._read_to

    # -- the reading thread ------------------------------------------------------------------------------

    def _read(self) -> None:
        track = self.track
        reader: TextReader | BitmapReader | None = None
        try:
            if track.kind is Kind.BITMAP:
                reader = BitmapReader(track.path, track.index, self._abort)
            else:
                reader = TextReader(track.path, track.index, self._abort, track.language)
                self._header = reader.header
            for event in reader.events(self._at):
                with self._lock:
                    waiting = bool(self._incoming)
                    self._incoming.append(self._shifted(event))
                if not waiting:
                    self._news()
            if reader.damaged:
                self._complain(f"{self._name}: {reader.damaged} lines are damaged and left out")
            if reader.cut:
                self._complain(f"{self._name} holds too much; the rest is left out")
        except ReadAborted:
            return
        except MediaError as error:
            self._complain(str(error))
        except Exception as error:  # whatever a damaged file leads to, the video goes on
            self._complain(f"{self._name} cannot be read any further ({error}); the video goes on without it")
        finally:
            if reader is not None:
                reader.close()
            with self._lock:
                self._ended = True
            self._news()

    @property
    def _name(self) -> str:
        return f"{self.track.path.name}: subtitle track {self.track.number}"

    def _shifted(self, event: Event) -> Event:
        if not self._shift:
            return event
        if isinstance(event, TextEvent):
            return replace(event, start=event.start + self._shift, end=event.end + self._shift)
        return replace(event, start=event.start + self._shift / 1000, end=event.end + self._shift / 1000)

    # -- the drawing thread ------------------------------------------------------------------------------

    def take(self) -> list[Span]:
        """Take over what has been read; the times at which that changes the picture."""
        with self._lock:
            events, self._incoming = self._incoming, []
            ended = self._ended
        spans = [span_of(event) for event in events]
        if events:
            self._events += events
            self.index = Index(self._events)
            if self._painter is not None:
                self._give(events)
            self._read_to = max([self._read_to, *(span.start for span in spans if span.start >= self._read_from)])
        self.finished = ended
        return joined(spans)

    def paint(
        self, time: int, geometry: Geometry, style: Style, plain: bool, made: Callable[[Slot], Painter]
    ) -> Overlay:
        """The picture of a moment.

        Args:
            time: milliseconds.
            geometry: where to draw.
            style: what the viewer changed.
            plain: whether the author's styles are dropped.
            made: makes what draws the track.
        """
        if self._painter is None or plain != self._plain:
            self.close()
            self._plain = plain
            self._painter = made(self)
            self._give(self._events)
        return self._painter.render(time, geometry, style)

    def painter(self, libass: library.Libass | None, fonts: Sequence[Font], matrix: int) -> Painter:
        """What draws this track; without the library plain text."""
        if self.track.kind is Kind.BITMAP:
            return BitmapPainter()
        if libass is None:
            return PlainRenderer(top=self._top)
        header = b"" if self._plain else self._header
        return AssRenderer(libass, header, fonts, top=self._top, matrix=matrix, missing=self._missing)

    def _missing(self, font: str) -> None:
        if font.casefold() in _NO_CHOICE:
            return
        self._fonts.append(font)
        if len(self._fonts) == 1:
            self._complain(f"{self._name}: the font {font} is not there; another one is used")

    def _give(self, events: Sequence[Event]) -> None:
        assert self._painter is not None
        text = [event for event in events if isinstance(event, TextEvent)]
        self._painter.add([stripped(event) for event in text] if self._plain and text else text or events)

    def close(self) -> None:
        """Free what draws the track."""
        if self._painter is not None:
            self._painter.close()
            self._painter = None
