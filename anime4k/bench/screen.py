"""Where finished pictures go: off-screen, or a window that somebody else has opened."""

from __future__ import annotations

from typing import Any, Protocol

from anime4k.gl.device import Device
from anime4k.gl.offscreen import InFlight, Offscreen

Size = tuple[int, int]


class Screen(Protocol):
    """Takes pictures.

    Attributes:
        device: the context that draws them.
        windowed: whether people see them.
    """

    device: Device
    windowed: bool

    @property
    def size(self) -> Size:
        """(width, height) in pixels."""

    @property
    def framebuffer(self) -> Any:
        """Where to draw."""

    def resize(self, size: Size) -> None:
        """Pictures of another size follow, if it can be changed."""

    def show(self) -> None:
        """The picture is complete; does not wait for it longer than a display would."""


class OffscreenScreen:
    """Nobody sees the pictures; a few may be on their way to the GPU at a time, as in a window.

    Args:
        device: a current context.
    """

    windowed = False

    def __init__(self, device: Device) -> None:
        self.device = device
        self._size: Size = (0, 0)
        self._target: Offscreen | None = None
        self._flying = InFlight(device)

    @property
    def size(self) -> Size:
        """(width, height) in pixels."""
        return self._size

    @property
    def framebuffer(self) -> Any:
        """Where to draw."""
        assert self._target is not None, "resize() comes first"
        return self._target.framebuffer

    def resize(self, size: Size) -> None:
        """Pictures of another size follow."""
        if size != self._size:
            self._release_target()
            self._target, self._size = Offscreen(self.device, size), size

    def show(self) -> None:
        """The picture is complete."""
        self._flying.frame()

    def _release_target(self) -> None:
        if self._target is not None:
            self._flying.drain()
            self._target.release()
            self._target = None

    def release(self) -> None:
        """Delete what belongs to it, not the device."""
        self._release_target()


def fitted(picture: Size, screen: Size) -> tuple[int, int, int, int]:
    """The rectangle (x, y, width, height) in which all of a picture is seen as large as possible."""
    factor = min(screen[0] / picture[0], screen[1] / picture[1])
    width, height = max(1, round(picture[0] * factor)), max(1, round(picture[1] * factor))
    return (screen[0] - width) // 2, (screen[1] - height) // 2, width, height
