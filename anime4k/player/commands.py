"""What a user can tell the player to do, as frozen values that keys are bound to and the interface asks for.

Grouped as the player handles them; `Command` is the union of all.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

# -- playing -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TogglePause:
    """Pause, or go on."""


@dataclass(frozen=True)
class Seek:
    """Go to another moment; always exact, also while paused.

    Attributes:
        seconds: relative to the current position, or from the start of the file when `absolute`.
        absolute: whether `seconds` counts from the start of the file.
    """

    seconds: float
    absolute: bool = False


@dataclass(frozen=True)
class Scrub:
    """Follow the mouse along the seek bar: pictures without shaders until the button is let go.

    Attributes:
        seconds: from the start of the file.
        done: whether the button was let go here.
    """

    seconds: float
    done: bool = False


@dataclass(frozen=True)
class UndoSeek:
    """Go back to where the last seek began; twice returns."""


@dataclass(frozen=True)
class SubtitleSeek:
    """Go to the beginning of the next (+1) or the previous (-1) subtitle line."""

    direction: int


@dataclass(frozen=True)
class ChapterStep:
    """Go to the beginning of a neighbouring chapter: +1 the next, -1 the previous."""

    direction: int


@dataclass(frozen=True)
class FrameStep:
    """Pause and show the next (+1) or the previous (-1) frame."""

    direction: int


@dataclass(frozen=True)
class ScaleSpeed:
    """Multiply the playback speed."""

    factor: float


@dataclass(frozen=True)
class SetSpeed:
    """Set the playback speed; 1 is normal."""

    speed: float


@dataclass(frozen=True)
class ToggleLoopFile:
    """Repeat the current file forever, or stop doing so."""


@dataclass(frozen=True)
class AbLoop:
    """Mark the beginning of a repeated part, then its end, then play on."""


@dataclass(frozen=True)
class PlaylistStep:
    """Play the next (+1) or the previous (-1) file."""

    direction: int


@dataclass(frozen=True)
class PlaylistGoto:
    """Play file number `index` of the list, from 0."""

    index: int


@dataclass(frozen=True)
class ReloadFile:
    """Open the current file again and go on where it was."""


@dataclass(frozen=True)
class ToggleHardwareDecoder:
    """Decode in hardware, or in software again."""


@dataclass(frozen=True)
class ToggleDeinterlace:
    """Make whole frames of fields, or leave them."""


# -- sound ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChangeVolume:
    """Add to the volume, in percent."""

    percent: float


@dataclass(frozen=True)
class SetVolume:
    """Set the volume, in percent."""

    percent: float


@dataclass(frozen=True)
class ToggleMute:
    """No sound, or sound again."""


@dataclass(frozen=True)
class CycleAudio:
    """Hear the next (+1) or the previous (-1) sound track; after the last comes none."""

    direction: int = 1


@dataclass(frozen=True)
class SelectAudio:
    """Hear track `number` (from 1), or None = none."""

    number: int | None


@dataclass(frozen=True)
class ChangeAudioDelay:
    """Let the sound come later by `seconds`."""

    seconds: float


# -- subtitles -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ToggleSubtitles:
    """Hide the subtitles, or show them again."""


@dataclass(frozen=True)
class CycleSubtitles:
    """Show the next (+1) or the previous (-1) subtitle track; after the last comes none.

    Attributes:
        direction: +1 or -1.
        secondary: whether the second line of subtitles is meant.
    """

    direction: int = 1
    secondary: bool = False


@dataclass(frozen=True)
class SelectSubtitles:
    """Show track `number` (from 1), or None = none."""

    number: int | None
    secondary: bool = False


@dataclass(frozen=True)
class AddSubtitles:
    """Show a subtitle file."""

    path: str


@dataclass(frozen=True)
class ChangeSubtitleDelay:
    """Let the subtitles come later by `seconds`."""

    seconds: float


@dataclass(frozen=True)
class MoveSubtitles:
    """Move the subtitles up, in percent of the height of the picture."""

    percent: float


@dataclass(frozen=True)
class ScaleSubtitles:
    """Add to the size of the subtitles; 0.1 is a tenth of their own size."""

    amount: float


@dataclass(frozen=True)
class CycleSubtitleStyle:
    """Show ASS subtitles as their author styled them, or in the player's own style."""


