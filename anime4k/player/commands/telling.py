"""Commands that show something, and leaving."""

from __future__ import annotations

import enum
from dataclasses import dataclass


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


TellingCommand = ShowStatistics | ShowState | ShowProgress | CycleOsdLevel | TogglePanel | Quit | Nothing
