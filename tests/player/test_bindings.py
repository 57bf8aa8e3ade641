"""Keys and their commands."""

import pytest

from anime4k.player.bindings import DEFAULT_BINDINGS, Binding, by_key, command_for, key_list
from anime4k.player.commands import (
    Command,
    FrameStep,
    Quit,
    ScaleSpeed,
    Seek,
    SetSpeed,
    ToggleFullscreen,
    TogglePause,
)
from anime4k.player.events import KeyPressed

TABLE = by_key(DEFAULT_BINDINGS)


@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("SPACE", TogglePause()),
        ("p", TogglePause()),
        ("LEFT", Seek(-5.0)),
        ("RIGHT", Seek(5.0)),
        ("UP", Seek(60.0)),
        ("DOWN", Seek(-60.0)),
        ("Shift+LEFT", Seek(-1.0)),
        ("HOME", Seek(0.0, absolute=True)),
        (".", FrameStep(1)),
        (",", FrameStep(-1)),
        ("]", ScaleSpeed(1.1)),
        ("[", ScaleSpeed(1 / 1.1)),
        ("BS", SetSpeed(1.0)),
        ("f", ToggleFullscreen()),
        ("MBTN_LEFT_DBL", ToggleFullscreen()),
        ("q", Quit()),
    ],
)
def test_default_keys(key: str, command: Command) -> None:
    assert command_for(KeyPressed(key), TABLE) == command


def test_unbound_keys_do_nothing() -> None:
    assert command_for(KeyPressed("F12"), TABLE) is None


def test_holding_a_key_repeats_seeks_but_not_switches() -> None:
    assert command_for(KeyPressed("RIGHT", repeat=True), TABLE) == Seek(5.0)
    assert command_for(KeyPressed("SPACE", repeat=True), TABLE) is None
    assert command_for(KeyPressed("f", repeat=True), TABLE) is None


def test_no_key_is_bound_twice() -> None:
    keys = [key for binding in DEFAULT_BINDINGS for key in binding.keys]
    assert sorted(keys) == sorted(set(keys))


def test_later_bindings_win() -> None:
    table = by_key((*DEFAULT_BINDINGS, Binding(("q",), TogglePause(), "pause")))
    assert command_for(KeyPressed("q"), table) == TogglePause()


def test_key_list_has_a_line_for_every_binding() -> None:
    lines = key_list(DEFAULT_BINDINGS).splitlines()
    assert len(lines) == len(DEFAULT_BINDINGS)
    assert any(line.split()[0] == "q" and line.endswith("quit") for line in lines)
