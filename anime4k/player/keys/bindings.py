"""Keys as data: which key gives which command, and what the key list says about it.

The keys are those that mpv users have in their fingers; what mpv has no key for lies on keys that mpv leaves free.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from anime4k.modes.table import MODE_KEYS
from anime4k.player import commands as do
from anime4k.player.events import KeyPressed


class Group(enum.Enum):
    """The parts of the key list in the order in which they are shown; the value is the heading."""

    PLAYING = "playing"
    SOUND = "sound"
    SUBTITLES = "subtitles"
    PICTURE = "picture"
    SHADERS = "shaders"
    COMPARE = "compare"
    WINDOW = "window"
    SCREENSHOTS = "screenshots"
    TELLING = "telling"


_MEMBERS: Mapping[Group, tuple[type[do.Command], ...]] = {
    Group.PLAYING: (
        do.TogglePause, do.Seek, do.Scrub, do.UndoSeek, do.SubtitleSeek, do.ChapterStep, do.FrameStep, do.ScaleSpeed,
        do.SetSpeed, do.ToggleLoopFile, do.AbLoop, do.PlaylistStep, do.PlaylistGoto, do.ReloadFile, do.Quit,
    ),
    Group.SOUND: (
        do.ChangeVolume, do.SetVolume, do.ToggleMute, do.CycleAudio, do.SelectAudio, do.ChangeAudioDelay,
    ),
    Group.SUBTITLES: (
        do.ToggleSubtitles, do.CycleSubtitles, do.SelectSubtitles, do.AddSubtitles, do.ChangeSubtitleDelay,
        do.MoveSubtitles, do.ScaleSubtitles, do.CycleSubtitleStyle,
    ),
    Group.PICTURE: (
        do.Adjust, do.SetAdjust, do.ToggleDeband, do.ToggleDeinterlace, do.ToggleHardwareDecoder, do.CycleAspect,
        do.ChangePanscan, do.Pan, do.Zoom, do.ResetView,
    ),
    Group.SHADERS: (
        do.ToggleShaders, do.SelectMode, do.SwitchQuality, do.SelectStart, do.RememberMode, do.ChangeStrength,
        do.SetStrength, do.SetParameter, do.ToggleFile, do.MoveFile, do.AddShaders, do.RemoveFile,
    ),
    Group.COMPARE: (
        do.ShowOriginal, do.ToggleSplit, do.SplitAt, do.SplitAgainst, do.ToggleMagnifier, do.ZoomMagnifier,
        do.SavePair,
    ),
    Group.WINDOW: (do.ToggleFullscreen, do.LeaveFullscreen, do.ToggleOnTop, do.ScaleWindow),
    Group.SCREENSHOTS: (do.Screenshot, do.ToggleScreenshots),
    Group.TELLING: (
        do.ShowStatistics, do.ShowState, do.ShowProgress, do.CycleOsdLevel, do.TogglePanel, do.Nothing,
    ),
}  # fmt: skip
_GROUPS = {member: group for group, members in _MEMBERS.items() for member in members}

_REPEATING = (
    do.Seek, do.SubtitleSeek, do.FrameStep, do.ScaleSpeed, do.ChangeVolume, do.ChangeAudioDelay,
    do.ChangeSubtitleDelay, do.MoveSubtitles, do.ScaleSubtitles, do.Adjust, do.ChangePanscan, do.Pan, do.Zoom,
    do.ChangeStrength, do.ZoomMagnifier,
)  # fmt: skip


def group_of(command: do.Command) -> Group:
    """The part of the key list that a command belongs to."""
    return _GROUPS[type(command)]


def is_repeating(command: do.Command) -> bool:
    """Whether holding a key down usually repeats `command`: it moves something by a step."""
    return isinstance(command, _REPEATING) and not (isinstance(command, do.Seek) and command.absolute)


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
    command: do.Command
    help: str
    repeats: bool = False

    @property
    def group(self) -> Group:
        """The part of the key list where it stands."""
        return group_of(self.command)


SPEED_STEP = 1.1
"""`]` multiplies the speed by this, `[` divides."""
STRENGTH_STEP = 0.1
MAGNIFIER_STEP = 1.25


def _step(keys: str, command: do.Command, text: str) -> Binding:
    """A row whose command repeats while the key is held; keys are separated by spaces."""
    return Binding(tuple(keys.split()), command, text, repeats=True)


def _once(keys: str, command: do.Command, text: str) -> Binding:
    return Binding(tuple(keys.split()), command, text)


def _controls() -> tuple[Binding, ...]:
    return tuple(
        _step(key, do.Adjust(control, amount), f"{'more' if amount > 0 else 'less'} {control.value}")
        for keys, control in zip(("12", "34", "56", "78"), do.PictureControl, strict=True)
        for key, amount in zip(keys, (-1, 1), strict=True)
    )


_PLAYING = (
    _once("SPACE p", do.TogglePause(), "pause or go on"),
    _step("LEFT WHEEL_LEFT", do.Seek(-5.0), "5 seconds back"),
    _step("RIGHT WHEEL_RIGHT", do.Seek(5.0), "5 seconds forward"),
    _step("DOWN", do.Seek(-60.0), "1 minute back"),
    _step("UP", do.Seek(60.0), "1 minute forward"),
    _step("Shift+LEFT", do.Seek(-1.0), "1 second back"),
    _step("Shift+RIGHT", do.Seek(1.0), "1 second forward"),
    _step("Shift+DOWN", do.Seek(-5.0), "5 seconds back"),
    _step("Shift+UP", do.Seek(5.0), "5 seconds forward"),
    _step("Shift+PGDWN", do.Seek(-600.0), "10 minutes back"),
    _step("Shift+PGUP", do.Seek(600.0), "10 minutes forward"),
    _once("HOME", do.Seek(0.0, absolute=True), "to the start"),
    _once("PGUP", do.ChapterStep(1), "next chapter"),
    _once("PGDWN", do.ChapterStep(-1), "previous chapter"),
    _step("Ctrl+RIGHT", do.SubtitleSeek(1), "to the next subtitle line"),
    _step("Ctrl+LEFT", do.SubtitleSeek(-1), "to the previous subtitle line"),
    _once("Shift+BS", do.UndoSeek(), "back to where the last seek began"),
    _step(".", do.FrameStep(1), "pause, next frame"),
    _step(",", do.FrameStep(-1), "pause, previous frame"),
    _step("[", do.ScaleSpeed(1.0 / SPEED_STEP), "slower"),
    _step("]", do.ScaleSpeed(SPEED_STEP), "faster"),
    _once("{", do.ScaleSpeed(0.5), "half speed"),
    _once("}", do.ScaleSpeed(2.0), "double speed"),
    _once("BS", do.SetSpeed(1.0), "normal speed"),
    _once("l", do.AbLoop(), "mark the beginning of a part, then its end, and repeat it; then play on"),
    _once("L", do.ToggleLoopFile(), "repeat this file, or stop repeating"),
    _once("> ENTER MBTN_FORWARD", do.PlaylistStep(1), "next file"),
    _once("< MBTN_BACK", do.PlaylistStep(-1), "previous file"),
    _once("Ctrl+r", do.ReloadFile(), "open the file again and go on where it was"),
    _once("q", do.Quit(), "quit"),
    _once("Q", do.Quit(remember=True), "quit, and go on here next time"),
)

_SOUND = (
    _step("9 / WHEEL_DOWN", do.ChangeVolume(-2.0), "quieter"),
    _step("0 * WHEEL_UP", do.ChangeVolume(2.0), "louder"),
    _once("m", do.ToggleMute(), "no sound, or sound again"),
    _once("#", do.CycleAudio(1), "next sound track"),
    # On many keyboards + is Shift and =; who leaves Shift out means the same.
    _step("Ctrl++ Ctrl+=", do.ChangeAudioDelay(0.1), "sound 0.1 seconds later"),
    _step("Ctrl+-", do.ChangeAudioDelay(-0.1), "sound 0.1 seconds earlier"),
)

_SUBTITLES = (
    _once("v", do.ToggleSubtitles(), "hide the subtitles, or show them again"),
    _once("j", do.CycleSubtitles(1), "next subtitle track"),
    _once("J", do.CycleSubtitles(-1), "previous subtitle track"),
    _once("Alt+v", do.CycleSubtitles(1, secondary=True), "next track for a second line of subtitles at the top"),
    _step("z", do.ChangeSubtitleDelay(-0.1), "subtitles 0.1 seconds earlier"),
    _step("x Z", do.ChangeSubtitleDelay(0.1), "subtitles 0.1 seconds later"),
    _step("r", do.MoveSubtitles(1.0), "subtitles up"),
    _step("R t", do.MoveSubtitles(-1.0), "subtitles down"),
    _step("G", do.ScaleSubtitles(0.1), "larger subtitles"),
    _step("F", do.ScaleSubtitles(-0.1), "smaller subtitles"),
    _once("u", do.CycleSubtitleStyle(), "subtitles as their author styled them, or in the style of the player"),
)

_PICTURE = (
    *_controls(),
    _once("b", do.ToggleDeband(), "smooth bands in gradients, or stop"),
    _once("d", do.ToggleDeinterlace(), "make whole frames of fields, or stop"),
    _once("Ctrl+h", do.ToggleHardwareDecoder(), "decode in hardware, or in software again"),
    _once("A", do.CycleAspect(), "shape of the picture: 16:9, 4:3, 2.35:1, its own"),
    _step("w", do.ChangePanscan(-0.1), "cut less off the picture"),
    _step("W e", do.ChangePanscan(0.1), "cut more off the picture, until it fills the window"),
    _step("Alt+LEFT", do.Pan(0.1, 0.0), "move the picture right"),
    _step("Alt+RIGHT", do.Pan(-0.1, 0.0), "move the picture left"),
    _step("Alt+UP", do.Pan(0.0, 0.1), "move the picture down"),
    _step("Alt+DOWN", do.Pan(0.0, -0.1), "move the picture up"),
    _step("Alt++ Alt+= Ctrl+WHEEL_UP", do.Zoom(0.1), "larger picture"),
    _step("Alt+- Ctrl+WHEEL_DOWN", do.Zoom(-0.1), "smaller picture"),
    _once("Alt+BS", do.ResetView(), "the whole picture in the middle again"),
)

_SHADERS = (
    *(_once(key, do.SelectMode(letters), f"mode {letters}") for key, letters in MODE_KEYS),
    _once("Ctrl+8", do.SwitchQuality(), "the -fast or the -hq form of the mode, in turn"),
    _once("Ctrl+9", do.SelectStart(), "the mode or the shaders that the player was started with"),
    _once("Ctrl+0", do.ToggleShaders(), "shaders off, or on again"),
    _step("Ctrl+UP", do.ChangeStrength(STRENGTH_STEP), "more of the shaders' effect"),
    _step("Ctrl+DOWN", do.ChangeStrength(-STRENGTH_STEP), "less of the shaders' effect"),
    _once("Ctrl+f", do.RememberMode(), "use this mode for this folder from now on, or stop"),
)

_COMPARE = (
    _once("\\", do.ShowOriginal(), "while held: the picture without shaders"),
    _once("|", do.ToggleSplit(), "compare left and right of a line, or stop; drag the line with the mouse"),
    _once("Ctrl+m", do.ToggleMagnifier(), "enlarge what is under the mouse, or stop"),
    _step("Alt+WHEEL_UP", do.ZoomMagnifier(MAGNIFIER_STEP), "enlarge it more"),
    _step("Alt+WHEEL_DOWN", do.ZoomMagnifier(1.0 / MAGNIFIER_STEP), "enlarge it less"),
    _once("Ctrl+p", do.SavePair(), "write the picture with and without shaders to two files"),
)

_WINDOW = (
    _once("f MBTN_LEFT_DBL", do.ToggleFullscreen(), "full screen, or back"),
    _once("ESC", do.LeaveFullscreen(), "leave full screen"),
    _once("T", do.ToggleOnTop(), "keep the window above others, or stop"),
    _once("Alt+0", do.ScaleWindow(0.5), "window at half the size of the video"),
    _once("Alt+1", do.ScaleWindow(1.0), "window at the size of the video"),
    _once("Alt+2", do.ScaleWindow(2.0), "window at twice the size of the video"),
)

_SCREENSHOTS = (
    _once("s", do.Screenshot(do.ScreenshotKind.SOURCE), "screenshot at the size of the video, with subtitles"),
    _once("S", do.Screenshot(do.ScreenshotKind.CLEAN), "screenshot at the size of the video, without subtitles"),
    _once("Ctrl+s", do.Screenshot(do.ScreenshotKind.WINDOW), "screenshot of the window"),
    _once("Alt+s", do.ToggleScreenshots(), "screenshot of every frame, or stop"),
)

_TELLING = (
    _once("i", do.ShowStatistics(), "statistics for a few seconds"),
    _once("I", do.ShowStatistics(stay=True), "statistics until asked for again"),
    _once("Ctrl+j", do.ShowState(), "what draws the picture, which passes run and which do not"),
    _once("o P", do.ShowProgress(), "position for a few seconds"),
    _once("O", do.CycleOsdLevel(), "what stays on the screen: messages only, position, position and duration, nothing"),
    _once("MBTN_RIGHT MENU", do.TogglePanel(do.Panel.MENU), "menu"),
    _once("?", do.TogglePanel(do.Panel.KEYS), "this list"),
    _once("F7", do.TogglePanel(do.Panel.PICTURE), "picture controls"),
    _once("F8", do.TogglePanel(do.Panel.PLAYLIST), "files that are played"),
    _once("F9", do.TogglePanel(do.Panel.TRACKS), "sound and subtitle tracks"),
    _once("F10 Ctrl+e", do.TogglePanel(do.Panel.SHADERS), "shader files and their parameters"),
)

DEFAULT_BINDINGS: tuple[Binding, ...] = (
    *_PLAYING, *_SOUND, *_SUBTITLES, *_PICTURE, *_SHADERS, *_COMPARE, *_WINDOW, *_SCREENSHOTS, *_TELLING,
)  # fmt: skip


def by_key(bindings: Iterable[Binding]) -> Mapping[str, Binding]:
    """Key name to binding; of two bindings of one key the later wins."""
    return {key: binding for binding in bindings for key in binding.keys}


def combined(bindings: Sequence[Binding], changes: Sequence[Binding]) -> tuple[Binding, ...]:
    """`bindings` with the keys of `changes` doing what those say; rows that lost all their keys are gone.

    A key that is bound to `Nothing` is only taken away. Of two changes of one key the later wins.
    """
    changed = by_key(changes)
    kept = (replace(row, keys=tuple(key for key in row.keys if key not in changed)) for row in bindings)
    new = (
        replace(row, keys=tuple(key for key in row.keys if changed[key] is row))
        for row in changes
        if not isinstance(row.command, do.Nothing)
    )
    return tuple(row for row in (*kept, *new) if row.keys)


def grouped(bindings: Iterable[Binding]) -> tuple[tuple[Group, tuple[Binding, ...]], ...]:
    """The rows under their headings, in the order of the key list; headings without rows are left out."""
    rows = tuple(bindings)
    parts = ((group, tuple(row for row in rows if row.group is group)) for group in Group)
    return tuple((group, members) for group, members in parts if members)


def command_for(event: KeyPressed, table: Mapping[str, Binding]) -> do.Command | None:
    """The command of a key press, or None for an unbound key or an unwanted repetition."""
    binding = table.get(event.key)
    if binding is None or (event.repeat and not binding.repeats):
        return None
    return binding.command
