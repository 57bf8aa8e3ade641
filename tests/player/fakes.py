"""Sound, subtitles and interface that only write down what they are told; for tests of the loop and its commands."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from anime4k.gl.counts import Counts
from anime4k.media.audio import AudioTrack
from anime4k.overlay import EMPTY, Overlay
from anime4k.player.files.playlist import Playlist
from anime4k.player.keys.bindings import DEFAULT_BINDINGS
from anime4k.player.loop import Opener, Player
from anime4k.player.options import PlayOptions
from anime4k.player.pace.clock import Clock, WallClock
from anime4k.player.pace.pacing import DisplayClock, Presentation
from anime4k.player.picture.view import View
from anime4k.player.report import Reporter
from anime4k.player.session import Session
from anime4k.player.sound.player import SoundState
from anime4k.subtitles.service import Geometry, Style, SubtitleState
from anime4k.subtitles.tracks import Kind, SubtitleTrack


class SilentClock(WallClock):
    """Media time that no sound leads."""

    leading, error = False, 0.0


class FakeSound:
    """Two tracks and a clock."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.volume, self.muted, self.delay = 100.0, False, 0.0
        self.tracks = (AudioTrack(1, 1, "flac", "jpn"), AudioTrack(2, 2, "aac", "eng", "commentary"))
        self.track: int | None = 1
        self.complaints: list[str] = []
        self.opened: list[str] = []
        self.state = SoundState()

    def open(self, path: str, **_: object) -> None:
        """Note it."""
        self.opened.append(path)

    def select(self, number: int | None) -> None:
        """Note it."""
        self.track = number

    def close_file(self) -> None:
        """Nothing to do."""


class FakeSubtitles:
    """One line every second, on two tracks."""

    def __init__(self) -> None:
        def track(number: int, language: str) -> SubtitleTrack:
            return SubtitleTrack(number, language, "", "ass", False, False, False, Path("f"), number, Kind.TEXT)

        self.tracks = (track(1, "eng"), track(2, "ger"))
        self.track: int | None = 1
        self.secondary: int | None = None
        self.visible, self.delay, self.style = True, 0.0, Style()
        self.complaints: list[str] = []
        self.added: list[str] = []
        self.wanted: list[Sequence[float]] = []
        self.overlay: Overlay = EMPTY
        self.state = SubtitleState()

    def open(self, path: str, **_: object) -> None:
        """Nothing to do."""

    def add(self, path: str) -> None:
        """Note it."""
        self.added.append(path)

    def select(self, number: int | None, *, secondary: bool = False) -> None:
        """Note it."""
        if secondary:
            self.secondary = number
        else:
            self.track = number

    def want(self, times: Sequence[float], geometry: Geometry) -> None:
        """Note them."""
        self.wanted.append(tuple(times))

    def at(self, time: float, geometry: Geometry) -> Overlay:
        """The same at any time."""
        return self.overlay

    def exact(self, time: float, geometry: Geometry) -> bool:
        """At once."""
        return True

    def line(self, time: float, step: int) -> float | None:
        """Every full second."""
        start = math.floor(time) + 1 if step > 0 else math.ceil(time) - 1
        return float(start) if start >= 0 else None

    def close_file(self) -> None:
        """Nothing to do."""


class FakeInterface:
    """Consumes nothing and asks for what a test puts into `asked`."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.messages: list[str] = []
        self.calls: list[tuple[str, object]] = []
        self.consumes: Callable[[object], bool] = lambda _: False
        self.wants_figures = False
        self.wait_s = math.inf
        self.painted = 0

    def handle(self, event: object) -> bool:
        """As the test wants it."""
        return self.consumes(event)

    def take_commands(self) -> list[Any]:
        """What a test asked for."""
        asked, self.asked = self.asked, []
        return asked

    def message(self, text: str, seconds: float = 2.0) -> None:
        """Note it."""
        self.messages.append(text)

    def paint(self, state: object, figures: object, framebuffer_size: object) -> None:
        """Count."""
        self.painted += 1

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments: self.calls.append((name, arguments[0] if arguments else None))


def session_on_fakes(
    window: Any,
    view: View,
    files: Sequence[str],
    reporter: Reporter,
    *,
    clock: Clock | None = None,
    **options: Any,
) -> Session:
    """A session whose sound, subtitles and interface are fakes."""
    started = {name: options.pop(name) for name in ("paused", "loop_file") if name in options}
    return Session(
        window=window,
        view=view,
        sound=cast(Any, FakeSound(clock or SilentClock())),
        subtitles=cast(Any, FakeSubtitles()),
        interface=cast(Any, FakeInterface()),
        painter=cast(
            Any,
            SimpleNamespace(
                draw=lambda overlay, size: None, onto=lambda picture, overlay: picture, counts=Counts(buffers=1)
            ),
        ),
        display=DisplayClock(None, Presentation.DISPLAY),
        quality=None,
        toggle_mode=lambda _: "",
        reporter=reporter,
        options=PlayOptions(**{"timed": False, **options}),
        playlist=Playlist(tuple(files)),
        exists=lambda _: True,
        **started,
    )


def player_on(session: Session, open_file: Opener) -> Player:
    """A player with the default keys."""
    return Player(session, open_file, DEFAULT_BINDINGS)
