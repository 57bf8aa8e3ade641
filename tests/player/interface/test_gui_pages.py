"""The pages of the side panel: modes, tracks, files, pictures, and the shaders with their parameters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anime4k.gl.device import Device
from anime4k.player import commands as do
from anime4k.player.events import PointerLeft
from anime4k.player.interface.layout import Box
from anime4k.player.state import CompareView
from tests.player.interface.rig import Rig, example

pytest.importorskip("imgui_bundle")


# -- the side panel ----------------------------------------------------------------------------------------


def test_tabs_change_the_page_and_the_tab_of_the_open_page_closes_it(rig: Rig) -> None:
    rig.open(do.Panel.MENU)
    layout = rig.interface.sheet_layout()
    assert layout is not None
    rig.click(layout.tabs[do.Panel.PICTURE])
    assert rig.interface.where("picture.gamma")
    rig.click(layout.tabs[do.Panel.PICTURE])
    rig.now += 10
    rig.interface.handle(PointerLeft())
    rig.paint()
    assert not rig.changed().any()


def test_modes(rig: Rig) -> None:
    rig.open(do.Panel.MENU)
    assert rig.click(rig.interface.where("mode.b")) == [do.SelectMode("b")]
    assert rig.click(rig.interface.where("mode.off")) == [do.SelectMode("off")]
    assert rig.click(rig.interface.where("form.hq")) == [do.SwitchQuality()]
    assert rig.click(rig.interface.where("form.fast")) == []
    assert rig.click(rig.interface.where("shaders off")) == [do.ToggleShaders()]
    assert rig.click(rig.interface.where("remember")) == [do.RememberMode()]


def test_comparison_and_screenshots(device: Device) -> None:
    rig = Rig(device, (1280, 2400))  # high enough for the whole page
    try:
        rig.open(do.Panel.MENU)
        for name, command in {
            "split": do.ToggleSplit(),
            "magnifier": do.ToggleMagnifier(),
            "pair": do.SavePair(),
            "screenshot.source": do.Screenshot(do.ScreenshotKind.SOURCE),
            "screenshot.window": do.Screenshot(do.ScreenshotKind.WINDOW),
            "speed.more": do.ScaleSpeed(1.1),
            "loop": do.ToggleLoopFile(),
            "ab": do.AbLoop(),
            "statistics": do.ShowStatistics(stay=True),
            "full": do.ToggleFullscreen(),
            "scale.2.0": do.ScaleWindow(2.0),
            "quit": do.Quit(remember=True),
        }.items():
            assert rig.click(rig.interface.where(name)) == [command], name
        rig.state = replace(rig.state, compare=CompareView(split=0.5))
        rig.paint(2)
        assert rig.click(rig.interface.where("against.b-hq")) == [do.SplitAgainst("b-hq")]
        assert rig.click(rig.interface.where("against.")) == [do.SplitAgainst(None)]
    finally:
        rig.close()


def test_tracks(rig: Rig) -> None:
    rig.open(do.Panel.TRACKS)
    assert rig.click(rig.interface.where("sound.2")) == [do.SelectAudio(2)]
    assert rig.click(rig.interface.where("sound.none")) == [do.SelectAudio(None)]
    assert rig.click(rig.interface.where("subtitles.none")) == [do.SelectSubtitles(None)]
    assert rig.click(rig.interface.where("subtitles.visible")) == [do.ToggleSubtitles()]
    assert rig.click(rig.interface.where("subtitles.delay.more")) == [do.ChangeSubtitleDelay(0.1)]
    assert rig.click(rig.interface.where("second.1")) == [do.SelectSubtitles(1, secondary=True)]


def test_files_and_chapters(rig: Rig) -> None:
    rig.open(do.Panel.PLAYLIST)
    assert rig.click(rig.interface.where("file.2")) == [do.PlaylistGoto(2)]
    assert rig.click(rig.interface.where("chapter.1")) == [do.Seek(60.0, absolute=True)]


def test_a_long_list_opens_at_the_file_that_plays(rig: Rig) -> None:
    names = tuple(f"/v/{number:04}.mkv" for number in range(500))
    rig.state = example(playlist=names, count=500, index=400)
    rig.open(do.Panel.PLAYLIST)
    layout = rig.interface.sheet_layout()
    assert layout is not None
    assert layout.body.contains(*rig.interface.where("file.400").centre)


def test_picture_controls(rig: Rig) -> None:
    rig.open(do.Panel.PICTURE)
    line = rig.interface.where("picture.gamma.line")
    asked = rig.click(Box(line.at(0.75) - 1, line.y, 2, line.height))
    assert asked and asked[-1] == do.SetAdjust(do.PictureControl.GAMMA, 50)
    rig.state = replace(rig.state, picture=replace(rig.state.picture, gamma=50))
    asked = rig.click(rig.interface.where("picture.gamma"), "MBTN_RIGHT")
    assert asked == [do.SetAdjust(do.PictureControl.GAMMA, 0)]


# -- the shader page ---------------------------------------------------------------------------------------


def test_a_parameter_is_dragged(rig: Rig) -> None:
    rig.open(do.Panel.SHADERS)
    line = rig.interface.where("file.0.amount.line")
    y = line.centre[1]
    rig.move(line.at(0.25), y)
    rig.paint(2)
    assert rig.press(line.at(0.25), y)
    rig.paint(2)
    assert rig.move(line.at(0.75), y)
    asked = rig.paint()
    assert asked == [do.SetParameter(0, "amount", pytest.approx(0.75, abs=0.01))]
    assert rig.move(line.right + 400, 10), "the drag goes on outside of the panel"
    assert rig.paint() == [do.SetParameter(0, "amount", 1.0)]
    assert rig.release(line.right + 400, 10)
    rig.paint(3)
    rig.move(line.at(0.5), y)
    assert rig.paint(2) == [], "it was let go"


def test_a_right_click_brings_a_parameter_back(rig: Rig) -> None:
    rig.open(do.Panel.SHADERS)
    assert rig.click(rig.interface.where("file.0.amount"), "MBTN_RIGHT") == [do.SetParameter(0, "amount", None)]


def test_the_arrow_beside_a_changed_parameter_brings_it_back(rig: Rig) -> None:
    rig.open(do.Panel.SHADERS)
    assert rig.click(rig.interface.where("file.0.amount.reset")) == [do.SetParameter(0, "amount", None)]
    files = rig.state.chain.files
    amount = replace(files[0].parameters[0], value=0.5)
    files = (replace(files[0], parameters=(amount, files[0].parameters[1])), *files[1:])
    rig.state = replace(rig.state, chain=replace(rig.state.chain, files=files))
    rig.paint(2)
    with pytest.raises(KeyError):
        rig.interface.where("file.0.amount.reset")


def test_a_click_on_the_words_of_a_parameter_changes_nothing(rig: Rig) -> None:
    rig.open(do.Panel.SHADERS)
    box = rig.interface.where("file.0.amount")
    assert rig.click(Box(box.x + 20, box.y + 5, 4, 4)) == []


def test_choices_strength_and_switches(rig: Rig) -> None:
    rig.open(do.Panel.SHADERS)
    where = rig.interface.where
    assert rig.click(where("file.0.kind.2")) == [do.SetParameter(0, "kind", 2.0)]
    line = where("strength.line")
    assert rig.click(Box(line.at(0.5) - 1, line.y, 2, line.height))[-1] == do.SetStrength(pytest.approx(0.5, abs=0.01))
    assert rig.click(where("enabled")) == [do.ToggleShaders()]
    assert rig.click(where("file.1.used")) == [do.ToggleFile(1)]


def test_the_order_of_files_is_changed_with_buttons(rig: Rig) -> None:
    rig.open(do.Panel.SHADERS)
    where = rig.interface.where
    assert rig.click(where("file.1.up")) == [do.MoveFile(1, 0)]
    assert rig.click(where("file.1.down")) == [do.MoveFile(1, 2)]
    assert rig.click(where("file.0.up")) == []
    assert rig.click(where("file.2.down")) == []
    assert rig.click(where("file.1.close")) == [do.RemoveFile(1)]


@pytest.mark.parametrize(("start", "end", "command"), [(0, 2, do.MoveFile(0, 2)), (2, 0, do.MoveFile(2, 0))])
def test_the_order_of_files_is_changed_by_dragging(rig: Rig, start: int, end: int, command: do.Command) -> None:
    rig.open(do.Panel.SHADERS)
    grips = [rig.interface.where(f"file.{index}.grip") for index in range(3)]
    x, y = grips[start].centre
    rig.move(x, y)
    rig.paint(2)
    rig.press(x, y)
    rig.paint(2)
    target = grips[end].y - 2 if end < start else grips[end].bottom + 30
    rig.move(x, target)
    assert rig.paint(2) == []
    rig.release(x, target)
    assert rig.paint(3) == [command]


def test_a_folded_file_hides_its_parameters(rig: Rig) -> None:
    rig.open(do.Panel.SHADERS)
    rig.click(rig.interface.where("file.0.name"))
    with pytest.raises(KeyError):
        rig.interface.where("file.0.amount")
