"""The thread that draws subtitles: what is needed now first, then what will be on screen soon."""

from __future__ import annotations

import threading
import time as clock
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from anime4k.media.attachments import Font
from anime4k.media.subtitles import Kind
from anime4k.overlay import EMPTY, Overlay
from anime4k.subtitles import library
from anime4k.subtitles.cache import LIMIT, Cache, Key
from anime4k.subtitles.layout import Geometry, Override, Size, Style, fitted
from anime4k.subtitles.slot import Painter, Slot

Prepare = Callable[[Overlay, Size], None]
_STALE_MS: Final = 1000
"""An overlay of a moment further away is not shown in place of one that is late."""
_JOIN_S: Final = 5.0
_REST: Final = 10
"""After taking over lines nothing is taken for so many times as long as that took: it takes longer the more there are,
while a long track arrives line by line."""


@dataclass
class Figures:
    """What drawing took.

    Attributes:
        render_ms: the last picture, in milliseconds.
        peak_ms: the dearest one.
        rendered: pictures made.
        late: moments whose picture was not ready.
        library: what draws, e.g. "libass 0.17.1" or "plain text"; "" before anything was drawn.
    """

    render_ms: float = 0.0
    peak_ms: float = 0.0
    rendered: int = 0
    late: int = 0
    library: str = ""


@dataclass(frozen=True)
class Video:
    """What the tracks' painters need of the file: its fonts, and the H.273 code of its colour matrix."""

    fonts: tuple[Font, ...] = ()
    matrix: int = 2


@dataclass
class _Shown:
    """The overlay that was handed out last, and what it was stretched to since."""

    key: Key
    overlay: Overlay
    stretched: dict[Geometry, Overlay] = field(default_factory=dict)


