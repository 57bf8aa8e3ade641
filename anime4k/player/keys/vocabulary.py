"""The words of `input.conf`: which text means which command, as data. Pure.

Where mpv has words for something, those are the words here; the rest are our own. `FIXED` and `FORMS` are what is
written, `ALSO` and `BEGINNINGS` are read besides.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from anime4k.player import commands as do

_CONTROL = do.PictureControl
_SHOT = do.ScreenshotKind


class Value(enum.Enum):
    """What stands in the place of an argument; the value says what is expected."""

    NUMBER = "a number"
    FACTOR = "a number above 0"
    TIME = "a time (seconds or HH:MM:SS)"
    WHOLE = "a whole number"
    DIRECTION = "1 or -1"
    TRACK = "the number of a track, or no"
    PLACE = "a number from 1 on"
    """Counted from 0 in the command."""
    MODE = "the letters of a mode"
    MODE_OR_NO = "the letters of a mode, or no"
    PANEL = "a part of the interface"
    PATH = "a file"
    PATHS = "one or more files"
    ABSOLUTE = "relative or absolute"
    WORD = "a name"
    SETTING = "a number, or default"


@dataclass(frozen=True)
class Argument:
    """A place for a value.

    Attributes:
        field: what it is called in the command.
        value: what is expected.
        default: what counts when nothing stands there; None = something must.
        sign: -1 where the words count the other way round.
    """

    field: str
    value: Value
    default: str | None = None
    sign: int = 1


@dataclass(frozen=True)
class Form:
    """Words with values behind them.

    Attributes:
        words: what stands in front.
        command: what it makes.
        arguments: the values in their order.
        fixed: fields of the command that the words say already.
    """

    words: str
    command: type[do.Command]
    arguments: tuple[Argument, ...]
    fixed: tuple[tuple[str, object], ...] = ()


FIXED: tuple[tuple[str, do.Command], ...] = (
    ("ignore", do.Nothing()),
    ("cycle pause", do.TogglePause()),
    ("revert-seek", do.UndoSeek()),
    ("frame-step", do.FrameStep(1)),
    ("frame-back-step", do.FrameStep(-1)),
    ("cycle loop-file", do.ToggleLoopFile()),
    ("ab-loop", do.AbLoop()),
    ("playlist-next", do.PlaylistStep(1)),
    ("playlist-prev", do.PlaylistStep(-1)),
    ("reload", do.ReloadFile()),
    ("quit", do.Quit()),
    ("quit-watch-later", do.Quit(remember=True)),
    ("cycle mute", do.ToggleMute()),
    ("cycle audio", do.CycleAudio(1)),
    ("cycle audio down", do.CycleAudio(-1)),
    ("cycle sub-visibility", do.ToggleSubtitles()),
    ("cycle sub", do.CycleSubtitles(1)),
    ("cycle sub down", do.CycleSubtitles(-1)),
    ("cycle secondary-sid", do.CycleSubtitles(1, secondary=True)),
    ("cycle secondary-sid down", do.CycleSubtitles(-1, secondary=True)),
    ("cycle sub-ass-override", do.CycleSubtitleStyle()),
    ("cycle deband", do.ToggleDeband()),
    ("cycle deinterlace", do.ToggleDeinterlace()),
    ("cycle hwdec", do.ToggleHardwareDecoder()),
    ("cycle video-aspect-override", do.CycleAspect()),
    ("reset-view", do.ResetView()),
    ("cycle shaders", do.ToggleShaders()),
    ("cycle quality", do.SwitchQuality()),
    ("mode start", do.SelectStart()),
    ("mode remember", do.RememberMode()),
    ("compare original", do.ShowOriginal()),
    ("compare split", do.ToggleSplit()),
    ("compare magnifier", do.ToggleMagnifier()),
    ("compare save", do.SavePair()),
    ("cycle fullscreen", do.ToggleFullscreen()),
    ("set fullscreen no", do.LeaveFullscreen()),
    ("cycle ontop", do.ToggleOnTop()),
    ("screenshot", do.Screenshot(_SHOT.SOURCE)),
    ("screenshot video", do.Screenshot(_SHOT.CLEAN)),
    ("screenshot window", do.Screenshot(_SHOT.WINDOW)),
    ("screenshot each-frame", do.ToggleScreenshots()),
    ("show-stats", do.ShowStatistics()),
    ("cycle stats", do.ShowStatistics(stay=True)),
    ("show-state", do.ShowState()),
    ("show-progress", do.ShowProgress()),
    ("cycle osd-level", do.CycleOsdLevel()),
)

FORMS: tuple[Form, ...] = (
    Form("seek", do.Seek, (Argument("seconds", Value.TIME), Argument("absolute", Value.ABSOLUTE, "relative"))),
    Form("sub-seek", do.SubtitleSeek, (Argument("direction", Value.DIRECTION),)),
    Form("add chapter", do.ChapterStep, (Argument("direction", Value.DIRECTION, "1"),)),
    Form("multiply speed", do.ScaleSpeed, (Argument("factor", Value.FACTOR),)),
    Form("set speed", do.SetSpeed, (Argument("speed", Value.FACTOR),)),
    Form("playlist-play-index", do.PlaylistGoto, (Argument("index", Value.WHOLE),)),
    Form("add volume", do.ChangeVolume, (Argument("percent", Value.NUMBER, "1"),)),
    Form("set volume", do.SetVolume, (Argument("percent", Value.NUMBER),)),
    Form("set aid", do.SelectAudio, (Argument("number", Value.TRACK),)),
    Form("add audio-delay", do.ChangeAudioDelay, (Argument("seconds", Value.NUMBER),)),
    Form("set sid", do.SelectSubtitles, (Argument("number", Value.TRACK),), (("secondary", False),)),
    Form("set secondary-sid", do.SelectSubtitles, (Argument("number", Value.TRACK),), (("secondary", True),)),
    Form("sub-add", do.AddSubtitles, (Argument("path", Value.PATH),)),
    Form("add sub-delay", do.ChangeSubtitleDelay, (Argument("seconds", Value.NUMBER),)),
    # mpv counts the place of subtitles from the top.
    Form("add sub-pos", do.MoveSubtitles, (Argument("percent", Value.NUMBER, "1", sign=-1),)),
    Form("add sub-scale", do.ScaleSubtitles, (Argument("amount", Value.NUMBER),)),
    *(
        Form(f"add {item.value}", do.Adjust, (Argument("amount", Value.WHOLE, "1"),), (("control", item),))
        for item in _CONTROL
    ),
    *(
        Form(f"set {item.value}", do.SetAdjust, (Argument("value", Value.WHOLE),), (("control", item),))
        for item in _CONTROL
    ),
    Form("add panscan", do.ChangePanscan, (Argument("amount", Value.NUMBER),)),
    Form("add video-pan-x", do.Pan, (Argument("x", Value.NUMBER),), (("y", 0.0),)),
    Form("add video-pan-y", do.Pan, (Argument("y", Value.NUMBER),), (("x", 0.0),)),
    Form("pan", do.Pan, (Argument("x", Value.NUMBER), Argument("y", Value.NUMBER))),
    Form("add video-zoom", do.Zoom, (Argument("octaves", Value.NUMBER),)),
    Form("mode", do.SelectMode, (Argument("letters", Value.MODE),)),
    Form("add strength", do.ChangeStrength, (Argument("amount", Value.NUMBER),)),
    Form("set strength", do.SetStrength, (Argument("strength", Value.NUMBER),)),
    Form("shader add", do.AddShaders, (Argument("paths", Value.PATHS),)),
    Form("shader toggle", do.ToggleFile, (Argument("file", Value.PLACE),)),
    Form("shader move", do.MoveFile, (Argument("file", Value.PLACE), Argument("to", Value.PLACE))),
    Form("shader remove", do.RemoveFile, (Argument("file", Value.PLACE),)),
    Form(
        "shader set",
        do.SetParameter,
        (Argument("file", Value.PLACE), Argument("name", Value.WORD), Argument("value", Value.SETTING)),
    ),
    Form("compare at", do.SplitAt, (Argument("fraction", Value.NUMBER),)),
    Form("compare against", do.SplitAgainst, (Argument("mode", Value.MODE_OR_NO),)),
    Form("multiply magnifier", do.ZoomMagnifier, (Argument("factor", Value.FACTOR),)),
    Form("set window-scale", do.ScaleWindow, (Argument("factor", Value.FACTOR),)),
    Form("panel", do.TogglePanel, (Argument("panel", Value.PANEL),)),
)

ALSO: Mapping[str, str] = {
    "seek 0 absolute-percent": "seek 0 absolute",
    "cycle aid": "cycle audio",
    "cycle aid up": "cycle audio",
    "cycle aid down": "cycle audio down",
    "cycle audio up": "cycle audio",
    "cycle sid": "cycle sub",
    "cycle sid up": "cycle sub",
    "cycle sid down": "cycle sub down",
    "cycle sub up": "cycle sub",
    "cycle loop": "cycle loop-file",
    "cycle chapter": "add chapter 1",
    "cycle chapter down": "add chapter -1",
    "cycle secondary-sub-visibility": "cycle secondary-sid",
    "set video-zoom 0 ; set video-pan-x 0 ; set video-pan-y 0": "reset-view",
    "screenshot subtitles": "screenshot",
    "screenshot - subtitles": "screenshot",
    "script-binding stats/display-stats": "show-stats",
    "script-binding display-stats": "show-stats",
    "script-binding stats/display-stats-toggle": "cycle stats",
    "script-binding display-stats-toggle": "cycle stats",
    "show-text ${playlist}": "panel playlist",
    "show-text ${track-list}": "panel tracks",
    "script-binding select/select-playlist": "panel playlist",
    "script-binding select/select-track": "panel tracks",
    "script-binding select/menu": "panel menu",
    "context-menu": "panel menu",
}
"""Other texts with the same meaning, most of them mpv's."""

