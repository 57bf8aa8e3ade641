"""Keys and their commands."""

import typing

import pytest

from anime4k.player import commands as do
from anime4k.player.events import KeyPressed
from anime4k.player.keys.bindings import (
    DEFAULT_BINDINGS,
    Binding,
    Group,
    by_key,
    combined,
    command_for,
    group_of,
    grouped,
    is_repeating,
)

TABLE = by_key(DEFAULT_BINDINGS)
CONTROL = do.PictureControl
SHOT = do.ScreenshotKind

MPV: dict[str, do.Command] = {
    "SPACE": do.TogglePause(),
    "p": do.TogglePause(),
    "LEFT": do.Seek(-5.0),
    "RIGHT": do.Seek(5.0),
    "UP": do.Seek(60.0),
    "DOWN": do.Seek(-60.0),
    "Shift+LEFT": do.Seek(-1.0),
    "Shift+RIGHT": do.Seek(1.0),
    "Shift+UP": do.Seek(5.0),
    "Shift+DOWN": do.Seek(-5.0),
    "Ctrl+LEFT": do.SubtitleSeek(-1),
    "Ctrl+RIGHT": do.SubtitleSeek(1),
    "Alt+LEFT": do.Pan(0.1, 0.0),
    "Alt+RIGHT": do.Pan(-0.1, 0.0),
    "Alt+UP": do.Pan(0.0, 0.1),
    "Alt+DOWN": do.Pan(0.0, -0.1),
    "Alt++": do.Zoom(0.1),
    "Alt+-": do.Zoom(-0.1),
    "Alt+BS": do.ResetView(),
    "PGUP": do.ChapterStep(1),
    "PGDWN": do.ChapterStep(-1),
    "Shift+PGUP": do.Seek(600.0),
    "Shift+PGDWN": do.Seek(-600.0),
    "HOME": do.Seek(0.0, absolute=True),
    "[": do.ScaleSpeed(1 / 1.1),
    "]": do.ScaleSpeed(1.1),
    "{": do.ScaleSpeed(0.5),
    "}": do.ScaleSpeed(2.0),
    "BS": do.SetSpeed(1.0),
    "Shift+BS": do.UndoSeek(),
    "q": do.Quit(),
    "Q": do.Quit(remember=True),
    "ESC": do.LeaveFullscreen(),
    ".": do.FrameStep(1),
    ",": do.FrameStep(-1),
    ">": do.PlaylistStep(1),
    "ENTER": do.PlaylistStep(1),
    "MBTN_FORWARD": do.PlaylistStep(1),
    "<": do.PlaylistStep(-1),
    "MBTN_BACK": do.PlaylistStep(-1),
    "O": do.CycleOsdLevel(),
    "o": do.ShowProgress(),
    "P": do.ShowProgress(),
    "i": do.ShowStatistics(),
    "I": do.ShowStatistics(stay=True),
    "?": do.TogglePanel(do.Panel.KEYS),
    "F8": do.TogglePanel(do.Panel.PLAYLIST),
    "F9": do.TogglePanel(do.Panel.TRACKS),
    "MBTN_RIGHT": do.TogglePanel(do.Panel.MENU),
    "z": do.ChangeSubtitleDelay(-0.1),
    "Z": do.ChangeSubtitleDelay(0.1),
    "x": do.ChangeSubtitleDelay(0.1),
    "Ctrl++": do.ChangeAudioDelay(0.1),
    "Ctrl+-": do.ChangeAudioDelay(-0.1),
    "G": do.ScaleSubtitles(0.1),
    "F": do.ScaleSubtitles(-0.1),
    "9": do.ChangeVolume(-2.0),
    "/": do.ChangeVolume(-2.0),
    "0": do.ChangeVolume(2.0),
    "*": do.ChangeVolume(2.0),
    "WHEEL_UP": do.ChangeVolume(2.0),
    "WHEEL_DOWN": do.ChangeVolume(-2.0),
    "WHEEL_LEFT": do.Seek(-5.0),
    "WHEEL_RIGHT": do.Seek(5.0),
    "m": do.ToggleMute(),
    "#": do.CycleAudio(1),
    "1": do.Adjust(CONTROL.CONTRAST, -1),
    "2": do.Adjust(CONTROL.CONTRAST, 1),
    "3": do.Adjust(CONTROL.BRIGHTNESS, -1),
    "4": do.Adjust(CONTROL.BRIGHTNESS, 1),
    "5": do.Adjust(CONTROL.GAMMA, -1),
    "6": do.Adjust(CONTROL.GAMMA, 1),
    "7": do.Adjust(CONTROL.SATURATION, -1),
    "8": do.Adjust(CONTROL.SATURATION, 1),
    "Alt+0": do.ScaleWindow(0.5),
    "Alt+1": do.ScaleWindow(1.0),
    "Alt+2": do.ScaleWindow(2.0),
    "b": do.ToggleDeband(),
    "d": do.ToggleDeinterlace(),
    "Ctrl+h": do.ToggleHardwareDecoder(),
    "A": do.CycleAspect(),
    "w": do.ChangePanscan(-0.1),
    "W": do.ChangePanscan(0.1),
    "r": do.MoveSubtitles(1.0),
    "R": do.MoveSubtitles(-1.0),
    "t": do.MoveSubtitles(-1.0),
    "v": do.ToggleSubtitles(),
    "Alt+v": do.CycleSubtitles(1, secondary=True),
    "u": do.CycleSubtitleStyle(),
    "j": do.CycleSubtitles(1),
    "J": do.CycleSubtitles(-1),
    "T": do.ToggleOnTop(),
    "f": do.ToggleFullscreen(),
    "MBTN_LEFT_DBL": do.ToggleFullscreen(),
    "s": do.Screenshot(SHOT.SOURCE),
    "S": do.Screenshot(SHOT.CLEAN),
    "Ctrl+s": do.Screenshot(SHOT.WINDOW),
    "Alt+s": do.ToggleScreenshots(),
    "l": do.AbLoop(),
    "L": do.ToggleLoopFile(),
    "Ctrl+r": do.ReloadFile(),
}
"""What mpv users expect of a key."""

