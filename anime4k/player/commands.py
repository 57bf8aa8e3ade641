"""What a user can tell the player to do, as frozen values that keys are bound to."""

from __future__ import annotations

import enum
from dataclasses import dataclass


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
class PlaylistStep:
    """Play the next (+1) or the previous (-1) file."""

    direction: int


@dataclass(frozen=True)
class ToggleFullscreen:
    """Fill the screen, or go back to the window's old place and size."""


@dataclass(frozen=True)
class LeaveFullscreen:
    """Go back to the window; nothing happens when it is a window already."""


@dataclass(frozen=True)
class ScaleWindow:
    """Make the window `factor` times the size of the video."""

    factor: float


@dataclass(frozen=True)
class ToggleShaders:
    """Compare: show the picture without the shaders, or with them again."""


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


class ScreenshotKind(enum.Enum):
    """What a screenshot contains."""

    PICTURE = "picture"
    """The shaded picture, without the black bars."""
    WINDOW = "window"
    """Everything in the window."""


@dataclass(frozen=True)
class Screenshot:
    """Write what is on the screen to a file."""

    kind: ScreenshotKind


@dataclass(frozen=True)
class ShowStatistics:
    """Print frame counts and the time of each stage."""


@dataclass(frozen=True)
class ShowKeys:
    """Print the list of keys."""


@dataclass(frozen=True)
class Quit:
    """Leave the player."""


Command = (
    TogglePause
    | Seek
    | ChapterStep
    | FrameStep
    | ScaleSpeed
    | SetSpeed
    | ToggleLoopFile
    | PlaylistStep
    | ToggleFullscreen
    | LeaveFullscreen
    | ScaleWindow
    | ToggleShaders
    | SelectMode
    | SwitchQuality
    | SelectStart
    | Screenshot
    | ShowStatistics
    | ShowKeys
    | Quit
)