# -- picture -------------------------------------------------------------------------------------------


class PictureControl(enum.Enum):
    """What can be adjusted about the finished picture, from -100 to 100; the value is what people read."""

    CONTRAST = "contrast"
    BRIGHTNESS = "brightness"
    GAMMA = "gamma"
    SATURATION = "saturation"


@dataclass(frozen=True)
class Adjust:
    """Add to a picture control."""

    control: PictureControl
    amount: int


@dataclass(frozen=True)
class SetAdjust:
    """Set a picture control."""

    control: PictureControl
    value: int


@dataclass(frozen=True)
class ToggleDeband:
    """Smooth bands in gradients, or stop doing so."""


@dataclass(frozen=True)
class CycleAspect:
    """Show the picture in the shape 16:9, 4:3, 2.35:1, or its own."""


@dataclass(frozen=True)
class ChangePanscan:
    """Fill the window by cutting more off the picture: 0 = all is seen, 1 = no black bars."""

    amount: float


@dataclass(frozen=True)
class Pan:
    """Move the picture, in parts of its size."""

    x: float
    y: float


@dataclass(frozen=True)
class Zoom:
    """Make the picture larger: 1 doubles, -1 halves."""

    octaves: float


@dataclass(frozen=True)
class ResetView:
    """Show the whole picture in the middle again."""


# -- shaders -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ToggleShaders:
    """Switch the shaders off, or on again."""


@dataclass(frozen=True)
class SelectMode:
    """Draw with a mode and nothing of the one before.

    Attributes:
        letters: name of the mode without `-fast` or `-hq`.
    """

    letters: str


@dataclass(frozen=True)
class SwitchQuality:
    """Change between the -fast and the -hq form of the mode."""


@dataclass(frozen=True)
class SelectStart:
    """Go back to the mode or the shaders that the player was started with."""


@dataclass(frozen=True)
class RememberMode:
    """Use the present mode for this folder from now on, or stop doing so."""


@dataclass(frozen=True)
class ChangeStrength:
    """Add to the strength of the whole chain; 1 = all of it, 0 = the plain scaler."""

    amount: float


@dataclass(frozen=True)
class SetStrength:
    """Set the strength of the whole chain, 0 to 1."""

    strength: float


@dataclass(frozen=True)
class SetParameter:
    """Set a parameter of a shader file of the chain.

    Attributes:
        file: number of the file in the chain, from 0.
        name: name of the parameter.
        value: the new value; None = the one in the file.
    """

    file: int
    name: str
    value: float | None


@dataclass(frozen=True)
class ToggleFile:
    """Leave file number `file` of the chain out, or take it in again."""

    file: int


@dataclass(frozen=True)
class MoveFile:
    """Put file number `file` of the chain to place `to`."""

    file: int
    to: int


@dataclass(frozen=True)
class AddShaders:
    """Append shader files to the chain."""

    paths: tuple[str, ...]


@dataclass(frozen=True)
class RemoveFile:
    """Take file number `file` out of the chain."""

    file: int


# -- comparing -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShowOriginal:
    """While the key is held: the picture without the shaders."""


@dataclass(frozen=True)
class ToggleSplit:
    """Compare the picture with the one without shaders, left and right of a line; or stop."""


@dataclass(frozen=True)
class SplitAt:
    """Put the line of the comparison, in parts of the picture's width from its left."""

    fraction: float


@dataclass(frozen=True)
class SplitAgainst:
    """Compare with another mode; None = with the picture without shaders."""

    mode: str | None