class Drawer:
    """Draws up to two tracks. No method waits for a picture.

    Args:
        wake: called from the thread when what was asked for has become ready.
        complain: called with a sentence.
        prepare: called from the thread with every picture and the size of its window.
    """

    def __init__(self, wake: Callable[[], None], complain: Callable[[str], None], prepare: Prepare) -> None:
        self.figures = Figures()
        self.cache = Cache()
        self.video = Video()
        self._wake, self._complain, self._prepare = wake, complain, prepare
        self._condition = threading.Condition()
        self._slots: dict[bool, Slot | None] = {False: None, True: None}
        self._retired: list[Slot] = []
        self._visible, self._style = True, Style()
        self._epoch = 0
        self._asked: Key | None = None
        self._missing: Key | None = None
        self._wanted: list[Key] = []
        self._first: Key | None = None
        self._shown: _Shown | None = None
        self._together: tuple[Overlay, Overlay, Overlay] | None = None
        self._news = self._closing = False
        self._rested = 0.0
        self._library: library.Libass | None = None
        self._thread = threading.Thread(target=self._run, name="subtitles", daemon=True)
        self._thread.start()

    def slot(self, secondary: bool) -> Slot | None:
        """The track at the bottom or, `secondary`, at the top."""
        return self._slots[secondary]

    def put(self, secondary: bool, slot: Slot | None) -> None:
        """Draw another track, None = none."""
        with self._condition:
            old, self._slots[secondary] = self._slots[secondary], slot
            if old is not None:
                old.stop()
                self._retired.append(old)
            self._shown, self._rested = None, 0.0
            self._forget()
        if slot is not None:
            slot.start()

    def show(self, visible: bool, style: Style) -> None:
        """Change what the viewer can change."""
        with self._condition:
            if style != self._style:
                self._style = style
                self._forget()
            self._visible = visible
            self._condition.notify_all()

    def _forget(self) -> None:
        """No finished picture is valid any more."""
        self._epoch += 1
        self.cache.clear()
        self._missing, self._news = self._asked, True
        self._condition.notify_all()

    def tell(self) -> None:
        """There is more to read in a slot."""
        with self._condition:
            self._news = True
            self._condition.notify_all()

    def close(self) -> None:
        """End the thread."""
        with self._condition:
            self._closing = True
            self._condition.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join(_JOIN_S)

    # -- pictures ----------------------------------------------------------------------------------------

    def want(self, keys: Sequence[Key]) -> None:
        """Say which moments come soon, in order."""
        with self._condition:
            self._wanted, self._first = list(keys), keys[0] if keys else None
            if self.cache.bytes > LIMIT // 2:
                self.cache.keep([*keys, *([self._asked] if self._asked else [])])
            self._condition.notify_all()

    def at(self, key: Key) -> Overlay:
        """The picture of a moment if it is ready, else the latest known."""
        with self._condition:
            again, self._asked = key == self._asked, key
            ready = self.cache.get(key) if self._drawn_at(key) else EMPTY
            if ready is not None:
                self._shown = _Shown(key, ready)
                return ready
            if not (again and self._missing == key):
                self.figures.late += 1
            self._missing = key
            self._condition.notify_all()
            return self._latest(key)

    def exact(self, key: Key) -> bool:
        """Whether everything about a moment is known and its picture ready."""
        with self._condition:
            known = all(slot.knows(key[0]) for slot in self._slots.values() if slot is not None)
            return not self._visible or (known and (not self._drawn_at(key) or key in self.cache))

    def _drawn_at(self, key: Key) -> bool:
        slots = self._slots.values()
        return self._visible and key[1].visible and any(s is not None and s.index.covered(key[0]) for s in slots)

    def _latest(self, key: Key) -> Overlay:
        overlay = self.cache.before(key, _STALE_MS)
        if overlay is not None:
            return overlay
        shown = self._shown
        if shown is None or abs(shown.key[0] - key[0]) > _STALE_MS:
            return EMPTY
        if key[1] not in shown.stretched:
            shown.stretched = {key[1]: fitted(shown.overlay, shown.key[1], key[1])}
        return shown.stretched[key[1]]

    # -- the thread --------------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._condition:
                while not (self._closing or self._due() or self._next() is not None):
                    self._condition.wait(self._rested - clock.perf_counter() if self._news else None)
                news = self._due()
                self._news, epoch = self._news and not news, self._epoch
                retired, self._retired = self._retired, []
                slots = [slot for slot in self._slots.values() if slot is not None]
                if self._closing:
                    retired += slots
            for slot in retired:
                slot.close()
            if self._closing:
                return
            begun = clock.perf_counter()
            complete = news and self._take(slots)
            if news:
                self._rest(begun, epoch)
            if self._render() or complete:
                self._wake()

    def _due(self) -> bool:
        """Whether there is something to take over, and time for it."""
        return self._news and clock.perf_counter() >= self._rested

    def _rest(self, begun: float, epoch: int) -> None:
        now = clock.perf_counter()
        with self._condition:
            # A track that was chosen meanwhile does not wait.
            if epoch == self._epoch:
                self._rested = now + _REST * (now - begun)

    def _take(self, slots: Sequence[Slot]) -> bool:
        """Take over what has been read; whether a track is complete now, which makes what is drawn certain."""
        complete = False
        for slot in slots:
            before = slot.finished
            spans = slot.take()
            complete = complete or slot.finished is not before
            with self._condition:
                self.cache.drop(spans)
                if self._asked is not None and any(span.start <= self._asked[0] < span.end for span in spans):
                    self._missing = self._asked
        return complete

    def _next(self) -> Key | None:
        """What to draw next: what is missing on screen, then what is wanted while there is room."""
        if self._missing is not None and self._missing not in self.cache and self._drawn_at(self._missing):
            return self._missing
        while self._wanted and (self._wanted[0] in self.cache or not self._drawn_at(self._wanted[0])):
            self._wanted.pop(0)
        full = self.cache.bytes > LIMIT * 3 // 4
        return self._wanted[0] if self._wanted and (not full or self._wanted[0] == self._first) else None

    def _render(self) -> bool:
        """Draw one moment; whether it is one that was missing."""
        with self._condition:
            key, epoch, style = self._next(), self._epoch, self._style
            slots = [(secondary, slot) for secondary, slot in self._slots.items() if slot is not None]
        if key is None:
            return False
        begun = clock.perf_counter()
        overlays = []
        for secondary, slot in slots:
            plain = secondary or style.override is Override.STRIP
            try:
                overlays.append(slot.paint(*key, style, plain, self._painter))
            except Exception as error:  # whatever it is, the video goes on
                self._complain(f"subtitle track {slot.track.number} cannot be drawn ({error}) and is switched off")
                with self._condition:
                    current = self._slots[secondary] is slot
                if current:
                    self.put(secondary, None)
                return True
        overlay = self._joined([overlay for overlay in overlays if overlay.tiles])
        self._prepare(overlay, key[1].framebuffer)
        took = (clock.perf_counter() - begun) * 1000
        figures = self.figures
        with self._condition:
            figures.rendered += 1
            figures.render_ms, figures.peak_ms = took, max(figures.peak_ms, took)
            if epoch != self._epoch:
                return False
            self.cache.put(key, overlay)
            missing = key == self._missing
            if missing:
                self._missing = None
            if self._wanted and self._wanted[0] == key:
                self._wanted.pop(0)
            return missing

    def _joined(self, overlays: Sequence[Overlay]) -> Overlay:
        """One overlay of those of both tracks, the same object for the same two."""
        if len(overlays) < 2:
            return overlays[0] if overlays else EMPTY
        first, second = overlays
        if self._together is None or self._together[0] is not first or self._together[1] is not second:
            self._together = (first, second, Overlay((*first.tiles, *second.tiles)))
        return self._together[2]

    def _painter(self, slot: Slot) -> Painter:
        if slot.track.kind is Kind.TEXT and not self.figures.library:
            try:
                self._library = library.load()
                self.figures.library = f"libass {self._library.version}"
            except library.LibassMissing as error:
                self.figures.library = "plain text"
                self._complain(
                    f"libass cannot be used ({error}), so subtitles are drawn as plain text; {library.ADVICE}"
                )
        return slot.painter(self._library, self.video.fonts, self.video.matrix)
