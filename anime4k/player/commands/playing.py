"""Commands about the position, the speed and the list of files."""

from __future__ import annotations

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


PlayingCommand = (
    TogglePause | Seek | Scrub | UndoSeek | SubtitleSeek | ChapterStep | FrameStep | ScaleSpeed | SetSpeed
    | ToggleLoopFile | AbLoop | PlaylistStep | PlaylistGoto | ReloadFile | ToggleHardwareDecoder | ToggleDeinterlace
)  # fmt: skip
