"""The interface without a window: what the mouse asks for, what is drawn, and what is left alone."""

from __future__ import annotations

import ctypes
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from anime4k.gl.device import Device
from anime4k.player import commands as do
from anime4k.player.events import KeyPressed, PointerButton, PointerLeft, Scrolled
from anime4k.player.interface.layout import Box, Part, volume_line
from anime4k.player.state import CompareView, Preparing
from tests.player.interface.rig import SIZE, Rig, example

pytest.importorskip("imgui_bundle")


def mask(*boxes: Box) -> np.ndarray:
    inside = np.zeros((SIZE[1], SIZE[0]), bool)
    for box in boxes:
        inside[max(0, int(box.y)) : math.ceil(box.bottom), max(0, int(box.x)) : math.ceil(box.right)] = True
    return inside


def bar_of(rig: Rig):  # noqa: ANN201
    layout = rig.interface.bar_layout()
    assert layout is not None
    return layout


def part(rig: Rig, which: Part) -> Box:
    return bar_of(rig).parts[which]


# -- what is drawn -----------------------------------------------------------------------------------------


def test_nothing_is_drawn_and_nothing_wanted_when_nothing_is_open(rig: Rig) -> None:
    rig.paint(3)
    assert not rig.changed().any()
    assert rig.interface.wait_s == math.inf
    assert not rig.interface.wants_figures


def test_the_bar_comes_with_the_mouse_and_goes_after_two_seconds(rig: Rig) -> None:
    rig.paint()
    rig.move(300, 300)
    assert rig.interface.wait_s == 0.0
    rig.paint(2)
    changed = rig.changed()
    assert changed[mask(bar_of(rig).panel)].mean() > 0.9
    assert not changed[~mask(bar_of(rig).panel.grown(1))].any(), "the picture beside the bar is as it was"
    assert 1.8 < rig.interface.wait_s <= 2.0
    rig.now += 2.1
    assert rig.interface.wait_s == 0.0, "one more picture, without the bar"
    rig.paint()
    assert not rig.changed().any()
    assert rig.interface.wait_s == math.inf


def test_the_bar_stays_while_the_mouse_is_on_it_and_goes_when_it_leaves_the_window(rig: Rig) -> None:
    rig.paint()
    rig.move(*bar_of(rig).panel.centre)
    rig.now += 60
    rig.paint(2)
    assert rig.changed().any()
    rig.interface.handle(PointerLeft())
    rig.paint()
    assert not rig.changed().any()


def test_the_time_under_the_mouse_stays_above_the_bar_while_it_is_dragged(rig: Rig) -> None:
    rig.paint()
    seek = bar_of(rig).seek
    rig.move(*seek.centre)
    rig.paint(2)
    hovered = rig.interface.where("tip")
    rig.interface.handle(PointerButton("MBTN_LEFT", True, *seek.centre))
    rig.move(seek.centre[0], 5)
    rig.paint(2)
    assert rig.interface.where("tip") == hovered
    assert hovered.bottom < seek.y


def test_messages_are_at_the_top_left_for_their_time(rig: Rig) -> None:
    rig.interface.message("Volume: 65%", 1.5)
    rig.paint(2)
    changed = rig.changed()
    assert changed[:60, :300].any()
    assert not changed[60:].any() and not changed[:, 300:].any()
    rig.now += 1.5
    rig.paint()
    assert not rig.changed().any()


def test_osd_level_0_says_nothing(rig: Rig) -> None:
    rig.state = example(osd_level=0, chain=replace(rig.state.chain, preparing=Preparing("mode x")))
    rig.interface.message("words")
    rig.paint()
    assert not rig.changed().any()


def test_osd_level_3_shows_more_than_level_2(rig: Rig) -> None:
    amounts = []
    for level in (1, 2, 3):
        rig.state = example(osd_level=level)
        rig.paint()
        amounts.append(int(rig.changed().sum()))
    assert amounts[0] == 0 < amounts[1] < amounts[2]


