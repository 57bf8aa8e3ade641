"""The interface of plain text: what it asks for, what is seen of it, and that nothing is drawn twice."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from anime4k.gl.device import Device
from anime4k.gl.overlay import OverlayPainter
from anime4k.overlay import Overlay
from anime4k.player import commands as do
from anime4k.player.events import KeyPressed, PointerButton, PointerLeft, PointerMoved, Resized, Scrolled
from anime4k.player.interface.figures import Figures
from anime4k.player.interface.layout import Part
from anime4k.player.interface.plain import PlainInterface
from anime4k.player.interface.protocol import BAR_S, STATISTICS_S
from anime4k.player.keys.bindings import Binding
from anime4k.player.pace.verdict import Verdict
from anime4k.player.state import ChapterView, CompareView, PlayerState, SoundView
from tests.pipeline.conftest import device as device

SIZE = (640, 360)
STATE = PlayerState(
    file="/films/One.mkv", count=2, position=30.0, duration=120.0, window=SIZE, rect=(0, 0, *SIZE),
    chapters=(ChapterView(0.0, "Opening"), ChapterView(60.0, "Part A")), sound=SoundView(volume=65.0),
)  # fmt: skip


class Bench:
    """A plain interface with a clock that is set by hand, painting into a framebuffer of its own."""

    def __init__(self, device: Device) -> None:
        self.now = 100.0
        self.state = STATE
        self.texture = device.ctx.texture(SIZE, 4)
        self.target = device.ctx.framebuffer([self.texture])
        self.painter = OverlayPainter(device)
        self.plain = PlainInterface(device, clock=lambda: self.now, painter=self.painter)
        self.compose()

    def compose(self, figures: Figures | None = None) -> Overlay:
        """What is to be seen now."""
        return self.plain.compose(self.state, figures, SIZE)

    def picture(self) -> NDArray[np.uint8]:
        """What is seen now over black: (height, width, 3)."""
        self.texture.write(bytes((0, 0, 0, 255)) * (SIZE[0] * SIZE[1]))
        self.painter.draw(self.compose(), SIZE, self.target)
        return np.frombuffer(self.texture.read(), np.uint8).reshape(SIZE[1], SIZE[0], 4)[::-1, :, :3]

    def place(self, part: Part) -> tuple[float, float]:
        """The middle of a part of the bar."""
        layout = self.plain.bar_layout()
        assert layout is not None
        return layout.parts[part].centre

    def seek_x(self, seconds: float) -> float:
        """Where a moment lies on the seek bar."""
        layout = self.plain.bar_layout()
        assert layout is not None and self.state.duration
        return layout.seek.at(seconds / self.state.duration)

    def click(self, part: Part, name: str = "MBTN_LEFT") -> list[bool]:
        """Press and release a button over a part, as the window reports it; what was consumed."""
        x, y = self.place(part)
        down, up = PointerButton(name, True, x, y), PointerButton(name, False, x, y)
        events = (PointerMoved(x, y), down, KeyPressed(name), up)
        return [self.plain.handle(event) for event in events]


@pytest.fixture
def bench(device: Device) -> Iterator[Bench]:
    made = Bench(device)
    yield made
    made.plain.close()
    made.target.release()
    made.texture.release()


def test_nothing_is_seen_and_nothing_waited_for_when_nothing_happens(bench: Bench) -> None:
    assert bench.compose().tiles == ()
    assert bench.plain.wait_s == math.inf
    assert not bench.plain.handle(KeyPressed("SPACE"))


def test_a_message_is_seen_for_its_time(bench: Bench) -> None:
    bench.plain.message("Volume: 65%", 2.0)
    assert bench.plain.wait_s == 0.0
    picture = bench.picture()
    lit = np.argwhere(picture.max(axis=2) > 128)
    assert lit.size and lit.max(axis=0)[0] < 60 and lit.max(axis=0)[1] < 250
    assert bench.plain.wait_s == pytest.approx(2.0)
    bench.now += 1.5
    assert bench.compose().tiles
    assert bench.plain.wait_s == pytest.approx(0.5)
    bench.now += 0.5
    assert bench.plain.wait_s == 0.0
    assert not bench.picture().any()
    assert bench.plain.wait_s == math.inf


def test_messages_are_silent_where_nothing_may_be_on_the_screen(bench: Bench) -> None:
    bench.state = replace(STATE, osd_level=0)
    bench.plain.message("Volume: 65%", 2.0)
    assert bench.compose().tiles == ()


def test_statistics_that_stay_are_painted_again_although_nothing_happens(bench: Bench) -> None:
    bench.plain.show_statistics(True)
    bench.compose()
    assert 0.0 < bench.plain.wait_s <= 1.0


def test_a_message_can_be_taken_away(bench: Bench) -> None:
    bench.plain.message("something")
    bench.plain.message("")
    assert bench.compose().tiles == ()


def test_words_in_japanese_are_drawn(bench: Bench) -> None:
    bench.plain.message("字幕")
    first = bench.picture()
    bench.plain.message("音声")
    second = bench.picture()
    assert first.any() and second.any() and not np.array_equal(first, second)


def test_the_same_is_the_same_object_and_words_are_drawn_once(bench: Bench) -> None:
    bench.plain.message("Hello")
    bench.plain.handle(PointerMoved(300, 200))
    overlay, drawn = bench.compose(), bench.plain.sketch.drawn
    assert bench.compose() is overlay
    bench.picture()
    uploads = bench.painter.uploads
    bench.picture()
    assert bench.painter.uploads == uploads
    bench.state = replace(STATE, position=30.4)
    moved = bench.compose()
    assert moved is not overlay
    assert bench.plain.sketch.drawn == drawn, "the time reads the same, so no word is new"
    bench.state = replace(STATE, position=31.0)
    bench.compose()
    assert bench.plain.sketch.drawn == drawn + 1


def test_forgotten_words_do_not_pile_up(bench: Bench) -> None:
    for number in range(50):
        bench.plain.message(f"number {number}")
        bench.compose()
    assert len(bench.plain.sketch._words) <= 5


def test_the_bar_appears_with_the_mouse_and_goes_again(bench: Bench) -> None:
    assert not bench.plain.handle(PointerMoved(300, 100))
    assert bench.compose().tiles
    assert bench.plain.wait_s == pytest.approx(BAR_S)
    bench.now += BAR_S
    assert bench.compose().tiles == ()
    bench.plain.handle(PointerMoved(300, 101))
    assert bench.compose().tiles
    bench.plain.handle(PointerLeft())
    assert bench.compose().tiles == ()


def test_the_bar_stays_under_the_mouse(bench: Bench) -> None:
    bench.plain.handle(PointerMoved(*bench.place(Part.TIME)))
    bench.now += 60
    assert bench.compose().tiles
    assert bench.plain.wait_s == math.inf


def test_the_seek_bar_shows_position_and_chapters(bench: Bench) -> None:
    bench.plain.handle(PointerMoved(300, 100))
    picture = bench.picture().astype(int)
    layout = bench.plain.bar_layout()
    assert layout is not None
    y = round(layout.seek.y + layout.seek.height / 2)
    pink = picture[y, :, 0] - picture[y, :, 1] > 60
    columns = np.flatnonzero(pink)
    assert columns.min() == pytest.approx(layout.seek.x, abs=2)
    assert columns.max() == pytest.approx(bench.seek_x(30.0), abs=4)
    before, mark = picture[y, round(bench.seek_x(60.0)) - 8], picture[y, round(bench.seek_x(60.0))]
    assert before.sum() > mark.sum() + 60


def test_a_click_on_the_seek_bar_goes_there(bench: Bench) -> None:
    x, y = bench.seek_x(90.0), bench.place(Part.SEEK)[1]
    bench.plain.handle(PointerMoved(x, y))
    assert bench.plain.handle(PointerButton("MBTN_LEFT", True, x, y))
    assert bench.plain.handle(KeyPressed("MBTN_LEFT"))
    assert bench.plain.take_commands() == [do.Scrub(pytest.approx(90.0, abs=0.5))]
    assert bench.plain.handle(PointerButton("MBTN_LEFT", False, x, y))
    assert bench.plain.take_commands() == [do.Scrub(pytest.approx(90.0, abs=0.5), done=True)]
    assert bench.plain.take_commands() == []


def test_a_drag_goes_on_outside_of_the_bar(bench: Bench) -> None:
    y = bench.place(Part.SEEK)[1]
    bench.plain.handle(PointerMoved(bench.seek_x(10), y))
    bench.plain.handle(PointerButton("MBTN_LEFT", True, bench.seek_x(10), y))
    assert bench.plain.take_commands() == [do.Scrub(pytest.approx(10, abs=0.5))]
    assert bench.plain.handle(PointerMoved(bench.seek_x(50), 20))
    assert bench.plain.handle(PointerMoved(9999, 20))
    assert bench.plain.take_commands() == [do.Scrub(120.0)], "of several places only the newest counts"
    bench.now += 100
    assert bench.compose().tiles, "the bar stays while it is held"
    assert bench.plain.handle(PointerButton("MBTN_LEFT", False, 9999, 20))
    assert bench.plain.take_commands() == [do.Scrub(120.0, done=True)]


@pytest.mark.parametrize(
    ("part", "command"),
    [
        (Part.PLAY, do.TogglePause()),
        (Part.NEXT, do.PlaylistStep(1)),
        (Part.PREVIOUS, do.PlaylistStep(-1)),
        (Part.MUTE, do.ToggleMute()),
        (Part.FULLSCREEN, do.ToggleFullscreen()),
    ],
)
def test_buttons(bench: Bench, part: Part, command: do.Command) -> None:
    assert bench.click(part) == [True, True, True, True]
    assert bench.plain.take_commands() == [command]
    assert not bench.plain.handle(KeyPressed("MBTN_LEFT"))


def test_the_volume_is_where_the_mouse_is(bench: Bench) -> None:
    bench.click(Part.VOLUME)
    (command,) = bench.plain.take_commands()
    # The middle of the part, nearly that of the line, which ends at 130 percent.
    assert isinstance(command, do.SetVolume)
    assert command.percent == pytest.approx(65, abs=6)


def test_clicks_beside_the_bar_are_the_players(bench: Bench) -> None:
    for event in (PointerMoved(300, 100), PointerButton("MBTN_LEFT", True, 300, 100), KeyPressed("MBTN_LEFT"),
                  PointerButton("MBTN_LEFT", False, 300, 100), Scrolled(0, 1), KeyPressed("WHEEL_UP")):  # fmt: skip
        assert not bench.plain.handle(event), event
    assert bench.plain.take_commands() == []


def test_the_split_line_follows_the_mouse(bench: Bench) -> None:
    bench.state = replace(STATE, compare=CompareView(split=0.5))
    picture = bench.picture()
    assert (picture[200, 319:321] == 255).all()
    assert bench.plain.handle(PointerButton("MBTN_LEFT", True, 320, 180))
    assert bench.plain.handle(PointerMoved(160, 180))
    assert bench.plain.handle(PointerButton("MBTN_LEFT", False, 160, 180))
    assert bench.plain.take_commands() == [do.SplitAt(0.25)]


def test_statistics_come_and_go(bench: Bench) -> None:
    assert not bench.plain.wants_figures
    bench.plain.show_statistics(stay=False)
    assert bench.plain.wants_figures
    assert bench.compose(Figures(verdict=Verdict("all is done in time", True))).tiles
    bench.now += STATISTICS_S / 2
    assert bench.plain.handle(KeyPressed("3"))
    bench.now += STATISTICS_S / 2
    assert bench.plain.wants_figures
    bench.now += STATISTICS_S
    assert not bench.plain.wants_figures
    assert bench.compose().tiles == ()
    bench.plain.show_statistics(stay=True)
    bench.now += 1000
    assert bench.plain.wants_figures
    assert bench.plain.handle(KeyPressed("2"))
    assert not bench.plain.handle(KeyPressed("x"))
    assert bench.plain.handle(KeyPressed("ESC"))
    assert not bench.plain.wants_figures
    assert not bench.plain.handle(KeyPressed("2"))


def test_numbers_change_twice_a_second_only(bench: Bench) -> None:
    bench.plain.show_statistics(stay=True)
    first = bench.compose(Figures(verdict=Verdict("one")))
    bench.now += 0.1
    assert bench.compose(Figures(verdict=Verdict("two"))) is first
    bench.now += 0.5
    assert bench.compose(Figures(verdict=Verdict("two"))) is not first


def test_the_key_list_is_scrolled(bench: Bench) -> None:
    bench.plain.set_bindings([Binding((f"F{number}",), do.TogglePause(), f"does {number}") for number in range(1, 99)])
    bench.plain.toggle(do.Panel.KEYS)
    top = bench.compose()
    assert bench.plain.handle(KeyPressed("DOWN"))
    scrolled = bench.compose()
    assert scrolled is not top
    bench.plain.handle(PointerMoved(60, 60))
    assert bench.plain.handle(Scrolled(0, 1)) and bench.plain.handle(KeyPressed("WHEEL_UP"))
    bench.plain.handle(PointerLeft())
    assert [(tile.x, tile.y) for tile in bench.compose().tiles] == [(tile.x, tile.y) for tile in top.tiles]
    for _ in range(200):
        bench.plain.handle(KeyPressed("DOWN"))
    bench.compose()
    assert bench.plain.close_panels() and not bench.plain.close_panels()


@pytest.mark.parametrize("panel", list(do.Panel))
def test_every_panel_is_a_page_and_closes(bench: Bench, panel: do.Panel) -> None:
    bench.plain.toggle(panel)
    assert bench.compose().tiles
    bench.plain.toggle(panel)
    assert bench.compose().tiles == ()


def test_position_and_state_line_on_demand(bench: Bench) -> None:
    bench.plain.show_progress(2.0)
    assert bench.picture()[-15:].any()
    bench.now += 2
    assert bench.compose().tiles == ()
    bench.plain.toggle_state_line()
    bench.now += 1000
    assert bench.compose().tiles
    bench.plain.toggle_state_line()
    assert bench.compose().tiles == ()
    bench.state = replace(STATE, osd_level=3)
    assert bench.compose().tiles


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (17, 16), (90, 60), (320, 100)])
def test_windows_of_any_size(bench: Bench, size: tuple[int, int]) -> None:
    bench.state = replace(STATE, compare=CompareView(split=0.3), osd_level=3)
    bench.plain.message("a message that is far too long for a window like this")
    bench.plain.toggle_state_line()
    bench.plain.show_statistics(stay=True)
    bench.plain.handle(PointerMoved(5, 5))
    overlay = bench.plain.compose(bench.state, None, size)
    assert bool(overlay.tiles) == (min(size) >= 16)


def test_a_file_without_duration_has_no_seek_bar_to_drag(bench: Bench) -> None:
    bench.state = replace(STATE, duration=None, position=None)
    bench.compose()
    bench.click(Part.SEEK)
    assert bench.plain.take_commands() == []


def test_a_minimised_window_is_not_waited_for(bench: Bench) -> None:
    bench.plain.message("hello")
    bench.plain.handle(Resized(0, 0))
    assert bench.plain.wait_s == math.inf
    bench.plain.handle(Resized(*SIZE))
    assert bench.plain.wait_s == 0.0
