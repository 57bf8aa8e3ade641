"""What the mouse asks for on the bar."""

from __future__ import annotations

import pytest

from anime4k.player import commands as do
from anime4k.player.interface.bar_input import BarInput
from anime4k.player.interface.layout import LOUDEST, BarLayout, Part, bar_layout, volume_line
from tests.player.interface.rig import SIZE, example

STATE = example()


@pytest.fixture
def layout() -> BarLayout:
    return bar_layout(SIZE, 16, time_width=120, mode_width=80, several=True)


@pytest.mark.parametrize(
    ("part", "command"),
    [
        (Part.PLAY, do.TogglePause()),
        (Part.PREVIOUS, do.PlaylistStep(-1)),
        (Part.NEXT, do.PlaylistStep(1)),
        (Part.MUTE, do.ToggleMute()),
        (Part.AUDIO, do.CycleAudio(1)),
        (Part.SUBTITLES, do.CycleSubtitles(1)),
        (Part.MODE, do.TogglePanel(do.Panel.MENU)),
        (Part.SHADERS, do.TogglePanel(do.Panel.SHADERS)),
        (Part.MENU, do.TogglePanel(do.Panel.MENU)),
        (Part.FULLSCREEN, do.ToggleFullscreen()),
    ],
)
def test_every_button(layout: BarLayout, part: Part, command: do.Command) -> None:
    assert BarInput().press(layout, STATE, *layout.parts[part].centre) == [command]


def test_the_right_button_opens_lists_and_changes_the_form_of_the_mode(layout: BarLayout) -> None:
    def right(part: Part) -> list[do.Command]:
        return BarInput().press(layout, STATE, *layout.parts[part].centre, right=True)

    assert right(Part.AUDIO) == right(Part.SUBTITLES) == [do.TogglePanel(do.Panel.TRACKS)]
    assert right(Part.MODE) == [do.SwitchQuality()]
    assert right(Part.PLAY) == right(Part.SEEK) == []


def test_a_drag_along_the_seek_bar_scrubs_and_ends_with_the_exact_place(layout: BarLayout) -> None:
    mouse, y = BarInput(), layout.seek.centre[1]
    assert mouse.press(layout, STATE, layout.seek.at(0.5), y) == [do.Scrub(pytest.approx(50.0))]
    assert mouse.dragging is Part.SEEK
    assert mouse.move(layout, STATE, layout.seek.at(0.8)) == [do.Scrub(pytest.approx(80.0))]
    assert mouse.move(layout, STATE, layout.seek.right + 500) == [do.Scrub(100.0)]
    assert mouse.release(layout, STATE, layout.seek.at(0.1)) == [do.Scrub(pytest.approx(10.0), done=True)]
    assert mouse.dragging is None
    assert mouse.move(layout, STATE, layout.seek.at(0.8)) == []
    assert mouse.release(layout, STATE, layout.seek.at(0.8)) == []


def test_a_file_of_unknown_duration_cannot_be_scrubbed(layout: BarLayout) -> None:
    state, mouse = example(duration=None), BarInput()
    assert mouse.press(layout, state, *layout.seek.centre) == []
    assert mouse.release(layout, state, layout.seek.centre[0]) == []


def test_the_volume_slider_reaches_from_silence_to_the_loudest(layout: BarLayout) -> None:
    box = layout.parts[Part.VOLUME]
    line, y = volume_line(box, layout.unit), box.centre[1]
    mouse = BarInput()
    assert mouse.press(layout, STATE, line.at(100 / LOUDEST), y) == [do.SetVolume(100.0)]
    assert mouse.move(layout, STATE, line.x - 50) == [do.SetVolume(0.0)]
    assert mouse.move(layout, STATE, line.right + 50) == [do.SetVolume(LOUDEST)]
    assert mouse.release(layout, STATE, line.right) == []
