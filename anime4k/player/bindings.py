"""Keys as data: which key gives which command, and what the key list says about it.

The keys are those that mpv users have in their fingers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from anime4k.modes.table import MODE_KEYS
from anime4k.player.commands import (
    ChapterStep,
    Command,
    FrameStep,
    LeaveFullscreen,
    Panel,
    PlaylistStep,
    Quit,
    ScaleSpeed,
    ScaleWindow,
    Screenshot,
    ScreenshotKind,
    Seek,
    SelectMode,
    SelectStart,
    SetSpeed,
    ShowStatistics,
    SwitchQuality,
    ToggleFullscreen,
    ToggleLoopFile,
    TogglePanel,
    TogglePause,
    ToggleShaders,
)
from anime4k.player.events import KeyPressed


@dataclass(frozen=True)
class Binding:
    """One row of the key list.

    Attributes:
        keys: key names that all do the same.
        command: what they do.
        help: the same in words.
        repeats: whether holding the key down repeats the command.
    """

    keys: tuple[str, ...]
    command: Command
    help: str
    repeats: bool = False


SPEED_STEP = 1.1
"""`]` multiplies the speed by this, `[` divides."""

DEFAULT_BINDINGS: tuple[Binding, ...] = (
    Binding(("SPACE", "p", "MBTN_RIGHT"), TogglePause(), "pause or go on"),
    Binding(("LEFT", "WHEEL_LEFT"), Seek(-5.0), "5 seconds back", repeats=True),
    Binding(("RIGHT", "WHEEL_RIGHT"), Seek(5.0), "5 seconds forward", repeats=True),
    Binding(("DOWN",), Seek(-60.0), "1 minute back", repeats=True),
    Binding(("UP",), Seek(60.0), "1 minute forward", repeats=True),
    Binding(("Shift+LEFT",), Seek(-1.0), "1 second back", repeats=True),
    Binding(("Shift+RIGHT",), Seek(1.0), "1 second forward", repeats=True),
    Binding(("Shift+DOWN",), Seek(-5.0), "5 seconds back", repeats=True),
    Binding(("Shift+UP",), Seek(5.0), "5 seconds forward", repeats=True),
    Binding(("Shift+PGDWN",), Seek(-600.0), "10 minutes back", repeats=True),
    Binding(("Shift+PGUP",), Seek(600.0), "10 minutes forward", repeats=True),
    Binding(("HOME",), Seek(0.0, absolute=True), "to the start"),
    Binding(("PGUP",), ChapterStep(1), "next chapter"),
    Binding(("PGDWN",), ChapterStep(-1), "previous chapter"),
    Binding((".",), FrameStep(1), "pause, next frame", repeats=True),
    Binding((",",), FrameStep(-1), "pause, previous frame", repeats=True),
    Binding(("[",), ScaleSpeed(1.0 / SPEED_STEP), "slower", repeats=True),
    Binding(("]",), ScaleSpeed(SPEED_STEP), "faster", repeats=True),
    Binding(("{",), ScaleSpeed(0.5), "half speed"),
    Binding(("}",), ScaleSpeed(2.0), "double speed"),
    Binding(("BS",), SetSpeed(1.0), "normal speed"),
    Binding(("L",), ToggleLoopFile(), "repeat this file, or stop repeating"),
    Binding((">", "ENTER", "MBTN_FORWARD"), PlaylistStep(1), "next file"),
    Binding(("<", "MBTN_BACK"), PlaylistStep(-1), "previous file"),
    Binding(("f", "MBTN_LEFT_DBL"), ToggleFullscreen(), "full screen, or back"),
    Binding(("ESC",), LeaveFullscreen(), "leave full screen"),
    Binding(("Alt+0",), ScaleWindow(0.5), "window at half the size of the video"),
    Binding(("Alt+1",), ScaleWindow(1.0), "window at the size of the video"),
    Binding(("Alt+2",), ScaleWindow(2.0), "window at twice the size of the video"),
    *(Binding((key,), SelectMode(letters), f"mode {letters}") for key, letters in MODE_KEYS),
    Binding(("Ctrl+8",), SwitchQuality(), "the -fast or the -hq form of the mode, in turn"),
    Binding(("Ctrl+9",), SelectStart(), "the mode or the shaders that the player was started with"),
    Binding(("Ctrl+0", "\\"), ToggleShaders(), "shaders off, or on again"),
    Binding(("s", "S"), Screenshot(ScreenshotKind.SOURCE), "screenshot of the picture"),
    Binding(("Ctrl+s",), Screenshot(ScreenshotKind.WINDOW), "screenshot of the window"),
    Binding(("i", "I", "Ctrl+j"), ShowStatistics(), "print statistics"),
    Binding(("?",), TogglePanel(Panel.KEYS), "print this list"),
    Binding(("q", "Q"), Quit(), "quit"),
)


def by_key(bindings: Iterable[Binding]) -> Mapping[str, Binding]:
    """Key name to binding; of two bindings of one key the later wins."""
    return {key: binding for binding in bindings for key in binding.keys}


def command_for(event: KeyPressed, table: Mapping[str, Binding]) -> Command | None:
    """The command of a key press, or None for an unbound key or an unwanted repetition."""
    binding = table.get(event.key)
    if binding is None or (event.repeat and not binding.repeats):
        return None
    return binding.command


def key_list(bindings: Iterable[Binding]) -> str:
    """The bindings as text, one line each: keys, then what they do."""
    rows = [(" ".join(binding.keys), binding.help) for binding in bindings]
    width = max((len(keys) for keys, _ in rows), default=0)
    return "\n".join(f"  {keys:<{width}}  {text}" for keys, text in rows)