OWN: dict[str, do.Command] = {
    "Ctrl+1": do.SelectMode("a"),
    "Ctrl+2": do.SelectMode("b"),
    "Ctrl+3": do.SelectMode("c"),
    "Ctrl+4": do.SelectMode("a+a"),
    "Ctrl+5": do.SelectMode("b+b"),
    "Ctrl+6": do.SelectMode("c+a"),
    "Ctrl+7": do.SelectMode("auto"),
    "Ctrl+0": do.ToggleShaders(),
    "Ctrl+j": do.ShowState(),
    "\\": do.ShowOriginal(),
    "|": do.ToggleSplit(),
}


@pytest.mark.parametrize("key", [*MPV, *OWN])
def test_default_keys(key: str) -> None:
    assert command_for(KeyPressed(key), TABLE) == (MPV | OWN)[key]


@pytest.mark.parametrize("plus", ["Ctrl+", "Alt+"])
def test_plus_is_also_found_where_it_needs_shift(plus: str) -> None:
    assert TABLE[f"{plus}+"] == TABLE[f"{plus}="]


def test_unbound_keys_do_nothing() -> None:
    assert command_for(KeyPressed("F12"), TABLE) is None


def test_holding_a_key_repeats_seeks_but_not_switches() -> None:
    assert command_for(KeyPressed("RIGHT", repeat=True), TABLE) == do.Seek(5.0)
    assert command_for(KeyPressed("SPACE", repeat=True), TABLE) is None
    assert command_for(KeyPressed("f", repeat=True), TABLE) is None
    assert command_for(KeyPressed("\\", repeat=True), TABLE) is None


def test_default_keys_repeat_when_their_command_is_a_step() -> None:
    odd = {key for row in DEFAULT_BINDINGS if row.repeats != is_repeating(row.command) for key in row.keys}
    assert odd == {"{", "}"}


def test_no_key_is_bound_twice() -> None:
    keys = [key for binding in DEFAULT_BINDINGS for key in binding.keys]
    assert sorted(keys) == sorted(set(keys))


def test_every_command_belongs_to_one_group_and_steps_have_keys_both_ways() -> None:
    for command in typing.get_args(do.Command):
        assert isinstance(group_of(command.__new__(command)), Group)
    assert [group for group, _ in grouped(DEFAULT_BINDINGS)] == list(Group)


def test_only_commands_that_need_a_value_have_no_key() -> None:
    bound = {type(row.command) for row in DEFAULT_BINDINGS}
    assert set(typing.get_args(do.Command)) - bound == {
        do.Scrub, do.PlaylistGoto, do.SetVolume, do.SelectAudio, do.SelectSubtitles, do.AddSubtitles, do.SetAdjust,
        do.SetStrength, do.SetParameter, do.ToggleFile, do.MoveFile, do.AddShaders, do.RemoveFile, do.SplitAt,
        do.SplitAgainst, do.Nothing,
    }


def test_later_bindings_win() -> None:
    table = by_key((*DEFAULT_BINDINGS, Binding(("q",), do.TogglePause(), "pause")))
    assert command_for(KeyPressed("q"), table) == do.TogglePause()


def test_changes_take_keys_over_and_nothing_takes_them_away() -> None:
    pause = Binding(("q", "ENTER", "F12"), do.TogglePause(), "pause")
    rows = combined(DEFAULT_BINDINGS, (pause, Binding(("f", "F12"), do.Nothing(), "nothing")))
    table = by_key(rows)
    assert table["q"].command == table["ENTER"].command == do.TogglePause()
    assert table[">"].keys == (">", "MBTN_FORWARD")
    assert "f" not in table and "F12" not in table
    assert table["MBTN_LEFT_DBL"].command == do.ToggleFullscreen()
    assert do.Quit() not in [row.command for row in rows]
    keys = [key for row in rows for key in row.keys]
    assert sorted(keys) == sorted(set(keys))