def test_progress_is_shown_for_a_while(rig: Rig) -> None:
    rig.interface.show_progress(1.0)
    rig.paint()
    changed = rig.changed()
    assert changed[:60].any() and changed[-40:].any() and not changed[100:-60].any()
    rig.now += 1.0
    rig.paint()
    assert not rig.changed().any()


def test_what_is_being_prepared_is_shown_by_itself(rig: Rig) -> None:
    rig.state = replace(rig.state, chain=replace(rig.state.chain, preparing=Preparing("mode a-hq", 1, 3)))
    rig.paint()
    assert rig.changed()[:70, 900:].any()


def test_the_state_line_stays_until_asked_for_again(rig: Rig) -> None:
    rig.interface.toggle_state_line()
    rig.paint()
    rig.now += 100
    rig.paint()
    assert rig.changed().any()
    rig.interface.toggle_state_line()
    rig.paint()
    assert not rig.changed().any()


@pytest.mark.parametrize("panel", do.Panel)
def test_every_page_is_drawn_inside_of_the_side_panel(rig: Rig, panel: do.Panel) -> None:
    rig.paint()
    rig.open(panel)
    layout = rig.interface.sheet_layout()
    assert layout is not None
    changed = rig.changed()
    assert changed[mask(layout.panel)].mean() > 0.9
    assert not changed[~mask(layout.panel.grown(1))].any()
    rig.interface.toggle(panel)
    rig.paint()
    assert not rig.changed().any()


