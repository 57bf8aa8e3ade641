"""What a window reports, as small frozen values; nothing here knows the window library."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KeyPressed:
    """A key or mouse button went down.

    Attributes:
        key: the name used in bindings: the typed character ("f", "[", "?"), a named key ("LEFT", "SPACE",
            "MBTN_LEFT_DBL"), with modifiers in front ("Shift+LEFT", "Ctrl+s").
        repeat: whether the press comes from a key that is being held down.
    """

    key: str
    repeat: bool = False


@dataclass(frozen=True)
class Resized:
    """The drawable area of the window has a new size in pixels; 0x0 while minimised."""

    width: int
    height: int


@dataclass(frozen=True)
class Exposed:
    """The window lost its contents and asks to be drawn again."""


@dataclass(frozen=True)
class PointerMoved:
    """The mouse moved over the window."""


@dataclass(frozen=True)
class FilesDropped:
    """Files were dragged onto the window."""

    paths: tuple[str, ...]


@dataclass(frozen=True)
class CloseRequested:
    """The user closed the window."""


Event = KeyPressed | Resized | Exposed | PointerMoved | FilesDropped | CloseRequested