BEGINNINGS: Mapping[str, str] = {
    "quit": "quit",
    "quit-watch-later": "quit-watch-later",
    "playlist-next": "playlist-next",
    "playlist-prev": "playlist-prev",
    "cycle-values loop-file": "cycle loop-file",
    "cycle-values hwdec": "cycle hwdec",
    "cycle-values video-aspect-override": "cycle video-aspect-override",
    "cycle-values sub-ass-override": "cycle sub-ass-override",
    "cycle-values osd-level": "cycle osd-level",
    "cycle-values fullscreen": "cycle fullscreen",
    "cycle-values pause": "cycle pause",
    "cycle-values mute": "cycle mute",
    "cycle-values deband": "cycle deband",
    "cycle-values deinterlace": "cycle deinterlace",
}
"""Texts that mean the same whatever follows: exit codes and flags say nothing here, values of a cycle are our own."""

SYNONYMS: Mapping[str, str] = {"set current-window-scale": "set window-scale"}
"""Other words in front of the values of a form."""

HINTS: Mapping[str, str] = {
    "change-list": "bind the key to a mode ('mode a'), or to a file ('shader add FILE')",
    "apply-profile": "bind the key to a mode ('mode a')",
    "show-text": "messages of your own cannot be shown",
    "add speed": "use 'multiply speed'",
    "run": "other programs are never started by a key",
    "subprocess": "other programs are never started by a key",
    "script-binding": "scripts of mpv do not run here",
    "script-message": "scripts of mpv do not run here",
    "vf": "pictures are changed by shaders: 'shader add FILE'",
}
"""What to do instead of what does not exist here."""

SILENT = frozenset(("show-text", "print-text", "show-osd-text"))
"""Commands without an effect on the player; beside another command they are passed over."""

PREFIXES = frozenset(
    ("osd-auto", "no-osd", "osd-bar", "osd-msg", "osd-msg-bar", "raw", "expand-properties", "async", "sync",
     "nonscalable")
)  # fmt: skip
"""Words in front of a command that change nothing here."""
