"""The frame loop and the view with a window and a renderer that only write down what they are told."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from anime4k.errors import MediaError, PlanError
from anime4k.gl.counts import Counts
from anime4k.hooks.decl import Origin, ShaderFile
from anime4k.hooks.stages import Stage
from anime4k.media.decoder import End
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat
from anime4k.media.frame import Frame
from anime4k.pipeline.costs import FrameCost, Watch
from anime4k.pipeline.plan import Cost, Plan, Skip
from anime4k.pipeline.plan import Size as PlanSize
from anime4k.pipeline.settings import DEFAULT_SETTINGS, RenderSettings
from anime4k.pipeline.upcoming import Progress
from anime4k.player.abloop import NO_LOOP
from anime4k.player.acts import act
from anime4k.player.commands import Panel, PlaylistStep, TogglePause
from anime4k.player.events import CloseRequested, Event, FilesDropped, KeyPressed, Resized
from anime4k.player.files.playlist import Playlist
from anime4k.player.opening import OpenFile
from anime4k.player.picture.selection import Selection
from anime4k.player.picture.view import View
from anime4k.player.report import Reporter
from anime4k.player.session import Session
from anime4k.player.state import ChapterView
from anime4k.player.timeline import Timeline
from tests.player.fakes import SilentClock, player_on, session_on_fakes

LAYOUT = PIXEL_LAYOUTS["gray"]


def format_of(width: int, height: int) -> SourceFormat:
    """A grey format of this size."""
    return SourceFormat(width, height, LAYOUT.model, LAYOUT.planes)


class FakeWindow:
    """A window whose events are scripted: one batch for every poll."""

    def __init__(self, size: tuple[int, int], script: Sequence[Callable[[FakeWindow], Sequence[Event]]]) -> None:
        self.framebuffer_size = size
        self.fullscreen = False
        self.title = ""
        self.swaps = 0
        self.script = deque(script)

    def poll(self, timeout_s: float) -> list[Event]:
        """The next batch; a time limit for scripts that never end the player."""
        return list(self.script.popleft()(self)) if self.script else []

    def swap(self) -> None:
        """Count."""
        self.swaps += 1

    def set_title(self, title: str) -> None:
        """Keep."""
        self.title = title

    def set_fullscreen(self, wanted: bool) -> None:
        """Keep."""
        self.fullscreen = wanted

    def resize(self, size: tuple[int, int]) -> None:
        """Become that large at the next poll."""
        self.script.appendleft(sized(*size))


class FakeUpcoming:
    """A chain that is ready at once, or refused."""

    progress = Progress("planning", 0, 0)

    def __init__(self, renderer: FakeRenderer, source: SourceFormat, size: tuple[int, int]) -> None:
        self.chain: Any = None
        self._renderer, self._wanted = renderer, (source, size)

    def advance(self, budget_s: float) -> bool:
        """Make it."""
        self._renderer.configure(*self._wanted)
        self.chain = SimpleNamespace(request=SimpleNamespace(disabled=(), files=()))
        return True

    def finish(self) -> Any:
        """Make it."""
        self.advance(1.0)
        return self.chain

    def drop(self) -> None:
        """Nothing has been made."""


class FakeRenderer:
    """Writes down sizes and time stamps."""

    def __init__(self) -> None:
        self.measure = False
        self.timings: list[tuple[str, float]] = []
        self.disabled: Mapping[str, str] = {}
        self.configured: list[tuple[int, int, tuple[int, int]]] = []
        self.drawn: list[float] = []
        self.presented: list[tuple[tuple[int, int], tuple[int, int, int, int]]] = []
        self.chains: list[tuple[ShaderFile, ...]] = []
        self.settings: list[RenderSettings] = []
        self.refuse: tuple[int, int] | None = None
        self.plan = Plan((), (), (), (), PlanSize(1, 1), (), (), (), False, Cost(0, 0, 0, 0))

    def begin(
        self,
        source: SourceFormat,
        size: tuple[int, int],
        shaders: Sequence[ShaderFile],
        settings: RenderSettings,
        overrides: Sequence[tuple[str, str]] = (),
    ) -> FakeUpcoming:
        """Note the chain; it is ready at the first look."""
        self.settings.append(settings)
        if not self.chains or self.chains[-1] != tuple(shaders):
            self.chains.append(tuple(shaders))
        return FakeUpcoming(self, source, size)

    def configure(self, source: SourceFormat, size: tuple[int, int]) -> Plan:
        """Note the sizes."""
        if self.refuse in ((source.width, source.height), size):
            raise PlanError("this size is impossible; choose another")
        self.configured.append((source.width, source.height, size))
        return self.plan

    def adopt(self, chain: object) -> Plan:
        """There is only one plan."""
        return self.plan

    def companion(self) -> FakeRenderer:
        """Another one, that refuses the same sizes."""
        other = type(self)()
        other.refuse = self.refuse
        return other

    def forget(self) -> None:
        """There is nothing to give back."""

    def release(self) -> None:
        """There is nothing to delete."""

    def grab(self, framebuffer_size: tuple[int, int]) -> np.ndarray[Any, Any]:
        """A black window."""
        return np.zeros((framebuffer_size[1], framebuffer_size[0], 3), np.uint8)

    def compose(self, items: Sequence[Any], framebuffer_size: tuple[int, int], look: object) -> None:
        """Note the place."""
        self.presented.append((framebuffer_size, items[0].rect))

    def render(
        self, planes: Sequence[np.ndarray[Any, Any]], pts: float = 0.0, watch: Watch = Watch.NOTHING
    ) -> FrameCost:
        """Note the time."""
        self.drawn.append(pts)
        return FrameCost(upload_s=0.001, draw_s=0.01)

    counts, stock_counts = Counts(textures=1), Counts(programs=2)

    def read(self) -> tuple[np.ndarray[Any, Any], ...]:
        """A black picture of the configured size."""
        width, height = self.configured[-1][2]
        return (np.zeros((height, width, 3), np.uint8),)


class FakeFile:
    """An open file with these frames: (pts in milliseconds, size)."""

    def __init__(
        self, path: str, frames: Sequence[tuple[int, tuple[int, int]]], error: Exception | None = None
    ) -> None:
        self.path = path
        self.timeline = Timeline(duration=frames[-1][0] / 1000 + 0.04 if frames else None)
        self.damaged = 0
        self.frame_rate: Fraction | None = None
        self.interlaced = False
        self.notes: tuple[str, ...] = ()
        self.hardware = ""
        self.chapters = tuple(ChapterView(start) for start in (0.0, 0.2, 0.4))
        self.closed = False
        self._frames = list(frames)
        self._error = error
        self._position = 0

    def get(self, timeout: float) -> Frame | End | None:
        """The next frame."""
        if self._position >= len(self._frames):
            if self._error is not None:
                raise self._error
            return End.END
        pts, (width, height) = self._frames[self._position]
        self._position += 1
        picture = np.full((height, width), pts // 40 % 256, np.uint8)
        return Frame((picture,), format_of(width, height), pts, Fraction(1, 1000), 40)

    def seek(self, time_s: float) -> None:
        """Exact."""
        self._position = max((i for i, (pts, _) in enumerate(self._frames) if pts <= time_s * 1000 + 0.5), default=0)

    def close(self) -> None:
        """Note it."""
        self.closed = True


class Hand:
    """A clock source that moves on by a fixed step with every look at it."""

    def __init__(self, step: float) -> None:
        self.time = 0.0
        self.step = step

    def __call__(self) -> float:
        self.time += self.step
        return self.time


def nothing(_: FakeWindow) -> Sequence[Event]:
    """No events."""
    return ()


def press(*keys: str) -> Callable[[FakeWindow], Sequence[Event]]:
    """These keys."""
    return lambda _: [KeyPressed(key) for key in keys]


def sized(width: int, height: int) -> Callable[[FakeWindow], Sequence[Event]]:
    """The window gets this size."""

    def happen(window: FakeWindow) -> Sequence[Event]:
        window.framebuffer_size = (width, height)
        return [Resized(width, height)]

    return happen


class FakePlayer:
    """A player on fakes."""

    def __init__(
        self,
        files: Mapping[str, FakeFile | Exception],
        script: Sequence[Callable[[FakeWindow], Sequence[Event]]] = (),
        *,
        size: tuple[int, int] = (200, 100),
        settle_step: float = 1.0,
        selection: Selection | None = None,
        renderer: FakeRenderer | None = None,
        settings_for: Callable[[Sequence[ShaderFile]], RenderSettings] = lambda _: DEFAULT_SETTINGS,
        **options: Any,
    ) -> None:
        self.window = FakeWindow(size, script)
        self.renderer = renderer or FakeRenderer()
        self.view = View(
            self.window, self.renderer, selection or Selection(), settings_for, monotonic=Hand(settle_step)
        )
        self.said: list[str] = []
        self.warned: list[str] = []
        self.files = dict(files)
        self.session = session_on_fakes(
            self.window,
            self.view,
            list(files),
            Reporter(self.said.append, self.warned.append),
            clock=SilentClock(Hand(0.001)),
            **options,
        )
        self.loop = player_on(self.session, self.open)

    def open(self, session: Session, given_up: Callable[[], bool]) -> OpenFile | None:
        """Look the file up."""
        found = self.files[session.playlist.current]
        if isinstance(found, Exception):
            raise found
        return found  # type: ignore[return-value]


def frames(count: int, size: tuple[int, int] = (100, 50)) -> list[tuple[int, tuple[int, int]]]:
    """Frames 40 ms apart."""
    return [(40 * index, size) for index in range(count)]


def test_one_plan_for_a_whole_file() -> None:
    player = FakePlayer({"a": FakeFile("a", frames(5))})
    assert player.loop.run() == 0
    assert player.renderer.configured == [(100, 50, (200, 100))]
    assert player.renderer.drawn == [0.0, 0.04, 0.08, 0.12, 0.16]
    assert player.window.swaps == 5
    assert player.loop.state.counts.shown == 5


def test_a_picture_of_another_size_gets_its_own_plan_and_place() -> None:
    player = FakePlayer({"a": FakeFile("a", [*frames(2), (80, (50, 50)), (120, (50, 50))])})
    assert player.loop.run() == 0
    assert player.renderer.configured == [(100, 50, (200, 100)), (50, 50, (100, 100))]
    assert player.renderer.presented[-1] == ((200, 100), (50, 0, 100, 100))


def test_a_drag_of_the_border_makes_one_plan() -> None:
    drag = [sized(200 + step, 100) for step in range(1, 50)]
    player = FakePlayer({"a": FakeFile("a", frames(100))}, [nothing, *drag], settle_step=0.01)
    assert player.loop.run() == 0
    assert [size for _, _, size in player.renderer.configured] == [(200, 100)]  # only the width grew: same picture
    assert player.renderer.presented[-1] == ((249, 100), (24, 0, 200, 100))
    player = FakePlayer({"a": FakeFile("a", frames(150))}, [nothing, *(sized(200 + s, 100 + s) for s in range(49))],
                   settle_step=0.01)
    assert player.loop.run() == 0
    assert [size for _, _, size in player.renderer.configured] == [(200, 100), (248, 124)]


def test_a_minimised_window_draws_nothing_and_comes_back() -> None:
    script = [nothing, nothing, sized(0, 0), nothing, nothing, sized(200, 100)]
    player = FakePlayer({"a": FakeFile("a", frames(8))}, script)
    assert player.loop.run() == 0
    counts = player.loop.state.counts
    assert counts.shown + counts.hidden == 8
    assert counts.hidden == 3
    assert all(size != (0, 0) for size, _ in player.renderer.presented)
    assert player.renderer.drawn[-1] == 0.28


def test_a_window_that_begins_minimised_is_configured_when_it_appears() -> None:
    player = FakePlayer({"a": FakeFile("a", frames(4))}, [nothing, nothing, sized(100, 50)], size=(0, 0))
    assert player.loop.run() == 0
    assert player.renderer.configured == [(100, 50, (100, 50))]


def test_files_that_fail_are_counted_and_named_and_the_rest_is_played() -> None:
    player = FakePlayer(
        {
            "gone": MediaError("gone: there is no such file"),
            "half": FakeFile("half", frames(3), MediaError("half: decoding stopped")),
            "huge": FakeFile("huge", frames(3, (999, 999))),
            "good": FakeFile("good", frames(2)),
        }
    )
    player.renderer.refuse = (999, 999)
    assert player.loop.run() == 3
    assert player.warned == ["gone: there is no such file", "half: decoding stopped",
                            "this size is impossible; choose another"]
    assert player.loop.state.counts.shown == 5
    assert all(file.closed for file in player.files.values() if isinstance(file, FakeFile))


def test_an_impossible_window_size_keeps_the_old_plan_and_stretches() -> None:
    player = FakePlayer({"a": FakeFile("a", frames(9))}, [nothing, nothing, sized(400, 200)])
    player.renderer.refuse = (400, 200)
    assert player.loop.run() == 0
    assert [size for _, _, size in player.renderer.configured] == [(200, 100)]
    assert player.renderer.presented[-1] == ((400, 200), (0, 0, 400, 200))
    assert player.warned == ["this size is impossible; choose another"]
    assert player.loop.state.counts.shown == 9


def test_dropped_files_replace_the_list() -> None:
    player = FakePlayer(
        {"a": FakeFile("a", frames(1000)), "b": FakeFile("b", frames(2, (10, 10)))},
        [nothing, nothing, lambda _: [FilesDropped(("b",))]],
    )
    assert player.loop.run() == 0
    assert player.loop.state.file == "b"
    assert player.renderer.configured[-1] == (10, 10, (100, 100))


def test_the_film_goes_on_where_it_was_when_nothing_dropped_can_be_played() -> None:
    bad = MediaError("bad holds no video")
    files = {"a": FakeFile("a", frames(100)), "bad": bad, "worse": bad}
    player = FakePlayer(files, [nothing, nothing, lambda _: [FilesDropped(("bad", "worse"))]])
    player.session.playlist = Playlist(("a",))
    player.loop.run()
    assert player.loop.state.file == "a"
    assert player.warned == ["bad holds no video"]
    assert player.session.playlist == Playlist(("a",))
    assert player.renderer.drawn[-1] == pytest.approx(3.96), "to the end of the film"


def test_closing_while_paused_ends_the_player() -> None:
    player = FakePlayer({"a": FakeFile("a", frames(100))}, [nothing, press("p"), nothing, lambda _: [CloseRequested()]])
    assert player.loop.run() == 0
    assert player.loop.state.paused
    assert player.loop.state.counts.shown <= 2


def test_chapter_keys() -> None:
    player = FakePlayer(
        {"a": FakeFile("a", frames(20))},
        [nothing, press("p"), nothing, press("PGUP"), nothing, press("PGUP"), nothing, press("PGDWN"), nothing,
         press("q")],
    )
    player.loop.run()
    assert player.renderer.drawn[-3:] == [0.2, 0.4, 0.2]


def test_size_keys_use_the_size_of_the_video() -> None:
    script = [nothing, press("Alt+2"), *[nothing] * 5, press("q")]
    player = FakePlayer({"a": FakeFile("a", frames(300, (120, 80)))}, script)
    player.loop.run()
    assert player.window.framebuffer_size == (240, 160)


def test_skipped_passes_and_broken_files_are_told_once() -> None:
    player = FakePlayer({"a": FakeFile("a", frames(3))})
    skip = Skip("sharpen", Stage.MAIN, Origin("x.glsl", 3), "the window is too small")
    player.renderer.disabled = {"bad.glsl": "bad.glsl:3: no such function"}
    player.renderer.plan = Plan((), (), (), (), PlanSize(1, 1), (skip,), (), (), False, Cost(0, 0, 0, 0))
    player.loop.run()
    assert player.warned == ["bad.glsl:3: no such function; the picture goes on without this file"]
    assert "1 skipped: the window is too small" in player.window.title
    assert "1 broken: bad.glsl" in player.window.title


def test_a_screenshot_folder_that_cannot_be_made_is_one_warning(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    script = [nothing, press("s"), press("q")]
    player = FakePlayer({"a": FakeFile("a", frames(50))}, script, screenshot_dir=blocked / "shots")
    assert player.loop.run() == 0
    assert len(player.warned) == 1 and "--screenshot-dir" in player.warned[0]


def test_screenshots_of_one_frame_get_names_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "a [no shaders] 00.00.00.000.png").write_bytes(b"")
    script = [nothing, press("SPACE"), press("s"), press("s"), press("q")]
    player = FakePlayer({"a": FakeFile("a", frames(50))}, script, screenshot_dir=tmp_path)
    player.loop.run()
    names = sorted(path.name for path in tmp_path.iterdir())
    stem = "a [no shaders] 00.00.00.000"
    assert names == [f"{stem} (2).png", f"{stem} (3).png", f"{stem}.png"]


@pytest.mark.parametrize(
    ("key", "call"),
    [("?", ("toggle", Panel.KEYS)), ("i", ("show_statistics", False)), ("I", ("show_statistics", True))],
)
def test_panels_on_request(key: str, call: tuple[str, object]) -> None:
    player = FakePlayer({"a": FakeFile("a", frames(50))}, [nothing, press(key), press("q")])
    player.loop.run()
    assert call in player.session.interface.calls  # type: ignore[attr-defined]


def test_marks_of_a_file_end_with_it_but_not_when_it_is_opened_again() -> None:
    script = [nothing, press("l"), nothing, nothing, press("l"), press("Ctrl+r"), nothing, nothing, press("q")]
    player = FakePlayer({"a": FakeFile("a", frames(50))}, script)
    player.loop.run()
    assert player.session.ab_loop.active
    script[5] = press(">")
    player = FakePlayer({"a": FakeFile("a", frames(50)), "b": FakeFile("b", frames(50))}, script)
    player.session.playlist = Playlist(("a", "b"))
    player.loop.run()
    assert player.session.playlist.current == "b"
    assert player.session.ab_loop == NO_LOOP


def test_a_pause_is_seen_at_once() -> None:
    session = FakePlayer({"a": FakeFile("a", frames(5))}).session
    session.repaint = False
    act(session, TogglePause())
    assert session.paused and session.repaint


def test_steps_through_the_list_name_the_file() -> None:
    files = {name: FakeFile(name, frames(5)) for name in ("a", "b")}
    session = FakePlayer(files).session
    act(session, PlaylistStep(1))
    act(session, PlaylistStep(-1))
    assert session.interface.messages == ["2 of 2: b", "this is the first file"]  # type: ignore[attr-defined]