@dataclass(frozen=True)
class ToggleMagnifier:
    """Enlarge what lies under the mouse, or stop."""


@dataclass(frozen=True)
class ZoomMagnifier:
    """Multiply the magnification."""

    factor: float


@dataclass(frozen=True)
class SavePair:
    """Write the picture with and without shaders to two files."""


# -- window --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ToggleFullscreen:
    """Fill the screen, or go back to the window's old place and size."""


@dataclass(frozen=True)
class LeaveFullscreen:
    """Go back to the window; nothing happens when it is a window already."""


@dataclass(frozen=True)
class ToggleOnTop:
    """Keep the window above others, or stop doing so."""


@dataclass(frozen=True)
class ScaleWindow:
    """Make the window `factor` times the size of the video."""

    factor: float


class ScreenshotKind(enum.Enum):
    """What a screenshot contains."""

    SOURCE = "source"
    """The frame at its own size, without shaders, with subtitles."""
    CLEAN = "clean"
    """The same without subtitles."""
    WINDOW = "window"
    """Everything in the window."""


@dataclass(frozen=True)
class Screenshot:
    """Write what is on the screen to a file."""

    kind: ScreenshotKind


@dataclass(frozen=True)
class ToggleScreenshots:
    """Write every frame to a file, or stop."""


# -- telling -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShowStatistics:
    """Show frame counts and the time of each stage.

    Attributes:
        stay: whether they stay until asked for again; otherwise they go after a few seconds.
    """

    stay: bool = False


@dataclass(frozen=True)
class ShowState:
    """Say what draws the picture: mode, sizes, passes that run and that do not."""


@dataclass(frozen=True)
class ShowProgress:
    """Show the position for a few seconds."""


@dataclass(frozen=True)
class CycleOsdLevel:
    """Show nothing, the position, or position and duration all the time."""


class Panel(enum.Enum):
    """Parts of the interface that can be opened; the value is their title."""

    MENU = "menu"
    TRACKS = "tracks"
    PLAYLIST = "playlist"
    SHADERS = "shaders"
    PICTURE = "picture"
    KEYS = "keys"


@dataclass(frozen=True)
class TogglePanel:
    """Open a part of the interface, or close it."""

    panel: Panel


@dataclass(frozen=True)
class Quit:
    """Leave the player.

    Attributes:
        remember: whether the next start goes on here.
    """

    remember: bool = False


@dataclass(frozen=True)
class Nothing:
    """The key does nothing: how a user's file takes a binding away."""


Command = (
    TogglePause | Seek | Scrub | UndoSeek | SubtitleSeek | ChapterStep | FrameStep | ScaleSpeed | SetSpeed
    | ToggleLoopFile | AbLoop | PlaylistStep | PlaylistGoto | ReloadFile | ToggleHardwareDecoder | ToggleDeinterlace
    | ChangeVolume | SetVolume | ToggleMute | CycleAudio | SelectAudio | ChangeAudioDelay
    | ToggleSubtitles | CycleSubtitles | SelectSubtitles | AddSubtitles | ChangeSubtitleDelay | MoveSubtitles
    | ScaleSubtitles | CycleSubtitleStyle
    | Adjust | SetAdjust | ToggleDeband | CycleAspect | ChangePanscan | Pan | Zoom | ResetView
    | ToggleShaders | SelectMode | SwitchQuality | SelectStart | RememberMode | ChangeStrength | SetStrength
    | SetParameter | ToggleFile | MoveFile | AddShaders | RemoveFile
    | ShowOriginal | ToggleSplit | SplitAt | SplitAgainst | ToggleMagnifier | ZoomMagnifier | SavePair
    | ToggleFullscreen | LeaveFullscreen | ToggleOnTop | ScaleWindow | Screenshot | ToggleScreenshots
    | ShowStatistics | ShowState | ShowProgress | CycleOsdLevel | TogglePanel | Quit | Nothing
)  # fmt: skip
