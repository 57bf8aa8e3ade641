"""Commands about the window and screenshots."""

from __future__ import annotations

import enum
from dataclasses import dataclass


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


WindowCommand = ToggleFullscreen | LeaveFullscreen | ToggleOnTop | ScaleWindow | Screenshot | ToggleScreenshots