def test_no_file_is_written(rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rig.open(do.Panel.MENU)
    rig.now += 30
    rig.paint(3)
    rig.interface.close()
    assert list(tmp_path.iterdir()) == []


STATE_NAMES = {
    "program": 0x8B8D,
    "vertex array": 0x85B5,
    "array buffer": 0x8894,
    "active texture": 0x84E0,
    "texture": 0x8069,
    "draw framebuffer": 0x8CA6,
    "unpack alignment": 0x0CF5,
    "unpack row length": 0x0CF2,
    "unpack skip rows": 0x0CF3,
    "unpack skip pixels": 0x0CF4,
    "unpack buffer": 0x88EF,
    "pack alignment": 0x0D05,
    "blend": 0x0BE2,
    "scissor test": 0x0C11,
    "depth test": 0x0B71,
    "cull face": 0x0B44,
    "stencil test": 0x0B90,
    "primitive restart": 0x8F9D,
    "sRGB": 0x8DB9,
    "dither": 0x0BD0,
    "blend source": 0x80C9,
    "blend target": 0x80C8,
    "blend equation": 0x8009,
    "sampler": 0x8919,
    "read buffer": 0x0C02,
}
VECTOR_NAMES = {"viewport": 0x0BA2, "scissor box": 0x0C10}


def gl_state(device: Device) -> dict[str, object]:
    found: dict[str, object] = {name: device.raw.integer(number) for name, number in STATE_NAMES.items()}
    for name, number in VECTOR_NAMES.items():
        values = (ctypes.c_int * 4)()
        device.raw("glGetIntegerv", number, values)
        found[name] = tuple(values)
    return found


def test_gl_is_left_as_it_was(rig: Rig) -> None:
    program = rig.device.ctx.program(
        vertex_shader="#version 410\nvoid main() { gl_Position = vec4(0.0); }",
        fragment_shader="#version 410\nout vec4 c; void main() { c = vec4(1.0); }",
    )
    array = rig.device.ctx.vertex_array(program, [])
    rig.framebuffer.use()
    array.render(vertices=3)
    rig.texture.use(1)
    rig.device.raw("glPixelStorei", 0x0CF5, 2)
    rig.device.raw("glPixelStorei", 0x0CF2, 5)
    try:
        before = gl_state(rig.device)
        rig.interface.toggle(do.Panel.SHADERS)
        rig.interface.show_statistics(stay=True)
        for text in ("first", "字"):  # making glyphs uploads textures
            rig.interface.message(text)
            rig.interface.paint(rig.state, None, rig.size)
            assert gl_state(rig.device) == before
    finally:
        rig.device.raw("glPixelStorei", 0x0CF5, 4)
        rig.device.raw("glPixelStorei", 0x0CF2, 0)
    assert rig.device.ctx.error == "GL_NO_ERROR"


def test_two_interfaces_one_after_the_other_draw_the_same(device: Device) -> None:
    pictures = []
    for _ in range(2):
        rig = Rig(device)
        rig.open(do.Panel.MENU)
        pictures.append(rig.pixels())
        rig.close()
    assert np.array_equal(*pictures)


# -- the bar -----------------------------------------------------------------------------------------------


def test_dragging_along_the_seek_bar(rig: Rig) -> None:
    rig.paint()
    line = bar_of(rig).seek
    y = line.centre[1]
    assert rig.press(line.at(0.5), y)
    assert rig.interface.take_commands() == [do.Scrub(pytest.approx(50.0))]
    assert rig.move(line.at(0.75), 20), "the drag goes on wherever the mouse is"
    assert rig.interface.take_commands() == [do.Scrub(pytest.approx(75.0))]
    assert rig.release(line.at(0.25), 20)
    assert rig.interface.take_commands()[-1] == do.Scrub(pytest.approx(25.0), done=True)


def test_the_volume_slider(rig: Rig) -> None:
    rig.paint()
    line = volume_line(part(rig, Part.VOLUME), rig.interface.unit)
    assert rig.press(line.at(0.5), line.centre[1])
    assert rig.interface.take_commands() == [do.SetVolume(65.0)]


def test_buttons_open_panels_without_asking_the_player(rig: Rig) -> None:
    rig.paint()
    assert rig.click(part(rig, Part.SHADERS)) == []
    assert rig.interface.where("strength")
    rig.click(part(rig, Part.SHADERS))
    with pytest.raises(KeyError):
        rig.interface.where("strength")


def test_a_click_on_the_bar_is_no_click_on_the_picture(rig: Rig) -> None:
    rig.paint()
    x, y = part(rig, Part.PLAY).centre
    assert rig.press(x, y)
    assert rig.interface.handle(KeyPressed("MBTN_LEFT"))
    assert rig.interface.handle(KeyPressed("MBTN_LEFT_DBL"))
    assert rig.release(x, y)
    assert rig.interface.take_commands() == [do.TogglePause()]


@pytest.mark.parametrize("name", ["MBTN_LEFT", "MBTN_RIGHT", "MBTN_BACK"])
def test_a_click_on_the_picture_is_the_players(rig: Rig, name: str) -> None:
    rig.open(do.Panel.MENU)
    assert not rig.press(300, 300, name)
    assert not rig.interface.handle(KeyPressed(name))
    assert not rig.release(300, 300, name)
    assert rig.paint(3) == []


def test_the_wheel_belongs_to_the_panel_only_over_the_panel(rig: Rig) -> None:
    rig.paint()
    rig.move(300, 300)
    assert not rig.interface.handle(Scrolled(0, 1))
    assert not rig.interface.handle(KeyPressed("WHEEL_UP"))
    rig.open(do.Panel.KEYS)
    layout = rig.interface.sheet_layout()
    assert layout is not None
    rig.move(*layout.body.centre)
    rig.paint(2)
    before = rig.pixels()
    assert rig.interface.handle(Scrolled(0, -3))
    assert rig.interface.handle(KeyPressed("WHEEL_DOWN"))
    rig.paint(3)
    assert not np.array_equal(rig.pixels(), before), "the list has moved"


# -- statistics and split line -----------------------------------------------------------------------------


def test_statistics_once_and_until_asked_again(rig: Rig) -> None:
    rig.interface.show_statistics(stay=False)
    assert rig.interface.wants_figures
    rig.paint()
    assert rig.changed().any()
    rig.now += 4.0
    assert not rig.interface.wants_figures
    rig.interface.show_statistics(stay=True)
    rig.now += 100
    assert rig.interface.wants_figures
    rig.interface.show_statistics(stay=True)
    assert not rig.interface.wants_figures


@pytest.mark.parametrize("stay", [True, False])
def test_keys_turn_the_pages_only_while_the_statistics_are_shown(rig: Rig, stay: bool) -> None:
    keys = [KeyPressed(key) for key in ("1", "2", "3", "4", "5", "0", "UP", "DOWN")]
    assert not any(rig.interface.handle(key) for key in keys)
    rig.interface.show_statistics(stay=stay)
    pictures = []
    for key in keys[:6]:
        assert rig.interface.handle(key)
        rig.paint()
        pictures.append(rig.pixels().tobytes())
    assert len(set(pictures)) == 6
    assert not rig.interface.handle(KeyPressed("6"))
    assert not rig.interface.handle(KeyPressed("SPACE"))
    assert rig.interface.handle(KeyPressed("4"))
    rig.paint()
    top = rig.pixels()
    assert rig.interface.handle(KeyPressed("DOWN"))
    rig.paint()
    assert not np.array_equal(rig.pixels(), top)
    assert rig.interface.handle(KeyPressed("UP"))
    rig.paint()
    assert np.array_equal(rig.pixels(), top)


def test_statistics_that_are_read_stay_longer(rig: Rig) -> None:
    rig.interface.show_statistics(stay=False)
    for _ in range(3):
        rig.now += 2.5
        assert rig.interface.handle(KeyPressed("3"))
    assert rig.interface.handle(KeyPressed("ESC"))
    assert not rig.interface.wants_figures
    assert not rig.interface.handle(KeyPressed("3"))


def test_arrows_that_have_nothing_to_scroll_are_left_to_the_player(rig: Rig) -> None:
    rig.interface.show_statistics(stay=True)
    assert rig.interface.handle(KeyPressed("5"))
    rig.paint()
    assert not rig.interface.handle(KeyPressed("DOWN"))


def test_escape_closes_what_is_open_first(rig: Rig) -> None:
    rig.interface.show_statistics(stay=True)
    rig.open(do.Panel.MENU)
    assert rig.interface.handle(KeyPressed("ESC"))
    assert rig.interface.wants_figures
    assert rig.interface.handle(KeyPressed("ESC"))
    assert not rig.interface.wants_figures
    assert not rig.interface.handle(KeyPressed("ESC"))


def test_statistics_are_refreshed_once_a_second_while_nothing_else_happens(rig: Rig) -> None:
    rig.interface.show_statistics(stay=True)
    rig.paint(3)
    assert 0.9 < rig.interface.wait_s <= 1.0


def test_the_split_line_is_dragged(rig: Rig) -> None:
    rig.state = example(compare=CompareView(split=0.5), rect=(160, 0, 960, 720))
    rig.paint()
    assert rig.changed()[:, 640].any()
    assert rig.press(640, 200)
    assert rig.move(400, 210)
    assert rig.interface.take_commands() == [do.SplitAt(pytest.approx(0.25))]
    assert rig.move(0, 210)
    assert rig.interface.take_commands() == [do.SplitAt(0.0)]
    assert rig.release(0, 210)
    rig.interface.take_commands()
    rig.move(500, 300)
    assert rig.interface.take_commands() == []


def test_a_second_button_does_not_end_a_drag(rig: Rig) -> None:
    rig.paint()
    line = bar_of(rig).seek
    rig.press(line.at(0.5), line.centre[1])
    assert not rig.interface.handle(PointerButton("MBTN_RIGHT", False, 10, 10))
    rig.interface.take_commands()
    rig.move(line.at(0.6), 100)
    assert rig.interface.take_commands() == [do.Scrub(pytest.approx(60.0))]


@pytest.mark.parametrize("size", [(16, 16), (1, 1), (0, 0), (90, 60), (200, 1000), (5000, 300)])
def test_odd_windows_are_survived(device: Device, size: tuple[int, int]) -> None:
    rig = Rig(device, (max(size[0], 1), max(size[1], 1)))
    try:
        rig.size = size
        rig.interface.message("a message that is longer than the window is wide")
        rig.interface.show_statistics(stay=True)
        rig.interface.toggle_state_line()
        for panel in do.Panel:
            rig.interface.toggle(panel)
            rig.move(size[0] / 2, size[1] - 5)
            rig.paint(2)
        assert device.ctx.error == "GL_NO_ERROR"
    finally:
        rig.close()
