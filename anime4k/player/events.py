"""What a window reports, as small frozen values; nothing here knows the window library.

A mouse button or a turn of the wheel is told twice: first as `PointerButton` or `Scrolled`, which say where, then as a
`KeyPressed` with the name that bindings use. Whoever uses the first must also use the second.
"""

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
class KeyReleased:
    """A key that was pressed is up again.

    Attributes:
        key: the name with which it went down.
    """

    key: str


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
    """The mouse moved to a place in the window, in pixels of the drawable area from its top left corner."""

    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True)
class PointerLeft:
    """The mouse left the window."""


@dataclass(frozen=True)
class PointerButton:
    """A mouse button went down or up.

    Attributes:
        name: "MBTN_LEFT", "MBTN_RIGHT", "MBTN_MID", "MBTN_BACK" or "MBTN_FORWARD".
        down: whether it went down.
        x: where, in pixels of the drawable area from the left.
        y: where, from the top.
    """

    name: str
    down: bool
    x: float
    y: float


@dataclass(frozen=True)
class Scrolled:
    """The wheel was turned; `x` to the left and `y` upward in steps."""

    x: float
    y: float


@dataclass(frozen=True)
class FilesDropped:
    """Files were dragged onto the window."""

    paths: tuple[str, ...]


@dataclass(frozen=True)
class Woken:
    """Another thread has something ready (`Window.wake`)."""


@dataclass(frozen=True)
class CloseRequested:
    """The user closed the window."""


Event = (
    KeyPressed
    | KeyReleased
    | Resized
    | Exposed
    | PointerMoved
    | PointerLeft
    | PointerButton
    | Scrolled
    | FilesDropped
    | Woken
    | CloseRequested
)
